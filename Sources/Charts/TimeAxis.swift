import TimeSeries

/// Tics on an axis of time: whole years, months, days, hours and so on, whichever suits what is shown.
///
/// Places are seconds since 1970, or step numbers where there are no times.
enum TimeAxis {
  /// The position of a step of an index on the axis.
  static func position(_ time: Timestamp, _ frequency: Frequency) -> Double {
    frequency.isCounted ? Double(time.milliseconds) : Double(time.milliseconds) / 1000
  }

  /// At most about `most` tics between two times, both included.
  ///
  /// - Parameter monthDay: the day of the month that steps of calendar months fall on; nil for that of the first.
  static func tics(
    from first: Timestamp, through last: Timestamp, frequency: Frequency, monthDay: Int? = nil, most: Int
  ) -> [Tic] {
    if frequency.isCounted { return stepTics(from: first.milliseconds, through: last.milliseconds, most: most) }
    let span = last.milliseconds - first.milliseconds
    // There is nothing to show between two steps.
    let own: Int64? =
      switch frequency {
      case .milliseconds(let length): min(length, 14 * day)
      case .businessDays: day
      case .months, .counted: nil
      }
    if let own, let length = fixedLengths.first(where: { $0 >= own && span / $0 < most }) {
      return fixedTics(from: first, through: last, length: length)
    }
    return monthTics(from: first, through: last, most: most, frequency: frequency, monthDay: monthDay)
  }

  // MARK: Steps

  /// At most `most` tics at whole numbers.
  static func stepTics(from first: Int64, through last: Int64, most: Int) -> [Tic] {
    var (length, power): (Int64, Int64) = (1, 1)
    while (last - first) / length >= Int64(most) {
      if length == 10 * power { power = length }
      length = length == power ? 2 * power : length == 2 * power ? 5 * power : 10 * power
    }
    let start = floorDivide(first + length - 1, length) * length
    return stride(from: start, through: last, by: Int(length)).map {
      Tic(at: Double($0), label: decimal(Double($0), places: 0))
    }
  }

  // MARK: Years and months

  private static func monthTics(
    from first: Timestamp, through last: Timestamp, most: Int, frequency: Frequency, monthDay: Int?
  ) -> [Tic] {
    let (a, b) = (CivilTime(first), CivilTime(last))
    let years = [1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000]
    var lengths = [1, 2, 3, 6] + years.map { $0 * 12 }
    if case .months(let own) = frequency, own % 12 == 0 { lengths.removeFirst(4) }
    let length = lengths.first { ((b.year - a.year) * 12 + b.month - a.month) / $0 < most } ?? 12_000
    let start = CivilTime(year: a.year, month: a.month, day: 1).timestamp
    var shown: Int?
    return grid(.months(length), from: start, through: last).compactMap { month in
      var civil = CivilTime(month)
      // Months that are read on another day than the first have their tic on their own reading.
      if case .months = frequency {
        civil.day = min(monthDay ?? a.day, CivilTime.days(inMonth: civil.month, of: civil.year))
      }
      guard civil.timestamp >= first, civil.timestamp <= last else { return nil }
      defer { shown = civil.year }
      let position = Double(civil.timestamp.milliseconds) / 1000
      if length >= 12 { return Tic(at: position, label: String(civil.year)) }
      return Tic(
        at: position, label: monthNames[civil.month - 1], second: shown == civil.year ? nil : String(civil.year))
    }
  }

  // MARK: Weeks, days and below

  private static let (second, minute, hour, day): (Int64, Int64, Int64, Int64) = (1000, 60_000, 3_600_000, 86_400_000)

  private static let fixedLengths: [Int64] =
    [1, 2, 5, 10, 20, 50, 100, 200, 500] + [1, 2, 5, 10, 15, 30].map { $0 * second }
    + [1, 2, 5, 10, 15, 30].map { $0 * minute } + [1, 2, 3, 6, 12].map { $0 * hour } + [1, 2, 7, 14].map { $0 * day }

  private static func fixedTics(from first: Timestamp, through last: Timestamp, length: Int64) -> [Tic] {
    var shown: CivilTime?
    return grid(.milliseconds(length), from: first, through: last).map { time in
      let civil = CivilTime(time)
      defer { shown = civil }
      let date = "\(civil.day) \(monthNames[civil.month - 1])"
      let label: String
      var below: String?
      if length >= day {
        label = date
        if shown?.year != civil.year { below = String(civil.year) }
      } else {
        label = clock(civil, length: length)
        if shown?.year != civil.year {
          below = "\(date) \(civil.year)"
        } else if shown?.month != civil.month || shown?.day != civil.day {
          below = date
        }
      }
      return Tic(at: Double(time.milliseconds) / 1000, label: label, second: below)
    }
  }

  private static func clock(_ civil: CivilTime, length: Int64) -> String {
    var text = "\(twoDigits(civil.hour)):\(twoDigits(civil.minute))"
    if length < minute { text += ":\(twoDigits(civil.second))" }
    if length < second { text += "." + String(String(1000 + civil.millisecond).dropFirst()) }
    return text
  }

  private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  private static let monthNames = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// The steps of the calendar's own grid between two times, both included.
  private static func grid(_ frequency: Frequency, from first: Timestamp, through last: Timestamp) -> [Timestamp] {
    let floor = frequency.floor(first)
    let start = floor < first ? frequency.advance(floor, by: 1) : floor
    return start > last ? [] : (0...frequency.stepsBelow(last, from: start)).map { frequency.advance(start, by: $0) }
  }
}
