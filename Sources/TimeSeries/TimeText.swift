/// How the texts of a time column are to be read.
public enum TimeFormat: Sendable, Hashable {
  /// ISO 8601: a month, a date, or a date and a time of day with or without a zone.
  case iso
  /// Seconds or parts of them since 1970; fractions and powers of ten allowed.
  case epoch(EpochUnit)
  /// Whole numbers that count steps.
  case steps
  /// Whole numbers that count steps, behind one text: `d_1`, `d_2`.
  case numbered(String)
  /// A pattern that the user gives, or that detection found.
  case pattern(TimePattern)

  /// Reads `iso`, `epoch`, `epoch-ms`, `epoch-us`, `epoch-ns`, `steps`, a text such as `d_#` that numbers of steps
  /// follow, or a pattern such as `d.M.yyyy H:mm`.
  public init(_ text: String) throws(TimeTextError) {
    switch text {
    case "iso": self = .iso
    case "epoch": self = .epoch(.seconds)
    case "epoch-ms": self = .epoch(.milliseconds)
    case "epoch-us": self = .epoch(.microseconds)
    case "epoch-ns": self = .epoch(.nanoseconds)
    case "steps": self = .steps
    case let text where text.count > 1 && text.hasSuffix("#") && !text.dropLast().contains("#"):
      self = .numbered(String(text.dropLast()))
    default: self = .pattern(try TimePattern(text))
    }
  }

  /// The time that a text spells; nil where the text has another form or there is no such time.
  func spelledTime(
    _ text: Span<UInt8>, _ days: inout DayCache, _ trace: inout PatternTrace
  ) -> SpelledTime? {
    guard text.count > 0 else { return nil }
    if Ascii.isBlank(text[0]) || Ascii.isBlank(text[text.count - 1]) {
      let inner = text.trimmedRange
      return inner.isEmpty ? nil : parse(text.extracting(inner), &days, &trace)
    }
    return parse(text, &days, &trace)
  }

  private func parse(_ text: Span<UInt8>, _ days: inout DayCache, _ trace: inout PatternTrace) -> SpelledTime? {
    switch self {
    case .iso: text.isoTime(&days)
    case .epoch(let unit): text.epochTime(unit)
    case .steps: text.stepCount()
    case .numbered(let word):
      text.count > word.utf8.count && zip(word.utf8, 0...).allSatisfy { text[$1] == $0 }
        ? text.extracting(droppingFirst: word.utf8.count).stepCount() : nil
    case .pattern(let pattern): pattern.read(text, &trace)
    }
  }
}

extension TimeFormat: CustomStringConvertible {
  /// The form of ``init(_:)``.
  public var description: String {
    switch self {
    case .iso: "iso"
    case .epoch(.seconds): "epoch"
    case .epoch(.milliseconds): "epoch-ms"
    case .epoch(.microseconds): "epoch-us"
    case .epoch(.nanoseconds): "epoch-ns"
    case .steps: "steps"
    case .numbered(let word): word + "#"
    case .pattern(let pattern): pattern.text
    }
  }

  /// What a text of this form is, for messages.
  var noun: String {
    switch self {
    case .iso: "an ISO 8601 time such as 2016-07-01 13:00"
    case .epoch(let unit): "a number of \(unit.noun) since 1970"
    case .steps: "a whole number of steps"
    case .numbered(let word): "a whole number of steps behind \(word)"
    case .pattern(let pattern): "a time of the form \(pattern.text)"
    }
  }
}

/// Reads the texts of one time column in one format, and keeps in mind how they were written.
public struct TimeReader: Sendable {
  /// The format that the texts are read in.
  public let format: TimeFormat
  /// The zone whose local time texts without a zone of their own are in.
  public let localZone: LocalZone?
  private var hasTimeOfDay = false
  private var hasSeveralZones = false
  private var form: TimeStyle.Form?
  private var zone = SpelledZone.none
  /// The newest moment that names a zone, and the zone.
  private var newest: (moment: Int64, zone: SpelledZone) = (.min, .none)
  private var shape = ISOShape()
  private var days = DayCache()
  private var trace = PatternTrace()

  /// A reader that has read nothing yet, of texts in the local time of a zone if one is given.
  public init(format: TimeFormat, localZone: LocalZone? = nil) {
    self.format = format
    self.localZone = localZone
  }

  /// The moment that a text names: in UTC where the text names a zone, the wall clock otherwise; ``moments(of:)`` makes
  /// moments of the local times of a zone.
  ///
  /// Throws ``TimeTextError/unreadable(_:format:)``, ``TimeTextError/otherUnit(_:_:)``, ``TimeTextError/never(_:in:)``, and
  /// ``TimeTextError/zoneMissing(_:)`` or ``TimeTextError/zoneUnexpected(_:)`` where the text is unlike those before it.
  public mutating func read(_ text: Span<UInt8>) throws(TimeTextError) -> Timestamp {
    guard let spelled = format.spelledTime(text, &days, &trace) else {
      if case .epoch(.seconds) = format, let count = text.digitCount, let unit = EpochUnit(digits: count) {
        throw .otherUnit(text.excerpt, unit)
      }
      throw .unreadable(text.excerpt, format: format)
    }
    if case .epoch(.seconds) = format, spelled.clock.milliseconds.magnitude >= 100_000_000_000_000 {
      throw .otherUnit(text.excerpt, text.digitCount.flatMap(EpochUnit.init(digits:)) ?? .milliseconds)
    }
    if spelled.form != form || spelled.zone != zone || spelled.shape != shape { try note(spelled, text) }
    if let localZone, spelled.zone == .none { try note(spelled.clock, text, in: localZone) }
    guard spelled.zone != .none else { return spelled.clock }
    let moment = spelled.instant
    if moment.milliseconds > newest.moment { newest = (moment.milliseconds, spelled.zone) }
    return moment
  }

  /// The moment that a text names; see ``read(_:)-(Span<UInt8>)``.
  public mutating func read(_ text: String) throws(TimeTextError) -> Timestamp {
    try read(text.utf8.span)
  }

  private mutating func note(_ clock: Timestamp, _ text: Span<UInt8>, in place: LocalZone) throws(TimeTextError) {
    // At midnight times may be days, which a place has even where its clock is put forward then.
    guard clock.milliseconds != clock.day * Timestamp.millisecondsPerDay else { return }
    hasTimeOfDay = true
    if place.steady(at: clock) { return }
    if case .none = place.moments(ofLocal: clock) { throw .never(text.excerpt, in: place) }
  }

  /// The moments of one series' times that were read, in the order of its rows: of the local times of a zone as
  /// ``LocalZone/moments(ofLocal:)-([Timestamp])`` has it, where any has a time of day; others as they are.
  public func moments(of times: [Timestamp]) -> [Timestamp] {
    guard let localZone, isLocal, zone == .none else { return times }
    return localZone.moments(ofLocal: times)
  }

  // Whether times are printed in the local time of the zone; months and days stay days there.
  private var isLocal: Bool {
    switch form {
    case .dateTime: localZone != nil && (hasTimeOfDay || zone != .none)
    default: false
    }
  }

  /// Whether the times name zones, or nothing is known of it yet: of the zones of all of them the newest decides the style.
  package var namesZone: Bool { form == nil || zone != .none }

  /// How the texts read so far were written: the finest form, and their zone; that of the newest where they differ.
  public var style: TimeStyle {
    var style = TimeStyle(form: form ?? .steps, zone: (hasSeveralZones ? newest.zone : zone).zone)
    if let localZone, isLocal { style.zone = .local(localZone, hasOffset: zone != .none) }
    switch format {
    case .iso where style.form == .dateTime: style.pattern = shape.pattern
    case .pattern(let pattern):
      if let printed = pattern.printed { (style.pattern, style.wording) = (printed, trace.wording) }
    default: break
    }
    return style
  }

  // A month and a date in one column are dates, a date and a time of day are times of day.
  private mutating func note(_ spelled: SpelledTime, _ text: Span<UInt8>) throws(TimeTextError) {
    guard let form else {
      (form, zone, shape) = (spelled.form, spelled.zone, spelled.shape)
      return
    }
    if spelled.zone != zone {
      if spelled.zone == .none { throw .zoneMissing(text.excerpt) }
      if zone == .none { throw .zoneUnexpected(text.excerpt) }
      hasSeveralZones = true
    }
    if TimeReader.rank(spelled.form) > TimeReader.rank(form) {
      (self.form, shape) = (spelled.form, spelled.shape)
    } else if spelled.form == form, spelled.shape != shape {
      shape = shape.joined(spelled.shape)
    }
  }

  private static func rank(_ form: TimeStyle.Form) -> Int {
    switch form {
    case .month: 0
    case .date: 1
    default: 2
    }
  }
}

extension TimeStyle {
  /// The moment in UTC of a time of this style; the wall clock itself where the source names no zone.
  public func instant(of time: Timestamp) -> Timestamp {
    Timestamp(milliseconds: time.milliseconds - offsetMilliseconds)
  }

  /// The time of this style at a moment in UTC.
  public func time(of instant: Timestamp) -> Timestamp {
    Timestamp(milliseconds: instant.milliseconds + offsetMilliseconds)
  }

  private var offsetMilliseconds: Int64 {
    if case .offset(let minutes) = zone { Int64(minutes) * 60_000 } else { 0 }
  }
}

/// Why a text is no time, or a text no time format.
public enum TimeTextError: Error, Equatable, Sendable {
  /// The text has another form than the format, or there is no such day or hour.
  case unreadable(String, format: TimeFormat)
  /// The texts before this one name a zone, this one does not.
  case zoneMissing(String)
  /// The texts before this one name no zone, this one does.
  case zoneUnexpected(String)
  /// A number too large to be seconds since 1970, and what it seems to count.
  case otherUnit(String, EpochUnit)
  /// Nothing in the texts tells day, month and year apart; the first text, and how all can be read.
  case ambiguousOrder(String, readings: [TimeOrder])
  /// A time that clocks of a zone never showed: they were put forward over it.
  case never(String, in: LocalZone)
  /// The texts seem to name years of accounts, such as `FY2020` or `2019/20`.
  case fiscalYear(String)
  /// The texts seem to be days of no year, such as `13-Jan`.
  case dayWithoutYear(String)
  /// No known format reads the text.
  case unknownForm(String)
  /// There are no texts to find a format in.
  case noTexts
  /// The pattern cannot be used.
  case badPattern(String, reason: String)
}

extension TimeTextError: CustomStringConvertible {
  /// What is wrong and what to do.
  public var description: String {
    switch self {
    case .unreadable(let text, let format):
      "\"\(text)\" is not \(format.noun)"
    case .zoneMissing(let text):
      "\"\(text)\" names no zone, but the times before it do"
    case .zoneUnexpected(let text):
      "\"\(text)\" names a zone, but the times before it do not"
    case .otherUnit(let text, let unit):
      "\"\(text)\" looks like \(unit.noun) since 1970; set time_format: \(TimeFormat.epoch(unit))"
    case .ambiguousOrder(let text, let readings):
      "\"\(text)\" can be read as \(readings.map(\.description).joined(separator: " or as ")); set time_format: "
        + readings.map(\.format.description).joined(separator: " or ")
    case .never(let text, let zone):
      "\"\(text)\" never was in \(zone): clocks were put forward over it"
    case .fiscalYear(let text):
      "\"\(text)\" seems to name a year of accounts, and where that begins is not said; write the date on which each "
        + "begins in its place, such as 2019-07-01"
    case .dayWithoutYear(let text):
      "\"\(text)\" seems to be a day without a year, which is no time; if it is a month and a year, set time_format: "
        + "MMM-yy or yy-MMM, as it is written"
    case .unknownForm(let text):
      "the form of \"\(text)\" is not known; set time_format to a pattern such as yyyy/M/d H:mm, or to epoch, epoch-ms "
        + "or steps"
    case .noTexts:
      "there is no time to be read"
    case .badPattern(let text, let reason):
      "\"\(text)\" is no time format: \(reason)"
    }
  }
}

extension EpochUnit {
  /// What numbers of so many digits count, were they times of our age; nil for any other number.
  init?(digits: Int) {
    switch digits {
    case 9...11: self = .seconds
    case 12...14: self = .milliseconds
    case 15...17: self = .microseconds
    case 18...20: self = .nanoseconds
    default: return nil
    }
  }
}

extension Span<UInt8> {
  /// The bytes as text.
  public var text: String { withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) } }

  /// The text for a message, cut where it is long.
  public var excerpt: String { text.count > 40 ? text.prefix(40) + "…" : text }

  /// The number of digits of a text that is a whole number, nil for any other.
  var digitCount: Int? {
    let inner = trimmedRange
    var at = inner.lowerBound
    _ = take(Ascii.minus, at: &at)
    let first = at
    while at < inner.upperBound, Ascii.digit(self[at]) != nil { at += 1 }
    return at == inner.upperBound && at > first ? at - first : nil
  }
}
