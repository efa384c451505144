import CVectorMath

/// A network that reads sequences and answers, with the optimiser that teaches it.
///
/// Works on the calling thread alone: these networks are small, and several can be trained side by side.
public final class SequenceTrainer {
  /// The network's shape.
  public let options: SequenceOptions
  private let learningRate: Double
  private let clipping: Clipping
  private let graph: SequenceGraph
  private let mode: vm_mode
  private let store: WeightStore<Float>
  private let gradient: Buffer<Float>
  private var optimizer: Optimizer<Float>
  private var step = 0
  /// Buffers by rows and steps: lengths of sequences come again and again.
  private var runs: [[Int]: SequenceRun<Float>] = [:]

  /// A network with random weights.
  public init(
    _ options: SequenceOptions, learningRate: Double, optimizer: OptimizerKind = .adam,
    clipping: Clipping = .norm(1), seed: UInt64
  ) throws(RecurrentError) {
    guard learningRate > 0, learningRate.isFinite else {
      throw .badOption(name: "learning rate", value: "\(learningRate)", wanted: "a number above 0")
    }
    self.options = options
    self.learningRate = learningRate
    self.clipping = clipping
    graph = try SequenceGraph(options)
    mode = Float.mode(vm_best_level())
    store = WeightStore(graph.layout, values: graph.initialWeights(seed: seed), mode: mode)
    gradient = Buffer(graph.layout.count)
    self.optimizer = Optimizer(optimizer, count: graph.layout.count)
  }

  /// How many numbers are learned.
  public var parameterCount: Int { graph.layout.parameterCount }

  /// Answers without learning.
  /// - Returns: (P × B × O), in time order; P is 1, or T where every step is asked. Numbers, or probabilities.
  public func answers(to batch: SequenceBatch) throws(RecurrentError) -> [Float] {
    try batch.check(options)
    return run(batch).forward(store.weights, batch)
  }

  /// One update on `batch`.
  /// - Returns: the answers before the update, as `answers(to:)` gives them, and their mean loss.
  /// - Throws: `RecurrentError.lossNotFinite`; the weights are then as they were.
  public func learn(_ batch: SequenceBatch) throws(RecurrentError) -> (answers: [Float], loss: Double) {
    try batch.check(options)
    step += 1
    let run = run(batch)
    let answers = run.forward(store.weights, batch)
    gradient.clear()
    let loss = run.backward(store.weights, batch, gradient: gradient.base)
    let norm = vm_sum_of_squares(mode, gradient.count, gradient.base).squareRoot()
    guard loss.isFinite, norm.isFinite else {
      throw .lossNotFinite(epoch: 1, step: step, cause: "try a tenth of the learning rate \(learningRate)")
    }
    var scale = 1.0
    if case .norm(let limit) = clipping, norm > limit { scale = limit / norm }
    optimizer.update(store.values, gradient: gradient, scale: scale, rate: learningRate, mode: mode)
    store.refreshCopies()
    return (answers, loss)
  }

  private func run(_ batch: SequenceBatch) -> SequenceRun<Float> {
    let key = [batch.rows, batch.steps]
    if let run = runs[key] { return run }
    // Enough for a spread of lengths, and no more memory than that.
    if runs.count == 32 { runs.removeAll() }
    let run = SequenceRun<Float>(graph, rows: batch.rows, steps: batch.steps, mode: mode)
    runs[key] = run
    return run
  }
}
