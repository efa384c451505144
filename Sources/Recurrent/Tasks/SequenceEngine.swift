import CVectorMath

/// Weights, optimiser and shards of a sequence network: one update after another.
final class SequenceEngine<S: Scalar> {
  let graph: SequenceGraph
  let store: WeightStore<S>
  private var optimizer: Optimizer<S>
  let options: TrainingOptions
  private let pool: WorkerPool
  private let mode: vm_mode
  private var shards: [SequenceShard<S>] = []
  private let average: WeightAverage<S>?
  /// Updates so far.
  private(set) var updates = 0
  private var lastNorm = 0.0

  init(_ graph: SequenceGraph, values: [S], options: TrainingOptions, level: vm_level) {
    self.graph = graph
    self.options = options
    let mode = S.mode(level)
    self.mode = mode
    pool = WorkerPool(threads: options.threads)
    store = WeightStore(graph.layout, values: values, mode: mode)
    optimizer = Optimizer(options.optimizer, count: graph.layout.count)
    average = options.averaging.map { WeightAverage(decay: $0, layout: graph.layout, values: values, mode: mode) }
  }

  /// The weights to answer with: the moving average if there is one.
  var answerStore: WeightStore<S> { average?.store ?? store }

  /// Loss of `sequences` and the answer to each (asked steps × O); with `learns` also the gradient of the summed loss,
  /// left in the first shard.
  func pass(_ sequences: [LabelledSequence], learns: Bool) -> (loss: LossSum, answers: [[Float]]) {
    let ranges = Shards.ranges(sequences.count)
    while shards.count < ranges.count {
      shards.append(SequenceShard(graph, forTraining: true, mode: mode))
    }
    var losses = [LossSum](repeating: LossSum(), count: ranges.count)
    var answers = [[Float]](repeating: [], count: sequences.count)
    losses.withUnsafeMutableBufferPointer { losses in
      answers.withUnsafeMutableBufferPointer { answers in
        nonisolated(unsafe) let (losses, answers) = (losses, answers)
        nonisolated(unsafe) let work = self
        pool.run(ranges.count) { part in
          let shard = work.shards[part]
          let weights = (learns ? work.store : work.answerStore).weights
          if learns { shard.gradient.clear() }
          var dropout =
            learns && work.graph.options.dropout > 0
            ? RandomGenerator(seed: work.options.seed, step: work.updates, index: part) : nil
          for rows in work.graph.groups(sequences[ranges[part]]) {
            shard.forward(weights, sequences[ranges[part]], rows, dropout: &dropout)
            losses[part] += shard.loss(sequences[ranges[part]], rows) { answers[$0] = $1 }
            if learns { shard.backward(weights) }
          }
        }
      }
    }
    if learns { addUp(ranges.count) }
    return (losses.reduce(into: LossSum()) { $0 += $1 }, answers)
  }

  /// The gradient that `pass` has left.
  var gradient: Buffer<S>? { shards.first?.gradient }

  /// In the order of the shards, so that the sum is the same on any number of threads.
  private func addUp(_ count: Int) {
    for other in shards.prefix(count).dropFirst() {
      vm_axpy(mode, graph.layout.count, 1, other.gradient.base, shards[0].gradient.base)
    }
  }

  /// One update; the answers are those from before it.
  func learn(
    _ sequences: [LabelledSequence], epoch: Int = 1, rate: Double
  ) throws(RecurrentError) -> (WeightUpdate, answers: [[Float]]) {
    let (loss, answers) = pass(sequences, learns: true)
    updates += 1
    let update = WeightUpdate(
      loss, gradient ?? Buffer(0), store, &optimizer, average: average, clipping: options.clipping, rate: rate,
      mode: mode)
    try update.check(epoch: epoch, step: updates, lastNorm: lastNorm, options)
    lastNorm = update.gradientNorm
    return (update, answers)
  }
}
