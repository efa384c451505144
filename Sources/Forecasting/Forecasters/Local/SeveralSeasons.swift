import Foundation
import TimeSeries

/// A method on the values without several seasons, whose next cycles are put back on its forecast (as Bandara, Hyndman &
/// Bergmeir 2021 do with MSTL): a day and a week of hours at once.
///
/// Seasons are multiplied where all values are above zero and their logarithms repeat themselves more; the forecast is the
/// median then. The newest ``SeveralSeasons/most`` values are looked at, and the method learns from the newest
/// ``SeveralSeasons/mostRest`` of the rest.
public struct SeveralSeasons: LocalMethod {
  public static let kind = "several-seasons-method"

  /// The most values that are taken apart.
  public static let most = 100_000
  /// The most values of the rest that the method learns from.
  public static let mostRest = 4000

  /// The seasons in steps; nil for those that each series shows. Two cycles of each must be there.
  public var periods: [Int]?
  /// How they join the rest; nil for what suits each series.
  public var joining: SeasonKind?
  /// What forecasts the rest.
  @Kinded public private(set) var method: any LocalMethod
  /// That of the series, where it is known; it tells which seasons are looked for where none are given.
  private var frequency: Frequency?

  /// A method on what several seasons leave.
  public init(
    periods: [Int]? = nil, joining: SeasonKind? = nil, method: any LocalMethod = ExponentialSmoothing(nil)
  ) {
    self.periods = periods
    self.joining = joining
    self.method = method
  }

  public var name: String { "mstl" }

  public func suited(to frequency: Frequency) -> SeveralSeasons {
    var suited = self
    suited.frequency = frequency
    return suited
  }

  public func fit(_ values: [Double], season: Int) -> some FittedLocalMethod {
    let newest = Array(values.suffix(SeveralSeasons.most))
    let found =
      if let periods { FoundSeasons(among: newest, periods: periods) } else {
        FoundSeasons(in: newest, of: frequency ?? .counted(season: season))
      }
    let scale = SeasonScale(newest, joining: joining ?? found.kind)
    let scaled = scale.applied(to: newest)
    let parts = SeasonalDecomposition(scaled, periods: found.periods)
    let rest = Array(parts.rest(of: scaled).suffix(SeveralSeasons.mostRest))
    return FittedSeveralSeasons(
      scale: scale, periods: found.periods, widths: parts.widths, next: parts.next, variance: parts.variance,
      count: newest.count, first: newest.count - rest.count, method: method.fit(rest, season: 1))
  }
}

/// What seasons are added to: values, or their logarithms where seasons are multiplied.
struct SeasonScale: Sendable, Hashable, Codable {
  let joining: SeasonKind
  /// The smallest and the largest training value.
  let least: Double
  let largest: Double

  init(_ values: [Double], joining: SeasonKind) {
    least = values.min() ?? 0
    largest = values.max() ?? 0
    self.joining = least > 0 ? joining : .additive
  }

  var isSound: Bool { joining == .additive || (least > 0 && largest >= least) }

  /// A value that has no logarithm stands at the smallest training value.
  func applied(to values: [Double]) -> [Double] {
    joining == .additive ? values : values.map { log($0 > 0 ? $0 : least) }
  }

  /// The forecast in the units of the values. Nothing stands above ten times the largest training value: a trend of
  /// logarithms knows no end. The deviation is half of the way from one deviation below to one above.
  func restored(_ forecast: LocalForecast) -> LocalForecast {
    guard joining == .multiplicative else { return forecast }
    let ceiling = log(10 * largest)
    let point = forecast.point.map { exp(min($0, ceiling)) }
    return LocalForecast(
      point: point, deviation: forecast.deviation.map { zip(point, $0).map { $0 * sinh(min($1, 2)) } })
  }
}

/// Several seasons, and a method fitted on what they leave.
struct FittedSeveralSeasons: FittedLocalMethod {
  static let kind = "several-seasons-fit"

  var scale: SeasonScale
  var periods: [Int]
  /// How each season is smoothed over the steps of its cycle.
  var widths: [Int]
  /// The cycle of each season that follows the training values.
  var next: [[Double]]
  /// What the seasons add to the variance of the method's errors.
  var variance: Double
  /// Training values.
  var count: Int
  /// The first training value that the method was fitted on.
  var first: Int
  @Kinded var method: any FittedLocalMethod

  func checkStored() throws(SavingError) {
    try require(scale.isSound, "a range from \(scale.least) to \(scale.largest)")
    try require(periods.allSatisfy(Stored.steps.contains), "the seasons \(periods)")
    try require(periods == next.map(\.count), "seasons of other lengths than it says")
    try require(widths.count == periods.count && widths.allSatisfy { $0 >= 0 }, "the widths \(widths)")
    try require(count >= 1 && (0..<count).contains(first), "a first row \(first) of \(count)")
  }

  var parameters: [ForecasterParameter] {
    let lengths = periods.map(String.init).joined(separator: " and ")
    let seasons = periods.isEmpty ? "none" : "\(scale.joining.rawValue), \(lengths) steps"
    return [.init("season", seasons)] + method.parameters
  }

  func forecast(after values: [Double], offset: Int, horizon: Int) -> LocalForecast {
    let newest = scale.applied(to: Array(values.suffix(SeveralSeasons.most)))
    // The first of them, and the step after the last, counted from the first training value.
    let start = offset + values.count - newest.count
    let end = start + newest.count
    var (rest, cycles) = (newest, next)
    if newest.count >= 2 * (periods.max() ?? 0) {
      let parts = SeasonalDecomposition(newest, periods: periods, widths: widths)
      (rest, cycles) = (parts.rest(of: newest), parts.next)
    } else {
      // Too few rows to see the seasons again: they go on as the training rows had them.
      for (period, cycle) in zip(periods, next) {
        for step in rest.indices { rest[step] -= cycle[wrapped(start + step - count, period)] }
      }
      cycles = zip(periods, next).map { period, cycle in
        (0..<period).map { cycle[wrapped(end + $0 - count, period)] }
      }
    }
    let newestRest = Array(rest.suffix(SeveralSeasons.mostRest))
    var found = method.forecast(after: newestRest, offset: end - newestRest.count - first, horizon: horizon)
    for cycle in cycles { for step in 0..<horizon { found.point[step] += cycle[step % cycle.count] } }
    found.deviation = found.deviation?.map { ($0 * $0 + variance).squareRoot() }
    return scale.restored(found)
  }

  private func wrapped(_ step: Int, _ period: Int) -> Int {
    let rest = step % period
    return rest < 0 ? rest + period : rest
  }
}
