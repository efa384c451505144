import TimeSeries

// Readings that stand on a regular index, but hardly as they were meant: of another frequency than the others, far fewer
// than steps, or alone at an end.
extension Regularization {
  /// A stretch of steps without a reading.
  private struct Gap {
    /// Its steps.
    var steps = 0
    /// The position of the reading that ends it.
    var position = 0
    /// The steps of the second longest gap.
    var next = 0
  }

  // Fewer readings fit a longer frequency by chance.
  private static let fewest = 8
  // So many steps a reading are too many where the frequency is a guess.
  private static let mostSteps = 10

  /// Refuses a series whose readings have a longer frequency than the index, which only ``every`` can ask for.
  func refuseOther(frequency: Frequency, in series: Readings.Series) throws(ForecastingError) {
    guard every == nil, let own = longerFrequency(of: series, than: frequency) else { return }
    throw .mixedFrequencies(series: series.name, frequency: own.description, other: frequency.description)
  }

  /// Refuses a series of which more than half lies in one gap of all series, and an index that is far finer than the
  /// readings from which its frequency was found.
  ///
  /// - Parameter places: the step of each reading.
  func refuseLoneReadings(
    in series: Readings.Series, at places: [Int], on grid: TimeIndex, of readings: Readings
  ) throws(ForecastingError) {
    let times = series.times
    guard !allowsSparse, times.count >= Regularization.fewest, let last = places.last else { return }
    let steps = last + 1
    let gap = longestGap(between: places)
    if 2 * gap.steps > steps {
      let (before, after) = emptyPart(between: times[gap.position - 1], and: times[gap.position], in: readings)
      let empty = grid.stepsBelow(after) - grid.stepsBelow(before) - 1
      if 2 * empty > steps {
        throw .loneReadings(
          series: series.name, steps: empty, frequency: grid.frequency.description,
          before: readings.style.text(of: before), after: readings.style.text(of: after))
      }
    }
    // Each series is looked at, so all of them only where there are far too many steps.
    if every == nil, steps > Regularization.mostSteps * times.count,
      readings.series.allSatisfy({ $0.times.count <= times.count })
    {
      throw .tooSparse(
        series: series.name, readings: times.count, steps: steps, frequency: grid.frequency.description)
    }
  }

  /// What a person should know of readings that were put on their index, a line each.
  public func doubts(in readings: Readings, _ panel: Panel) -> [String] {
    if allowsSparse { return [] }
    let known = Dictionary(readings.series.map { ($0.name, $0) }) { first, _ in first }
    var (coarse, sparse, lone) = ([String](), [String](), [String]())
    for series in panel.series {
      guard let read = known[series.name], !series.index.frequency.isCounted else { continue }
      let missing = series.values.count(where: \.isNaN)
      let frequency = series.index.frequency
      if aggregate != .count, 2 * missing > series.count {
        if let own = longerFrequency(of: read, than: frequency) {
          coarse.append("series \"\(series.name)\" has a reading every \(own), but stands on steps of \(frequency)")
        } else {
          sparse.append(
            "series \"\(series.name)\": \(missing) of \(series.count) steps of \(frequency) have no reading")
        }
      }
      if lone.isEmpty, let found = loneReading(of: read, on: series.index, in: readings) { lone.append(found) }
    }
    let closed = panel.series.first.map { Regularization.words(on: $0.index.closed) } ?? []
    return closed + [coarse, sparse, lone].flatMap(Regularization.few)
  }

  /// What weekdays are no steps, and which of those that come.
  private static func words(on closed: ClosedDays) -> [String] {
    let days = closed.days
    guard let first = days.seen.first, let last = days.seen.last else { return [] }
    let style = TimeStyle(form: .date)
    let seen =
      "weekdays on which no series has a reading are no steps: \(counted(days.seen.count, "day")) from "
      + "\(style.text(of: first)) to \(style.text(of: last)); "
    let ahead = days.ahead.first.map { next in
      "nor are those that come back every year, \(style.text(of: next)) the next of them"
    }
    return [seen + (ahead ?? "none comes back every year by a rule, so that every weekday to come is a step")]
  }

  /// The frequency of a series alone, where it is clearly longer.
  private func longerFrequency(of series: Readings.Series, than frequency: Frequency) -> Frequency? {
    guard let usual = frequency.usualLength else { return nil }
    let values = series.values
    let count = values.count { !$0.isNaN }
    guard count > 2, let first = values.firstIndex(where: { !$0.isNaN }),
      let last = values.lastIndex(where: { !$0.isNaN }),
      Double(series.times[last].milliseconds - series.times[first].milliseconds) > 1.5 * usual * Double(count - 1)
    else { return nil }
    let times = zip(series.times, values).filter { !$1.isNaN }.map(\.0)
    guard let own = Frequency.inferred(from: times), let length = own.usualLength, length > 1.9 * usual
    else { return nil }
    // Days of a month are told by few readings, steps by more.
    let isCalendar = if case .months = own, frequency.isShorterThanMonths { true } else { false }
    guard times.count >= (isCalendar ? 3 : Regularization.fewest) else { return nil }
    let grid = TimeIndex(start: times[0], frequency: own, count: 0, monthDay: Frequency.monthDay(of: times))
    return grid.holds(times) ? own : nil
  }

  /// A word on the few readings at one end that a gap keeps apart from all others.
  private func loneReading(of series: Readings.Series, on index: TimeIndex, in readings: Readings) -> String? {
    let times = series.times
    guard times.count > 1 else { return nil }
    let gap = longestGap(between: index.places(of: times).steps)
    let few = max(1, times.count / 50)
    let isLast = times.count - gap.position <= few
    guard gap.steps >= 7, gap.steps >= 3 * gap.next, isLast || gap.position <= few else { return nil }
    let (before, after) = emptyPart(between: times[gap.position - 1], and: times[gap.position], in: readings)
    let empty = index.stepsBelow(after) - index.stepsBelow(before) - 1
    guard empty >= 7, empty >= 3 * gap.next else { return nil }
    let style = readings.style
    return "series \"\(series.name)\": \(empty) steps of \(index.frequency) without a reading lie between "
      + "\(style.text(of: before)) and \(style.text(of: after)); "
      + (isLast ? "is the last time right? the forecast begins after it" : "is the first time right?")
  }

  private func longestGap(between steps: [Int]) -> Gap {
    var gap = Gap()
    var last: Int?
    for (position, step) in steps.enumerated() {
      if let last, step - last - 1 > gap.steps {
        gap = Gap(steps: step - last - 1, position: position, next: gap.steps)
      } else if let last {
        gap.next = max(gap.next, step - last - 1)
      }
      last = step
    }
    return gap
  }

  /// The longer end of a gap in which no other series has a reading either.
  private func emptyPart(
    between before: Timestamp, and after: Timestamp, in readings: Readings
  ) -> (before: Timestamp, after: Timestamp) {
    var (latest, earliest) = (before, after)
    for series in readings.series {
      let times = series.times
      let next = times.firstPosition { $0 > before }
      if next < times.count { earliest = min(earliest, times[next]) }
      let end = times.firstPosition { $0 >= after }
      if end > 0 { latest = max(latest, times[end - 1]) }
    }
    return after.milliseconds - latest.milliseconds >= earliest.milliseconds - before.milliseconds
      ? (latest, after) : (before, earliest)
  }

  private static func few(_ lines: [String]) -> [String] {
    guard lines.count > 3 else { return lines }
    return lines.prefix(2) + ["\(lines[2]) (and \(lines.count - 3) more series like it)"]
  }
}

extension Frequency {
  /// About how many milliseconds a step has; nil where steps are counted.
  fileprivate var usualLength: Double? {
    switch self {
    case .counted: nil
    case .milliseconds(let length): Double(length)
    case .businessDays(let count): Double(count) * 1.4 * 86_400_000
    case .months(let count): Double(count) * 30.44 * 86_400_000
    }
  }

  fileprivate var isShorterThanMonths: Bool { if case .months = self { false } else { true } }
}

extension [Timestamp] {
  /// The first position whose time fulfils what all later ones do; the count where none does.
  fileprivate func firstPosition(where isLater: (Timestamp) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isLater(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
