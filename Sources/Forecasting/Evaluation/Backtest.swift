import TimeSeries

/// Judges a chain on rows it has not seen: it is fitted anew before each of several origins, and its forecasts are
/// compared with what came.
public struct Backtest: Sendable, Hashable {
  /// What is measured.
  public var metrics: [Metric]
  /// The season of the seasonal naive forecast and of MASE, in steps; nil for the usual one of the frequency.
  public var season: Int?
  /// How many origins.
  public var folds: Int
  /// Steps between two origins; nil for the horizon, so that no step is judged twice.
  public var stride: Int?
  /// The largest value of a metric with which a forecast is still worth publishing.
  public var requirements: [Requirement]

  /// A bound on a metric.
  public struct Requirement: Sendable, Hashable {
    /// The metric.
    public var metric: Metric
    /// What it must stay below.
    public var below: Double

    /// A bound on a metric.
    public init(metric: Metric, below: Double) {
      self.metric = metric
      self.below = below
    }
  }

  /// A backtest.
  public init(
    metrics: [Metric], season: Int? = nil, folds: Int = 1, stride: Int? = nil, requirements: [Requirement] = []
  ) {
    self.metrics = metrics
    self.season = season
    self.folds = folds
    self.stride = stride
    self.requirements = requirements
  }

  /// How far a backtest is.
  public enum Event: Sendable {
    /// A fold begins, counted from 1.
    case foldBegan(Int, of: Int)
  }

  /// Fits the chain before each origin and compares, with the naive and the seasonal naive forecast beside it; the
  /// oldest origin comes first.
  ///
  /// - Parameter panel: regular, with gaps still open: a step whose truth is missing is not judged.
  /// - Throws: ``ForecastingError``, above all where the rows before the first origin are too few.
  public func run(
    _ chain: Chain, on panel: Panel, context: FitContext, events: (Event) -> Void = { _ in }
  ) throws -> BacktestResult {
    let horizon = chain.shape.horizon
    let season = season ?? panel.series.first?.index.frequency.usualSeason ?? 1
    let stride = stride ?? horizon
    let baselines = (season == 1 ? [1] : [1, season]).map { Naive(season: $0) }
    var foldResults: [BacktestResult.Fold] = []
    for fold in 0..<folds {
      events(.foldBegan(fold + 1, of: folds))
      let cut = horizon + (folds - 1 - fold) * stride
      let history = panel.dropLast(cut)
      for (series, training) in zip(panel.series, history.series) where training.count < chain.shape.length {
        throw ForecastingError.tooShort(
          series: series.name, steps: series.count, needed: cut + chain.shape.length,
          reason: "a backtest of \(folds) \(folds == 1 ? "fold" : "folds") with lookback \(chain.shape.lookback) and "
            + "horizon \(horizon)")
      }
      let fitted = try chain.fit(history, context: context)
      let forecasts =
        [try fitted.forecast(after: history)] + baselines.map { $0.forecast(after: history, horizon: horizon) }
      let truth = zip(panel.series, history.series).map { series, training in
        Array(series.values[training.count..<training.count + horizon])
      }
      let scales = history.series.map { seasonalScale(of: $0.values, season: season) }
      foldResults.append(
        .init(origins: history.series.map(\.count), truth: truth, forecasts: forecasts, scales: scales))
    }
    return BacktestResult(
      season: season, horizon: horizon, names: ["model"] + baselines.map(\.name), folds: foldResults)
  }
}

/// The forecasts of a backtest beside what came.
public struct BacktestResult: Sendable {
  /// One origin.
  public struct Fold: Sendable {
    /// How many rows each series had before the origin.
    public var origins: [Int]
    /// What came, [series][step].
    public var truth: [[Double]]
    /// The forecast of the model, then those of the baselines.
    public var forecasts: [Forecast]
    /// What MASE divides by, one value a series.
    public var scales: [Double]
  }

  /// The season of the seasonal naive forecast and of MASE, in steps.
  public var season: Int
  /// Steps that were forecast from each origin.
  public var horizon: Int
  /// Whose forecasts there are: `model` first, then the baselines.
  public var names: [String]
  /// The folds, oldest origin first.
  public var folds: [Fold]

  /// What there is to compare for one forecaster, [fold][series].
  public func comparisons(of forecaster: Int) -> [[Comparison]] {
    folds.map { fold in
      fold.truth.indices.map {
        Comparison(truth: fold.truth[$0], forecast: fold.forecasts[forecaster].series[$0].point, scale: fold.scales[$0])
      }
    }
  }

  /// The scores of every forecaster.
  public func scorecard(metrics: [Metric]) -> Scorecard {
    Scorecard(
      season: season, horizon: horizon, metrics: metrics,
      rows: names.indices.map { forecaster in
        let comparisons = comparisons(of: forecaster)
        let series = (folds.first?.truth.indices ?? 0..<0).map { position in comparisons.map { $0[position] } }
        return .init(
          name: names[forecaster],
          overall: metrics.map { $0.value(of: comparisons.flatMap { $0 }) },
          perFold: comparisons.map { fold in metrics.map { $0.value(of: fold) } },
          perSeries: series.map { comparisons in metrics.map { $0.value(of: comparisons) } })
      })
  }
}
