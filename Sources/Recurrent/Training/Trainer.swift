import CVectorMath

/// The training loop: epochs over shuffled windows, validation, early stopping.
struct Trainer<S: Scalar> {
  private let options: TrainingOptions
  private let set: WindowSet
  private let validation: WindowSet?
  private let pool: WorkerPool
  private let mode: vm_mode
  private let step: TrainingStep<S>
  private let scales: [WindowScale]
  private let validationScales: [WindowScale]
  private let validationShards: ShardPool<S>
  private var generator: RandomGenerator
  private var order: [Int]
  private var position = 0
  private var stopping: EarlyStopping<S>
  private var report = TrainingReport()
  private var lastNorm = 0.0

  init(
    _ graph: ForecastGraph, values: [S], set: WindowSet, validation: WindowSet?, options: TrainingOptions,
    level: vm_level
  ) throws(RecurrentError) {
    try options.check(graph.options)
    try set.check(graph.options)
    try validation?.check(graph.options)
    guard !set.windows.isEmpty else { throw .noWindows("train on") }
    self.options = options
    self.set = set
    self.validation = validation.flatMap { $0.windows.isEmpty ? nil : $0 }
    pool = WorkerPool(threads: options.threads)
    let mode = S.mode(level)
    self.mode = mode
    step = TrainingStep(graph, values: values, options: options, pool: pool, mode: mode)
    scales = set.scales(graph.options.scaling, lookback: graph.options.lookback, pool: pool)
    validationScales =
      self.validation?.scales(graph.options.scaling, lookback: graph.options.lookback, pool: pool) ?? []
    validationShards = ShardPool {
      Shard(graph, rows: Shards.size, positions: 1, forTraining: false, mode: mode)
    }
    generator = RandomGenerator(seed: options.seed)
    order = Array(set.windows.indices)
    generator.shuffle(&order)
    stopping = EarlyStopping(patience: options.patience, initial: values)
  }

  /// The weights of the best epoch.
  var bestWeights: [S] { stopping.best }

  mutating func run(_ progress: (TrainingProgress) -> TrainingDecision) throws(RecurrentError) -> TrainingReport {
    if let loss = validationLoss() { stopping.observe(loss, epoch: 0) { step.store.values.array } }
    var epoch = 0
    while epoch < options.epochs {
      epoch += 1
      let (summary, stopped) = try runEpoch(epoch, progress)
      let loss = summary.validationLoss ?? summary.trainingLoss
      if loss.isFinite { stopping.observe(loss, epoch: epoch) { step.store.values.array } }
      report.epochs.append(summary)
      report.bestEpoch = stopping.bestEpoch
      let decision = progress(
        TrainingProgress(
          epoch: epoch, step: report.steps, trainingLoss: summary.trainingLoss,
          validationLoss: summary.validationLoss, endsEpoch: true))
      if stopped || decision == .stop {
        report.ending = .stopped
        break
      }
      if stopping.isOver(epoch: epoch) {
        report.ending = .patience
        break
      }
    }
    return report
  }

  private mutating func runEpoch(
    _ epoch: Int, _ progress: (TrainingProgress) -> TrainingDecision
  ) throws(RecurrentError) -> (TrainingReport.Epoch, stopped: Bool) {
    var total = LossSum()
    var norms = 0.0
    var stopped = false
    let batches = options.stepsPerEpoch ?? (order.count + options.batchSize - 1) / options.batchSize
    var done = 0
    while done < batches, !stopped {
      let outcome = step.update(
        set, nextBatch(), scales: scales, step: report.steps, rate: options.learningRate)
      report.steps += 1
      done += 1
      try check(outcome, epoch: epoch)
      total += outcome.loss
      norms += outcome.gradientNorm
      lastNorm = outcome.gradientNorm
      if outcome.clipped { report.clippedSteps += 1 }
      let decision = progress(
        TrainingProgress(
          epoch: epoch, step: report.steps, trainingLoss: outcome.loss.mean, validationLoss: nil, endsEpoch: false))
      stopped = decision == .stop
    }
    return (
      TrainingReport.Epoch(
        trainingLoss: total.mean, validationLoss: validationLoss(), gradientNorm: norms / Double(done)), stopped
    )
  }

  /// The next windows of the shuffled order, which is shuffled anew when it is used up. A batch never spans two orders.
  private mutating func nextBatch() -> [Int] {
    if position >= order.count {
      generator.shuffle(&order)
      position = 0
    }
    let end = min(position + options.batchSize, order.count)
    defer { position = end }
    return Array(order[position..<end])
  }

  private func check(_ outcome: TrainingStep<S>.Outcome, epoch: Int) throws(RecurrentError) {
    guard !outcome.loss.sum.isFinite || !outcome.gradientNorm.isFinite else { return }
    let cause: String
    if report.steps == 1 {
      cause = "already the first batch gives no finite loss, so the data hold numbers that are too large; scale them"
    } else if options.clipping == .none {
      cause =
        "the gradients grew too large (\(lastNorm) one step before); clip them, or lower the learning rate "
        + "\(options.learningRate)"
    } else {
      cause = "the learning rate \(options.learningRate) is probably too high; try a tenth of it"
    }
    throw .lossNotFinite(epoch: epoch, step: report.steps, cause: cause)
  }

  /// The mean loss over all validation windows, added up in a fixed order.
  private func validationLoss() -> Double? {
    guard let validation else { return nil }
    let ranges = Shards.ranges(validation.windows.count)
    let indices = Array(validation.windows.indices)
    let sums = Buffer<Double>(2 * ranges.count)
    nonisolated(unsafe) let work = self
    pool.run(ranges.count) { part in
      work.validationShards.withShard { shard in
        shard.batch.gather(validation, indices[ranges[part]], scales: work.validationScales)
        shard.forward(work.step.store.weights)
        let loss = shard.loss()
        sums.base[2 * part] = loss.sum
        sums.base[2 * part + 1] = Double(loss.count)
      }
    }
    var total = LossSum()
    for part in ranges.indices {
      total += LossSum(sum: sums.base[2 * part], count: Int(sums.base[2 * part + 1]))
    }
    return total.count == 0 ? nil : total.mean
  }
}
