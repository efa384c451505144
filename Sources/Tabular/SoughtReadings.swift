import TimeSeries

/// Readings that are bad for what other rows say. Which rows they come from is not kept, and seen when all rows are gone
/// through once more.
struct SoughtReadings {
  /// A reading: its series, and how many of the series came before it.
  private struct Place: Hashable {
    var group: Int
    var position: Int
  }

  private let repeated: RepeatedTimes
  /// The columns of all values.
  private let columns: [Int]
  /// Readings whose time an earlier one has, each with that one.
  private var second: [Place: Place] = [:]
  /// The lines of the earlier ones, once they have passed.
  private var lines: [Place: Int] = [:]
  /// Readings of which some values, together with those of the same time, have no finite value.
  private var infinite: [Place: [Int]] = [:]
  /// How many readings of each series have passed.
  private var passed: [Int] = []
  /// The rows that were found.
  private(set) var ledger: BadRowLedger

  init(_ layout: ReadingLayout, columns: [Int]) {
    (repeated, self.columns, ledger) = (layout.repeated, columns, BadRowLedger(layout))
  }

  var isEmpty: Bool { second.isEmpty && infinite.isEmpty }

  /// Seeks a reading that has the time of an earlier one.
  mutating func seek(_ position: Int, after first: Int, group: Int) {
    second[Place(group: group, position: position)] = Place(group: group, position: first)
    lines[Place(group: group, position: first)] = 0
  }

  /// Seeks a reading of which a value is infinite.
  mutating func seek(_ position: Int, value: Int, group: Int) {
    infinite[Place(group: group, position: position), default: []].append(value)
  }

  /// There is one more series.
  mutating func add() { passed.append(0) }

  /// Lets the next reading pass.
  ///
  /// - Parameters:
  ///   - series: the name of its series; nil for the only one.
  ///   - start: the rows before those of the part.
  ///   - time: the first column of times.
  mutating func pass(group: Int, series: String?, row: Int, of part: Table, from start: Int, time: Int?) {
    let place = Place(group: group, position: passed[group])
    passed[group] += 1
    if lines[place] != nil { lines[place] = part.line(ofRow: row) }
    if let first = second[place], let time {
      let text = time < part.cellCount(ofRow: row) ? part.text(row: row, column: time) : ""
      let fault = BadRow.Fault.timeTwice(text, series: series, line: lines[first] ?? 0)
      ledger.note(row: row, of: part, from: start, column: time, fault: fault)
    }
    for value in infinite[place] ?? [] {
      ledger.note(row: row, of: part, from: start, column: columns[value], fault: .infinite("the \(repeated)"))
    }
  }
}

extension ReadingLog.Group {
  /// Puts the readings in the order of time, and settles what becomes of several with one time.
  ///
  /// - Parameters:
  ///   - targets: how many of the columns, from the first, are targets.
  ///   - number: which series it is.
  mutating func settle(_ repeated: RepeatedTimes, targets: Int, number: Int, _ sought: inout SoughtReadings) {
    if repeated != .count, zip(times, times.dropFirst()).allSatisfy({ $0 < $1 }) { return }
    // Readings come in the order of rows, so the position settles ties in that order.
    let order = times.indices.sorted { (times[$0], $0) < (times[$1], $1) }
    if repeated != .refuse { return join(repeated, order, targets: targets, number: number, &sought) }
    var kept: [Int] = []
    kept.reserveCapacity(order.count)
    for position in order {
      if let last = kept.last, times[last] == times[position] {
        sought.seek(position, after: last, group: number)
      } else {
        kept.append(position)
      }
    }
    times = kept.map { times[$0] }
    values = values.map { values in kept.map { values[$0] } }
  }

  /// Makes one reading of all with one time. Covariates become their mean, whatever the targets do.
  private mutating func join(
    _ repeated: RepeatedTimes, _ order: [Int], targets: Int, number: Int, _ sought: inout SoughtReadings
  ) {
    let runs = order.chunked { times[$0] == times[$1] }
    for (column, values) in self.values.enumerated() {
      let repeated = column < targets ? repeated : .mean
      self.values[column] = runs.map { run in
        let value = repeated.value(of: run.map { values[$0] }.filter { !$0.isNaN })
        guard value.isInfinite else { return value }
        sought.seek(run[run.startIndex], value: column, group: number)
        return .nan
      }
    }
    times = runs.map { times[$0[$0.startIndex]] }
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
