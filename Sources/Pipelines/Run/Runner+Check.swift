import PipelineFile
import TimeSeries

extension Runner {
  /// Reads the source and looks whether the readings are fresh and plausible, and does nothing else: what has not changed
  /// since the last run may have become old.
  ///
  /// - Throws: ``Failure``
  public func checkInput() throws(Failure) {
    guard !declaration.parts.checks.isEmpty else { return }
    var context = context
    context.deadline = RunClock(declaration, limit: deadline).limit
    var source = try declaration.readSource(context)
    source.readings = declaration.onClockOfSteps(source.readings)
    var failures: [SeriesFailure] = []
    let panel = try regular(source.readings, &failures)
    _ = try check(source.readings, panel, in: try declaration.build(onFrequencyOf: panel))
  }

  /// Looks whether the readings are fresh and plausible; returns what is reported as a warning.
  ///
  /// - Throws: ``Failure`` of the first error; what is too old comes before all else.
  func check(_ readings: Readings, _ panel: Panel, in pipeline: Pipeline) throws(Failure) -> [String] {
    var warnings: [String] = []
    let now = present.time(in: readings.style)
    for part in pipeline.parts.checks {
      let findings: [CheckFinding]
      do throws(FieldFault) { findings = try part.stage.findings(in: readings, panel, now: now) } catch {
        throw Failure(.badPipeline, "\(part.label): \(error.message)")
      }
      let errors = findings.filter(\.isError)
      for finding in findings where !finding.isError {
        events(.warning(finding.message))
        warnings.append(finding.message)
      }
      if let first = errors.first(where: { $0.kind == .tooOld }) ?? errors.first {
        throw Failure(first.kind, stage: part.label, first.message)
      }
    }
    return warnings
  }

  /// Runs a piece of a stage's work, and reports how long it took.
  func timed<Result>(_ stage: String?, _ work: () throws(Failure) -> Result) throws(Failure) -> Result {
    guard let stage else { return try work() }
    let start = ContinuousClock.now
    let result = try work()
    let time = (ContinuousClock.now - start).components
    events(.stageEnded(stage, seconds: Double(time.seconds) + Double(time.attoseconds) / 1e18))
    return result
  }
}
