import CVectorMath

/// What a cell reads and writes in one step: `rows` rows, row by row. G is the number of gates, H of hidden units.
struct CellStep<S: Scalar> {
  var rows: Int
  var hidden: Int
  /// (rows × G·H) On the way there W·x + U·h′ (W·x alone when the cell keeps its recurrent product) comes in and the
  /// gates leave. On the way back the gates come in and the gradient of those sums leaves.
  var gates: UnsafeMutablePointer<S>
  /// (rows × G·H) U·h′, and on the way back its gradient, for cells that keep it apart.
  var product: UnsafeMutablePointer<S>?
  /// (G·H)
  var bias: UnsafePointer<S>
  /// (G·H)
  var recurrentBias: UnsafePointer<S>?
  /// (rows × H)
  var previousOutput: UnsafePointer<S>
  /// (rows × H)
  var output: UnsafeMutablePointer<S>
  /// What the cell remembers: planes of (rows × H), `memoryStride` apart.
  var previousMemory: UnsafePointer<S>
  var memory: UnsafeMutablePointer<S>
  var memoryStride: Int
}

/// The gradients of one step on the way back.
struct CellStepGradient<S: Scalar> {
  /// (rows × H) Of the output, complete when the step is called.
  var output: UnsafePointer<S>
  /// (rows × H) The step adds what flows to the previous output other than through U.
  var previousOutput: UnsafeMutablePointer<S>
  /// Planes of (rows × H), `memoryStride` apart: from the later step, to the earlier one.
  var memory: UnsafeMutablePointer<S>
  var memoryStride: Int
}

/// A recurrent cell without its weights: the elementwise part of one time step, there and back.
///
/// The layer that runs the cell over time owns the matrix products.
protocol RecurrentCell: Sendable {
  /// G, the number of blocks of H rows in the weights.
  var gates: Int { get }
  /// What each block of the weights is called, and when it counts as saturated.
  var gateBlocks: [GateBlock] { get }
  /// Whether U·h′ must stay apart from W·x and has a bias of its own.
  var keepsRecurrentProduct: Bool { get }
  /// How many planes of (rows × H) are stored for each step.
  var memoryPlanes: Int { get }
  /// How many of them carry a gradient from step to step.
  var carriedPlanes: Int { get }
  /// What each plane holds before the first step.
  var initialMemory: [Double] { get }
  /// The units are cut into this many heads, and U connects only units of the same head.
  var heads: Int { get }
  /// Whether errors flow back through U to the previous output (the 1997 paper cuts them).
  var recurrentErrorFlows: Bool { get }
  /// What gate `gate`'s bias starts as.
  func initialBias(gate: Int) -> Double?

  func forward<S: Scalar>(_ step: CellStep<S>, mode: vm_mode)
  func backward<S: Scalar>(_ step: CellStep<S>, _ gradient: CellStepGradient<S>, mode: vm_mode)
}

extension RecurrentCell {
  var keepsRecurrentProduct: Bool { false }
  var memoryPlanes: Int { 0 }
  var carriedPlanes: Int { 0 }
  var initialMemory: [Double] { Array(repeating: 0, count: memoryPlanes) }
  var heads: Int { 1 }
  var recurrentErrorFlows: Bool { true }
  func initialBias(gate: Int) -> Double? { nil }
}

/// Which recurrent cell a network is made of.
public enum CellKind: String, Sendable, Codable, CaseIterable {
  /// Elman 1990.
  case rnn
  /// Hochreiter & Schmidhuber 1997: no forget gate.
  case lstm1997 = "lstm-1997"
  /// Gers, Schmidhuber & Cummins 2000.
  case lstm
  /// Cho et al. 2014.
  case gru
  /// Beck et al. 2024.
  case slstm
}

extension NetworkOptions {
  /// The cell that the layers are made of.
  var recurrentCell: any RecurrentCell {
    switch cell {
    case .rnn: RNNCell()
    case .lstm1997: LSTM1997Cell(truncated: truncated)
    case .lstm: LSTMCell()
    case .gru: GRUCell()
    case .slstm: SLSTMCell(heads: memoryHeads)
    }
  }
}
