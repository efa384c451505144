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
      inputs: segment * options.channels + options.staticInputs, outputs: hidden, name: "patch", layout: &layout)
    stack = RecurrentStack(
      options, inputs: hidden, dilations: Array(repeating: 1, count: options.layers), layout: &layout)
    let described = options.staticEntry == .input ? 0 : options.seriesEmbedding
    position = Embedding(count: segments, size: hidden - described, name: "position", layout: &layout)
    let facts = segment * options.futureCovariates + options.staticOutputs - described
    known = facts > 0 ? Linear(inputs: facts, outputs: hidden, name: "known", layout: &layout) : nil
    head = Linear(inputs: hidden, outputs: segment * stepOutputs, name: "head", layout: &layout)
    mix =
      options.mixOutputs > 0
      ? Linear(inputs: hidden, outputs: options.mixOutputs, name: "mix", layout: &layout) : nil
  }

  /// The numbers of the series' embedding beside each position.
  var described: Int { options.hidden - position.size }

  func initialise<S: Scalar>(_ values: inout [S], _ generator: inout RandomGenerator) {
    patch.initialise(&values, &generator)
    stack.initialise(&values, &generator)
    position.initialise(&values, &generator)
    known?.initialise(&values, &generator)
  }

  func run<S: Scalar>(rows: Int, positions: Int, mode: vm_mode) -> any NetworkRun<S> {
    SegmentRun<S>(self, rows: rows, mode: mode)
  }
}

final class SegmentRun<S: Scalar>: NetworkRun {
  private let network: SegmentNetwork
  private let mode: vm_mode
  /// (N × B × (s·C + statics)) and its gradient.
  private let patches: Buffer<S>
  private let patchGradient: Buffer<S>
  /// (N × B × H) after the rectifier, and its gradient.
  private let encoded: Buffer<S>
  private let encodedGradient: Buffer<S>
  private let encoder: StackWorkspace<S>
  private let decoder: SegmentDecoder<S>
  /// (M × B × s·Q) and its gradient.
  private let raw: Buffer<S>
  private let rawGradient: Buffer<S>
  /// (B × A), its gradient, and that of the state (B × H) it is read from.
  private let mix: Buffer<S>
  private let mixGradient: Buffer<S>
  private let stateGradient: Buffer<S>

  init(_ network: SegmentNetwork, rows: Int, mode: vm_mode) {
    let hidden = network.options.hidden
    self.network = network
    self.mode = mode
    patches = Buffer(network.patches * rows * network.patch.inputs)
    patchGradient = Buffer(network.patches * rows * network.patch.inputs)
    encoded = Buffer(network.patches * rows * hidden)
    encodedGradient = Buffer(network.patches * rows * hidden)
    encoder = network.stack.workspace(rows: rows, steps: network.patches, mode: mode, continued: true)
    decoder = SegmentDecoder(network, rows: rows, mode: mode)
    raw = Buffer(network.segments * rows * network.head.outputs)
    rawGradient = Buffer(network.segments * rows * network.head.outputs)
    mix = Buffer(rows * network.options.mixOutputs)
    mixGradient = Buffer(rows * network.options.mixOutputs)
    stateGradient = Buffer(rows * hidden)
  }

  /// (B × H): h_N of the top layer.
  private var lastState: UnsafeMutablePointer<S> { encoder.layers[encoder.layers.count - 1][0].lastOutput }

  var recurrentLayers: [RecurrentWorkspace<S>] { Array(encoder.layers.joined()) }

  func forward(
    _ weights: Weights<S>, _ input: NetworkInput<S>, output: UnsafeMutablePointer<S>, dropout: RandomGenerator?
  ) {
    var dropout = dropout
    let rows = network.patches * input.rows
    gatherPatches(input)
    network.patch.forward(weights, rows: rows, input: patches.base, output: encoded.base, mode: mode)
    vm_relu(mode, rows * network.options.hidden, encoded.base, encoded.base)
    encoder.begin(rows: input.rows)
    encoder.forward(weights, input: encoded.base, dropout: &dropout)
    decoder.forward(weights, input, from: encoder, output: raw.base, dropout: &dropout)
    network.mix?.forward(weights, rows: input.rows, input: lastState, output: mix.base, mode: mode)
    eachPart(rows: input.rows) { inside, outside, count in
      (output + outside).update(from: raw.base + inside, count: count)
    }
    eachMix(rows: input.rows) { inside, outside, count in
      (output + outside).update(from: mix.base + inside, count: count)
    }
  }

  func backward(
    _ weights: Weights<S>, _ input: NetworkInput<S>, outputGradient: UnsafePointer<S>,
    gradient: UnsafeMutablePointer<S>, inputGradient: UnsafeMutablePointer<S>?
  ) {
    rawGradient.clear(network.segments * input.rows * network.head.outputs)
    eachPart(rows: input.rows) { inside, outside, count in
      (rawGradient.base + inside).update(from: outputGradient + outside, count: count)
    }
    eachMix(rows: input.rows) { inside, outside, count in
      (mixGradient.base + inside).update(from: outputGradient + outside, count: count)
    }
    decoder.backward(weights, input, to: encoder, outputGradient: rawGradient.base, gradient: gradient)
    encoder.clearOutputGradient()
    if let layer = network.mix {
      layer.backward(
        weights, rows: input.rows, input: lastState, outputGradient: mixGradient.base, gradient: gradient,
        inputGradient: stateGradient.base, mode: mode)
      vm_axpy(
        mode, input.rows * network.options.hidden, 1, stateGradient.base,
        encoder.layers[encoder.layers.count - 1][0].lastOutputGradient)
    }
    encoder.backward(weights, input: encoded.base, gradient: gradient, inputGradient: encodedGradient.base)
    let rows = network.patches * input.rows
    vm_relu_backward(
      mode, rows * network.options.hidden, encoded.base, encodedGradient.base, encodedGradient.base)
    let wanted = inputGradient != nil || (network.options.staticInputs > 0 && input.staticGradient != nil)
    network.patch.backward(
      weights, rows: rows, input: patches.base, outputGradient: encodedGradient.base, gradient: gradient,
      inputGradient: wanted ? patchGradient.base : nil, mode: mode)
    if wanted { scatterPatches(input, inputGradient) }
  }

  /// Where each segment's numbers lie in (M × B × s·Q), where in the raw rows, and how many of them count: the last
  /// segment may reach past the horizon.
  private func eachPart(rows: Int, _ body: (_ inside: Int, _ outside: Int, _ count: Int) -> Void) {
    let width = network.head.outputs
    let steps = network.options.horizon * network.stepOutputs
    for segment in 0..<network.segments {
      for row in 0..<rows {
        body(
          (segment * rows + row) * width, row * (steps + network.options.mixOutputs) + segment * width,
          min(width, steps - segment * width))
      }
    }
  }

  /// The same for the anchors' logits (B × A).
  private func eachMix(rows: Int, _ body: (_ inside: Int, _ outside: Int, _ count: Int) -> Void) {
    let count = network.options.mixOutputs
    let steps = network.options.horizon * network.stepOutputs
    guard count > 0 else { return }
    for row in 0..<rows { body(row * count, row * (steps + count) + steps, count) }
  }
}

// The lookback as patches.
extension SegmentRun {
  /// Steps that the first patch lacks.
  private var missing: Int { network.patches * network.segment - network.options.lookback }

  /// (T × B × C) and (B × S) → (N × B × (s·C + S)). What the first patch lacks stays zero.
  private func gatherPatches(_ input: NetworkInput<S>) {
    let channels = network.options.channels
    let statics = network.options.staticInputs
    for patch in 0..<network.patches {
      for row in 0..<input.rows {
        let cell = patches.base + (patch * input.rows + row) * network.patch.inputs
        for place in 0..<network.segment {
          let step = patch * network.segment + place - missing
          let target = cell + place * channels
          guard step >= 0 else {
            target.clear(channels)
            continue
          }
          target.update(from: input.past + (step * input.rows + row) * channels, count: channels)
        }
        (cell + network.segment * channels).update(from: input.statics + row * statics, count: statics)
      }
    }
  }

  /// The way back of `gatherPatches`.
  private func scatterPatches(_ input: NetworkInput<S>, _ inputGradient: UnsafeMutablePointer<S>?) {
    let channels = network.options.channels
    let statics = network.options.staticInputs
    for patch in 0..<network.patches {
      for row in 0..<input.rows {
        let cell = patchGradient.base + (patch * input.rows + row) * network.patch.inputs
        if let inputGradient {
          for place in 0..<network.segment {
            let step = patch * network.segment + place - missing
            guard step >= 0 else { continue }
            (inputGradient + (step * input.rows + row) * channels).update(
              from: cell + place * channels, count: channels)
          }
        }
        if let target = input.staticGradient, statics > 0 {
          vm_axpy(mode, statics, 1, cell + network.segment * channels, target + row * statics)
        }
      }
    }
  }
}
