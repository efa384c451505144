/// How the texts of a time column are to be read.
public enum TimeFormat: Sendable, Hashable {
  /// ISO 8601: a month, a date, or a date and a time of day with or without a zone.
  case iso
  /// Seconds since 1970, fractions allowed.
  case epochSeconds
  /// Milliseconds since 1970.
  case epochMilliseconds
  /// Whole numbers that count steps.
  case steps
  /// A pattern that the user gives, or that detection found.
  case pattern(TimePattern)

  /// Reads `iso`, `epoch`, `epoch-ms`, `steps` or a pattern such as `d.M.yyyy H:mm`.
  public init(_ text: String) throws(TimeTextError) {
    switch text {
    case "iso": self = .iso
    case "epoch": self = .epochSeconds
    case "epoch-ms": self = .epochMilliseconds
    case "steps": self = .steps
    default: self = .pattern(try TimePattern(text))
    }
  }

  /// The time that a text spells; nil where the text has another form or there is no such time.
  func spelledTime(_ text: Span<UInt8>) -> SpelledTime? {
    let inner = text.trimmedRange
    return inner.count == text.count ? parse(text) : parse(text.extracting(inner))
  }

  private func parse(_ text: Span<UInt8>) -> SpelledTime? {
    switch self {
    case .iso: text.isoTime()
    case .epochSeconds: text.epochTime(inMilliseconds: false)
    case .epochMilliseconds: text.epochTime(inMilliseconds: true)
    case .steps: text.stepCount()
    case .pattern(let pattern): pattern.read(text)
    }
  }
}

extension TimeFormat: CustomStringConvertible {
  /// The form of ``init(_:)``.
  public var description: String {
    switch self {
    case .iso: "iso"
    case .epochSeconds: "epoch"
    case .epochMilliseconds: "epoch-ms"
    case .steps: "steps"
    case .pattern(let pattern): pattern.text
    }
  }

  /// What a text of this form is, for messages.
  var noun: String {
    switch self {
    case .iso: "an ISO 8601 time such as 2016-07-01 13:00"
    case .epochSeconds: "a number of seconds since 1970"
    case .epochMilliseconds: "a number of milliseconds since 1970"
    case .steps: "a whole number of steps"
    case .pattern(let pattern): "a time of the form \(pattern.text)"
    }
  }
}

/// Reads the texts of one time column in one format, and keeps in mind how they were written.
public struct TimeReader: Sendable {
  /// The format that the texts are read in.
  public let format: TimeFormat
  private var form: TimeStyle.Form?
  private var zone: TimeStyle.Zone?

  /// A reader that has read nothing yet.
  public init(format: TimeFormat) { self.format = format }

  /// The moment that a text names: in UTC where the text names a zone, the wall clock otherwise.
  ///
  /// Throws ``TimeTextError/unreadable(_:format:)``, and ``TimeTextError/zoneMissing(_:)`` or
  /// ``TimeTextError/zoneUnexpected(_:)`` where the text is unlike those before it.
  public mutating func read(_ text: Span<UInt8>) throws(TimeTextError) -> Timestamp {
    guard let spelled = format.spelledTime(text) else {
      if case .epochSeconds = format, let count = text.digitCount, count >= 12 {
        throw .looksLikeMilliseconds(text.excerpt)
      }
      throw .unreadable(text.excerpt, format: format)
    }
    if case .epochSeconds = format, spelled.clock.milliseconds.magnitude >= 100_000_000_000_000 {
      throw .looksLikeMilliseconds(text.excerpt)
    }
    try note(spelled, text)
    return spelled.instant
  }

  /// The moment that a text names; see ``read(_:)-(Span<UInt8>)``.
  public mutating func read(_ text: String) throws(TimeTextError) -> Timestamp {
    try read(text.utf8.span)
  }

  /// How the texts read so far were written: the finest form, and their zone where all share one, UTC where they differ.
  public var style: TimeStyle { TimeStyle(form: form ?? .steps, zone: zone ?? .none) }

  // A month and a date in one column are dates, a date and a time of day are times of day.
  private mutating func note(_ spelled: SpelledTime, _ text: Span<UInt8>) throws(TimeTextError) {
    guard let form, let zone else {
      (form, zone) = (spelled.form, spelled.zone)
      return
    }
    if spelled.zone != zone {
      if spelled.zone == .none { throw .zoneMissing(text.excerpt) }
      if zone == .none { throw .zoneUnexpected(text.excerpt) }
      self.zone = .utc
    }
    if spelled.form != form, TimeReader.rank(spelled.form) > TimeReader.rank(form) { self.form = spelled.form }
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
  /// A number too large to be seconds since 1970.
  case looksLikeMilliseconds(String)
  /// Day and month can be told apart in none of the texts.
  case ambiguousOrder(String, formats: [String])
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
    case .looksLikeMilliseconds(let text):
      "\"\(text)\" looks like milliseconds since 1970; set time_format: epoch-ms"
    case .ambiguousOrder(let text, let formats):
      "\"\(text)\" can be read as \(formats.joined(separator: " or ")); set time_format to the right one"
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
