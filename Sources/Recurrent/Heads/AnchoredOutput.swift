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

  /// The share of each anchor; exactly 1 when there is only one.
  func mix<S: Scalar>(_ raw: UnsafePointer<S>) -> [S] {
    guard anchors > 1 else { return Array(repeating: 1, count: anchors) }
    let logits = (0..<anchors).map { raw[headOutputs + $0] }
    let top = logits.reduce(logits[0]) { $1 > $0 || $1.isNaN ? $1 : $0 }
    let powers = logits.map { S.exponential($0 - top) }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
  }

  /// - Parameters:
  ///   - anchorValues: (A × K), scaled.
  ///   - gradient: (outputs), written.
  ///   - scratch: at least 2·K numbers.
  func loss<S: Scalar>(
    raw: UnsafePointer<S>, anchorValues: UnsafePointer<S>, targets: UnsafePointer<S>,
    gradient: UnsafeMutablePointer<S>, scratch: UnsafeMutablePointer<S>
  ) -> LossSum {
    let mixed = scratch
    let mixedGradient = scratch + horizon
    let shares: [S] = mix(raw)
    for step in 0..<horizon {
      var sum: S = 0
      for (index, share) in shares.enumerated() { sum += share * anchorValues[index * horizon + step] }
      mixed[step] = sum
    }
    let total = head.loss(
      raw: raw, anchor: mixed, targets: targets, steps: horizon, gradient: gradient, anchorGradient: mixedGradient)
    guard anchors > 1 else { return total }
    let slopes = (0..<anchors).map { index in
      (0..<horizon).reduce(S(0)) { $0 + mixedGradient[$1] * anchorValues[index * horizon + $1] }
    }
    let average = zip(shares, slopes).reduce(S(0)) { $0 + $1.0 * $1.1 }
    for index in 0..<anchors { gradient[headOutputs + index] = shares[index] * (slopes[index] - average) }
    return total
  }
}
