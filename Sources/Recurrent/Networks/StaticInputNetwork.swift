import CVectorMath

/// Puts the numbers of the whole series (static covariates and embedding) beside each step of the lookback, for any
/// body that reads steps.
struct StaticInputNetwork: NetworkBody {
  let options: NetworkOptions
  let body: any NetworkBody

  init(_ options: NetworkOptions, _ body: any NetworkBody) {
    self.options = options
    self.body = body
  }

  func initialise<S: Scalar>(_ values: inout [S], _ generator: inout RandomGenerator) {
    body.initialise(&values, &generator)
  }

  func run<S: Scalar>(rows: Int, positions: Int, mode: vm_mode) -> any NetworkRun<S> {
    StaticInputRun<S>(self, body: body.run(rows: rows, positions: positions, mode: mode), rows: rows, mode: mode)
  }
}

final class StaticInputRun<S: Scalar>: ContinuableRun {
  private let options: NetworkOptions
  let body: any NetworkRun<S>
  private let mode: vm_mode
  /// (T × B × (C + S)) and its gradient.
  private let wide: Buffer<S>
  private let wideGradient: Buffer<S>

  init(_ network: StaticInputNetwork, body: any NetworkRun<S>, rows: Int, mode: vm_mode) {
    options = network.options
    self.body = body
    self.mode = mode
    wide = Buffer(options.lookback * rows * options.inputWidth)
    wideGradient = Buffer(options.lookback * rows * options.inputWidth)
  }

  var recurrentLayers: [RecurrentWorkspace<S>] { body.recurrentLayers }

  func continueFrom(_ earlier: any NetworkRun<S>, copies: Int) {
    guard let earlier = earlier as? StaticInputRun<S>, let body = body as? any ContinuableRun<S> else {
      preconditionFailure("a run goes on from one of its kind")
    }
    body.continueFrom(earlier.body, copies: copies)
  }

  private func widened(_ input: NetworkInput<S>) -> NetworkInput<S> {
    var inner = input
    inner.past = UnsafePointer(wide.base)
    return inner
  }

  func forward(
    _ weights: Weights<S>, _ input: NetworkInput<S>, output: UnsafeMutablePointer<S>, dropout: RandomGenerator?
  ) {
    let channels = options.channels
    let statics = options.staticInputs
    for step in 0..<options.lookback {
      for row in 0..<input.rows {
        let cell = wide.base + (step * input.rows + row) * (channels + statics)
        cell.update(from: input.past + (step * input.rows + row) * channels, count: channels)
        (cell + channels).update(from: input.statics + row * statics, count: statics)
      }
    }
    body.forward(weights, widened(input), output: output, dropout: dropout)
  }

  func backward(
    _ weights: Weights<S>, _ input: NetworkInput<S>, outputGradient: UnsafePointer<S>,
    gradient: UnsafeMutablePointer<S>, inputGradient: UnsafeMutablePointer<S>?
  ) {
    body.backward(
      weights, widened(input), outputGradient: outputGradient, gradient: gradient, inputGradient: wideGradient.base)
    let channels = options.channels
    let statics = options.staticInputs
    for cell in 0..<options.lookback * input.rows {
      let source = wideGradient.base + cell * (channels + statics)
      if let inputGradient { (inputGradient + cell * channels).update(from: source, count: channels) }
      if let target = input.staticGradient {
        vm_axpy(mode, statics, 1, source + channels, target + (cell % input.rows) * statics)
      }
    }
  }
}
