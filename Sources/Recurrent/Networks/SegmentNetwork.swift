import CVectorMath

/// Segments (Lin et al. 2023, SegRNN): the lookback enters as N = ⌈T/s⌉ patches of s steps, and the M = ⌈K/s⌉ segments
/// of the horizon are decoded in parallel from the last state.
///
///     x_n = max(0, W·patch_n + b)          h_n = cell(x_n, h_{n−1})
///     y_m = [position_m | series] + V·[future covariates of segment m | statics]
///     raw_m = head(dropout(cell(y_m, h_N)))
///
/// Encoder and decoder share the cell's weights, as in the paper. The newest step always ends the last patch; when T is
/// not a multiple of s, the first patch is filled up with zeros at its oldest end. The anchors' mix is read from h_N.
struct SegmentNetwork: NetworkBody {
  let options: NetworkOptions
  /// Q
  let stepOutputs: Int
  /// s
  let segment: Int
  /// N
  let patches: Int
  /// M
  let segments: Int
  let patch: Linear
  let stack: RecurrentStack
  let position: Embedding
  /// V; nil when nothing is known of the horizon or the series.
  let known: Linear?
  /// Head and mix start at zero, so that an untrained network adds nothing to its anchors.
  let head: Linear
  let mix: Linear?

  init(_ options: NetworkOptions, outputs: Int, layout: inout ParameterLayout) {
    let segment = options.segment ?? options.lookback
    let hidden = options.hidden
    self.options = options
    self.segment = segment
    stepOutputs = options.stepOutputs(of: outputs)
    patches = (options.lookback + segment - 1) / segment
    segments = (options.horizon + segment - 1) / segment
    patch = Linear(
      inputs: segment * options.channels, outputs: hidden, name: "patch", layout: &layout)
    stack = RecurrentStack(
      options, inputs: hidden, dilations: Array(repeating: 1, count: options.layers), layout: &layout)
    position = Embedding(count: segments, size: hidden - options.seriesEmbedding, name: "position", layout: &layout)
    let facts = segment * options.futureCovariates + options.staticCovariates
    known = facts > 0 ? Linear(inputs: facts, outputs: hidden, name: "known", layout: &layout) : nil
    head = Linear(inputs: hidden, outputs: segment * stepOutputs, name: "head", layout: &layout)
    mix = .mix(options, layout: &layout)
  }

  func initialise<S: Scalar>(_ values: inout [S], _ generator: inout RandomGenerator) {
    patch.initialise(&values, &generator)
    stack.initialise(&values, &generator)
    position.initialise(&values, &generator)
    known?.initialise(&values, &generator)
  }

  func run<S: Scalar>(rows: Int, positions: Int, mode: vm_mode) -> any NetworkRun<S> {
    DecodingRun<S>(
      options, stack, steps: patches, patches: PatchWorkspace(self, rows: rows, mode: mode),
      decoder: SegmentDecoder(self, rows: rows, mode: mode), partWidth: head.outputs, stepOutputs: stepOutputs,
      mix: mix, rows: rows, mode: mode)
  }
}

/// The lookback as patches, forward and backward.
final class PatchWorkspace<S: Scalar> {
  private let network: SegmentNetwork
  private let mode: vm_mode
  /// (N × B × s·C)
  private let patches: Activations<S>
  /// (N × B × H) after the rectifier.
  let encoded: Activations<S>

  init(_ network: SegmentNetwork, rows: Int, mode: vm_mode) {
    self.network = network
    self.mode = mode
    patches = Activations(network.patches * rows * network.patch.inputs)
    encoded = Activations(network.patches * rows * network.options.hidden)
  }

  /// Writes `encoded` and returns its values.
  func forward(_ weights: Weights<S>, _ input: NetworkInput<S>) -> UnsafePointer<S> {
    let rows = network.patches * input.rows
    let channels = network.options.channels
    // What the first patch lacks.
    patches.values.clear(input.rows * network.patch.inputs)
    eachStep(rows: input.rows) { inside, outside in
      (patches.values + inside).update(from: input.past + outside, count: channels)
    }
    network.patch.forward(weights, rows: rows, input: patches.values, output: encoded.values, mode: mode)
    vm_relu(mode, rows * network.options.hidden, encoded.values, encoded.values)
    return UnsafePointer(encoded.values)
  }

  /// From the gradient of `encoded`.
  /// - Parameter inputGradient: (T × B × C), written; nil when it is not wanted.
  func backward(
    _ weights: Weights<S>, rows: Int, gradient: UnsafeMutablePointer<S>, inputGradient: UnsafeMutablePointer<S>?
  ) {
    let all = network.patches * rows
    vm_relu_backward(mode, all * network.options.hidden, encoded.values, encoded.gradient, encoded.gradient)
    network.patch.backward(
      weights, rows: all, input: patches.values, outputGradient: encoded.gradient, gradient: gradient,
      inputGradient: inputGradient == nil ? nil : patches.gradient, mode: mode)
    guard let inputGradient else { return }
    let channels = network.options.channels
    eachStep(rows: rows) { inside, outside in
      (inputGradient + outside).update(from: patches.gradient + inside, count: channels)
    }
  }

  /// Where each step's channels lie in (N × B × s·C) and in (T × B × C).
  private func eachStep(rows: Int, _ body: (_ inside: Int, _ outside: Int) -> Void) {
    let (segment, channels) = (network.segment, network.options.channels)
    let missing = network.patches * segment - network.options.lookback
    for step in 0..<network.options.lookback {
      let (patch, place) = (step + missing).quotientAndRemainder(dividingBy: segment)
      for row in 0..<rows {
        body(((patch * rows + row) * segment + place) * channels, (step * rows + row) * channels)
      }
    }
  }
}
