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
      options, inputs: options.channels, dilations: dilations, prefix: "encoder.", layout: &layout)
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
      inputs: hidden + (options.attention == nil ? 0 : hidden) + options.staticWidth, outputs: stepOutputs,
      name: "head", layout: &layout)
    mix = .mix(options, layout: &layout)
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
    DecodingRun<S>(
      options, encoder, steps: options.lookback, decoder: HorizonDecoder(self, rows: rows, mode: mode),
      partWidth: stepOutputs, stepOutputs: stepOutputs, mix: mix, rows: rows, mode: mode)
  }
}
