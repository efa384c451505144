import CVectorMath
import Synchronization

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

/// The buffers for passes over a few windows or sequences. They hold the values of every step, so that only as many are
/// made as there are threads; the gradients lie outside.
protocol ExampleShard<S>: AnyObject, Sendable {
  associatedtype S: Scalar
  /// A set of windows or sequences.
  associatedtype Examples: Sendable

  /// What an error calls the examples.
  static var noun: String { get }
  static func count(_ examples: Examples) -> Int

  /// The summed loss of the examples at `indices`.
  /// - Parameters:
  ///   - gradient: flat, of all weights, written; nil where the loss is enough.
  ///   - dropout: where the masks come from in training; nil drops nothing.
  func pass(
    _ examples: Examples, _ indices: ArraySlice<Int>, _ weights: Weights<S>, gradient: Buffer<S>?,
    dropout: RandomGenerator?
  ) -> LossSum
}

/// Shards that are lent to one thread at a time, made when none is free.
final class ShardPool<Shard: Sendable>: Sendable {
  private let free = Mutex<[Shard]>([])
  private let make: @Sendable () -> Shard

  init(_ make: @escaping @Sendable () -> Shard) { self.make = make }

  func withShard<Result>(_ body: (Shard) -> Result) -> Result {
    let shard = free.withLock { $0.popLast() } ?? make()
    defer { free.withLock { $0.append(shard) } }
    return body(shard)
  }
}

/// Passes over windows.
///
/// Not checked: its buffers change with each pass, but a `ShardPool` lends it to one thread at a time.
final class WindowShard<S: Scalar>: ExampleShard, @unchecked Sendable {
  static var noun: String { "windows" }
  static func count(_ set: WindowSet) -> Int { set.windows.count }

  let batch: WindowBatch<S>
  /// (P × B × outputs)
  let raw: Activations<S>
  let graph: ForecastGraph
  private let body: any NetworkRun<S>
  private let scratch: Buffer<Double>

  init(_ graph: ForecastGraph, rows: Int, positions: Int, mode: vm_mode) {
    self.graph = graph
    batch = WindowBatch(options: graph.options, rows: rows, positions: positions)
    body = graph.body.run(rows: rows, positions: positions, mode: mode)
    raw = Activations(positions * rows * graph.output.outputs)
    scratch = Buffer(graph.output.scratchCount)
  }

  /// The body's recurrent layers with what they hold of the last pass.
  var recurrentLayers: [RecurrentWorkspace<S>] { body.recurrentLayers }
  var attentionShares: Buffer<S>? { body.attentionShares }

  /// Writes `raw` for the gathered windows.
  func forward(_ weights: Weights<S>, dropout: RandomGenerator? = nil) {
    body.forward(weights, batch.input, output: raw.values, dropout: dropout)
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
      weights, batch.input, outputGradient: raw.gradient, gradient: gradient.base, inputGradient: inputGradient)
  }

  /// The loss of the gathered windows after `forward`.
  func loss() -> LossSum {
    let width = graph.output.outputs
    let horizon = graph.options.stepsAtOnce
    let anchors = graph.options.anchors.count
    var total = LossSum()
    for row in 0..<batch.positions * batch.rows {
      total += graph.output.loss(
        raw: raw.values + row * width, anchorValues: batch.anchors.base + row * anchors * horizon,
        targets: batch.targets.base + row * horizon, originals: batch.originals.base + row * horizon,
        scale: batch.scales[row % batch.rows], series: batch.lossScales[row % batch.rows],
        gradient: raw.gradient + row * width, scratch: scratch.base)
    }
    return total
  }

  func pass(
    _ set: WindowSet, _ indices: ArraySlice<Int>, _ weights: Weights<S>, gradient: Buffer<S>?, dropout: RandomGenerator?
  ) -> LossSum {
    batch.gather(set, indices)
    forward(weights, dropout: dropout)
    let total = loss()
    if let gradient { backward(weights, gradient: gradient) }
    return total
  }
}
