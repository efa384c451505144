import TimeSeries

/// Collects the readings of a text whose rows are times: its parts are taken in their order, then each series is sorted.
struct ReadingCollector {
  private let layout: ReadingLayout
  private let columns: ReadingColumns
  private let numeric: [Int]
  private let cells: CellReader
  private let width: Int
  private let fault: TabularError?
  private let head: TableHead?
  private var screen: RowScreen
  private var header = HeaderCheck()
  private var times: TimeReader?
  private var ledger: BadRowLedger
  private var blanks = LeftOutRows(.blank)
  private var names = SeriesNames()
  private var log: ReadingLog
  private var facts: [SeriesFacts] = []
  /// The rows of each series so far, where they have no times.
  private var steps: [Int] = []
  /// The rows before those of the part that is read.
  private var rowsBefore = 0
  // Parts whose last rows are blank: without times they are steps without a value, but not at the end.
  private var held: [(part: Table, rows: Range<Int>, before: Int)] = []
  private var groups: [ReadingLog.Group] = []
  /// Readings of which the row is asked for again.
  private var sought: SoughtReadings?
  // The cells of the row that is read, and the time of the one before.
  private var values: [Double]
  private var joined: [UInt8] = []
  private var lastText: [UInt8] = []
  private var lastTime: Timestamp?
  // The name of the row before, where it is of another part of the series.
  private var lastForeign: [UInt8] = []
  /// Whether the facts of other parts of the series, too, are numbers, by column.
  private var areNumbers: [Bool]

  /// A collector of the text that a survey was made of.
  init(_ survey: ReadingSurvey, _ layout: ReadingLayout, seeking sought: SoughtReadings? = nil) {
    self.layout = layout
    (columns, cells, head, fault) = (survey.columns, survey.cells, survey.head, survey.fault)
    numeric = columns.numeric
    width = survey.head?.columns.count ?? 0
    screen = RowScreen(layout, survey.cells)
    times = survey.timeFormat.map { TimeReader(format: $0, localZone: layout.zone) }
    ledger = BadRowLedger(layout)
    log = ReadingLog(columns: numeric.count)
    values = Array(repeating: .nan, count: numeric.count)
    areNumbers = Array(repeating: true, count: survey.columns.statics.count)
    self.sought = sought
    if columns.keys.isEmpty { add(series: "", line: 0) }
  }

  private mutating func add(series name: String, line: Int) {
    names.add(name, line: line)
    steps.append(0)
    if !columns.statics.isEmpty { facts.append(SeriesFacts(columns.statics.count)) }
    sought?.add()
  }

  /// Takes the rows of the next part.
  mutating func take(_ part: Table) {
    let part = screen.pass(part)
    defer { rowsBefore += part.rowCount }
    if fault != nil {
      for row in 0..<part.rowCount { header.note(part.surplus(ofRow: row)) }
      return
    }
    var end = part.rowCount
    if columns.time.isEmpty {
      while end > 0, part.isBlank(row: end - 1) { end -= 1 }
      if end > 0 {
        for rest in held { read(rest.rows, of: rest.part, before: rest.before) }
        held = []
      }
      if end < part.rowCount { held.append((part, end..<part.rowCount, rowsBefore)) }
    }
    read(0..<end, of: part, before: rowsBefore)
  }

  private mutating func read(_ rows: Range<Int>, of part: Table, before: Int) {
    let (text, starts) = (part.cells.bytes, part.cells.starts)
    for row in rows {
      let places = part.places(ofRow: row)
      let surplus = places.count == width ? 0 : part.surplus(ofRow: row)
      header.note(surplus)
      read(Row(number: row, before: before, places: places, surplus: surplus), of: part, text.span, starts.span)
    }
  }

  /// A row of a part.
  private struct Row {
    var number: Int
    /// The rows before the part.
    var before: Int
    /// Which of the cells are its own.
    var places: Range<Int>
    /// How many more they are than there are columns.
    var surplus: Int

    /// Where a cell is; nowhere where the row is too short for it.
    @inline(__always)
    func range(_ column: Int, _ starts: Span<Int>) -> Range<Int> {
      guard column < places.count else { return 0..<0 }
      let place = places.lowerBound + column
      return starts[place]..<starts[place + 1]
    }
  }

  private mutating func note(_ row: Row, of part: Table, _ column: Int?, _ fault: BadRow.Fault) {
    ledger.note(row: row.number, of: part, from: row.before, column: column, fault: fault)
  }

  private mutating func read(_ row: Row, of part: Table, _ bytes: Span<UInt8>, _ starts: Span<Int>) {
    let isBlank = row.places.count > 1 && starts[row.places.lowerBound] == starts[row.places.upperBound]
    if isBlank, !columns.time.isEmpty { return blanks.note(line: part.line(ofRow: row.number)) }
    // A row without a time still takes its step, so that a bad one leaves a gap; one that is broken belongs to no key.
    var group = 0
    let isComplete = layout.uses(row.surplus)
    if !columns.keys.isEmpty, isComplete {
      switch self.group(of: row, of: part, bytes, starts) {
      case .own(let found): group = found
      case .foreign: return pass(row, bytes, starts)
      case .none: return
      }
    }
    if isComplete || columns.keys.isEmpty { steps[group] += 1 }
    guard isComplete else { return note(row, of: part, nil, .cells(row.places.count, columns: width)) }
    var moment = Timestamp(milliseconds: Int64(steps[group]))
    if let first = columns.time.first {
      do { moment = try time(of: row, bytes, starts) ?? moment } catch {
        let cell = bytes.extracting(row.range(first, starts))
        let fault = cell.invalidByte.map(BadRow.Fault.notUTF8) ?? (cells.isMissing(cell) ? .noTime : .time(error))
        return note(row, of: part, first, fault)
      }
    }
    for (position, column) in numeric.enumerated() {
      do { values[position] = try cells.value(bytes.extracting(row.range(column, starts))) } catch {
        return note(row, of: part, column, error)
      }
    }
    for (position, column) in columns.statics.enumerated() {
      let cell = bytes.extracting(row.range(column, starts))
      if let known = facts[group].known[position], cell.isText(known.text) { continue }
      if cells.isMissing(cell) { continue }
      guard let text = cell.validText else { return note(row, of: part, column, .notUTF8(cell.invalidByte ?? 0)) }
      guard let known = facts[group].known[position] else {
        facts[group].known[position] = (text, part.line(ofRow: row.number))
        continue
      }
      if known.text != text {
        let fault = BadRow.Fault.factDiffers(text, before: known.text, series: key(group), line: known.line)
        return note(row, of: part, column, fault)
      }
    }
    guard sought != nil else { return log.append(group: group, time: moment, values: values) }
    let series = key(group)
    sought?.pass(group: group, series: series, row: row.number, of: part, from: row.before, time: columns.time.first)
  }

  /// Looks at a row of a series of another part, for what holds of all: how times are written, and whether facts are numbers.
  private mutating func pass(_ row: Row, _ bytes: Span<UInt8>, _ starts: Span<Int>) {
    // Where the first time names no zone, none does.
    if times?.namesZone ?? false { _ = try? time(of: row, bytes, starts) }
    for (position, column) in columns.statics.enumerated() where areNumbers[position] {
      let cell = bytes.extracting(row.range(column, starts))
      areNumbers[position] = cells.isMissing(cell) || cells.isNumber(cell)
    }
  }

  /// The name of a series; nil where there is only one.
  private func key(_ group: Int) -> String? { columns.keys.isEmpty ? nil : names[group] }

  /// The time that a row says, of several cells joined by a blank. Most rows have that of the one before.
  private mutating func time(
    of row: Row, _ bytes: Span<UInt8>, _ starts: Span<Int>
  ) throws(TimeTextError) -> Timestamp? {
    if columns.time.count == 1 { return try time(bytes.extracting(row.range(columns.time[0], starts))) }
    let text = join(columns.time, of: row, bytes, starts, with: UInt8(ascii: " "), keepsEmpty: true)
    defer { joined = text }
    return try time(text.span)
  }

  private mutating func time(_ text: Span<UInt8>) throws(TimeTextError) -> Timestamp? {
    if let lastTime, text.isSame(as: lastText.span) { return lastTime }
    guard let time = try times?.read(text) else { return nil }
    lastText.removeAll(keepingCapacity: true)
    text.withUnsafeBufferPointer { lastText.append(contentsOf: $0) }
    lastTime = time
    return time
  }

  /// The bytes of some cells with a separator between them; whoever takes them puts them back into `joined`, for the next.
  private mutating func join(
    _ columns: [Int], of row: Row, _ bytes: Span<UInt8>, _ starts: Span<Int>, with separator: UInt8,
    keepsEmpty: Bool
  ) -> [UInt8] {
    var text: [UInt8] = []
    swap(&text, &joined)
    text.removeAll(keepingCapacity: true)
    for (position, column) in columns.enumerated() {
      let cell = bytes.extracting(row.range(column, starts))
      if keepsEmpty ? position > 0 : !text.isEmpty && !cell.isEmpty { text.append(separator) }
      cell.withUnsafeBufferPointer { text.append(contentsOf: $0) }
    }
    return text
  }

  /// Whose row one is.
  private enum Owner {
    /// That of a series, by its number.
    case own(Int)
    /// That of a series of another part.
    case foreign
  }

  /// The series that the key columns name; nil where the row is bad, which is noted.
  private mutating func group(
    of row: Row, of part: Table, _ bytes: Span<UInt8>, _ starts: Span<Int>
  ) -> Owner? {
    // Most rows have the key of the one before, or the one that came after it last time.
    if columns.keys.count == 1 {
      let cell = bytes.extracting(row.range(columns.keys[0], starts))
      if let known = names.guess(cell) { return .own(known) }
      if isForeign(cell) { return .foreign }
    } else {
      let name = join(columns.keys, of: row, bytes, starts, with: UInt8(ascii: "/"), keepsEmpty: false)
      defer { joined = name }
      if let known = names.guess(name.span) { return .own(known) }
      if isForeign(name.span) { return .foreign }
    }
    guard let name = name(of: row, of: part, bytes, starts) else { return nil }
    guard let known = names.number(of: name) else {
      add(series: name, line: part.line(ofRow: row.number))
      return .own(names.count - 1)
    }
    // Texts of other characters may be equal: an accent by itself, or with its letter.
    guard names[known].utf8.elementsEqual(name.utf8) else {
      note(row, of: part, columns.keys[0], .nameDiffers(name, line: names.line(of: known)))
      return nil
    }
    return .own(known)
  }

  /// Whether all series of a key belong to other parts than the one that is wanted.
  private mutating func isForeign(_ name: Span<UInt8>) -> Bool {
    guard let shard = layout.shard, !name.isEmpty else { return false }
    if name.isSame(as: lastForeign.span) { return true }
    // With several targets it is the names with the target behind them that are told apart.
    if columns.targets.count > 1 {
      guard let key = name.validText, let head else { return false }
      guard !columns.targets.contains(where: { shard.holds("\(key)/\(head.columns[$0])") }) else { return false }
    } else if shard.holds(name) {
      return false
    }
    lastForeign.removeAll(keepingCapacity: true)
    name.withUnsafeBufferPointer { lastForeign.append(contentsOf: $0) }
    return true
  }

  /// The name that the key columns give; nil where the row is bad, which is noted.
  private mutating func name(
    of row: Row, of part: Table, _ bytes: Span<UInt8>, _ starts: Span<Int>
  ) -> String? {
    var parts: [String] = []
    for key in columns.keys {
      let cell = bytes.extracting(row.range(key, starts))
      guard let part = cell.validText else {
        note(row, of: part, key, .notUTF8(cell.invalidByte ?? 0))
        return nil
      }
      if !part.isEmpty { parts.append(part) }
    }
    if parts.isEmpty { note(row, of: part, columns.keys[0], .noSeriesName) }
    return parts.isEmpty ? nil : parts.joined(separator: "/")
  }

  /// Ends the rows, and sorts the readings of each series.
  ///
  /// - Returns: the readings whose rows must be looked up by a collector that takes the parts once more; nil where all is known.
  mutating func sort() throws(TabularError) -> SoughtReadings? {
    try screen.check()
    guard let head else { return nil }
    // The rows that are blank up to the end are no steps.
    for rest in held {
      for row in rest.rows {
        header.note(rest.part.surplus(ofRow: row))
        blanks.note(line: rest.part.line(ofRow: row))
      }
    }
    try header.check(head)
    if let fault { throw fault }
    groups = log.sort(groups: names.count)
    var sought = SoughtReadings(layout, columns: numeric)
    for group in groups.indices {
      if layout.zone != nil, let times { groups[group].times = times.moments(of: groups[group].times) }
      groups[group].settle(layout.repeated, targets: columns.targets.count, number: group, &sought)
      // Those that had to be sorted or moved may be alike only now.
      if group > 0, groups[group].times == groups[group - 1].times { groups[group].times = groups[group - 1].times }
    }
    return sought.isEmpty ? nil : sought
  }

  /// Takes the bad rows over that another collector has looked up.
  mutating func take(from seeker: ReadingCollector) {
    if let sought = seeker.sought { ledger.add(sought.ledger) }
  }

  /// The readings, once they are sorted.
  consuming func finish() throws(TabularError) -> TabularReadings {
    guard let head else { throw .empty(source: "") }
    let rows = rowsBefore
    let quarantined = try ledger.settle(source: head.source, rows: rows)
    // A part of the series may have none.
    let isWhole = layout.shard == nil || columns.keys.isEmpty
    guard !isWhole || columns.targets.indices.contains(where: { holdsValue($0) }) else {
      throw .noValues(source: head.source, columns: columns.targets.map { head.columns[$0] }, rows: rows)
    }
    for position in numeric.indices.dropFirst(columns.targets.count) where isWhole && !holdsValue(position) {
      throw .noValues(source: head.source, columns: [head.columns[numeric[position]]], rows: rows)
    }
    let style = times?.style ?? TimeStyle(form: .steps)
    var result = TabularReadings(
      readings: Readings(series(style, head), style: style), quarantined: quarantined, timeFormat: times?.format,
      rowCount: rows, leftOut: [blanks].filter { $0.count > 0 }, bytes: log.bytes)
    try screen.complete(&result)
    return result
  }

  private func holdsValue(_ position: Int) -> Bool {
    groups.contains { $0.values[position].contains { !$0.isNaN } }
  }

  private func series(_ style: TimeStyle, _ head: TableHead) -> [Readings.Series] {
    let statics = columns.statics.indices.map { (name: head.columns[columns.statics[$0]], facts: facts($0)) }
    let targets = columns.targets
    return groups.enumerated().filter { !$1.times.isEmpty }.flatMap { number, group in
      // In a fixed offset the wall clock there is kept, so that days and months are those of the place.
      let times = style.zone == .none ? group.times : group.times.map(style.time(of:))
      let read = readings(of: group)
      func covariates(_ columns: [Int], after first: Int, rows: Int) -> [Covariate] {
        columns.indices.map {
          Covariate(name: head.columns[columns[$0]], values: group.values[first + $0].first(rows))
        }
      }
      let covariates = Covariates(
        past: covariates(columns.past, after: targets.count, rows: read),
        future: covariates(columns.future, after: targets.count + columns.past.count, rows: times.count),
        statics: statics.map { StaticCovariate(name: $0.name, value: $0.facts[number]) })
      return targets.indices.map { position in
        let column = head.columns[targets[position]]
        let name = key(number).map { targets.count == 1 ? $0 : "\($0)/\(column)" } ?? column
        return Readings.Series(
          name: name, times: times.first(read), values: group.values[position].first(read),
          aheadTimes: Array(times.dropFirst(read)), covariates: covariates)
      }
    }
  }

  /// How many rows are readings. Where columns are known ahead, rows after the last value of any target are not.
  private func readings(of group: ReadingLog.Group) -> Int {
    if columns.future.isEmpty { return group.times.count }
    let last = columns.targets.indices.compactMap { group.values[$0].lastIndex { !$0.isNaN } }.max()
    return last.map { $0 + 1 } ?? 0
  }

  /// What a column says of each series: numbers where every series says a number, or nothing.
  private func facts(_ position: Int) -> [StaticCovariate.Value] {
    let texts = facts.map { $0.known[position]?.text }
    let numbers = texts.map { text in
      text.flatMap(cells.number)
    }
    let areNumbers = areNumbers[position] && zip(texts, numbers).allSatisfy { $0 == nil || $1 != nil }
    return zip(texts, numbers).map { text, number in
      areNumbers ? number.map { .number($0) } ?? .missing : text.map { .text($0) } ?? .missing
    }
  }
}

/// What columns say of a whole series, each with the line that said it first.
private struct SeriesFacts {
  var known: [(text: String, line: Int)?]

  init(_ count: Int) { known = Array(repeating: nil, count: count) }
}

extension Array {
  /// So many from the beginning; the same array where that is all of it.
  fileprivate func first(_ count: Int) -> [Element] { count == self.count ? self : Array(prefix(count)) }
}
