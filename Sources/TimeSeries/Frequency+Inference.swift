extension Frequency {
  /// The frequency that times seem to have; nil for fewer than two.
  ///
  /// Calendar months (and quarters and years) and business days are found where every time fits them; otherwise the most
  /// common distance is taken, the shorter one of two that are equally common. Cost: one sort at the most.
  ///
  /// - Parameter times: strictly ascending.
  public static func inferred(from times: [Timestamp]) -> Frequency? {
    guard times.count > 1 else { return nil }
    return calendarMonths(times) ?? weekdays(times) ?? mostCommonGap(times)
  }

  private static func calendarMonths(_ times: [Timestamp]) -> Frequency? {
    var common = 0
    var previous: CivilTime?
    for time in times {
      let civil = CivilTime(time)
      if let previous {
        let months = (civil.year - previous.year) * 12 + civil.month - previous.month
        if months < 1 { return nil }
        common = greatestCommonDivisor(common, months)
      }
      previous = civil
    }
    let frequency = Frequency.months(common)
    return TimeIndex(start: times[0], frequency: frequency, count: 0, monthDay: monthDay(of: times)).holds(times)
      ? frequency : nil
  }

  /// The day of the month that times seem to be counted on: 31 where each stands on the last of its month, otherwise the
  /// latest; nil without times.
  package static func monthDay(of times: some Sequence<Timestamp>) -> Int? {
    var (latest, areEnds) = (0, true)
    for time in times {
      let civil = CivilTime(time)
      latest = max(latest, civil.day)
      if civil.day < CivilTime.days(inMonth: civil.month, of: civil.year) { areEnds = false }
    }
    return latest == 0 ? nil : areEnds ? 31 : latest
  }

  private static func weekdays(_ times: [Timestamp]) -> Frequency? {
    let day = Timestamp.millisecondsPerDay
    var hasNextDay = false
    var hasWeekend = false
    for (earlier, later) in zip(times, times.dropFirst()) {
      let gap = later.milliseconds - earlier.milliseconds
      if gap % day != 0 { return nil }
      if gap == day { hasNextDay = true }
      if gap == 3 * day { hasWeekend = true }
    }
    guard hasNextDay, hasWeekend, times.allSatisfy({ BusinessDays.weekday($0.day) < 5 }) else { return nil }
    return .businessDays(1)
  }

  private static func mostCommonGap(_ times: [Timestamp]) -> Frequency? {
    var counts: [Int64: Int] = [:]
    for (earlier, later) in zip(times, times.dropFirst()) {
      counts[later.milliseconds - earlier.milliseconds, default: 0] += 1
    }
    return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }.map { .milliseconds($0.key) }
  }

  /// The start of the step that a time falls into, on the calendar's own grid: full hours, midnights, Mondays, first
  /// days of months, quarters and years.
  public func floor(_ time: Timestamp) -> Timestamp {
    switch self {
    case .counted:
      return time
    case .milliseconds(let length):
      // Weeks start on Mondays, and 1970 began on a Thursday.
      let shift = length % (7 * Timestamp.millisecondsPerDay) == 0 ? 3 * Timestamp.millisecondsPerDay : 0
      return Timestamp(milliseconds: floorDivide(time.milliseconds + shift, length) * length - shift)
    case .businessDays(let length):
      let number = floorDivide(BusinessDays.number(of: time.day), Int64(length)) * Int64(length)
      return Timestamp(milliseconds: BusinessDays.day(number: number) * Timestamp.millisecondsPerDay)
    case .months(let length):
      let civil = CivilTime(time)
      let months = floorDivide(Int64(civil.year * 12 + civil.month - 1), Int64(length)) * Int64(length)
      let year = floorDivide(months, 12)
      return CivilTime(year: Int(year), month: Int(months - year * 12) + 1, day: 1).timestamp
    }
  }
}

private func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : greatestCommonDivisor(b, a % b) }

/// How regular some times are.
public struct Regularity: Sendable, Equatable {
  /// The step that they seem to have.
  public var step: Frequency
  /// The share of steps from the first to the last time that lead from one of them to the next.
  public var share: Double

  /// Whether hardly a step is absent.
  public var isAlmostRegular: Bool { share >= 0.8 }

  /// The regularity of times, which ascend strictly; nil for fewer than two.
  public init?(of times: [Timestamp]) {
    guard let first = times.first, let last = times.last, let step = Frequency.inferred(from: times) else { return nil }
    let monthDay = Frequency.monthDay(of: times)
    let steps = zip(times, times.dropFirst()).count { step.advance($0, by: 1, onDay: monthDay) == $1 }
    self.step = step
    share = Double(steps) / Double(max(step.stepsBelow(last, from: first, onDay: monthDay), times.count - 1))
  }
}
