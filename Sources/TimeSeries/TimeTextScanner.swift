/// A time as a text spells it, before it is known what the other texts of its column say.
struct SpelledTime: Equatable {
  /// The wall clock that is written.
  var clock: Timestamp
  /// The zone that is written beside it.
  var zone: TimeStyle.Zone
  /// What the text is exact to.
  var form: TimeStyle.Form

  /// The moment in UTC; the wall clock itself where no zone is written.
  var instant: Timestamp { TimeStyle(form: form, zone: zone).instant(of: clock) }
}

// Pieces of a time are read off UTF-8 bytes at a position that moves on; nil means that the text is something else.
extension Span<UInt8> {
  /// The bytes without the spaces around them.
  var trimmedRange: Range<Int> {
    var (low, high) = (0, count)
    while low < high, self[low] == Ascii.space || self[low] == Ascii.tab { low += 1 }
    while high > low, self[high - 1] == Ascii.space || self[high - 1] == Ascii.tab { high -= 1 }
    return low..<high
  }

  /// An unsigned number of at least `least` and at most `most` digits.
  func number(at position: inout Int, least: Int, most: Int) -> Int? {
    var (value, read) = (0, 0)
    while read < most, position < count, let digit = Ascii.digit(self[position]) {
      value = value * 10 + digit
      read += 1
      position += 1
    }
    return read >= least ? value : nil
  }

  /// Whether the next byte is this one; it is taken if so.
  func take(_ byte: UInt8, at position: inout Int) -> Bool {
    guard position < count, self[position] == byte else { return false }
    position += 1
    return true
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
    for _ in min(read, 3)..<3 { value *= 10 }
    return value
  }

  /// `Z`, `+hh`, `+hhmm` or `+hh:mm`.
  func zone(at position: inout Int) -> TimeStyle.Zone? {
    if take(Ascii.zulu, at: &position) || take(Ascii.smallZulu, at: &position) { return .utc }
    let east = take(Ascii.plus, at: &position)
    guard east || take(Ascii.minus, at: &position) else { return nil }
    guard let hours = number(at: &position, least: 2, most: 2), hours <= 23 else { return nil }
    var minutes = 0
    if take(Ascii.colon, at: &position) || position < count {
      guard let written = number(at: &position, least: 2, most: 2), written <= 59 else { return nil }
      minutes = written
    }
    return .offset(minutes: (east ? 1 : -1) * (hours * 60 + minutes))
  }

  /// ISO 8601: `1958-03`, `1958-03-01`, or a date, `T` or spaces, `hh:mm` or `hh:mm:ss` with a fraction, and a zone.
  func isoTime() -> SpelledTime? {
    var at = 0
    guard let year = number(at: &at, least: 4, most: 4), take(Ascii.minus, at: &at) else { return nil }
    guard let month = number(at: &at, least: 2, most: 2) else { return nil }
    var civil = CivilTime(year: year, month: month, day: 1)
    if at == count { return spelled(civil, form: .month) }
    guard take(Ascii.minus, at: &at), let day = number(at: &at, least: 2, most: 2) else { return nil }
    civil.day = day
    if at == count { return spelled(civil, form: .date) }
    if !(take(Ascii.tee, at: &at) || take(Ascii.smallTee, at: &at)) {
      guard take(Ascii.space, at: &at) else { return nil }
    }
    guard let hour = number(at: &at, least: 2, most: 2), take(Ascii.colon, at: &at) else { return nil }
    guard let minute = number(at: &at, least: 2, most: 2) else { return nil }
    (civil.hour, civil.minute) = (hour, minute)
    if take(Ascii.colon, at: &at) {
      guard let second = number(at: &at, least: 2, most: 2) else { return nil }
      civil.second = second
      if take(Ascii.point, at: &at) || take(Ascii.comma, at: &at) {
        guard let part = fraction(at: &at) else { return nil }
        civil.millisecond = part
      }
    }
    if at == count { return spelled(civil, form: .dateTime) }
    _ = take(Ascii.space, at: &at)
    guard let zone = zone(at: &at), at == count else { return nil }
    return spelled(civil, form: .dateTime, zone: zone)
  }

  /// A signed number of seconds with an optional fraction, or of milliseconds without one.
  func epochTime(inMilliseconds: Bool) -> SpelledTime? {
    var at = 0
    let negative = take(Ascii.minus, at: &at)
    guard let whole = number(at: &at, least: 1, most: 15) else { return nil }
    var milliseconds = Int64(whole)
    if !inMilliseconds {
      milliseconds *= 1000
      if take(Ascii.point, at: &at) {
        guard let part = fraction(at: &at) else { return nil }
        milliseconds += Int64(part)
      }
    }
    guard at == count else { return nil }
    let clock = Timestamp(milliseconds: negative ? -milliseconds : milliseconds)
    return SpelledTime(clock: clock, zone: .utc, form: .epochSeconds)
  }

  /// A whole number that counts steps.
  func stepCount() -> SpelledTime? {
    var at = 0
    let negative = take(Ascii.minus, at: &at)
    guard let count = number(at: &at, least: 1, most: 15), at == self.count else { return nil }
    return SpelledTime(clock: Timestamp(milliseconds: Int64(negative ? -count : count)), zone: .none, form: .steps)
  }

  func spelled(_ civil: CivilTime, form: TimeStyle.Form, zone: TimeStyle.Zone = .none) -> SpelledTime? {
    guard civil.isValid else { return nil }
    return SpelledTime(clock: civil.timestamp, zone: zone, form: form)
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

  /// A letter in lower case; anything else as it is.
  static func lower(_ byte: UInt8) -> UInt8 { byte >= 65 && byte <= 90 ? byte | 32 : byte }
}
