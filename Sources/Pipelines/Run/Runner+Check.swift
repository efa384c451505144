import TimeSeries

extension Runner {
  /// Reads the source and looks whether the readings are fresh and plausible, and does nothing else: what has not changed
  /// since the last run may have become old.
  ///
  /// - Throws: ``Failure``
  public func checkInput() throws(Failure) {
    guard !pipeline.checks.isEmpty else { return }
    let context = StageContext(root: pipeline.rootFolder, searchPath: searchPath, standardInput: standardInput)
    let source = try Failure.placing(pipeline.source.label) { try pipeline.source.stage.read(context) }
    var failures: [SeriesFailure] = []
    let panel = try regular(source.readings, &failures)
    var settled = self
    settled.pipeline = try pipeline.settled(onFrequencyOf: panel)
    _ = try settled.check(source.readings, panel)
  }

  /// Looks whether the readings are fresh and plausible; returns what is told as a warning.
  ///
  /// - Throws: ``Failure`` of the first error; what is too old comes before all else.
  func check(_ readings: Readings, _ panel: Panel) throws(Failure) -> [String] {
    var warnings: [String] = []
    let now = present.time(in: readings.style)
    for step in pipeline.checks {
      let check = step.stage.inputCheck()
      if now == nil, check.newest != .init() {
        throw Failure(.badPipeline, "\(step.label): newest has no meaning here: the rows have no times; leave it out")
      }
      let findings = check.findings(readings, panel, now: now)
      let errors = findings.filter(\.isError)
      for finding in findings where !finding.isError {
        events(.warning(finding.message))
        warnings.append(finding.message)
      }
      if let first = errors.first(where: { $0.kind == .tooOld }) ?? errors.first {
        throw Failure(first.kind, stage: step.label, first.message)
      }
    }
    return warnings
  }

  /// Runs a piece of a stage's work, and tells how long it took.
  func timed<Result>(_ stage: String?, _ work: () throws(Failure) -> Result) throws(Failure) -> Result {
    guard let stage else { return try work() }
    let start = ContinuousClock.now
    let result = try work()
    let time = (ContinuousClock.now - start).components
    events(.stageEnded(stage, seconds: Double(time.seconds) + Double(time.attoseconds) / 1e18))
    return result
  }
}
