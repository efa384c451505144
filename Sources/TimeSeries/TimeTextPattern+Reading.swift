/// What is noted while texts are read by a pattern: which of its numbers have one digit, which a leading zero, and how names
/// are written.
struct PatternTrace: Sendable {
  var single: UInt64 = 0
  var padded: UInt64 = 0
  var wording = Wording()
}

extension TimePattern {
  /// The time that a text of this pattern names; nil where it does not follow the pattern or there is no such time.
  func read(_ text: Span<UInt8>, _ trace: inout PatternTrace) -> SpelledTime? {
    var civil = CivilTime(year: 0, month: 1, day: 1)
    var zone = isUTC ? SpelledZone.utc : .none
    var (at, afternoon, halfDay) = (0, false, false)
    var (weekYear, week, weekday, dayOfYear) = (0, 0, 1, Int?.none)
    var hasPeriod = false
    var (single, padded) = (UInt64(0), UInt64(0))
    var wording = trace.wording
    var afterName = false
    for position in elements.indices {
      switch elements[position] {
      case .literal(let byte):
        // The point of a short name is not written behind a name in full, such as May.
        if !text.take(byte, at: &at), !(afterName && byte == Ascii.point) { return nil }
      case .blanks:
        guard text.takeBlanks(at: &at) else { return nil }
      case .number(let field, let least, let most, _):
        let start = at
        guard let value = text.number(at: &at, least: Int(least), most: Int(most)) else { return nil }
        if most == 2 {
          let bit = UInt64(1) &<< UInt64(position)
          if at - start == 1 { single |= bit } else if value < 10 { padded |= bit }
        }
        // The end of an interval.
        if position >= startEnd { break }
        switch field {
        case .year: civil.year = value
        // Two digits mean 1969 to 2068, as POSIX has it.
        case .shortYear: civil.year = value < 69 ? 2000 + value : 1900 + value
        case .weekYear: weekYear = value
        case .month: civil.month = value
        case .quarter:
          guard (1...4).contains(value) else { return nil }
          civil.month = value * 3 - 2
        case .half:
          guard (1...2).contains(value) else { return nil }
          civil.month = value * 6 - 5
        case .dayOfYear: dayOfYear = value
        case .week: week = value
        case .weekday: weekday = value
        case .day: civil.day = value
        case .hour: civil.hour = value
        case .halfDayHour:
          guard (1...12).contains(value) else { return nil }
          (civil.hour, halfDay) = (value % 12, true)
        case .minute: civil.minute = value
        case .second: civil.second = value
        }
      case .monthName:
        let start = at
        guard let name = text.monthName(at: &at) else { return nil }
        if position < startEnd { civil.month = name.month }
        if wording.languages & name.languages != 0 { wording.languages &= name.languages }
        if name.full & wording.languages == wording.languages { wording.hasFullNames = true }
        if wording.names == nil { wording.names = text.letterCase(start..<at) }
      case .weekdayName:
        guard text.weekdayName(at: &at) != nil else { return nil }
      case .dayPeriod:
        let start = at
        guard let (isPM, hasPoints) = text.dayPeriod(at: &at) else { return nil }
        if position < startEnd || !hasPeriod { (afternoon, hasPeriod) = (isPM, true) }
        if wording.dayPeriod == nil {
          (wording.dayPeriod, wording.hasPoints) = (text.letterCase(start..<at) == .lower ? .lower : .upper, hasPoints)
        }
      case .fraction:
        guard let value = text.fraction(at: &at) else { return nil }
        if position < startEnd { civil.millisecond = value }
      case .offset:
        guard let value = text.zone(at: &at) else { return nil }
        zone = value
      }
      afterName =
        switch elements[position] {
        case .monthName, .weekdayName: true
        default: false
        }
    }
    guard at == text.count else { return nil }
    if halfDay, afternoon { civil.hour += 12 }
    if week > 0 || weekYear > 0 {
      guard let monday = CivilTime.monday(ofWeek: week, of: weekYear), (1...7).contains(weekday) else { return nil }
      (civil.year, civil.month, civil.day) = CivilTime.date(daysSinceEpoch: monday + Int64(weekday - 1))
    }
    if let dayOfYear {
      let first = CivilTime.daysSinceEpoch(year: civil.year, month: 1, day: 1)
      let date = CivilTime.date(daysSinceEpoch: first + Int64(dayOfYear) - 1)
      guard dayOfYear >= 1, date.year == civil.year else { return nil }
      (civil.month, civil.day) = (date.month, date.day)
    }
    guard let clock = civil.spelledClock else { return nil }
    trace.single |= single
    trace.padded |= padded
    trace.wording = wording
    return SpelledTime(clock: clock, zone: zone, form: form)
  }
}

extension CivilTime {
  /// The moment of a reading that may say 24:00 for the midnight that follows; nil where there is no such time.
  var spelledClock: Timestamp? {
    if isValid { return timestamp }
    guard hour == 24, minute == 0, second == 0, millisecond == 0 else { return nil }
    let midnight = CivilTime(year: year, month: month, day: day)
    return midnight.isValid
      ? Timestamp(milliseconds: midnight.timestamp.milliseconds + Timestamp.millisecondsPerDay) : nil
  }

  /// The day since 1970 that an ISO week begins on, week 1 being that of 4 January; nil where the year has no such week.
  static func monday(ofWeek week: Int, of year: Int) -> Int64? {
    guard week >= 1, week <= 53 else { return nil }
    func first(_ year: Int) -> Int64 {
      let fourth = daysSinceEpoch(year: year, month: 1, day: 4)
      return fourth - BusinessDays.weekday(fourth)
    }
    let monday = first(year) + Int64(week - 1) * 7
    return week < 53 || monday < first(year + 1) ? monday : nil
  }

  /// The ISO week that a day since 1970 is in.
  static func week(ofDay day: Int64) -> (year: Int, week: Int) {
    // A week belongs to the year of its Thursday.
    let thursday = day - BusinessDays.weekday(day) + 3
    let year = date(daysSinceEpoch: thursday).year
    return (year, Int((thursday - daysSinceEpoch(year: year, month: 1, day: 1)) / 7) + 1)
  }
}
