/// A way of writing times, in the letters of Unicode's date patterns.
///
/// `yyyy` `yy` `y` year of four, two, or one to four digits, `M` `MM` month, `MMM` `MMMM` its name, `Q` quarter, `P` half of a
/// year, `d` `dd` day, `D` `DDD` day of the year, `EEE` `EEEE` day of the week, which is read and not used; `YYYY` year of an ISO week, `w` `ww` week, `e` its day from
/// Monday, 1; `H` `HH` hour, `h` `hh` hour of half a day with `a` for am or pm, `m` `mm` minute, `s` `ss` second, `S…` its
/// fraction, `X` `XX` `XXX` the offset from UTC as `+02`, `+0200`, `+02:00`, or `Z`.
///
/// A doubled letter prints a leading zero; either reads one or two digits, but `MMdd` exactly two each. A blank reads any
/// run of blanks. Text in 'quotes' and every other character, `T` too, stands for itself; `'UTC'`, `'GMT'` or `'Z'` at the
/// end says that times are in UTC. What is named once more belongs to the end of an interval, which is read and not used:
/// `yyyy-MM-dd HH:mm - HH:mm` is the time of its start. Names are read in English, German, French, Spanish, Italian, Dutch and Portuguese.
public struct TimePattern: Sendable, Hashable {
  /// The pattern as it was written.
  public let text: String
  let elements: [Element]
  /// What a time of this pattern is exact to; a year counts as its first of January, a week as its Monday.
  let form: TimeStyle.Form
  /// Whether a literal at the end says that times are in UTC.
  let isUTC: Bool
  /// Whether what it prints reads as the same time: nothing is named twice, and no run of digits is cut at a guess.
  let isReversible: Bool
  /// The first element that belongs to the end of an interval; the count where there is none.
  let startEnd: Int

  enum Element: Sendable, Hashable {
    /// A number of `least` to `most` digits, printed with `width` digits at least.
    case number(Field, least: UInt8, most: UInt8, width: UInt8)
    /// Names, in full or short.
    case monthName(full: Bool)
    case weekdayName(full: Bool)
    case dayPeriod
    /// Digits of the fraction when printed; any number is read.
    case fraction(digits: UInt8)
    /// How many letters `X` there are.
    case offset(UInt8)
    /// So many blanks when printed.
    case blanks(UInt8)
    case literal(UInt8)
  }

  /// What a number of the pattern counts.
  enum Field: Sendable, Hashable {
    case year, shortYear, weekYear, month, quarter, half, week, weekday, day, dayOfYear, hour, halfDayHour, minute,
      second

    /// The one that says the same otherwise.
    fileprivate var kind: Field { self == .halfDayHour ? .hour : self == .shortYear ? .year : self }
  }

  /// Reads a pattern; throws ``TimeTextError/badPattern(_:reason:)`` for a letter that means nothing or a pattern that
  /// leaves the date open.
  public init(_ text: String) throws(TimeTextError) {
    func refuse(_ reason: String) -> TimeTextError { .badPattern(text, reason: reason) }
    if text.contains("%") { throw refuse("write yyyy-MM-dd HH:mm:ss, not %Y-%m-%d %H:%M:%S") }
    var elements: [Element] = []
    let letters = Array(text.unicodeScalars)
    var at = 0
    func number(_ field: Field, _ run: Int, most: UInt8 = 2) {
      elements.append(.number(field, least: UInt8(run), most: most, width: UInt8(run)))
    }
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
      case ("y", 4): number(.year, 4, most: 4)
      case ("y", 2): number(.shortYear, 2)
      case ("y", 1): number(.year, 1, most: 4)
      case ("Y", _) where !text.contains("w"): throw refuse("the year is yyyy; YYYY is that of an ISO week, ww")
      case ("Y", 4): number(.weekYear, 4, most: 4)
      case ("M", 1...2): number(.month, run)
      case ("M", 3...4): elements.append(.monthName(full: run == 4))
      case ("E", 1...4): elements.append(.weekdayName(full: run == 4))
      case ("Q", 1), ("q", 1): number(.quarter, 1, most: 1)
      case ("P", 1): number(.half, 1, most: 1)
      case ("w", 1...2): number(.week, run)
      case ("e", 1): number(.weekday, 1, most: 1)
      case ("d", 1...2): number(.day, run)
      case ("H", 1...2): number(.hour, run)
      case ("h", 1...2): number(.halfDayHour, run)
      case ("m", 1...2): number(.minute, run)
      case ("s", 1...2): number(.second, run)
      case ("S", 1...9): elements.append(.fraction(digits: UInt8(run)))
      case ("a", 1): elements.append(.dayPeriod)
      case ("X", 1...3): elements.append(.offset(UInt8(run)))
      case ("Z", 1): elements.append(.offset(2))
      case (" ", 1...200): elements.append(.blanks(UInt8(run)))
      case ("D", 1), ("D", 3): number(.dayOfYear, run, most: 3)
      case ("D", _): throw refuse("the day of the month is d or dd, that of the year D or DDD")
      case let (scalar, _) where scalar.properties.isAlphabetic && scalar.isASCII && scalar != "T":
        let word = String(repeating: String(scalar), count: run)
        throw refuse(
          "\"\(word)\" is not known; the letters are yyyy yy y M MM MMM Q P d dd D EEE YYYY ww e H HH h a mm ss SSS X")
      default:
        for _ in 0..<run { elements += Character(letter).utf8.map(Element.literal) }
      }
    }
    self.init(text: text, elements: elements)
    if has(.weekYear), !has(.week) { throw refuse("the year is yyyy; YYYY is that of an ISO week, ww") }
    if has(.week), !has(.weekYear) { throw refuse("the year of an ISO week, ww, is YYYY") }
    if has(.weekday), !has(.week) { throw refuse("e is the day of an ISO week, ww; the day of the month is d") }
    if has(.week), has(.month) || has(.day) || has(.quarter) || hasMonthName {
      throw refuse("it has a week and a month or day")
    }
    if has(.dayOfYear), has(.week) || has(.day) || hasMonth {
      throw refuse("it has a day of the year and a week, month or day beside it")
    }
    if !has(.year), !has(.shortYear), !has(.weekYear) { throw refuse("it has no year") }
    if has(.minute), !hasHour { throw refuse("m is the minute; the month is M") }
    if has(.day), !hasMonth { throw refuse("it has a day but no month") }
    if hasHour, !has(.day), !has(.weekday), !has(.dayOfYear) { throw refuse("it has an hour but no day") }
    if has(.halfDayHour), !elements.contains(.dayPeriod) {
      throw refuse("h is the hour of half a day and needs a, am or pm; the hour of the day is H")
    }
  }

  private init(text: String, elements: [Element]) {
    var elements = elements
    // Between separators one or two digits are read, whether or not the letter is doubled.
    for position in elements.indices {
      guard case .number(let field, 2, let most, let width) = elements[position], field != .shortYear else { continue }
      let isBeside = [position - 1, position + 1].contains { next in
        elements.indices.contains(next) && elements[next].isDigits
      }
      if !isBeside { elements[position] = .number(field, least: 1, most: most, width: width) }
    }
    func has(_ fields: [Field]) -> Bool {
      elements.contains { if case .number(let field, _, _, _) = $0 { fields.contains(field) } else { false } }
    }
    let hasMonth =
      has([.month, .quarter, .half]) || elements.contains { if case .monthName = $0 { true } else { false } }
    form = has([.hour, .halfDayHour]) ? .dateTime : hasMonth && !has([.day]) ? .month : .date
    let end = elements.reversed().prefix { if case .literal = $0 { true } else { false } }.reversed().map {
      if case .literal(let byte) = $0 { byte } else { UInt8(0) }
    }
    isUTC = form == .dateTime && ["UTC", "GMT", "Z"].contains(String(decoding: end, as: UTF8.self))
    var fields: Set<Field> = []
    let again = elements.firstIndex { element in
      switch element {
      case .number(let field, _, _, _): !fields.insert(field.kind).inserted
      case .monthName: !fields.insert(.month).inserted
      default: false
      }
    }
    startEnd = again ?? elements.count
    let isCutAtAGuess = zip(elements, elements.dropFirst()).contains { $0.hasAnyLength && $1.isDigits }
    isReversible = again == nil && !isCutAtAGuess && fields.intersection([.month, .quarter, .half]).count < 2
    (self.text, self.elements) = (text, elements)
  }

  /// The pattern by which its times are printed: itself, or that of the start of an interval; nil where what it prints would
  /// not read as the same time.
  var printed: TimePattern? {
    if isReversible { return self }
    var start = Array(elements.prefix(startEnd))
    while let last = start.last, !last.saysSomething { start.removeLast() }
    // A zone stands behind the end.
    func isOffset(_ element: Element) -> Bool { if case .offset = element { true } else { false } }
    if !start.contains(where: isOffset) { start += elements[startEnd...].filter(isOffset).prefix(1) }
    let pattern = TimePattern(text: TimePattern.text(of: start), elements: start)
    return startEnd < elements.count && pattern.isReversible && !isUTC ? pattern : nil
  }

  /// The same pattern with letters doubled where a mask, a bit an element, has no bit, and single where it has one, and with
  /// names of months in full or not.
  func padded(exceptAt single: UInt64, fullNames: Bool) -> TimePattern {
    let elements: [Element] = elements.enumerated().map { position, element in
      if case .monthName = element { return .monthName(full: fullNames) }
      guard case .number(let field, let least, 2, let width) = element, least == 1 || width == 2, field != .shortYear
      else {
        return element
      }
      return .number(field, least: least, most: 2, width: single >> UInt64(position) & 1 == 1 ? 1 : 2)
    }
    return TimePattern(text: TimePattern.text(of: elements), elements: elements)
  }

  private static func text(of elements: [Element]) -> String {
    var (text, quoted) = ("", [UInt8]())
    func close() {
      if !quoted.isEmpty { text += "'" + String(decoding: quoted, as: UTF8.self) + "'" }
      quoted = []
    }
    for element in elements {
      if case .literal(let byte) = element, Ascii.isLetter(byte) {
        quoted.append(byte)
      } else {
        close()
        text += element == .literal(Ascii.quote) ? "''" : element.letters
      }
    }
    close()
    return text
  }

  private func has(_ field: Field) -> Bool {
    elements.contains { if case .number(field, _, _, _) = $0 { true } else { false } }
  }

  private var hasMonthName: Bool { elements.contains { if case .monthName = $0 { true } else { false } } }
  private var hasMonth: Bool { has(.month) || has(.quarter) || has(.half) || hasMonthName }
  /// Whether it says the day, and the hour.
  var saysDay: Bool { has(.day) }
  var saysHour: Bool { hasHour }
  private var hasHour: Bool { has(.hour) || has(.halfDayHour) }

  /// The steps that times of this pattern are told apart by.
  var resolution: Frequency {
    var finest = Frequency.years(1)
    for element in elements {
      switch element {
      case .fraction(let digits): return .milliseconds(digits >= 3 ? 1 : digits == 2 ? 10 : 100)
      case .monthName: finest = min(finest, .months(1))
      case .number(let field, _, _, _):
        switch field {
        case .second: finest = min(finest, .seconds(1))
        case .minute: finest = min(finest, .minutes(1))
        case .hour, .halfDayHour: finest = min(finest, .hours(1))
        case .day, .weekday, .dayOfYear: finest = min(finest, .days(1))
        case .week: finest = min(finest, .weeks(1))
        case .month: finest = min(finest, .months(1))
        case .quarter: finest = min(finest, .months(3))
        case .half: finest = min(finest, .months(6))
        case .year, .shortYear, .weekYear: break
        }
      default: break
      }
    }
    return finest
    func min(_ a: Frequency, _ b: Frequency) -> Frequency { a.years < b.years ? a : b }
  }
}

extension TimePattern.Element {
  /// Whether it is no mark that only stands between others.
  fileprivate var saysSomething: Bool {
    switch self {
    case .literal, .blanks: false
    default: true
    }
  }

  fileprivate var isDigits: Bool {
    switch self {
    case .number, .fraction: true
    case .literal(let byte): Ascii.digit(byte) != nil
    default: false
    }
  }

  /// Whether it reads as many digits as there are.
  fileprivate var hasAnyLength: Bool {
    switch self {
    case .number(_, let least, let most, _): least < most
    case .fraction, .offset: true
    default: false
    }
  }

  fileprivate var letters: String {
    switch self {
    case .number(let field, _, _, let width): String(repeating: field.letter, count: Int(width))
    case .monthName(let full): full ? "MMMM" : "MMM"
    case .weekdayName(let full): full ? "EEEE" : "EEE"
    case .dayPeriod: "a"
    case .fraction(let digits): String(repeating: "S", count: Int(digits))
    case .offset(let letters): String(repeating: "X", count: Int(letters))
    case .blanks(let count): String(repeating: " ", count: Int(count))
    case .literal(let byte): String(decoding: [byte], as: UTF8.self)
    }
  }
}

extension TimePattern.Field {
  fileprivate var letter: String {
    switch self {
    case .year, .shortYear: "y"
    case .weekYear: "Y"
    case .month: "M"
    case .quarter: "Q"
    case .half: "P"
    case .dayOfYear: "D"
    case .week: "w"
    case .weekday: "e"
    case .day: "d"
    case .hour: "H"
    case .halfDayHour: "h"
    case .minute: "m"
    case .second: "s"
    }
  }
}
