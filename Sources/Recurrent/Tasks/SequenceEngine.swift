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
  private(set) var updates = 0

  init(_ graph: SequenceGraph, values: [S], options: TrainingOptions, level: vm_level) {
    self.graph = graph
    self.options = options
    mode = S.mode(level)
    pool = WorkerPool(threads: options.threads)
    store = WeightStore(graph.layout, values: values, mode: mode)
    optimizer = Optimizer(options.optimizer, count: graph.layout.count)
  }

  /// What one pass over a batch saw.
  struct Outcome {
    var loss = LossSum()
    /// Before clipping, of the mean loss.
    var gradientNorm = 0.0
    var clipped = false
    /// One for each sequence, (asked steps × O).
    var answers: [[Float]] = []
  }

  /// Loss and answers of `sequences`; with `learns` also the gradient of the summed loss, left in the first shard.
  func pass(_ sequences: [LabelledSequence], learns: Bool) -> Outcome {
    let ranges = Shards.ranges(sequences.count)
    while shards.count < ranges.count {
      shards.append(SequenceShard(graph, forTraining: true, mode: mode))
    }
    var losses = [LossSum](repeating: LossSum(), count: ranges.count)
    var outcome = Outcome(answers: Array(repeating: [], count: sequences.count))
    losses.withUnsafeMutableBufferPointer { losses in
      outcome.answers.withUnsafeMutableBufferPointer { answers in
        nonisolated(unsafe) let losses = losses
        nonisolated(unsafe) let answers = answers
        nonisolated(unsafe) let work = self
        pool.run(ranges.count) { part in
          let shard = work.shards[part]
          if learns { shard.gradient.clear() }
          var dropout =
            learns && work.graph.options.dropout > 0
            ? RandomGenerator(seed: work.options.seed, step: work.updates, index: part) : nil
          for rows in work.graph.groups(sequences[ranges[part]]) {
            shard.forward(work.store.weights, sequences[ranges[part]], rows, dropout: &dropout)
            losses[part] += shard.loss(sequences[ranges[part]], rows) { answers[$0] = $1 }
            if learns { shard.backward(work.store.weights) }
          }
        }
      }
    }
    for loss in losses { outcome.loss += loss }
    if learns { addUp(ranges.count) }
    return outcome
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
  func learn(_ sequences: [LabelledSequence], epoch: Int = 1) throws(RecurrentError) -> Outcome {
    var outcome = pass(sequences, learns: true)
    updates += 1
    guard outcome.loss.count > 0, let gradient else { return outcome }
    let mean = 1 / Double(outcome.loss.count)
    outcome.gradientNorm = vm_sum_of_squares(mode, gradient.count, gradient.base).squareRoot() * mean
    guard outcome.gradientNorm.isFinite, outcome.loss.sum.isFinite else {
      let cause =
        updates == 1
        ? "already the first batch gives no finite loss, so the data hold numbers that are too large; scale them"
        : "the learning rate \(options.learningRate) is probably too high; try a tenth of it"
      throw .lossNotFinite(epoch: epoch, step: updates, cause: cause)
    }
    var scale = mean
    if case .norm(let limit) = options.clipping, outcome.gradientNorm > limit {
      scale *= limit / outcome.gradientNorm
      outcome.clipped = true
    }
    optimizer.update(store.values, gradient: gradient, scale: scale, rate: options.learningRate, mode: mode)
    store.refreshCopies()
    return outcome
  }
}
