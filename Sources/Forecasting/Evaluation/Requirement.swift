/// What a metric must reach for a forecast to be worth publishing.
public struct Requirement: Sendable, Hashable {
  /// Which side of a number the metric must lie on.
  public enum Bound: Sendable, Hashable {
    case below(Double)
    case above(Double)
  }

  /// The metric.
  public var metric: Metric
  /// The side and the number.
  public var bound: Bound

  /// A bound on a metric.
  public init(metric: Metric, _ bound: Bound) {
    self.metric = metric
    self.bound = bound
  }

  /// Whether a value satisfies it; a value that is not defined never does.
  public func isMet(by value: Double) -> Bool {
    switch bound {
    case .below(let limit): value < limit
    case .above(let limit): value > limit
    }
  }
}

extension Requirement.Bound: CustomStringConvertible {
  /// `below 1.0`
  public var description: String {
    switch self {
    case .below(let limit): "below \(limit)"
    case .above(let limit): "above \(limit)"
    }
  }
}
