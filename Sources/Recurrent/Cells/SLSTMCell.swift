import CVectorMath

/// sLSTM (Beck et al. 2024, xLSTM): an exponential input gate, a normaliser and a stabiliser, gates i f z o.
///
///     z = tanh(…)    o = σ(…)    m = max(log σ(f̃) + m′, ĩ)
///     i = exp(ĩ − m)             f = exp(log σ(f̃) + m′ − m)
///     c = f∘c′ + i∘z             n = f∘n′ + i               h = o∘c/n
///
/// The memory is mixed within heads: the recurrent weights connect only units of the same head. The stabiliser cancels
/// in c/n, so it has no gradient.
struct SLSTMCell: RecurrentCell {
  let gates = 4
  /// The exponential gates stand relative to their stabiliser.
  let gateBlocks = [GateBlock.exponential("input"), .exponential("forget"), .candidate, .gate("output")]
  /// c, n, m and log σ(f̃).
  let memoryPlanes = 4
  let carriedPlanes = 2
  let heads: Int

  /// Nothing is remembered before the first step, so its stabiliser must lie below any input gate.
  var initialMemory: [Double] { [0, 0, -1e30, 0] }

  func initialBias(gate: Int) -> Double? { gate == 1 ? 1 : nil }

  @specialized(where S == Float)
  func forward<S: Scalar>(_ step: CellStep<S>, mode: vm_mode) {
    let plane = step.memoryStride
    vm_slstm_forward(
      mode, step.rows, step.hidden, step.bias, step.gates, step.memory + 3 * plane, step.previousMemory,
      step.previousMemory + plane, step.previousMemory + 2 * plane, step.memory, step.memory + plane,
      step.memory + 2 * plane, step.output)
  }

  @specialized(where S == Float)
  func backward<S: Scalar>(_ step: CellStep<S>, _ gradient: CellStepGradient<S>, mode: vm_mode) {
    let plane = step.memoryStride
    vm_slstm_backward(
      mode, step.rows, step.hidden, step.gates, step.memory + 3 * plane, step.previousMemory,
      step.previousMemory + plane, step.memory, step.memory + plane, gradient.output, gradient.memory,
      gradient.memory + gradient.memoryStride)
  }
}
