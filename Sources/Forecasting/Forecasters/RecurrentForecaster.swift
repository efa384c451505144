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
  /// two horizons of a panel of many windows and none of a small one, or none at all within a budget.
  public var validation: Int? = nil
  /// The season in steps; nil for the usual one of the frequency.
  public var season: Int? = nil
  /// Seasonal lags whose naive forecasts are corrected; nil for the last value and the season.
  public var anchors: [Int]? = nil
  /// Intervals that are given with the forecast; the network's head must be able to.
  public var levels: [Double] = []
  /// Whether the network is trained anew on all rows after the validation has shown for how long.
  public var refit = true
  /// How many networks are trained, each from a seed of its own.
  public var members = 1
  /// Whether a second channel says which steps of the lookback are known; nil where windows begin before their series.
  public var mask: Bool? = nil
  /// Newest steps of each window that the networks see; nil for all of its lookback.
  public var lookback: Int? = nil
  /// Whether scaling and loss are left to the readings: where they lie above zero and come in their own units, the network
  /// learns logarithms, and makes errors small as the competitions score them.
  public var adapts = false
  /// Batches in an epoch at the most, where the training does not say how many: the time that a panel takes then does
  /// not grow with it; nil for every window once.
  public var budget: Int? = nil
  /// Whether batches grow with the number of windows, up to eight times: as many updates then see more of a large panel.
  public var growsBatches = false
  /// How the learning rate changes; nil for constant where a validation decides when to stop, falling otherwise.
  public var schedule: Schedule? = nil

  public var readsCovariates: Bool { true }
  public var drawsPaths: Bool { network.head.isProbabilistic }
  public var forecastsUnseen: Bool { network.seriesEmbedding == 0 }

  public func fit(_ panel: Panel, shape: WindowShape, context: FitContext) throws -> FittedRecurrentForecaster {
    guard !adapts else { return try suited(to: panel, context: context).fit(panel, shape: shape, context: context) }
    let (samples, options, covariates) = try prepare(
      panel, shape: shape, validation: context.validation ?? validation)
    try context.memory?.check(outline(of: samples, options, on: panel, threads: context.threads))
    return try RecurrentError.asForecasting {
      var trained: [(network: ForecastNetwork, summary: TrainingSummary)] = []
      for member in 0..<members {
        try context.checkTime()
        let start = try context.start.flatMap { try $0.network(member, for: options, on: panel) }
        let context = context.sharing(among: members - member).branch(member, distance: 0x9E37_79B9_7F4A_7C15)
        trained.append(try train(options, on: samples, from: start, context: context))
      }
      return FittedRecurrentForecaster(
        networks: trained.map(\.network), levels: levels.sorted(), names: panel.series.map(\.name),
        unseenSteps: refit ? 0 : samples.validationSteps, isPadded: samples.isPadded, scaling: covariates,
        training: trained[0].summary)
    }
  }

  /// The forecaster with the scaling and the loss that suit a panel.
  private func suited(to panel: Panel, context: FitContext) -> RecurrentForecaster {
    var suited = self
    suited.adapts = false
    guard context.seesOwnUnits, panel.isOfRatios else { return suited }
    suited.network.scaling.logarithm = true
    suited.network.scaling.spread = .none
    // The logarithms of a window differ by tenths.
    suited.network.scaling.factor = 5
    suited.training.loss = .maseAndSmape
    return suited
  }

  /// The windows of a panel, and the network with what the panel decides of it.
  func prepare(
    _ panel: Panel, shape: WindowShape, validation: Int?
  ) throws -> (samples: WindowSampler, options: NetworkOptions, covariates: CovariateScaling) {
    let season = season ?? panel.series.first?.index.frequency.usualSeason ?? 1
    var shape = shape
    shape.lookback = lookback ?? shape.lookback
    var samples = try WindowSampler(
      panel, shape: shape, validation: validation ?? (budget == nil ? nil : 0), season: season)
    let covariates = try CovariateScaling(panel)
    try samples.add(covariates, of: panel)
    var options = network
    options.lookback = shape.lookback
    options.horizon = shape.horizon
    // An anchor reads the series itself, however far the lookback reaches.
    let isSeasonal = season > 1 && (season <= shape.lookback || 2 * season <= panel.usualLength)
    options.anchors = anchors ?? (isSeasonal ? [1, season] : [1])
    options.maskChannel = mask ?? samples.isPadded
    options.seriesCount = options.seriesEmbedding > 0 ? panel.series.count : 0
    try covariates.describe(in: &options)
    return (samples, options, covariates)
  }

  /// The training with the batches that suit a number of windows.
  func training(windows: Int) -> TrainingOptions {
    var training = training
    if growsBatches {
      let updates = (budget ?? 1) * training.epochs
      training.batchSize *= Self.growth(windows: windows, updates: updates, of: training.batchSize)
    }
    return training
  }

  /// How many times larger batches are for which so many updates see each window twice; 8 at the most.
  static func growth(windows: Int, updates: Int, of batch: Int) -> Int {
    max(1, min(8, 2 * windows / max(1, batch * updates)))
  }

  private func train(
    _ options: NetworkOptions, on samples: WindowSampler, from start: ForecastNetwork?, context: FitContext
  ) throws -> (network: ForecastNetwork, summary: TrainingSummary) {
    var training = training(windows: samples.all.windows.count)
    training.seed = context.seed
    training.threads = context.threads
    let validates = !samples.validation.windows.isEmpty
    if !validates { training.patience = nil }
    if let budget, training.stepsPerEpoch == nil {
      training.stepsPerEpoch = min(
        budget, (samples.training.windows.count + training.batchSize - 1) / training.batchSize)
    }
    training.schedule = schedule ?? (validates ? .constant : .cosine(final: 0))
    let fresh = try start ?? ForecastNetwork(options, seed: context.seed)
    var network = fresh
    let began = ContinuousClock.now
    let report = try context.train(
      &network, on: samples.training, validation: validates ? samples.validation : nil, options: training)
    var summary = TrainingSummary(samples: samples, network: network, report: report)
    if report.ending == .stopped { summary.ranOutOfTime = true }
    if refit, validates, report.bestEpoch > 0, report.ending != .stopped {
      // The network that is kept has seen every row; how long it may learn was decided by rows it had not.
      let expected = (ContinuousClock.now - began) * report.bestEpoch / max(1, report.epochs.count)
      // Where the time does not reach for that, the network that was chosen is as good as there is.
      if let end = context.end, ContinuousClock.now + expected > end {
        summary.ranOutOfTime = true
        return (network, summary)
      }
      var refitted = fresh
      training.patience = nil
      training.epochs = report.bestEpoch
      let second = try context.train(&refitted, on: samples.all, validation: nil, options: training)
      guard second.ending != .stopped else {
        summary.ranOutOfTime = true
        return (network, summary)
      }
      network = refitted
      summary.windows = samples.all.windows.count
    }
    return (network, summary)
  }
}

extension RecurrentForecaster {
  /// A forecaster of a network; everything else is as its property says until it is set.
  public init(network: NetworkOptions, training: TrainingOptions) {
    self.network = network
    self.training = training
  }
}

extension Panel {
  /// Whether its values are told apart by ratios rather than differences: none below zero, and at most one in a hundred
  /// at zero.
  fileprivate var isOfRatios: Bool {
    var (known, zeros) = (0, 0)
    for series in series {
      for value in series.values where !value.isNaN {
        guard value >= 0 else { return false }
        known += 1
        if value == 0 { zeros += 1 }
      }
    }
    return zeros * 100 <= known
  }

  /// The number of steps that half of its series have at the least.
  fileprivate var usualLength: Int {
    let lengths = series.map(\.count).sorted()
    return lengths.isEmpty ? 0 : lengths[lengths.count / 2]
  }
}

/// Trained networks; the forecast is their mean.
public struct FittedRecurrentForecaster: NetworkForecaster {
  public static let kind = "recurrent"

  /// The networks, one at the least; all have the same options but their weights.
  @WeightFiles public private(set) var networks: [ForecastNetwork]
  /// Intervals that are given with the forecast, narrowest first.
  public let levels: [Double]
  /// The series that the networks were trained on; their order is that of the embeddings.
  public let names: [String]
  public let unseenSteps: Int
  /// Whether windows may begin before their series do.
  public let isPadded: Bool
  /// What the networks read beside the target; nil for one that was saved before there were covariates.
  let scaling: CovariateScaling?
  /// How the training went.
  public let training: TrainingSummary?

  public func checkStored() throws(SavingError) {
    try require(Stored.areLevels(levels), "the levels \(levels)")
    try require((0...Stored.steps.upperBound).contains(unseenSteps), "\(unseenSteps) steps that it has not seen")
    let options = networks[0].options
    for network in networks.dropFirst() {
      try require(network.options == options, "networks that differ in more than their weights")
    }
    if let training {
      try require((0...training.trainingLoss.count).contains(training.bestEpoch), "a best epoch \(training.bestEpoch)")
    }
    try require(
      options.pastCovariates == covariates.past.count && options.futureCovariates == covariates.future.count
        && options.staticCovariates == covariates.staticCount, "other covariates than its networks")
    try require(
      options.seriesEmbedding == 0 || options.seriesCount == names.count,
      "\(names.count) names for networks of \(options.seriesCount) series")
  }

  /// What the networks read beside the target.
  public var covariates: CovariateScaling { scaling ?? CovariateScaling() }

  /// All origins are windows of one set: the numbers of each series are laid out once, and predicted in full batches.
  public func forecasts(on panel: Panel, before ends: [[Int]]) throws -> [Forecast] {
    let set = try windows(on: panel, before: ends)
    let predictions = try RecurrentError.asForecasting { try networks.map { try $0.predict(set, levels: levels) } }
    let horizon = set.horizon
    func mean(_ number: (Predictions, Int) -> Double) -> [Double] {
      // Taken from the first, so that networks which agree give their number to the last bit.
      (0..<horizon).map { step in
        let first = number(predictions[0], step)
        return first + predictions.reduce(0) { $0 + (number($1, step) - first) } / Double(predictions.count)
      }
    }
    return ends.enumerated().map { origin, ends in
      Forecast(
        panel.series.indices.map { position in
          let (series, window) = (panel.series[position], origin * panel.series.count + position)
          return Forecast.Series(
            name: series.name, index: series.index.prefix(ends[position]).following(horizon),
            point: mean { $0[window, $1] },
            intervals: levels.map { level in
              Forecast.Interval(
                level: level, lower: mean { $0.interval(level, window: window, step: $1)?.lower ?? .nan },
                upper: mean { $0.interval(level, window: window, step: $1)?.upper ?? .nan })
            })
        })
    }
  }

  public var parameters: [ForecasterParameter] {
    let options = networks[0].options
    let facts = [
      ("network", options.network.rawValue), ("cell", options.cell.name), ("layers", "\(options.layers)"),
      ("hidden units", "\(options.hidden)"), ("weights", "\(networks[0].parameterCount)"),
      ("networks", "\(networks.count)"),
    ]
    return facts.map { .init($0.0, $0.1) }
  }

  public func fits(_ shape: WindowShape) -> Bool {
    let options = networks[0].options
    return options.horizon == shape.horizon && options.lookback <= shape.lookback
  }

  public var remedy: String { "try a smaller learning_rate, or scale the series with a normalize stage" }

  public func weightFiles() throws -> [Data] { try networks.map { try $0.weightFile() } }

  public func activations(after history: Panel) throws -> [NetworkActivations] {
    let set = try windows(on: history, before: [history.series.map(\.count)])
    let network = networks[0]
    return try history.series.enumerated().map { window, series in
      NetworkActivations(
        series: series.name, index: series.index.rows(series.count - set.lookback..<series.count),
        layers: try network.activations(set, window: window),
        attention: network.options.attention == nil ? nil : try network.attentionWeights(set, window: window))
    }
  }

  public func diagnostics(on panel: Panel) throws -> NetworkDiagnostics? {
    if let found = training?.diagnostics { return found }
    let (lookback, horizon) = (networks[0].options.lookback, networks[0].options.horizon)
    // The newest origins with a whole horizon behind them, of as many series as are looked at in one pass.
    let series = panel.series.filter {
      $0.count - horizon >= lookback && !$0.values.suffix(lookback + horizon).contains(where: \.isNaN)
    }
    guard !series.isEmpty else { return nil }
    let some = Panel(Array(series.prefix(64)))
    let set = try windows(on: some, before: [some.series.map { $0.count - horizon }])
    return try RecurrentError.asForecasting { try networks[0].diagnose(set) }
  }

  /// The last window of each series before each origin, origin by origin.
  func windows(on panel: Panel, before ends: [[Int]]) throws -> WindowSet {
    let lookback = networks[0].options.lookback
    for (series, end) in ends.flatMap({ zip(panel.series, $0) }) {
      try series.refuseGaps(in: max(0, end - lookback)..<end)
      if !isPadded, end - series.firstKnown < lookback {
        throw ForecastingError.tooShort(
          series: series.name, steps: end, needed: lookback, reason: "a lookback of \(lookback)")
      }
    }
    // Only networks that tell series apart are asked which one it is.
    let known = networks[0].options.seriesEmbedding > 0 ? names : []
    let places = Dictionary(known.enumerated().map { ($1, $0) }) { first, _ in first }
    var set = WindowSet(
      series: panel.series.map { SeriesNumbers(target: $0.values, identity: places[$0.name]) },
      lookback: lookback, horizon: networks[0].options.horizon,
      windows: ends.flatMap { ends in ends.enumerated().map { .init(series: $0, origin: $1 - 1) } })
    for (series, end) in ends.flatMap({ zip(panel.series, $0) }) {
      try covariates.check(horizon: set.horizon, after: series, rows: end)
    }
    try set.add(covariates, of: panel)
    return set
  }
}

extension FitContext {
  /// Trains a network, unless the run did so before it was interrupted.
  fileprivate func train(
    _ network: inout ForecastNetwork, on set: WindowSet, validation: WindowSet?, options: TrainingOptions
  ) throws -> TrainingReport {
    let progress = { report($0, of: options.epochs) }
    guard let trainings else {
      return try network.train(on: set, validation: validation, options: options, progress: progress)
    }
    return try trainings.train(&network, on: set, validation: validation, options: options, progress: progress)
  }

  /// Passes a training's report on at the end of each epoch, and ends the training when its time is spent.
  fileprivate func report(_ training: TrainingProgress, of epochs: Int) -> TrainingDecision {
    if training.endsEpoch {
      progress(
        FitProgress(
          epoch: training.epoch, epochs: epochs, trainingLoss: training.trainingLoss,
          validationLoss: training.validationLoss))
    }
    return isOver ? .stop : .proceed
  }
}

extension TrainingSummary {
  fileprivate init(samples: WindowSampler, network: ForecastNetwork, report: TrainingReport) {
    self.init(
      windows: samples.training.windows.count, validationWindows: samples.validation.windows.count,
      parameters: network.parameterCount, trainingLoss: report.epochs.map(\.trainingLoss),
      validationLoss: report.epochs.compactMap(\.validationLoss), bestEpoch: report.bestEpoch,
      learningRate: report.epochs.compactMap(\.learningRate), clippedShare: report.clippedShare,
      diagnostics: report.diagnostics)
  }
}
