import Foundation
import TimeSeries

/// A method that looks at one series at a time, such as exponential smoothing.
public protocol LocalMethod: SavedPart {
  /// What it becomes on the training values of a series.
  associatedtype Fitted: FittedLocalMethod

  /// What the method is called in pipelines and scores.
  var name: String { get }

  /// The values with their gaps closed; the first is known. A method that passes over gaps leaves them open.
  func closingGaps(_ values: [Double], season: Int) -> [Double]

  /// The method with what the frequency of a series tells beside its usual season; itself where that is nothing.
  func suited(to frequency: Frequency) -> Self

  /// Learns from the training values of one series: at least one, without gaps.
  func fit(_ values: [Double], season: Int) -> Fitted

  /// Every kind of part that a saved model may hold of it: the method, `Fitted`, and what they hold behind a protocol.
  static var savedParts: [any SavedPart.Type] { get }
}

extension LocalMethod {
  public static var savedParts: [any SavedPart.Type] { [Self.self, Fitted.self] }

  public func suited(to frequency: Frequency) -> Self { self }

  /// Gaps closed by straight lines, an open end by the last known value.
  public func closingGaps(_ values: [Double], season: Int) -> [Double] { values.interpolated() }
}

/// A local method with what it learned of one series.
public protocol FittedLocalMethod: SavedPart {
  /// The steps after the last of the values.
  ///
  /// - Parameters:
  ///   - values: at least one, without gaps.
  ///   - offset: how many steps the first value is after the first training value.
  func forecast(after values: [Double], offset: Int, horizon: Int) -> LocalForecast

  /// What it learned, for people.
  var parameters: [ForecasterParameter] { get }
}

extension FittedLocalMethod {
  public var parameters: [ForecasterParameter] { [] }
}

/// The forecast of a local method.
public struct LocalForecast: Sendable, Hashable {
  /// The mean, one value a step.
  public var point: [Double]
  /// The standard deviation of the error, one value a step; nil where the theory gives none.
  public var deviation: [Double]?
  /// Equally likely outcomes of each step in ascending order, for what is not distributed normally: demands that are
  /// often zero. Intervals are made of them where they are given.
  public var outcomes: [[Double]]?

  /// A forecast with or without the deviations of its errors.
  public init(point: [Double], deviation: [Double]? = nil, outcomes: [[Double]]? = nil) {
    self.point = point
    self.deviation = deviation
    self.outcomes = outcomes
  }

  /// The prediction interval of a level; nil where neither outcomes nor deviations are known. Its bounds are outcomes,
  /// or those of a normal distribution.
  public func interval(level: Double) -> Forecast.Interval? {
    if let outcomes {
      func bound(_ share: Double) -> [Double] {
        outcomes.map { $0[min(max(Int((share * Double($0.count)).rounded(.up)) - 1, 0), $0.count - 1)] }
      }
      return .init(level: level, lower: bound((1 - level) / 2), upper: bound((1 + level) / 2))
    }
    guard let deviation else { return nil }
    let reach = NormalDistribution.reach(of: level)
    return .init(
      level: level, lower: zip(point, deviation).map { $0 - reach * $1 },
      upper: zip(point, deviation).map { $0 + reach * $1 })
  }
}

/// Forecasts each series of a panel by a local method, with its prediction intervals.
///
/// The method closes gaps; rows before the first known value are left out. With a sample of the series nothing is kept of
/// any: each is fitted wherever it is forecast, and so are those that the sample does not have.
public struct LocalForecaster: Forecaster {
  /// The method.
  public var method: any LocalMethod
  /// The season in steps; nil for the usual one of the frequency.
  public var season: Int?
  /// The levels of the prediction intervals, between 0 and 1.
  public var levels: [Double]

  /// A forecaster of each series on its own.
  public init(_ method: any LocalMethod, season: Int? = nil, levels: [Double] = []) {
    self.method = method
    self.season = season
    self.levels = levels.sorted()
  }

  /// Those of the methods of this library; a method from elsewhere has its own beside them.
  public static var savedParts: [any SavedPart.Type] {
    [FittedLocalForecaster.self] + SeveralSeasons.savedParts + IntermittentMethod.savedParts
      + Baseline.allCases.flatMap { type(of: $0.method).savedParts }
  }

  public var isLocal: Bool { true }
  public var forecastsUnseen: Bool { true }

  public func fit(_ panel: Panel, shape: WindowShape, context: FitContext) throws -> some FittedForecaster {
    let fitting = LocalFitting(method: method, season: season)
    var fits: [String: FittedLocalForecaster.Fit] = [:]
    if shape.sample == nil {
      let found = try panel.series.concurrentMap(threads: context.threads) { series in
        try context.checkTime()
        return try fitting.fit(series)
      }
      fits = Dictionary(zip(panel.series.map(\.name), found)) { first, _ in first }
    }
    return FittedLocalForecaster(
      method: method, fits: fits, anew: shape.sample == nil ? nil : .init(season: season), horizon: shape.horizon,
      levels: levels)
  }
}

/// How a local method is fitted to a series.
private struct LocalFitting: Sendable {
  var method: any LocalMethod
  /// In steps; nil for the usual one of the frequency.
  var season: Int?

  func fit(_ series: Series) throws -> FittedLocalForecaster.Fit {
    let frequency = series.index.frequency
    let values = try series.knownValues()
    let method = season == nil ? method.suited(to: frequency) : method
    let season = season ?? frequency.usualSeason
    return FittedLocalForecaster.Fit(
      start: series.index, first: series.count - values.count, season: season,
      method: method.fit(method.closingGaps(values, season: season), season: season))
  }
}

/// What a local method learned of each series.
struct FittedLocalForecaster: FittedForecaster {
  static let kind = "local"

  struct Fit: Sendable, Codable {
    var start: TimeIndex
    /// The step of the first known training value.
    var first: Int
    var season: Int
    @Kinded var method: any FittedLocalMethod
  }

  struct Anew: Sendable, Codable {
    /// In steps; nil for the usual one of the frequency.
    var season: Int?
  }

  @Kinded var method: any LocalMethod
  let fits: [String: Fit]
  /// How each series is fitted wherever it is forecast; nil where only those can be that it was fitted to.
  let anew: Anew?
  let horizon: Int
  let levels: [Double]

  /// Those of the series in the order of their names; each once where all series share them.
  func checkStored() throws(SavingError) {
    try require(Stored.horizons.contains(horizon), "a horizon of \(horizon) steps")
    try require(Stored.areLevels(levels), "the levels \(levels)")
    if let season = anew?.season { try require(Stored.steps.contains(season), "a season of \(season) steps") }
    for (series, fit) in fits {
      try require(Stored.steps.contains(fit.season), "a season of \(fit.season) steps for \(series)")
      try require(
        (0...fit.start.count).contains(fit.first), "a first row \(fit.first) of \(fit.start.count) for \(series)")
    }
  }

  func fits(_ shape: WindowShape) -> Bool { horizon == shape.horizon }

  var parameters: [ForecasterParameter] {
    let found = fits.sorted { $0.key < $1.key }.map { ($0.key, $0.value.method.parameters) }
    guard let first = found.first?.1, found.contains(where: { $0.1 != first }) else { return found.first?.1 ?? [] }
    return found.flatMap { series, parameters in parameters.map { .init($0.name, $0.value, series: series) } }
  }

  func forecast(after history: Panel) throws -> Forecast {
    let fitting = anew.map { LocalFitting(method: method, season: $0.season) }
    return Forecast(
      try history.series.map { series in
        let fit = try fitting?.fit(series) ?? fits.learned(of: series.name)
        let values = try series.knownValues()
        let first = series.count - values.count
        let start = series.index.offset(from: fit.start)
        let found = fit.method.forecast(
          after: method.closingGaps(values, season: fit.season), offset: start + first - fit.first, horizon: horizon)
        return Forecast.Series(
          name: series.name, index: series.index.following(horizon), point: found.point,
          intervals: levels.compactMap { found.interval(level: $0) })
      })
  }
}

extension Series {
  /// The values from the first known one on.
  fileprivate func knownValues() throws(ForecastingError) -> [Double] {
    let known = values.drop(while: \.isNaN)
    if known.isEmpty { throw .nothingRead(series: name) }
    return Array(known)
  }
}

extension Array where Element: Sendable {
  /// What the work makes of each element, in order; several threads share the elements.
  func concurrentMap<Result: Sendable>(
    threads: Int, _ work: @Sendable (Element) throws -> Result
  ) throws -> [Result] {
    let count = Swift.min(Swift.max(1, threads), self.count)
    guard count > 1 else { return try map(work) }
    var results = [Swift.Result<Result, any Error>?](repeating: nil, count: self.count)
    results.withUnsafeMutableBufferPointer { buffer in
      // Every thread writes slots of its own, and the buffer outlives all of them.
      nonisolated(unsafe) let slots = buffer
      DispatchQueue.concurrentPerform(iterations: count) { thread in
        for position in Swift.stride(from: thread, to: self.count, by: count) {
          slots[position] = Swift.Result { try work(self[position]) }
        }
      }
    }
    return try results.compactMap { try $0?.get() }
  }
}
