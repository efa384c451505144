import Recurrent
import TimeSeries

/// One recurrent network over all series of a panel.
///
/// The network forecasts a correction to naive forecasts of each window, so that one that has learned nothing is as
/// good as they are. The last `validation` steps of each series decide when the training stops; with `refit` the
/// network is then trained anew on all rows, for as many epochs as were best.
public struct RecurrentForecaster: Forecaster {
  /// The network; lookback, horizon and anchors are filled in from the panel.
  public var network: NetworkOptions
  /// How it is trained; seed and threads are filled in from the context.
  public var training: TrainingOptions
  /// Steps at the end of each series that decide when the training stops; 0 trains all epochs on everything.
  public var validation: Int
  /// Seasonal lags whose naive forecasts are corrected; nil for the last value and the usual season.
  public var anchors: [Int]?
  /// Whether the network is trained anew on all rows after the validation has told for how long.
  public var refit: Bool

  /// A forecaster of a network.
  public init(
    network: NetworkOptions, training: TrainingOptions, validation: Int, anchors: [Int]? = nil, refit: Bool = true
  ) {
    self.network = network
    self.training = training
    self.validation = validation
    self.anchors = anchors
    self.refit = refit
  }

  public func fit(_ panel: Panel, shape: WindowShape, context: FitContext) throws -> any FittedForecaster {
    let samples = try WindowSampler(panel, shape: shape, validation: validation)
    var options = network
    options.lookback = shape.lookback
    options.horizon = shape.horizon
    options.anchors = anchors ?? usualAnchors(of: panel, lookback: shape.lookback)
    var training = training
    training.seed = context.seed
    training.threads = context.threads
    if validation == 0 { training.patience = nil }
    do {
      return try trained(options, training, on: samples, context: context)
    } catch {
      throw ForecastingError.training("\(error)")
    }
  }

  private func trained(
    _ options: NetworkOptions, _ training: TrainingOptions, on samples: WindowSampler, context: FitContext
  ) throws(RecurrentError) -> FittedRecurrentForecaster {
    var network = try ForecastNetwork(options, seed: context.seed)
    let fresh = network
    let report = try network.train(
      on: samples.training, validation: validation > 0 ? samples.validation : nil, options: training
    ) { context.report($0, of: training.epochs) }
    var summary = TrainingSummary(samples: samples, network: network, report: report)
    if refit, validation > 0, report.bestEpoch > 0 {
      // The network that is kept has seen every row; how long it may learn was told by rows it had not.
      network = fresh
      var again = training
      again.patience = nil
      again.epochs = report.bestEpoch
      try network.train(on: samples.all, options: again) { context.report($0, of: again.epochs) }
      summary.windows = samples.all.windows.count
    }
    return FittedRecurrentForecaster(network: network, training: summary)
  }

  private func usualAnchors(of panel: Panel, lookback: Int) -> [Int] {
    let season = panel.series.first?.index.frequency.usualSeason ?? 1
    return season > 1 && season <= lookback ? [1, season] : [1]
  }
}

/// A trained network.
public struct FittedRecurrentForecaster: FittedForecaster {
  /// The network.
  public let network: ForecastNetwork
  /// How the training went.
  public let training: TrainingSummary?

  public func forecast(after history: Panel) throws -> Forecast {
    let (lookback, horizon) = (network.options.lookback, network.options.horizon)
    for series in history.series {
      try series.refuseGaps(inLast: lookback)
      if series.count < lookback {
        throw ForecastingError.tooShort(
          series: series.name, steps: series.count, needed: lookback, reason: "a lookback of \(lookback)")
      }
    }
    let windows = history.series.indices.map { WindowSet.Window(series: $0, origin: history.series[$0].count - 1) }
    let set = WindowSet(
      series: history.series.map { SeriesNumbers(target: $0.values) }, lookback: lookback, horizon: horizon,
      windows: windows)
    let predictions: Predictions
    do { predictions = try network.predict(set) } catch { throw ForecastingError.training("\(error)") }
    return Forecast(
      history.series.enumerated().map { window, series in
        Forecast.Series(
          name: series.name, index: series.index.following(horizon),
          point: (0..<horizon).map { predictions[window, $0] })
      })
  }
}

extension FitContext {
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
      validationLoss: report.epochs.compactMap(\.validationLoss), bestEpoch: report.bestEpoch)
  }
}
