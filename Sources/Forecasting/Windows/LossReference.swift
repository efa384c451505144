import Recurrent
import TimeSeries

/// What the loss mase+smape divides by: the mean MASE and sMAPE of Naive2 over a panel, as OWA does, on the last horizon
/// of the rows that are trained on.
struct LossReference: Sendable, Hashable {
  /// The mean over series; 1 where it is not defined.
  var mase = 1.0
  /// The mean over series, from 0 to 2; 1 where it is not defined.
  var smape = 1.0
  /// Of MASE, in steps.
  var season: Int

  /// The reference of one season without any rows.
  init(season: Int) { self.season = season }

  /// The reference of a panel's training rows.
  init(of training: Panel, season: Int, horizon: Int) {
    self.season = season
    let naive2 = Baseline.naive2.forecaster(season: season)
    var (errors, shares) = ([Double](), [Double]())
    for series in training.series {
      let history = Panel([series.prefix(max(0, series.count - horizon))])
      // A series without anything to learn from says nothing.
      guard let fitted = try? naive2.fit(history, shape: .init(lookback: 1, horizon: horizon), context: FitContext()),
        let forecast = try? fitted.forecast(after: history)
      else { continue }
      let comparison = Comparison(
        truth: Array(series.values.suffix(horizon)), forecast: forecast.series[0].point,
        scale: seasonalScale(of: history.series[0].values, season: season))
      errors.append(Metric.mase.value(of: comparison))
      shares.append(Metric.smape.value(of: comparison) / 100)
    }
    mase = Self.mean(errors)
    smape = Self.mean(shares)
  }

  private static func mean(_ values: [Double]) -> Double {
    let known = values.filter(\.isFinite)
    let mean = known.isEmpty ? 0 : known.mean
    return mean > 0 ? mean : 1
  }
}

extension SeriesLossScale {
  /// How much the errors of a series count: by what the seasonal naive forecast misses by within its rows, and by the
  /// reference of its panel.
  init(of values: [Double], by reference: LossReference) {
    let error = seasonalScale(of: values, season: reference.season)
    let size = values.reduce(0) { $1.isNaN ? $0 : max($0, abs($1)) }
    // A series that never moved has no scale of its own but its size.
    self.init(
      error: error > 0 ? error : (size > 0 ? size : 1), referenceMASE: reference.mase, referenceSMAPE: reference.smape)
  }
}
