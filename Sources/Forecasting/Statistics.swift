extension [Double] {
  /// The middle value, or the mean of the two in the middle; NaN of nothing.
  var median: Double { quantile(0.5) }

  /// The value below which a share of the values lies, with straight lines between order statistics (the rule that
  /// numpy uses, type 7 in R); NaN of nothing.
  func quantile(_ share: Double) -> Double {
    guard !isEmpty else { return .nan }
    let sorted = sorted()
    let position = share * Double(count - 1)
    let below = Int(position.rounded(.down))
    let above = Swift.min(below + 1, count - 1)
    return sorted[below] + (sorted[above] - sorted[below]) * (position - Double(below))
  }

  /// The mean; NaN of nothing.
  var mean: Double { isEmpty ? .nan : reduce(0, +) / Double(count) }

  /// The population standard deviation; NaN of nothing.
  var populationDeviation: Double {
    let center = mean
    return (reduce(0) { $0 + ($1 - center) * ($1 - center) } / Double(count)).squareRoot()
  }

  /// The median of the absolute distances from the median; NaN of nothing.
  var medianAbsoluteDeviation: Double {
    let center = median
    return map { abs($0 - center) }.median
  }

  /// Autocorrelations at the lags 1 to `lags`, with the number of values as divisor at every lag; nil where all values
  /// are equal.
  func autocorrelations(_ lags: Int) -> [Double]? {
    let center = mean
    let centered = map { $0 - center }
    let total = centered.reduce(0) { $0 + $1 * $1 }
    guard total > 0, lags >= 1, lags < count else { return nil }
    return (1...lags).map { lag in
      var sum = 0.0
      for step in lag..<count { sum += centered[step] * centered[step - lag] }
      return sum / total
    }
  }

  /// Gaps between known values closed by straight lines, open ends by the nearest known value. Nothing where no value
  /// is known.
  func interpolated() -> [Double] {
    guard let first = firstIndex(where: { !$0.isNaN }) else { return [] }
    var result = Fill(.linear).closed(self)
    for step in 0..<first { result[step] = self[first] }
    return result
  }
}
