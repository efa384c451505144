import CVectorMath

/// LSTM with forget gate (Gers, Schmidhuber & Cummins 2000), gates in PyTorch's order i f g o.
///
///     f, i, o = σ(W·x + U·h′ + b)    g = tanh(W·x + U·h′ + b)
///     c = f∘c′ + i∘g                 h = o∘tanh(c)
public struct LSTMCell: RecurrentCell {
  public static let name = "lstm"
  public static let summary = "Forecasts with a network of long short-term memory (LSTM)."

  public let gateBlocks = [GateBlock.gate("input"), .gate("forget"), .candidate, .gate("output")]
  /// c and tanh(c).
  public let initialMemory = [0.0, 0]
  public let carriedPlanes = 1

  public init(_: NetworkOptions) {}

  /// The forget gate starts open, so that the cell remembers before it has learned to.
  public func initialBias(gate: Int) -> Double? { gate == 1 ? 1 : nil }

  /// The input gate starts as far closed as the forget gate opens, so that the noise of so many steps does not fill the
  /// memory.
  public func initialBias(gate: Int, bridging start: GateStart) -> Double? {
    switch gate {
    case 0: -start.open
    case 1: start.open
    default: nil
    }
  }

  @specialized(where S == Float)
  public func forward<S: Scalar>(_ step: CellStep<S>) {
    vm_lstm_forward(
      step.mode, true, step.rows, step.hidden, step.bias, step.gates, step.previousMemory, step.memory,
      step.memory + step.memoryStride, step.output)
  }

  @specialized(where S == Float)
  public func backward<S: Scalar>(_ step: CellStep<S>, _ gradient: CellStepGradient<S>) {
    vm_lstm_backward(
      step.mode, true, step.rows, step.hidden, step.gates, step.previousMemory, step.memory + step.memoryStride,
      gradient.output, gradient.memory)
  }
}
