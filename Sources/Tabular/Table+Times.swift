import TimeSeries

extension Table {
  /// The text of a cell, which must exist.
  ///
  /// - Throws: ``TabularError/badCell(source:row:)`` where it is no UTF-8 text.
  public func checkedText(row: Int, column: Int) throws(TabularError) -> String {
    let cell = cells.bytes.span.extracting(range(row: row, column: column))
    guard let byte = cell.invalidByte else { return cell.text }
    throw .badCell(
      source: source, row: BadRow(line: line(ofRow: row), column: name(ofColumn: column), fault: .notUTF8(byte)))
  }

  /// The format that the times of some columns, joined by a blank, are written in, found from some of the rows.
  ///
  /// - Parameter isMissing: whether a cell holds no time; one that does keeps its row out.
  func timeFormat(
    columns: [Int], among isUsed: (Int) -> Bool, isMissing: (Span<UInt8>) -> Bool
  ) throws(TabularError) -> TimeFormat {
    try timeVerdict(columns: columns, among: isUsed, isMissing: isMissing).format
  }

  /// The same with the reason, how much was read, and what was not.
  ///
  /// - Parameter dayFirst: whether the day comes before the month, where the texts leave it open.
  func timeVerdict(
    columns: [Int], among isUsed: (Int) -> Bool, isMissing: (Span<UInt8>) -> Bool, dayFirst: Bool? = nil
  ) throws(TabularError) -> TimeVerdict {
    var detector = TimeFormatDetector(dayFirst: dayFirst)
    look(at: columns, with: &detector, among: isUsed, isMissing: isMissing)
    return try head.verdict(of: detector, onColumns: columns)
  }

  /// Shows a detector the times of the rows, until it needs no more.
  func look(
    at columns: [Int], with detector: inout TimeFormatDetector, among isUsed: (Int) -> Bool,
    isMissing: (Span<UInt8>) -> Bool
  ) {
    let bytes = cells.bytes.span
    for row in 0..<rowCount where isUsed(row) {
      if detector.isSettled { break }
      let found = columns.map { $0 < cellCount(ofRow: row) ? range(row: row, column: $0) : 0..<0 }
      if found.contains(where: { isMissing(bytes.extracting($0)) }) { continue }
      if found.count == 1 {
        detector.add(bytes.extracting(found[0]))
      } else {
        detector.add(columns.map { text(row: row, column: $0) }.joined(separator: " "))
      }
    }
  }

  /// The times of a column whose every cell holds one, a row each; how they are written is found out.
  ///
  /// - Throws: ``TabularError``, with ``TabularError/badCell(source:row:)`` for the first cell that is no time.
  public func times(column: Int) throws(TabularError) -> [Timestamp] {
    guard rowCount > 0 else { throw .noRows(source: source) }
    let bytes = cells.bytes.span
    let format = try timeFormat(columns: [column], among: { column < cellCount(ofRow: $0) }, isMissing: { $0.isEmpty })
    var reader = TimeReader(format: format)
    var times: [Timestamp] = []
    for row in 0..<rowCount {
      func bad(_ fault: BadRow.Fault) -> TabularError {
        .badCell(source: source, row: BadRow(line: line(ofRow: row), column: name(ofColumn: column), fault: fault))
      }
      guard column < cellCount(ofRow: row), !range(row: row, column: column).isEmpty else { throw bad(.noTime) }
      do { times.append(try reader.read(bytes.extracting(range(row: row, column: column)))) } catch {
        throw bad(.time(error))
      }
    }
    return times.map { reader.style.zone == .none ? $0 : reader.style.time(of: $0) }
  }
}

extension TableHead {
  /// What a detector has found that was shown the times of some columns.
  func verdict(of detector: TimeFormatDetector, onColumns columns: [Int]) throws(TabularError) -> TimeVerdict {
    do { return try detector.verdict() } catch {
      let names = columns.map(name(ofColumn:)).joined(separator: " ")
      throw .timeFormat(source: source, column: names, error: error)
    }
  }
}
