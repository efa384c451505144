import TimeSeries

/// Repeats what was seen: the last value (`season` 1), or the last season.
///
/// A missing value of the last season is taken from the season before it, and so on. Without a single value there, the
/// last value that was seen at all stands in.
public struct Naive: Sendable, Hashable {
  /// The season in steps; 1 repeats the last value.
  public var season: Int

  /// Repeats the last `season` values.
  public init(season: Int = 1) { self.season = season }

  /// The name under which its scores stand.
  public var name: String { season == 1 ? "naive" : "seasonal-naive" }

  /// The steps after the last row of each series.
  public func forecast(after history: Panel, horizon: Int) -> Forecast {
    Forecast(
      history.series.map { series in
        let point = (0..<horizon).map { value(of: series.values, ahead: $0 % season) }
        return Forecast.Series(name: series.name, index: series.index.following(horizon), point: point)
      })
  }

  private func value(of values: [Double], ahead: Int) -> Double {
    var position = values.count - season + ahead
    while position >= 0 {
      if !values[position].isNaN { return values[position] }
      position -= season
    }
    return values.last { !$0.isNaN } ?? .nan
  }
}
