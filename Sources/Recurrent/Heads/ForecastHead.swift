/// Which kind of forecast a network gives.
public enum HeadKind: Sendable, Codable, Equatable {
  /// One number a step.
  case point
}

/// How one number of a head's output returns to the series' units.
enum OutputKind: Sendable {
  /// A value of the series: anchor + spread · output.
  case location
  /// A width: spread · output.
  case spread
  /// Without a unit.
  case plain
}

/// The sum of the losses of known targets and how many there were.
struct LossSum: Sendable {
  var sum = 0.0
  var count = 0

  static func += (left: inout LossSum, right: LossSum) {
    left.sum += right.sum
    left.count += right.count
  }

  var mean: Double { count == 0 ? 0 : sum / Double(count) }
}

/// Turns a body's raw numbers into a forecast and its loss. A head has no weights of its own.
///
/// K steps with Q raw numbers each; anchors and targets are in scaled units.
protocol ForecastHead: Sendable {
  /// Q
  var outputs: Int { get }
  /// What the numbers of `decode` are.
  var kinds: [OutputKind] { get }

  /// The loss of one forecast, summed over its steps.
  /// - Parameters:
  ///   - raw: (K × Q)
  ///   - anchor: (K), added to every location.
  ///   - targets: (K), NaN where unknown; those steps count nothing.
  ///   - gradient: (K × Q), written.
  ///   - anchorGradient: (K), written.
  func loss<S: Scalar>(
    raw: UnsafePointer<S>, anchor: UnsafePointer<S>, targets: UnsafePointer<S>, steps: Int,
    gradient: UnsafeMutablePointer<S>, anchorGradient: UnsafeMutablePointer<S>
  ) -> LossSum

  /// The numbers of one step in scaled units, locations as distances from the anchor.
  func decode<S: Scalar>(_ raw: UnsafePointer<S>) -> [Double]
}

extension HeadKind {
  /// - Parameter loss: what a point forecast is judged by; other heads bring their own loss.
  func head(loss: PointLoss) -> any ForecastHead {
    switch self {
    case .point: PointHead(loss: loss)
    }
  }
}
