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
    value?.fill(&values, uniformFor: hidden, &generator)
  }
}

/// The buffers of an attention for T states and K queries, and its passes forward and backward, one query at a time.
final class AttentionWorkspace<S: Scalar> {
  private let layer: Attention
  private let steps: Int
  private let mode: vm_mode
  private var rows = 0
  /// (K × T × B), valid after `forward`: for each row the weights of a query sum to 1.
  let shares: Buffer<S>
  /// (T × B)
  private let scoreGradient: Buffer<S>
  /// U·h_t (T × B × H), and tanh of the sums.
  private let keys: Activations<S>
  private let squashed: Activations<S>
  /// W·q (B × H), and the gradient of q.
  private let projected: Activations<S>
  private let queryGradient: Buffer<S>

  init(_ layer: Attention, rows: Int, steps: Int, queries: Int, mode: vm_mode) {
    self.layer = layer
    self.steps = steps
    self.mode = mode
    let states = layer.kind == .additive ? steps * rows * layer.hidden : 0
    shares = Buffer(queries * steps * rows)
    scoreGradient = Buffer(steps * rows)
    keys = Activations(states)
    squashed = Activations(states)
    projected = Activations(rows * layer.hidden)
    queryGradient = Buffer(rows * layer.hidden)
  }

  private var hidden: Int { layer.hidden }
  private var plane: Int { rows * layer.hidden }
  private var scale: Double { 1 / Double(hidden).squareRoot() }

  /// - Parameter states: (T × B × H)
  func begin(_ weights: Weights<S>, rows: Int, states: UnsafePointer<S>) {
    self.rows = rows
    layer.key?.forward(weights, rows: steps * rows, input: states, output: keys.values, mode: mode)
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
      projection.forward(weights, rows: rows, input: query, output: projected.values, mode: mode)
      squash()
      vm_row_dots(mode, steps, rows, hidden, 1, squashed.values, weights(value), 0, scores)
    } else {
      vm_row_dots(mode, steps, rows, hidden, scale, states, query, hidden, scores)
    }
    Softmax.overSteps(scores, steps: steps, rows: rows, mode: mode)
    for row in 0..<rows { (context + row * stride).clear(hidden) }
    vm_add_weighted_rows(mode, steps, rows, hidden, 1, scores, states, context, stride)
  }

  /// tanh(W·q + U·h_t) (T × B × H)
  private func squash() {
    squashed.values.update(from: keys.values, count: steps * plane)
    vm_add_bias(mode, steps, plane, projected.values, squashed.values)
    vm_tanh(mode, steps * plane, squashed.values, squashed.values)
  }

  /// Before the queries' backward passes.
  func beginBackward() { if layer.key != nil { keys.gradient.clear(steps * plane) } }

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
    // dw_t = dcontext·h_t and dh_t += w_t·dcontext
    vm_row_dots(mode, steps, rows, hidden, 1, states, contextGradient, stride, scoreGradient.base)
    vm_spread_rows(mode, steps, rows, hidden, 1, shares, contextGradient, stride, stateGradient, true)
    for row in 0..<rows {
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
      vm_add_weighted_rows(mode, steps, rows, hidden, scale, scoreGradient.base, states, queryTarget, hidden)
      vm_spread_rows(mode, steps, rows, hidden, scale, scoreGradient.base, query, hidden, stateGradient, true)
    }
  }

  private func additiveBackward(
    _ weights: Weights<S>, query: UnsafePointer<S>, gradient: UnsafeMutablePointer<S>,
    queryTarget: UnsafeMutablePointer<S>
  ) {
    guard let projection = layer.query, let value = layer.value else { return }
    // The sums are worked out again: keeping them for each query would take K times the memory.
    projection.forward(weights, rows: rows, input: query, output: projected.values, mode: mode)
    squash()
    vm_add_weighted_rows(
      mode, steps * rows, 1, hidden, 1, scoreGradient.base, squashed.values, gradient + value.offset, hidden)
    vm_spread_rows(
      mode, steps, rows, hidden, 1, scoreGradient.base, weights(value), 0, squashed.gradient, false)
    vm_rnn_backward(mode, steps * rows, hidden, squashed.values, squashed.gradient)
    vm_axpy(mode, steps * plane, 1, squashed.values, keys.gradient)
    projected.gradient.clear(plane)
    vm_add_column_sums(mode, steps, plane, squashed.values, projected.gradient)
    projection.backward(
      weights, rows: rows, input: query, outputGradient: projected.gradient, gradient: gradient,
      inputGradient: queryGradient.base, mode: mode)
    vm_axpy(mode, plane, 1, queryGradient.base, queryTarget)
  }

  /// After all queries have gone back: the keys' part of the states' gradient.
  /// - Parameter stateGradient: (T × B × H), added to.
  func endBackward(
    _ weights: Weights<S>, states: UnsafePointer<S>, gradient: UnsafeMutablePointer<S>,
    stateGradient: UnsafeMutablePointer<S>
  ) {
    guard let key = layer.key else { return }
    key.backward(
      weights, rows: steps * rows, input: states, outputGradient: keys.gradient, gradient: gradient,
      inputGradient: squashed.gradient, mode: mode)
    vm_axpy(mode, steps * plane, 1, squashed.gradient, stateGradient)
  }
}
