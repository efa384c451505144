extension TimeStyle {
  /// A time as its source would write it, in ISO 8601: `1958-03`, `1958-03-01`, `1958-03-01T12:00:00+02:00`; steps and
  /// seconds since 1970 as plain numbers.
  ///
  /// Fractions appear where they are not zero. A time that the form cannot hold (a day in a style of months, an hour in
  /// a style of dates) is printed in the next finer form, so that no two times print alike.
  public func text(of time: Timestamp) -> String {
    String(decoding: bytes { append(time, to: &$0) }, as: UTF8.self)
  }

  /// A time in the source's own ``pattern``; as ``text(of:)`` where it has none or the pattern would lose a part.
  public func textAsWritten(of time: Timestamp) -> String {
    guard let pattern else { return text(of: time) }
    let written = bytes { pattern.append(time, zone: zone, to: &$0) }
    guard pattern.read(written.span)?.clock == time else { return text(of: time) }
    return String(decoding: written, as: UTF8.self)
  }

  /// Appends the UTF-8 bytes of ``text(of:)``.
  public func append(_ time: Timestamp, to bytes: inout [UInt8]) {
    switch form {
    case .steps:
      bytes.append(contentsOf: String(time.milliseconds).utf8)
      return
    case .epochSeconds:
      bytes.append(number: time.milliseconds / 1000, negative: time.milliseconds < 0)
      bytes.append(fraction: Int(time.milliseconds.magnitude % 1000))
      return
    case .month, .date, .dateTime:
      break
    }
    let civil = CivilTime(time)
    let midnight = time.milliseconds == time.day * Timestamp.millisecondsPerDay
    bytes.append(year: civil.year)
    bytes.append(Ascii.minus)
    bytes.append(padded: civil.month, to: 2)
    if form == .month, civil.day == 1, midnight { return }
    bytes.append(Ascii.minus)
    bytes.append(padded: civil.day, to: 2)
    if form != .dateTime, midnight { return }
    bytes.append(Ascii.tee)
    bytes.append(padded: civil.hour, to: 2)
    bytes.append(Ascii.colon)
    bytes.append(padded: civil.minute, to: 2)
    bytes.append(Ascii.colon)
    bytes.append(padded: civil.second, to: 2)
    bytes.append(fraction: civil.millisecond)
    bytes.append(zone: zone)
  }

  private func bytes(_ write: (inout [UInt8]) -> Void) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(32)
    write(&bytes)
    return bytes
  }
}

extension TimePattern {
  /// Appends a time in this pattern.
  func append(_ time: Timestamp, zone: TimeStyle.Zone, to bytes: inout [UInt8]) {
    let civil = CivilTime(time)
    for element in elements {
      switch element {
      case .literal(let byte): bytes.append(byte)
      case .year(let digits):
        if digits == 4 { bytes.append(year: civil.year) } else { bytes.append(padded: civil.year % 100, to: 2) }
      case .month(let least): bytes.append(padded: civil.month, to: least)
      case .monthName(let full):
        let name = TimePattern.monthNames[civil.month - 1]
        for at in 0..<(full ? name.utf8CodeUnitCount : 3) { bytes.append(name.utf8Start[at]) }
      case .quarter: bytes.append(padded: (civil.month + 2) / 3, to: 1)
      case .day(let least): bytes.append(padded: civil.day, to: least)
      case .hour(let least): bytes.append(padded: civil.hour, to: least)
      case .halfDayHour(let least): bytes.append(padded: (civil.hour + 11) % 12 + 1, to: least)
      case .dayPeriod: bytes.append(contentsOf: (civil.hour < 12 ? "AM" : "PM").utf8)
      case .minute(let least): bytes.append(padded: civil.minute, to: least)
      case .second(let least): bytes.append(padded: civil.second, to: least)
      case .fraction(let digits):
        var part = [UInt8]()
        part.append(padded: civil.millisecond, to: 3)
        for at in 0..<digits { bytes.append(at < 3 ? part[at] : Ascii.zero) }
      case .offset: bytes.append(zone: zone)
      }
    }
  }
}

extension [UInt8] {
  /// A number from 0 on, with leading zeros.
  fileprivate mutating func append(padded number: Int, to width: Int) {
    var (scale, digits) = (1, 1)
    while number / scale >= 10 || digits < width { (scale, digits) = (scale * 10, digits + 1) }
    while scale > 0 {
      append(Ascii.zero + UInt8(number / scale % 10))
      scale /= 10
    }
  }

  fileprivate mutating func append(year: Int) {
    if year < 0 { append(Ascii.minus) }
    append(padded: Int(year.magnitude), to: 4)
  }

  fileprivate mutating func append(number: Int64, negative: Bool) {
    if negative { append(Ascii.minus) }
    append(padded: Int(number.magnitude), to: 1)
  }

  /// A point and the milliseconds without trailing zeros; nothing for zero.
  fileprivate mutating func append(fraction milliseconds: Int) {
    guard milliseconds > 0 else { return }
    append(Ascii.point)
    append(padded: milliseconds, to: 3)
    while last == Ascii.zero { removeLast() }
  }

  fileprivate mutating func append(zone: TimeStyle.Zone) {
    switch zone {
    case .none: break
    case .utc: append(Ascii.zulu)
    case .offset(let minutes):
      append(minutes < 0 ? Ascii.minus : Ascii.plus)
      append(padded: Int(minutes.magnitude) / 60, to: 2)
      append(Ascii.colon)
      append(padded: Int(minutes.magnitude) % 60, to: 2)
    }
  }
}
