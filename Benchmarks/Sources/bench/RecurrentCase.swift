/// One thing that is timed here and in PyTorch, and the least ratio between the two that Almanac promises.
struct RecurrentCase: Sendable, Encodable {
  enum Mode: String, Sendable, Encodable { case train, infer }
  enum Network: String, Sendable, Encodable { case stacked, segment }

  var name: String
  var cell: String
  var hidden: Int
  var layers = 1
  var batch: Int
  var steps: Int
  var inputs = 1
  var horizon = 24
  var segment = 0
  var network = Network.stacked
  var mode = Mode.train
  /// PyTorch's time over ours, at least.
  var bar: Double

  static let all: [RecurrentCase] = [
    .init(name: "lstm-32", cell: "lstm", hidden: 32, batch: 32, steps: 48, bar: 3.5),
    .init(name: "lstm-64", cell: "lstm", hidden: 64, batch: 64, steps: 96, bar: 2.5),
    .init(name: "lstm-128", cell: "lstm", hidden: 128, batch: 128, steps: 96, bar: 2),
    .init(name: "lstm-128x2", cell: "lstm", hidden: 128, layers: 2, batch: 128, steps: 96, bar: 2),
    .init(name: "lstm-256", cell: "lstm", hidden: 256, batch: 256, steps: 96, bar: 1.8),
    .init(name: "gru-64", cell: "gru", hidden: 64, batch: 64, steps: 96, bar: 6),
    .init(name: "gru-128", cell: "gru", hidden: 128, batch: 128, steps: 96, bar: 3),
    .init(name: "rnn-64", cell: "rnn", hidden: 64, batch: 64, steps: 96, bar: 4),
    .init(name: "lstm-64-one", cell: "lstm", hidden: 64, batch: 1, steps: 96, mode: .infer, bar: 4),
    .init(name: "gru-64-one", cell: "gru", hidden: 64, batch: 1, steps: 96, mode: .infer, bar: 10),
    .init(
      name: "segment-gru-512", cell: "gru", hidden: 512, batch: 64, steps: 720, horizon: 96, segment: 24,
      network: .segment, bar: 1.5),
  ]

  private var gates: Int { ["rnn": 1, "gru": 3, "lstm": 4][cell, default: 0] }

  /// Floating-point operations of all matrix products of one training step (two for each multiply-add): forward, the
  /// gradients of the states, of the inputs of all but the lowest layer, and of the weights. Elementwise work, the loss
  /// and the optimiser are left out.
  var trainingFlops: Double {
    switch network {
    case .stacked:
      var total = 0.0
      for layer in 0..<layers {
        let width = layer == 0 ? inputs : hidden
        total += recurrent(steps: steps, rows: batch, inputs: width, inputsNeedGradient: layer > 0)
      }
      return total + linear(rows: batch, inputs: hidden, outputs: horizon, inputsNeedGradient: true)
    case .segment:
      let (into, out) = (steps / segment, horizon / segment)
      return linear(rows: batch * into, inputs: segment, outputs: hidden, inputsNeedGradient: false)
        + recurrent(steps: into, rows: batch, inputs: hidden, inputsNeedGradient: true)
        + recurrent(steps: 1, rows: batch * out, inputs: hidden, inputsNeedGradient: true)
        + linear(rows: batch * out, inputs: hidden, outputs: segment, inputsNeedGradient: true)
    }
  }

  private func recurrent(steps: Int, rows: Int, inputs: Int, inputsNeedGradient: Bool) -> Double {
    let forward = inputs + hidden
    let backward = hidden + (inputsNeedGradient ? inputs : 0)
    let weights = inputs + hidden
    return 2 * Double(steps * rows) * Double(gates * hidden) * Double(forward + backward + weights)
  }

  private func linear(rows: Int, inputs: Int, outputs: Int, inputsNeedGradient: Bool) -> Double {
    Double((inputsNeedGradient ? 6 : 4) * rows * inputs * outputs)
  }

  /// Smaller networks spend their time elsewhere than in products, so a share of the machine's rate says little.
  var reportsRate: Bool { mode == .train && hidden >= 128 }

  /// The product of one time step: (rows × hidden) · (hidden × gates·hidden).
  var stepProduct: MatrixProduct {
    MatrixProduct(rows: batch, inner: hidden, columns: gates * hidden)
  }
}
