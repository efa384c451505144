import TimeSeries

/// Prediction intervals that hold the share of outcomes which they promise, whatever the forecaster: split conformal
/// prediction for each step of the horizon (Vovk, Gammerman & Shafer 2005; Stankevičiūtė, Alaa & van der Schaar 2021).
///
/// The chain forecasts from rolling origins at the end of the training rows, fitted without them. How far it was off
/// there, over a scale of each window, decides how wide the intervals are: the ⌈(n + 1)·level⌉-th smallest of n errors
/// of a step, all series together. A forecaster that gives intervals of its own keeps their shape; they are widened or
/// narrowed by how far outcomes lay outside of them (conformalized quantile regression, Romano, Patterson & Candès 2019).
///
/// When the chain forecasts from later origins, as in a backtest without refit, its errors since the training rows take
/// the place of the oldest ones, so that the intervals follow the series (Gibbs & Candès 2021 for why they must).
public struct Calibration: Sendable, Hashable {
  /// The levels of the intervals, between 0 and 1, narrowest first.
  public var levels: [Double]
  /// How many origins, one step apart; nil for what the panel allows.
  public var origins: Int?
  /// The season of the scale, in steps; nil for the usual one of the frequency.
  public var season: Int?

  /// A calibration of some levels.
  public init(levels: [Double], origins: Int? = nil, season: Int? = nil) {
    self.levels = levels.sorted()
    self.origins = origins
    self.season = season
  }

  /// What a calibration comes to on a panel.
  struct Plan: Sendable, Hashable {
    var levels: [Double]
    var origins: Int
    var season: Int
    /// Steps at the end of each series that errors are measured on.
    var heldOut: Int
    /// The series whose errors are measured, by position; the others are too short for it.
    var measured: [Int]

    /// Errors of each step that come of it.
    var errors: Int { origins * measured.count }
  }

  /// - Throws: ``ForecastingError`` where a number of origins is asked for that the rows do not allow; nil takes what
  ///   there is.
  func plan(for panel: Panel, shape: WindowShape) throws(ForecastingError) -> Plan {
    let shortest = panel.series.map(\.count).min() ?? 0
    let season = max(1, season ?? panel.series.first?.index.frequency.usualSeason ?? 1)
    let count = origins ?? usualOrigins(series: panel.series.count, shortest: shortest, season: season, shape: shape)
    let errors = count * panel.series.count
    let isEnough = levels.last.map { errors >= Calibration.fewestErrors(for: $0) } ?? true
    let heldOut = shape.horizon + count - 1
    let short = panel.series.first { $0.count < heldOut + shape.length }
    if origins == nil, !isEnough || short != nil { return reduced(for: panel, shape: shape, season: season) }
    if let widest = levels.last, !isEnough {
      throw .tooFewErrors(
        level: widest, needed: Calibration.fewestErrors(for: widest), origins: count, series: panel.series.count)
    }
    if let short {
      throw .tooShort(
        series: short.name, steps: short.count, needed: heldOut + shape.length,
        reason: "lookback \(shape.lookback) + horizon \(shape.horizon) before \(count) origins of the calibration")
    }
    return Plan(levels: levels, origins: count, season: season, heldOut: heldOut, measured: Array(panel.series.indices))
  }

  /// Fewer errors than this have none that a level's share of them lies below.
  static func fewestErrors(for level: Double) -> Int {
    // 1e-9: 19 errors are enough for 0.95, though 0.95 / (1 − 0.95) is a little more than 19.
    Int((level / (1 - level) - 1e-9).rounded(.up))
  }

  /// About 500 errors of each step, a season, and four horizons: errors of origins nearer than a horizon to each other
  /// are much alike. Never more than a quarter of the shortest series.
  private func usualOrigins(series: Int, shortest: Int, season: Int, shape: WindowShape) -> Int {
    let least = ((levels.last.map(Calibration.fewestErrors) ?? 1) + series - 1) / max(1, series)
    let room = shortest - shape.length - shape.horizon + 1
    let wanted = wantedOrigins(series: series, season: season, shape: shape)
    return max(1, min(max(min(wanted, shortest / 4), least), room))
  }

  private func wantedOrigins(series: Int, season: Int, shape: WindowShape) -> Int {
    max(season, 4 * shape.horizon, (500 + series - 1) / max(1, series))
  }

  /// What a panel of few or short series allows: the origins in the last third of a series of the usual length, on those
  /// series that leave enough rows before them.
  private func reduced(for panel: Panel, shape: WindowShape, season: Int) -> Plan {
    let known = panel.series.map { $0.count - $0.firstKnown }
    let typical = known.sorted()[known.count / 2]
    let whole = shape.padding == .never ? shape.length : 0
    let least = max(whole, TrialPlan.least(season: season, typical: typical, horizon: shape.horizon))
    let room = min(typical / 3, typical - least) - shape.horizon + 1
    let wanted = wantedOrigins(series: panel.series.count, season: season, shape: shape)
    let origins = max(1, min(wanted, room))
    let heldOut = shape.horizon + origins - 1
    let measured = panel.series.indices.filter { known[$0] - heldOut >= least }
    return Plan(levels: levels, origins: origins, season: season, heldOut: heldOut, measured: measured)
  }
}
