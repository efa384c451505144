/// A way of writing times, in the letters of Unicode's date patterns.
///
/// `yyyy` or `yy` year, `M` `MM` month, `MMM` `MMMM` its English name, `Q` quarter, `d` `dd` day, `H` `HH` hour,
/// `h` `hh` hour of half a day with `a` for am or pm, `mm` minute, `ss` second, `S…` its fraction, `X` `Z` the offset from UTC.
/// A single letter reads one or two digits, a doubled one exactly two. Text in 'quotes' and every other character, `T`
/// too, stands for itself.
public struct TimePattern: Sendable, Hashable {
  /// The pattern as it was written.
  public let text: String
  let elements: [Element]

  enum Element: Sendable, Hashable {
    case year(digits: Int)
    case month(least: Int), monthName(full: Bool), quarter
    case day(least: Int)
    case hour(least: Int), halfDayHour(least: Int), dayPeriod
    case minute(least: Int), second(least: Int), fraction(digits: Int)
    case offset
    case literal(UInt8)
  }

  /// Reads a pattern; throws ``TimeTextError/badPattern(_:reason:)`` for a letter that means nothing or a pattern that
  /// leaves the date open.
  public init(_ text: String) throws(TimeTextError) {
    func refuse(_ reason: String) -> TimeTextError { .badPattern(text, reason: reason) }
    if text.contains("%") { throw refuse("write yyyy-MM-dd HH:mm:ss, not %Y-%m-%d %H:%M:%S") }
    var elements: [Element] = []
    let letters = Array(text.unicodeScalars)
    var at = 0
    while at < letters.count {
      let letter = letters[at]
      if letter == "'" {
        guard let end = letters[(at + 1)...].firstIndex(of: "'") else { throw refuse("a quote is not closed") }
        let quoted = end == at + 1 ? ["'"] : letters[(at + 1)..<end]
        for scalar in quoted { elements += Character(scalar).utf8.map(Element.literal) }
        at = end + 1
        continue
      }
      let run = letters[at...].prefix { $0 == letter }.count
      at += run
      switch (letter, run) {
      case ("y", 4), ("y", 2): elements.append(.year(digits: run))
      case ("M", 1), ("M", 2): elements.append(.month(least: run))
      case ("M", 3), ("M", 4): elements.append(.monthName(full: run == 4))
      case ("Q", 1), ("q", 1): elements.append(.quarter)
      case ("d", 1), ("d", 2): elements.append(.day(least: run))
      case ("H", 1), ("H", 2): elements.append(.hour(least: run))
      case ("h", 1), ("h", 2): elements.append(.halfDayHour(least: run))
      case ("m", 1), ("m", 2): elements.append(.minute(least: run))
      case ("s", 1), ("s", 2): elements.append(.second(least: run))
      case ("S", 1...9): elements.append(.fraction(digits: run))
      case ("a", 1): elements.append(.dayPeriod)
      case ("X", 1...3), ("Z", 1): elements.append(.offset)
      case ("Y", _): throw refuse("the year is yyyy")
      case ("D", _): throw refuse("the day of the month is d or dd")
      case let (scalar, _) where scalar.properties.isAlphabetic && scalar.isASCII && scalar != "T":
        let word = String(repeating: String(scalar), count: run)
        throw refuse("\"\(word)\" is not known; the letters are yyyy yy M MM MMM Q d dd H HH h a mm ss SSS X")
      default:
        for _ in 0..<run { elements += Character(letter).utf8.map(Element.literal) }
      }
    }
    (self.text, self.elements) = (text, elements)
    guard elements.contains(where: { if case .year = $0 { true } else { false } }) else {
      throw refuse("it has no year")
    }
    if has(.minute(least: 1)) || has(.minute(least: 2)), !hasHour { throw refuse("m is the minute; the month is M") }
    if hasDay, !hasMonth { throw refuse("it has a day but no month") }
    if hasHour, !hasDay { throw refuse("it has an hour but no day") }
    if has(.halfDayHour(least: 1)) || has(.halfDayHour(least: 2)), !has(.dayPeriod) {
      throw refuse("h is the hour of half a day and needs a, am or pm; the hour of the day is H")
    }
  }

  private func has(_ element: Element) -> Bool { elements.contains(element) }

  private var hasDay: Bool { has(.day(least: 1)) || has(.day(least: 2)) }

  private var hasMonth: Bool {
    elements.contains { if case .month = $0 { true } else if case .monthName = $0 { true } else { $0 == .quarter } }
  }

  private var hasHour: Bool {
    elements.contains { if case .hour = $0 { true } else if case .halfDayHour = $0 { true } else { false } }
  }

  /// What a time of this pattern is exact to; a bare year counts as its first of January.
  var form: TimeStyle.Form {
    if hasHour { return .dateTime }
    return hasMonth && !hasDay ? .month : .date
  }
}

extension TimePattern: Codable {
  /// Reads a pattern that was saved as its text.
  public init(from decoder: any Decoder) throws {
    self = try TimePattern(decoder.singleValueContainer().decode(String.self))
  }

  /// Saves the pattern as its text.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}

extension TimePattern {
  /// The time that a text of this pattern names; nil where it does not follow the pattern or there is no such time.
  func read(_ text: Span<UInt8>) -> SpelledTime? {
    var civil = CivilTime(year: 0, month: 1, day: 1)
    var zone = TimeStyle.Zone.none
    var (at, afternoon, halfDay) = (0, false, false)
    for element in elements {
      switch element {
      case .literal(let byte):
        guard text.take(byte, at: &at) else { return nil }
      case .year(let digits):
        guard let value = text.number(at: &at, least: digits, most: digits) else { return nil }
        // Two digits mean 1969 to 2068, as POSIX has it.
        civil.year = digits == 4 ? value : value < 69 ? 2000 + value : 1900 + value
      case .month(let least):
        guard let value = text.number(at: &at, least: least, most: 2) else { return nil }
        civil.month = value
      case .monthName:
        guard let value = text.monthName(at: &at) else { return nil }
        civil.month = value
      case .quarter:
        guard let value = text.number(at: &at, least: 1, most: 1), (1...4).contains(value) else { return nil }
        civil.month = value * 3 - 2
      case .day(let least):
        guard let value = text.number(at: &at, least: least, most: 2) else { return nil }
        civil.day = value
      case .hour(let least):
        guard let value = text.number(at: &at, least: least, most: 2) else { return nil }
        civil.hour = value
      case .halfDayHour(let least):
        guard let value = text.number(at: &at, least: least, most: 2), (1...12).contains(value) else { return nil }
        (civil.hour, halfDay) = (value % 12, true)
      case .dayPeriod:
        guard let pm = text.dayPeriod(at: &at) else { return nil }
        afternoon = pm
      case .minute(let least):
        guard let value = text.number(at: &at, least: least, most: 2) else { return nil }
        civil.minute = value
      case .second(let least):
        guard let value = text.number(at: &at, least: least, most: 2) else { return nil }
        civil.second = value
      case .fraction(let digits):
        let end = at + digits
        guard let value = text.fraction(at: &at), at == end else { return nil }
        civil.millisecond = value
      case .offset:
        guard let value = text.zone(at: &at) else { return nil }
        zone = value
      }
    }
    guard at == text.count else { return nil }
    if halfDay, afternoon { civil.hour += 12 }
    return text.spelled(civil, form: form, zone: zone)
  }

  static let monthNames: [StaticString] = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
  ]
}

extension Span<UInt8> {
  /// An English month by its full name or its first three letters, in any case.
  fileprivate func monthName(at position: inout Int) -> Int? {
    for (index, name) in TimePattern.monthNames.enumerated() {
      var length = 0
      while length < name.utf8CodeUnitCount, position + length < count,
        Ascii.lower(self[position + length]) == Ascii.lower(name.utf8Start[length])
      {
        length += 1
      }
      guard length >= 3 else { continue }
      position += length == name.utf8CodeUnitCount ? length : 3
      return index + 1
    }
    return nil
  }

  /// Whether it says pm; nil where it says neither am nor pm.
  fileprivate func dayPeriod(at position: inout Int) -> Bool? {
    guard position + 1 < count, Ascii.lower(self[position + 1]) == UInt8(ascii: "m") else { return nil }
    let letter = Ascii.lower(self[position])
    guard letter == UInt8(ascii: "a") || letter == UInt8(ascii: "p") else { return nil }
    position += 2
    return letter == UInt8(ascii: "p")
  }
}
