import TimeSeries

extension Table {
  /// The times of a column whose every cell holds one, a row each; how they are written is found out.
  ///
  /// - Throws: ``TabularError``, with ``TabularError/badTime(source:row:)`` for the first cell that is no time.
  public func times(column: Int) throws(TabularError) -> [Timestamp] {
    guard rowCount > 0 else { throw .noRows(source: source) }
    let bytes = cells.bytes.span
    var detector = TimeFormatDetector()
    for row in 0..<rowCount where column < cellCount(ofRow: row) && !detector.isSettled {
      let cell = bytes.extracting(range(row: row, column: column))
      if !cell.isEmpty { detector.add(cell) }
    }
    let format: TimeFormat
    do { format = try detector.format() } catch {
      throw .timeFormat(source: source, column: name(ofColumn: column), error: error)
    }
    var reader = TimeReader(format: format)
    var times: [Timestamp] = []
    for row in 0..<rowCount {
      func bad(_ fault: BadRow.Fault) -> TabularError {
        .badTime(source: source, row: BadRow(line: line(ofRow: row), column: name(ofColumn: column), fault: fault))
      }
      guard column < cellCount(ofRow: row), !range(row: row, column: column).isEmpty else { throw bad(.noTime) }
      do { times.append(try reader.read(bytes.extracting(range(row: row, column: column)))) } catch {
        throw bad(.time(error))
      }
    }
    return times.map { reader.style.zone == .none ? $0 : reader.style.time(of: $0) }
  }
}
