import TimeSeries

/// Each value becomes its change since `lag` steps before. The first `lag` steps have none.
///
/// A forecast's bounds are put back as distances from the point forecast. A step further than `lag` ahead rests on
/// forecast changes before it; errors of different changes are taken as independent, so that distances add up by their
/// squares: the interval of a random walk grows with the square root of the horizon.
public struct Difference: Transform, FittedTransform, Hashable {
  public static let kind = "difference"

  /// How many steps back; a season's length takes the season out.
  public var lag: Int

  /// The change since `lag` steps before.
  public init(lag: Int) { self.lag = lag }

  public func fit(_ panel: Panel) -> Difference { self }

  public func checkStored() throws(SavingError) { try require(Stored.steps.contains(lag), "a lag of \(lag) steps") }

  public func isCausal(over panel: Panel) -> Bool { true }
  public var reach: Int? { lag }

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
    Forecast(
      zip(forecast.series, history.series).map { changes, history in
        var values = Array(history.values.suffix(lag))
        for (step, change) in changes.point.enumerated() { values.append(values[step] + change) }
        let point = Array(values.dropFirst(lag))
        var series = changes
        series.point = point
        series.intervals = changes.intervals.map { interval in
          let below = cumulated(zip(changes.point, interval.lower).map { $0 - $1 })
          let above = cumulated(zip(interval.upper, changes.point).map { $0 - $1 })
          return .init(
            level: interval.level, lower: zip(point, below).map { $0 - $1 }, upper: zip(point, above).map { $0 + $1 })
        }
        return series
      })
  }

  /// Distances of changes as distances of values: the root of the sum of squares over every `lag`-th step so far. The
  /// first `lag` keep their sign, for nothing is added to them.
  private func cumulated(_ distances: [Double]) -> [Double] {
    var squares: [Double] = []
    for (step, distance) in distances.enumerated() {
      let reach = max(0, distance)
      squares.append(reach * reach + (step >= lag ? squares[step - lag] : 0))
    }
    return squares.enumerated().map { $0 < lag ? distances[$0] : $1.squareRoot() }
  }
}
