import TimeSeries

extension Table {
  /// Readings of a table in which each row is one series.
  func readSeriesRows(key: String?, layout: ReadingLayout) throws(TabularError) -> TabularReadings {
    let key = if let key { try column(key) } else { 0 }
    let reader = CellReader(layout)
    let bytes = cells.bytes.span
    var ledger = BadRowLedger(layout)
    var lineOfSeries: [String: Int] = [:]
    var series: [Readings.Series] = []
    rows: for row in 0..<rowCount {
      // A shorter row is a shorter series; a header that is too short cannot be told from one cell too many.
      guard !hasHeader || surplus(ofRow: row) <= 0, cellCount(ofRow: row) > key else {
        let fault = BadRow.Fault.cells(cellCount(ofRow: row), columns: columns.count)
        ledger.note(row: row, of: self, column: nil, fault: fault)
        continue
      }
      let cell = bytes.extracting(range(row: row, column: key))
      guard let name = cell.validText else {
        ledger.note(row: row, of: self, column: key, fault: .notUTF8(cell.invalidByte ?? 0))
        continue
      }
      if name.isEmpty {
        ledger.note(row: row, of: self, column: key, fault: .noSeriesName)
        continue
      }
      if let line = lineOfSeries[name] {
        ledger.note(row: row, of: self, column: key, fault: .seriesTwice(name, line: line))
        continue
      }
      var end = cellCount(ofRow: row)
      while end > 0, range(row: row, column: end - 1).isEmpty { end -= 1 }
      var values: [Double] = []
      values.reserveCapacity(end)
      for column in 0..<end where column != key {
        do { values.append(try reader.value(bytes.extracting(range(row: row, column: column)))) } catch {
          ledger.note(row: row, of: self, column: column, fault: error)
          continue rows
        }
      }
      lineOfSeries[name] = line(ofRow: row)
      let steps = values.indices.map { Timestamp(milliseconds: Int64($0 + 1)) }
      series.append(Readings.Series(name: name, times: steps, values: values))
    }
    let quarantined = try ledger.settle(source: source, rows: rowCount)
    guard series.contains(where: { $0.values.contains { !$0.isNaN } }) else {
      throw .noValues(
        source: source, columns: columns.enumerated().filter { $0.offset != key }.map(\.element), rows: rowCount)
    }
    return TabularReadings(
      readings: Readings(series, style: TimeStyle(form: .steps)), quarantined: quarantined, timeFormat: nil,
      rowCount: rowCount)
  }

  /// Refuses a header that differs from every row alike, for then it is the header that is wrong.
  func checkHeader() throws(TabularError) {
    guard hasHeader, rowCount > 1, surplus(ofRow: 0) != 0 else { return }
    let surplus = surplus(ofRow: 0)
    guard (1..<rowCount).allSatisfy({ self.surplus(ofRow: $0) == surplus }) else { return }
    throw .headerDiffers(
      source: source, line: headerLine, columns: columns.count, cells: columns.count + surplus)
  }
}
