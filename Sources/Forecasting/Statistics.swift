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
}
