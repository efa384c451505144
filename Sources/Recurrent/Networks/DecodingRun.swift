import CVectorMath

/// The decoding half of a network: from an encoder's last states to the horizon, which it gives in M parts of W numbers.
protocol HorizonDecoding<S>: AnyObject {
  associatedtype S: Scalar

  /// (M × B × W)
  var raw: Activations<S> { get }

  /// (M × T × B): the share of each step of the lookback in each part; nil without attention.
  var attentionShares: Buffer<S>? { get }

  /// Writes `raw.values`.
  func forward(
    _ weights: Weights<S>, _ input: NetworkInput<S>, from encoder: StackWorkspace<S>, dropout: inout RandomGenerator?)

  /// From `raw.gradient`, which it may use up. Adds to the encoder's output gradient and leaves that of its last states.
  func backward(
    _ weights: Weights<S>, _ input: NetworkInput<S>, to encoder: StackWorkspace<S>,
    gradient: UnsafeMutablePointer<S>)
}

/// A run of a network whose decoder goes on from its encoder's last states. The anchors' mix, when there is one, is read
/// from the last state of the encoder's top layer.
final class DecodingRun<S: Scalar>: NetworkRun {
  private let mode: vm_mode
  private let patches: PatchWorkspace<S>?
  private let encoder: StackWorkspace<S>
  private let decoder: any HorizonDecoding<S>
  /// W
  private let partWidth: Int
  /// The head's numbers for the whole horizon, and A behind them in a raw row.
  private let numbers: Int
  private let mixOutputs: Int
  private let mixLayer: Linear?
  /// (B × A), and the gradient of the state (B × H) it is read from.
  private let mix: Activations<S>
  private let stateGradient: Buffer<S>

  /// - Parameters:
  ///   - steps: of the encoder: those of the lookback, or its patches.
  ///   - partWidth: W
  ///   - stepOutputs: Q
  init(
    _ options: NetworkOptions, _ encoder: RecurrentStack, steps: Int, patches: PatchWorkspace<S>? = nil,
    decoder: any HorizonDecoding<S>, partWidth: Int, stepOutputs: Int, mix: Linear?, rows: Int, mode: vm_mode
  ) {
    self.mode = mode
    self.patches = patches
    self.encoder = StackWorkspace(encoder, rows: rows, steps: steps, mode: mode, continued: true)
    self.decoder = decoder
    self.partWidth = partWidth
    numbers = options.horizon * stepOutputs
    mixOutputs = options.mixOutputs
    mixLayer = mix
    self.mix = Activations(rows * options.mixOutputs)
    stateGradient = Buffer(rows * options.hidden)
  }

  var attentionShares: Buffer<S>? { decoder.attentionShares }

  var recurrentLayers: [RecurrentWorkspace<S>] { Array(encoder.layers.joined()) }

  private var top: RecurrentWorkspace<S> { encoder.layers[encoder.layers.count - 1][0] }

  @specialized(where S == Float)
  func forward(
    _ weights: Weights<S>, _ input: NetworkInput<S>, output: UnsafeMutablePointer<S>, dropout: RandomGenerator?
  ) {
    var dropout = dropout
    encoder.begin(rows: input.rows)
    encoder.forward(weights, input: patches?.forward(weights, input) ?? input.past, dropout: &dropout)
    decoder.forward(weights, input, from: encoder, dropout: &dropout)
    mixLayer?.forward(weights, rows: input.rows, input: top.lastOutput, output: mix.values, mode: mode)
    eachPart(rows: input.rows) { inside, outside, count in
      (output + outside).update(from: decoder.raw.values + inside, count: count)
    }
    eachMix(rows: input.rows) { inside, outside in
      (output + outside).update(from: mix.values + inside, count: mixOutputs)
    }
  }

  @specialized(where S == Float)
  func backward(
    _ weights: Weights<S>, _ input: NetworkInput<S>, outputGradient: UnsafePointer<S>,
    gradient: UnsafeMutablePointer<S>, inputGradient: UnsafeMutablePointer<S>?
  ) {
    eachPart(rows: input.rows) { inside, outside, count in
      (decoder.raw.gradient + inside).update(from: outputGradient + outside, count: count)
      (decoder.raw.gradient + inside + count).clear(partWidth - count)
    }
    eachMix(rows: input.rows) { inside, outside in
      (mix.gradient + inside).update(from: outputGradient + outside, count: mixOutputs)
    }
    encoder.clearOutputGradient()
    decoder.backward(weights, input, to: encoder, gradient: gradient)
    if let mixLayer {
      mixLayer.backward(
        weights, rows: input.rows, input: top.lastOutput, outputGradient: mix.gradient, gradient: gradient,
        inputGradient: stateGradient.base, mode: mode)
      vm_axpy(mode, top.plane, 1, stateGradient.base, top.lastOutputGradient)
    }
    if let patches {
      encoder.backward(
        weights, input: patches.encoded.values, gradient: gradient, inputGradient: patches.encoded.gradient)
      patches.backward(weights, rows: input.rows, gradient: gradient, inputGradient: inputGradient)
    } else {
      encoder.backward(weights, input: input.past, gradient: gradient, inputGradient: inputGradient)
    }
  }

  /// Where each part's numbers lie in (M × B × W), where in the raw rows, and how many of them count: the last part may
  /// reach past the horizon.
  private func eachPart(rows: Int, _ body: (_ inside: Int, _ outside: Int, _ count: Int) -> Void) {
    for (part, start) in stride(from: 0, to: numbers, by: partWidth).enumerated() {
      for row in 0..<rows {
        body(
          (part * rows + row) * partWidth, row * (numbers + mixOutputs) + start, min(partWidth, numbers - start))
      }
    }
  }

  /// The same for the anchors' logits (B × A).
  private func eachMix(rows: Int, _ body: (_ inside: Int, _ outside: Int) -> Void) {
    guard mixOutputs > 0 else { return }
    for row in 0..<rows { body(row * mixOutputs, (row + 1) * (numbers + mixOutputs) - mixOutputs) }
  }
}

extension Linear {
  /// The logits of the anchors' mix from a state; a single anchor needs none.
  static func mix(_ options: NetworkOptions, layout: inout ParameterLayout) -> Linear? {
    guard options.mixOutputs > 0 else { return nil }
    return Linear(inputs: options.hidden, outputs: options.mixOutputs, name: "mix", layout: &layout)
  }
}
