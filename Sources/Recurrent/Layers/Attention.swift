import CVectorMath

/// Attention of a decoder over the encoder's states h_t, both of width H:
///
///     additive (Bahdanau, Cho & Bengio 2015)      score_t = vᵀ·tanh(W·q + U·h_t)
///     dot product (Luong, Pham & Manning 2015)    score_t = q·h_t / √H
///
///     w = softmax(score)    context = Σ_t w_t·h_t
///
/// The root, from Vaswani et al. 2017, keeps the scores' spread the same for any H.
struct Attention: Sendable {
  let kind: AttentionKind
  let hidden: Int
  /// W, U (H × H) and v (H); only additive attention has weights.
  let query: Linear?
  let key: Linear?
  let value: ParameterSlice?

  init(_ kind: AttentionKind, hidden: Int, layout: inout ParameterLayout) {
    self.kind = kind
    self.hidden = hidden
    let learns = kind == .additive
    query = learns ? Linear(inputs: hidden, outputs: hidden, name: "attention.query", layout: &layout) : nil
    key = learns ? Linear(inputs: hidden, outputs: hidden, name: "attention.key", layout: &layout) : nil
    value = learns ? layout.add("attention.value", [hidden]) : nil
  }

  func initialise<S: Scalar>(_ values: inout [S], _ generator: inout RandomGenerator) {
    query?.initialise(&values, &generator)
    key?.initialise(&values, &generator)
    guard let value else { return }
    let bound = 1 / Double(hidden).squareRoot()
    for index in 0..<value.count { values[value.offset + index] = S((2 * generator.uniform() - 1) * bound) }
  }
}

/// The buffers of an attention for T states and K queries, and its way there and back, one query at a time.
final class AttentionWorkspace<S: Scalar> {
  private let layer: Attention
  private let steps: Int
  private let mode: vm_mode
  private var rows = 0
  /// (K × T × B), valid after `forward`: for each row the weights of a query sum to 1.
  let shares: Buffer<S>
  /// (T × B)
  private let scoreGradient: Buffer<S>
  /// U·h_t (T × B × H) and its gradient; tanh of the sums, and its gradient.
  private let keys: Buffer<S>
  private let keyGradient: Buffer<S>
  private let squashed: Buffer<S>
  private let squashedGradient: Buffer<S>
  /// W·q (B × H), its gradient, and that of q.
  private let projected: Buffer<S>
  private let projectedGradient: Buffer<S>
  private let queryGradient: Buffer<S>

  init(_ layer: Attention, rows: Int, steps: Int, queries: Int, mode: vm_mode) {
    self.layer = layer
    self.steps = steps
    self.mode = mode
    let states = layer.kind == .additive ? steps * rows * layer.hidden : 0
    shares = Buffer(queries * steps * rows)
    scoreGradient = Buffer(steps * rows)
    keys = Buffer(states)
    keyGradient = Buffer(states)
    squashed = Buffer(states)
    squashedGradient = Buffer(states)
    projected = Buffer(rows * layer.hidden)
    projectedGradient = Buffer(rows * layer.hidden)
    queryGradient = Buffer(rows * layer.hidden)
  }

  private var hidden: Int { layer.hidden }
  private var plane: Int { rows * layer.hidden }
  private var scale: S { 1 / S(hidden).squareRoot() }

  /// - Parameter states: (T × B × H)
  func begin(_ weights: Weights<S>, rows: Int, states: UnsafePointer<S>) {
    self.rows = rows
    layer.key?.forward(weights, rows: steps * rows, input: states, output: keys.base, mode: mode)
  }

  /// - Parameters:
  ///   - index: which query this is, from 0.
  ///   - query: (B × H)
  ///   - states: (T × B × H)
  ///   - context: (B × H), rows `stride` apart, written.
  func forward(
    _ index: Int, _ weights: Weights<S>, query: UnsafePointer<S>, states: UnsafePointer<S>,
    context: UnsafeMutablePointer<S>, stride: Int
  ) {
    let scores = shares.base + index * steps * rows
    if let projection = layer.query, let value = layer.value {
      projection.forward(weights, rows: rows, input: query, output: projected.base, mode: mode)
      squash()
      S.product(steps * rows, 1, hidden, squashed.base, weights(value), scores, beta: 0)
    } else {
      for row in 0..<rows {
        S.multiply(
          steps, 1, hidden, states + row * hidden, plane, transposeA: false, query + row * hidden, 1,
          transposeB: false, scores + row, rows, alpha: scale, beta: 0)
      }
    }
    softmax(scores)
    for row in 0..<rows {
      S.multiply(
        1, hidden, steps, scores + row, rows, transposeA: true, states + row * hidden, plane, transposeB: false,
        context + row * stride, stride, alpha: 1, beta: 0)
    }
  }

  /// tanh(W·q + U·h_t) (T × B × H)
  private func squash() {
    squashed.base.update(from: keys.base, count: steps * plane)
    vm_add_bias(mode, steps, plane, projected.base, squashed.base)
    vm_tanh(mode, steps * plane, squashed.base, squashed.base)
  }

  /// Over the steps, for each row. A NaN among the scores makes the row NaN.
  private func softmax(_ scores: UnsafeMutablePointer<S>) {
    for row in 0..<rows {
      var top = scores[row]
      for step in 1..<max(steps, 1) {
        let score = scores[step * rows + row]
        if score > top || score.isNaN { top = score }
      }
      for step in 0..<steps { scores[step * rows + row] -= top }
    }
    vm_exp(mode, steps * rows, scores, scores)
    for row in 0..<rows {
      var sum: S = 0
      for step in 0..<steps { sum += scores[step * rows + row] }
      for step in 0..<steps { scores[step * rows + row] /= sum }
    }
  }

  /// Before the way back.
  func beginBackward() { keyGradient.clear() }

  /// - Parameters:
  ///   - contextGradient: (B × H), rows `stride` apart.
  ///   - queryTarget: (B × H), added to.
  ///   - stateGradient: (T × B × H), added to.
  func backward(
    _ index: Int, _ weights: Weights<S>, query: UnsafePointer<S>, states: UnsafePointer<S>,
    contextGradient: UnsafePointer<S>, stride: Int, gradient: UnsafeMutablePointer<S>,
    queryTarget: UnsafeMutablePointer<S>, stateGradient: UnsafeMutablePointer<S>
  ) {
    let shares = UnsafePointer(self.shares.base + index * steps * rows)
    for row in 0..<rows {
      // dw_t = dcontext·h_t and dh_t += w_t·dcontext
      S.multiply(
        steps, 1, hidden, states + row * hidden, plane, transposeA: false, contextGradient + row * stride, 1,
        transposeB: false, scoreGradient.base + row, rows, alpha: 1, beta: 0)
      S.multiply(
        steps, hidden, 1, shares + row, rows, transposeA: false, contextGradient + row * stride, hidden,
        transposeB: false, stateGradient + row * hidden, plane, alpha: 1, beta: 1)
      var mean: S = 0
      for step in 0..<steps { mean += shares[step * rows + row] * scoreGradient.base[step * rows + row] }
      for step in 0..<steps {
        let place = step * rows + row
        scoreGradient.base[place] = shares[place] * (scoreGradient.base[place] - mean)
      }
    }
    if layer.kind == .additive {
      additiveBackward(weights, query: query, gradient: gradient, queryTarget: queryTarget)
    } else {
      dotProductBackward(query: query, states: states, queryTarget: queryTarget, stateGradient: stateGradient)
    }
  }

  private func dotProductBackward(
    query: UnsafePointer<S>, states: UnsafePointer<S>, queryTarget: UnsafeMutablePointer<S>,
    stateGradient: UnsafeMutablePointer<S>
  ) {
    for row in 0..<rows {
      S.multiply(
        1, hidden, steps, scoreGradient.base + row, rows, transposeA: true, states + row * hidden, plane,
        transposeB: false, queryTarget + row * hidden, hidden, alpha: scale, beta: 1)
      S.multiply(
        steps, hidden, 1, scoreGradient.base + row, rows, transposeA: false, query + row * hidden, hidden,
        transposeB: false, stateGradient + row * hidden, plane, alpha: scale, beta: 1)
    }
  }

  private func additiveBackward(
    _ weights: Weights<S>, query: UnsafePointer<S>, gradient: UnsafeMutablePointer<S>,
    queryTarget: UnsafeMutablePointer<S>
  ) {
    guard let projection = layer.query, let value = layer.value else { return }
    // The sums are worked out again: keeping them for each query would take K times the memory.
    projection.forward(weights, rows: rows, input: query, output: projected.base, mode: mode)
    squash()
    S.multiply(
      1, hidden, steps * rows, scoreGradient.base, steps * rows, transposeA: false, squashed.base, hidden,
      transposeB: false, gradient + value.offset, hidden, alpha: 1, beta: 1)
    S.multiply(
      steps * rows, hidden, 1, scoreGradient.base, 1, transposeA: false, weights(value), hidden, transposeB: false,
      squashedGradient.base, hidden, alpha: 1, beta: 0)
    vm_rnn_backward(mode, steps * rows, hidden, squashed.base, squashedGradient.base)
    vm_axpy(mode, steps * plane, 1, squashed.base, keyGradient.base)
    projectedGradient.clear(plane)
    vm_add_column_sums(mode, steps, plane, squashed.base, projectedGradient.base)
    projection.backward(
      weights, rows: rows, input: query, outputGradient: projectedGradient.base, gradient: gradient,
      inputGradient: queryGradient.base, mode: mode)
    vm_axpy(mode, plane, 1, queryGradient.base, queryTarget)
  }

  /// After all queries have gone back: the keys' part of the way to the states.
  /// - Parameter stateGradient: (T × B × H), added to.
  func endBackward(
    _ weights: Weights<S>, states: UnsafePointer<S>, gradient: UnsafeMutablePointer<S>,
    stateGradient: UnsafeMutablePointer<S>
  ) {
    guard let key = layer.key else { return }
    key.backward(
      weights, rows: steps * rows, input: states, outputGradient: keyGradient.base, gradient: gradient,
      inputGradient: squashedGradient.base, mode: mode)
    vm_axpy(mode, steps * plane, 1, squashedGradient.base, stateGradient)
  }
}
