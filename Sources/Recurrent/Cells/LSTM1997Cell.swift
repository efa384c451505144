import CVectorMath
import Glibc

/// The first LSTM (Hochreiter & Schmidhuber 1997): a constant error carousel without a forget gate, gates i g o.
///
///     i, o = σ(W·x + U·h′ + b)    g = tanh(W·x + U·h′ + b)
///     c = c′ + i∘g                h = o∘tanh(c)
///
/// The paper squashes with scaled logistic functions; tanh has the same shape and is what its successors use.
public struct LSTM1997Cell: RecurrentCell {
  public static let name = "lstm-1997"
  public static let summary = "Forecasts with the first long short-term memory of 1997, without a forget gate."

  public let gateBlocks = [GateBlock.gate("input"), .candidate, .gate("output")]
  /// c and tanh(c).
  public let initialMemory = [0.0, 0]
  public let carriedPlanes = 1
  /// The paper's own gradient: an error that leaves a cell through its gates is not sent further back in time, so that
  /// only the carousel carries errors over long lags.
  public let truncated: Bool

  public init(_ options: NetworkOptions) { truncated = options.truncated }

  public var recurrentErrorFlows: Bool { !truncated }

  /// The cell forgets nothing and has the input gate alone: its paper starts the units' gates from nearly open to closed
  /// (−1, −3, −5), here b is uniform in (−log lag, 0).
  public func initialBias(gate: Int, bridging start: GateStart) -> Double? {
    gate == 0 ? -start.random * log(start.lag) : nil
  }

  @specialized(where S == Float)
  public func forward<S: Scalar>(_ step: CellStep<S>) {
    vm_lstm_forward(
      step.mode, false, step.rows, step.hidden, step.bias, step.gates, step.previousMemory, step.memory,
      step.memory + step.memoryStride, step.output)
  }

  @specialized(where S == Float)
  public func backward<S: Scalar>(_ step: CellStep<S>, _ gradient: CellStepGradient<S>) {
    vm_lstm_backward(
      step.mode, false, step.rows, step.hidden, step.gates, step.previousMemory, step.memory + step.memoryStride,
      gradient.output, gradient.memory)
  }
}
