import TimeSeries

extension Table {
  /// Whether a number stands anywhere in a column.
  fileprivate func holdsNumber(column: Int, _ reader: CellReader) -> Bool {
    let bytes = cells.bytes.span
    for row in 0..<rowCount where column < cellCount(ofRow: row) {
      if reader.isNumber(bytes.extracting(range(row: row, column: column))) { return true }
    }
    return false
  }
}

/// Collects the readings of a table whose rows are times: one pass over the rows, then each series is sorted.
struct ReadingCollector {
  private let table: Table
  private let layout: ReadingLayout
  private let cells: CellReader
  private let time: Int?
  private let key: Int?
  private let targets: [Int]
  private var times: TimeReader?
  private var ledger: BadRowLedger
  private var groups: [Group] = []
  private var groupOfKey: [String: Int] = [:]

  /// The rows of one key; all rows where there is no key.
  private struct Group {
    var key: String?
    var steps = 0
    var times: [Timestamp] = []
    var rows: [Int] = []
    /// One array of values for each target.
    var values: [[Double]]
  }

  init(table: Table, layout: ReadingLayout) throws(TabularError) {
    self.table = table
    self.layout = layout
    cells = CellReader(layout)
    ledger = BadRowLedger(table: table)
    try table.checkHeader()
    time = if let name = layout.time { try table.column(name) } else { nil }
    key = if case .long(let name) = layout.arrangement { try table.column(name) } else { nil }
    var named: [Int] = []
    for name in layout.targets { named.append(try table.column(name)) }
    var used: Set<Int> = []
    for column in [time, key].compactMap({ $0 }) + named where !used.insert(column).inserted {
      throw .columnUsedTwice(source: table.source, name: table.columns[column])
    }
    let cells = cells
    targets =
      layout.targets.isEmpty
      ? table.columns.indices.filter { !used.contains($0) && table.holdsNumber(column: $0, cells) } : named
    guard !targets.isEmpty else { throw .noTargets(source: table.source) }
  }

  mutating func collect() throws(TabularError) -> TabularReadings {
    if let time {
      let format = if let given = layout.timeFormat { given } else { try findTimeFormat(column: time) }
      times = TimeReader(format: format)
    }
    if key == nil { groups = [Group(values: emptyValues(table.rowCount))] }
    let text = table.cells.bytes
    let bytes = text.span
    var rowValues = [Double](repeating: .nan, count: targets.count)
    for row in 0..<table.rowCount { read(row, bytes, &rowValues) }
    for position in groups.indices { sort(position) }
    let quarantined = try ledger.settle(layout.badRows)
    guard groups.contains(where: { $0.values.contains { $0.contains { !$0.isNaN } } }) else {
      let names = targets.map { table.columns[$0] }
      throw .noValues(source: table.source, columns: names, rows: table.rowCount)
    }
    let style = times?.style ?? TimeStyle(form: .steps)
    let readings = Readings(series(style), style: style)
    return TabularReadings(
      readings: readings, quarantined: quarantined, timeFormat: times?.format, rowCount: table.rowCount)
  }

  private func emptyValues(_ capacity: Int) -> [[Double]] {
    targets.map { _ in
      var values: [Double] = []
      values.reserveCapacity(capacity)
      return values
    }
  }

  private func findTimeFormat(column: Int) throws(TabularError) -> TimeFormat {
    var detector = TimeFormatDetector()
    let bytes = table.cells.bytes.span
    for row in 0..<table.rowCount where table.isComplete(row: row) {
      if detector.isSettled { break }
      let cell = bytes.extracting(table.range(row: row, column: column))
      if !cell.isEmpty, !cells.isMissing(cell) { detector.add(cell) }
    }
    do { return try detector.format() } catch {
      throw .timeFormat(source: table.source, column: table.columns[column], error: error)
    }
  }

  private mutating func read(_ row: Int, _ bytes: Span<UInt8>, _ rowValues: inout [Double]) {
    // A row without a time still takes its step, so that a bad one leaves a gap; one that is broken belongs to no key.
    var group = 0
    let isComplete = table.isComplete(row: row)
    if let key, isComplete {
      let name = bytes.extracting(table.range(row: row, column: key)).text
      guard !name.isEmpty else { return ledger.note(row: row, column: key, fault: .noSeriesName) }
      group = position(of: name)
    }
    if isComplete || key == nil { groups[group].steps += 1 }
    guard isComplete else {
      let fault = BadRow.Fault.cells(table.cellCount(ofRow: row), columns: table.columns.count)
      return ledger.note(row: row, column: nil, fault: fault)
    }
    var moment = Timestamp(milliseconds: Int64(groups[group].steps))
    if let time {
      let cell = bytes.extracting(table.range(row: row, column: time))
      do {
        moment = try times?.read(cell) ?? moment
      } catch {
        return ledger.note(row: row, column: time, fault: cells.isMissing(cell) ? .noTime : .time(error))
      }
    }
    for (position, column) in targets.enumerated() {
      do {
        rowValues[position] = try cells.value(bytes.extracting(table.range(row: row, column: column)))
      } catch {
        return ledger.note(row: row, column: column, fault: error.fault)
      }
    }
    groups[group].times.append(moment)
    groups[group].rows.append(row)
    for position in targets.indices { groups[group].values[position].append(rowValues[position]) }
  }

  private mutating func position(of name: String) -> Int {
    if let known = groupOfKey[name] { return known }
    groups.append(Group(key: name, values: emptyValues(0)))
    groupOfKey[name] = groups.count - 1
    return groups.count - 1
  }

  /// Puts a group's readings in the order of time; of several with one time the first row stays.
  private mutating func sort(_ number: Int) {
    let group = groups[number]
    let times = group.times
    if zip(times, times.dropFirst()).allSatisfy({ $0 < $1 }) { return }
    // Rows ascend, so the position settles ties in the order of rows.
    let order = times.indices.sorted { (times[$0], $0) < (times[$1], $1) }
    var kept: [Int] = []
    kept.reserveCapacity(order.count)
    for position in order {
      if let last = kept.last, times[last] == times[position], let time {
        let text = table.text(row: group.rows[position], column: time)
        let line = table.line(ofRow: group.rows[last])
        let fault = BadRow.Fault.timeTwice(text, series: group.key, line: line)
        ledger.note(row: group.rows[position], column: time, fault: fault)
      } else {
        kept.append(position)
      }
    }
    groups[number].times = kept.map { times[$0] }
    groups[number].rows = kept.map { group.rows[$0] }
    groups[number].values = group.values.map { values in kept.map { values[$0] } }
  }

  private func series(_ style: TimeStyle) -> [Readings.Series] {
    groups.filter { !$0.times.isEmpty }.flatMap { group in
      // In a fixed offset the wall clock there is kept, so that days and months are those of the place.
      let times = style.zone == .none ? group.times : group.times.map(style.time(of:))
      return targets.indices.map { position in
        let column = table.columns[targets[position]]
        let name = group.key.map { targets.count == 1 ? $0 : "\($0)/\(column)" } ?? column
        return Readings.Series(name: name, times: times, values: group.values[position])
      }
    }
  }
}
