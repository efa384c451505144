/// A measure of how far forecasts are from what came. y is the truth, f the forecast, x the training rows, m the season;
/// a mean is over the steps of a forecast whose truth is known, then over forecasts.
public enum Metric: String, Sendable, Hashable, CaseIterable, Codable {
  /// Mean absolute error |y − f|, in the target's units.
  case mae
  /// Mean squared error (y − f)², in the target's units squared.
  case mse
  /// Root of the mean squared error, in the target's units.
  case rmse
  /// Mean absolute percentage error 100 |y − f| / |y|; steps where y = 0 are left out.
  case mape
  /// Symmetric mean absolute percentage error 200 |y − f| / (|y| + |f|), 0 to 200, as in the M4 competition
  /// (Makridakis, Spiliotis & Assimakopoulos 2020); 0 where both are 0.
  case smape
  /// Mean absolute error over mean |x_t − x_{t−m}|, that of the seasonal naive forecast within the training rows
  /// (Hyndman & Koehler 2006).
  case mase
  /// Root of (the mean squared error over mean (x_t − x_{t−m})²), the mean of the roots over forecasts (Hyndman &
  /// Koehler 2006; with season 1 that of the M5 competition).
  case rmsse
  /// Overall weighted average: the mean of smape and mase, each over that of Naive2 on the same steps, both taken over
  /// all forecasts first (M4 competition).
  case owa
  /// Normalized deviation: sum |y − f| over sum |y|, over everything (Salinas et al. 2020).
  case nd
  /// Quantile (pinball) loss max(q (y − f), (q − 1)(y − f)), the mean over the quantiles that the intervals give and
  /// the point forecast as the median (Koenker & Bassett 1978).
  case quantileLoss = "quantile-loss"
  /// Continuous ranked probability score: twice the quantile loss integrated over all probabilities, each of which is
  /// answered by the quantile nearest to it (Gneiting & Raftery 2007); without intervals the absolute error.
  case crps
  /// The share of truths within the widest interval, 0 to 1; neither low nor high is good, near to the level is.
  case coverage
  /// Interval score: width plus 2/α of what a truth lies outside, α = 1 − level, the mean over levels (Winkler 1972;
  /// Gneiting & Raftery 2007).
  case intervalScore = "interval-score"
  /// The share of steps for which the forecast lies on the truth's side of the last value before it, 0 to 1; a forecast
  /// of that very value counts half, a truth that equals it is left out. Higher is better.
  case direction
}

extension Metric {
  /// Which values are good.
  public enum Orientation: Sendable, Hashable {
    case lower, higher
    /// Neither: a value near to some other number is.
    case neither
  }

  /// Which values are good.
  public var orientation: Orientation {
    switch self {
    case .direction: .higher
    case .coverage: .neither
    default: .lower
    }
  }

  /// Whether one value is better than another; never where one is not defined.
  public func isBetter(_ value: Double, than other: Double) -> Bool {
    switch orientation {
    case .lower: value < other
    case .higher: value > other
    case .neither: false
    }
  }

  /// The metric over one comparison; NaN where it is not defined (no truth is known, no scale, no interval).
  public func value(of comparison: Comparison) -> Double { value(of: [comparison]) }

  /// The mean over comparisons where the metric is defined, taken as the metric's own definition says. NaN of none.
  ///
  /// - Parameter step: the step of the horizon that is looked at, from 0; nil for all.
  public func value(of comparisons: some Sequence<Comparison>, step: Int? = nil) -> Double {
    switch self {
    case .rmse:
      return Metric.mse.value(of: comparisons, step: step).squareRoot()
    case .owa:
      // Both must be means over the same comparisons: those where Naive2 was asked.
      let asked = comparisons.filter { !$0.naive2.isEmpty }
      let base = asked.map(\.ofNaive2)
      let ratios = [Metric.smape, .mase].map { $0.value(of: asked, step: step) / $0.value(of: base, step: step) }
      return ratios.allSatisfy(\.isFinite) ? ratios.mean : .nan
    case .nd:
      var errors = 0.0
      var sizes = 0.0
      for comparison in comparisons {
        for step in comparison.steps(step) where !comparison.truth[step].isNaN {
          errors += abs(comparison.truth[step] - comparison.forecast[step])
          sizes += abs(comparison.truth[step])
        }
      }
      return sizes > 0 ? errors / sizes : .nan
    default:
      var sum = 0.0
      var count = 0
      for comparison in comparisons {
        let value = mean(of: comparison, step: step)
        if value.isNaN { continue }
        sum += value
        count += 1
      }
      return count > 0 ? sum / Double(count) : .nan
    }
  }

  /// The mean over the steps of one comparison, in the metric's units.
  func mean(of comparison: Comparison, step: Int?) -> Double {
    var sum = 0.0
    var count = 0
    for step in comparison.steps(step) where !comparison.truth[step].isNaN {
      let term = term(of: comparison, at: step)
      if term.isNaN { continue }
      sum += term
      count += 1
    }
    guard count > 0 else { return .nan }
    let mean = sum / Double(count)
    switch self {
    case .mase: return comparison.scale > 0 ? mean / comparison.scale : .nan
    case .rmsse: return comparison.squaredScale > 0 ? (mean / comparison.squaredScale).squareRoot() : .nan
    default: return mean
    }
  }

  private func term(of comparison: Comparison, at step: Int) -> Double {
    let (truth, forecast) = (comparison.truth[step], comparison.forecast[step])
    let error = abs(truth - forecast)
    switch self {
    case .mae, .mase, .nd, .owa: return error
    case .mse, .rmse, .rmsse: return error * error
    case .mape: return truth == 0 ? .nan : 100 * error / abs(truth)
    case .smape:
      let size = abs(truth) + abs(forecast)
      return size > 0 ? 200 * error / size : 0
    case .quantileLoss:
      if comparison.intervals.isEmpty { return .nan }
      let losses = comparison.quantiles(at: step).map { pinball(truth - $0.value, share: $0.share) }
      return losses.mean
    case .crps:
      return rankedProbability(truth, comparison.quantiles(at: step))
    case .coverage:
      guard let widest = comparison.intervals.last else { return .nan }
      return widest.lower[step] <= truth && truth <= widest.upper[step] ? 1 : 0
    case .intervalScore:
      return comparison.intervals.map { interval in
        let outside = max(0, interval.lower[step] - truth) + max(0, truth - interval.upper[step])
        return interval.upper[step] - interval.lower[step] + 2 / (1 - interval.level) * outside
      }.mean
    case .direction:
      let (rise, expected) = (truth - comparison.origin, forecast - comparison.origin)
      if rise.isNaN || rise == 0 { return .nan }
      return expected == 0 ? 0.5 : (rise > 0) == (expected > 0) ? 1 : 0
    }
  }

  private func pinball(_ error: Double, share: Double) -> Double { max(share * error, (share - 1) * error) }

  private func rankedProbability(_ truth: Double, _ quantiles: [(share: Double, value: Double)]) -> Double {
    var sum = 0.0
    for (position, quantile) in quantiles.enumerated() {
      let low = position == 0 ? 0 : (quantiles[position - 1].share + quantile.share) / 2
      let high = position == quantiles.count - 1 ? 1 : (quantile.share + quantiles[position + 1].share) / 2
      sum += (high - low) * pinball(truth - quantile.value, share: quantile.share)
    }
    return 2 * sum
  }
}

extension Comparison {
  /// One step, or all of them.
  func steps(_ step: Int?) -> Range<Int> { step.map { $0..<$0 + 1 } ?? truth.indices }
}
