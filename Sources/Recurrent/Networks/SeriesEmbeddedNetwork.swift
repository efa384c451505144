import CVectorMath

/// Gives any body a learned description of each series beside its static covariates.
struct SeriesEmbeddedNetwork: NetworkBody {
  let options: NetworkOptions
  let body: any NetworkBody
  let embedding: Embedding

  init(_ options: NetworkOptions, _ body: any NetworkBody, layout: inout ParameterLayout) {
    self.options = options
    self.body = body
    embedding = Embedding(
      count: options.seriesCount, size: options.seriesEmbedding, name: "series_embedding", layout: &layout)
  }

  func initialise<S: Scalar>(_ values: inout [S], _ generator: inout RandomGenerator) {
    body.initialise(&values, &generator)
    embedding.initialise(&values, &generator)
  }

  func run<S: Scalar>(rows: Int, positions: Int, mode: vm_mode) -> any NetworkRun<S> {
    SeriesEmbeddedRun<S>(self, body: body.run(rows: rows, positions: positions, mode: mode), rows: rows, mode: mode)
  }
}

final class SeriesEmbeddedRun<S: Scalar>: NetworkRun {
  private let network: SeriesEmbeddedNetwork
  private let body: any NetworkRun<S>
  private let mode: vm_mode
  /// (B × (static covariates + embedding))
  private let statics: Activations<S>

  init(_ network: SeriesEmbeddedNetwork, body: any NetworkRun<S>, rows: Int, mode: vm_mode) {
    self.network = network
    self.body = body
    self.mode = mode
    statics = Activations(rows * network.options.staticWidth)
  }

  var recurrentLayers: [RecurrentWorkspace<S>] { body.recurrentLayers }
  var attentionShares: Buffer<S>? { body.attentionShares }

  func continueFrom(_ earlier: any NetworkRun<S>, copies: Int) { body.continueFrom(earlier, copies: copies) }

  private func described(_ input: NetworkInput<S>) -> NetworkInput<S> {
    var inner = input
    inner.statics = UnsafePointer(statics.values)
    inner.staticGradient = statics.gradient
    return inner
  }

  @specialized(where S == Float)
  func forward(
    _ weights: Weights<S>, _ input: NetworkInput<S>, output: UnsafeMutablePointer<S>, dropout: RandomGenerator?
  ) {
    let given = network.options.staticCovariates
    let width = network.options.staticWidth
    for row in 0..<input.rows {
      (statics.values + row * width).update(from: input.statics + row * given, count: given)
    }
    network.embedding.forward(weights, input.series, output: statics.values + given, stride: width)
    body.forward(weights, described(input), output: output, dropout: dropout)
  }

  @specialized(where S == Float)
  func backward(
    _ weights: Weights<S>, _ input: NetworkInput<S>, outputGradient: UnsafePointer<S>,
    gradient: UnsafeMutablePointer<S>, inputGradient: UnsafeMutablePointer<S>?
  ) {
    statics.gradient.clear(input.rows * network.options.staticWidth)
    body.backward(
      weights, described(input), outputGradient: outputGradient, gradient: gradient, inputGradient: inputGradient)
    network.embedding.backward(
      input.series, outputGradient: statics.gradient + network.options.staticCovariates,
      stride: network.options.staticWidth, gradient: gradient, mode: mode)
  }
}
