import CVectorMath

/// The first LSTM (Hochreiter & Schmidhuber 1997): a constant error carousel without a forget gate, gates i g o.
///
///     i, o = σ(W·x + U·h′ + b)    g = tanh(W·x + U·h′ + b)
///     c = c′ + i∘g                h = o∘tanh(c)
///
/// The paper squashes with scaled logistic functions; tanh has the same shape and is what its successors use.
struct LSTM1997Cell: RecurrentCell {
  let gates = 3
  let gateBlocks = [GateBlock.gate("input"), .candidate, .gate("output")]
  /// c and tanh(c).
  let memoryPlanes = 2
  let carriedPlanes = 1
  /// The paper's own gradient: an error that leaves a cell through its gates is not sent further back in time, so that
  /// only the carousel carries errors over long lags.
  let truncated: Bool

  var recurrentErrorFlows: Bool { !truncated }

  @specialized(where S == Float)
  func forward<S: Scalar>(_ step: CellStep<S>, mode: vm_mode) {
    vm_lstm1997_forward(
      mode, step.rows, step.hidden, step.bias, step.gates, step.previousMemory, step.memory,
      step.memory + step.memoryStride, step.output)
  }

  @specialized(where S == Float)
  func backward<S: Scalar>(_ step: CellStep<S>, _ gradient: CellStepGradient<S>, mode: vm_mode) {
    vm_lstm1997_backward(
      mode, step.rows, step.hidden, step.gates, step.memory + step.memoryStride, gradient.output, gradient.memory)
  }
}
