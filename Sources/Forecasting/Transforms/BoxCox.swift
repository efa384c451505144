import Foundation
import TimeSeries

/// The power transform of Box and Cox (1964): (x^λ − 1) / λ, and log x for λ = 0. It evens out swings that grow with
/// their level.
public struct BoxCox: Transform, Hashable {
  /// How λ is chosen for each series, between 0 and 2.
  public enum Choice: String, Sendable, CaseIterable {
    /// The largest likelihood of a normal distribution (Box & Cox 1964).
    case likelihood
    /// The most even ratio of each season's spread to its level (Guerrero 1993).
    case guerrero
  }

  /// λ for every series; nil to choose one for each.
  public var lambda: Double?
  /// How it is chosen.
  public var choice: Choice
  /// What is added to each value first; nil for nothing where all training values are above zero, and otherwise as much
  /// as puts their minimum a tenth of their range above it.
  public var offset: Double?
  /// The season of Guerrero's method in steps; nil for the usual one of the frequency, and 2 where there is none.
  public var season: Int?

  /// A power transform.
  public init(lambda: Double? = nil, choice: Choice = .guerrero, offset: Double? = nil, season: Int? = nil) {
    self.lambda = lambda
    self.choice = choice
    self.offset = offset
    self.season = season
  }

  public func fit(_ panel: Panel) throws -> some FittedTransform {
    FittedBoxCox(powers: try panel.bySeries { try power(of: $0) })
  }

  private func power(of series: Series) throws(ForecastingError) -> BoxCoxPower {
    let values = series.values.filter { !$0.isNaN }
    guard let lowest = values.min(), let highest = values.max() else { throw .nothingRead(series: series.name) }
    let offset = offset ?? (lowest > 0 ? 0 : max(highest - lowest, 1) / 10 - lowest)
    guard lowest + offset > 0 else { throw .notPositive(series: series.name, value: lowest + offset) }
    let shifted = values.map { $0 + offset }
    let lambda: Double
    switch (self.lambda, choice) {
    case (let fixed?, _): lambda = fixed
    case (nil, .likelihood): lambda = BoxCoxPower.likeliest(for: shifted)
    case (nil, .guerrero):
      lambda = BoxCoxPower.evenest(for: shifted, season: max(2, season ?? series.index.frequency.usualSeason))
    }
    return BoxCoxPower(lambda: lambda, offset: offset, largest: highest + offset)
  }
}

/// λ and offset of one series.
struct BoxCoxPower: Sendable, Hashable, Codable {
  var lambda: Double
  var offset: Double
  /// The largest training value, offset included.
  var largest: Double

  func applied(to value: Double) -> Double { BoxCoxPower.transform(value + offset, lambda) }

  /// The value before the transform. What lies outside of the transform's range stands at its end: nothing below zero
  /// (λ > 0), nothing above ten times the largest training value (λ < 0, where the range ends at −1/λ).
  func inverted(_ value: Double) -> Double {
    if lambda == 0 { return exp(value) - offset }
    let base = lambda * value + 1
    if lambda < 0 {
      let highest = 10 * largest
      return (base > 0 ? min(pow(base, 1 / lambda), highest) : highest) - offset
    }
    return (base > 0 ? pow(base, 1 / lambda) : 0) - offset
  }

  private static func transform(_ value: Double, _ lambda: Double) -> Double {
    lambda == 0 ? log(value) : expm1(lambda * log(value)) / lambda
  }

  static func likeliest(for values: [Double]) -> Double {
    let logarithms = values.map { log($0) }.reduce(0, +)
    let best = minimum(in: 0...2) { lambda in
      let spread = values.map { transform($0, lambda) }.populationDeviation
      return Double(values.count) * log(spread) - (lambda - 1) * logarithms
    }
    return best < 1e-6 ? 0 : best
  }

  static func evenest(for values: [Double], season: Int) -> Double {
    let seasons = values.count / season
    guard seasons >= 2 else { return 1 }
    let first = values.count - seasons * season
    let parts = (0..<seasons).map { Array(values[(first + $0 * season)..<(first + ($0 + 1) * season)]) }
    let moments = parts.map { part in
      let mean = part.mean
      return (mean: mean, spread: (part.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(season - 1)).squareRoot())
    }
    let best = minimum(in: 0...2) { lambda in
      let ratios = moments.map { $0.spread / pow($0.mean, 1 - lambda) }
      let mean = ratios.mean
      return mean > 0 ? ratios.populationDeviation / mean : 0
    }
    return best < 1e-6 ? 0 : best
  }
}

/// The powers of the series that a ``BoxCox`` was fitted on.
struct FittedBoxCox: FittedSeriesTransform {
  static let kind = "box-cox"

  let powers: [String: BoxCoxPower]

  var learned: [String: BoxCoxPower] { powers }

  func prepared(_ series: Series, by power: BoxCoxPower) throws -> [Double] {
    try series.values.map { value in
      if value + power.offset <= 0 {
        throw ForecastingError.notPositive(series: series.name, value: value + power.offset)
      }
      return power.applied(to: value)
    }
  }

  func restored(_ values: [Double], over index: TimeIndex, by power: BoxCoxPower) -> [Double] {
    values.map { power.inverted($0) }
  }
}
