import CVectorMath

/// Hidden layers with rectifiers over the flattened lookback, for contrast with the recurrent networks. Future and
/// static covariates stand beside the lookback:
///
///     x₀ = [lookback | future | statics]    x_l = max(0, W_l·x_{l−1} + b_l)    raw = W·x_L + b
struct FeedForwardNetwork: NetworkBody {
  let options: NetworkOptions
  let layers: [Linear]
  /// Starts at zero, so that an untrained network adds nothing to its anchors.
  let head: Linear

  init(_ options: NetworkOptions, outputs: Int, layout: inout ParameterLayout) {
    self.options = options
    let width =
      options.lookback * options.channels + options.horizon * options.futureCovariates + options.staticWidth
    layers = (0..<options.layers).map { level in
      Linear(
        inputs: level == 0 ? width : options.hidden, outputs: options.hidden, name: "layers.\(level)",
        layout: &layout)
    }
    head = Linear(inputs: options.hidden, outputs: outputs, name: "head", layout: &layout)
  }

  func initialise<S: Scalar>(_ values: inout [S], _ generator: inout RandomGenerator) {
    for layer in layers { layer.initialise(&values, &generator) }
  }

  func run<S: Scalar>(rows: Int, positions: Int, mode: vm_mode) -> any NetworkRun<S> {
    FeedForwardRun<S>(self, rows: rows, mode: mode)
  }
}

final class FeedForwardRun<S: Scalar>: NetworkRun {
  private let network: FeedForwardNetwork
  private let mode: vm_mode
  /// (B × inputs)
  private let flat: Activations<S>
  /// (B × H) above each layer.
  private let hidden: [Activations<S>]
  /// After each layer.
  private let dropouts: [Dropout<S>]

  init(_ network: FeedForwardNetwork, rows: Int, mode: vm_mode) {
    self.network = network
    self.mode = mode
    flat = Activations(rows * network.layers[0].inputs)
    let count = rows * network.options.hidden
    hidden = network.layers.map { _ in Activations(count) }
    dropouts = network.layers.map { _ in Dropout(rate: network.options.dropout, count: count, mode: mode) }
  }

  /// What layer `level` reads: the lookback, or the layer below after dropout.
  private func input(of level: Int) -> UnsafePointer<S> {
    level == 0 ? UnsafePointer(flat.values) : dropouts[level - 1].passed(hidden[level - 1].values)
  }

  @specialized(where S == Float)
  func forward(
    _ weights: Weights<S>, _ input: NetworkInput<S>, output raw: UnsafeMutablePointer<S>, dropout: RandomGenerator?
  ) {
    flatten(input)
    let count = input.rows * network.options.hidden
    var dropout = dropout
    for (level, layer) in network.layers.enumerated() {
      let above = hidden[level].values
      layer.forward(weights, rows: input.rows, input: self.input(of: level), output: above, mode: mode)
      vm_relu(mode, count, above, above)
      dropouts[level].forward(count, input: above, from: &dropout)
    }
    network.head.forward(
      weights, rows: input.rows, input: self.input(of: network.layers.count), output: raw, mode: mode)
  }

  @specialized(where S == Float)
  func backward(
    _ weights: Weights<S>, _ input: NetworkInput<S>, outputGradient: UnsafePointer<S>,
    gradient: UnsafeMutablePointer<S>, inputGradient: UnsafeMutablePointer<S>?
  ) {
    let count = input.rows * network.options.hidden
    let top = network.layers.count
    network.head.backward(
      weights, rows: input.rows, input: self.input(of: top), outputGradient: outputGradient, gradient: gradient,
      inputGradient: hidden[top - 1].gradient, mode: mode)
    let wantsInput = inputGradient != nil || input.staticGradient != nil
    for level in network.layers.indices.reversed() {
      let slope = hidden[level].gradient
      dropouts[level].backward(count, gradient: slope)
      vm_relu_backward(mode, count, hidden[level].values, slope, slope)
      let below = level > 0 ? hidden[level - 1].gradient : wantsInput ? flat.gradient : nil
      network.layers[level].backward(
        weights, rows: input.rows, input: self.input(of: level), outputGradient: slope, gradient: gradient,
        inputGradient: below, mode: mode)
    }
    unflatten(input, inputGradient)
  }

  /// (T × B × C), (B × K·F) and (B × S) → (B × (T·C + K·F + S))
  private func flatten(_ input: NetworkInput<S>) {
    let options = network.options
    let future = options.horizon * options.futureCovariates
    for row in 0..<input.rows {
      var cell = flat.values + row * network.layers[0].inputs
      for step in 0..<options.lookback {
        cell.update(from: input.past + (step * input.rows + row) * options.channels, count: options.channels)
        cell += options.channels
      }
      cell.update(from: input.future + row * future, count: future)
      (cell + future).update(from: input.statics + row * options.staticWidth, count: options.staticWidth)
    }
  }

  /// The gradient of `flatten`.
  private func unflatten(_ input: NetworkInput<S>, _ inputGradient: UnsafeMutablePointer<S>?) {
    let options = network.options
    let width = network.layers[0].inputs
    for row in 0..<input.rows {
      let cell = flat.gradient + row * width
      if let inputGradient {
        for step in 0..<options.lookback {
          (inputGradient + (step * input.rows + row) * options.channels).update(
            from: cell + step * options.channels, count: options.channels)
        }
      }
      if let target = input.staticGradient {
        let statics = options.staticWidth
        vm_axpy(mode, statics, 1, cell + width - statics, target + row * statics)
      }
    }
  }
}
