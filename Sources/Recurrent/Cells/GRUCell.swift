import CVectorMath

/// GRU (Cho et al. 2014) in the form of PyTorch and cuDNN, gates in the order r z n.
///
///     r, z = σ(W·x + b + U·h′ + b′)
///     n = tanh(W·x + b + r∘(U·h′ + b′))
///     h = (1−z)∘n + z∘h′
public struct GRUCell: RecurrentCell {
  public static let name = "gru"
  public static let summary = "Forecasts with a network of gated recurrent units (GRU)."

  public let gateBlocks = [GateBlock.gate("reset"), .gate("update"), .candidate]
  public let keepsRecurrentProduct = true

  public init(_: NetworkOptions) {}

  /// The update gate keeps.
  public func initialBias(gate: Int, bridging start: GateStart) -> Double? { gate == 1 ? start.open : nil }

  @specialized(where S == Float)
  public func forward<S: Scalar>(_ step: CellStep<S>) {
    vm_gru_forward(
      step.mode, step.rows, step.hidden, step.bias, step.recurrentBias, step.gates, step.product, step.previousOutput,
      step.output)
  }

  @specialized(where S == Float)
  public func backward<S: Scalar>(_ step: CellStep<S>, _ gradient: CellStepGradient<S>) {
    vm_gru_backward(
      step.mode, step.rows, step.hidden, step.gates, step.product, step.previousOutput, gradient.output,
      gradient.previousOutput)
  }
}
