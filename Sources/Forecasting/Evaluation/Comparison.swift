import TimeSeries

/// What is compared in one place: the truth, a forecast of it, and what the metrics need to know of the rows before.
public struct Comparison: Sendable, Hashable {
  /// What came, one value a step; NaN where it is not known.
  public var truth: [Double]
  /// What was forecast.
  public var forecast: [Double]
  /// The prediction intervals, narrowest level first.
  public var intervals: [Interval]
  /// The mean absolute seasonal difference of the training rows; NaN where there is none.
  public var scale: Double
  /// The mean squared seasonal difference of the training rows; NaN where there is none.
  public var squaredScale: Double
  /// The last value before the forecast; NaN where it is not known.
  public var origin: Double
  /// What Naive2 forecast; empty where it was not asked.
  public var naive2: [Double]

  /// The bounds of one level.
  public struct Interval: Sendable, Hashable {
    /// The share of outcomes that should lie within, between 0 and 1.
    public var level: Double
    /// The lower bound, one value a step.
    public var lower: [Double]
    /// The upper bound, one value a step.
    public var upper: [Double]

    /// The bounds of one level.
    public init(level: Double, lower: [Double], upper: [Double]) {
      self.level = level
      self.lower = lower
      self.upper = upper
    }
  }

  /// A forecast beside what came.
  public init(
    truth: [Double], forecast: [Double], intervals: [Interval] = [], scale: Double = .nan,
    squaredScale: Double = .nan, origin: Double = .nan, naive2: [Double] = []
  ) {
    self.truth = truth
    self.forecast = forecast
    self.intervals = intervals
    self.scale = scale
    self.squaredScale = squaredScale
    self.origin = origin
    self.naive2 = naive2
  }

  /// What Naive2 forecast, compared with the same truth.
  var ofNaive2: Comparison {
    var other = self
    other.forecast = naive2
    other.intervals = []
    return other
  }

  /// The same comparison in other units.
  func scaled(by unit: ScoreUnit) -> Comparison {
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

/// The units that a series is scored in: values minus a center, over a spread.
public struct ScoreUnit: Sendable, Hashable, Codable {
  /// What is subtracted.
  public var center: Double
  /// What is divided by.
  public var spread: Double

  /// Units by the mean and the population standard deviation of training rows; equal rows only lose their level.
  public init(standardizing training: [Double]) {
    let known = training.filter { !$0.isNaN }
    center = known.isEmpty ? 0 : known.mean
    let deviation = known.isEmpty ? 0 : known.populationDeviation
    spread = deviation > 0 ? deviation : 1
  }

  func scaled(_ value: Double) -> Double { (value - center) / spread }
}

/// The mean absolute difference at a lag over training rows, by which MASE divides; NaN where no pair is known.
public func seasonalScale(of values: [Double], season: Int) -> Double {
  meanDifference(of: values, season: season) { abs($0) }
}

/// The mean squared difference at a lag over training rows, by which RMSSE divides; NaN where no pair is known.
public func squaredSeasonalScale(of values: [Double], season: Int) -> Double {
  meanDifference(of: values, season: season) { $0 * $0 }
}

private func meanDifference(of values: [Double], season: Int, _ size: (Double) -> Double) -> Double {
  var sum = 0.0
  var count = 0
  for step in values.indices.dropFirst(season) where !values[step].isNaN && !values[step - season].isNaN {
    sum += size(values[step] - values[step - season])
    count += 1
  }
  return count > 0 ? sum / Double(count) : .nan
}
