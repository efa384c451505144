/// A time as a text spells it, before it is known what the other texts of its column say.
struct SpelledTime: Equatable {
  /// The wall clock that is written.
  var clock: Timestamp
  /// The zone that is written beside it.
  var zone: SpelledZone
  /// What the text is exact to.
  var form: TimeStyle.Form
  /// How an ISO time is written.
  var shape = ISOShape()

  /// The moment in UTC; the wall clock itself where no zone is written.
  var instant: Timestamp {
    guard case .offset(let minutes) = zone else { return clock }
    return Timestamp(milliseconds: clock.milliseconds - Int64(minutes) * 60_000)
  }
}

/// A zone as a text spells it: plain bits, for every text has one.
enum SpelledZone: Equatable {
  case none, utc
  case offset(minutes: Int)

  var zone: TimeStyle.Zone {
    switch self {
    case .none: .none
    case .utc: .utc
    case .offset(let minutes): .offset(minutes: minutes)
    }
  }
}

/// How a date and time of day in ISO 8601 is written.
struct ISOShape: Hashable, Sendable {
  enum Zone: UInt8, Sendable, Hashable { case none, colon, plain, hours, utc, gmt }

  /// Whether a blank stands for the `T`.
  var hasBlank = false
  /// Whether seconds are written.
  var hasSeconds = false
  /// The digits of the fraction.
  var digits = UInt8(0)
  /// Whether a comma stands before it.
  var hasComma = false
  /// How the zone is written.
  var zone = Zone.none
  /// Whether a blank stands before it.
  var hasZoneBlank = false

  /// Whether nothing but a ``TimeStyle`` without a pattern is needed to print it.
  private var isUsual: Bool {
    !hasBlank && hasSeconds && digits == 0 && !hasZoneBlank && zone.rawValue <= Zone.colon.rawValue
  }

  /// What holds the times of two texts that are written otherwise: seconds where one has them. A fraction that only some have
  /// is printed where it is not zero.
  func joined(_ other: ISOShape) -> ISOShape {
    var joined = self
    if (digits > 0) != (other.digits > 0) {
      (joined.digits, joined.hasBlank, joined.hasZoneBlank) = (0, false, false)
      if zone != .none { joined.zone = .colon }
    } else {
      joined.digits = max(digits, other.digits)
    }
    joined.hasSeconds = hasSeconds || other.hasSeconds
    return joined
  }

  /// The pattern that prints it so; nil for `2016-07-01T13:00:00+02:00`, and for texts of a fraction and none.
  var pattern: TimePattern? {
    if isUsual { return nil }
    var text = "yyyy-MM-dd" + (hasBlank ? " " : "'T'") + (hasSeconds ? "HH:mm:ss" : "HH:mm")
    if digits > 0 { text += (hasComma ? "," : ".") + String(repeating: "S", count: Int(min(digits, 9))) }
    if hasZoneBlank { text += " " }
    switch zone {
    case .none: break
    case .colon: text += "XXX"
    case .plain: text += "XX"
    case .hours: text += "X"
    case .utc: text += "'UTC'"
    case .gmt: text += "'GMT'"
    }
    return try? TimePattern(text)
  }
}

/// The day of the last date that was read: most texts name the day of the text before.
struct DayCache: Sendable {
  private var key = -1
  private var milliseconds: Int64 = 0

  /// The milliseconds since 1970 of a day's midnight; nil where there is no such day.
  mutating func midnight(_ year: Int, _ month: Int, _ day: Int) -> Int64? {
    let wanted = year << 16 | month << 8 | day
    if wanted == key { return milliseconds }
    guard month >= 1, month <= 12, day >= 1, day <= CivilTime.days(inMonth: month, of: year) else { return nil }
    key = wanted
    milliseconds =
      CivilTime.daysSinceEpoch(year: year, month: month, day: day) * Timestamp.millisecondsPerDay
    return milliseconds
  }
}

// Pieces of a time are read off UTF-8 bytes at a position that moves on; nil means that the text is something else.
extension Span<UInt8> {
  /// The bytes without the spaces around them.
  var trimmedRange: Range<Int> {
    var (low, high) = (0, count)
    while low < high, Ascii.isBlank(self[low]) { low += 1 }
    while high > low, Ascii.isBlank(self[high - 1]) { high -= 1 }
    return low..<high
  }

  /// An unsigned number of at least `least` and at most `most` digits, of which there are no more than 18.
  func number(at position: inout Int, least: Int, most: Int) -> Int? {
    var (value, read) = (0, 0)
    while read < most, position < count, let digit = Ascii.digit(self[position]) {
      value = value * 10 + digit
      read += 1
      position += 1
    }
    return read >= least ? value : nil
  }

  /// Two digits; nil where there are others, or none.
  @inline(__always)
  private func twoDigits(_ position: Int) -> Int? {
    guard position + 1 < count else { return nil }
    let (tens, ones) = (self[position] &- Ascii.zero, self[position + 1] &- Ascii.zero)
    return tens < 10 && ones < 10 ? Int(tens) &* 10 &+ Int(ones) : nil
  }

  /// Whether the next byte is this one; it is taken if so.
  func take(_ byte: UInt8, at position: inout Int) -> Bool {
    guard position < count, self[position] == byte else { return false }
    position += 1
    return true
  }

  /// Whether blanks are next; all are taken.
  func takeBlanks(at position: inout Int) -> Bool {
    let start = position
    while position < count, Ascii.isBlank(self[position]) { position += 1 }
    return position > start
  }

  /// Digits after a decimal point as milliseconds; what is finer than that is cut off.
  func fraction(at position: inout Int) -> Int? {
    var (value, read) = (0, 0)
    while position < count, let digit = Ascii.digit(self[position]) {
      if read < 3 { value = value * 10 + digit }
      read += 1
      position += 1
    }
    guard read > 0 else { return nil }
    for _ in Swift.min(read, 3)..<3 { value *= 10 }
    return value
  }

  /// `Z`, `+hh`, `+hhmm` or `+hh:mm`.
  func zone(at position: inout Int) -> SpelledZone? {
    if take(Ascii.zulu, at: &position) || take(Ascii.smallZulu, at: &position) { return .utc }
    let east = take(Ascii.plus, at: &position)
    guard east || take(Ascii.minus, at: &position) else { return nil }
    guard let hours = number(at: &position, least: 2, most: 2), hours <= 23 else { return nil }
    var minutes = 0
    if take(Ascii.colon, at: &position) || position < count && Ascii.digit(self[position]) != nil {
      guard let written = number(at: &position, least: 2, most: 2), written <= 59 else { return nil }
      minutes = written
    }
    return .offset(minutes: (east ? 1 : -1) * (hours * 60 + minutes))
  }

  /// ISO 8601: `1958-03`, `1958-03-01`, or a date, `T` or blanks, `hh:mm` or `hh:mm:ss` with a fraction, and a zone.
  func isoTime(_ days: inout DayCache) -> SpelledTime? {
    guard let century = twoDigits(0), let yearOfCentury = twoDigits(2), let month = twoDigits(5),
      self[4] == Ascii.minus
    else { return nil }
    let year = century * 100 + yearOfCentury
    if count == 7 {
      guard let first = days.midnight(year, month, 1) else { return nil }
      return SpelledTime(clock: Timestamp(milliseconds: first), zone: .none, form: .month)
    }
    guard self[7] == Ascii.minus, let day = twoDigits(8), let midnight = days.midnight(year, month, day) else {
      return nil
    }
    if count == 10 { return SpelledTime(clock: Timestamp(milliseconds: midnight), zone: .none, form: .date) }
    var (at, shape) = (11, ISOShape())
    if Ascii.isBlank(self[10]) {
      shape.hasBlank = true
      _ = takeBlanks(at: &at)
    } else if self[10] != Ascii.tee, self[10] != Ascii.smallTee {
      return nil
    }
    guard let hour = twoDigits(at), let minute = twoDigits(at + 3), self[at + 2] == Ascii.colon, minute < 60 else {
      return nil
    }
    var rest = (hour * 60 + minute) * 60_000
    at += 5
    if take(Ascii.colon, at: &at) {
      guard let second = twoDigits(at), second < 60 else { return nil }
      rest += second * 1000
      at += 2
      shape.hasSeconds = true
      if at < count, self[at] == Ascii.point || self[at] == Ascii.comma {
        shape.hasComma = self[at] == Ascii.comma
        at += 1
        let start = at
        guard let part = fraction(at: &at) else { return nil }
        rest += part
        shape.digits = UInt8(clamping: at - start)
      }
    }
    // 24:00 is the midnight that follows.
    guard hour < 24 || rest == Int(Timestamp.millisecondsPerDay) else { return nil }
    let clock = Timestamp(milliseconds: midnight + Int64(rest))
    if at == count { return SpelledTime(clock: clock, zone: .none, form: .dateTime, shape: shape) }
    shape.hasZoneBlank = takeBlanks(at: &at)
    let start = at
    guard let zone = zone(at: &at) ?? utcName(at: &at, &shape), at == count else { return nil }
    if case .offset = zone { shape.zone = at - start == 6 ? .colon : at - start == 5 ? .plain : .hours }
    if shape.zone == .none { shape.zone = .colon }
    return SpelledTime(clock: clock, zone: zone, form: .dateTime, shape: shape)
  }

  private func utcName(at position: inout Int, _ shape: inout ISOShape) -> SpelledZone? {
    guard position + 3 == count else { return nil }
    let name = (Ascii.lower(self[position]), Ascii.lower(self[position + 1]), Ascii.lower(self[position + 2]))
    if name == (UInt8(ascii: "u"), UInt8(ascii: "t"), UInt8(ascii: "c")) {
      shape.zone = .utc
    } else if name == (UInt8(ascii: "g"), UInt8(ascii: "m"), UInt8(ascii: "t")) {
      shape.zone = .gmt
    } else {
      return nil
    }
    position += 3
    return .utc
  }

  /// A signed number of some unit since 1970, with a fraction and a power of ten; what is finer than milliseconds is cut
  /// off.
  func epochTime(_ unit: EpochUnit) -> SpelledTime? {
    var at = 0
    let negative = take(Ascii.minus, at: &at)
    if !negative { _ = take(Ascii.plus, at: &at) }
    var (mantissa, digits, scale) = (UInt64(0), 0, unit.powerOfMilliseconds)
    func takeDigits() -> Bool {
      while at < count, let digit = Ascii.digit(self[at]) {
        let (shifted, overflow) = mantissa.multipliedReportingOverflow(by: 10)
        let (sum, carry) = shifted.addingReportingOverflow(UInt64(digit))
        if overflow || carry { return false }
        mantissa = sum
        digits += 1
        at += 1
      }
      return true
    }
    guard takeDigits(), digits > 0 else { return nil }
    if take(Ascii.point, at: &at) {
      let whole = digits
      guard takeDigits(), digits > whole else { return nil }
      scale -= digits - whole
    }
    if at < count, Ascii.lower(self[at]) == UInt8(ascii: "e") {
      at += 1
      let isSmall = take(Ascii.minus, at: &at)
      if !isSmall { _ = take(Ascii.plus, at: &at) }
      guard let exponent = number(at: &at, least: 1, most: 3) else { return nil }
      scale += isSmall ? -exponent : exponent
    }
    guard at == count else { return nil }
    while scale < 0, mantissa > 0 { (mantissa, scale) = (mantissa / 10, scale + 1) }
    while scale > 0, mantissa > 0 {
      guard mantissa <= Span.largestEpoch else { return nil }
      (mantissa, scale) = (mantissa * 10, scale - 1)
    }
    guard mantissa <= Span.largestEpoch else { return nil }
    let milliseconds = Int64(mantissa)
    return SpelledTime(
      clock: Timestamp(milliseconds: negative ? -milliseconds : milliseconds), zone: .utc, form: .epoch(unit))
  }

  private static var largestEpoch: UInt64 { UInt64(Timestamp.range.upperBound.milliseconds) }

  /// A whole number that counts steps.
  func stepCount() -> SpelledTime? {
    var at = 0
    let negative = take(Ascii.minus, at: &at)
    guard let count = number(at: &at, least: 1, most: 15), at == self.count else { return nil }
    return SpelledTime(clock: Timestamp(milliseconds: Int64(negative ? -count : count)), zone: .none, form: .steps)
  }
}

/// The bytes that times are made of.
enum Ascii {
  static let (tab, space, quote, plus, comma, minus, point, slash) = (
    UInt8(9), UInt8(32), UInt8(39), UInt8(43), UInt8(44), UInt8(45), UInt8(46), UInt8(47)
  )
  static let (zero, colon, tee, zulu, smallTee, smallZulu) = (
    UInt8(48), UInt8(58), UInt8(84), UInt8(90), UInt8(116), UInt8(122)
  )

  static func digit(_ byte: UInt8) -> Int? {
    let value = byte &- zero
    return value < 10 ? Int(value) : nil
  }

  static func isBlank(_ byte: UInt8) -> Bool { byte == space || byte == tab }

  /// A letter in lower case; anything else as it is.
  static func lower(_ byte: UInt8) -> UInt8 { byte >= 65 && byte <= 90 ? byte | 32 : byte }
}
