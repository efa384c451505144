import CVectorMath

/// How a batch is cut. The cut depends on the number of windows alone, so the sums are the same on any number of threads.
enum Shards {
  /// The most windows in one shard.
  static let size = 32

  static func ranges(_ count: Int) -> [Range<Int>] {
    guard count > 0 else { return [] }
    // Even a small batch is cut in two, so that two threads have something to do.
    let parts = max((count + size - 1) / size, count >= 8 ? 2 : 1)
    return (0..<parts).map { count * $0 / parts..<count * ($0 + 1) / parts }
  }
}

/// Everything one shard of a batch needs for its way there and back: its windows and the body's buffers. They hold the
/// values of every step, so that only as many are made as there are threads; the gradients lie outside.
final class Shard<S: Scalar>: @unchecked Sendable {
  let batch: WindowBatch<S>
  let raw: Buffer<S>
  private let graph: ForecastGraph
  private let body: any NetworkRun<S>
  private let rawGradient: Buffer<S>
  private let scratch: Buffer<Double>

  init(_ graph: ForecastGraph, rows: Int, positions: Int, mode: vm_mode) {
    self.graph = graph
    batch = WindowBatch(options: graph.options, rows: rows, positions: positions)
    body = graph.body.run(rows: rows, positions: positions, mode: mode)
    raw = Buffer(positions * rows * graph.output.outputs)
    rawGradient = Buffer(positions * rows * graph.output.outputs)
    scratch = Buffer(graph.output.scratchCount)
  }

  private var input: NetworkInput<S> { batch.input }

  /// The body's recurrent layers with what they hold of the last pass.
  var recurrentLayers: [RecurrentWorkspace<S>] { body.recurrentLayers }

  /// Writes `raw` (P × B × outputs) for the gathered windows.
  func forward(_ weights: Weights<S>, dropout: RandomGenerator? = nil) {
    body.forward(weights, input, output: raw.base, dropout: dropout)
  }

  /// The gradient of the loss of the gathered windows, after `forward` and `loss`.
  /// - Parameters:
  ///   - gradient: flat, of all weights, written.
  ///   - inputGradient: (T × B × C), written.
  func backward(
    _ weights: Weights<S>, gradient: Buffer<S>, inputGradient: UnsafeMutablePointer<S>? = nil
  ) {
    gradient.clear()
    body.backward(
      weights, input, outputGradient: rawGradient.base, gradient: gradient.base, inputGradient: inputGradient)
  }

  /// The loss of the gathered windows after `forward`.
  func loss() -> LossSum {
    let width = graph.output.outputs
    let horizon = graph.options.stepsAtOnce
    let anchors = graph.options.anchors.count
    var total = LossSum()
    for row in 0..<batch.positions * batch.rows {
      total += graph.output.loss(
        raw: raw.base + row * width, anchorValues: batch.anchors.base + row * anchors * horizon,
        targets: batch.targets.base + row * horizon, originals: batch.originals.base + row * horizon,
        scale: batch.scales[row % batch.rows], series: batch.lossScales[row % batch.rows],
        gradient: rawGradient.base + row * width, scratch: scratch.base)
    }
    return total
  }

  /// Forward, loss and backward: `gradient` becomes that of the summed loss.
  func lossAndGradient(_ weights: Weights<S>, gradient: Buffer<S>, dropout: RandomGenerator?) -> LossSum {
    forward(weights, dropout: dropout)
    let total = loss()
    backward(weights, gradient: gradient)
    return total
  }

  /// The gradient of raw output `index` of row 0 with respect to the input (T × B × C), after `forward`.
  func inputGradient(ofRaw index: Int, _ weights: Weights<S>, into inputGradient: UnsafeMutablePointer<S>) {
    rawGradient.clear()
    rawGradient.base[index] = 1
    backward(weights, gradient: Buffer(graph.layout.count), inputGradient: inputGradient)
  }
}
