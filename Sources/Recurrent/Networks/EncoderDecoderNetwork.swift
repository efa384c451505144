import CVectorMath

/// Encoder and decoder (Cho et al. 2014; Sutskever, Vinyals & Le 2014): one recurrent stack reads the lookback, another
/// one starts from its last states and goes through the horizon, with or without attention over the encoder's states.
///
///     s_k = decoder([fed back | future covariates of step k | context_k if additive], s_{k−1})
///     raw_k = head([s_k | context_k | statics])
///
/// What is fed back is the decoder's own raw output of step k−1 or its state s_{k−1}, in training as in use, so that it
/// learns from the inputs that it will have. Additive attention asks with s_{k−1}, dot-product attention with s_k. The
/// anchors' mix is read from the encoder's last state.
struct EncoderDecoderNetwork: NetworkBody {
  let options: NetworkOptions
  /// Q
  let stepOutputs: Int
  let encoder: RecurrentStack
  let decoder: RecurrentStack
  let attention: Attention?
  /// Head and mix start at zero, so that an untrained network adds nothing to its anchors.
  let head: Linear
  let mix: Linear?

  init(_ options: NetworkOptions, outputs: Int, layout: inout ParameterLayout) {
    let hidden = options.hidden
    let dilations = Array(repeating: 1, count: options.layers)
    self.options = options
    stepOutputs = options.stepOutputs(of: outputs)
    encoder = RecurrentStack(
      options, inputs: options.inputWidth, dilations: dilations, prefix: "encoder.", layout: &layout)
    let fedBack =
      switch options.decoderInput {
      case .correction: stepOutputs
      case .state: hidden
      case .covariates: 0
      }
    decoder = RecurrentStack(
      options, inputs: fedBack + options.futureCovariates + (options.attention == .additive ? hidden : 0),
      dilations: dilations, prefix: "decoder.", layout: &layout)
    attention = options.attention.map { Attention($0, hidden: hidden, layout: &layout) }
    head = Linear(
      inputs: hidden + (options.attention == nil ? 0 : hidden) + options.staticOutputs, outputs: stepOutputs,
      name: "head", layout: &layout)
    mix =
      options.mixOutputs > 0
      ? Linear(inputs: hidden, outputs: options.mixOutputs, name: "mix", layout: &layout) : nil
  }

  /// What is fed back, at the start of the decoder's input.
  var fedBack: Int { decoderInputs - options.futureCovariates - (options.attention == .additive ? options.hidden : 0) }
  var decoderInputs: Int { decoder.layers[0][0].inputs }

  func initialise<S: Scalar>(_ values: inout [S], _ generator: inout RandomGenerator) {
    encoder.initialise(&values, &generator)
    decoder.initialise(&values, &generator)
    attention?.initialise(&values, &generator)
  }

  func run<S: Scalar>(rows: Int, positions: Int, mode: vm_mode) -> any NetworkRun<S> {
    EncoderDecoderRun<S>(self, rows: rows, mode: mode)
  }
}

final class EncoderDecoderRun<S: Scalar>: NetworkRun {
  private let network: EncoderDecoderNetwork
  private let mode: vm_mode
  private let encoder: StackWorkspace<S>
  private let decoder: HorizonDecoder<S>
  /// (B × A), its gradient, and that of the state (B × H) it is read from.
  private let mix: Buffer<S>
  private let mixGradient: Buffer<S>
  private let stateGradient: Buffer<S>

  init(_ network: EncoderDecoderNetwork, rows: Int, mode: vm_mode) {
    self.network = network
    self.mode = mode
    encoder = network.encoder.workspace(rows: rows, steps: network.options.lookback, mode: mode, continued: true)
    decoder = HorizonDecoder(network, rows: rows, mode: mode)
    mix = Buffer(rows * network.options.mixOutputs)
    mixGradient = Buffer(rows * network.options.mixOutputs)
    stateGradient = Buffer(rows * network.options.hidden)
  }

  /// (K × T × B): the share of each step of the lookback in each step of the horizon; nil without attention.
  var attentionShares: UnsafePointer<S>? { decoder.attention.map { UnsafePointer($0.shares.base) } }

  var recurrentLayers: [RecurrentWorkspace<S>] { Array(encoder.layers.joined()) }

  private var top: RecurrentWorkspace<S> { encoder.layers[encoder.layers.count - 1][0] }

  func forward(
    _ weights: Weights<S>, _ input: NetworkInput<S>, output: UnsafeMutablePointer<S>, dropout: RandomGenerator?
  ) {
    var dropout = dropout
    encoder.begin(rows: input.rows)
    encoder.forward(weights, input: input.past, dropout: &dropout)
    decoder.forward(weights, input, from: encoder, dropout: &dropout)
    let (numbers, width, logits) = (network.stepOutputs, rawWidth, network.options.mixOutputs)
    for step in 0..<network.options.horizon {
      for row in 0..<input.rows {
        (output + row * width + step * numbers).update(
          from: decoder.raw.base + (step * input.rows + row) * numbers, count: numbers)
      }
    }
    guard let layer = network.mix else { return }
    layer.forward(weights, rows: input.rows, input: top.lastOutput, output: mix.base, mode: mode)
    for row in 0..<input.rows {
      (output + (row + 1) * width - logits).update(from: mix.base + row * logits, count: logits)
    }
  }

  private var rawWidth: Int { network.options.horizon * network.stepOutputs + network.options.mixOutputs }

  func backward(
    _ weights: Weights<S>, _ input: NetworkInput<S>, outputGradient: UnsafePointer<S>,
    gradient: UnsafeMutablePointer<S>, inputGradient: UnsafeMutablePointer<S>?
  ) {
    let (numbers, width, logits) = (network.stepOutputs, rawWidth, network.options.mixOutputs)
    for step in 0..<network.options.horizon {
      for row in 0..<input.rows {
        (decoder.rawGradient.base + (step * input.rows + row) * numbers).update(
          from: outputGradient + row * width + step * numbers, count: numbers)
      }
    }
    encoder.clearOutputGradient()
    decoder.backward(weights, input, to: encoder, gradient: gradient)
    if let layer = network.mix {
      for row in 0..<input.rows {
        (mixGradient.base + row * logits).update(from: outputGradient + (row + 1) * width - logits, count: logits)
      }
      layer.backward(
        weights, rows: input.rows, input: top.lastOutput, outputGradient: mixGradient.base, gradient: gradient,
        inputGradient: stateGradient.base, mode: mode)
      vm_axpy(mode, input.rows * network.options.hidden, 1, stateGradient.base, top.lastOutputGradient)
    }
    encoder.backward(weights, input: input.past, gradient: gradient, inputGradient: inputGradient)
  }
}
