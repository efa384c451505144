import CVectorMath

/// What a body reads: see `WindowBatch` for the letters.
struct NetworkInput<S: Scalar> {
  var rows: Int
  /// (T × B × C)
  var past: UnsafePointer<S>
  /// (P × B × K·F)
  var future: UnsafePointer<S>
  /// (B × number of static covariates)
  var statics: UnsafePointer<S>
  /// The series of each row, for embeddings.
  var series: [Int]
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

/// A body with its buffers, there and back. Used by one thread at a time.
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
}

/// Which body a network has.
public enum NetworkKind: String, Sendable, Codable, CaseIterable {
  /// Layers on top of each other; the last state gives the whole horizon at once.
  case stacked
}

extension NetworkKind {
  /// The body that `options` describe, its slices added to `layout`.
  /// - Parameter outputs: the numbers that the head wants for each position.
  func body(_ options: NetworkOptions, outputs: Int, layout: inout ParameterLayout) -> any NetworkBody {
    switch self {
    case .stacked: StackedNetwork(options, outputs: outputs, layout: &layout)
    }
  }
}
