import CVectorMath
import Glibc

/// What a cell reads and writes in one time step: `rows` rows, row by row. G is the number of gates, H of hidden units.
public struct CellStep<S: Scalar> {
  /// Rows of the batch; with a dilation those of several steps, which are computed at once.
  public internal(set) var rows: Int
  /// H
  public internal(set) var hidden: Int
  /// (rows × G·H) Forward: W·x + U·h′ (W·x alone when the cell keeps its recurrent product) comes in and the gates
  /// leave. Backward: the gates come in and the gradient of those sums leaves.
  public internal(set) var gates: UnsafeMutablePointer<S>
  /// (rows × G·H) Forward U·h′, backward its gradient, for cells that keep it apart.
  public internal(set) var product: UnsafeMutablePointer<S>?
  /// (G·H)
  public internal(set) var bias: UnsafePointer<S>
  /// (G·H), for cells that keep their recurrent product.
  public internal(set) var recurrentBias: UnsafePointer<S>?
  /// (rows × H)
  public internal(set) var previousOutput: UnsafePointer<S>
  /// (rows × H)
  public internal(set) var output: UnsafeMutablePointer<S>
  /// What the cell remembered before the step: planes of (rows × H), `memoryStride` apart.
  public internal(set) var previousMemory: UnsafePointer<S>
  /// What it remembers after the step, in planes likewise.
  public internal(set) var memory: UnsafeMutablePointer<S>
  /// From one plane to the next.
  public internal(set) var memoryStride: Int
  /// The C loops to run.
  var mode: vm_mode
}

/// The gradients of one time step backward.
public struct CellStepGradient<S: Scalar> {
  /// (rows × H) Of the output, complete when the step is called.
  public internal(set) var output: UnsafePointer<S>
  /// (rows × H) The step adds what flows to the previous output other than through U.
  public internal(set) var previousOutput: UnsafeMutablePointer<S>
  /// Planes of (rows × H), `memoryStride` apart: from the later step, to the earlier one.
  public internal(set) var memory: UnsafeMutablePointer<S>
  /// From one plane to the next.
  public internal(set) var memoryStride: Int
}

/// A recurrent cell without its weights: the elementwise part of one time step, forward and backward.
///
/// The layer that runs the cell over time owns the matrix products W·x and U·h′ and the gradients of W, U and the biases.
/// All else about a cell stands in its type: a new cell is one such type, and `CellKind(MyCell.self)` makes networks of
/// it. Its networks can be read from files once it stands in the `CellRegistry` that reads them.
///
/// `forward` and `backward` are called through an existential; `@specialized(where S == Float)` on both keeps a cell
/// that is written in Swift fast.
public protocol RecurrentCell: Sendable {
  /// What files call the cell, such as `lstm`.
  static var name: String { get }
  /// One sentence for a list of forecasters, such as "Forecasts with a network of …".
  static var summary: String { get }

  /// The cell of a network whose options `check` has passed.
  init(_ options: NetworkOptions)

  /// Refuses options that the cell cannot be made from, among them those of other cells.
  static func check(_ options: NetworkOptions) throws(RecurrentError)

  /// The blocks of H rows in the weights, in their order; G is their number.
  var gateBlocks: [GateBlock] { get }
  /// Whether U·h′ must stay apart from W·x and has a bias of its own. The gradients of both may differ in the last block
  /// alone.
  var keepsRecurrentProduct: Bool { get }
  /// What each stored plane of (rows × H) holds before the first step. The first plane is what charts show as memory.
  var initialMemory: [Double] { get }
  /// How many planes, from the first, carry a gradient from step to step.
  var carriedPlanes: Int { get }
  /// The units are cut into this many heads, and U connects only units of the same head.
  var heads: Int { get }
  /// Whether errors flow back through U to the previous output (the paper of 1997 cuts them).
  var recurrentErrorFlows: Bool { get }
  /// What gate `gate`'s bias starts as; nil is random, as the weights are.
  func initialBias(gate: Int) -> Double?
  /// What one unit's bias in `gate` starts as when a lag is to be bridged; nil leaves it as it is.
  func initialBias(gate: Int, bridging start: GateStart) -> Double?

  /// From the sums in `step.gates` to gates, memory and output.
  func forward<S: Scalar>(_ step: CellStep<S>)
  /// From the gradient of output and memory to that of the sums and of what the step started from.
  func backward<S: Scalar>(_ step: CellStep<S>, _ gradient: CellStepGradient<S>)
}

extension RecurrentCell {
  /// Refuses memory heads, which are the sLSTM's.
  public static func check(_ options: NetworkOptions) throws(RecurrentError) {
    try RecurrentError.require(options.memoryHeads == 1, "memoryHeads", options.memoryHeads, "1 for the cell \(name)")
  }

  /// U·h′ + W·x is one sum.
  public var keepsRecurrentProduct: Bool { false }
  /// Nothing is kept besides the output.
  public var initialMemory: [Double] { [] }
  /// None.
  public var carriedPlanes: Int { 0 }
  /// U connects all units.
  public var heads: Int { 1 }
  /// They do.
  public var recurrentErrorFlows: Bool { true }
  /// Random.
  public func initialBias(gate: Int) -> Double? { nil }
  /// As without a lag.
  public func initialBias(gate: Int, bridging start: GateStart) -> Double? { nil }

  /// G
  var gates: Int { gateBlocks.count }
  /// How many planes of (rows × H) are stored for each step.
  var memoryPlanes: Int { initialMemory.count }
}

/// One block of a cell's gates.
public struct GateBlock: Sendable {
  let name: String
  /// What counts as saturated below; nil for gates that have no fixed range.
  let low: Double?

  /// Between shut (0) and open (1).
  public static func gate(_ name: String) -> GateBlock { GateBlock(name: name, low: 0.1) }
  /// Without an upper end.
  public static func exponential(_ name: String) -> GateBlock { GateBlock(name: name, low: nil) }
  /// What the gates let through, between −1 and 1.
  public static let candidate = GateBlock(name: "candidate", low: -0.9)
  /// What counts as saturated above.
  static let high = 0.9
}

/// How one unit's gates start when a lag is to be bridged ("chrono initialisation", Tallec & Ollivier 2018, "Can recurrent
/// neural networks warp time?").
///
/// A gate with bias b keeps σ(b) of the past at each step, so its memory lasts about 1 + exp(b) steps. b = log u with u
/// uniform in (1, lag − 1) spreads these times evenly up to the lag; a cell's own start keeps them near one step, from
/// where a gradient over a hundred steps is as good as none.
public struct GateStart: Sendable {
  /// In steps, 3 or more.
  public let lag: Double
  /// The unit's own random number, uniform in [0, 1).
  public let random: Double

  /// log u
  public var open: Double { log(1 + random * (lag - 2)) }
}
