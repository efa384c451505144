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

    /// Updates at the most.
    var updates: Int {
      switch self {
      case .none: 0
      case .light: 400
      case .full: 2000
      }
    }

    /// The peak of the learning rate. Readings by the hour differ more from what is made up than those of the calendar do, so
    /// that more is there to be learned from them.
    func rate(for kind: PretrainedKind) -> Double { self == .full || kind == .hourly ? 1e-3 : 3e-4 }
  }

  /// The seasons in steps, shortest first; nil for the usual one of the frequency.
  public var seasons: [Int]?
  /// The levels of the prediction intervals, between 0 and 1.
  public var levels: [Double]
  /// How much it learns from the panel.
  public var fineTuning: FineTuning
  /// Updates of its weights at the most; nil for those of its way of tuning.
  public var mostUpdates: Int?
  /// The newest steps that it forecasts from; nil for all that its network can see.
  public var context: Int?

  /// A forecaster that learns nothing unless asked.
  public init(
    seasons: [Int]? = nil, levels: [Double] = [], fineTuning: FineTuning = .none, context: Int? = nil
  ) {
    (self.seasons, self.levels, self.fineTuning) = (seasons?.sorted(), levels.sorted(), fineTuning)
    self.context = context
  }

  public var forecastsUnseen: Bool { true }

  public func fit(_ panel: Panel, shape: WindowShape, context: FitContext) throws -> FittedPretrained {
    for series in panel.series where !series.values.contains(where: \.isFinite) {
      throw ForecastingError.nothingRead(series: series.name)
    }
    let choice = try choice(for: panel)
    var pretrained = try RecurrentError.asForecasting { try PretrainedNetwork(shipped: choice.kind) }
    var wasCutShort = false
    if fineTuning != .none {
      (pretrained, wasCutShort) = try tuned(
        pretrained, on: panel, every: choice.every, shape: shape, context: context)
    }
    return FittedPretrained(
      pretrained.network, choice, horizon: shape.horizon, levels: levels, tuning: fineTuning, context: self.context,
      wasCutShort)
  }

  /// Windows in an update.
  static let batch = 32

  private func choice(for panel: Panel) throws(ForecastingError) -> PretrainedChoice {
    let usual = panel.series.first?.index.frequency.usualSeason ?? 1
    let seasons = (seasons ?? [usual]).filter { $0 > 1 }
    guard let choice = PretrainedChoice(seasons: seasons) else { throw .noPretrained(season: seasons.first ?? 1) }
    return choice
  }

  private func tuned(
    _ pretrained: PretrainedNetwork, on panel: Panel, every stride: Int, shape: WindowShape, context: FitContext
  ) throws -> (PretrainedNetwork, wasCutShort: Bool) {
    let rows = panel.series.flatMap { series in
      (0..<stride).map { series.values.thinned(every: stride, phase: $0) }
    }
    let set = pretrained.windows(on: rows, horizon: (shape.horizon + stride - 1) / stride)
    guard !set.windows.isEmpty else { return (pretrained, false) }
    var training = TrainingOptions()
    training.batchSize = Self.batch
    training.positions = 1
    training.loss = .maseAndSmape
    training.optimizer = .adamW(decay: 0.01)
    training.schedule = .cosine(final: 0)
    training.patience = nil
    training.learningRate = fineTuning.rate(for: pretrained.kind)
    training.epochs = 20
    // Each window a few times at the most: a small panel is soon known by heart.
    let most = min(mostUpdates ?? .max, fineTuning.updates)
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
  /// Every window of series that has seen something, lifted; what lies behind the last row of a series is not known.
  func windows(on rows: [[Double]], horizon: Int) -> WindowSet {
    let season = kind.seasons.first ?? 1
    var (numbers, windows) = ([SeriesNumbers](), [WindowSet.Window]())
    let ahead = min(horizon, network.options.horizon)
    for (position, row) in rows.enumerated() {
      let lift = Lift(row[...])
      let values = row.map(lift.lifted)
      numbers.append(SeriesNumbers(target: values, lossScale: kind.lossScale(of: values)))
      let first = (row.firstIndex(where: \.isFinite) ?? 0) + max(3, min(2 * season, row.count / 3))
      if first < row.count - ahead {
        windows += (first..<row.count - ahead).map { .init(series: position, origin: $0) }
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
  let readings: PretrainedChoice
  let horizon: Int
  /// Intervals that are given with the forecast, narrowest first.
  let levels: [Double]
  let tuning: PretrainedForecaster.FineTuning
  /// The newest steps that it forecasts from; nil for all that its network can see.
  let context: Int?
  /// Whether the time ended its tuning.
  let wasCutShort: Bool

  init(
    _ network: ForecastNetwork, _ readings: PretrainedChoice, horizon: Int, levels: [Double],
    tuning: PretrainedForecaster.FineTuning, context: Int?, _ wasCutShort: Bool
  ) {
    networks = [network]
    self.context = context
    (self.readings, self.horizon, self.levels) = (readings, horizon, levels)
    (self.tuning, self.wasCutShort) = (tuning, wasCutShort)
  }

  public func checkStored() throws(SavingError) {
    try require(networks.count == 1, "\(networks.count) networks")
    try require(
      networks.first?.options == readings.kind.network, "a network of another shape than that of its readings")
    try require(PretrainedChoice.most.contains(readings.every), "\(readings.every) readings of an hour")
    try require(Stored.areLevels(levels), "the levels \(levels)")
    try require(Stored.horizons.contains(horizon), "a horizon of \(horizon) steps")
    try require(context ?? 1 > 0, "a context of \(context ?? 0) steps")
  }

  /// The steps that it forecasts from: at least one that is known, where there is any.
  private func newest(_ history: ArraySlice<Double>) -> [Double] {
    guard let context else { return Array(history) }
    let known = history.lastIndex(where: \.isFinite) ?? history.startIndex
    return Array(history[min(known, max(history.startIndex, history.endIndex - context))...])
  }

  public func forecasts(on panel: Panel, before ends: [[Int]]) throws -> [Forecast] {
    let pretrained = PretrainedNetwork(readings.kind, networks[0])
    let histories = ends.flatMap { ends in zip(panel.series, ends).map { newest($0.values[..<$1]) } }
    let answers = try RecurrentError.asForecasting {
      try pretrained.forecasts(after: histories, horizon: horizon, levels: levels, every: readings.every)
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
    let thinning = readings.every > 1 ? ", \(readings.every) of each" : ""
    return [
      .init("network", "pretrained for \(readings.kind.rawValue) readings\(thinning)"),
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
