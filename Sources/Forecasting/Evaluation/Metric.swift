import TimeSeries

/// A measure of how far forecasts are from what came. Lower is better in all of them.
public enum Metric: String, Sendable, Hashable, CaseIterable, Codable {
  /// Mean absolute error, in the target's units.
  case mae
  /// Root of the mean squared error, in the target's units.
  case rmse
  /// Symmetric mean absolute percentage error, 0 to 200, as in the M4 competition.
  case smape
  /// Mean absolute error over that of the seasonal naive forecast within the training rows (Hyndman & Koehler 2006).
  case mase
}

/// What is compared in one place: the truth, a forecast of it, and the scale of the training rows before it.
public struct Comparison: Sendable, Hashable {
  /// What came; NaN where it is not known.
  public var truth: [Double]
  /// What was forecast.
  public var forecast: [Double]
  /// The mean absolute seasonal difference of the training rows; NaN where there is none.
  public var scale: Double

  /// A forecast beside what came.
  public init(truth: [Double], forecast: [Double], scale: Double) {
    self.truth = truth
    self.forecast = forecast
    self.scale = scale
  }
}

extension Metric {
  /// The metric over one comparison; NaN where it is not defined (no truth is known, or no scale).
  public func value(of comparison: Comparison) -> Double {
    var sum = 0.0
    var count = 0
    for (truth, forecast) in zip(comparison.truth, comparison.forecast) where !truth.isNaN {
      sum += term(truth: truth, forecast: forecast)
      count += 1
    }
    guard count > 0 else { return .nan }
    let mean = sum / Double(count)
    switch self {
    case .mae, .smape: return mean
    case .rmse: return mean.squareRoot()
    case .mase: return comparison.scale > 0 ? mean / comparison.scale : .nan
    }
  }

  private func term(truth: Double, forecast: Double) -> Double {
    let error = abs(truth - forecast)
    switch self {
    case .mae, .mase: return error
    case .rmse: return error * error
    case .smape:
      let size = abs(truth) + abs(forecast)
      return size > 0 ? 200 * error / size : 0
    }
  }

  /// The mean over comparisons where the metric is defined; the root is taken of the mean square. NaN of none.
  public func value(of comparisons: [Comparison]) -> Double {
    let values = comparisons.map { value(of: $0) }.filter { !$0.isNaN }
    guard !values.isEmpty else { return .nan }
    if self == .rmse { return (values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot() }
    return values.reduce(0, +) / Double(values.count)
  }
}

/// The mean absolute difference at a lag over training rows, by which MASE divides; NaN where no pair is known.
public func seasonalScale(of values: [Double], season: Int) -> Double {
  var sum = 0.0
  var count = 0
  for step in values.indices.dropFirst(season) where !values[step].isNaN && !values[step - season].isNaN {
    sum += abs(values[step] - values[step - season])
    count += 1
  }
  return count > 0 ? sum / Double(count) : .nan
}
