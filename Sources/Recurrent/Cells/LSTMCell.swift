import CVectorMath

/// LSTM with forget gate (Gers, Schmidhuber & Cummins 2000), gates in PyTorch's order i f g o.
///
///     f, i, o = σ(W·x + U·h′ + b)    g = tanh(W·x + U·h′ + b)
///     c = f∘c′ + i∘g                 h = o∘tanh(c)
struct LSTMCell: RecurrentCell {
  let gates = 4
  let gateBlocks = [GateBlock.gate("input"), .gate("forget"), .candidate, .gate("output")]
  /// c and tanh(c).
  let memoryPlanes = 2
  let carriedPlanes = 1

  /// The forget gate starts open, so that the cell remembers before it has learned to.
  func initialBias(gate: Int) -> Double? { gate == 1 ? 1 : nil }

  @specialized(where S == Float)
  func forward<S: Scalar>(_ step: CellStep<S>, mode: vm_mode) {
    vm_lstm_forward(
      mode, step.rows, step.hidden, step.bias, step.gates, step.previousMemory, step.memory,
      step.memory + step.memoryStride, step.output)
  }

  @specialized(where S == Float)
  func backward<S: Scalar>(_ step: CellStep<S>, _ gradient: CellStepGradient<S>, mode: vm_mode) {
    vm_lstm_backward(
      mode, step.rows, step.hidden, step.gates, step.previousMemory, step.memory + step.memoryStride,
      gradient.output, gradient.memory)
  }
}
