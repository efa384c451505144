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
    /// A number of so many digits.
    case number(Field, digits: ClosedRange<Int>)
    case monthName, dayPeriod, offset
    case fraction(digits: Int)
    case literal(UInt8)
  }

  /// What a number of the pattern counts.
  enum Field: Sendable, Hashable {
    case year, shortYear, month, quarter, day, hour, halfDayHour, minute, second
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
      case ("y", 4): elements.append(.number(.year, digits: 4...4))
      case ("y", 2): elements.append(.number(.shortYear, digits: 2...2))
      case ("M", 1...2): elements.append(.number(.month, digits: run...2))
      case ("M", 3...4): elements.append(.monthName)
      case ("Q", 1), ("q", 1): elements.append(.number(.quarter, digits: 1...1))
      case ("d", 1...2): elements.append(.number(.day, digits: run...2))
      case ("H", 1...2): elements.append(.number(.hour, digits: run...2))
      case ("h", 1...2): elements.append(.number(.halfDayHour, digits: run...2))
      case ("m", 1...2): elements.append(.number(.minute, digits: run...2))
      case ("s", 1...2): elements.append(.number(.second, digits: run...2))
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
    if !has(.year), !has(.shortYear) { throw refuse("it has no year") }
    if has(.minute), !hasHour { throw refuse("m is the minute; the month is M") }
    if has(.day), !hasMonth { throw refuse("it has a day but no month") }
    if hasHour, !has(.day) { throw refuse("it has an hour but no day") }
    if has(.halfDayHour), !elements.contains(.dayPeriod) {
      throw refuse("h is the hour of half a day and needs a, am or pm; the hour of the day is H")
    }
  }

  private func has(_ field: Field) -> Bool {
    elements.contains { if case .number(field, _) = $0 { true } else { false } }
  }

  private var hasMonth: Bool { has(.month) || has(.quarter) || elements.contains(.monthName) }
  private var hasHour: Bool { has(.hour) || has(.halfDayHour) }

  /// What a time of this pattern is exact to; a bare year counts as its first of January.
  var form: TimeStyle.Form {
    if hasHour { return .dateTime }
    return hasMonth && !has(.day) ? .month : .date
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
      case .number(let field, let digits):
        guard let value = text.number(at: &at, least: digits.lowerBound, most: digits.upperBound) else { return nil }
        switch field {
        case .year: civil.year = value
        // Two digits mean 1969 to 2068, as POSIX has it.
        case .shortYear: civil.year = value < 69 ? 2000 + value : 1900 + value
        case .month: civil.month = value
        case .quarter:
          guard (1...4).contains(value) else { return nil }
          civil.month = value * 3 - 2
        case .day: civil.day = value
        case .hour: civil.hour = value
        case .halfDayHour:
          guard (1...12).contains(value) else { return nil }
          (civil.hour, halfDay) = (value % 12, true)
        case .minute: civil.minute = value
        case .second: civil.second = value
        }
      case .monthName:
        guard let value = text.monthName(at: &at) else { return nil }
        civil.month = value
      case .dayPeriod:
        guard let pm = text.dayPeriod(at: &at) else { return nil }
        afternoon = pm
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
