/// What one number of a forecast is.
public enum PredictedNumber: Sendable, Codable, Hashable {
  /// The forecast itself: the median of quantiles, the center of a normal or Student's distribution, the mean of counts.
  case point
  /// The number that lies above this share of the outcomes.
  case quantile(Double)

  func value(point: Double, quantile: (_ probability: Double) -> Double) -> Double {
    switch self {
    case .point: point
    case .quantile(let probability): quantile(probability)
    }
  }
}

/// The forecasts of a set of windows, in the series' own units.
public struct Predictions: Sendable, Equatable {
  /// How many windows were forecast.
  public let windows: Int
  /// Steps in each forecast.
  public let horizon: Int
  /// What the numbers of each step are: the point first, then rising quantiles.
  public let numbers: [PredictedNumber]
  /// (windows × horizon × outputs)
  public let values: [Double]

  /// Numbers for each step: 1 for a point forecast.
  public var outputs: Int { numbers.count }

  /// Number `output` of step `step` (from 0) of window `window`; 0 is the point forecast.
  public subscript(window: Int, step: Int, output: Int = 0) -> Double {
    values[(window * horizon + step) * outputs + output]
  }

  /// The quantile at `probability`; nil if it was not asked for.
  public func quantile(_ probability: Double, window: Int, step: Int) -> Double? {
    let wanted = PredictedNumber.quantile(Self.rounded(probability))
    return numbers.firstIndex(of: wanted).map { self[window, step, $0] }
  }

  /// The bounds between which the share `level` of the outcomes is expected; nil if they were not asked for.
  public func interval(_ level: Double, window: Int, step: Int) -> (lower: Double, upper: Double)? {
    let bounds = Self.bounds(of: level)
    guard let lower = quantile(bounds[0], window: window, step: step),
      let upper = quantile(bounds[1], window: window, step: step)
    else { return nil }
    return (lower, upper)
  }

  /// The quantiles between which the share `level` of the outcomes lies: 0.1 and 0.9 for 0.8.
  static func bounds(of level: Double) -> [Double] { [rounded((1 - level) / 2), rounded((1 + level) / 2)] }

  /// So that (1 − 0.8) / 2 is 0.1.
  private static func rounded(_ probability: Double) -> Double { (probability * 1e9).rounded() / 1e9 }

  /// The point and the quantiles that intervals need, in rising order, if `head` can give them.
  static func numbers(
    levels: [Double], quantiles: [Double], from head: HeadKind
  ) throws(RecurrentError) -> [PredictedNumber] {
    for level in levels where !(level > 0 && level < 1) {
      throw .badOption(name: "level", value: "\(level)", wanted: "between 0 and 1, such as 0.8 for an 80 % interval")
    }
    for quantile in quantiles where !(quantile > 0 && quantile < 1) {
      throw .badOption(name: "quantile", value: "\(quantile)", wanted: "between 0 and 1")
    }
    let wanted = Set(levels.flatMap(bounds) + quantiles.map(rounded)).sorted()
    switch head {
    case .point:
      if let first = levels.first ?? quantiles.first {
        throw .badOption(
          name: levels.isEmpty ? "quantile" : "level", value: "\(first)",
          wanted: "left out for a point forecast, which has no intervals; choose a head that gives a distribution")
      }
    case .quantiles(let trained):
      for quantile in wanted where !trained.contains(where: { rounded($0) == quantile }) {
        throw .badOption(
          name: "quantile", value: "\(quantile)",
          wanted: "one that was trained: \(trained.map(\.description).joined(separator: ", "))")
      }
    case .gaussian, .studentT, .negativeBinomial: break
    }
    return [.point] + wanted.map { .quantile($0) }
  }
}
