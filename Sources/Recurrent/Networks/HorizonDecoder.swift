import CVectorMath

/// The decoding half of an encoder–decoder network: one step of the horizon after the other, forward and backward.
final class HorizonDecoder<S: Scalar>: HorizonDecoding {
  private let network: EncoderDecoderNetwork
  private let mode: vm_mode
  private let layers: [RecurrentWorkspace<S>]
  private let attention: AttentionWorkspace<S>?
  /// After each layer but the last, and before the head.
  private let dropouts: [Dropout<S>]
  private let headDropout: Dropout<S>
  private var rows = 0
  /// What the first layer reads (K × B × I), and the gradient of one step of it.
  private let inputs: Buffer<S>
  private let inputGradient: Buffer<S>
  /// What a higher layer's dropout hides from the one below (B × H).
  private let belowGradient: Buffer<S>
  /// What the head reads (K × B × W), and the gradient of one step of it.
  private let features: Buffer<S>
  private let featureGradient: Buffer<S>
  /// (B × H): the gradient of one step's context from both places where it is read.
  private let contextGradient: Buffer<S>
  /// (K × B × Q)
  let raw: Activations<S>

  init(_ network: EncoderDecoderNetwork, rows: Int, mode: vm_mode) {
    let options = network.options
    let horizon = options.horizon
    self.network = network
    self.mode = mode
    layers = network.decoder.layers.map { RecurrentWorkspace(layer: $0[0], rows: rows, steps: horizon, mode: mode) }
    attention = network.attention.map {
      AttentionWorkspace($0, rows: rows, steps: options.lookback, queries: horizon, mode: mode)
    }
    dropouts = layers.dropLast().map { _ in
      Dropout(rate: options.dropout, count: horizon * rows * options.hidden, mode: mode)
    }
    headDropout = Dropout(rate: options.dropout, count: horizon * rows * network.head.inputs, mode: mode)
    inputs = Buffer(horizon * rows * network.decoderInputs)
    inputGradient = Buffer(rows * network.decoderInputs)
    belowGradient = Buffer(rows * options.hidden)
    features = Buffer(horizon * rows * network.head.inputs)
    featureGradient = Buffer(rows * network.head.inputs)
    contextGradient = Buffer(rows * options.hidden)
    raw = Activations(horizon * rows * network.stepOutputs)
  }

  var attentionShares: Buffer<S>? { attention?.shares }
  private var hidden: Int { network.options.hidden }
  private var plane: Int { rows * hidden }
  private var top: RecurrentWorkspace<S> { layers[layers.count - 1] }
  private var asksBefore: Bool { network.options.attention == .additive }
  /// What attention asks with.
  private func query(_ step: Int) -> UnsafePointer<S> { asksBefore ? top.previousOutput(step) : top.output(step) }

  /// What layer `level` reads at `step`.
  private func input(of level: Int, _ step: Int) -> UnsafePointer<S> {
    guard level > 0 else { return UnsafePointer(inputs.base + step * rows * network.decoderInputs) }
    return dropouts[level - 1].passed(layers[level - 1].output(step), at: step * plane)
  }

  private func headInput(_ step: Int) -> UnsafePointer<S> {
    let start = step * rows * network.head.inputs
    return headDropout.passed(features.base + start, at: start)
  }

  @specialized(where S == Float)
  func forward(
    _ weights: Weights<S>, _ input: NetworkInput<S>, from encoder: StackWorkspace<S>,
    dropout: inout RandomGenerator?
  ) {
    rows = input.rows
    for layer in dropouts { layer.draw(network.options.horizon * plane, from: &dropout) }
    headDropout.draw(network.options.horizon * rows * network.head.inputs, from: &dropout)
    attention?.begin(weights, rows: rows, states: encoder.output)
    for (level, layer) in layers.enumerated() {
      layer.begin(rows: rows)
      layer.takeState(from: encoder.layers[level][0])
    }
    for step in 0..<network.options.horizon {
      if asksBefore { attend(step, weights, encoder.output) }
      gatherInput(step, input)
      for (level, layer) in layers.enumerated() {
        layer.forward(step: step, weights, input: self.input(of: level, step))
        if level < dropouts.count { dropouts[level].apply(plane, at: step * plane, input: layer.output(step)) }
      }
      if !asksBefore { attend(step, weights, encoder.output) }
      gatherFeatures(step, input)
      network.head.forward(
        weights, rows: rows, input: headInput(step), output: raw.values + step * rows * network.stepOutputs, mode: mode)
    }
  }

  /// Puts the context of `step` into its features.
  private func attend(_ step: Int, _ weights: Weights<S>, _ states: UnsafePointer<S>) {
    let width = network.head.inputs
    attention?.forward(
      step, weights, query: query(step), states: states, context: features.base + step * rows * width + hidden,
      stride: width)
  }

  private func gatherInput(_ step: Int, _ input: NetworkInput<S>) {
    let (width, fedBack) = (network.decoderInputs, network.fedBack)
    let future = network.options.futureCovariates
    for row in 0..<rows {
      let cell = inputs.base + (step * rows + row) * width
      switch network.options.decoderInput {
      case .correction where step == 0: cell.clear(fedBack)
      case .correction: cell.update(from: raw.values + ((step - 1) * rows + row) * fedBack, count: fedBack)
      case .state: cell.update(from: top.previousOutput(step) + row * hidden, count: fedBack)
      case .covariates: break
      }
      (cell + fedBack).update(
        from: input.future + (row * network.options.horizon + step) * future, count: future)
      guard asksBefore else { continue }
      (cell + fedBack + future).update(
        from: features.base + (step * rows + row) * network.head.inputs + hidden, count: hidden)
    }
  }

  /// [state | context, which is there already | statics]
  private func gatherFeatures(_ step: Int, _ input: NetworkInput<S>) {
    let width = network.head.inputs
    let statics = network.options.staticWidth
    for row in 0..<rows {
      let cell = features.base + (step * rows + row) * width
      cell.update(from: top.output(step) + row * hidden, count: hidden)
      (cell + width - statics).update(from: input.statics + row * statics, count: statics)
    }
    headDropout.apply(rows * width, at: step * rows * width, input: features.base + step * rows * width)
  }

  @specialized(where S == Float)
  func backward(
    _ weights: Weights<S>, _ input: NetworkInput<S>, to encoder: StackWorkspace<S>,
    gradient: UnsafeMutablePointer<S>
  ) {
    attention?.beginBackward()
    for layer in layers {
      layer.clearOutputGradient()
      layer.beginBackward()
    }
    for step in (0..<network.options.horizon).reversed() {
      backwardHead(step, weights, input, gradient: gradient)
      if !asksBefore { attendBackward(step, weights, encoder, gradient: gradient) }
      for (level, layer) in layers.enumerated().reversed() { backward(layer, level, step, weights) }
      scatterInput(step)
      if asksBefore { attendBackward(step, weights, encoder, gradient: gradient) }
    }
    for (level, layer) in layers.enumerated() {
      layer.addWeightGradients(input: self.input(of: level, 0), gradient: gradient)
      layer.giveStateGradient(to: encoder.layers[level][0])
    }
    attention?.endBackward(
      weights, states: encoder.output, gradient: gradient, stateGradient: encoder.outputGradient)
  }

  private func backwardHead(
    _ step: Int, _ weights: Weights<S>, _ input: NetworkInput<S>, gradient: UnsafeMutablePointer<S>
  ) {
    let width = network.head.inputs
    let statics = network.options.staticWidth
    network.head.backward(
      weights, rows: rows, input: headInput(step),
      outputGradient: raw.gradient + step * rows * network.stepOutputs, gradient: gradient,
      inputGradient: featureGradient.base, mode: mode)
    headDropout.backward(rows * width, at: step * rows * width, gradient: featureGradient.base)
    for row in 0..<rows {
      let cell = featureGradient.base + row * width
      vm_axpy(mode, hidden, 1, cell, top.outputGradient(step) + row * hidden)
      if attention != nil { (contextGradient.base + row * hidden).update(from: cell + hidden, count: hidden) }
      if let target = input.staticGradient, statics > 0 {
        vm_axpy(mode, statics, 1, cell + width - statics, target + row * statics)
      }
    }
  }

  private func attendBackward(
    _ step: Int, _ weights: Weights<S>, _ encoder: StackWorkspace<S>, gradient: UnsafeMutablePointer<S>
  ) {
    attention?.backward(
      step, weights, query: query(step), states: encoder.output, contextGradient: contextGradient.base, stride: hidden,
      gradient: gradient, queryTarget: asksBefore ? top.previousOutputGradient(step) : top.outputGradient(step),
      stateGradient: encoder.outputGradient)
  }

  private func backward(_ layer: RecurrentWorkspace<S>, _ level: Int, _ step: Int, _ weights: Weights<S>) {
    guard level > 0 else { return layer.backward(step: step, weights, inputGradient: inputGradient.base) }
    let below = layers[level - 1].outputGradient(step)
    guard network.options.dropout > 0 else {
      return layer.backward(step: step, weights, inputGradient: below, adds: true)
    }
    layer.backward(step: step, weights, inputGradient: belowGradient.base)
    dropouts[level - 1].backward(plane, at: step * plane, gradient: belowGradient.base)
    vm_axpy(mode, plane, 1, belowGradient.base, below)
  }

  /// The gradient of `gatherInput`. Covariates are given and need no gradient.
  private func scatterInput(_ step: Int) {
    let (width, fedBack) = (network.decoderInputs, network.fedBack)
    for row in 0..<rows {
      let cell = inputGradient.base + row * width
      switch network.options.decoderInput {
      case .correction where step > 0:
        vm_axpy(mode, fedBack, 1, cell, raw.gradient + ((step - 1) * rows + row) * fedBack)
      case .state: vm_axpy(mode, fedBack, 1, cell, top.previousOutputGradient(step) + row * hidden)
      case .correction, .covariates: break
      }
      if asksBefore { vm_axpy(mode, hidden, 1, cell + width - hidden, contextGradient.base + row * hidden) }
    }
  }
}
