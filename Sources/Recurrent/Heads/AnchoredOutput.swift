import Glibc

/// The raw row of one forecast: K·Q numbers of the head, then A logits that mix the anchors when there are several.
///
///     anchor_k = Σ_a softmax(logits)_a · anchor_a,k
struct AnchoredOutput: Sendable {
  let head: any ForecastHead
  let horizon: Int
  /// A
  let anchors: Int

  /// K·Q
  var headOutputs: Int { horizon * head.outputs }
  /// The length of a raw row.
  var outputs: Int { headOutputs + (anchors > 1 ? anchors : 0) }
  /// The length of the scratch space that `loss` needs.
  var scratchCount: Int { 2 * headOutputs + 3 * horizon + anchors }

  /// Writes the share of each anchor (A); exactly 1 when there is only one.
  func mix<S: Scalar>(_ raw: UnsafePointer<S>, to shares: UnsafeMutablePointer<Double>) {
    guard anchors > 1 else {
      if anchors == 1 { shares[0] = 1 }
      return
    }
    for index in 0..<anchors { shares[index] = Double(raw[headOutputs + index]) }
    Softmax.probabilities(shares, count: anchors, to: shares)
  }

  /// - Parameters:
  ///   - raw: (outputs)
  ///   - anchorValues: (A × K), scaled.
  ///   - targets: (K), scaled, NaN where unknown.
  ///   - originals: (K), in the series' own units.
  ///   - gradient: (outputs), written.
  ///   - scratch: `scratchCount` numbers.
  @specialized(where S == Float)
  func loss<S: Scalar>(
    raw: UnsafePointer<S>, anchorValues: UnsafePointer<S>, targets: UnsafePointer<S>,
    originals: UnsafePointer<Double>, scale: WindowScale, series: SeriesLossScale,
    gradient: UnsafeMutablePointer<S>, scratch: UnsafeMutablePointer<Double>
  ) -> LossSum {
    let count = headOutputs
    let (numbers, slopes) = (scratch, scratch + count)
    let mixed = slopes + count
    let (mixedSlopes, known) = (mixed + horizon, mixed + 2 * horizon)
    let shares = mixed + 3 * horizon
    mix(raw, to: shares)
    for index in 0..<count { numbers[index] = Double(raw[index]) }
    for step in 0..<horizon {
      known[step] = Double(targets[step])
      mixed[step] = 0
      for index in 0..<anchors { mixed[step] += shares[index] * Double(anchorValues[index * horizon + step]) }
    }
    let window = HeadWindow(
      steps: horizon, targets: UnsafePointer(known), originals: originals, scale: scale, series: series)
    let total = head.loss(
      raw: numbers, anchor: mixed, window: window, gradient: slopes, anchorGradient: mixedSlopes)
    for index in 0..<count { gradient[index] = S(slopes[index]) }
    guard anchors > 1 else { return total }
    // d share_a / d logit_b = share_a·([a = b] − share_b)
    var average = 0.0
    for index in 0..<anchors {
      var slope = 0.0
      for step in 0..<horizon { slope += mixedSlopes[step] * Double(anchorValues[index * horizon + step]) }
      gradient[count + index] = S(slope)
      average += shares[index] * slope
    }
    for index in 0..<anchors {
      gradient[count + index] = S(shares[index] * (Double(gradient[count + index]) - average))
    }
    return total
  }
}
