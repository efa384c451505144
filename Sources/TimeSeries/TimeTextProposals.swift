/// The patterns that a text may have been written in, found from its runs of digits, words and marks.
///
/// Only the shape counts, not the values: a text of two numbers and a year is proposed as day first and as month first, and
/// reading the column tells which it is.
struct TimeProposal {
  /// What must hold of the times before the pattern is believed.
  enum Demand {
    case nothing
    /// Years of our age: a number of digits may be anything.
    case year
    /// Times of our age, in some unit since 1970.
    case epoch
    /// An (almost) regular step: one that is no time at all would hardly have it.
    case regular
    /// The same in months, and no regular step as days of some year.
    case regularMonths
  }

  var format: TimeFormat
  var demand = Demand.nothing

  init(_ format: TimeFormat, _ demand: Demand = .nothing) { (self.format, self.demand) = (format, demand) }

  /// What a text may be, those preferred first where several read the same.
  static func all(for text: Span<UInt8>) -> [TimeProposal] {
    let inner = text.trimmedRange
    guard inner.count >= 1, inner.count <= 64 else { return [] }
    let text = text.extracting(inner)
    var days = DayCache()
    let iso = text.isoTime(&days) == nil ? [] : [TimeProposal(.iso)]
    let shaped = TimeToken.all(in: text).map { TimeShape($0).proposals } ?? []
    return iso + shaped + numbers(text) + intervals(text)
  }

  /// A time and its end, with a mark or a word between them; the end may be a time of day alone.
  private static func intervals(_ text: Span<UInt8>) -> [TimeProposal] {
    guard text.count >= 15 else { return [] }
    for (separator, pattern) in separators {
      for at in 6...(text.count - 4)
      where text.count - at > separator.count && zip(separator, at...).allSatisfy({ text[$1] == $0 }) {
        let head = text.extracting(first: at)
        let tail = text.extracting(droppingFirst: at + separator.count)
        guard let tokens = TimeToken.all(in: head) else { continue }
        let found = TimeShape(tokens).proposals.compactMap { head -> TimeProposal? in
          guard case .pattern(let start) = head.format, start.saysDay else { return nil }
          var (days, trace) = (DayCache(), PatternTrace())
          let isWhole = head.format.spelledTime(tail, &days, &trace) != nil
          guard let end = isWhole ? start.text : start.saysHour ? TimeShape.clock(in: tail) : nil else { return nil }
          return (try? TimeFormat(start.text + pattern + end)).map { TimeProposal($0, head.demand) }
        }
        if !found.isEmpty { return found }
      }
    }
    return []
  }

  private static let separators: [(bytes: [UInt8], pattern: String)] = [
    " - ", " \u{2013} ", " to ", " bis ", "/", "\u{2013}", "-",
  ].map { word in
    (Array(word.utf8), word.contains(where: \.isLetter) ? " '\(word.filter { $0 != " " })' " : word)
  }

  private static func numbers(_ text: Span<UInt8>) -> [TimeProposal] {
    guard text.epochTime(.nanoseconds) != nil else { return [] }
    var found = EpochUnit.allCases.map { TimeProposal(.epoch($0), .epoch) }
    if let digits = text.digitCount, digits <= 8 { found.append(TimeProposal(.steps)) }
    return found
  }
}
