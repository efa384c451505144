import CVectorMath

/// sLSTM (Beck et al. 2024, xLSTM): an exponential input gate, a normaliser and a stabiliser, gates i f z o.
///
///     z = tanh(…)    o = σ(…)    m = max(log σ(f̃) + m′, ĩ)
///     i = exp(ĩ − m)             f = exp(log σ(f̃) + m′ − m)
///     c = f∘c′ + i∘z             n = f∘n′ + i               h = o∘c/n
///
/// The memory is mixed within heads: the recurrent weights connect only units of the same head. The stabiliser cancels
/// in c/n, so it has no gradient.
public struct SLSTMCell: RecurrentCell {
  public static let name = "slstm"
  public static let summary = "Forecasts with the scalar memory cells of xLSTM (sLSTM), which have exponential gates."

  /// The exponential gates stand relative to their stabiliser.
  public let gateBlocks = [GateBlock.exponential("input"), .exponential("forget"), .candidate, .gate("output")]
  /// c, n, m and log σ(f̃). Nothing is remembered before the first step, so its stabiliser must lie below any input
  /// gate.
  public let initialMemory = [0, 0, -1e30, 0]
  public let carriedPlanes = 2
  public let heads: Int

  public init(_ options: NetworkOptions) { heads = options.memoryHeads }

  public static func check(_ options: NetworkOptions) throws(RecurrentError) {
    try RecurrentError.require(
      options.memoryHeads >= 1 && options.hidden % options.memoryHeads == 0, "memoryHeads", options.memoryHeads,
      "a divisor of the hidden units, \(options.hidden)")
  }

  public func initialBias(gate: Int) -> Double? { gate == 1 ? 1 : nil }

  @specialized(where S == Float)
  public func forward<S: Scalar>(_ step: CellStep<S>) {
    let plane = step.memoryStride
    vm_slstm_forward(
      step.mode, step.rows, step.hidden, step.bias, step.gates, step.memory + 3 * plane, step.previousMemory,
      step.previousMemory + plane, step.previousMemory + 2 * plane, step.memory, step.memory + plane,
      step.memory + 2 * plane, step.output)
  }

  @specialized(where S == Float)
  public func backward<S: Scalar>(_ step: CellStep<S>, _ gradient: CellStepGradient<S>) {
    let plane = step.memoryStride
    vm_slstm_backward(
      step.mode, step.rows, step.hidden, step.gates, step.memory + 3 * plane, step.previousMemory,
      step.previousMemory + plane, step.memory, step.memory + plane, gradient.output, gradient.memory,
      gradient.memory + gradient.memoryStride)
  }
}
