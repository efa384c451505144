/// A feature of the calendar: the position of a moment in a cycle.
public enum CalendarFeature: String, Sendable, Hashable, Codable, CaseIterable {
  /// Within the hour.
  case minute
  /// Within the day; half past six lies between six and seven.
  case hour
  /// From Monday on.
  case dayOfWeek = "day-of-week"
  case dayOfMonth = "day-of-month"
  case dayOfYear = "day-of-year"
  /// Of the year, by ISO 8601.
  case week
  /// Of the year.
  case month

  /// How far through its cycle a moment is: from 0 to less than 1.
  public func phase(of time: Timestamp) -> Double {
    let inDay = time.milliseconds - time.day * Timestamp.millisecondsPerDay
    switch self {
    case .minute: return Double(inDay % 3_600_000) / 3_600_000
    case .hour: return Double(inDay) / Double(Timestamp.millisecondsPerDay)
    case .dayOfWeek: return Double(BusinessDays.weekday(time.day)) / 7
    case .dayOfMonth:
      let civil = CivilTime(time)
      return Double(civil.day - 1) / Double(CivilTime.days(inMonth: civil.month, of: civil.year))
    case .dayOfYear:
      let (day, length) = CalendarFeature.dayOfYear(time.day)
      return Double(day) / Double(length)
    case .week:
      // The week belongs to the year of its Thursday.
      let thursday = time.day - BusinessDays.weekday(time.day) + 3
      return Double(CalendarFeature.dayOfYear(thursday).day / 7) / 53
    case .month: return Double(CivilTime(time).month - 1) / 12
    }
  }

  private static func dayOfYear(_ day: Int64) -> (day: Int, length: Int) {
    let year = CivilTime.date(daysSinceEpoch: day).year
    let start = CivilTime.daysSinceEpoch(year: year, month: 1, day: 1)
    return (Int(day - start), Int(CivilTime.daysSinceEpoch(year: year + 1, month: 1, day: 1) - start))
  }

  /// How long the cycle is, in words.
  public var cycle: String { length.words }

  /// The shortest cycle, in words and in each unit of a frequency.
  private var length: (words: String, milliseconds: Int64, weekdays: Int, months: Int) {
    let day = Timestamp.millisecondsPerDay
    return switch self {
    case .minute: ("an hour", 3_600_000, 0, 0)
    case .hour: ("a day", day, 0, 0)
    case .dayOfWeek: ("a week", 7 * day, 5, 0)
    case .dayOfMonth: ("a month", 28 * day, 20, 0)
    case .dayOfYear, .week, .month: ("a year", 365 * day, 260, 12)
    }
  }

  /// Whether steps of a frequency are shorter than the cycle; counted steps have no position in it at all.
  public func tells(of frequency: Frequency) -> Bool {
    switch frequency {
    case .counted: false
    case .milliseconds(let step): step < length.milliseconds
    case .businessDays(let step): step < length.weekdays
    case .months(let step): step < length.months
    }
  }
}
