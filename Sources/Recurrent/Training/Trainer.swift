import CVectorMath

/// The training loop: epochs over shuffled windows or sequences, validation, early stopping.
struct Trainer<Shard: ExampleShard> {
  let learner: Learner<Shard>
  /// Everything besides the weights that decides how training goes on.
  var place: TrainingPlace
  var order: [Int]
  var stopping: EarlyStopping<Shard.S>
  private let examples: Shard.Examples
  private let validation: Shard.Examples?

  /// - Parameter validation: may be empty, which is as good as nil.
  init(_ learner: Learner<Shard>, _ examples: Shard.Examples, validation: Shard.Examples?) {
    self.learner = learner
    self.examples = examples
    self.validation = validation.flatMap { Shard.count($0) == 0 ? nil : $0 }
    place = TrainingPlace(generator: RandomGenerator(seed: learner.options.seed))
    order = Array(0..<Shard.count(examples))
    place.generator.shuffle(&order)
    stopping = EarlyStopping(patience: learner.options.patience, initial: learner.store.values.array)
  }

  var options: TrainingOptions { learner.options }

  /// - Parameter endOfEpoch: called after each epoch that does not end training, with this trainer.
  mutating func run(
    _ progress: (TrainingProgress) -> TrainingDecision, endOfEpoch: (Trainer<Shard>) -> Void = { _ in }
  ) throws(RecurrentError) -> TrainingReport {
    let weights = learner.forecastStore.values
    if place.report.epochs.isEmpty, let loss = validationLoss() {
      stopping.observe(loss, epoch: 0) { weights.array }
    }
    while place.report.epochs.count < options.epochs {
      let epoch = place.report.epochs.count + 1
      let (summary, stopped) = try runEpoch(epoch, progress)
      let loss = summary.validationLoss ?? summary.trainingLoss
      // The loss over random batches says too little to choose an epoch by.
      let judges = validation != nil || options.patience != nil
      stopping.observe(loss, epoch: epoch, judges: judges) { weights.array }
      place.plateau.observe(loss, options.schedule)
      place.report.epochs.append(summary)
      place.report.bestEpoch = stopping.best.epoch
      let decision = progress(
        TrainingProgress(
          epoch: epoch, update: place.report.updates, trainingLoss: summary.trainingLoss,
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
    var (norms, rates) = (0.0, 0.0)
    var stopped = false
    var done = 0
    while done < batchesPerEpoch, !stopped {
      let rate = rate(of: place.report.updates)
      rates += rate
      let outcome = learner.update(examples, nextBatch(), rate: rate)
      place.report.updates += 1
      done += 1
      try outcome.check(epoch: epoch, number: place.report.updates, lastNorm: place.lastNorm, options)
      total += outcome.loss
      norms += outcome.gradientNorm
      place.lastNorm = outcome.gradientNorm
      if outcome.clipped { place.report.clippedUpdates += 1 }
      let decision = progress(
        TrainingProgress(
          epoch: epoch, update: place.report.updates, trainingLoss: outcome.loss.mean, validationLoss: nil,
          endsEpoch: false))
      stopped = decision == .stop
    }
    let loss = validationLoss()
    if let loss, !loss.isFinite {
      throw .lossNotFinite(
        epoch: epoch, update: place.report.updates,
        cause: "the training loss is one, but the validation \(Shard.noun) hold numbers that are too large")
    }
    let summary = TrainingReport.Epoch(
      trainingLoss: total.mean, validationLoss: loss, gradientNorm: norms / Double(done),
      learningRate: rates / Double(done))
    return (summary, stopped)
  }

  /// The next examples of the shuffled order, which is shuffled anew when it is used up. A batch never spans two orders.
  private mutating func nextBatch() -> [Int] {
    if place.position >= order.count {
      place.generator.shuffle(&order)
      place.position = 0
    }
    let start = place.position
    place.position = min(start + options.batchSize, order.count)
    return Array(order[start..<place.position])
  }

  private func validationLoss() -> Double? {
    validation.flatMap { learner.loss($0, count: Shard.count($0)) }
  }
}

extension Learner {
  /// Learns from windows.
  convenience init<T>(_ graph: ForecastGraph, values: [T], options: TrainingOptions, level: vm_level)
  where Shard == WindowShard<T> {
    let mode = T.mode(level)
    // A last, smaller batch may be cut into fewer and therefore larger shards than a full one.
    let rows = min(options.batchSize, Shards.size)
    self.init(graph.layout, values: values, options: options, drops: graph.options.dropout > 0, mode: mode) { trains in
      WindowShard(graph, rows: trains ? rows : Shards.size, positions: trains ? options.positions : 1, mode: mode)
    }
  }

  /// Learns from sequences, or answers them.
  convenience init<T>(_ graph: SequenceGraph, values: [T], options: TrainingOptions, level: vm_level)
  where Shard == SequenceShard<T> {
    let mode = T.mode(level)
    self.init(graph.layout, values: values, options: options, drops: graph.options.dropout > 0, mode: mode) { _ in
      SequenceShard(graph, mode: mode)
    }
  }
}

/// Where training stands between two updates, besides the weights and the order of the examples.
struct TrainingPlace: Sendable, Codable, Equatable {
  /// Shuffles the examples.
  var generator: RandomGenerator
  /// The first example of the next batch in the shuffled order.
  var position = 0
  var plateau = PlateauWatch()
  var report = TrainingReport()
  /// The length of the last gradient, for the words of an error.
  var lastNorm = 0.0

  init(generator: RandomGenerator) { self.generator = generator }
}
