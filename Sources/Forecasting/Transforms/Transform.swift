import TimeSeries

/// A preparation of the panel that undoes itself on the forecast.
public protocol Transform: Sendable {
  /// Learns what it needs from training rows.
  func fit(_ panel: Panel) throws -> any FittedTransform

  /// Whether the prepared panel is in the units of the readings, as after filling gaps; false where nothing is said.
  var keepsUnits: Bool { get }
}

extension Transform {
  public var keepsUnits: Bool { false }
}

/// A transform with what it learned: a value that can be applied to any rows of the series it was fitted on.
public protocol FittedTransform: Sendable {
  /// The prepared panel: the same series and steps, other values. A step that has no value becomes NaN.
  func apply(_ panel: Panel) throws -> Panel

  /// The forecast in the units from before ``apply(_:)``.
  ///
  /// - Parameter history: what `apply` was given, up to the origin of the forecast.
  func invert(_ forecast: Forecast, history: Panel) throws -> Forecast

  /// Whether no value of the prepared panel depends on a later one: rows cut from it are then what would be made of the
  /// cut rows, so that one ``apply(_:)`` serves many origins.
  func isCausal(over panel: Panel) -> Bool

  /// How many of the newest steps of a history ``invert(_:history:)`` looks at; nil for all.
  var reach: Int? { get }
}

extension FittedTransform {
  public func isCausal(over panel: Panel) -> Bool { false }
  public var reach: Int? { nil }
}

extension Panel {
  /// Whether no value behind the first known one of its series is missing.
  var isWithoutGaps: Bool {
    series.allSatisfy { series in
      guard let first = series.values.firstIndex(where: { !$0.isNaN }) else { return true }
      return !series.values[first...].contains(where: \.isNaN)
    }
  }
}
