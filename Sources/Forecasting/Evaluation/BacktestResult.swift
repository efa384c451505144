import TimeSeries

/// The forecasts of a backtest beside what came.
public struct BacktestResult: Sendable, Codable {
  /// One origin.
  public struct Fold: Sendable, Codable {
    /// How many rows each series had before the origin.
    public var origins: [Int]
    /// What came, [series][step].
    public var truth: [[Double]]
    /// The forecast of the model, then those of the baselines.
    public var forecasts: [Forecast]
    /// What the rows before tell the metrics, one entry a series.
    public var backgrounds: [Background]
  }

  /// What the rows of a series before an origin tell the metrics.
  public struct Background: Sendable, Hashable, Codable {
    /// What MASE divides by.
    public var scale: Double
    /// What RMSSE divides by.
    public var squaredScale: Double
    /// The last known value.
    public var origin: Double
  }

  /// The season of the baselines and of MASE, in steps.
  public var season: Int
  /// Steps that were forecast from each origin.
  public var horizon: Int
  /// Whose forecasts there are: `model` first, then the baselines.
  public var names: [String]
  /// The units that each series is scored in; nil for its own.
  public var units: [ScoreUnit]?
  /// The folds, oldest origin first.
  public var folds: [Fold]

  /// What there is to compare for one forecaster, [fold][series].
  public func comparisons(of forecaster: Int) -> [[Comparison]] {
    let naive2 = names.firstIndex(of: Baseline.naive2.rawValue)
    return folds.map { fold in
      fold.truth.indices.map { series in
        let forecast = fold.forecasts[forecaster].series[series]
        let background = fold.backgrounds[series]
        let comparison = Comparison(
          truth: fold.truth[series], forecast: forecast.point,
          intervals: forecast.intervals.map { .init(level: $0.level, lower: $0.lower, upper: $0.upper) },
          scale: background.scale, squaredScale: background.squaredScale, origin: background.origin,
          naive2: naive2.map { fold.forecasts[$0].series[series].point } ?? [])
        return units.map { comparison.scaled(by: $0[series]) } ?? comparison
      }
    }
  }

  /// The scores of every forecaster.
  public func scorecard(metrics: [Metric]) -> Scorecard {
    Scorecard(
      season: season, horizon: horizon, metrics: metrics,
      rows: names.indices.map { forecaster in
        let folds = comparisons(of: forecaster)
        let all = folds.flatMap { $0 }
        let series = folds.first?.indices ?? 0..<0
        return .init(
          name: names[forecaster],
          overall: metrics.map { $0.value(of: all) },
          perFold: folds.map { fold in metrics.map { $0.value(of: fold) } },
          perSeries: series.map { position in metrics.map { $0.value(of: folds.lazy.map { $0[position] }) } },
          perStep: (0..<horizon).map { step in metrics.map { $0.value(of: all, step: step) } },
          intervals: intervalScores(all))
      })
  }

  private func intervalScores(_ comparisons: [Comparison]) -> [Scorecard.IntervalScore] {
    guard let levels = comparisons.first?.intervals.map(\.level) else { return [] }
    return levels.indices.map { level in
      var (within, width, count) = (0, 0.0, 0)
      for comparison in comparisons {
        let interval = comparison.intervals[level]
        for (step, truth) in comparison.truth.enumerated() where !truth.isNaN {
          if interval.lower[step] <= truth, truth <= interval.upper[step] { within += 1 }
          width += interval.upper[step] - interval.lower[step]
          count += 1
        }
      }
      return .init(level: levels[level], coverage: Double(within) / Double(count), width: width / Double(count))
    }
  }
}

extension BacktestResult.Fold {
  /// One origin of a panel.
  ///
  /// - Parameters:
  ///   - history: the rows before the origin.
  ///   - forecasts: the model's, then those of the baselines.
  init(_ panel: Panel, origins: [Int], history: Panel, horizon: Int, season: Int, forecasts: [Forecast]) {
    self.origins = origins
    self.forecasts = forecasts
    truth = zip(panel.series, origins).map { Array($0.values[$1..<$1 + horizon]) }
    backgrounds = history.series.map { series in
      .init(
        scale: seasonalScale(of: series.values, season: season),
        squaredScale: squaredSeasonalScale(of: series.values, season: season),
        origin: series.values.last { !$0.isNaN } ?? .nan)
    }
  }
}
