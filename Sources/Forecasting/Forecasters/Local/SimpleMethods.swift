/// Repeats the last season, or the last value where the season is 1. Its error grows as that of a random walk (Hyndman
/// & Athanasopoulos 2021, section 5.5): σ√k for the k-th season ahead.
public struct NaiveMethod: LocalMethod {
  public static let kind = "naive-method"

  /// Whether it repeats the last season rather than the last value.
  public var isSeasonal: Bool

  /// Repeats the last season, or the last value.
  public init(isSeasonal: Bool = false) { self.isSeasonal = isSeasonal }

  public var name: String { isSeasonal ? "seasonal-naive" : "naive" }

  /// A missing value is the one a season before it; in the first season it is the last known one.
  public func closingGaps(_ values: [Double], season: Int) -> [Double] {
    let season = isSeasonal ? season : 1
    var closed = values
    for step in closed.indices.dropFirst() where closed[step].isNaN {
      closed[step] = closed[step >= season ? step - season : step - 1]
    }
    return closed
  }

  public func fit(_ values: [Double], season: Int) -> some FittedLocalMethod {
    let season = isSeasonal && values.count >= season ? season : 1
    let errors = values.indices.dropFirst(season).map { values[$0] - values[$0 - season] }
    return FittedNaive(season: season, deviation: errors.rootMeanSquare(lost: 0))
  }
}

struct FittedNaive: FittedLocalMethod {
  static let kind = "naive-fit"

  var season: Int
  var deviation: Double

  func checkStored() throws(SavingError) { try require(Stored.steps.contains(season), "a season of \(season) steps") }

  var parameters: [ForecasterParameter] { season > 1 ? [.init("season", "\(season)")] : [] }

  func forecast(after values: [Double], offset: Int, horizon: Int) -> LocalForecast {
    let season = min(season, values.count)
    return LocalForecast(
      point: (0..<horizon).map { values[values.count - season + $0 % season] },
      deviation: (0..<horizon).map { deviation * Double($0 / season + 1).squareRoot() })
  }
}

/// Draws the line from the first to the last value on: a random walk with drift (same source).
public struct DriftMethod: LocalMethod {
  public static let kind = "drift-method"

  /// A random walk with drift.
  public init() {}

  public var name: String { "drift" }

  public func fit(_ values: [Double], season: Int) -> some FittedLocalMethod {
    let slope = values.count > 1 ? (values[values.count - 1] - values[0]) / Double(values.count - 1) : 0
    let errors = values.indices.dropFirst().map { values[$0] - values[$0 - 1] - slope }
    return FittedDrift(slope: slope, deviation: errors.rootMeanSquare(lost: 1), count: values.count)
  }
}

struct FittedDrift: FittedLocalMethod {
  static let kind = "drift-fit"

  var slope: Double
  var deviation: Double
  /// Training values.
  var count: Int

  func checkStored() throws(SavingError) { try require(Stored.steps.contains(count), "\(count) rows") }

  var parameters: [ForecasterParameter] { [.init("drift", slope.text())] }

  func forecast(after values: [Double], offset: Int, horizon: Int) -> LocalForecast {
    let last = values[values.count - 1]
    return LocalForecast(
      point: (1...horizon).map { last + slope * Double($0) },
      deviation: (1...horizon).map { step in
        deviation * (Double(step) * (1 + Double(step) / Double(max(1, count - 1)))).squareRoot()
      })
  }
}

/// The mean of all values that were seen (same source).
public struct MeanMethod: LocalMethod {
  public static let kind = "mean-method"

  /// The mean.
  public init() {}

  public var name: String { "mean" }

  public func fit(_ values: [Double], season: Int) -> some FittedLocalMethod {
    let mean = values.mean
    return FittedMean(deviation: values.map { $0 - mean }.rootMeanSquare(lost: 1))
  }
}

struct FittedMean: FittedLocalMethod {
  static let kind = "mean-fit"

  var deviation: Double

  func forecast(after values: [Double], offset: Int, horizon: Int) -> LocalForecast {
    let error = deviation * (1 + 1 / Double(values.count)).squareRoot()
    return LocalForecast(
      point: Array(repeating: values.mean, count: horizon), deviation: Array(repeating: error, count: horizon))
  }
}

/// A method on the values without their season, which is put back on its forecast: the season is divided out where the
/// M4 competition's test finds one (subtracted where values of zero or below forbid that).
public struct AdjustedMethod: LocalMethod {
  public static let kind = "adjusted-method"

  /// What the method is called.
  public let name: String
  /// What forecasts the adjusted values.
  @Kinded public private(set) var method: any LocalMethod

  /// A method on adjusted values.
  public init(_ name: String, _ method: any LocalMethod) {
    self.name = name
    self.method = method
  }

  /// The benchmark of the M competitions: the last adjusted value.
  public static let naive2 = AdjustedMethod("naive2", NaiveMethod())

  /// Those of the methods of this library that are adjusted, too.
  public static var savedParts: [any SavedPart.Type] {
    [AdjustedMethod.self, FittedAdjusted.self] + NaiveMethod.savedParts + ThetaMethod.savedParts
  }

  public func fit(_ values: [Double], season: Int) -> some FittedLocalMethod {
    var cycle: SeasonalCycle?
    if Seasonality.isSignificant(values, period: season) {
      let kind: SeasonKind = values.allSatisfy { $0 > 0 } ? .multiplicative : .additive
      cycle = SeasonalCycle(kind: kind, indices: Seasonality.indices(values, period: season, kind: kind))
    }
    let adjusted = values.enumerated().map { step, value in cycle?.removed(from: value, at: step) ?? value }
    return FittedAdjusted(cycle: cycle, method: method.fit(adjusted, season: 1))
  }
}

struct FittedAdjusted: FittedLocalMethod {
  static let kind = "adjusted-fit"

  var cycle: SeasonalCycle?
  @Kinded var method: any FittedLocalMethod

  func checkStored() throws(SavingError) { try require(cycle?.indices.isEmpty != true, "a season of no steps") }

  var parameters: [ForecasterParameter] {
    let season = cycle.map { "\($0.kind.rawValue), \($0.indices.count) steps" } ?? "none"
    return [.init("season", season)] + method.parameters
  }

  func forecast(after values: [Double], offset: Int, horizon: Int) -> LocalForecast {
    guard let cycle else { return method.forecast(after: values, offset: offset, horizon: horizon) }
    let adjusted = values.enumerated().map { cycle.removed(from: $1, at: $0 + offset) }
    var found = method.forecast(after: adjusted, offset: offset, horizon: horizon)
    let first = values.count + offset
    found.point = found.point.enumerated().map { cycle.restored(to: $1, at: $0 + first) }
    if cycle.kind == .multiplicative {
      found.deviation = found.deviation?.enumerated().map { cycle.restored(to: $1, at: $0 + first) }
    }
    found.outcomes = found.outcomes?.enumerated().map { step, outcomes in
      outcomes.map { cycle.restored(to: $0, at: step + first) }
    }
    return found
  }
}

extension [Double] {
  /// The root of the mean square, with some degrees of freedom taken off the count; 0 of nothing.
  func rootMeanSquare(lost: Int) -> Double {
    let sum = reduce(0) { $0 + $1 * $1 }
    return (sum / Double(Swift.max(1, count - lost))).squareRoot()
  }
}
