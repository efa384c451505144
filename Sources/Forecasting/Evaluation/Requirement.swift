/// A bound on a number, such as `< 1.0`.
public struct ScoreBound: Sendable, Hashable {
  /// How a number is compared with the bound.
  public enum Comparison: String, Sendable, CaseIterable {
    case notAbove = "<="
    case notBelow = ">="
    case below = "<"
    case above = ">"

    fileprivate var meaning: (words: String, holds: (Double, Double) -> Bool) {
      switch self {
      case .below: ("below", <)
      case .notAbove: ("at most", <=)
      case .above: ("above", >)
      case .notBelow: ("at least", >=)
      }
    }
  }

  /// How a number is compared with the bound.
  public var comparison: Comparison
  /// The bound.
  public var value: Double

  /// A bound.
  public init(_ comparison: Comparison, _ value: Double) {
    self.comparison = comparison
    self.value = value
  }

  /// The bound of a text such as `< 1.0` or `>=0`; nil for any other text.
  public init?(_ text: String) {
    guard let comparison = Comparison.allCases.first(where: { text.hasPrefix($0.rawValue) }),
      let value = Double(text.dropFirst(comparison.rawValue.count).drop { $0 == " " }), value.isFinite
    else { return nil }
    self.init(comparison, value)
  }

  /// Whether a number keeps the bound; one that is not defined never does.
  public func isMet(by number: Double) -> Bool { comparison.meaning.holds(number, value) }
}

extension ScoreBound: CustomStringConvertible {
  /// `below 1.0`
  public var description: String { "\(comparison.meaning.words) \(value)" }
}

/// What a metric must reach for a forecast to be worth publishing.
public struct Requirement: Sendable, Hashable {
  /// The metric.
  public var metric: Metric
  /// What its value must be.
  public var bound: ScoreBound

  /// A bound on a metric.
  public init(metric: Metric, _ bound: ScoreBound) {
    self.metric = metric
    self.bound = bound
  }

  /// Whether a value satisfies it; a value that is not defined never does.
  public func isMet(by value: Double) -> Bool { bound.isMet(by: value) }
}
