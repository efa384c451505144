import TimeSeries

/// What is not plausible in readings: too old, stuck, with long gaps, later than now.
public struct InputCheck: Sendable, Equatable {
  /// From where on a person is warned, and from where on nothing is forecast.
  public struct Limits<Limit: Sendable & Equatable>: Sendable, Equatable {
    /// More than this is told.
    public var warn: Limit?
    /// More than this ends the run.
    public var error: Limit?

    /// Limits; nil for none.
    public init(warn: Limit? = nil, error: Limit? = nil) { (self.warn, self.error) = (warn, error) }
  }

  /// What becomes of something.
  public enum Severity: String, FieldChoice {
    case ignore, warn, error
  }

  /// Something that was found in one series.
  public struct Finding: Sendable, Equatable {
    /// Whether it ends the run.
    public var isError: Bool
    /// The sort of failure that it is, where it ends the run.
    public var kind: Failure.Kind
    /// What was found, in words.
    public var message: String
  }

  /// The age of the newest reading of each series.
  public var newest = Limits<Frequency>()
  /// Equal values at the end of a series: so many, or more.
  public var flat = Limits<Int>()
  /// Steps without a value between two readings.
  public var gaps = Limits<Int>()
  /// Gaps that end before so many of the last steps are let pass; nil looks at all.
  public var within: Int?
  /// Readings that are later than now.
  public var future = Severity.warn

  /// A check that looks for readings of the future alone.
  public init() {}

  /// At most so many series are named for each sort of finding.
  static let mostNamed = 3

  /// Looks at readings.
  ///
  /// - Parameters:
  ///   - readings: as they were read.
  ///   - panel: the same on their regular index, gaps open.
  ///   - now: the present moment on the readings' own clock; nil where they have no times.
  public func findings(_ readings: Readings, _ panel: Panel, now: Timestamp?) -> [Finding] {
    let style = readings.style
    var found: [Finding] = []
    if let now {
      found += named(readings.series.compactMap { series in age(of: series, at: now, style) })
      found += named(readings.series.compactMap { series in future(of: series, at: now, style) })
    }
    found += named(panel.series.compactMap { flat(of: $0) })
    found += named(panel.series.compactMap { gap(of: $0, style) })
    return found
  }

  private func age(of series: Readings.Series, at now: Timestamp, _ style: TimeStyle) -> Finding? {
    guard let time = series.newest,
      let (limit, isError) = exceeded(newest, by: { $0.advance(time, by: 1) < now })
    else { return nil }
    let age = Timestamp.span(from: time, to: now)
    return Finding(
      isError: isError, kind: .tooOld,
      message: "series \"\(series.name)\": the newest reading is of \(style.text(of: time)), \(age) ago, more than "
        + "\(limit); is it still delivered?")
  }

  private func future(of series: Readings.Series, at now: Timestamp, _ style: TimeStyle) -> Finding? {
    guard future != .ignore, let last = series.times.last, last > now else { return nil }
    let count = series.times.count { $0 > now }
    return Finding(
      isError: future == .error, kind: .badData,
      message: "series \"\(series.name)\": \(count) \(count == 1 ? "reading is" : "readings are") later than now, the "
        + "last of \(style.text(of: last)); is a clock or a zone wrong?")
  }

  private func flat(of series: Series) -> Finding? {
    let values = series.values.filter { !$0.isNaN }
    guard let last = values.last else { return nil }
    let count = values.count - (values.lastIndex { $0 != last }.map { $0 + 1 } ?? 0)
    guard let (_, isError) = exceeded(flat, by: { count >= $0 }) else { return nil }
    return Finding(
      isError: isError, kind: .badData,
      message: "series \"\(series.name)\": the last \(count) values are all \(last); is the sensor stuck?")
  }

  private func gap(of series: Series, _ style: TimeStyle) -> Finding? {
    var longest = (start: 0, count: 0)
    var start: Int?
    let first = series.values.firstIndex { !$0.isNaN } ?? series.count
    let earliest = within.map { series.count - $0 } ?? 0
    for step in first..<series.count {
      if series.values[step].isNaN {
        start = start ?? step
      } else {
        if let begin = start, step - begin > longest.count, step > earliest { longest = (begin, step - begin) }
        start = nil
      }
    }
    guard let (limit, isError) = exceeded(gaps, by: { longest.count > $0 }) else { return nil }
    return Finding(
      isError: isError, kind: .badData,
      message: "series \"\(series.name)\": \(longest.count) steps from \(style.text(of: series.index[longest.start])) "
        + "on have no reading, more than \(limit)")
  }

  private func exceeded<Limit>(_ limits: Limits<Limit>, by test: (Limit) -> Bool) -> (Limit, isError: Bool)? {
    if let error = limits.error, test(error) { return (error, true) }
    if let warn = limits.warn, test(warn) { return (warn, false) }
    return nil
  }

  /// A few findings of one sort, and a word on the rest; errors first.
  private func named(_ findings: [Finding]) -> [Finding] {
    let sorted = findings.filter(\.isError) + findings.filter { !$0.isError }
    guard sorted.count > InputCheck.mostNamed else { return sorted }
    var few = Array(sorted.prefix(InputCheck.mostNamed))
    few[few.count - 1].message += " (and \(sorted.count - few.count) more series like it)"
    return few
  }
}

extension Timestamp {
  /// A stretch of time in its two largest units, such as `3d 4h`.
  static func span(from start: Timestamp, to end: Timestamp) -> String {
    var rest = max(0, end.milliseconds - start.milliseconds) / 1000
    var parts: [String] = []
    for (unit, size) in [("d", Int64(86_400)), ("h", 3600), ("m", 60), ("s", 1)] {
      if rest >= size, parts.count < 2 { parts.append("\(rest / size)\(unit)") }
      rest %= size
    }
    return parts.isEmpty ? "0s" : parts.joined(separator: " ")
  }
}
