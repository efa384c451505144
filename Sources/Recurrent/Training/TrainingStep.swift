import CVectorMath

/// One update after another on given batches: the inner machinery of training.
final class TrainingStep<S: Scalar> {
  let graph: ForecastGraph
  let store: WeightStore<S>
  var optimizer: Optimizer<S>
  /// The moving average of the weights, if one is asked for.
  let average: WeightAverage<S>?
  private let options: TrainingOptions
  private let pool: WorkerPool
  private let mode: vm_mode
  private let shards: ShardPool<S>
  /// One for each shard of a full batch.
  private let gradients: [Buffer<S>]
  private let losses: Buffer<Double>
  private let counts: Buffer<Double>

  init(_ graph: ForecastGraph, values: [S], options: TrainingOptions, pool: WorkerPool, mode: vm_mode) {
    self.graph = graph
    self.options = options
    self.pool = pool
    self.mode = mode
    store = WeightStore(graph.layout, values: values, mode: mode)
    optimizer = Optimizer(options.optimizer, count: graph.layout.count)
    average = options.averaging.map { WeightAverage(decay: $0, layout: graph.layout, values: values, mode: mode) }
    let ranges = Shards.ranges(options.batchSize)
    // A last, smaller batch may be cut into fewer and therefore larger shards than a full one.
    let rows = min(options.batchSize, Shards.size)
    shards = ShardPool { Shard(graph, rows: rows, positions: options.positions, mode: mode) }
    gradients = ranges.map { _ in Buffer(graph.layout.count) }
    losses = Buffer(ranges.count)
    counts = Buffer(ranges.count)
  }

  /// The weights to forecast with: the average if there is one.
  var forecastStore: WeightStore<S> { average?.store ?? store }

  /// The gradient of the summed loss over one batch, left in the first shard's buffer.
  /// - Parameter step: which update this is, for the dropout masks.
  func gradient(_ set: WindowSet, _ indices: [Int], step: Int) -> (LossSum, Buffer<S>) {
    let ranges = Shards.ranges(indices.count)
    nonisolated(unsafe) let work = self
    pool.run(ranges.count) { part in
      let drops = work.graph.options.dropout > 0
      work.shards.withShard { shard in
        shard.batch.gather(set, indices[ranges[part]])
        let loss = shard.lossAndGradient(
          work.store.weights, gradient: work.gradients[part],
          dropout: drops ? RandomGenerator(seed: work.options.seed, step: step, index: part) : nil)
        work.losses.base[part] = loss.sum
        work.counts.base[part] = Double(loss.count)
      }
    }
    addUp(ranges.count)
    var total = LossSum()
    for part in ranges.indices {
      total += LossSum(sum: losses.base[part], count: Int(counts.base[part]))
    }
    return (total, gradients[0])
  }

  /// Adds the shards' gradients in the order of the shards, whoever does it.
  private func addUp(_ count: Int) {
    guard count > 1 else { return }
    let length = graph.layout.count
    let block = 16384
    nonisolated(unsafe) let work = self
    pool.run((length + block - 1) / block) { part in
      let start = part * block
      let size = min(block, length - start)
      for other in 1..<count {
        vm_axpy(work.mode, size, 1, work.gradients[other].base + start, work.gradients[0].base + start)
      }
    }
  }

  /// Forward, loss, backward, clipping and update on the windows at `indices`.
  func update(_ set: WindowSet, _ indices: [Int], step: Int, rate: Double) -> WeightUpdate {
    let (total, gradient) = self.gradient(set, indices, step: step)
    return WeightUpdate(
      total, gradient, store, &optimizer, average: average, clipping: options.clipping, rate: rate, mode: mode)
  }
}
