import TimeSeries

/// Takes seasons out of each series, by the indices of the classical decomposition of its training rows.
///
/// A series with fewer than two seasons of training rows keeps its values.
public struct Deseasonalize: Transform, Hashable {
  /// How a season is taken out.
  public enum Method: String, Sendable, CaseIterable {
    /// Subtracted.
    case additive
    /// Divided by; every value must be above zero.
    case multiplicative
    /// Where the M4 competition's test finds it (90 %): divided by if all values are above zero, else subtracted.
    case auto
  }

  /// How a season is taken out.
  public var method: Method
  /// The seasons in steps, taken out from the shortest to the longest; nil for the usual one of the frequency.
  public var periods: [Int]?

  /// Takes seasons out.
  public init(_ method: Method, periods: [Int]? = nil) {
    self.method = method
    self.periods = periods
  }

  public func fit(_ panel: Panel) throws -> some FittedTransform {
    FittedDeseasonalize(
      seasons: try panel.bySeries { series in
        let periods = (periods ?? [series.index.frequency.usualSeason]).filter { $0 > 1 }.sorted()
        return .init(start: series.index, cycles: try cycles(of: series, periods: periods))
      })
  }

  private func cycles(of series: Series, periods: [Int]) throws(ForecastingError) -> [SeasonalCycle] {
    let known = series.values.map { !$0.isNaN }
    var values = series.values.interpolated()
    var cycles: [SeasonalCycle] = []
    for period in periods where values.count >= 2 * period {
      if method == .auto, !Seasonality.isSignificant(values, period: period) { continue }
      let lowest = values.min() ?? 0
      if method == .multiplicative, lowest <= 0 {
        throw .notPositiveToDivide(series: series.name, value: lowest, stage: "deseasonalize")
      }
      let kind: SeasonKind = method == .additive || lowest <= 0 ? .additive : .multiplicative
      let cycle = SeasonalCycle(
        kind: kind, indices: Seasonality.indices(values, period: period, kind: kind, known: known))
      values = values.indices.map { cycle.removed(from: values[$0], at: $0) }
      cycles.append(cycle)
    }
    return cycles
  }
}

/// The indices of one season.
struct SeasonalCycle: Sendable, Hashable, Codable {
  var kind: SeasonKind
  /// The first is that of step 0.
  var indices: [Double]

  func removed(from value: Double, at step: Int) -> Double {
    let index = indices[wrapped(step)]
    return kind == .additive ? value - index : value / index
  }

  func restored(to value: Double, at step: Int) -> Double {
    let index = indices[wrapped(step)]
    return kind == .additive ? value + index : value * index
  }

  private func wrapped(_ step: Int) -> Int {
    let rest = step % indices.count
    return rest < 0 ? rest + indices.count : rest
  }
}

/// The seasons of the series that a ``Deseasonalize`` was fitted on.
struct FittedDeseasonalize: FittedSeriesTransform {
  static let kind = "deseasonalize"

  struct Seasons: Sendable, Codable {
    /// The index that step 0 of the cycles belongs to: rows of another start keep their phase in the season.
    var start: TimeIndex
    var cycles: [SeasonalCycle]
  }

  let seasons: [String: Seasons]

  var learned: [String: Seasons] { seasons }

  func checkStored() throws(SavingError) {
    for (series, found) in seasons {
      try require(found.cycles.allSatisfy { !$0.indices.isEmpty }, "a season of no steps for \(series)")
    }
  }

  func prepared(_ series: Series, by seasons: Seasons) -> [Double] {
    let offset = series.index.offset(from: seasons.start)
    return series.values.enumerated().map { step, value in
      seasons.cycles.reduce(value) { $1.removed(from: $0, at: step + offset) }
    }
  }

  func restored(_ values: [Double], over index: TimeIndex, by seasons: Seasons) -> [Double] {
    let offset = index.offset(from: seasons.start)
    return values.enumerated().map { step, value in
      seasons.cycles.reversed().reduce(value) { $1.restored(to: $0, at: step + offset) }
    }
  }
}
