/// The names of months in the languages that are read.
struct MonthNames: Sendable {
  /// In full and short, January first.
  let full: [String]
  let short: [String]
  /// Further forms, read but not printed.
  let others: [(name: String, month: Int)]

  private init(_ full: String, _ short: String, _ others: [(String, Int)] = []) {
    self.full = full.split(separator: " ").map(String.init)
    self.short = short.split(separator: " ").map(String.init)
    self.others = others.map { (name: $0.0, month: $0.1) }
  }

  /// By language, English first. A set of languages is a mask with a bit for each.
  static let languages: [MonthNames] = [
    MonthNames(
      "January February March April May June July August September October November December",
      "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec", [("Sept", 9)]),
    MonthNames(
      "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
      "Jan Feb Mär Apr Mai Jun Jul Aug Sep Okt Nov Dez",
      [("Jän", 1), ("Jänner", 1), ("Mrz", 3), ("Maerz", 3), ("Sept", 9)]),
    MonthNames(
      "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
      "janv févr mars avr mai juin juil août sept oct nov déc",
      [
        ("jan", 1), ("fév", 2), ("fev", 2), ("fevr", 2), ("fevrier", 2), ("mar", 3), ("aout", 8), ("sep", 9),
        ("dec", 12),
        ("decembre", 12),
      ]),
    MonthNames(
      "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
      "ene feb mar abr may jun jul ago sep oct nov dic", [("sept", 9), ("setiembre", 9)]),
    MonthNames(
      "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
      "gen feb mar apr mag giu lug ago set ott nov dic"),
    MonthNames(
      "januari februari maart april mei juni juli augustus september oktober november december",
      "jan feb mrt apr mei jun jul aug sep okt nov dec"),
    MonthNames(
      "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
      "jan fev mar abr mai jun jul ago set out nov dez", [("marco", 3)]),
  ]

  /// All languages.
  static let allLanguages = UInt8((1 << languages.count) - 1)

  /// A name that is read.
  struct Entry: Sendable {
    let name: [UInt8]
    let month: Int
    /// The languages that it is of.
    var languages: UInt8
    /// The languages in which it is a full name that is not the short one too.
    var full: UInt8
  }

  /// Names in lower case by their first letter.
  static let entries: [[Entry]] = {
    var table = [[Entry]](repeating: [], count: 256)
    for (bit, names) in languages.enumerated() {
      let full = names.full.enumerated().map { (name: $1, month: $0 + 1) }
      let short = names.short.enumerated().map { (name: $1, month: $0 + 1) }
      for (name, month) in full + short + names.others {
        let bytes = Ascii.lowerName(name)
        let isFull = names.full[month - 1] == name && names.short[month - 1] != name
        var letter = table[Int(bytes[0])]
        if let known = letter.firstIndex(where: { $0.name == bytes }) {
          letter[known].languages |= 1 << UInt8(bit)
          if isFull { letter[known].full |= 1 << UInt8(bit) }
        } else {
          letter.append(
            Entry(name: bytes, month: month, languages: 1 << UInt8(bit), full: isFull ? 1 << UInt8(bit) : 0))
        }
        table[Int(bytes[0])] = letter
      }
    }
    return table
  }()

  static let weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

  /// Weekdays as they are read, from Monday, 0.
  static let weekdayEntries: [(name: [UInt8], day: Int)] = {
    let names = weekdays.enumerated().flatMap { day, name in [(name, day), (String(name.prefix(3)), day)] }
    return (names + [("Tues", 1), ("Thur", 3), ("Thurs", 3)]).map { (name: Ascii.lowerName($0.0), day: $0.1) }
  }()
}

/// How names and am or pm were written.
struct Wording: Sendable, Hashable {
  enum Case: UInt8, Sendable, Hashable { case capital, upper, lower }

  /// The languages that all names so far are of.
  var languages = MonthNames.allLanguages
  /// How the first name is written.
  var names: Case?
  /// Whether a name in full was read that is not a short one too.
  var hasFullNames = false
  /// How the first am or pm is written.
  var dayPeriod: Case?
  /// Whether it is `a.m.`, not `am`.
  var hasPoints = false

  /// The language to print in.
  var language: MonthNames { MonthNames.languages[min(languages.trailingZeroBitCount, MonthNames.languages.count - 1)] }
}

extension Span<UInt8> {
  /// The end of the letters that start here, those of other scripts too.
  func endOfWord(from position: Int) -> Int {
    var end = position
    while end < count, Ascii.isLetter(self[end]) { end += 1 }
    return end
  }

  /// Whether some bytes are a name, in any case.
  private func equals(_ range: Range<Int>, _ name: [UInt8]) -> Bool {
    guard range.count == name.count else { return false }
    for offset in name.indices where Ascii.lower(self[range.lowerBound + offset]) != name[offset] {
      // The second byte of an accented capital differs from the small one's in one bit.
      guard offset > 0, self[range.lowerBound + offset - 1] == Ascii.latinLead,
        self[range.lowerBound + offset] | 32 == name[offset]
      else { return false }
    }
    return true
  }

  /// A month by its name, in full or short, in any case.
  func monthName(at position: inout Int) -> MonthNames.Entry? {
    let end = endOfWord(from: position)
    guard end - position >= 3 else { return nil }
    for entry in MonthNames.entries[Int(Ascii.lower(self[position]))] where equals(position..<end, entry.name) {
      position = end
      return entry
    }
    return nil
  }

  /// A day of the week from Monday, 0, by its English name.
  func weekdayName(at position: inout Int) -> Int? {
    let end = endOfWord(from: position)
    for entry in MonthNames.weekdayEntries where equals(position..<end, entry.name) {
      position = end
      return entry.day
    }
    return nil
  }

  /// Whether it says pm, and with points; nil where it says neither am nor pm.
  func dayPeriod(at position: inout Int) -> (isPM: Bool, hasPoints: Bool)? {
    guard position + 1 < count else { return nil }
    let letter = Ascii.lower(self[position])
    guard letter == UInt8(ascii: "a") || letter == UInt8(ascii: "p") else { return nil }
    var at = position + 1
    let hasPoints = take(Ascii.point, at: &at)
    guard at < count, Ascii.lower(self[at]) == UInt8(ascii: "m") else { return nil }
    at += 1
    if hasPoints { _ = take(Ascii.point, at: &at) }
    position = at
    return (letter == UInt8(ascii: "p"), hasPoints)
  }

  /// How a word is written.
  func letterCase(_ range: Range<Int>) -> Wording.Case {
    var (upper, lower) = (false, false)
    for position in range.dropFirst() {
      let byte = self[position]
      if byte >= 65 && byte <= 90 { upper = true }
      if byte >= 97 && byte <= 122 { lower = true }
    }
    if upper, !lower { return .upper }
    let first = self[range.lowerBound]
    return first >= 97 && first <= 122 ? .lower : .capital
  }
}

extension Ascii {
  /// The first byte of the accented letters of Latin-1 in UTF-8.
  static let latinLead = UInt8(0xC3)

  static func isLetter(_ byte: UInt8) -> Bool {
    let small = lower(byte)
    return small >= 97 && small <= 122 || byte >= 0x80
  }

  static func lowerName(_ name: String) -> [UInt8] { Array(name.lowercased().utf8) }
}
