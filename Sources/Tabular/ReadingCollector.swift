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
  private let time: [Int]
  private let keys: [Int]
  private let targets: [Int]
  private let past: [Int]
  private let future: [Int]
  private let statics: [Int]
  /// Every column of numbers: targets, past, future.
  private let numeric: [Int]
  private var times: TimeReader?
  private var ledger: BadRowLedger
  private var blanks = LeftOutRows(.blank)
  private var groups: [Group] = []
  private var groupOfKey: [String: Int] = [:]
  // The group of the row before.
  private var lastGroup = 0
  // What the cells of a time say, where they are several.
  private var joined: [UInt8] = []

  /// The rows of one key; all rows where there is no key.
  private struct Group {
    var key: String?
    /// Its UTF-8 bytes.
    var keyBytes: [UInt8] = []
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
    time = try table.columns(layout.time)
    keys = if case .long(let names) = layout.arrangement { try table.columns(names) } else { [] }
    let named = try table.columns(layout.targets)
    past = try table.columns(layout.past)
    future = try table.columns(layout.future)
    statics = try table.columns(layout.statics)
    var used: Set<Int> = []
    for column in time + keys + named + past + future + statics
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
    if !time.isEmpty {
      let format =
        if let given = layout.timeFormat { given } else {
          try table.timeFormat(columns: time, among: isUsed, isMissing: cells.isMissing)
        }
      times = TimeReader(format: format, localZone: layout.zone)
    }
    if keys.isEmpty {
      groups = [Group(values: numeric.map { _ in [] })]
      for position in numeric.indices { groups[0].values[position].reserveCapacity(table.rowCount) }
    }
    let text = table.cells.bytes
    let bytes = text.span
    var rowValues = [Double](repeating: .nan, count: numeric.count)
    // Without times a blank row is a step without a value, but not at the end.
    var end = table.rowCount
    while time.isEmpty, end > 0, table.isBlank(row: end - 1) { end -= 1 }
    for row in end..<table.rowCount { blanks.note(line: table.line(ofRow: row)) }
    for row in 0..<end { read(row, bytes, &rowValues) }
    for position in groups.indices {
      if layout.zone != nil, let times { groups[position].times = times.moments(of: groups[position].times) }
      sort(position)
    }
    let quarantined = try ledger.settle(layout)
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
      readings: readings, quarantined: quarantined, timeFormat: times?.format, rowCount: table.rowCount,
      leftOut: [blanks].filter { $0.count > 0 })
  }

  /// Whether a row has a cell for each column, or may lack the last ones.
  private func isUsed(_ row: Int) -> Bool {
    let surplus = table.surplus(ofRow: row)
    return surplus == 0 || (surplus < 0 && layout.shortRows == .take)
  }

  /// Where a cell is; nowhere where the row is too short for it.
  private func range(_ row: Int, _ column: Int) -> Range<Int> {
    column < table.cellCount(ofRow: row) ? table.range(row: row, column: column) : 0..<0
  }

  private func holdsValue(_ position: Int) -> Bool {
    groups.contains { $0.values[position].contains { !$0.isNaN } }
  }

  private mutating func read(_ row: Int, _ bytes: Span<UInt8>, _ rowValues: inout [Double]) {
    if !time.isEmpty, table.isBlank(row: row) { return blanks.note(line: table.line(ofRow: row)) }
    // A row without a time still takes its step, so that a bad one leaves a gap; one that is broken belongs to no key.
    var group = 0
    let isComplete = isUsed(row)
    if !keys.isEmpty, isComplete {
      guard let found = self.group(of: row, bytes) else { return }
      group = found
    }
    if isComplete || keys.isEmpty { groups[group].steps += 1 }
    guard isComplete else {
      let fault = BadRow.Fault.cells(table.cellCount(ofRow: row), columns: table.columns.count)
      return ledger.note(row: row, column: nil, fault: fault)
    }
    var moment = Timestamp(milliseconds: Int64(groups[group].steps))
    if let first = time.first {
      let cell = bytes.extracting(range(row, first))
      do {
        moment = (time.count == 1 ? try times?.read(cell) : try readJoined(row, bytes)) ?? moment
      } catch {
        let fault = cell.invalidByte.map(BadRow.Fault.notUTF8) ?? (cells.isMissing(cell) ? .noTime : .time(error))
        return ledger.note(row: row, column: first, fault: fault)
      }
    }
    for (position, column) in numeric.enumerated() {
      do { rowValues[position] = try cells.value(bytes.extracting(range(row, column))) } catch {
        return ledger.note(row: row, column: column, fault: error)
      }
    }
    for column in statics {
      let cell = bytes.extracting(range(row, column))
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

  /// The time of several cells, joined by a blank.
  private mutating func readJoined(_ row: Int, _ bytes: Span<UInt8>) throws(TimeTextError) -> Timestamp? {
    // Taken out and put back, so that it is not copied.
    var text: [UInt8] = []
    swap(&text, &joined)
    defer { swap(&text, &joined) }
    text.removeAll(keepingCapacity: true)
    for (position, column) in time.enumerated() {
      if position > 0 { text.append(UInt8(ascii: " ")) }
      bytes.extracting(range(row, column)).withUnsafeBufferPointer { text.append(contentsOf: $0) }
    }
    return try times?.read(text.span)
  }

  /// The group that the key columns name; nil where the row is bad, which is noted.
  private mutating func group(of row: Int, _ bytes: Span<UInt8>) -> Int? {
    // Most rows have the key of the one before, or the one that came after it last time.
    if keys.count == 1 {
      let cell = bytes.extracting(range(row, keys[0]))
      let next = lastGroup + 1 < groups.count ? lastGroup + 1 : 0
      if lastGroup < groups.count, cell.holds(groups[lastGroup].keyBytes) { return lastGroup }
      if next < groups.count, cell.holds(groups[next].keyBytes) {
        lastGroup = next
        return next
      }
    }
    guard let found = name(row, bytes) else { return nil }
    let group = position(of: found, row: row)
    // Texts of other characters may be equal: an accent by itself, or with its letter.
    if let known = groups[group].key, !known.utf8.elementsEqual(found.utf8) {
      let fault = BadRow.Fault.nameDiffers(found, line: table.line(ofRow: groups[group].firstRow))
      ledger.note(row: row, column: keys[0], fault: fault)
      return nil
    }
    lastGroup = group
    return group
  }

  /// The name that the key columns give; nil where the row is bad, which is noted.
  private mutating func name(_ row: Int, _ bytes: Span<UInt8>) -> String? {
    var parts: [String] = []
    for key in keys {
      let cell = bytes.extracting(range(row, key))
      guard let part = cell.validText else {
        ledger.note(row: row, column: key, fault: .notUTF8(cell.invalidByte ?? 0))
        return nil
      }
      if !part.isEmpty { parts.append(part) }
    }
    if parts.isEmpty { ledger.note(row: row, column: keys[0], fault: .noSeriesName) }
    return parts.isEmpty ? nil : parts.joined(separator: "/")
  }

  private mutating func position(of name: String, row: Int) -> Int {
    if let known = groupOfKey[name] { return known }
    groups.append(Group(key: name, keyBytes: Array(name.utf8), firstRow: row, values: numeric.map { _ in [] }))
    groupOfKey[name] = groups.count - 1
    return groups.count - 1
  }

  /// Puts a group's readings in the order of time, and settles what becomes of several with one time.
  private mutating func sort(_ number: Int) {
    let group = groups[number]
    let times = group.times
    if layout.repeated != .count, zip(times, times.dropFirst()).allSatisfy({ $0 < $1 }) { return }
    // Rows ascend, so the position settles ties in the order of rows.
    let order = times.indices.sorted { (times[$0], $0) < (times[$1], $1) }
    if layout.repeated != .refuse { return join(number, order) }
    var kept: [Int] = []
    kept.reserveCapacity(order.count)
    for position in order {
      if let last = kept.last, times[last] == times[position], let time = time.first {
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

  /// Makes one reading of all with one time. Covariates become their mean, whatever the targets do.
  private mutating func join(_ number: Int, _ order: [Int]) {
    let group = groups[number]
    let runs = order.chunked(by: { group.times[$0] == group.times[$1] })
    groups[number].times = runs.map { group.times[$0[$0.startIndex]] }
    groups[number].rows = runs.map { group.rows[$0[$0.startIndex]] }
    for (position, values) in group.values.enumerated() {
      let repeated = position < targets.count ? layout.repeated : .mean
      groups[number].values[position] = runs.map { run in
        let value = repeated.value(of: run.map { values[$0] }.filter { !$0.isNaN })
        guard value.isInfinite else { return value }
        ledger.note(
          row: group.rows[run[run.startIndex]], column: numeric[position], fault: .infinite("the \(repeated)"))
        return .nan
      }
    }
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
      text.flatMap(cells.number)
    }
    let areNumbers = zip(texts, numbers).allSatisfy { $0 == nil || $1 != nil }
    return zip(texts, numbers).map { text, number in
      areNumbers ? number.map { .number($0) } ?? .missing : text.map { .text($0) } ?? .missing
    }
  }
}

extension Span<UInt8> {
  /// Whether these are the bytes.
  fileprivate func holds(_ bytes: [UInt8]) -> Bool {
    guard count == bytes.count, count > 0 else { return false }
    for at in indices where self[at] != bytes[at] { return false }
    return true
  }
}

extension RepeatedTimes {
  /// The one value of several with one time, in the order of their rows; NaN where there is none.
  fileprivate func value(of values: [Double]) -> Double {
    if self == .count { return Double(values.count) }
    guard let first = values.first, let last = values.last else { return .nan }
    return switch self {
    case .refuse, .first: first
    case .last: last
    case .sum: values.reduce(0, +)
    case .mean: values.reduce(0, +) / Double(values.count)
    case .max: values.max() ?? first
    case .min: values.min() ?? first
    case .count: Double(values.count)
    }
  }
}

extension [Int] {
  /// The longest runs in which each two neighbours belong together.
  fileprivate func chunked(by belongs: (Int, Int) -> Bool) -> [ArraySlice<Int>] {
    var (runs, start): ([ArraySlice<Int>], Int) = ([], 0)
    for at in indices.dropFirst() where !belongs(self[at - 1], self[at]) {
      runs.append(self[start..<at])
      start = at
    }
    return isEmpty ? [] : runs + [self[start...]]
  }
}
