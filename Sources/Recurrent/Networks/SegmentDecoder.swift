import CVectorMath

/// The decoding half of a segment network: all segments of all rows as one batch of M·B rows, one step of each layer.
final class SegmentDecoder<S: Scalar>: HorizonDecoding {
  private let network: SegmentNetwork
  private let mode: vm_mode
  private let layers: [RecurrentWorkspace<S>]
  /// After each layer.
  private let dropouts: [Dropout<S>]
  /// y (M × B × H)
  private let input: Activations<S>
  /// (M × B × known facts) and what they add to y.
  private let facts: Buffer<S>
  private let factSum: Buffer<S>
  /// (M × B × s·Q)
  let raw: Activations<S>

  init(_ network: SegmentNetwork, rows: Int, mode: vm_mode) {
    let all = network.segments * rows
    let count = all * network.options.hidden
    self.network = network
    self.mode = mode
    layers = network.stack.layers.map { RecurrentWorkspace(layer: $0[0], rows: all, steps: 1, mode: mode) }
    dropouts = layers.map { _ in Dropout(rate: network.options.dropout, count: count, mode: mode) }
    input = Activations(count)
    facts = Buffer(all * (network.known?.inputs ?? 0))
    factSum = Buffer(network.known == nil ? 0 : count)
    raw = Activations(all * network.head.outputs)
  }

  var attentionShares: Buffer<S>? { nil }
  private var hidden: Int { network.options.hidden }

  /// What stands above layer `level`, after dropout; y below the first one.
  private func output(of level: Int) -> UnsafePointer<S> {
    level < 0 ? UnsafePointer(input.values) : dropouts[level].passed(layers[level].output)
  }

  @specialized(where S == Float)
  func forward(
    _ weights: Weights<S>, _ input: NetworkInput<S>, from encoder: StackWorkspace<S>, dropout: inout RandomGenerator?
  ) {
    let all = network.segments * input.rows
    gather(weights, input)
    for (level, layer) in layers.enumerated() {
      layer.begin(rows: all)
      layer.takeState(from: encoder.layers[level][0], copies: network.segments)
      layer.forward(weights, input: self.output(of: level - 1))
      dropouts[level].forward(all * hidden, input: layer.output, from: &dropout)
    }
    network.head.forward(
      weights, rows: all, input: self.output(of: layers.count - 1), output: raw.values, mode: mode)
  }

  @specialized(where S == Float)
  func backward(
    _ weights: Weights<S>, _ input: NetworkInput<S>, to encoder: StackWorkspace<S>, gradient: UnsafeMutablePointer<S>
  ) {
    let all = network.segments * input.rows
    let top = layers.count - 1
    network.head.backward(
      weights, rows: all, input: output(of: top), outputGradient: raw.gradient, gradient: gradient,
      inputGradient: layers[top].outputGradient, mode: mode)
    for (level, layer) in layers.enumerated().reversed() {
      dropouts[level].backward(all * hidden, gradient: layer.outputGradient)
      layer.backward(
        weights, input: output(of: level - 1), gradient: gradient,
        inputGradient: level > 0 ? layers[level - 1].outputGradient : self.input.gradient)
      layer.giveStateGradient(to: encoder.layers[level][0], copies: network.segments)
    }
    scatter(weights, input, gradient: gradient)
  }

  /// Writes y.
  private func gather(_ weights: Weights<S>, _ input: NetworkInput<S>) {
    let size = network.position.size
    let described = network.options.seriesEmbedding
    let statics = network.options.staticWidth
    for segment in 0..<network.segments {
      for row in 0..<input.rows {
        let cell = self.input.values + (segment * input.rows + row) * hidden
        cell.update(from: weights(network.position.table) + segment * size, count: size)
        (cell + size).update(
          from: input.statics + row * statics + network.options.staticCovariates, count: described)
      }
    }
    guard let known = network.known else { return }
    let all = network.segments * input.rows
    gatherFacts(input, width: known.inputs)
    known.forward(weights, rows: all, input: facts.base, output: factSum.base, mode: mode)
    vm_axpy(mode, all * hidden, 1, factSum.base, self.input.values)
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

  /// The gradient of `gather`. Covariates are given and need no gradient.
  private func scatter(_ weights: Weights<S>, _ input: NetworkInput<S>, gradient: UnsafeMutablePointer<S>) {
    let size = network.position.size
    let described = network.options.seriesEmbedding
    let statics = network.options.staticWidth
    for segment in 0..<network.segments {
      for row in 0..<input.rows {
        let cell = self.input.gradient + (segment * input.rows + row) * hidden
        vm_axpy(mode, size, 1, cell, gradient + network.position.table.offset + segment * size)
        if let target = input.staticGradient, described > 0 {
          vm_axpy(mode, described, 1, cell + size, target + row * statics + network.options.staticCovariates)
        }
      }
    }
    network.known?.backward(
      weights, rows: network.segments * input.rows, input: facts.base, outputGradient: self.input.gradient,
      gradient: gradient, inputGradient: nil, mode: mode)
  }
}
