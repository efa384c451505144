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
  private let past: [Int]
  private let future: [Int]
  private let statics: [Int]
  /// Every column of numbers: targets, past, future.
  private let numeric: [Int]
  private var times: TimeReader?
  private var ledger: BadRowLedger
  private var groups: [Group] = []
  private var groupOfKey: [String: Int] = [:]

  /// The rows of one key; all rows where there is no key.
  private struct Group {
    var key: String?
    /// The row that named it first.
    var firstRow = 0
    var steps = 0
    var times: [Timestamp] = []
    var rows: [Int] = []
    /// One array of values for each column of numbers.
    var values: [[Double]]
    /// What is said of the whole series, a column each, with the row that said it first.
    var facts: [Int: (text: String, row: Int)] = [:]
  }

  init(table: Table, layout: ReadingLayout) throws(TabularError) {
    self.table = table
    self.layout = layout
    cells = CellReader(layout)
    ledger = BadRowLedger(table: table)
    try table.checkHeader()
    time = if let name = layout.time { try table.column(name) } else { nil }
    key = if case .long(let name) = layout.arrangement { try table.column(name) } else { nil }
    let named = try table.columns(layout.targets)
    past = try table.columns(layout.past)
    future = try table.columns(layout.future)
    statics = try table.columns(layout.statics)
    var used: Set<Int> = []
    for column in [time, key].compactMap({ $0 }) + named + past + future + statics
    where !used.insert(column).inserted {
      throw .columnUsedTwice(source: table.source, name: table.columns[column])
    }
    let cells = cells
    if layout.targets.isEmpty {
      let found = table.columns.indices.filter { !used.contains($0) && table.holdsNumber(column: $0, cells) }
      targets = try table.columns(found.map { table.columns[$0] })
    } else {
      targets = named
    }
    numeric = targets + past + future
    guard !targets.isEmpty else { throw .noTargets(source: table.source) }
  }

  mutating func collect() throws(TabularError) -> TabularReadings {
    if let time {
      let format =
        if let given = layout.timeFormat { given } else {
          try table.timeFormat(column: time, among: table.isComplete, isMissing: cells.isMissing)
        }
      times = TimeReader(format: format)
    }
    if key == nil {
      groups = [Group(values: numeric.map { _ in [] })]
      for position in numeric.indices { groups[0].values[position].reserveCapacity(table.rowCount) }
    }
    let text = table.cells.bytes
    let bytes = text.span
    var rowValues = [Double](repeating: .nan, count: numeric.count)
    for row in 0..<table.rowCount { read(row, bytes, &rowValues) }
    for position in groups.indices { sort(position) }
    let quarantined = try ledger.settle(layout.badRows)
    guard targets.indices.contains(where: { holdsValue($0) }) else {
      let names = targets.map { table.columns[$0] }
      throw .noValues(source: table.source, columns: names, rows: table.rowCount)
    }
    for position in numeric.indices.dropFirst(targets.count) where !holdsValue(position) {
      throw .noValues(source: table.source, columns: [table.columns[numeric[position]]], rows: table.rowCount)
    }
    let style = times?.style ?? TimeStyle(form: .steps)
    let readings = Readings(series(style), style: style)
    return TabularReadings(
      readings: readings, quarantined: quarantined, timeFormat: times?.format, rowCount: table.rowCount)
  }

  private func holdsValue(_ position: Int) -> Bool {
    groups.contains { $0.values[position].contains { !$0.isNaN } }
  }

  private mutating func read(_ row: Int, _ bytes: Span<UInt8>, _ rowValues: inout [Double]) {
    // A row without a time still takes its step, so that a bad one leaves a gap; one that is broken belongs to no key.
    var group = 0
    let isComplete = table.isComplete(row: row)
    if let key, isComplete {
      let cell = bytes.extracting(table.range(row: row, column: key))
      guard let name = cell.validText else {
        return ledger.note(row: row, column: key, fault: .notUTF8(cell.invalidByte ?? 0))
      }
      guard !name.isEmpty else { return ledger.note(row: row, column: key, fault: .noSeriesName) }
      group = position(of: name, row: row)
      // Texts of other characters may be equal: an accent by itself, or with its letter.
      if let known = groups[group].key, !known.utf8.elementsEqual(name.utf8) {
        let fault = BadRow.Fault.nameDiffers(name, line: table.line(ofRow: groups[group].firstRow))
        return ledger.note(row: row, column: key, fault: fault)
      }
    }
    if isComplete || key == nil { groups[group].steps += 1 }
    guard isComplete else {
      let fault = BadRow.Fault.cells(table.cellCount(ofRow: row), columns: table.columns.count)
      return ledger.note(row: row, column: nil, fault: fault)
    }
    var moment = Timestamp(milliseconds: Int64(groups[group].steps))
    if let time {
      let cell = bytes.extracting(table.range(row: row, column: time))
      do { moment = try times?.read(cell) ?? moment } catch {
        let fault = cell.invalidByte.map(BadRow.Fault.notUTF8) ?? (cells.isMissing(cell) ? .noTime : .time(error))
        return ledger.note(row: row, column: time, fault: fault)
      }
    }
    for (position, column) in numeric.enumerated() {
      do { rowValues[position] = try cells.value(bytes.extracting(table.range(row: row, column: column))) } catch {
        return ledger.note(row: row, column: column, fault: error)
      }
    }
    for column in statics {
      let cell = bytes.extracting(table.range(row: row, column: column))
      if cells.isMissing(cell) { continue }
      guard let text = cell.validText else {
        return ledger.note(row: row, column: column, fault: .notUTF8(cell.invalidByte ?? 0))
      }
      guard let known = groups[group].facts[column] else {
        groups[group].facts[column] = (text, row)
        continue
      }
      if known.text != text {
        let fault = BadRow.Fault.factDiffers(
          text, before: known.text, series: groups[group].key, line: table.line(ofRow: known.row))
        return ledger.note(row: row, column: column, fault: fault)
      }
    }
    groups[group].times.append(moment)
    groups[group].rows.append(row)
    for position in numeric.indices { groups[group].values[position].append(rowValues[position]) }
  }

  private mutating func position(of name: String, row: Int) -> Int {
    if let known = groupOfKey[name] { return known }
    groups.append(Group(key: name, firstRow: row, values: numeric.map { _ in [] }))
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
    let statics = statics.map { (name: table.columns[$0], facts: facts($0)) }
    return groups.enumerated().filter { !$1.times.isEmpty }.flatMap { number, group in
      // In a fixed offset the wall clock there is kept, so that days and months are those of the place.
      let times = style.zone == .none ? group.times : group.times.map(style.time(of:))
      let read = readings(of: group)
      func columns(_ columns: [Int], after first: Int, rows: Int) -> [Covariate] {
        columns.indices.map { position in
          Covariate(
            name: table.columns[columns[position]], values: Array(group.values[first + position].prefix(rows)))
        }
      }
      let covariates = Covariates(
        past: columns(past, after: targets.count, rows: read),
        future: columns(future, after: targets.count + past.count, rows: times.count),
        statics: statics.map { StaticCovariate(name: $0.name, value: $0.facts[number]) })
      return targets.indices.map { position in
        let column = table.columns[targets[position]]
        let name = group.key.map { targets.count == 1 ? $0 : "\($0)/\(column)" } ?? column
        return Readings.Series(
          name: name, times: Array(times.prefix(read)), values: Array(group.values[position].prefix(read)),
          aheadTimes: Array(times.dropFirst(read)), covariates: covariates)
      }
    }
  }

  /// How many rows are readings. Where columns are known ahead, rows after the last value of any target are not.
  private func readings(of group: Group) -> Int {
    if future.isEmpty { return group.times.count }
    let last = targets.indices.compactMap { group.values[$0].lastIndex { !$0.isNaN } }.max()
    return last.map { $0 + 1 } ?? 0
  }

  /// What a column says of each group: numbers where every group says a number, or nothing.
  private func facts(_ column: Int) -> [StaticCovariate.Value] {
    let texts = groups.map { $0.facts[column]?.text }
    let numbers = texts.map { text in
      text.flatMap { $0.utf8.span.decimalNumber(comma: layout.decimalComma) }.flatMap { $0.isFinite ? $0 : nil }
    }
    let areNumbers = zip(texts, numbers).allSatisfy { $0 == nil || $1 != nil }
    return zip(texts, numbers).map { text, number in
      areNumbers ? number.map { .number($0) } ?? .missing : text.map { .text($0) } ?? .missing
    }
  }
}
