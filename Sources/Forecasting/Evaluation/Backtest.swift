import TimeSeries

/// Judges a chain on rows it has not seen: it is fitted on the rows before each of several origins, or before the first
/// alone, and its forecasts are compared with what came.
public struct Backtest: Sendable, Hashable {
  /// What is measured.
  public var metrics: [Metric]
  /// The season of the baselines and of MASE, in steps; nil for the usual one of the frequency.
  public var season: Int?
  /// How many origins; a fixed split finds their number itself.
  public var folds: Int
  /// Steps between two origins; nil for the horizon, so that no step is judged twice (1 for ``Measure/longHorizon``).
  public var stride: Int?
  /// The chain is fitted anew at every so many-th origin; 0 for the first alone.
  public var refitEvery: Int
  /// The rows before an origin that a fit may use at the most, the newest; nil for all.
  public var maximumTraining: Int?
  /// Rows right before an origin that a fit may not use. The forecast sees them.
  public var gap: Int
  /// Cuts the rows once, instead of a number of origins at their end.
  public var split: FixedSplit?
  /// The units that are scored in.
  public var measure: Measure
  /// What the model is measured beside.
  public var baselines: [Baseline]
  /// Whether the forecasts of every fold are kept; scores do not need them.
  public var keepsForecasts: Bool
  /// The intervals outside of which a reading is an anomaly; nil where nobody asks.
  public var anomalies: AnomalyLevel?
  /// The baseline whose forecast is published in place of the model's where it is better; nil for none.
  public var fallback: Baseline?
  /// What the scores must reach for a forecast to be worth publishing.
  public var requirements: [Requirement]

  /// Which intervals tell anomalies.
  public enum AnomalyLevel: Sendable, Hashable, Codable {
    /// Those of a level.
    case level(Double)
    /// Those of the widest level that the forecaster gives.
    case widest
  }

  /// The units that are scored in.
  public enum Measure: String, Sendable, Hashable, CaseIterable {
    /// The target's own.
    case plain
    /// Those of the long-horizon tables (Zhou et al. 2021 and after): each series minus the mean of its train rows,
    /// over their population standard deviation; every origin of the test part unless a stride is given.
    case longHorizon = "long-horizon"
  }

  /// A backtest.
  public init(
    metrics: [Metric], season: Int? = nil, folds: Int = 1, stride: Int? = nil, refitEvery: Int = 1,
    maximumTraining: Int? = nil, gap: Int = 0, split: FixedSplit? = nil, measure: Measure = .plain,
    baselines: [Baseline] = [.naive, .seasonalNaive], fallback: Baseline? = nil,
    requirements: [Requirement] = [], keepsForecasts: Bool = true, anomalies: AnomalyLevel? = nil
  ) {
    self.metrics = metrics
    self.season = season
    self.folds = folds
    self.stride = stride
    self.refitEvery = refitEvery
    self.maximumTraining = maximumTraining
    self.gap = gap
    self.split = split
    self.measure = measure
    self.baselines = baselines
    self.fallback = fallback
    self.requirements = requirements
    self.keepsForecasts = keepsForecasts
    self.anomalies = anomalies
  }

  /// How far a backtest is.
  public enum Event: Sendable {
    /// A fold at which the chain is fitted begins, counted from 1.
    case foldBegan(Int, of: Int)
  }

  /// Fits the chain and compares, with the baselines beside it; the oldest origin comes first.
  ///
  /// - Parameter panel: regular, with gaps still open: a step whose truth is missing is not judged.
  /// - Throws: ``ForecastingError``, above all where the rows before the first origin are too few.
  public func run(
    _ chain: Chain, on panel: Panel, context: FitContext, events: (Event) -> Void = { _ in }
  ) throws -> BacktestResult {
    let season = season ?? panel.series.first?.index.frequency.usualSeason ?? 1
    let plan = try FoldPlan(self, panel: panel, shape: chain.shape)
    let baselines = usedBaselines(season: season)
    var context = context
    context.validation = plan.validation ?? context.validation
    let units =
      measure == .longHorizon
      ? zip(panel.series, plan.unitEnds).map { ScoreUnit(standardizing: Array($0.values.prefix(max(0, $1)))) } : nil
    var result = BacktestResult(
      season: season, horizon: chain.shape.horizon, names: ["model"] + baselines.map(\.rawValue), units: units,
      series: panel.series.count, metrics: metrics)
    result.readings = anomalies.map { JudgedReadings($0) }
    var fold = 0
    let fits = refitEvery == 0 ? 1 : (plan.origins.count + refitEvery - 1) / max(1, refitEvery)
    var done = 0
    while fold < plan.origins.count {
      events(.foldBegan(fold + 1, of: plan.origins.count))
      let end = refitEvery == 0 ? plan.origins.count : min(fold + refitEvery, plan.origins.count)
      // Series that are too short at the first origin of a fit stay out of all that it forecasts.
      let taking = plan.series(in: fold)
      let starts = taking.map { plan.starts[fold][$0] }
      // The rows that these folds see, from the first that is fitted on; origins are counted from there.
      let seen = panel.rows(from: plan.starts[fold], to: plan.origins[end - 1], of: taking)
      let ends = plan.origins[fold..<end].map { origins in zip(taking, starts).map { origins[$0] - $1 } }
      let training = seen.rows(before: ends[0].map { $0 - gap })
      let fitted = try chain.fit(training, context: context.sharing(among: fits - done))
      done += 1
      let references = try baselines.map { baseline in
        try baseline.forecaster(season: season, levels: []).fit(training, shape: chain.shape, context: context)
      }
      let bands = try fitted.bands(on: seen, before: ends)
      let backgrounds = seen.series.map { BackgroundSums($0.values, season: season) }
      for batch in batches(of: ends.count, series: taking.count, horizon: chain.shape.horizon) {
        let (before, bands) = (Array(ends[batch]), Array(bands[batch]))
        let forecasts =
          [try fitted.forecasts(on: seen, before: before, bands: bands)]
          + (try references.map { try $0.forecasts(on: seen, before: before) })
        for (position, number) in batch.enumerated() {
          result.add(
            .init(
              panel, origins: plan.origins[fold + number], judged: taking, horizon: chain.shape.horizon,
              forecasts: forecasts.map { $0[position] },
              backgrounds: zip(backgrounds, before[position]).map { $0.background(after: $1) }),
            keepsForecasts: keepsForecasts)
        }
      }
      fold = end
    }
    return result
  }

  /// The baselines that are run: naive and seasonal naive are never left out, though the latter needs a season; OWA needs
  /// Naive2, which then stands last.
  private func usedBaselines(season: Int) -> [Baseline] {
    let always: [Baseline] = season > 1 ? [.naive, .seasonalNaive] : [.naive]
    let asked = baselines + (fallback.map { baselines.contains($0) ? [] : [$0] } ?? [])
    let used = always + asked.filter { $0 != .naive && $0 != .seasonalNaive }
    return metrics.contains(.owa) && !used.contains(.naive2) ? used + [.naive2] : used
  }

  /// Folds in parts whose forecasts are small enough to be held at once.
  private func batches(of folds: Int, series: Int, horizon: Int) -> [Range<Int>] {
    let size = max(1, 1_000_000 / max(1, series * horizon))
    return Swift.stride(from: 0, to: folds, by: size).map { $0..<min($0 + size, folds) }
  }
}
