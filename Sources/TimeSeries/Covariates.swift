/// Numbers that stand beside a target, one a step.
public struct Covariate: Sendable, Equatable, Codable {
  /// What it is called: its column, or the feature that it is.
  public var name: String
  /// One value a step; NaN where it is missing.
  public var values: [Double]
  /// How many values were missing and took the value before them.
  public var filled: Int
  /// Whether its values lie between -1 and 1 by their nature, so that no scale has to be learned for them.
  public var isScaled: Bool

  /// Numbers under a name.
  public init(name: String, values: [Double], filled: Int = 0, isScaled: Bool = false) {
    self.name = name
    self.values = values
    self.filled = filled
    self.isScaled = isScaled
  }
}

/// A fact about a whole series.
public struct StaticCovariate: Sendable, Hashable, Codable {
  /// A number, a text, or nothing.
  public enum Value: Sendable, Hashable, Codable {
    case number(Double)
    case text(String)
    case missing
  }

  /// What it is called: its column.
  public var name: String
  /// What it is for this series.
  public var value: Value

  /// A fact under a name.
  public init(name: String, value: Value) {
    self.name = name
    self.value = value
  }
}

/// What is known of a series beside its target.
public struct Covariates: Sendable, Equatable, Codable {
  /// Known up to the present: one value for each step of the series.
  public var past: [Covariate]
  /// Known ahead: a value for each step of the series, and for steps after its last one.
  public var future: [Covariate]
  /// Facts about the whole series.
  public var statics: [StaticCovariate]

  /// What is known; nothing unless given.
  public init(past: [Covariate] = [], future: [Covariate] = [], statics: [StaticCovariate] = []) {
    self.past = past
    self.future = future
    self.statics = statics
  }

  /// Whether nothing is known.
  public var isEmpty: Bool { past.isEmpty && future.isEmpty && statics.isEmpty }

  /// What is known of some of the steps, seen from the last of them: the past ends there, the future goes on.
  public func rows(_ range: Range<Int>) -> Covariates {
    if isEmpty { return self }
    var result = self
    for position in past.indices { result.past[position].values = Array(past[position].values[range]) }
    // Whole columns stay shared between all that look at them.
    guard range.lowerBound > 0 else { return result }
    for position in future.indices {
      result.future[position].values = Array(future[position].values.dropFirst(range.lowerBound))
    }
    return result
  }
}
