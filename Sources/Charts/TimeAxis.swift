import TimeSeries

/// Tics on an axis of time: whole years, months, days, hours and so on, whichever suits what is shown.
///
/// Places are seconds since 1970, or step numbers where there are no times.
enum TimeAxis {
  /// The place of a step of an index.
  static func place(_ time: Timestamp, _ frequency: Frequency) -> Double {
    frequency.isCounted ? Double(time.milliseconds) : Double(time.milliseconds) / 1000
  }

  /// At most about `most` tics between two times, both included.
  static func tics(from first: Timestamp, through last: Timestamp, frequency: Frequency, most: Int) -> [Tic] {
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
    return monthTics(from: first, through: last, most: most, frequency: frequency)
  }

  // MARK: Steps

  /// At most `most` tics at whole numbers.
  static func stepTics(from first: Int64, through last: Int64, most: Int) -> [Tic] {
    var length: Int64 = 1
    var factors = [2, 5, 10].makeIterator()
    var power: Int64 = 1
    while (last - first) / length >= Int64(most) {
      if let factor = factors.next() {
        length = power * Int64(factor)
      } else {
        power *= 10
        factors = [2, 5, 10].makeIterator()
      }
    }
    return multiples(of: length, from: first, through: last).map { Tic(at: Double($0), label: String($0)) }
  }

  // MARK: Years and months

  private static func monthTics(
    from first: Timestamp, through last: Timestamp, most: Int, frequency: Frequency
  ) -> [Tic] {
    let (a, b) = (CivilTime(first), CivilTime(last))
    let (start, end) = (Int64(a.year * 12 + a.month - 1), Int64(b.year * 12 + b.month - 1))
    let years: [Int64] = [1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000]
    var lengths: [Int64] = [1, 2, 3, 6] + years.map { $0 * 12 }
    if case .months(let own) = frequency, own % 12 == 0 { lengths.removeFirst(4) }
    let length = lengths.first { (end - start) / $0 < Int64(most) } ?? 12_000
    // Months that are read on another day than the first have their tic on their own reading.
    let tics = multiples(of: length, from: start, through: end).compactMap { month -> (Timestamp, CivilTime)? in
      let year = floorDivide(month, 12)
      var civil = CivilTime(year: Int(year), month: Int(month - year * 12) + 1, day: 1)
      let beginning = civil.timestamp
      if case .months = frequency {
        civil.day = min(a.day, CivilTime.days(inMonth: civil.month, of: civil.year))
        return (civil.timestamp, civil)
      }
      return beginning >= first ? (beginning, civil) : nil
    }
    var shown: Int?
    return tics.filter { $0.0 >= first && $0.0 <= last }.map { time, civil in
      defer { shown = civil.year }
      let place = Double(time.milliseconds) / 1000
      if length >= 12 { return Tic(at: place, label: String(civil.year)) }
      return Tic(at: place, label: monthNames[civil.month - 1], second: shown == civil.year ? nil : String(civil.year))
    }
  }

  // MARK: Weeks, days and below

  private static let (second, minute, hour, day): (Int64, Int64, Int64, Int64) = (1000, 60_000, 3_600_000, 86_400_000)

  private static let fixedLengths: [Int64] =
    [1, 2, 5, 10, 20, 50, 100, 200, 500] + [1, 2, 5, 10, 15, 30].map { $0 * second }
    + [1, 2, 5, 10, 15, 30].map { $0 * minute } + [1, 2, 3, 6, 12].map { $0 * hour } + [1, 2, 7, 14].map { $0 * day }

  private static func fixedTics(from first: Timestamp, through last: Timestamp, length: Int64) -> [Tic] {
    // Weeks begin on Monday; 1970-01-01 was a Thursday.
    let shift = length % (7 * day) == 0 ? -3 * day : 0
    let places = multiples(of: length, from: first.milliseconds - shift, through: last.milliseconds - shift)
    var shown: CivilTime?
    return places.map { place in
      let time = Timestamp(milliseconds: place + shift)
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

  private static func multiples(of length: Int64, from first: Int64, through last: Int64) -> [Int64] {
    var place = floorDivide(first + length - 1, length) * length
    var result: [Int64] = []
    while place <= last {
      result.append(place)
      place += length
    }
    return result
  }

  private static func floorDivide(_ a: Int64, _ b: Int64) -> Int64 {
    let quotient = a / b
    return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient
  }
}
