import CVectorMath

/// The training loop: epochs over shuffled windows, validation, early stopping.
struct Trainer<S: Scalar> {
  let graph: ForecastGraph
  let options: TrainingOptions
  let step: TrainingStep<S>
  /// Everything besides the weights that decides how training goes on.
  var place: TrainingPlace
  var order: [Int]
  var stopping: EarlyStopping<S>
  private let set: WindowSet
  private let validation: WindowSet?
  private let pool: WorkerPool
  private let validationShards: ShardPool<S>

  init(
    _ graph: ForecastGraph, values: [S], set: WindowSet, validation: WindowSet?, options: TrainingOptions,
    level: vm_level
  ) throws(RecurrentError) {
    try options.check(graph.options)
    try set.check(graph.options)
    try validation?.check(graph.options)
    guard !set.windows.isEmpty else { throw .noWindows("train on") }
    self.graph = graph
    self.options = options
    self.set = set
    self.validation = validation.flatMap { $0.windows.isEmpty ? nil : $0 }
    pool = WorkerPool(threads: options.threads)
    let mode = S.mode(level)
    step = TrainingStep(graph, values: values, options: options, pool: pool, mode: mode)
    validationShards = ShardPool {
      Shard(graph, rows: Shards.size, positions: 1, mode: mode)
    }
    place = TrainingPlace(generator: RandomGenerator(seed: options.seed))
    order = Array(set.windows.indices)
    place.generator.shuffle(&order)
    stopping = EarlyStopping(patience: options.patience, initial: values)
  }

  /// The weights of the best epoch.
  var bestWeights: [S] { stopping.best }

  /// - Parameter endOfEpoch: called after each epoch that does not end training, with this trainer.
  mutating func run(
    _ progress: (TrainingProgress) -> TrainingDecision, endOfEpoch: (Trainer<S>) -> Void = { _ in }
  ) throws(RecurrentError) -> TrainingReport {
    let weights = step.forecastStore.values
    if place.report.epochs.isEmpty, let loss = validationLoss() {
      stopping.observe(loss, epoch: 0) { weights.array }
    }
    while place.report.epochs.count < options.epochs {
      let epoch = place.report.epochs.count + 1
      let (summary, stopped) = try runEpoch(epoch, progress)
      let loss = summary.validationLoss ?? summary.trainingLoss
      // The loss over random batches says too little to choose an epoch by.
      if validation == nil, options.patience == nil {
        stopping.accept(loss, epoch: epoch) { weights.array }
      } else {
        stopping.observe(loss, epoch: epoch) { weights.array }
      }
      place.plateau.observe(loss, options.schedule)
      place.report.epochs.append(summary)
      place.report.bestEpoch = stopping.bestEpoch
      let decision = progress(
        TrainingProgress(
          epoch: epoch, step: place.report.steps, trainingLoss: summary.trainingLoss,
          validationLoss: summary.validationLoss, endsEpoch: true))
      if stopped || decision == .stop {
        place.report.ending = .stopped
        break
      }
      if stopping.isOver(epoch: epoch) {
        place.report.ending = .patience
        break
      }
      endOfEpoch(self)
    }
    return place.report
  }

  private var batchesPerEpoch: Int {
    options.stepsPerEpoch ?? (order.count + options.batchSize - 1) / options.batchSize
  }

  /// The learning rate of update `number`, from 0.
  private func rate(of number: Int) -> Double {
    options.rate(of: number, total: options.epochs * batchesPerEpoch) * place.plateau.share
  }

  private mutating func runEpoch(
    _ epoch: Int, _ progress: (TrainingProgress) -> TrainingDecision
  ) throws(RecurrentError) -> (TrainingReport.Epoch, stopped: Bool) {
    var total = LossSum()
    var norms = 0.0
    var stopped = false
    var done = 0
    while done < batchesPerEpoch, !stopped {
      let number = place.report.steps
      let outcome = step.update(set, nextBatch(), step: number, rate: rate(of: number))
      place.report.steps += 1
      done += 1
      try outcome.check(epoch: epoch, step: place.report.steps, lastNorm: place.lastNorm, options)
      total += outcome.loss
      norms += outcome.gradientNorm
      place.lastNorm = outcome.gradientNorm
      if outcome.clipped { place.report.clippedSteps += 1 }
      let decision = progress(
        TrainingProgress(
          epoch: epoch, step: place.report.steps, trainingLoss: outcome.loss.mean, validationLoss: nil,
          endsEpoch: false))
      stopped = decision == .stop
    }
    let loss = validationLoss()
    if let loss, !loss.isFinite {
      throw .lossNotFinite(
        epoch: epoch, step: place.report.steps,
        cause: "the training loss is one, but the validation windows hold numbers that are too large")
    }
    let summary = TrainingReport.Epoch(
      trainingLoss: total.mean, validationLoss: loss, gradientNorm: norms / Double(done))
    return (summary, stopped)
  }

  /// The next windows of the shuffled order, which is shuffled anew when it is used up. A batch never spans two orders.
  private mutating func nextBatch() -> [Int] {
    if place.position >= order.count {
      place.generator.shuffle(&order)
      place.position = 0
    }
    let start = place.position
    place.position = min(start + options.batchSize, order.count)
    return Array(order[start..<place.position])
  }

  /// The mean loss over all validation windows, added up in a fixed order.
  private func validationLoss() -> Double? {
    guard let validation else { return nil }
    // The average moves with every update, its transposed copies only when they are needed.
    step.average?.store.refreshCopies()
    let ranges = Shards.ranges(validation.windows.count)
    let indices = Array(validation.windows.indices)
    let sums = Buffer<Double>(2 * ranges.count)
    nonisolated(unsafe) let work = self
    pool.run(ranges.count) { part in
      work.validationShards.withShard { shard in
        shard.batch.gather(validation, indices[ranges[part]])
        shard.forward(work.step.forecastStore.weights)
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

/// Where training stands between two updates, besides the weights and the order of the windows.
struct TrainingPlace: Sendable, Codable, Equatable {
  /// Shuffles the windows.
  var generator: RandomGenerator
  /// The first window of the next batch in the shuffled order.
  var position = 0
  var plateau = PlateauWatch()
  var report = TrainingReport()
  /// The length of the last gradient, for the words of an error.
  var lastNorm = 0.0

  init(generator: RandomGenerator) { self.generator = generator }
}
