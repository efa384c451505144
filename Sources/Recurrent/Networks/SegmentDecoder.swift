import CVectorMath

/// The decoding half of a segment network: all segments of all rows as one batch of M·B rows, one step of each layer.
final class SegmentDecoder<S: Scalar> {
  private let network: SegmentNetwork
  private let mode: vm_mode
  private let layers: [RecurrentWorkspace<S>]
  /// After each layer.
  private let dropouts: [Dropout<S>]
  private var drops = false
  /// y (M × B × H) and its gradient.
  private let input: Buffer<S>
  private let inputGradient: Buffer<S>
  /// (M × B × known facts) and what they add to y.
  private let facts: Buffer<S>
  private let factSum: Buffer<S>

  init(_ network: SegmentNetwork, rows: Int, mode: vm_mode) {
    let all = network.segments * rows
    let count = all * network.options.hidden
    let rate = network.options.dropout
    self.network = network
    self.mode = mode
    layers = network.stack.layers.map { $0[0].workspace(rows: all, steps: 1, mode: mode) }
    dropouts = rate > 0 ? layers.map { _ in Dropout(rate: rate, count: count) } : []
    input = Buffer(count)
    inputGradient = Buffer(count)
    facts = Buffer(all * (network.known?.inputs ?? 0))
    factSum = Buffer(network.known == nil ? 0 : count)
  }

  private var hidden: Int { network.options.hidden }

  /// What stands above layer `level`, after dropout; y below the first one.
  private func output(of level: Int) -> UnsafePointer<S> {
    guard level >= 0 else { return UnsafePointer(input.base) }
    return UnsafePointer(drops ? dropouts[level].output.base : layers[level].output)
  }

  /// - Parameter output: (M × B × s·Q), written.
  func forward(
    _ weights: Weights<S>, _ input: NetworkInput<S>, from encoder: StackWorkspace<S>,
    output: UnsafeMutablePointer<S>, dropout: inout RandomGenerator?
  ) {
    let all = network.segments * input.rows
    drops = dropout != nil && !dropouts.isEmpty
    gather(weights, input)
    for (level, layer) in layers.enumerated() {
      layer.begin(rows: all)
      layer.takeState(from: encoder.layers[level][0], copies: network.segments)
      layer.forward(weights, input: self.output(of: level - 1))
      if drops, var generator = dropout {
        dropouts[level].forward(all * hidden, input: layer.output, generator: &generator, mode: mode)
        dropout = generator
      }
    }
    network.head.forward(weights, rows: all, input: self.output(of: layers.count - 1), output: output, mode: mode)
  }

  /// Leaves the gradient of the encoder's last states in `encoder`.
  /// - Parameter outputGradient: (M × B × s·Q)
  func backward(
    _ weights: Weights<S>, _ input: NetworkInput<S>, to encoder: StackWorkspace<S>, outputGradient: UnsafePointer<S>,
    gradient: UnsafeMutablePointer<S>
  ) {
    let all = network.segments * input.rows
    let top = layers.count - 1
    network.head.backward(
      weights, rows: all, input: output(of: top), outputGradient: outputGradient, gradient: gradient,
      inputGradient: layers[top].outputGradient, mode: mode)
    for (level, layer) in layers.enumerated().reversed() {
      if drops { dropouts[level].backward(all * hidden, gradient: layer.outputGradient, mode: mode) }
      layer.backward(
        weights, input: output(of: level - 1), gradient: gradient,
        inputGradient: level > 0 ? layers[level - 1].outputGradient : inputGradient.base)
      layer.giveStateGradient(to: encoder.layers[level][0], copies: network.segments)
    }
    scatter(weights, input, gradient: gradient)
  }

  /// Writes y.
  private func gather(_ weights: Weights<S>, _ input: NetworkInput<S>) {
    let size = network.position.size
    let statics = network.options.staticWidth
    for segment in 0..<network.segments {
      for row in 0..<input.rows {
        let cell = self.input.base + (segment * input.rows + row) * hidden
        cell.update(from: weights(network.position.table) + segment * size, count: size)
        (cell + size).update(
          from: input.statics + row * statics + network.options.staticCovariates, count: network.described)
      }
    }
    guard let known = network.known else { return }
    let all = network.segments * input.rows
    gatherFacts(input, width: known.inputs)
    known.forward(weights, rows: all, input: facts.base, output: factSum.base, mode: mode)
    vm_axpy(mode, all * hidden, 1, factSum.base, self.input.base)
  }

  /// The covariates of each segment (zeros behind the horizon), then what is known of the series.
  private func gatherFacts(_ input: NetworkInput<S>, width: Int) {
    let options = network.options
    let future = network.segment * options.futureCovariates
    let horizon = options.horizon * options.futureCovariates
    for segment in 0..<network.segments {
      let count = min(future, horizon - segment * future)
      for row in 0..<input.rows {
        let cell = facts.base + (segment * input.rows + row) * width
        cell.update(from: input.future + row * horizon + segment * future, count: count)
        (cell + count).clear(future - count)
        (cell + future).update(from: input.statics + row * options.staticWidth, count: width - future)
      }
    }
  }

  /// The way back of `gather`. Covariates are given and need no gradient.
  private func scatter(_ weights: Weights<S>, _ input: NetworkInput<S>, gradient: UnsafeMutablePointer<S>) {
    let size = network.position.size
    let statics = network.options.staticWidth
    for segment in 0..<network.segments {
      for row in 0..<input.rows {
        let cell = inputGradient.base + (segment * input.rows + row) * hidden
        vm_axpy(mode, size, 1, cell, gradient + network.position.table.offset + segment * size)
        if let target = input.staticGradient, network.described > 0 {
          vm_axpy(
            mode, network.described, 1, cell + size, target + row * statics + network.options.staticCovariates)
        }
      }
    }
    network.known?.backward(
      weights, rows: network.segments * input.rows, input: facts.base, outputGradient: inputGradient.base,
      gradient: gradient, inputGradient: nil, mode: mode)
  }
}
