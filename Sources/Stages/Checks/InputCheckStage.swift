import PipelineFile
import Pipelines
import TimeSeries

/// Looks whether the readings are fresh and plausible.
struct InputCheckStage: CheckStage {
  static let name = "check"
  static let summary = "Looks whether the readings are fresh and plausible, before anything is fitted."
  static let example = "{newest: {warn: 2d, error: 7d}, flat: {warn: 24}, gaps: {warn: 12}}"

  @Field("Age of a series' newest reading from which on to warn, or to end with exit code 5; of no use without times.")
  var newest: CheckLimits<Frequency> = [:]
  @Field("Equal values at the end of a series, so many or more: a sensor that is stuck.", bounds: .steps(0))
  var flat: CheckLimits<StepSpan> = [:]
  @Field("Steps in a row without a reading; more are reported.", bounds: .steps(0)) var gaps: CheckLimits<StepSpan> =
    [:]
  @Field("Last steps of a series in which gaps are looked for; all when left out.", bounds: .steps(1))
  var within: StepSpan?
  @Field("What becomes of readings that are later than now.") var future = Severity.warn

  init() {}

  /// What becomes of something.
  enum Severity: String, FieldChoice {
    case ignore, warn, error
  }

  /// At most so many series are named for each sort of finding.
  static let mostNamed = 3

  func findings(in readings: Readings, _ panel: Panel, now: Timestamp?) throws(FieldFault) -> [CheckFinding] {
    let style = readings.style
    var found: [CheckFinding] = []
    if let now {
      let days = Dictionary(panel.series.map { ($0.name, $0.index.monthDay) }) { first, _ in first }
      found += named(
        readings.series.compactMap { series in
          age(of: series, at: now, step: panel.frequency, onDay: days[series.name] ?? nil, style)
        })
      found += named(readings.series.compactMap { series in future(of: series, at: now, style) })
    } else if newest.warn != nil || newest.error != nil {
      throw FieldFault("newest", "has no meaning here: the rows have no times; leave it out")
    }
    found += named(panel.series.compactMap { flat(of: $0) })
    found += named(panel.series.compactMap { gap(of: $0, style) })
    return found
  }

  // A month after the end of one is the end of the next.
  private func age(
    of series: Readings.Series, at now: Timestamp, step: Frequency?, onDay monthDay: Int?, _ style: TimeStyle
  ) -> CheckFinding? {
    // A period may be stamped by its end; what is later than that says nothing about what is delivered now.
    let latest = step?.advance(now, by: 1) ?? now
    let known = series.times.indices.filter { !series.values[$0].isNaN }
    if let first = known.first, series.times[first] > latest, newest.warn != nil || newest.error != nil {
      return CheckFinding(
        isError: newest.error != nil, kind: .tooOld,
        message:
          "series \"\(series.name)\": every reading is later than now, from \(style.text(of: series.times[first])) "
          + "on, so that nobody knows how old they are; is a clock or a zone wrong?")
    }
    guard let time = known.last(where: { series.times[$0] <= latest }).map({ series.times[$0] }),
      let (limit, isError) = exceeded(newest, by: { $0.advance(time, by: 1, onDay: monthDay) < now })
    else { return nil }
    let age = Timestamp.span(from: time, to: now)
    return CheckFinding(
      isError: isError, kind: .tooOld,
      message: "series \"\(series.name)\": the newest reading is of \(style.text(of: time)), \(age) ago, more than "
        + "\(limit); is it still delivered?")
  }

  private func future(of series: Readings.Series, at now: Timestamp, _ style: TimeStyle) -> CheckFinding? {
    guard future != .ignore, let last = series.times.last, last > now else { return nil }
    let count = series.times.count { $0 > now }
    return CheckFinding(
      isError: future == .error, kind: .badData,
      message: "series \"\(series.name)\": \(count) \(count == 1 ? "reading is" : "readings are") later than now, the "
        + "last of \(style.text(of: last)); is a clock or a zone wrong?")
  }

  private func flat(of series: Series) -> CheckFinding? {
    let values = series.values.filter { !$0.isNaN }
    guard let last = values.last else { return nil }
    let count = values.count - (values.lastIndex { $0 != last }.map { $0 + 1 } ?? 0)
    guard let (_, isError) = exceeded(flat, by: { count >= $0.steps }) else { return nil }
    return CheckFinding(
      isError: isError, kind: .badData,
      message: "series \"\(series.name)\": the last \(count) values are all \(last); is the sensor stuck?")
  }

  private func gap(of series: Series, _ style: TimeStyle) -> CheckFinding? {
    var longest = (start: 0, count: 0)
    var start: Int?
    let first = series.values.firstIndex { !$0.isNaN } ?? series.count
    let earliest = within.map { series.count - $0.steps } ?? 0
    for step in first..<series.count {
      if series.values[step].isNaN {
        start = start ?? step
      } else {
        if let begin = start, step - begin > longest.count, step > earliest { longest = (begin, step - begin) }
        start = nil
      }
    }
    guard let (limit, isError) = exceeded(gaps, by: { longest.count > $0.steps }) else { return nil }
    return CheckFinding(
      isError: isError, kind: .badData,
      message: "series \"\(series.name)\": \(longest.count) steps from \(style.text(of: series.index[longest.start])) "
        + "on have no reading, more than \(limit.steps)")
  }

  private func exceeded<Limit>(_ limits: CheckLimits<Limit>, by test: (Limit) -> Bool) -> (Limit, isError: Bool)? {
    if let error = limits.error, test(error) { return (error, true) }
    if let warn = limits.warn, test(warn) { return (warn, false) }
    return nil
  }

  /// A few findings of one sort, and a word on the rest; errors first.
  private func named(_ findings: [CheckFinding]) -> [CheckFinding] {
    let sorted = findings.filter(\.isError) + findings.filter { !$0.isError }
    guard sorted.count > InputCheckStage.mostNamed else { return sorted }
    var few = Array(sorted.prefix(InputCheckStage.mostNamed))
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

extension Panel {
  /// How far apart the steps of its first series are.
  fileprivate var frequency: Frequency? { series.first?.index.frequency }
}
