import CVectorMath

/// Elman's network (1990): the cell whose gradient vanishes or explodes over long lags.
///
///     h = tanh(W·x + U·h′ + b)
struct RNNCell: RecurrentCell {
  let gates = 1
  let gateBlocks = [GateBlock.candidate]

  @specialized(where S == Float)
  func forward<S: Scalar>(_ step: CellStep<S>, mode: vm_mode) {
    vm_rnn_forward(mode, step.rows, step.hidden, step.bias, step.gates, step.output)
  }

  @specialized(where S == Float)
  func backward<S: Scalar>(_ step: CellStep<S>, _ gradient: CellStepGradient<S>, mode: vm_mode) {
    vm_rnn_backward(mode, step.rows, step.hidden, step.gates, gradient.output)
  }
}
