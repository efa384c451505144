import TimeSeries

/// Each value becomes its change since `lag` steps before. The first `lag` steps have none.
public struct Difference: Transform, FittedTransform, Hashable {
  /// How many steps back; a season's length takes the season out.
  public var lag: Int

  /// The change since `lag` steps before.
  public init(lag: Int) { self.lag = lag }

  public func fit(_ panel: Panel) throws -> any FittedTransform { self }

  public func apply(_ panel: Panel) throws -> Panel {
    try panel.mapValues { series in
      guard series.count > lag else {
        throw ForecastingError.tooShort(
          series: series.name, steps: series.count, needed: lag + 1, reason: "a difference over \(lag) steps")
      }
      let values = series.values
      return values.indices.map { $0 < lag ? .nan : values[$0] - values[$0 - lag] }
    }
  }

  public func invert(_ forecast: Forecast, history: Panel) -> Forecast {
    forecast.mapValues { position, changes in
      var values = Array(history.series[position].values.suffix(lag))
      for (step, change) in changes.enumerated() { values.append(values[step] + change) }
      return Array(values.dropFirst(lag))
    }
  }
}
