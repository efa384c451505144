import TimeSeries

/// A forecast without a network that a model is measured beside.
public enum Baseline: String, Sendable, Hashable, CaseIterable, Codable {
  /// Repeats the last value.
  case naive
  /// Repeats the last season.
  case seasonalNaive = "seasonal-naive"
  /// The line from the first to the last value.
  case drift
  /// The mean of all values.
  case mean
  /// The last value of the adjusted series: the benchmark of the M competitions.
  case naive2
  /// Simple exponential smoothing.
  case ses
  /// Holt's linear trend.
  case holt
  /// Holt's trend, damped.
  case dampedHolt = "damped-holt"
  /// The theta method.
  case theta
  /// The exponential smoothing model that suits each series best.
  case ets

  /// The method behind the name.
  public var method: any LocalMethod {
    switch self {
    case .naive: NaiveMethod()
    case .seasonalNaive: NaiveMethod(isSeasonal: true)
    case .drift: DriftMethod()
    case .mean: MeanMethod()
    case .naive2: AdjustedMethod.naive2
    case .ses: ExponentialSmoothing(.simple, name: rawValue)
    case .holt: ExponentialSmoothing(.holt, name: rawValue)
    case .dampedHolt: ExponentialSmoothing(.dampedHolt, name: rawValue)
    case .theta: ThetaMethod.standard
    case .ets: ExponentialSmoothing(nil)
    }
  }

  /// A forecaster of each series of a panel.
  public func forecaster(season: Int?, levels: [Double] = []) -> LocalForecaster {
    LocalForecaster(method, season: season, levels: levels)
  }
}
