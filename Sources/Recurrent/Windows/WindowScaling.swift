import Glibc

/// How the numbers of one window are brought near zero before the network sees them, and back afterwards.
public struct WindowScaling: Sendable, Codable, Equatable {
  /// What is subtracted.
  public enum Level: String, Sendable, Codable, CaseIterable {
    case none, last, mean, median
  }

  /// What is divided by.
  public enum Spread: String, Sendable, Codable, CaseIterable {
    case none
    case deviation
    /// The mean distance from the level, which an outlier moves less than the deviation.
    case meanAbsoluteDeviation
  }

  /// What is subtracted.
  public var level: Level
  /// What is divided by.
  public var spread: Spread
  /// Work on logarithms. Windows that reach zero or below are lifted above it first.
  public var logarithm: Bool
  /// Only this many of the newest steps decide level and spread; nil takes the whole lookback.
  public var recent: Int?
  /// Multiplies what was brought near zero, where that leaves numbers that are small beside 1, such as logarithms.
  public var factor: Double

  /// The defaults keep the last value as the level, as the naive forecast does.
  public init(
    level: Level = .last, spread: Spread = .meanAbsoluteDeviation, logarithm: Bool = false, recent: Int? = nil,
    factor: Double = 1
  ) {
    self.level = level
    self.spread = spread
    self.logarithm = logarithm
    self.recent = recent
    self.factor = factor
  }

  func check() throws(RecurrentError) {
    try RecurrentError.require(factor > 0 && factor.isFinite, "factor", factor, "a number above 0")
    try RecurrentError.require(
      recent.map { (1...NetworkOptions.mostSteps).contains($0) } ?? true, "recent", recent ?? 0,
      "1 step or more, and at most \(NetworkOptions.mostSteps)")
  }

  /// The scale of one window.
  /// - Parameter values: the lookback in time order; NaN is missing.
  func scale(of values: ArraySlice<Double>) -> WindowScale {
    let seen = values.filter(\.isFinite)
    guard !seen.isEmpty else { return WindowScale(level: 0, spread: 1 / factor, offset: logarithm ? 1 : nil) }
    let mean = seen.reduce(0, +) / Double(seen.count)
    var offset: Double?
    if logarithm {
      let lowest = seen.reduce(seen[0], min)
      // Lifted so that the lowest value stands at one hundredth of the range, or at 1 when all are equal.
      let range = seen.reduce(seen[0], max) - lowest
      offset = lowest > 0 ? 0 : (range > 0 ? range / 100 : 1) - lowest
    }
    let window = recent.map { values.suffix($0).filter(\.isFinite) } ?? seen
    let numbers = (window.isEmpty ? seen : window).map { value in offset.map { log(value + $0) } ?? value }
    let center: Double
    switch level {
    case .none: center = 0
    case .last: center = numbers[numbers.count - 1]
    case .mean: center = numbers.reduce(0, +) / Double(numbers.count)
    case .median: center = Self.median(numbers)
    }
    let width: Double
    switch spread {
    case .none:
      return WindowScale(level: center, spread: 1 / factor, offset: offset, mean: mean)
    case .deviation:
      let mean = numbers.reduce(0, +) / Double(numbers.count)
      width = (numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(numbers.count)).squareRoot()
    case .meanAbsoluteDeviation:
      let middle = level == .median ? center : Self.median(numbers)
      width = numbers.reduce(0) { $0 + abs($1 - middle) } / Double(numbers.count)
    }
    // A constant window has no spread of its own: it is left in units of its own size.
    let size = numbers.reduce(0) { max($0, abs($1)) }
    let floor = 1e-6 * size
    let spread = width > floor ? width : (size > 0 ? size : 1)
    return WindowScale(level: center, spread: spread / factor, offset: offset, mean: mean)
  }

  private static func median(_ numbers: [Double]) -> Double {
    let sorted = numbers.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}

/// Level and spread of one window.
struct WindowScale: Sendable, Equatable {
  var level: Double
  var spread: Double
  /// Added before the logarithm; nil when no logarithm is taken.
  var offset: Double?
  /// The mean of all that the window has seen, in the series' units.
  var mean = 0.0

  /// From the series' units to what the network works in, before level and spread.
  func transform(_ value: Double) -> Double {
    guard let offset else { return value }
    // A later value may lie below all that the window has seen; the logarithm must stay finite.
    return log(max(value + offset, 1e-9 * max(abs(offset), 1)))
  }

  func scaled(_ value: Double) -> Double { (transform(value) - level) / spread }

  /// `anchor` moved by `correction` units of the spread, in the series' units. A correction of 0 gives `anchor` itself.
  func moved(_ anchor: Double, by correction: Double) -> Double {
    guard let offset else { return anchor + spread * correction }
    let factor = exp(spread * correction)
    return anchor * factor + offset * (factor - 1)
  }

  /// A number in scaled units back in the series' units, and the slope there: the inverse of `scaled`.
  func restored(_ value: Double) -> (value: Double, slope: Double) {
    let worked = level + spread * value
    guard let offset else { return (worked, spread) }
    return (exp(worked) - offset, spread * exp(worked))
  }

  /// The level in the series' units: what a network without anchors starts from.
  var origin: Double { offset.map { exp(level) - $0 } ?? level }
}
