import CVectorMath

/// Elman's network (1990): the cell whose gradient vanishes or explodes over long lags.
///
///     h = tanh(W·x + U·h′ + b)
public struct RNNCell: RecurrentCell {
  public static let name = "rnn"
  public static let summary =
    "Forecasts with a plain recurrent network (RNN), whose gradient vanishes over long lookbacks."

  public let gateBlocks = [GateBlock.candidate]

  public init(_: NetworkOptions) {}

  @specialized(where S == Float)
  public func forward<S: Scalar>(_ step: CellStep<S>) {
    vm_rnn_forward(step.mode, step.rows, step.hidden, step.bias, step.gates, step.output)
  }

  @specialized(where S == Float)
  public func backward<S: Scalar>(_ step: CellStep<S>, _ gradient: CellStepGradient<S>) {
    vm_rnn_backward(step.mode, step.rows, step.hidden, step.gates, gradient.output)
  }
}
