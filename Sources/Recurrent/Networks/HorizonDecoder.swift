import CVectorMath

/// The decoding half of an encoder–decoder network: one step of the horizon after the other, there and back.
final class HorizonDecoder<S: Scalar> {
  private let network: EncoderDecoderNetwork
  private let mode: vm_mode
  private let layers: [RecurrentWorkspace<S>]
  let attention: AttentionWorkspace<S>?
  /// After each layer but the last, and before the head.
  private let dropouts: [Dropout<S>]
  private let headDropout: Dropout<S>
  private var drops = false
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
  /// (K × B × Q) and its gradient.
  let raw: Buffer<S>
  let rawGradient: Buffer<S>

  init(_ network: EncoderDecoderNetwork, rows: Int, mode: vm_mode) {
    let options = network.options
    let horizon = options.horizon
    let rate = options.dropout
    self.network = network
    self.mode = mode
    layers = network.decoder.layers.map { $0[0].workspace(rows: rows, steps: horizon, mode: mode) }
    attention = network.attention.map {
      AttentionWorkspace($0, rows: rows, steps: options.lookback, queries: horizon, mode: mode)
    }
    dropouts =
      rate > 0 ? layers.dropLast().map { _ in Dropout(rate: rate, count: horizon * rows * options.hidden) } : []
    headDropout = Dropout(rate: rate, count: rate > 0 ? horizon * rows * network.head.inputs : 0)
    inputs = Buffer(horizon * rows * network.decoderInputs)
    inputGradient = Buffer(rows * network.decoderInputs)
    belowGradient = Buffer(rows * options.hidden)
    features = Buffer(horizon * rows * network.head.inputs)
    featureGradient = Buffer(rows * network.head.inputs)
    contextGradient = Buffer(rows * options.hidden)
    raw = Buffer(horizon * rows * network.stepOutputs)
    rawGradient = Buffer(horizon * rows * network.stepOutputs)
  }

  private var hidden: Int { network.options.hidden }
  private var plane: Int { rows * hidden }
  private var top: RecurrentWorkspace<S> { layers[layers.count - 1] }
  private var asksBefore: Bool { network.options.attention == .additive }

  /// What layer `level` reads at `step`.
  private func input(of level: Int, _ step: Int) -> UnsafePointer<S> {
    guard level > 0 else { return UnsafePointer(inputs.base + step * rows * network.decoderInputs) }
    return drops ? UnsafePointer(dropouts[level - 1].output.base + step * plane) : layers[level - 1].output(step)
  }

  private func headInput(_ step: Int) -> UnsafePointer<S> {
    UnsafePointer((drops ? headDropout.output.base : features.base) + step * rows * network.head.inputs)
  }

  /// Writes `raw`.
  func forward(
    _ weights: Weights<S>, _ input: NetworkInput<S>, from encoder: StackWorkspace<S>,
    dropout: inout RandomGenerator?
  ) {
    rows = input.rows
    draw(&dropout)
    attention?.begin(weights, rows: rows, states: encoder.output)
    for (level, layer) in layers.enumerated() {
      layer.begin(rows: rows)
      layer.takeState(from: encoder.layers[level][0])
    }
    for step in 0..<network.options.horizon {
      if asksBefore { attend(step, weights, query: top.previousOutput(step), encoder.output) }
      gatherInput(step, input)
      for (level, layer) in layers.enumerated() {
        layer.forward(step: step, weights, input: self.input(of: level, step))
        if drops, level < dropouts.count {
          dropouts[level].apply(step * plane..<(step + 1) * plane, input: layer.output(step), mode: mode)
        }
      }
      if !asksBefore { attend(step, weights, query: top.output(step), encoder.output) }
      gatherFeatures(step, input)
      network.head.forward(
        weights, rows: rows, input: headInput(step), output: raw.base + step * rows * network.stepOutputs, mode: mode)
    }
  }

  private func draw(_ dropout: inout RandomGenerator?) {
    drops = false
    guard network.options.dropout > 0, var generator = dropout else { return }
    drops = true
    for layer in dropouts { layer.draw(network.options.horizon * plane, generator: &generator) }
    headDropout.draw(network.options.horizon * rows * network.head.inputs, generator: &generator)
    dropout = generator
  }

  /// Puts the context of `step` into its features.
  private func attend(
    _ step: Int, _ weights: Weights<S>, query: UnsafePointer<S>, _ states: UnsafePointer<S>
  ) {
    let width = network.head.inputs
    attention?.forward(
      step, weights, query: query, states: states, context: features.base + step * rows * width + hidden, stride: width)
  }

  private func gatherInput(_ step: Int, _ input: NetworkInput<S>) {
    let (width, fedBack) = (network.decoderInputs, network.fedBack)
    let future = network.options.futureCovariates
    for row in 0..<rows {
      let cell = inputs.base + (step * rows + row) * width
      switch network.options.decoderInput {
      case .correction where step == 0: cell.clear(fedBack)
      case .correction: cell.update(from: raw.base + ((step - 1) * rows + row) * fedBack, count: fedBack)
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
    let statics = network.options.staticOutputs
    for row in 0..<rows {
      let cell = features.base + (step * rows + row) * width
      cell.update(from: top.output(step) + row * hidden, count: hidden)
      (cell + width - statics).update(from: input.statics + row * statics, count: statics)
    }
    if drops {
      headDropout.apply(
        step * rows * width..<(step + 1) * rows * width, input: features.base + step * rows * width, mode: mode)
    }
  }

  /// From `rawGradient`, which it uses up. Adds to the encoder's output gradient and leaves that of its last states.
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
      if !asksBefore {
        ask(
          step, weights, query: top.output(step), target: top.outputGradient(step), encoder, gradient: gradient)
      }
      for (level, layer) in layers.enumerated().reversed() { backward(layer, level, step, weights) }
      scatterInput(step)
      if asksBefore {
        ask(
          step, weights, query: top.previousOutput(step), target: top.previousOutputGradient(step), encoder,
          gradient: gradient)
      }
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
    let statics = network.options.staticOutputs
    network.head.backward(
      weights, rows: rows, input: headInput(step),
      outputGradient: rawGradient.base + step * rows * network.stepOutputs, gradient: gradient,
      inputGradient: featureGradient.base, mode: mode)
    if drops {
      headDropout.backward(step * rows * width..<(step + 1) * rows * width, gradient: featureGradient.base, mode: mode)
    }
    for row in 0..<rows {
      let cell = featureGradient.base + row * width
      vm_axpy(mode, hidden, 1, cell, top.outputGradient(step) + row * hidden)
      if attention != nil { (contextGradient.base + row * hidden).update(from: cell + hidden, count: hidden) }
      if let target = input.staticGradient, statics > 0 {
        vm_axpy(mode, statics, 1, cell + width - statics, target + row * statics)
      }
    }
  }

  private func ask(
    _ step: Int, _ weights: Weights<S>, query: UnsafePointer<S>, target: UnsafeMutablePointer<S>,
    _ encoder: StackWorkspace<S>, gradient: UnsafeMutablePointer<S>
  ) {
    attention?.backward(
      step, weights, query: query, states: encoder.output, contextGradient: contextGradient.base, stride: hidden,
      gradient: gradient, queryTarget: target, stateGradient: encoder.outputGradient)
  }

  private func backward(_ layer: RecurrentWorkspace<S>, _ level: Int, _ step: Int, _ weights: Weights<S>) {
    guard level > 0 else { return layer.backward(step: step, weights, inputGradient: inputGradient.base) }
    let below = layers[level - 1].outputGradient(step)
    guard drops else { return layer.backward(step: step, weights, inputGradient: below, adds: true) }
    layer.backward(step: step, weights, inputGradient: belowGradient.base)
    dropouts[level - 1].backward(step * plane..<(step + 1) * plane, gradient: belowGradient.base, mode: mode)
    vm_axpy(mode, plane, 1, belowGradient.base, below)
  }

  /// The way back of `gatherInput`. Covariates are given and need no gradient.
  private func scatterInput(_ step: Int) {
    let (width, fedBack) = (network.decoderInputs, network.fedBack)
    for row in 0..<rows {
      let cell = inputGradient.base + row * width
      switch network.options.decoderInput {
      case .correction where step > 0:
        vm_axpy(mode, fedBack, 1, cell, rawGradient.base + ((step - 1) * rows + row) * fedBack)
      case .state: vm_axpy(mode, fedBack, 1, cell, top.previousOutputGradient(step) + row * hidden)
      case .correction, .covariates: break
      }
      if asksBefore { vm_axpy(mode, hidden, 1, cell + width - hidden, contextGradient.base + row * hidden) }
    }
  }
}
