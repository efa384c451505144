/// How a season joins the rest of a series.
public enum SeasonKind: String, Sendable, Hashable, Codable, CaseIterable {
  /// It is added: swings keep their size.
  case additive
  /// It is multiplied: swings grow with the level.
  case multiplicative
}

/// The classical decomposition, as the M competitions use it.
enum Seasonality {
  /// Whether the autocorrelation at a season's lag stands out of the noise at 90 %, with three seasons at least: the
  /// test that the M4 competition makes before it adjusts a series.
  static func isSignificant(_ values: [Double], period: Int) -> Bool {
    guard period > 1, values.count >= 3 * period, let correlations = values.autocorrelations(period) else {
      return false
    }
    let noise = 1 + 2 * correlations.dropLast().reduce(0) { $0 + $1 * $1 }
    return abs(correlations[period - 1]) > 1.645 * (noise / Double(values.count)).squareRoot()
  }

  /// The indices of a season, that of the first value first: factors with mean 1, or differences with mean 0.
  ///
  /// Each is the mean, over its steps, of the ratio (difference) of the values and their centred moving average over
  /// one season.
  ///
  /// - Parameters:
  ///   - values: two seasons at least, without gaps; above zero for factors.
  ///   - known: whether a value was read; what was filled in does not count.
  static func indices(_ values: [Double], period: Int, kind: SeasonKind, known: [Bool]? = nil) -> [Double] {
    let half = period / 2
    var sums = [Double](repeating: 0, count: period)
    var counts = [Int](repeating: 0, count: period)
    for center in half..<max(half, values.count - half) {
      let trend = movingAverage(values, at: center, period: period)
      guard known?[center] ?? true else { continue }
      sums[center % period] += kind == .additive ? values[center] - trend : values[center] / trend
      counts[center % period] += 1
    }
    let neutral = kind == .additive ? 0.0 : 1.0
    let raw = zip(sums, counts).map { $1 > 0 ? $0 / Double($1) : neutral }
    let level = raw.mean
    return raw.map { kind == .additive ? $0 - level : $0 / level }
  }

  /// The mean over one season around a step; an even season takes half of each end.
  private static func movingAverage(_ values: [Double], at center: Int, period: Int) -> Double {
    let half = period / 2
    var sum = 0.0
    for step in center - half...center + half { sum += values[step] }
    if period % 2 == 0 { sum -= (values[center - half] + values[center + half]) / 2 }
    return sum / Double(period)
  }
}
