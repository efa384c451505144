/// What a forecast is judged by in training.
///
/// The head of quantiles weighs each loss by the side on which the target lies, so that `mae` becomes the quantile loss.
/// Distributions are trained by their negative log likelihood instead.
public enum PointLoss: Sendable, Codable, Equatable {
  /// |e|
  case mae
  /// e²
  case mse
  /// ½e² up to `delta`, then delta·(|e| − ½delta) (Huber 1964).
  case huber(delta: Double)
  /// |e| in the series' own units, divided by the series' error scale (Hyndman & Koehler 2006).
  case mase
  /// 2|e| / (|y| + |ŷ|) in the series' own units, from 0 to 2, as in the M competitions.
  case smape
  /// The mean of MASE and sMAPE, each divided by the series' reference: what the M4 competition scored (OWA).
  case maseAndSmape

  /// Whether the loss has a meaning in the series' own units alone.
  var needsOriginalUnits: Bool {
    switch self {
    case .mae, .mse, .huber: false
    case .mase, .smape, .maseAndSmape: true
    }
  }

  /// The loss of a forecast and its slope there, without the series' weight. The slope of a NaN is NaN.
  func value(_ forecast: Double, target: Double, _ scale: SeriesLossScale) -> (loss: Double, slope: Double) {
    let error = (forecast - target) / scale.error
    let slope = 1 / scale.error
    switch self {
    case .mae, .mase: return (abs(error), Self.sign(error) * slope)
    case .mse: return (error * error, 2 * error * slope)
    case .huber(let delta):
      return abs(error) <= delta
        ? (error * error / 2, error * slope) : (delta * (abs(error) - delta / 2), delta * Self.sign(error) * slope)
    case .smape: return Self.symmetric(forecast, target)
    case .maseAndSmape:
      let symmetric = Self.symmetric(forecast, target)
      let (first, second) = (0.5 / scale.referenceMASE, 0.5 / scale.referenceSMAPE)
      return (
        abs(error) * first + symmetric.loss * second,
        Self.sign(error) * slope * first + symmetric.slope * second
      )
    }
  }

  private static func symmetric(_ forecast: Double, _ target: Double) -> (loss: Double, slope: Double) {
    let error = forecast - target
    let size = abs(forecast) + abs(target)
    guard size != 0 else { return (0, 0) }
    return (2 * abs(error) / size, 2 * (sign(error) * size - abs(error) * sign(forecast)) / (size * size))
  }

  /// −1, 0 or 1; the comparisons leave a NaN as it is.
  private static func sign(_ x: Double) -> Double { x > 0 ? 1 : x < 0 ? -1 : x }
}

/// In which units errors are taken.
public enum LossUnits: String, Sendable, Codable, CaseIterable {
  /// As the network sees the numbers: each window counts by its own scale.
  case scaled
  /// The series' own units, divided by the series' error scale; the gradient passes through the window's scaling.
  case original
}

/// How much the errors of one series count in training.
public struct SeriesLossScale: Sendable, Codable, Equatable {
  /// Multiplies every loss of this series. Weights should be about 1 on average, for the mean is taken over windows.
  public var weight: Double
  /// Divides errors in the series' own units: for MASE the mean absolute error of the seasonal naive forecast on the
  /// training part.
  public var error: Double
  /// For `maseAndSmape`: the MASE of the method compared with.
  public var referenceMASE: Double
  /// For `maseAndSmape`: the sMAPE of the method compared with, from 0 to 2.
  public var referenceSMAPE: Double

  /// All 1: errors count as they are.
  public init(weight: Double = 1, error: Double = 1, referenceMASE: Double = 1, referenceSMAPE: Double = 1) {
    self.weight = weight
    self.error = error
    self.referenceMASE = referenceMASE
    self.referenceSMAPE = referenceSMAPE
  }

  func check(series: Int) throws(RecurrentError) {
    try RecurrentError.require(weight >= 0 && weight.isFinite, "loss weight of series \(series)", weight, "0 or more")
    let scales = [
      ("error scale", error), ("reference MASE", referenceMASE), ("reference sMAPE", referenceSMAPE),
    ]
    for (name, value) in scales where !(value > 0 && value.isFinite) {
      throw .badOption(name: "\(name) of series \(series)", value: "\(value)", wanted: "a number above 0")
    }
  }
}
