extension MetricRegistry {
  /// The metrics of this library.
  public static let builtIn = MetricRegistry([
    .mae, .mse, .rmse, .mape, .smape, .mase, .rmsse, .owa, .nd, .quantileLoss, .crps, .coverage, .intervalScore,
    .direction,
  ])
}

// y is the truth, f the forecast, x the training rows, m the season; a mean is over the steps of a forecast whose truth
// is known, then over forecasts.
extension Metric {
  /// |y − f|, in the target's units.
  public static let mae = Metric("mae", "Mean absolute error, in the target's units.") { $0.error(at: $1) }

  /// (y − f)², in the target's units squared.
  public static let mse = Metric("mse", "Mean squared error, in the target's units squared.") { comparison, step in
    let error = comparison.error(at: step)
    return error * error
  }

  /// The root of ``mse``, taken after the mean over forecasts; in the target's units.
  public static let rmse = Metric(
    "rmse", "Root of the mean squared error, in the target's units.", of: mse.statistics
  ) { $0[0].mean.squareRoot() }

  /// 100 |y − f| / |y|; steps where y = 0 are left out.
  public static let mape = Metric(
    "mape", "Mean absolute percentage error; steps where the truth is 0 are left out."
  ) { comparison, step in
    let truth = comparison.truth[step]
    return truth == 0 ? .nan : 100 * comparison.error(at: step) / abs(truth)
  }

  /// 200 |y − f| / (|y| + |f|), 0 to 200, as in the M4 competition (Makridakis, Spiliotis & Assimakopoulos 2020); 0 where
  /// both are 0.
  public static let smape = Metric(
    "smape", "Symmetric mean absolute percentage error, from 0 to 200."
  ) { comparison, step in
    let size = abs(comparison.truth[step]) + abs(comparison.forecast[step])
    return size > 0 ? 200 * comparison.error(at: step) / size : 0
  }

  /// |y − f| over mean |x_t − x_{t−m}|, that of the seasonal naive forecast within the training rows (Hyndman & Koehler
  /// 2006).
  public static let mase = Metric(
    "mase", "Mean absolute error over that of the seasonal naive forecast within the training rows.",
    scaled: { mean, comparison in comparison.scale > 0 ? mean / comparison.scale : .nan }
  ) { $0.error(at: $1) }

  /// Root of (the mean squared error over mean (x_t − x_{t−m})²), the mean of the roots over forecasts (Hyndman &
  /// Koehler 2006; with season 1 that of the M5 competition).
  public static let rmsse = Metric(
    "rmsse", "Root of the mean squared error over that of the seasonal naive forecast within the training rows.",
    scaled: { mean, comparison in
      comparison.squaredScale > 0 ? (mean / comparison.squaredScale).squareRoot() : .nan
    }
  ) { comparison, step in
    let error = comparison.error(at: step)
    return error * error
  }

  /// The mean of ``smape`` and ``mase``, each over that of Naive2 on the same steps, both taken over all forecasts first
  /// (M4 competition). Naive2 must stand in all comparisons or in none.
  public static let owa = Metric(
    "owa", "Overall weighted average: the mean of smape and mase, each over that of Naive2.",
    of: smape.statistics + mase.statistics + (smape.statistics + mase.statistics).map(\.ofNaive2)
  ) { tallies in
    let ratios = [tallies[0].mean / tallies[2].mean, tallies[1].mean / tallies[3].mean]
    return ratios.allSatisfy(\.isFinite) ? ratios.mean : .nan
  }

  /// Sum |y − f| over sum |y|, over everything (Salinas et al. 2020).
  public static let nd = Metric(
    "nd", "Normalized deviation: the sum of absolute errors over that of absolute truths.",
    of: [.sum("errors") { $0.error(at: $1) }, .sum("sizes") { abs($0.truth[$1]) }]
  ) { $0[1].sum > 0 ? $0[0].sum / $0[1].sum : .nan }

  /// The pinball loss max(q (y − f), (q − 1)(y − f)), the mean over the quantiles that the intervals give and the point
  /// forecast as the median (Koenker & Bassett 1978).
  public static let quantileLoss = Metric(
    "quantile-loss", "Quantile (pinball) loss, the mean over the bounds of the intervals and the point forecast."
  ) { comparison, step in
    if comparison.intervals.isEmpty { return .nan }
    let truth = comparison.truth[step]
    return comparison.quantiles(at: step).map { pinball(truth - $0.value, share: $0.share) }.mean
  }

  /// Twice the quantile loss integrated over all probabilities, each of which is answered by the quantile nearest to it
  /// (Gneiting & Raftery 2007); without intervals the absolute error.
  public static let crps = Metric(
    "crps", "Continuous ranked probability score; without intervals the absolute error."
  ) { comparison, step in
    let (truth, quantiles) = (comparison.truth[step], comparison.quantiles(at: step))
    var sum = 0.0
    for (position, quantile) in quantiles.enumerated() {
      let low = position == 0 ? 0 : (quantiles[position - 1].share + quantile.share) / 2
      let high = position == quantiles.count - 1 ? 1 : (quantile.share + quantiles[position + 1].share) / 2
      sum += (high - low) * pinball(truth - quantile.value, share: quantile.share)
    }
    return 2 * sum
  }

  /// The share of truths within the widest interval, 0 to 1; neither low nor high is good, near to the level is.
  public static let coverage = Metric(
    "coverage", "The share of truths within the widest interval; near to its level is good.", orientation: .neither
  ) { comparison, step in
    guard let widest = comparison.intervals.last else { return .nan }
    return widest.lower[step] <= comparison.truth[step] && comparison.truth[step] <= widest.upper[step] ? 1 : 0
  }

  /// Width plus 2/α of what a truth lies outside, α = 1 − level, the mean over levels (Winkler 1972; Gneiting & Raftery
  /// 2007).
  public static let intervalScore = Metric(
    "interval-score", "Width of the intervals plus a charge for truths outside of them, the mean over levels."
  ) { comparison, step in
    let truth = comparison.truth[step]
    return comparison.intervals.map { interval in
      let outside = max(0, interval.lower[step] - truth) + max(0, truth - interval.upper[step])
      return interval.upper[step] - interval.lower[step] + 2 / (1 - interval.level) * outside
    }.mean
  }

  /// The share of steps for which the forecast lies on the truth's side of the last value before it, 0 to 1; a forecast
  /// of that very value counts half, a truth that equals it is left out.
  public static let direction = Metric(
    "direction", "The share of steps whose forecast lies on the truth's side of the last value; higher is better.",
    orientation: .higher
  ) { comparison, step in
    let rise = comparison.truth[step] - comparison.origin
    let expected = comparison.forecast[step] - comparison.origin
    if rise.isNaN || rise == 0 { return .nan }
    return expected == 0 ? 0.5 : (rise > 0) == (expected > 0) ? 1 : 0
  }

  private static func pinball(_ error: Double, share: Double) -> Double { max(share * error, (share - 1) * error) }
}

extension Comparison {
  /// The absolute error of a step.
  fileprivate func error(at step: Int) -> Double { abs(truth[step] - forecast[step]) }
}
