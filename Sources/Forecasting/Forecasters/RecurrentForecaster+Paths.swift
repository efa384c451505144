import Recurrent
import TimeSeries

extension FittedRecurrentForecaster {
  /// Of several networks a path is the mean of what they draw by the same numbers.
  ///
  /// How far neighbouring steps go together is measured on the newest known horizons of the history.
  public func paths(after history: Panel, count: Int, seed: UInt64) throws -> [Forecast]? {
    guard networks[0].options.head.isProbabilistic else { return nil }
    let set = try windows(on: history, before: [history.series.map(\.count)])
    let known = set.beforeKnownHorizons(of: history, isPadded: isPadded)
    let drawn = try RecurrentError.asForecasting {
      try networks.map { network in
        try network.samplePaths(set, paths: count, correlation: network.stepCorrelation(known), seed: seed)
      }
    }
    let horizon = set.horizon
    return (0..<count).map { path in
      Forecast(
        history.series.enumerated().map { window, series in
          let values = (0..<horizon).map { step in
            drawn.reduce(0) { $0 + $1[window, path, step] } / Double(drawn.count)
          }
          return Forecast.Series(name: series.name, index: series.index.following(horizon), point: values)
        })
    }
  }
}

extension WindowSet {
  // Enough for a single number, and quickly done.
  private static let usual = 256

  /// Windows over the newest rows of each series whose horizon is known, half a horizon apart.
  fileprivate func beforeKnownHorizons(of panel: Panel, isPadded: Bool) -> WindowSet {
    let each = max(1, Self.usual / max(1, panel.series.count))
    var set = self
    set.windows = panel.series.enumerated().flatMap { position, series in
      let first = series.firstKnown + (isPadded ? 1 : lookback) - 1
      return stride(from: series.count - horizon - 1, through: first, by: -max(1, horizon / 2)).prefix(each).map {
        Window(series: position, origin: $0)
      }
    }
    return set
  }
}
