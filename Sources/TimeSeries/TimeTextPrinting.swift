extension TimeStyle {
  /// A time as its source would write it: by the pattern that it was read in, else in ISO 8601 as `1958-03`, `1958-03-01`,
  /// `1958-03-01T12:00:00+02:00`; steps and numbers since 1970 as plain numbers.
  ///
  /// A time that the pattern cannot hold (an hour in a pattern of dates) is printed in ISO 8601, and one that the form cannot
  /// hold (a day in a style of months) in the next finer form, so that no two times print alike; `fitted(to:further:)` finds the style
  /// that holds all times of an index. Fractions without a pattern appear where they are not zero.
  public func text(of time: Timestamp) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(32)
    append(time, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Whether a reader of this style reads the text of a time: dates have years of four digits, numbers fifteen.
  public func holds(_ time: Timestamp) -> Bool {
    switch form {
    case .steps: time.milliseconds.magnitude < 1_000_000_000_000_000
    case .epoch(let unit): time.milliseconds.magnitude < unit.mostMilliseconds
    case .month, .date, .dateTime: (0...9999).contains(CivilTime(time).year)
    }
  }

  /// The style that prints every time of an index, and `further` steps behind it, as it is: this one, the next finer form
  /// where times are finer than it, and ISO 8601 where its pattern cannot hold them.
  public func fitted(to index: TimeIndex, further: Int = 0) -> TimeStyle {
    var style = self
    guard index.count > 0 else { return style }
    let times = [index[0], index[index.count + further - 1]].map { onWallClock($0)?.time ?? $0 }
    func isHeld(by resolution: Frequency) -> Bool {
      times.allSatisfy { resolution.floor($0) == $0 }
        && (index.count + further == 1 || index.frequency.isMultiple(of: resolution))
    }
    if let pattern, !isHeld(by: pattern.resolution) || !times.allSatisfy(pattern.holdsYear) { style.pattern = nil }
    guard style.pattern == nil else { return style }
    if style.form == .month, !isHeld(by: .months(1)) { style.form = .date }
    if style.form == .date, !isHeld(by: .days(1)) { style.form = .dateTime }
    return style
  }

  /// The style that prints every time of a panel, and `further` steps behind each series; see ``fitted(to:further:)``.
  public func fitted(to panel: Panel, further: Int) -> TimeStyle {
    panel.series.reduce(self) { $0.fitted(to: $1.index, further: further) }
  }

  /// The same at one moment of a zone, and what its clock shows then.
  private func onWallClock(_ time: Timestamp) -> (style: TimeStyle, time: Timestamp)? {
    guard case .local(let place, let hasOffset) = zone else { return nil }
    var style = self
    style.zone = hasOffset ? .offset(minutes: Int(place.offset(at: time) / 60_000)) : .none
    return (style, place.local(of: time))
  }

  /// Appends the UTF-8 bytes of ``text(of:)``.
  public func append(_ time: Timestamp, to bytes: inout [UInt8]) {
    if let (style, local) = onWallClock(time) { return style.append(local, to: &bytes) }
    switch form {
    case .steps:
      bytes.append(contentsOf: String(time.milliseconds).utf8)
      return
    case .epoch(let unit):
      bytes.append(time, in: unit)
      return
    case .month, .date, .dateTime:
      break
    }
    let civil = CivilTime(time)
    if let pattern, pattern.resolution.floor(time) == time, pattern.holdsYear(time) {
      return pattern.append(civil, day: time.day, zone: zone, wording, to: &bytes)
    }
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
    bytes.append(zone: zone, letters: 3)
  }
}

extension TimePattern {
  /// Whether the digits of the year say which one a time is in.
  func holdsYear(_ time: Timestamp) -> Bool {
    let year = CivilTime(time).year
    for element in elements {
      guard case .number(let field, _, _, _) = element else { continue }
      switch field {
      case .shortYear: return (1969...2068).contains(year)
      case .year: return (0...9999).contains(year)
      case .weekYear: return (0...9999).contains(CivilTime.week(ofDay: time.day).year)
      default: continue
      }
    }
    return false
  }

  fileprivate func append(
    _ civil: CivilTime, day: Int64, zone: TimeStyle.Zone, _ wording: Wording, to bytes: inout [UInt8]
  ) {
    for (position, element) in elements.enumerated() {
      switch element {
      case .literal(let byte):
        // No point behind a short name that is a name in full, such as May.
        if byte == Ascii.point, position > 0, case .monthName(false) = elements[position - 1],
          wording.language.full[civil.month - 1].count == wording.language.short[civil.month - 1].count
        {
          continue
        }
        bytes.append(byte)
      case .blanks(let count): for _ in 0..<count { bytes.append(Ascii.space) }
      case .number(let field, _, _, let width): bytes.append(padded: civil.value(field, day: day), to: Int(width))
      case .monthName(let full):
        let names = full ? wording.language.full : wording.language.short
        bytes.append(names[civil.month - 1], wording.names)
      case .weekdayName(let full):
        let name = MonthNames.weekdays[Int(BusinessDays.weekday(day))]
        bytes.append(full ? name : String(name.prefix(3)), wording.names)
      case .dayPeriod:
        let letter = civil.hour < 12 ? "A" : "P"
        bytes.append(letter + (wording.hasPoints ? ".M." : "M"), wording.dayPeriod)
      case .fraction(let digits):
        var (rest, scale) = (civil.millisecond, 100)
        for _ in 0..<digits {
          bytes.append(Ascii.zero + UInt8(scale > 0 ? rest / scale : 0))
          if scale > 0 { (rest, scale) = (rest % scale, scale / 10) }
        }
      case .offset(let letters): bytes.append(zone: zone, letters: letters)
      }
    }
  }
}

extension CivilTime {
  fileprivate func value(_ field: TimePattern.Field, day: Int64) -> Int {
    switch field {
    case .year: year
    case .shortYear: year % 100
    case .weekYear: CivilTime.week(ofDay: day).year
    case .month: month
    case .quarter: (month + 2) / 3
    case .half: (month + 5) / 6
    case .dayOfYear: Int(day - CivilTime.daysSinceEpoch(year: year, month: 1, day: 1)) + 1
    case .week: CivilTime.week(ofDay: day).week
    case .weekday: Int(BusinessDays.weekday(day)) + 1
    case .day: self.day
    case .hour: hour
    case .halfDayHour: (hour + 11) % 12 + 1
    case .minute: minute
    case .second: second
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

  fileprivate mutating func append(_ name: String, _ letterCase: Wording.Case?) {
    switch letterCase {
    case nil: append(contentsOf: name.utf8)
    case .capital: append(contentsOf: (name.prefix(1).uppercased() + name.dropFirst()).utf8)
    case .upper: append(contentsOf: name.uppercased().utf8)
    case .lower: append(contentsOf: name.lowercased().utf8)
    }
  }

  /// A point and the milliseconds without trailing zeros; nothing for zero.
  fileprivate mutating func append(fraction milliseconds: Int) {
    guard milliseconds > 0 else { return }
    append(Ascii.point)
    append(padded: milliseconds, to: 3)
    while last == Ascii.zero { removeLast() }
  }

  fileprivate mutating func append(_ time: Timestamp, in unit: EpochUnit) {
    if time.milliseconds < 0 { append(Ascii.minus) }
    let magnitude = Int(time.milliseconds.magnitude)
    guard unit == .seconds else {
      append(padded: magnitude, to: 1)
      // A zero needs none behind it.
      if magnitude > 0 { for _ in 0..<(-unit.powerOfMilliseconds) { append(Ascii.zero) } }
      return
    }
    append(padded: magnitude / 1000, to: 1)
    append(fraction: magnitude % 1000)
  }

  fileprivate mutating func append(zone: TimeStyle.Zone, letters: UInt8) {
    switch zone {
    case .none, .local: break
    case .utc: append(Ascii.zulu)
    case .offset(let minutes):
      append(minutes < 0 ? Ascii.minus : Ascii.plus)
      append(padded: Int(minutes.magnitude) / 60, to: 2)
      if letters == 1, minutes % 60 == 0 { return }
      if letters == 3 { append(Ascii.colon) }
      append(padded: Int(minutes.magnitude) % 60, to: 2)
    }
  }
}
