extension TimeStyle {
  /// A time as its source would write it, in ISO 8601: `1958-03`, `1958-03-01`, `1958-03-01T12:00:00+02:00`; steps and
  /// seconds since 1970 as plain numbers.
  ///
  /// Fractions appear where they are not zero. A time that the form cannot hold (a day in a style of months, an hour in
  /// a style of dates) is printed in the next finer form, so that no two times print alike.
  public func text(of time: Timestamp) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(32)
    append(time, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Whether a reader of this style reads the text of a time: dates have years of four digits, numbers fifteen.
  public func holds(_ time: Timestamp) -> Bool {
    switch form {
    case .steps, .epochSeconds: time.milliseconds.magnitude < 1_000_000_000_000_000
    case .month, .date, .dateTime: (0...9999).contains(CivilTime(time).year)
    }
  }

  /// Appends the UTF-8 bytes of ``text(of:)``.
  public func append(_ time: Timestamp, to bytes: inout [UInt8]) {
    switch form {
    case .steps:
      bytes.append(contentsOf: String(time.milliseconds).utf8)
      return
    case .epochSeconds:
      if time.milliseconds < 0 { bytes.append(Ascii.minus) }
      bytes.append(padded: Int((time.milliseconds / 1000).magnitude), to: 1)
      bytes.append(fraction: Int(time.milliseconds.magnitude % 1000))
      return
    case .month, .date, .dateTime:
      break
    }
    let civil = CivilTime(time)
    let midnight = time.milliseconds == time.day * Timestamp.millisecondsPerDay
    if civil.year < 0 { bytes.append(Ascii.minus) }
    bytes.append(padded: Int(civil.year.magnitude), to: 4)
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
