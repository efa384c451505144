import TimeSeries

/// A preparation of the panel that undoes itself on the forecast.
public protocol Transform: Sendable {
  /// What it becomes on training rows.
  associatedtype Fitted: FittedTransform

  /// Learns what it needs from training rows.
  func fit(_ panel: Panel) throws -> Fitted

  /// Every kind of part that a saved model may hold of it: `Fitted`, and what that holds behind a protocol.
  static var savedParts: [any SavedPart.Type] { get }

  /// Whether the prepared panel is in the units of the readings, as after filling gaps; false where nothing is said.
  var keepsUnits: Bool { get }

  /// Whether it learns of each series alone, so that a part of a panel is prepared as it is among all.
  var isLocal: Bool { get }

  /// Whether it looks at covariates; false where nothing is said.
  var readsCovariates: Bool { get }
}

extension Transform {
  public static var savedParts: [any SavedPart.Type] { [Fitted.self] }
  public var keepsUnits: Bool { false }
  public var isLocal: Bool { true }
  public var readsCovariates: Bool { false }
}

/// A transform with what it learned: a value that can be applied to any rows of the series it was fitted on.
public protocol FittedTransform: SavedPart {
  /// The prepared panel: the same series and steps, other values. A step that has no value becomes NaN.
  func apply(_ panel: Panel) throws -> Panel

  /// The forecast in the units from before ``apply(_:)``.
  ///
  /// - Parameter history: what `apply` was given, up to the origin of the forecast.
  func invert(_ forecast: Forecast, history: Panel) throws -> Forecast

  /// Whether no value of the prepared panel depends on a later one: rows cut from it are then what would be made of the
  /// cut rows, so that one ``apply(_:)`` serves many origins.
  func isCausal(over panel: Panel) -> Bool

  /// Whether what it prepares is in the units from before, as after filling gaps; false where nothing is said.
  var staysInUnits: Bool { get }

  /// How many of the newest steps of a history ``invert(_:history:)`` looks at; nil for all.
  var reach: Int? { get }

  /// What a person should know of what it learned, in words; nil where that is nothing.
  var remark: String? { get }
}

extension FittedTransform {
  public func isCausal(over panel: Panel) -> Bool { false }
  public var staysInUnits: Bool { false }
  public var reach: Int? { nil }
  public var remark: String? { nil }
}

/// A fitted transform that changes each value of a series by what it learned of that series, whatever stands beside it.
protocol FittedSeriesTransform: FittedTransform {
  /// What is learned of one series.
  associatedtype Learned

  /// What was learned, by series.
  var learned: [String: Learned] { get }

  /// The prepared values of a series.
  func prepared(_ series: Series, by learned: Learned) throws -> [Double]

  /// Forecast values over an index, in the units from before.
  func restored(_ values: [Double], over index: TimeIndex, by learned: Learned) -> [Double]
}

extension FittedSeriesTransform {
  func apply(_ panel: Panel) throws -> Panel {
    try panel.mapValues { try prepared($0, by: learned.learned(of: $0.name)) }
  }

  func invert(_ forecast: Forecast, history: Panel) throws -> Forecast {
    try forecast.mapValues { position, values in
      let series = forecast.series[position]
      return restored(values, over: series.index, by: try learned.learned(of: series.name))
    }
  }

  func isCausal(over panel: Panel) -> Bool { true }
  var reach: Int? { 0 }
}

extension Panel {
  /// What is made of each series, by its name.
  func bySeries<Value>(_ make: (Series) throws -> Value) rethrows -> [String: Value] {
    Dictionary(try series.map { ($0.name, try make($0)) }) { first, _ in first }
  }

  /// Whether no value behind the first known one of its series is missing.
  var isWithoutGaps: Bool {
    series.allSatisfy { !$0.values.drop(while: \.isNaN).contains(where: \.isNaN) }
  }
}

extension Dictionary where Key == String {
  /// What was learned of a series.
  func learned(of series: String) throws(ForecastingError) -> Value {
    guard let found = self[series] else { throw .unknownSeries(series) }
    return found
  }
}
