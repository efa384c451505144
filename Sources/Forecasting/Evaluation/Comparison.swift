import TimeSeries

/// What is compared in one place: the truth, a forecast of it, and what the metrics need to know of the rows before.
public struct Comparison: Sendable, Hashable {
  /// What came, one value a step; NaN where it is not known.
  public var truth: [Double]
  /// What was forecast.
  public var forecast: [Double]
  /// The prediction intervals, narrowest level first.
  public var intervals: [Forecast.Interval] = []
  /// The mean absolute seasonal difference of the training rows; NaN where there is none.
  public var scale = Double.nan
  /// The mean squared seasonal difference of the training rows; NaN where there is none.
  public var squaredScale = Double.nan
  /// The last value before the forecast; NaN where it is not known.
  public var origin = Double.nan
  /// What Naive2 forecast; empty where it was not asked.
  public var naive2: [Double] = []

  /// What Naive2 forecast, compared with the same truth.
  var ofNaive2: Comparison {
    var other = self
    other.forecast = naive2
    other.intervals = []
    return other
  }

  /// The same comparison in other units.
  func scaled(by unit: Scale) -> Comparison {
    Comparison(
      truth: truth.map(unit.scaled), forecast: forecast.map(unit.scaled),
      intervals: intervals.map {
        .init(level: $0.level, lower: $0.lower.map(unit.scaled), upper: $0.upper.map(unit.scaled))
      }, scale: scale / unit.spread, squaredScale: squaredScale / (unit.spread * unit.spread),
      origin: unit.scaled(origin), naive2: naive2.map(unit.scaled))
  }

  /// What was forecast of the quantiles at one step: the bounds, and the point forecast as the median.
  func quantiles(at step: Int) -> [(share: Double, value: Double)] {
    intervals.reversed().map { ((1 - $0.level) / 2, $0.lower[step]) } + [(0.5, forecast[step])]
      + intervals.map { ((1 + $0.level) / 2, $0.upper[step]) }
  }
}

extension Comparison {
  /// A forecast beside what came, as long as each other.
  public init(truth: [Double], forecast: [Double]) {
    self.truth = truth
    self.forecast = forecast
  }
}

/// The units of a series: values minus a center, over a spread.
public struct Scale: Sendable, Hashable, Codable {
  /// What is subtracted.
  public var center: Double
  /// What is divided by.
  public var spread: Double

  /// A scale; values without a spread only lose their level.
  init(center: Double, spread: Double) {
    self.center = center
    self.spread = spread > 0 ? spread : 1
  }

  /// The mean and the population standard deviation of the known values.
  public init(standardizing values: [Double]) {
    let known = values.filter { !$0.isNaN }
    self.init(center: known.isEmpty ? 0 : known.mean, spread: known.populationDeviation)
  }

  func scaled(_ value: Double) -> Double { (value - center) / spread }
}

/// The mean absolute difference at a lag over training rows, by which MASE divides; NaN where no pair is known.
func seasonalScale(of values: [Double], season: Int) -> Double {
  var tally = Metric.Tally()
  for step in values.indices.dropFirst(season) { tally.add(abs(values[step] - values[step - season])) }
  return tally.mean
}
