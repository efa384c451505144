import Foundation

/// The theta method as the M3 and M4 competitions ran it (Assimakopoulos & Nikolopoulos 2000): the mean of the least
/// squares line and of simple exponential smoothing of the line with doubled curvature, 2x − line, on adjusted values.
///
/// Deviations are those of `StepErrors`: the method's own errors beyond the values that its line was laid through.
public struct ThetaMethod: LocalMethod {
  public static let kind = "theta-method"

  /// The theta method on values that have no season.
  public init() {}

  /// The competition's method: the season is divided out first.
  public static let standard = AdjustedMethod("theta", ThetaMethod())

  public var name: String { "theta" }

  public func fit(_ values: [Double], season: Int) -> some FittedLocalMethod {
    let line = Line(through: values)
    let curved = values.enumerated().map { 2 * $1 - line($0) }
    let smoothing = ExponentialSmoothing(.simple).fitted(to: curved, season: 1)
    let fitted = Array(curved.dropFirst(smoothing.skipped ?? 0))
    let path = smoothing.model.run(fitted, from: smoothing.initial)
    // The error of the mean of both lines is half that of the curved one.
    let base = fitted.indices.map { (fitted[$0] - path.means[$0]) / 2 }.rootMeanSquare(lost: 3)
    return FittedTheta(
      line: line, smoothing: smoothing, deviation: base, errors: errors(of: values, alpha: smoothing.model.alpha))
  }

  /// Those of the method with the line through the values before each origin, at the same rate of smoothing.
  private func errors(of values: [Double], alpha: Double) -> StepErrors {
    // Smoothing is linear: the smoothed curved line is twice the smoothed values less the smoothed line.
    var (level, steps) = (values.first ?? 0, 0.0)
    var (count, time, square, sum, shared) = (0.0, 0.0, 0.0, 0.0, 0.0)
    var seen = 0
    var (intercept, slope) = (0.0, 0.0)
    return StepErrors(values) { origin, step in
      while seen < origin {
        let (at, value) = (Double(seen), values[seen])
        level += alpha * (value - level)
        steps += alpha * (at - steps)
        (count, time, square) = (count + 1, time + at, square + at * at)
        (sum, shared) = (sum + value, shared + at * value)
        seen += 1
        slope = (count * shared - time * sum) / max(count * square - time * time, 1)
        intercept = (sum - slope * time) / count
      }
      let smooth = 2 * level - intercept - slope * steps
      return (smooth + intercept + slope * Double(origin + step)) / 2
    }
  }
}

struct FittedTheta: FittedLocalMethod {
  static let kind = "theta-fit"

  var line: Line
  var smoothing: FittedExponentialSmoothing
  /// Of the first step within the training values.
  var deviation: Double
  /// What it errs by at each step; nil in models that were saved before there was any.
  var errors: StepErrors?

  /// The drift is that of the forecast, half the slope of the line.
  func checkStored() throws(SavingError) {
    try smoothing.checkStored()
    if let errors { try require(errors.isSound, StepErrors.fault) }
  }

  var parameters: [ForecasterParameter] {
    [.init("alpha", smoothing.model.alpha.text()), .init("drift", (line.slope / 2).text())]
  }

  func forecast(after values: [Double], offset: Int, horizon: Int) -> LocalForecast {
    let curved = values.enumerated().map { 2 * $1 - line($0 + offset) }
    let smooth = smoothing.forecast(after: curved, offset: offset, horizon: horizon).point
    let point = (0..<horizon).map { (smooth[$0] + line($0 + offset + values.count)) / 2 }
    // Without errors, simple smoothing with drift, which the method is (Hyndman & Billah 2003).
    let alpha = smoothing.model.alpha
    return LocalForecast(
      point: point,
      deviation: errors?.deviations(of: point, base: deviation)
        ?? point.indices.map { deviation * (1 + Double($0) * alpha * alpha).squareRoot() })
  }
}
