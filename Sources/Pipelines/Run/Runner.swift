import Forecasting
import Foundation
import Tabular
import TimeSeries

/// Carries a pipeline from its source to its publication.
public struct Runner: Sendable {
  /// The pipeline.
  public internal(set) var pipeline: Pipeline
  /// How many threads may train; the result does not depend on it.
  public let threads: Int
  /// Where programs are looked for, as in PATH.
  public let searchPath: String
  /// What the run is called.
  public var id = RunIdentifier.new()
  /// The present moment, for checks of the readings.
  public var present = Clock.system
  /// Gives all of standard input, for a source that reads it.
  public var standardInput: (@Sendable () throws -> [UInt8])?
  /// Is told what happens, as it happens.
  public let events: @Sendable (RunEvent) -> Void

  /// What is kept from run to run; nil for nothing.
  public let state: RunState?

  /// A runner of one pipeline.
  public init(
    _ pipeline: Pipeline, threads: Int, searchPath: String, state: RunState? = nil,
    events: @escaping @Sendable (RunEvent) -> Void = { _ in }
  ) {
    self.pipeline = pipeline
    self.threads = threads
    self.searchPath = searchPath
    self.state = state
    self.events = events
  }

  /// Reads, judges, forecasts and publishes. The lock of the state folder must be held.
  ///
  /// - Returns: what was found out, and the files that were published.
  /// - Throws: ``Failure``; nothing new is published then.
  public func run() throws(Failure) -> (result: RunResult, published: [FilePath]) {
    let clock = RunClock(pipeline)
    pipeline.plugins.begin(seed: UInt64(pipeline.run.seed), run: id) { [events] in events(.plugin($0, $1)) }
    try keptState?.folder.finishPublication()
    let stageContext = StageContext(
      root: pipeline.rootFolder, searchPath: searchPath, standardInput: standardInput)
    let publication = Publication(root: pipeline.publicationFolder ?? pipeline.rootFolder, state: keptState?.folder)
    let undoing = publication.undoing
    pipeline.plugins.atInterruption { _ in undoing() }
    for sink in sinks {
      try Failure.placing(sink.label) {
        for path in sink.stage.outputs() { try publication.prepare(path) }
        try sink.stage.prepare(stageContext)
      }
    }
    if let evaluator = pipeline.evaluator, !pipeline.isStreaming {
      try Failure.placing(evaluator.label) {
        for path in evaluator.stage.outputs() { try publication.prepare(path) }
      }
    }
    let source = try read(publication, stageContext)
    var failures: [SeriesFailure] = []
    let panel = try regular(source.readings, &failures)
    var settled = self
    settled.pipeline = try pipeline.settled(onFrequencyOf: panel)
    let warnings = try settled.check(source.readings, panel)
    return try settled.forecast(
      panel, without: &failures, warnings, from: source, to: publication, clock, stageContext)
  }

  private var sinks: [Pipeline.Step<any SinkStage>] { pipeline.isStreaming ? [] : pipeline.sinks }

  private func forecast(
    _ panel: Panel, without failures: inout [SeriesFailure], _ warnings: [String], from source: SourceReadings,
    to publication: Publication, _ clock: RunClock, _ stageContext: StageContext
  ) throws(Failure) -> (result: RunResult, published: [FilePath]) {
    var panel = panel
    var trainings: TrainingLog?
    let notes = pipeline.notes(onCovariatesOf: panel)
    for note in notes { events(.warning(note)) }
    let work = try sparing(&panel, &failures) { panel throws(Failure) in
      try pipeline.checkCovariates(panel, style: source.readings.style)
      return try self.work(on: panel, clock, &trainings)
    }
    var result = RunResult(
      name: pipeline.name, description: pipeline.description, panel: panel, style: source.readings.style,
      forecast: work.forecast, backtest: work.backtest, scores: work.scores, fallback: work.fallback,
      fitted: work.fitted, rejectedRows: source.rejected.count, warnings: warnings + notes, failures: failures,
      modelUse: work.use,
      seed: UInt64(pipeline.run.seed))
    restoreKept(&result)
    if let evaluator = pipeline.evaluator, !pipeline.isStreaming {
      try Failure.placing(evaluator.label) { try evaluator.stage.publish(result, to: publication) }
    }
    for sink in sinks {
      try timed(sink.label) { () throws(Failure) in
        try Failure.placing(sink.label) { try sink.stage.publish(result, to: publication, stageContext) }
      }
    }
    try keep(result, of: work, in: publication)
    let published = try publication.commit()
    if trainings != nil { try? FileManager.default.removeItem(atPath: state?.folder.place(Self.checkpoints) ?? "") }
    return (result, published)
  }

  /// What the chain came to on a panel.
  struct Work {
    var fitted: FittedChain
    var forecast: Forecast
    var backtest: BacktestResult?
    var scores: Scorecard?
    var fallback: Fallback?
    var use: ModelUse?
    var trained: Date
  }

  private func work(on panel: Panel, _ clock: RunClock, _ trainings: inout TrainingLog?) throws(Failure) -> Work {
    try Failure.placing(pipeline.forecaster.label) { try clock.check() }
    let now = pipeline.now.map { Date(timeIntervalSince1970: Double($0.milliseconds) / 1000) } ?? Date()
    var use: ModelUse?
    if let state {
      switch try pipeline.modelChoice(for: panel, in: state, now: now) {
      case .reuse(let model, let reason):
        events(.model(.reused(trained: model.trained, reason: reason)))
        return try work(on: panel, with: model, reason: reason)
      case .train(let reason):
        let trained = ModelUse.trained(reason: reason)
        use = trained
        // What every run does unless it is told otherwise needs no line.
        if pipeline.run.retrain != .always { events(.model(trained)) }
      }
    }
    // Made once a run, and only where something is trained: the trainings are counted from its beginning on.
    if trainings == nil { trainings = try trainingLog() }
    let chain = pipeline.chain
    let events = events
    var context = FitContext(seed: UInt64(pipeline.run.seed), threads: threads) { events(.training($0)) }
    context.start = try start()
    context.trainings = trainings
    (context.end, context.limit) = (clock.end, clock.limit)
    let fits =
      clock.end == nil ? 0 : (try? pipeline.evaluator?.stage.backtest().fits(on: panel, shape: chain.shape))?.count ?? 0
    let judged = try timed(pipeline.evaluator?.label) { () throws(Failure) in
      try judge(chain, on: panel, context: context.leavingTime(for: 1, of: fits + 1))
    }
    let published = judged?.fallback.map { chain.replaced(by: $0.baseline, scores: judged?.scores) } ?? chain
    events(.fitBegan(fold: nil, of: judged?.backtest.origins.count ?? 0))
    let (fitted, forecast) = try timed(pipeline.forecaster.label) { () throws(Failure) in
      try placingInChain(pipeline.forecaster.label) {
        let fitted = try published.fit(panel, context: context)
        return (fitted, try fitted.forecast(after: panel))
      }
    }
    try check(forecast)
    if fitted.forecaster.training?.ranOutOfTime == true {
      events(.warning("the time was spent before the training ended; its best weights so far are used"))
    }
    return Work(
      fitted: fitted, forecast: forecast, backtest: judged?.backtest, scores: judged?.scores,
      fallback: judged?.fallback, use: use, trained: now)
  }

  private func read(_ publication: Publication, _ context: StageContext) throws(Failure) -> SourceReadings {
    var source = try timed(pipeline.source.label) { () throws(Failure) in
      try Failure.placing(pipeline.source.label) { try pipeline.source.stage.read(context) }
    }
    if let now = pipeline.now { source.readings = source.readings.until(now) }
    events(
      .read(
        series: source.readings.series.count, rows: source.readings.series.reduce(0) { $0 + $1.times.count },
        rejected: source.rejected.count))
    events(.came(source.readings))
    if let path = source.rejectedPath, !pipeline.isStreaming {
      try Failure.placing(pipeline.source.label) {
        try publication.write(QuarantineFile(source.rejected).csv, to: path)
      }
    }
    return source
  }

  private func judge(
    _ chain: Chain, on panel: Panel, context: FitContext
  ) throws(Failure) -> (backtest: BacktestResult, scores: Scorecard, fallback: Fallback?)? {
    guard let evaluator = pipeline.evaluator else { return nil }
    let backtest = evaluator.stage.backtest()
    let result = try placingInChain(evaluator.label) {
      try backtest.run(chain, on: panel, context: context) { event in
        switch event {
        case .foldBegan(let fold, let folds): events(.fitBegan(fold: fold, of: folds))
        }
      }
    }
    let scores = result.scorecard(metrics: backtest.metrics)
    events(.scored(scores))
    let fallback = scores.fallback(to: backtest.fallback)
    for requirement in backtest.requirements {
      let value = scores.value(requirement.metric, of: fallback?.baseline.rawValue ?? "model") ?? .nan
      if !requirement.isMet(by: value) {
        throw Failure(
          .quality, stage: evaluator.label,
          "\(requirement.metric.rawValue) is \(value), not \(requirement.bound) as `require` asks; "
            + "the last published forecast stays")
      }
    }
    return (result, scores, fallback)
  }

  /// Runs work on the chain, so that its errors name the stage of the part where they happened.
  func placingInChain<Result>(_ stage: String, _ work: () throws -> Result) throws(Failure) -> Result {
    try Failure.placing(stage) {
      do { return try work() } catch let error as ChainError {
        switch error.part {
        case .transform(let position): throw Failure(error.error, stage: pipeline.transforms[position].label)
        case .forecaster: throw Failure(error.error, stage: pipeline.forecaster.label)
        }
      }
    }
  }

  func check(_ forecast: Forecast) throws(Failure) {
    for series in forecast.series {
      if let step = series.point.firstIndex(where: { !$0.isFinite }) {
        var failure = Failure(
          .failed, stage: pipeline.forecaster.label,
          "series \"\(series.name)\": the forecast of step \(step + 1) is \(series.point[step]); try a smaller "
            + "learning_rate, or scale the series with a normalize stage")
        failure.series = series.name
        throw failure
      }
    }
  }
}

extension Chain {
  /// The baseline as it was judged, on the readings themselves, with the levels of the model.
  fileprivate func replaced(by baseline: Baseline, scores: Scorecard?) -> Chain {
    let levels = scores?.rows.first?.intervals.map(\.level) ?? []
    return Chain(
      transforms: [], shape: shape, forecaster: baseline.forecaster(season: scores?.season, levels: levels))
  }
}
