/// A moment, as milliseconds since 1970-01-01T00:00:00.
///
/// Whether that is UTC or a wall clock without a zone is known only to the edges that read and print it
/// (``TimeStyle``); arithmetic needs neither.
public struct Timestamp: Hashable, Comparable, Sendable, Codable {
  /// Milliseconds since the epoch; negative before it.
  public var milliseconds: Int64

  /// A moment so many milliseconds after the epoch.
  public init(milliseconds: Int64) { self.milliseconds = milliseconds }

  /// A moment so many whole seconds after the epoch.
  public init(seconds: Int64) { self.milliseconds = seconds * 1000 }

  /// Every moment that is read or reached by steps: some three million years around 1970, of which each two have a
  /// distance, and each a date.
  public static let range =
    Timestamp(
      milliseconds: -100_000_000_000_000_000)...Timestamp(
      milliseconds: 100_000_000_000_000_000)

  /// The moment so many milliseconds later, or the nearest within ``range``.
  func moved(by milliseconds: Int64) -> Timestamp {
    let (moved, overflow) = self.milliseconds.addingReportingOverflow(milliseconds)
    return Timestamp(milliseconds: overflow ? milliseconds < 0 ? .min : .max : moved).clamped(to: Timestamp.range)
  }

  /// Whether `a` is earlier.
  public static func < (a: Timestamp, b: Timestamp) -> Bool { a.milliseconds < b.milliseconds }

  static let millisecondsPerDay: Int64 = 86_400_000

  /// Whole days since 1970-01-01, rounded down.
  public var day: Int64 { floorDivide(milliseconds, Timestamp.millisecondsPerDay) }
}

/// A date and time of day in the proleptic Gregorian calendar.
public struct CivilTime: Hashable, Sendable {
  /// The year; 0 is 1 BC.
  public var year: Int
  /// 1 to 12.
  public var month: Int
  /// 1 to 31.
  public var day: Int
  /// 0 to 23.
  public var hour = 0
  /// 0 to 59.
  public var minute = 0
  /// 0 to 59.
  public var second = 0
  /// 0 to 999.
  public var millisecond = 0

  /// A date, at midnight unless a time of day is given. Nothing is checked; see ``isValid``.
  public init(
    year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0, millisecond: Int = 0
  ) {
    self.year = year
    self.month = month
    self.day = day
    self.hour = hour
    self.minute = minute
    self.second = second
    self.millisecond = millisecond
  }

  /// The calendar's reading of a timestamp.
  public init(_ time: Timestamp) {
    let days = time.day
    let rest = Int(time.milliseconds - days * Timestamp.millisecondsPerDay)
    (year, month, day) = CivilTime.date(daysSinceEpoch: days)
    (hour, minute) = (rest / 3_600_000, rest / 60_000 % 60)
    (second, millisecond) = (rest / 1000 % 60, rest % 1000)
  }

  /// Whether such a date and time exists; leap seconds do not.
  public var isValid: Bool {
    (1...12).contains(month) && (1...CivilTime.days(inMonth: month, of: year)).contains(day)
      && (0...23).contains(hour) && (0...59).contains(minute) && (0...59).contains(second)
      && (0...999).contains(millisecond)
  }

  /// The moment that this reading names.
  public var timestamp: Timestamp {
    let days = CivilTime.daysSinceEpoch(year: year, month: month, day: day)
    let seconds = Int64(hour * 3600 + minute * 60 + second)
    return Timestamp(milliseconds: days * Timestamp.millisecondsPerDay + seconds * 1000 + Int64(millisecond))
  }

  /// The number of days of a month, leap years counted.
  public static func days(inMonth month: Int, of year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  // Both ways between dates and day numbers work on a year that starts in March, so that the leap day is the
  // year's last and every 400 years have the same 146,097 days.

  static func daysSinceEpoch(year: Int, month: Int, day: Int) -> Int64 {
    let shifted = Int64(month <= 2 ? year - 1 : year)
    let era = floorDivide(shifted, 400)
    let yearOfEra = shifted - era * 400
    let dayOfYear = Int64((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1)
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  static func date(daysSinceEpoch: Int64) -> (year: Int, month: Int, day: Int) {
    let days = daysSinceEpoch + 719_468
    let era = floorDivide(days, 146_097)
    let dayOfEra = days - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = Int(shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9)
    let year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
    return (year, month, Int(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1))
  }
}

/// Division rounded toward minus infinity.
package func floorDivide(_ a: Int64, _ b: Int64) -> Int64 {
  let quotient = a / b
  return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient
}
