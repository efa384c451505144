import Foundation
import Recurrent
import TimeSeries

/// One recurrent network over all series of a panel, or the mean of several.
///
/// The network forecasts a correction to naive forecasts of each window, so that one that has learned nothing is as
/// good as they are. The last `validation` steps of each series decide when the training stops; with `refit` the
/// network is then trained anew on all rows, for as many epochs as were best.
public struct RecurrentForecaster: Forecaster {
  /// The network; lookback, horizon and anchors are filled in from the panel.
  public var network: NetworkOptions
  /// How it is trained; seed and threads are filled in from the context.
  public var training: TrainingOptions
  /// Steps at the end of each series that decide when the training stops; 0 trains all epochs on everything, nil takes
  /// two horizons of a panel of many windows and none of a small one.
  public var validation: Int?
  /// The season in steps; nil for the usual one of the frequency.
  public var season: Int?
  /// Seasonal lags whose naive forecasts are corrected; nil for the last value and the season.
  public var anchors: [Int]?
  /// Intervals that are given with the forecast; the network's head must be able to.
  public var levels: [Double]
  /// Whether the network is trained anew on all rows after the validation has told for how long.
  public var refit: Bool
  /// How many networks are trained, each from a seed of its own.
  public var members: Int
  /// How the learning rate changes; nil for constant where a validation decides when to stop, falling otherwise.
  public var schedule: Schedule?

  /// A forecaster of a network.
  public init(
    network: NetworkOptions, training: TrainingOptions, validation: Int? = nil, season: Int? = nil,
    anchors: [Int]? = nil, levels: [Double] = [], refit: Bool = true, members: Int = 1, schedule: Schedule? = nil
  ) {
    self.network = network
    self.training = training
    self.validation = validation
    self.season = season
    self.anchors = anchors
    self.levels = levels
    self.refit = refit
    self.members = members
    self.schedule = schedule
  }

  public func fit(_ panel: Panel, shape: WindowShape, context: FitContext) throws -> any FittedForecaster {
    let (samples, options, covariates) = try prepare(
      panel, shape: shape, validation: context.validation ?? validation)
    do {
      var trained: [(network: ForecastNetwork, summary: TrainingSummary)] = []
      for member in 0..<members {
        trained.append(try train(options, on: samples, context: context.member(member)))
      }
      return FittedRecurrentForecaster(
        networks: trained.map(\.network), levels: levels.sorted(), names: panel.series.map(\.name),
        covariates: covariates, training: trained[0].summary)
    } catch {
      throw ForecastingError.training("\(error)")
    }
  }

  /// The windows of a panel, and the network with what the panel decides of it.
  func prepare(
    _ panel: Panel, shape: WindowShape, validation: Int?
  ) throws -> (samples: WindowSampler, options: NetworkOptions, covariates: CovariateScaling) {
    let season = season ?? panel.series.first?.index.frequency.usualSeason ?? 1
    var samples = try WindowSampler(panel, shape: shape, validation: validation, season: season)
    let covariates = try CovariateScaling(panel)
    try samples.add(covariates, of: panel)
    var options = network
    options.lookback = shape.lookback
    options.horizon = shape.horizon
    options.anchors = anchors ?? (season > 1 && season <= shape.lookback ? [1, season] : [1])
    options.seriesCount = options.seriesEmbedding > 0 ? panel.series.count : 0
    try covariates.describe(in: &options)
    return (samples, options, covariates)
  }

  private func train(
    _ options: NetworkOptions, on samples: WindowSampler, context: FitContext
  ) throws(RecurrentError) -> (network: ForecastNetwork, summary: TrainingSummary) {
    var training = training
    training.seed = context.seed
    training.threads = context.threads
    let validates = !samples.validation.windows.isEmpty
    if !validates { training.patience = nil }
    training.schedule = schedule ?? (validates ? .constant : .cosine(final: 0))
    var network = try ForecastNetwork(options, seed: context.seed)
    let fresh = network
    let report = try network.train(
      on: samples.training, validation: validates ? samples.validation : nil, options: training
    ) { context.report($0, of: training.epochs) }
    var summary = TrainingSummary(samples: samples, network: network, report: report)
    if refit, validates, report.bestEpoch > 0 {
      // The network that is kept has seen every row; how long it may learn was told by rows it had not.
      network = fresh
      training.patience = nil
      let epochs = report.bestEpoch
      training.epochs = epochs
      try network.train(on: samples.all, options: training) { context.report($0, of: epochs) }
      summary.windows = samples.all.windows.count
    }
    return (network, summary)
  }
}

/// Trained networks; the forecast is their mean.
public struct FittedRecurrentForecaster: FittedForecaster {
  /// The networks, one at the least; all have the same options but their weights.
  public let networks: [ForecastNetwork]
  /// Intervals that are given with the forecast, narrowest first.
  public let levels: [Double]
  /// The series that the networks were trained on; their order is that of the embeddings.
  public let names: [String]
  /// What the networks read beside the target.
  public let covariates: CovariateScaling
  /// How the training went.
  public let training: TrainingSummary?

  public func forecast(after history: Panel) throws -> Forecast {
    let set = try windows(after: history)
    let predictions: [Predictions]
    do { predictions = try networks.map { try $0.predict(set, levels: levels) } } catch {
      throw ForecastingError.training("\(error)")
    }
    let horizon = set.horizon
    func mean(_ number: (Predictions, Int) -> Double) -> [Double] {
      (0..<horizon).map { step in
        predictions.reduce(0) { $0 + number($1, step) } / Double(predictions.count)
      }
    }
    return Forecast(
      history.series.enumerated().map { window, series in
        Forecast.Series(
          name: series.name, index: series.index.following(horizon), point: mean { $0[window, $1] },
          intervals: levels.map { level in
            Forecast.Interval(
              level: level, lower: mean { $0.interval(level, window: window, step: $1)?.lower ?? .nan },
              upper: mean { $0.interval(level, window: window, step: $1)?.upper ?? .nan })
          })
      })
  }

  public func weightFiles() throws -> [Data] { try networks.map { try $0.weightFile() } }

  public func insides(after history: Panel) throws -> [NetworkInsides] {
    let set = try windows(after: history)
    let network = networks[0]
    return try history.series.enumerated().map { window, series in
      let index = series.index
      let start = index[series.count - set.lookback]
      return NetworkInsides(
        series: series.name, index: TimeIndex(start: start, frequency: index.frequency, count: set.lookback),
        layers: try network.activations(set, window: window),
        attention: network.options.attention == nil ? nil : try network.attentionWeights(set, window: window))
    }
  }

  /// The last window of each series.
  private func windows(after history: Panel) throws -> WindowSet {
    let lookback = networks[0].options.lookback
    for series in history.series {
      try series.refuseGaps(inLast: lookback)
      if series.count < lookback {
        throw ForecastingError.tooShort(
          series: series.name, steps: series.count, needed: lookback, reason: "a lookback of \(lookback)")
      }
    }
    var set = WindowSet(
      series: history.series.map { SeriesNumbers(target: $0.values, identity: names.firstIndex(of: $0.name)) },
      lookback: lookback, horizon: networks[0].options.horizon,
      windows: history.series.indices.map { .init(series: $0, origin: history.series[$0].count - 1) })
    for series in history.series { try covariates.check(horizon: set.horizon, after: series) }
    try set.add(covariates, of: history)
    return set
  }
}

extension FitContext {
  /// The context of one of several networks: a seed of its own.
  fileprivate func member(_ number: Int) -> FitContext {
    var context = self
    context.seed = seed &+ 0x9E37_79B9_7F4A_7C15 &* UInt64(number)
    return context
  }

  /// Passes a training's report on at the end of each epoch.
  fileprivate func report(_ training: TrainingProgress, of epochs: Int) -> TrainingDecision {
    if training.endsEpoch {
      progress(
        FitProgress(
          epoch: training.epoch, epochs: epochs, trainingLoss: training.trainingLoss,
          validationLoss: training.validationLoss))
    }
    return .proceed
  }
}

extension TrainingSummary {
  fileprivate init(samples: WindowSampler, network: ForecastNetwork, report: TrainingReport) {
    self.init(
      windows: samples.training.windows.count, validationWindows: samples.validation.windows.count,
      parameters: network.parameterCount, trainingLoss: report.epochs.map(\.trainingLoss),
      validationLoss: report.epochs.compactMap(\.validationLoss), bestEpoch: report.bestEpoch,
      clippedShare: report.clippedShare, diagnostics: report.diagnostics)
  }
}
