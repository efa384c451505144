import Foundation
import TimeSeries

/// The natural logarithm, for readings whose swings grow with their level.
public struct Log: Transform, FittedTransform, Hashable {
  public static let kind = "log"

  /// What is added to each value first, so that all are above zero.
  public var offset: Double

  /// The logarithm of each value plus an offset.
  public init(offset: Double = 0) { self.offset = offset }

  public func fit(_ panel: Panel) -> Log { self }

  public func isCausal(over panel: Panel) -> Bool { true }
  public var reach: Int? { 0 }

  public func apply(_ panel: Panel) throws -> Panel {
    try panel.mapValues { series in
      try series.values.map { value in
        if value + offset <= 0 { throw ForecastingError.notPositive(series: series.name, value: value + offset) }
        return log(value + offset)
      }
    }
  }

  public func invert(_ forecast: Forecast, history: Panel) -> Forecast {
    forecast.mapValues { _, values in values.map { exp($0) - offset } }
  }
}
