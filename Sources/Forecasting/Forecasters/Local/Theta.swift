import Foundation

/// The theta method as the M3 and M4 competitions ran it (Assimakopoulos & Nikolopoulos 2000): the mean of the least
/// squares line and of simple exponential smoothing of the line with doubled curvature, 2x − line, on adjusted values.
///
/// The deviations are those of simple exponential smoothing with drift, which the method is (Hyndman & Billah 2003).
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
    let path = smoothing.model.run(curved, from: smoothing.initial)
    // The error of the mean of both lines is half that of the curved one.
    let errors = curved.indices.map { (curved[$0] - path.means[$0]) / 2 }
    return FittedTheta(line: line, smoothing: smoothing, deviation: errors.rootMeanSquare(lost: 3))
  }
}

struct FittedTheta: FittedLocalMethod {
  static let kind = "theta-fit"

  var line: Line
  var smoothing: FittedExponentialSmoothing
  var deviation: Double

  /// The drift is that of the forecast, half the slope of the line.
  func checkStored() throws(SavingError) { try smoothing.checkStored() }

  var parameters: [ForecasterParameter] {
    [.init("alpha", smoothing.model.alpha.text()), .init("drift", (line.slope / 2).text())]
  }

  func forecast(after values: [Double], offset: Int, horizon: Int) -> LocalForecast {
    let curved = values.enumerated().map { 2 * $1 - line($0 + offset) }
    let smooth = smoothing.forecast(after: curved, offset: offset, horizon: horizon).point
    let alpha = smoothing.model.alpha
    return LocalForecast(
      point: (0..<horizon).map { (smooth[$0] + line($0 + offset + values.count)) / 2 },
      deviation: (0..<horizon).map { deviation * (1 + Double($0) * alpha * alpha).squareRoot() })
  }
}
