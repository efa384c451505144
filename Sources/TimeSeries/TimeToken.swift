/// A run of digits, a word, a mark or blanks.
enum TimeToken: Equatable {
  case number(digits: Int)
  case month(full: Bool)
  case weekday(full: Bool)
  case dayPeriod
  case utc(String)
  /// A letter by itself that has a meaning, as it is written.
  case letter(UInt8)
  case mark(UInt8)
  case blanks(Int)

  /// The pieces of a text; nil where it has a word that belongs to no time.
  static func all(in text: Span<UInt8>) -> [TimeToken]? {
    var tokens: [TimeToken] = []
    var at = 0
    while at < text.count {
      let start = at
      let byte = text[at]
      if Ascii.digit(byte) != nil {
        while at < text.count, Ascii.digit(text[at]) != nil { at += 1 }
        tokens.append(.number(digits: at - start))
      } else if Ascii.isBlank(byte) {
        _ = text.takeBlanks(at: &at)
        tokens.append(.blanks(at - start))
      } else if Ascii.isLetter(byte) {
        let end = text.endOfWord(from: at)
        if let name = text.monthName(at: &at) {
          tokens.append(.month(full: name.full & name.languages == name.languages))
        } else if text.weekdayName(at: &at) != nil {
          tokens.append(.weekday(full: at - start > 5 || text[at - 1] | 32 == UInt8(ascii: "y")))
        } else if text.dayPeriod(at: &at) != nil, at >= text.count || !Ascii.isLetter(text[at]) {
          tokens.append(.dayPeriod)
        } else if end == start + 1 {
          at = end
          tokens.append(.letter(byte))
        } else {
          let word = text.extracting(start..<end).text
          guard ["UTC", "GMT"].contains(word) else { return nil }
          at = end
          tokens.append(.utc(word))
        }
      } else {
        at += 1
        tokens.append(.mark(byte))
      }
      if tokens.count > 24 { return nil }
    }
    return tokens
  }
}
