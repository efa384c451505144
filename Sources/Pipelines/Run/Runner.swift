import Forecasting
import Foundation
import Tabular
import TimeSeries

/// Carries a pipeline from its source to its publication.
public struct Runner: Sendable {
  /// The pipeline.
  public private(set) var pipeline: Pipeline
  /// How many threads may train; the result does not depend on it.
  public let threads: Int
  /// Where programs are looked for, as in PATH.
  public let searchPath: String
  /// What the run is called.
  public let id: String
  /// The present moment, for checks of the readings.
  public let clock: Clock
  /// Gives all of standard input, for a source that reads it.
  public var standardInput: (@Sendable () throws -> [UInt8])?
  /// Is told what happens, as it happens.
  public let events: @Sendable (RunEvent) -> Void

  /// A runner of one pipeline.
  public init(
    _ pipeline: Pipeline, threads: Int, searchPath: String, id: String = RunIdentifier.new(), clock: Clock = .system,
    events: @escaping @Sendable (RunEvent) -> Void = { _ in }
  ) {
    (self.id, self.clock) = (id, clock)
    self.pipeline = pipeline
    self.threads = threads
    self.searchPath = searchPath
    self.events = events
  }

  /// Reads, judges, forecasts and publishes.
  ///
  /// - Returns: what was found out, and the files that were published.
  /// - Throws: ``Failure``; nothing new is published then.
  public func run() throws(Failure) -> (result: RunResult, published: [FilePath]) {
    pipeline.plugins.begin(seed: UInt64(pipeline.run.seed), run: id) { [events] in events(.plugin($0, $1)) }
    let stageContext = StageContext(
      root: pipeline.rootFolder, searchPath: searchPath, standardInput: standardInput)
    let publication = Publication(root: pipeline.publicationFolder ?? pipeline.rootFolder)
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
    let panel = try pipeline.regular(source.readings)
    var settled = self
    settled.pipeline = try pipeline.settled(onFrequencyOf: panel)
    let warnings = try settled.check(source.readings, panel)
    return try settled.forecast(panel, from: source, warnings: warnings, to: publication, stageContext)
  }

  private var sinks: [Pipeline.Step<any SinkStage>] { pipeline.isStreaming ? [] : pipeline.sinks }

  private func forecast(
    _ panel: Panel, from source: SourceReadings, warnings: [String], to publication: Publication,
    _ stageContext: StageContext
  ) throws(Failure) -> (result: RunResult, published: [FilePath]) {
    let chain = pipeline.chain
    let events = events
    let context = FitContext(seed: UInt64(pipeline.run.seed), threads: threads) { events(.training($0)) }

    let judged = try timed(pipeline.evaluator?.label) { () throws(Failure) in
      try judge(chain, on: panel, context: context)
    }
    events(.fitBegan(fold: nil, of: judged?.backtest.folds.count ?? 0))
    let (fitted, forecast) = try timed(pipeline.forecaster.label) { () throws(Failure) in
      try placingInChain(pipeline.forecaster.label) {
        let fitted = try chain.fit(panel, context: context)
        return (fitted, try fitted.forecast(after: panel))
      }
    }
    try check(forecast)
    let result = RunResult(
      name: pipeline.name, description: pipeline.description, panel: panel, style: source.readings.style,
      forecast: forecast, backtest: judged?.backtest, scores: judged?.scores, fitted: fitted,
      rejectedRows: source.rejected.count, warnings: warnings, seed: UInt64(pipeline.run.seed))
    if let evaluator = pipeline.evaluator, !pipeline.isStreaming {
      try Failure.placing(evaluator.label) { try evaluator.stage.publish(result, to: publication) }
    }
    for sink in sinks {
      try timed(sink.label) { () throws(Failure) in
        try Failure.placing(sink.label) { try sink.stage.publish(result, to: publication, stageContext) }
      }
    }
    return (result, try publication.commit())
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
  ) throws(Failure) -> (backtest: BacktestResult, scores: Scorecard)? {
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
    for requirement in backtest.requirements {
      let value = scores.value(requirement.metric) ?? .nan
      if !requirement.isMet(by: value) {
        throw Failure(
          .quality, stage: evaluator.label,
          "\(requirement.metric.rawValue) is \(value), not \(requirement.bound) as `require` asks; "
            + "the last published forecast stays")
      }
    }
    return (result, scores)
  }

  /// Runs work on the chain, so that its errors name the stage of the part where they happened.
  private func placingInChain<Result>(_ stage: String, _ work: () throws -> Result) throws(Failure) -> Result {
    try Failure.placing(stage) {
      do { return try work() } catch let error as ChainError {
        switch error.part {
        case .transform(let position): throw Failure(error.error, stage: pipeline.transforms[position].label)
        case .forecaster: throw Failure(error.error, stage: pipeline.forecaster.label)
        }
      }
    }
  }

  private func check(_ forecast: Forecast) throws(Failure) {
    for series in forecast.series {
      if let step = series.point.firstIndex(where: { !$0.isFinite }) {
        throw Failure(
          .failed, stage: pipeline.forecaster.label,
          "series \"\(series.name)\": the forecast of step \(step + 1) is \(series.point[step]); try a smaller "
            + "learning_rate, or scale the series with a normalize stage")
      }
    }
  }
}

extension Pipeline {
  /// Readings on the regular index that the stage next to the source asks for.
  func regular(_ readings: Readings) throws(Failure) -> Panel {
    let regularizing = transforms.first.flatMap { step in
      (step.stage as? any RegularizingStage).map { (step.label, $0.regularization()) }
    }
    let (label, regularization) = regularizing ?? (source.label, Regularization())
    return try Failure.placing(label) {
      let panel = try regularization.apply(readings)
      try panel.refuseWhatCannotBeLearned()
      return panel
    }
  }

  /// The pipeline with its durations turned into steps of a panel.
  func settled(onFrequencyOf panel: Panel) throws(Failure) -> Pipeline {
    do { return try settled(on: panel.series.first?.index.frequency ?? .steps) } catch {
      throw Failure(.badPipeline, error.description)
    }
  }
}

extension Panel {
  /// Refuses early and in plain words what no forecaster could use.
  func refuseWhatCannotBeLearned() throws(ForecastingError) {
    if series.isEmpty { throw .noSeries }
    for series in series {
      let values = series.values.filter { !$0.isNaN }
      guard let first = values.first else { throw .nothingRead(series: series.name) }
      if series.count == 1 { throw .tooShort(series: series.name, steps: 1, needed: 2, reason: "any forecast") }
      if values.allSatisfy({ $0 == first }) {
        throw .constant(series: series.name, value: first, count: values.count)
      }
      if series.index.frequency != self.series[0].index.frequency {
        throw .mixedFrequencies(
          series: series.name, frequency: series.index.frequency.description,
          other: self.series[0].index.frequency.description)
      }
    }
  }
}
