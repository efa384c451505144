import TimeSeries

/// Judges a chain on rows it has not seen: it is fitted on the rows before each of several origins, or before the first
/// alone, and its forecasts are compared with what came.
public struct Backtest: Sendable, Hashable {
  /// What is measured.
  public var metrics: [Metric]
  /// The season of the baselines and of MASE, in steps; nil for the usual one of the frequency.
  public var season: Int? = nil
  /// How many origins; a fixed split finds their number itself.
  public var folds = 1
  /// Steps between two origins; nil for the horizon, so that no step is judged twice (1 for ``Measure/longHorizon``).
  public var stride: Int? = nil
  /// The chain is fitted anew at every so many-th origin; 0 for the first alone.
  public var refitEvery = 1
  /// The rows before an origin that a fit may use at the most, the newest; nil for all.
  public var maximumTraining: Int? = nil
  /// Rows right before an origin that a fit may not use. The forecast sees them.
  public var gap = 0
  /// Cuts the rows once, instead of a number of origins at their end.
  public var split: FixedSplit? = nil
  /// The units that are scored in.
  public var measure = Measure.plain
  /// What the model is measured beside.
  public var baselines: [Baseline] = [.naive, .seasonalNaive]
  /// The baseline whose forecast is published in place of the model's where it is better; nil for none.
  public var fallback: Baseline? = nil
  /// What the scores must reach for a forecast to be worth publishing.
  public var requirements: [Requirement] = []
  /// Whether the forecasts of every fold are kept; scores do not need them.
  public var keepsForecasts = true
  /// The intervals outside of which a reading is an anomaly; nil where nobody asks.
  public var anomalies: AnomalyLevel? = nil
  /// Whether the panel is a part of all series, of which none need be long enough to be judged.
  package var isOfPart = false

  /// Which intervals decide what an anomaly is.
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

  /// How far a backtest is.
  public enum Event: Sendable {
    /// A fold at which the chain is fitted begins, counted from 1.
    case foldBegan(Int, of: Int)
    /// The time ended the fit before a fold, counted from 1, that would otherwise have gone on.
    case cutShort(Int)
  }

  /// Fits the chain and compares, with the baselines beside it; the oldest origin comes first.
  ///
  /// - Parameter panel: regular, with gaps still open: a step whose truth is missing is not judged.
  /// - Throws: ``ForecastingError``, above all where the rows before the first origin are too few.
  public func run(
    _ chain: Chain, on panel: Panel, context: FitContext, events: (Event) -> Void = { _ in }
  ) throws -> BacktestResult {
    try run(on: panel, shape: chain.shape, isLocal: chain.isLocal, context: context, events: events) {
      try chain.fit($0, context: $1)
    }
  }

  /// The same with whatever is judged at each origin.
  ///
  /// - Parameter isLocal: whether what is fitted to some series comes to the same for them as what is fitted to all.
  func run(
    on panel: Panel, shape: WindowShape, isLocal: Bool = false, context: FitContext,
    events: (Event) -> Void = { _ in },
    fit: (Panel, FitContext) throws -> FittedChain
  ) throws -> BacktestResult {
    let season = season ?? panel.series.first?.index.frequency.usualSeason ?? 1
    let plan = try FoldPlan(self, panel: panel, shape: shape)
    let baselines = usedBaselines(season: season)
    var context = context
    context.validation = plan.validation ?? context.validation
    let units =
      measure == .longHorizon
      ? zip(panel.series, plan.unitEnds).map { Scale(standardizing: Array($0.values.prefix(max(0, $1)))) } : nil
    let names = ["model"] + baselines.map(\.rawValue)
    let (count, horizon) = (panel.series.count, shape.horizon)
    var result = BacktestResult(
      season: season, horizon: horizon, names: names, units: units,
      origins: plan.origins.map { _ in Array(repeating: 0, count: count) },
      folds: try JudgedFolds(
        .init(
          folds: keepsForecasts ? plan.origins.count : min(1, plan.origins.count), series: count, horizon: horizon,
          forecasters: names.count), scratch: context.scratch),
      readings: anomalies.map { JudgedReadings($0, series: count) },
      sums: ScoreSums(metrics: metrics, names: names, series: count, folds: plan.origins.count, horizon: horizon))
    let fits = plan.origins.indices.parts(of: refitEvery == 0 ? plan.origins.count : refitEvery)
    for (done, folds) in fits.enumerated() {
      let fold = folds.lowerBound
      events(.foldBegan(fold + 1, of: plan.origins.count))
      // Series that are too short at the first origin of a fit stay out of all that it forecasts.
      let taking = plan.series(in: fold)
      // Those that nothing is learned across are forecast some at a time, so that what is held beside them stays small.
      for part in taking.indices.parts(of: isLocal ? Self.seriesOfPart : taking.count) {
        let taking = Array(taking[part])
        let starts = taking.map { plan.starts[fold][$0] }
        // The rows that these folds see, from the first that is fitted on; origins are counted from there.
        let seen = panel.rows(from: plan.starts[fold], to: plan.origins[folds.upperBound - 1], of: taking)
        let ends = plan.origins[folds].map { origins in zip(taking, starts).map { origins[$0] - $1 } }
        let training = seen.rows(before: ends[0].map { $0 - gap })
        let fitted = try fit(training, context.sharing(among: fits.count - done))
        if fitted.forecaster.isCutShort { events(.cutShort(fold + 1)) }
        let references = try baselines.map { baseline in
          try baseline.forecaster(season: season, levels: []).fit(training, shape: shape, context: context)
        }
        let bands = try fitted.bands(on: seen, before: ends)
        let backgrounds = seen.series.map { BackgroundSums($0.values, season: season) }
        // Folds in parts whose forecasts are small enough to be held at once.
        for batch in ends.indices.parts(of: 1_000_000 / max(1, taking.count * horizon)) {
          let (before, bands) = (Array(ends[batch]), Array(bands[batch]))
          let forecasts =
            [try fitted.forecasts(on: seen, before: before, bands: bands)]
            + (try references.map { try $0.forecasts(on: seen, before: before) })
          for (place, number) in batch.enumerated() {
            let entries = taking.indices.map { series in
              let origin = plan.origins[fold + number][taking[series]]
              return BacktestResult.Judged(
                origin: origin, truth: Array(panel.series[taking[series]].values[origin..<origin + horizon]),
                points: forecasts.map { $0[place].series[series].point },
                intervals: forecasts[0][place].series[series].intervals,
                background: backgrounds[series].background(after: before[place][series]))
            }
            try result.add(entries, fold: fold + number, at: taking, metrics: metrics)
          }
        }
      }
    }
    return result
  }

  private static let seriesOfPart = 10_000

  /// The baselines that are run: naive and seasonal naive are never left out, though the latter needs a season; Naive2
  /// stands last where a metric needs it alone.
  private func usedBaselines(season: Int) -> [Baseline] {
    let always: [Baseline] = season > 1 ? [.naive, .seasonalNaive] : [.naive]
    let asked = baselines + (fallback.map { baselines.contains($0) ? [] : [$0] } ?? [])
    let used = always + asked.filter { $0 != .naive && $0 != .seasonalNaive }
    let needsNaive2 = metrics.statistics.contains(where: \.isOfNaive2)
    return needsNaive2 && !used.contains(.naive2) ? used + [.naive2] : used
  }
}

extension Range<Int> {
  /// The range in parts of a size, the last as long as is left; a size of zero counts as 1.
  func parts(of size: Int) -> [Range<Int>] {
    let size = Swift.max(1, size)
    return stride(from: lowerBound, to: upperBound, by: size).map { $0..<Swift.min($0 + size, upperBound) }
  }
}

extension Backtest {
  /// A backtest by some metrics; everything else is as its property says until it is set.
  public init(metrics: [Metric]) { self.metrics = metrics }
}
