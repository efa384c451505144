import CHolidays

/// The days on which a whole country rests, as `Scripts/holidays` has taken them down.
public struct PublicHolidays: Sendable, Hashable {
  /// Two letters (ISO 3166-1).
  public let country: String
  /// The years whose holidays are known.
  public let years: ClosedRange<Int>
  /// The days, as days since 1970-01-01.
  public let days: Set<Int64>

  /// Nil where no holidays of the country are known.
  public init?(of country: String) {
    guard let lines = PublicHolidays.lines[country] else { return nil }
    var years: ClosedRange<Int>?
    var days: Set<Int64> = []
    for words in lines {
      let dates = words.dropFirst().compactMap { Int($0) }
      let span = words[0].split(separator: "-").compactMap { Int($0) }
      guard let first = span.first, let last = span.last else { return nil }
      // The first line has what holds in every year.
      if years == nil { years = first...last }
      for year in first...last {
        for date in dates {
          days.insert(CivilTime.daysSinceEpoch(year: year, month: date / 100, day: date % 100))
        }
      }
    }
    guard let years else { return nil }
    (self.country, self.years, self.days) = (country, years, days)
  }

  /// The countries whose holidays are known, in the order of their letters.
  public static var countries: [String] { lines.keys.sorted() }

  /// By country: the words of each of its lines, but for the country.
  private static let lines: [String: [[Substring]]] = {
    let words = String(cString: public_holidays()).split(separator: "\n").map { $0.split(separator: " ") }
    return Dictionary(grouping: words) { String($0[0]) }.mapValues { $0.map { Array($0.dropFirst()) } }
  }()
}
