import CVectorMath

/// GRU (Cho et al. 2014) in the form of PyTorch and cuDNN, gates in the order r z n.
///
///     r, z = σ(W·x + b + U·h′ + b′)
///     n = tanh(W·x + b + r∘(U·h′ + b′))
///     h = (1−z)∘n + z∘h′
struct GRUCell: RecurrentCell {
  let gates = 3
  let gateBlocks = [GateBlock.gate("reset"), .gate("update"), .candidate]
  let keepsRecurrentProduct = true

  @specialized(where S == Float)
  func forward<S: Scalar>(_ step: CellStep<S>, mode: vm_mode) {
    vm_gru_forward(
      mode, step.rows, step.hidden, step.bias, step.recurrentBias, step.gates, step.product, step.previousOutput,
      step.output)
  }

  @specialized(where S == Float)
  func backward<S: Scalar>(_ step: CellStep<S>, _ gradient: CellStepGradient<S>, mode: vm_mode) {
    vm_gru_backward(
      mode, step.rows, step.hidden, step.gates, step.product, step.previousOutput, gradient.output,
      gradient.previousOutput)
  }
}
