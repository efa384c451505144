import Foundation
import Recurrent
import TimeSeries

/// Forecasts with a network that has learned from synthetic series, before it has seen any of these.
///
/// There is one for each ``PretrainedKind``; on a panel with enough windows it may learn on.
public struct PretrainedForecaster: Forecaster {
  /// How much it learns from the panel.
  public enum FineTuning: String, Sendable, CaseIterable, Codable {
    case none
    /// A few hundred small updates.
    case light
    /// As many as a network of its own takes.
    case full
  }

  /// The seasons in steps, shortest first; nil for the usual one of the frequency.
  public var seasons: [Int]?
  /// The levels of the prediction intervals, between 0 and 1.
  public var levels: [Double]
  /// How much it learns from the panel.
  public var fineTuning: FineTuning

  /// A forecaster that learns nothing unless asked.
  public init(seasons: [Int]? = nil, levels: [Double] = [], fineTuning: FineTuning = .none) {
    (self.seasons, self.levels, self.fineTuning) = (seasons?.sorted(), levels.sorted(), fineTuning)
  }

  public func fit(_ panel: Panel, shape: WindowShape, context: FitContext) throws -> FittedPretrained {
    for series in panel.series where !series.values.contains(where: \.isFinite) {
      throw ForecastingError.nothingRead(series: series.name)
    }
    let kind = try kind(for: panel)
    var pretrained = try RecurrentError.asForecasting { try PretrainedNetwork(shipped: kind) }
    var wasCutShort = false
    if fineTuning != .none {
      (pretrained, wasCutShort) = try tuned(pretrained, on: panel, shape: shape, context: context)
    }
    return FittedPretrained(pretrained, horizon: shape.horizon, levels: levels, tuning: fineTuning, wasCutShort)
  }

  /// The kind of a panel's readings.
  private func kind(for panel: Panel) throws(ForecastingError) -> PretrainedKind {
    let usual = panel.series.first?.index.frequency.usualSeason ?? 1
    let seasons = (seasons ?? [usual]).filter { $0 > 1 }
    guard let kind = PretrainedKind(seasons: seasons) else { throw .noPretrained(season: seasons.first ?? 1) }
    return kind
  }

  private func tuned(
    _ pretrained: PretrainedNetwork, on panel: Panel, shape: WindowShape, context: FitContext
  ) throws -> (PretrainedNetwork, wasCutShort: Bool) {
    let set = pretrained.windows(on: panel, horizon: shape.horizon)
    guard !set.windows.isEmpty else { return (pretrained, false) }
    var training = TrainingOptions()
    training.batchSize = 32
    training.positions = 1
    training.loss = .maseAndSmape
    training.optimizer = .adamW(decay: 0.01)
    training.schedule = .cosine(final: 0)
    training.patience = nil
    training.learningRate = fineTuning == .light ? 3e-4 : 1e-3
    training.epochs = 20
    // Each window a few times at the most: a small panel is soon known by heart.
    let most = fineTuning == .light ? 400 : 2000
    let updates = min(most, max(20, 3 * set.windows.count / training.batchSize))
    training.stepsPerEpoch = max(1, updates / training.epochs)
    training.seed = context.seed
    training.threads = context.threads
    var network = pretrained.network
    let report = try RecurrentError.asForecasting {
      try network.train(on: set, options: training) { _ in context.isOver ? .stop : .proceed }
    }
    return (PretrainedNetwork(pretrained.kind, network), report.ending == .stopped)
  }
}

extension PretrainedNetwork {
  /// Every window of a panel that has seen something, lifted; what lies behind the last row of a series is not known.
  func windows(on panel: Panel, horizon: Int) -> WindowSet {
    let season = kind.seasons.first ?? 1
    var (numbers, windows) = ([SeriesNumbers](), [WindowSet.Window]())
    let ahead = min(horizon, network.options.horizon)
    for (position, series) in panel.series.enumerated() {
      let lift = Lift(series.values[...])
      let values = series.values.map(lift.lifted)
      let known = values.filter(\.isFinite)
      let scale = [seasonalScale(of: values, season: season), seasonalScale(of: values, season: 1)].first { $0 > 0 }
      numbers.append(
        SeriesNumbers(
          target: values,
          lossScale: SeriesLossScale(
            error: max(scale ?? 0, 0.002 * (known.isEmpty ? 1 : known.mean)), referenceMASE: 1, referenceSMAPE: 0.12)))
      let first = series.firstKnown + max(3, min(2 * season, series.count / 3))
      if first < series.count - ahead {
        windows += (first..<series.count - ahead).map { .init(series: position, origin: $0) }
      }
    }
    return WindowSet(
      series: numbers, lookback: network.options.lookback, horizon: network.options.horizon, windows: windows)
  }
}

/// A pretrained network, as it came or tuned to a panel.
public struct FittedPretrained: NetworkForecaster {
  public static let kind = "pretrained"

  /// One network.
  @WeightFiles public private(set) var networks: [ForecastNetwork]
  /// The readings that it is for.
  let readings: PretrainedKind
  let horizon: Int
  /// Intervals that are given with the forecast, narrowest first.
  let levels: [Double]
  let tuning: PretrainedForecaster.FineTuning
  /// Whether the time ended its tuning.
  let wasCutShort: Bool

  init(
    _ pretrained: PretrainedNetwork, horizon: Int, levels: [Double], tuning: PretrainedForecaster.FineTuning,
    _ wasCutShort: Bool
  ) {
    networks = [pretrained.network]
    (readings, self.horizon, self.levels) = (pretrained.kind, horizon, levels)
    (self.tuning, self.wasCutShort) = (tuning, wasCutShort)
  }

  public func checkStored() throws(SavingError) {
    try require(networks.count == 1, "\(networks.count) networks")
    try require(networks.first?.options == readings.network, "a network of another shape than that of its readings")
    try require(Stored.areLevels(levels), "the levels \(levels)")
    try require(Stored.horizons.contains(horizon), "a horizon of \(horizon) steps")
  }

  public func forecasts(on panel: Panel, before ends: [[Int]]) throws -> [Forecast] {
    let pretrained = PretrainedNetwork(readings, networks[0])
    let histories = ends.flatMap { ends in zip(panel.series, ends).map { Array($0.values[..<$1]) } }
    let answers = try RecurrentError.asForecasting {
      try pretrained.forecasts(after: histories, horizon: horizon, levels: levels)
    }
    return ends.enumerated().map { origin, ends in
      Forecast(
        panel.series.indices.map { position in
          let (series, answer) = (panel.series[position], answers[origin * panel.series.count + position])
          return Forecast.Series(
            name: series.name, index: series.index.prefix(ends[position]).following(horizon), point: answer.point,
            intervals: zip(levels, answer.bounds).map { level, bounds in
              Forecast.Interval(level: level, lower: bounds.map(\.lower), upper: bounds.map(\.upper))
            })
        })
    }
  }

  public var parameters: [ForecasterParameter] {
    [
      .init("network", "pretrained for \(readings.rawValue) readings"),
      .init("weights", "\(networks[0].parameterCount)"),
      .init("fine tuning", tuning.rawValue),
    ]
  }

  public var isCutShort: Bool { wasCutShort }
  public func fits(_ shape: WindowShape) -> Bool { horizon == shape.horizon }
  public var training: TrainingSummary? { nil }
  public func weightFiles() throws -> [Data] { try networks.map { try $0.weightFile() } }

  /// None: what its units do says little about series that it has not learned from.
  public func activations(after history: Panel) -> [NetworkActivations] { [] }

  /// None: its quantiles say nothing of how steps belong together.
  public func paths(after history: Panel, count: Int, seed: UInt64) -> [Forecast]? { nil }
}
