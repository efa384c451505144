import TimeSeries

/// A preparation of the panel that undoes itself on the forecast.
public protocol Transform: Sendable {
  /// Learns what it needs from training rows.
  func fit(_ panel: Panel) throws -> any FittedTransform
}

/// A transform with what it learned: a value that can be applied to any rows of the series it was fitted on.
public protocol FittedTransform: Sendable {
  /// The prepared panel: the same series and steps, other values. A step that has no value becomes NaN.
  func apply(_ panel: Panel) throws -> Panel

  /// The forecast in the units from before ``apply(_:)``.
  ///
  /// - Parameter history: what `apply` was given, up to the origin of the forecast.
  func invert(_ forecast: Forecast, history: Panel) throws -> Forecast
}
