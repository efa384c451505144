/// How far apart the steps of a regular index are.
///
/// Months and years step by the calendar, business days from Monday to Friday; everything else is a fixed length.
public enum Frequency: Hashable, Sendable, Codable {
  /// No time at all: steps are only counted. Their usual season, 1 for none, comes from elsewhere.
  case counted(season: Int)
  /// A fixed number of milliseconds; days and weeks too.
  case milliseconds(Int64)
  /// Every n-th weekday from Monday to Friday.
  case businessDays(Int)
  /// Every n calendar months; a quarter is 3, a year 12.
  case months(Int)

  /// Counted steps of which no season is known.
  public static let steps = Frequency.counted(season: 1)

  /// Whether steps are only counted.
  public var isCounted: Bool { if case .counted = self { true } else { false } }

  /// n seconds.
  public static func seconds(_ n: Int) -> Frequency { .milliseconds(Int64(n) * 1000) }
  /// n minutes.
  public static func minutes(_ n: Int) -> Frequency { .seconds(60 * n) }
  /// n hours.
  public static func hours(_ n: Int) -> Frequency { .seconds(3600 * n) }
  /// n days.
  public static func days(_ n: Int) -> Frequency { .seconds(86_400 * n) }
  /// n weeks.
  public static func weeks(_ n: Int) -> Frequency { .days(7 * n) }
  /// n calendar years.
  public static func years(_ n: Int) -> Frequency { .months(12 * n) }

  /// The time `count` steps after `start` (before it when negative), or the end of ``Timestamp/range`` that is nearest to
  /// it.
  ///
  /// A day that a month does not have becomes that month's last, counted from `start` each time, so nothing drifts.
  ///
  /// - Parameter monthDay: the day that calendar months are counted on, where `start` stands on the last day of a month
  ///   that does not have it; 31 for the ends of months. ``TimeIndex`` knows that of its steps.
  public func advance(_ start: Timestamp, by count: Int, onDay monthDay: Int? = nil) -> Timestamp {
    switch self {
    case .counted:
      return start.moved(by: Int64(count))
    case .milliseconds(let length):
      return start.moved(by: product(Int64(count), length))
    case .businessDays(let length):
      // More days than the range has, and few enough to be turned into milliseconds.
      let steps = product(Int64(count), Int64(length)).clamped(to: -10_000_000_000...10_000_000_000)
      let days = BusinessDays.day(number: BusinessDays.number(of: start.day) + steps) - start.day
      return start.moved(by: days * Timestamp.millisecondsPerDay)
    case .months(let length):
      var civil = CivilTime(start)
      let steps = product(Int64(count), Int64(length)).clamped(to: -1_000_000_000...1_000_000_000)
      let months = Int64(civil.year * 12 + civil.month - 1) + steps
      civil.year = Int(floorDivide(months, 12))
      civil.month = Int(months - floorDivide(months, 12) * 12) + 1
      civil.day = min(max(civil.day, monthDay ?? 1), CivilTime.days(inMonth: civil.month, of: civil.year))
      return civil.timestamp.moved(by: 0)
    }
  }

  /// How many whole steps `time` is after `start`, rounded down to the last step that is not later than it.
  public func stepsBelow(_ time: Timestamp, from start: Timestamp, onDay monthDay: Int? = nil) -> Int {
    let gap = time.milliseconds - start.milliseconds
    switch self {
    case .counted:
      return Int(gap)
    case .milliseconds(let length):
      return Int(floorDivide(gap, length))
    case .businessDays(let length):
      let weekdays = BusinessDays.number(of: time.day) - BusinessDays.number(of: start.day)
      return settle(Int(floorDivide(weekdays, Int64(length))), below: time, from: start, nil)
    case .months(let length):
      let (a, b) = (CivilTime(start), CivilTime(time))
      let months = Int64((b.year - a.year) * 12 + b.month - a.month)
      return settle(Int(floorDivide(months, Int64(length))), below: time, from: start, monthDay)
    }
  }

  /// How many steps `time` is after `start`, or nil where it does not fall on a step.
  public func steps(to time: Timestamp, from start: Timestamp, onDay monthDay: Int? = nil) -> Int? {
    let count = stepsBelow(time, from: start, onDay: monthDay)
    return advance(start, by: count, onDay: monthDay) == time ? count : nil
  }

  // A guess from whole months or weekdays is off by one at the most, when the time of day or of month is earlier.
  private func settle(_ guess: Int, below time: Timestamp, from start: Timestamp, _ monthDay: Int?) -> Int {
    if advance(start, by: guess, onDay: monthDay) > time { return guess - 1 }
    return advance(start, by: guess + 1, onDay: monthDay) <= time ? guess + 1 : guess
  }

  /// Whether each of its steps, from where another frequency has one, falls on a step of that one.
  func isMultiple(of other: Frequency) -> Bool {
    switch (self, other) {
    case (.milliseconds(let length), .milliseconds(let part)): length % part == 0
    case (.months(let length), .months(let part)): length % part == 0
    // Months and business days count whole days.
    case (.months, .milliseconds(let part)), (.businessDays, .milliseconds(let part)):
      Timestamp.millisecondsPerDay % part == 0
    default: false
    }
  }

  /// The season that readings of this frequency most often have, in steps; 1 where there is no usual one.
  public var usualSeason: Int {
    switch self {
    case .counted(let season): return season
    case .businessDays(let n): return n == 1 ? 5 : 1
    case .months(let n): return n < 12 && 12 % n == 0 ? 12 / n : 1
    case .milliseconds(let length):
      let (day, week) = (Timestamp.millisecondsPerDay, 7 * Timestamp.millisecondsPerDay)
      if length < day { return day % length == 0 ? Int(day / length) : 1 }
      if length == day { return 7 }
      return length == week ? 52 : 1
    }
  }

  /// The seasons that readings of this frequency may have, in steps, the shortest first: day and week, week and year.
  public var possibleSeasons: [Int] {
    let usual = usualSeason
    guard usual > 1 else { return [] }
    switch self {
    case .milliseconds(let length) where length < Timestamp.millisecondsPerDay: return [usual, 7 * usual]
    case .milliseconds(Timestamp.millisecondsPerDay): return [usual, 365]
    case .counted where usual == 7: return [usual, 365]
    // As many steps as a day has of an hour or less.
    case .counted where usual >= 24 && 86_400 % usual == 0: return [usual, 7 * usual]
    default: return [usual]
    }
  }
}

extension Frequency: CustomStringConvertible {
  /// The shortest form of ``init(_:)``: `1h`, `15m`, `1mo`, `1bd`, or `steps`.
  public var description: String {
    switch self {
    case .counted: return "steps"
    case .businessDays(let n): return "\(n)bd"
    case .months(let n): return n % 12 == 0 ? "\(n / 12)y" : n % 3 == 0 ? "\(n / 3)q" : "\(n)mo"
    case .milliseconds(let length):
      for (unit, size) in Frequency.fixedUnits where length % size == 0 { return "\(length / size)\(unit)" }
      return "\(length)ms"
    }
  }

  /// The longest duration that is read, in years: about as long as dates are kept anywhere.
  public static let longestYears = 1000

  /// Reads a duration such as `15m`, `1h`, `1d`, `1w`, `1mo`, `1q`, `1y`, `1bd`, `30s` or `100ms`; nil for anything
  /// else, zero and what is longer than ``longestYears`` included.
  public init?(_ text: some StringProtocol) {
    let digits = text.prefix(while: \.isASCIIDigit)
    guard let count = Int(digits), count > 0, count <= 1_000_000_000 else { return nil }
    switch text.dropFirst(digits.count) {
    case "bd": self = .businessDays(count)
    case "mo": self = .months(count)
    case "q": self = .months(3 * count)
    case "y": self = .years(count)
    case "ms": self = .milliseconds(Int64(count))
    case let unit:
      guard let size = Frequency.fixedUnits.first(where: { $0.name == unit })?.size else { return nil }
      self = .milliseconds(Int64(count) * size)
    }
    guard years <= Double(Frequency.longestYears) else { return nil }
  }

  /// Whether a text has the form of a duration, and is longer than ``longestYears``.
  public static func isTooLong(_ text: some StringProtocol) -> Bool {
    let digits = text.prefix(while: \.isASCIIDigit)
    return digits.contains { $0 != "0" } && Frequency(text) == nil
      && Frequency("1" + text.dropFirst(digits.count)) != nil
  }

  /// About how many years a step has; 0 for steps that are only counted.
  var years: Double {
    switch self {
    case .counted: 0
    case .milliseconds(let length): Double(length) / (365.25 * Double(Timestamp.millisecondsPerDay))
    case .businessDays(let length): Double(length) / 261
    case .months(let length): Double(length) / 12
    }
  }

  /// Whether time can be counted in these steps: a length above zero that stays within ``Timestamp/range``.
  var isSound: Bool {
    switch self {
    case .counted(let season): season >= 1
    case .milliseconds(let length): length >= 1 && length <= Timestamp.range.upperBound.milliseconds
    case .businessDays(let length), .months(let length): length >= 1 && years <= 1_000_000
    }
  }

  private static let fixedUnits: [(name: String, size: Int64)] = [
    ("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000),
  ]
}

extension Character {
  fileprivate var isASCIIDigit: Bool { isASCII && isWholeNumber }
}

/// The product of two numbers, or the nearest number that there is.
private func product(_ a: Int64, _ b: Int64) -> Int64 {
  let (product, overflow) = a.multipliedReportingOverflow(by: b)
  return overflow ? (a < 0) == (b < 0) ? .max : .min : product
}

extension Comparable {
  func clamped(to range: ClosedRange<Self>) -> Self { min(max(self, range.lowerBound), range.upperBound) }
}

/// Numbers the weekdays from Monday to Friday, so that a weekend is no distance at all.
enum BusinessDays {
  // 1970-01-01 was a Thursday, so the Monday of its week is day -3.
  static func weekday(_ day: Int64) -> Int64 { (day + 3) - floorDivide(day + 3, 7) * 7 }

  /// The weekday's number; Saturday and Sunday count as the Friday before them.
  static func number(of day: Int64) -> Int64 { floorDivide(day + 3, 7) * 5 + min(weekday(day), 4) }

  static func day(number: Int64) -> Int64 {
    let week = floorDivide(number, 5)
    return week * 7 + (number - week * 5) - 3
  }
}
