/// What a point forecast is judged by in training, in scaled units.
public enum PointLoss: Sendable, Codable, Equatable {
  /// |e|
  case mae
  /// e²
  case mse
  /// ½e² up to `delta`, then delta·(|e| − ½delta) (Huber 1964).
  case huber(delta: Double)

  /// The loss of an error and its slope there.
  @inline(__always)
  func value<S: Scalar>(_ error: S) -> (loss: S, slope: S) {
    switch self {
    case .mae:
      // The comparison leaves a NaN as it is.
      (abs(error), error > 0 ? 1 : error < 0 ? -1 : error)
    case .mse:
      (error * error, 2 * error)
    case .huber(let delta):
      if abs(error) <= S(delta) {
        (error * error / 2, error)
      } else {
        (S(delta) * (abs(error) - S(delta) / 2), error > 0 ? S(delta) : error < 0 ? -S(delta) : error)
      }
    }
  }
}
