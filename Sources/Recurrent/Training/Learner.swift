import CVectorMath

/// Weights in training: one update after another on given examples.
final class Learner<Shard: ExampleShard> {
  typealias S = Shard.S

  let store: WeightStore<S>
  var optimizer: Optimizer<S>
  /// The moving average of the weights, if one is asked for.
  let average: WeightAverage<S>?
  let options: TrainingOptions
  private let drops: Bool
  private let pool: WorkerPool
  private let mode: vm_mode
  private let shards: ShardPool<Shard>
  private let judges: ShardPool<Shard>
  /// One for each shard of the largest batch so far. After an update the first one holds the sum.
  private var gradients: [Buffer<S>] = []

  /// - Parameters:
  ///   - drops: whether the network drops numbers in training.
  ///   - shard: makes the buffers of a pass, for training or for looking at the loss alone.
  init(
    _ layout: ParameterLayout, values: [S], options: TrainingOptions, drops: Bool, mode: vm_mode,
    shard: @escaping @Sendable (_ trains: Bool) -> Shard
  ) {
    self.options = options
    self.drops = drops
    self.mode = mode
    pool = WorkerPool(threads: options.threads)
    store = WeightStore(layout, values: values, mode: mode)
    optimizer = Optimizer(options.optimizer, count: layout.count)
    average = options.averaging.map { WeightAverage(decay: $0, layout: layout, values: values, mode: mode) }
    shards = ShardPool { shard(true) }
    judges = ShardPool { shard(false) }
  }

  /// The weights to forecast with: the average if there is one.
  var forecastStore: WeightStore<S> { average?.store ?? store }

  /// The gradient of the summed loss over the examples at `indices`.
  func gradient(_ examples: Shard.Examples, _ indices: [Int]) -> (loss: LossSum, gradient: Buffer<S>) {
    let ranges = Shards.ranges(indices.count)
    while gradients.count < max(ranges.count, 1) { gradients.append(Buffer(store.layout.count)) }
    let (shards, store, gradients) = (shards, store, gradients)
    // Which update this is and which shard decide what is dropped.
    let masks = drops ? (seed: options.seed, update: optimizer.updates) : nil
    let losses = pool.map(ranges.count) { part in
      shards.withShard { shard in
        shard.pass(
          examples, indices[ranges[part]], store.weights, gradient: gradients[part],
          dropout: masks.map { RandomGenerator(seed: $0.seed, stream: $0.update, index: part) })
      }
    }
    addUp(ranges.count)
    return (losses.sum, gradients[0])
  }

  /// Adds the shards' gradients in the order of the shards, whoever does it.
  private func addUp(_ count: Int) {
    guard count > 1 else { return }
    let (length, block) = (store.layout.count, 16384)
    let (gradients, mode) = (gradients, mode)
    pool.run((length + block - 1) / block) { part in
      let start = part * block
      for other in 1..<count {
        vm_axpy(mode, min(block, length - start), 1, gradients[other].base + start, gradients[0].base + start)
      }
    }
  }

  /// The mean loss over the first `count` examples with the weights to forecast with, added up in a fixed order; nil when
  /// nothing is asked.
  func loss(_ examples: Shard.Examples, count: Int) -> Double? {
    // The average moves with every update, its packed copies only when they are needed.
    average?.store.refreshCopies()
    let ranges = Shards.ranges(count)
    let indices = Array(0..<count)
    let (judges, store) = (judges, forecastStore)
    let total = pool.map(ranges.count) { part in
      judges.withShard { $0.pass(examples, indices[ranges[part]], store.weights, gradient: nil, dropout: nil) }
    }.sum
    return total.count == 0 ? nil : total.mean
  }

  /// Forward, loss, backward, clipping and update on the examples at `indices`. A gradient that is no number changes
  /// nothing.
  func update(_ examples: Shard.Examples, _ indices: [Int], rate: Double) -> WeightUpdate {
    let (loss, gradient) = gradient(examples, indices)
    var scale = loss.count == 0 ? 0 : 1 / Double(loss.count)
    let norm = vm_sum_of_squares(mode, gradient.count, gradient.base).squareRoot() * scale
    var update = WeightUpdate(loss: loss, gradientNorm: norm)
    guard norm.isFinite, loss.sum.isFinite else { return update }
    if case .norm(let limit) = options.clipping, norm > limit {
      scale *= limit / norm
      update.clipped = true
    }
    optimizer.update(store.values, gradient: gradient, scale: scale, rate: rate, mode: mode)
    store.refreshCopies()
    average?.update(store.values, updates: optimizer.updates)
    return update
  }
}

/// What one update saw.
struct WeightUpdate {
  var loss: LossSum
  /// Before clipping, of the mean loss.
  var gradientNorm: Double
  var clipped = false

  /// Says what is probably wrong when loss or gradient are no longer numbers.
  /// - Parameters:
  ///   - number: which update this was, from 1.
  ///   - lastNorm: the length of the gradient before.
  func check(epoch: Int, number: Int, lastNorm: Double, _ options: TrainingOptions) throws(RecurrentError) {
    guard !loss.sum.isFinite || !gradientNorm.isFinite else { return }
    let cause: String
    if number == 1 {
      cause = "already the first batch gives no finite loss, so the data hold numbers that are too large; scale them"
    } else if options.clipping == .none {
      cause =
        "the gradients grew too large (\(lastNorm) one step before); clip them, or lower the learning rate "
        + "\(options.learningRate)"
    } else {
      cause = "the learning rate \(options.learningRate) is probably too high; try a tenth of it"
    }
    throw .lossNotFinite(epoch: epoch, update: number, cause: cause)
  }
}

extension [LossSum] {
  /// In their order.
  fileprivate var sum: LossSum { reduce(into: LossSum()) { $0 += $1 } }
}

extension TrainingOptions {
  /// The learning rate of update `number` (from 0) of `total`, but for plateaus.
  func rate(of number: Int, total: Int) -> Double {
    let rise = number < warmUp ? Double(number + 1) / Double(warmUp) : 1
    return learningRate * schedule.share(update: number, of: total) * rise
  }
}
