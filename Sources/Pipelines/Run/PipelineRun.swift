import Forecasting
import Foundation
import PipelineFile
import TimeSeries

/// One run of a pipeline on the frequency of its readings: judging, fitting, forecasting.
struct PipelineRun {
  let runner: Runner
  let pipeline: Pipeline
  let clock: RunClock

  var parts: PipelineParts { pipeline.parts }
  var declaration: PipelineDeclaration { pipeline.declaration }
  private func events(_ event: RunEvent) { runner.events(event) }
  /// The present moment for people.
  var now: Date { declaration.now.map { Date(timeIntervalSince1970: Double($0.milliseconds) / 1000) } ?? Date() }

  /// What the chain came to on a panel.
  struct Work {
    var fitted: FittedChain
    var forecast: Forecast
    var backtest: BacktestResult?
    /// That of the sample of series that was judged alone; nil where all were.
    var sampled: BacktestResult?
    var scores: Scorecard?
    var fallback: Fallback?
    var use: ModelUse?
    var trained: Date
  }

  /// Judges the chain, fits it and forecasts with it, or forecasts with the saved model.
  func work(on panel: Panel, _ trainings: inout TrainingLog?) throws(Failure) -> Work {
    try Failure.naming(parts.forecaster.label) { try clock.check() }
    var use: ModelUse?
    if let state = runner.state {
      switch try pipeline.modelChoice(for: panel, in: state, now: now, warn: { runner.events(.warning($0)) }) {
      case .reuse(let model, let reason):
        events(.model(.reused(trained: model.trained, reason: reason)))
        return try work(on: panel, with: model, reason: reason)
      case .train(let reason):
        let trained = ModelUse.trained(reason: reason)
        use = trained
        // What every run does unless it is told otherwise needs no line.
        if declaration.run.retrain != .always { events(.model(trained)) }
      }
    }
    let (judged, published, context) = try prepared(on: panel, &trainings)
    let (fitted, forecast) = try runner.timed(parts.forecaster.label) { () throws(Failure) in
      try namingParts(parts.forecaster.label) { () -> (FittedChain, Forecast) in
        // What is learned of very many series, each by itself, is let go once they are forecast.
        if pipeline.forgets(panel) {
          let made = try byParts(panel) { part in
            try clock.check()
            return try published.fit(part, context: context).forecast(after: part)
          }
          return (try published.fit(Panel([]), context: context), made)
        }
        let fitted = try published.fit(panel, context: context)
        return (fitted, try prediction(of: panel, by: fitted))
      }
    }
    try check(forecast, of: fitted)
    remark(on: fitted)
    return Work(
      fitted: fitted, forecast: forecast, backtest: judged?.backtest, sampled: judged?.sampled,
      scores: judged?.scores, fallback: judged?.fallback, use: use, trained: now)
  }

  /// Judges the chain and fits it, and forecasts nothing.
  func training(on panel: Panel, _ trainings: inout TrainingLog?) throws(Failure) -> Work {
    try Failure.naming(parts.forecaster.label) { try clock.check() }
    let (judged, published, context) = try prepared(on: panel, &trainings)
    let fitted = try runner.timed(parts.forecaster.label) { () throws(Failure) in
      try namingParts(parts.forecaster.label) { try published.fit(panel, context: context) }
    }
    remark(on: fitted)
    return Work(
      fitted: fitted, forecast: Forecast([]), backtest: judged?.backtest, sampled: judged?.sampled,
      scores: judged?.scores, fallback: judged?.fallback, use: .trained(reason: "it was asked for"), trained: now)
  }

  /// Judges the chain, and gives the one that is to be fitted for the forecast: the pipeline's, or a baseline that is better.
  private func prepared(
    on panel: Panel, _ trainings: inout TrainingLog?
  ) throws(Failure) -> (judged: Judgement?, chain: Chain, context: FitContext) {
    // Made once a run, and only where something is trained: the trainings are counted from its beginning on.
    if trainings == nil { trainings = try runner.trainingLog() }
    let chain = pipeline.chain
    let events = runner.events
    var context = FitContext(seed: UInt64(declaration.run.seed), threads: runner.threads) { events(.training($0)) }
    context.start = try runner.start(of: pipeline)
    context.trainings = trainings
    (context.end, context.limit, context.scratch) = (clock.end, clock.limit, runner.scratch)
    // Measured once: what one fit gives back, the next can take, though the system may not see that it is free.
    context.memory = runner.memory()
    try Failure.naming(parts.forecaster.label) { try context.memory?.checkOutputs(of: pipeline, on: panel) }
    let fits =
      clock.end == nil ? 0 : (try? pipeline.backtest?.fits(on: panel, shape: chain.shape))?.count ?? 0
    let judged = try runner.timed(parts.evaluator?.label) { () throws(Failure) in
      let judged = try judge(chain, on: panel, context: context.leavingTime(for: 1, of: fits + 1))
      if let evaluator = parts.evaluator, let words = judged?.shortfall {
        throw Failure(.quality, stage: evaluator.label, "\(words); the last published forecast stays")
      }
      return judged
    }
    let published = judged?.fallback.map { chain.replaced(by: $0.baseline, scores: judged?.scores) } ?? chain
    events(.fitBegan(fold: nil, of: judged?.backtest.origins.count ?? 0))
    return (judged, published, context)
  }

  private func remark(on fitted: FittedChain) {
    if fitted.forecaster.isCutShort {
      events(.warning("the time was spent before the training ended; its best weights so far are used"))
    }
    for (part, transform) in zip(parts.transforms, fitted.transforms) {
      if let remark = transform.remark { events(.note("\(part.label): \(remark)")) }
    }
    if let remark = fitted.calibration?.remark { events(.warning("\(parts.forecaster.label): \(remark)")) }
  }

  /// Refuses rows that no forecast can follow.
  func checkRows(of panel: Panel, style: TimeStyle) throws(Failure) {
    try pipeline.checkEnd(of: panel, style: style)
    try pipeline.checkCovariates(panel, style: style)
  }

  /// What the chain comes to in the backtest, from random weights and without anything that was kept.
  func judgement(on panel: Panel) throws(Failure) -> Judgement {
    try Failure.naming(parts.forecaster.label) { try clock.check() }
    let events = runner.events
    var context = FitContext(seed: UInt64(declaration.run.seed), threads: runner.threads) { events(.training($0)) }
    (context.end, context.limit) = (clock.end, clock.limit)
    context.memory = runner.memory()
    guard let judgement = try judge(pipeline.chain, on: panel, context: context) else {
      preconditionFailure("a pipeline without an evaluator is refused before")
    }
    return judgement
  }

  /// The forecast of a saved model from fresh rows.
  ///
  /// - Parameter made: the forecast, where it is there already.
  func work(
    on panel: Panel, with model: SavedModel, reason: String, forecast made: Forecast? = nil
  ) throws(Failure) -> Work {
    let chain = pipeline.adopted(model)
    let forecast = try namingParts(parts.forecaster.label) { try made ?? prediction(of: panel, by: chain) }
    try check(forecast, of: chain)
    let (backtest, sampled) = try namingParts(parts.forecaster.label) { try kept(by: model, on: panel) }
    let scores = backtest.flatMap { result in pipeline.backtest.map { result.scorecard(metrics: $0.metrics) } }
    if let scores { events(.scored(scores)) }
    return Work(
      fitted: chain, forecast: forecast, backtest: backtest, sampled: sampled, scores: scores, fallback: model.fallback,
      use: .reused(trained: model.trained, reason: reason), trained: model.trained)
  }

  /// The backtest that a model keeps, on rows that may have moved since; nil where it keeps none of these.
  private func kept(by model: SavedModel, on panel: Panel) throws -> (all: BacktestResult?, sampled: BacktestResult?) {
    guard pipeline.chain.shape.sample != nil else { return (model.backtest?.moved(from: model.rows, to: panel), nil) }
    let places = Dictionary(panel.series.enumerated().map { ($1.name, $0) }) { first, _ in first }
    let judged = model.rows.compactMap { places[$0.name] }
    let sampled = model.backtest?.moved(from: model.rows, to: Panel(judged.map { panel.series[$0] }))
    return (
      try sampled.map { try BacktestResult(joining: [($0, judged)], of: panel, scratch: runner.scratch) }, sampled
    )
  }

  /// The forecast of a fitted chain: of very many series part by part, where they have nothing to do with each other.
  private func prediction(of panel: Panel, by chain: FittedChain) throws -> Forecast {
    // Calibrated intervals may follow the errors of all series.
    guard chain.calibration == nil || chain.fittedAnew != nil else { return try chain.forecast(after: panel) }
    return try byParts(panel) { try chain.forecast(after: $0) }
  }

  /// The forecast of a panel part by part, so that what is held beside it stays small.
  private func byParts(_ panel: Panel, _ forecast: (Panel) throws -> Forecast) throws -> Forecast {
    var result = Forecast([])
    result.series.reserveCapacity(panel.series.count)
    for start in stride(from: 0, to: panel.series.count, by: Self.seriesOfPart) {
      let part = panel.series[start..<min(start + Self.seriesOfPart, panel.series.count)]
      result.series += try forecast(Panel(Array(part))).series
      if panel.series.count > Self.seriesOfPart {
        events(.forecast(series: result.series.count, of: panel.series.count))
      }
    }
    return result
  }

  private static let seriesOfPart = 10_000

  /// Judges the chain by the backtest that the evaluator describes; nil without an evaluator.
  func judge(_ chain: Chain, on panel: Panel, context: FitContext) throws(Failure) -> Judgement? {
    guard let evaluator = parts.evaluator, let backtest = pipeline.backtest else { return nil }
    // What is learned from a sample is judged on it: all others are forecast once, not at every fold.
    let sample = chain.shape.sample.map { panel.samplePositions($0, seed: context.seed) }
    let judged = sample.map { Panel($0.map { panel.series[$0] }) } ?? panel
    let result = try namingParts(evaluator.label) {
      try backtest.run(chain, on: judged, context: context) { event in
        switch event {
        case .foldBegan(let fold, let folds): events(.fitBegan(fold: fold, of: folds))
        case .cutShort(let fold):
          events(
            .warning("fold \(fold): the time was spent before the training ended; the scores are those of what it had"))
        }
      }
    }
    let scores = result.scorecard(metrics: backtest.metrics)
    events(.scored(scores))
    let fallback = scores.fallback(to: backtest.fallback)
    let shortfall = backtest.requirements.lazy.compactMap {
      scores.shortfall(of: $0, for: fallback?.baseline.rawValue ?? "model")
    }.first
    guard let sample else {
      return Judgement(backtest: result, scores: scores, fallback: fallback, shortfall: shortfall)
    }
    return try namingParts(evaluator.label) {
      let all = try BacktestResult(joining: [(result, sample)], of: panel, scratch: runner.scratch)
      return Judgement(
        backtest: all, sampled: result, scores: all.scorecard(metrics: backtest.metrics), fallback: fallback,
        shortfall: shortfall)
    }
  }

  /// Runs work on the chain, so that its errors name the stage of the part where they happened.
  func namingParts<Result>(_ stage: String, _ work: () throws -> Result) throws(Failure) -> Result {
    try Failure.naming(stage) {
      do { return try work() } catch let error as ChainError {
        switch error.part {
        case .transform(let position): throw Failure(error.error, stage: parts.transforms[position].label)
        case .forecaster: throw Failure(error.error, stage: parts.forecaster.label)
        }
      }
    }
  }

  func check(_ forecast: Forecast, of chain: FittedChain) throws(Failure) {
    for series in forecast.series {
      if let step = series.point.firstIndex(where: { !$0.isFinite }) {
        var failure = Failure(
          .failed, stage: parts.forecaster.label,
          "series \"\(series.name)\": the forecast of step \(step + 1) is \(series.point[step]); \(chain.forecaster.remedy)"
        )
        failure.series = series.name
        throw failure
      }
    }
  }
}

extension Chain {
  /// The baseline as it was judged, on the readings themselves, with the levels of the model and within its bounds.
  fileprivate func replaced(by baseline: Baseline, scores: Scorecard?) -> Chain {
    let levels = scores?.rows.first?.intervals.map(\.level) ?? []
    return Chain(
      transforms: transformsOfBaselines, shape: shape,
      forecaster: baseline.forecaster(season: scores?.season, levels: levels))
  }

  /// What stands before a baseline that is published in place of the forecaster.
  var transformsOfBaselines: [any Transform] { transforms.prefix(while: \.keepsUnits).filter { $0 is Bounds } }
}

extension MemoryBudget {
  /// Refuses a pipeline whose forecasts alone take more.
  fileprivate func checkOutputs(of pipeline: Pipeline, on panel: Panel) throws(ForecastingError) {
    try check(pipeline.outputBytes(on: panel), for: "the forecast", remedy: "lower horizon, folds or paths")
  }
}

extension Pipeline {
  /// Whether what is learned of a panel is too much to keep, and of no use to the next run: that of very many series, each by
  /// itself.
  func forgets(_ panel: Panel) -> Bool {
    declaration.run.retrain == .always && panel.series.count > Pipeline.mostKept && chain.isLocal
  }

  /// The most series whose models of their own are kept: each takes some 4 KB of memory, and a third of the time of a forecast
  /// by `theta`.
  static let mostKept = 5_000

  /// About how many bytes the forecasts of a panel hold, with all that is made of them.
  fileprivate func outputBytes(on panel: Panel) -> Double {
    let rows = Double(panel.series.count) * Double(chain.shape.horizon)
    let bands = Double(1 + 2 * (parts.forecaster.stage.givenLevels?.count ?? 0))
    // The forecast, what the sinks are given of it, and what the lists of each series take beside their numbers.
    var bytes = rows * 2 * bands * 8 + Double(panel.series.count) * 200
    if let backtest {
      // The newest fold is kept; all of them where their forecasts are written. What is too much for memory is on the disk.
      let folds = backtest.keepsForecasts ? (try? backtest.fits(on: panel, shape: chain.shape))?.foldCount : 1
      let numbers = Double(folds ?? 1) * rows * (bands + Double(backtest.baselines.count) + 2)
      bytes += min(numbers, Double(BacktestResult.mostHeld)) * 8
    }
    for sink in parts.sinks { bytes += sink.stage.bytes(forRows: rows) }
    return bytes
  }

  /// About how many bytes a run has in memory at once when its panel stands: what the transforms make of it, and either what
  /// a training holds or the forecasts and the model that is kept.
  func bytes(on panel: Panel, _ outline: FitOutline?) -> Int {
    let copies = chain.transforms.isEmpty ? 1 : 2
    // Measured on 20,000 series: what each takes in the document of a model while that is written.
    let kept = forgets(panel) ? 0 : Double(panel.series.count * 3700)
    let beside = max(Double(outline?.bytes ?? 0), outputBytes(on: panel) + kept)
    return copies * panel.bytes + Int(min(beside, 0x1p60))
  }
}

extension [Backtest.Fit] {
  fileprivate var foldCount: Int { reduce(0) { $0 + $1.folds.count } }
}
