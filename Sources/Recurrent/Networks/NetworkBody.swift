import CVectorMath

/// What a body reads: see `WindowBatch` for the letters.
struct NetworkInput<S: Scalar> {
  var rows: Int
  /// (T × B × C)
  var past: UnsafePointer<S>
  /// (P × B × K·F)
  var future: UnsafePointer<S>
  /// (B × static covariates and embedding)
  var statics: UnsafePointer<S>
  /// The series of each row, for embeddings.
  var series: [Int]
  /// (B × static covariates and embedding): backward a body adds the gradient of `statics` here.
  var staticGradient: UnsafeMutablePointer<S>?
}

/// The learned part of a network: from the channels of a lookback to a row of numbers for each position.
///
/// A body is a value that knows its slices of the flat parameter vector. `run` gives it buffers.
protocol NetworkBody: Sendable {
  /// Fills this body's slices of `values` with starting weights.
  func initialise<S: Scalar>(_ values: inout [S], _ generator: inout RandomGenerator)

  /// Buffers for passes of up to `rows` rows that make a forecast at each of the last `positions` steps.
  func run<S: Scalar>(rows: Int, positions: Int, mode: vm_mode) -> any NetworkRun<S>
}

/// A body with its buffers, forward and backward. Used by one thread at a time.
///
/// A run is reached through an existential, behind which the compiler leaves generic code unspecialised: `forward` and
/// `backward` of each run ask for a copy for `Float`, and with it for all that they call.
protocol NetworkRun<S>: AnyObject {
  associatedtype S: Scalar

  /// - Parameters:
  ///   - output: (P × B × outputs), written.
  ///   - dropout: where the masks come from in training; nil drops nothing.
  func forward(
    _ weights: Weights<S>, _ input: NetworkInput<S>, output: UnsafeMutablePointer<S>, dropout: RandomGenerator?)

  /// After `forward` with the same weights and input.
  /// - Parameters:
  ///   - outputGradient: (P × B × outputs)
  ///   - gradient: the flat gradient, added to.
  ///   - inputGradient: (T × B × C), written; nil when it is not wanted.
  func backward(
    _ weights: Weights<S>, _ input: NetworkInput<S>, outputGradient: UnsafePointer<S>,
    gradient: UnsafeMutablePointer<S>, inputGradient: UnsafeMutablePointer<S>?)

  /// The layers that read the lookback, with what they hold of the last pass; none for bodies without recurrence.
  var recurrentLayers: [RecurrentWorkspace<S>] { get }

  /// (K × T × B): the share of each step of the lookback in each step of the horizon; nil without attention.
  var attentionShares: Buffer<S>? { get }

  /// The next `forward` of a recursive network starts from the last state of `earlier`, a run of the same layers, each
  /// row of it taken `copies` times in a block: row r of copy c is row c·B + r. `earlier` may be this run itself.
  func continueFrom(_ earlier: any NetworkRun<S>, copies: Int)
}

extension NetworkRun {
  var recurrentLayers: [RecurrentWorkspace<S>] { [] }
  var attentionShares: Buffer<S>? { nil }
  func continueFrom(_ earlier: any NetworkRun<S>, copies: Int) { preconditionFailure("only a stack goes on") }
}

/// Which body a network has.
public enum NetworkKind: String, Sendable, Codable, CaseIterable {
  /// Layers on top of each other; the last state gives the whole horizon at once.
  case stacked
  /// Groups of layers whose states skip steps, with residual connections around the groups.
  case dilated
  /// One recurrent stack reads the lookback, another one goes through the horizon.
  case encoderDecoder = "encoder-decoder"
  /// One step ahead, fed back.
  case recursive
  /// A few patches instead of many steps; the horizon is decoded in parallel.
  case segment
  /// Feed-forward over the flattened lookback.
  case mlp
}

extension NetworkKind {
  /// The body that `options` describe, its slices added to `layout`.
  /// - Parameter outputs: the numbers that the head wants for each position.
  func body(_ options: NetworkOptions, outputs: Int, layout: inout ParameterLayout) -> any NetworkBody {
    var body: any NetworkBody
    switch self {
    case .stacked, .dilated, .recursive: body = StackedNetwork(options, outputs: outputs, layout: &layout)
    case .encoderDecoder: body = EncoderDecoderNetwork(options, outputs: outputs, layout: &layout)
    case .segment: body = SegmentNetwork(options, outputs: outputs, layout: &layout)
    case .mlp: body = FeedForwardNetwork(options, outputs: outputs, layout: &layout)
    }
    if options.seriesEmbedding > 0 { body = SeriesEmbeddedNetwork(options, body, layout: &layout) }
    return body
  }

  /// What makes a loss at several positions impossible.
  var reasonForOnePosition: String? {
    switch self {
    case .stacked, .recursive, .dilated: nil
    case .encoderDecoder: "the network encoder-decoder, whose decoder goes on from the last state alone"
    case .segment: "the network segment, whose patches all end with the newest step"
    case .mlp: "the network mlp, which has no state at earlier steps"
    }
  }
}
