import CVectorMath

/// A network that answers sequences of vectors: one label or value for a sequence, or one for each of its steps.
public struct SequenceNetwork: Sendable, Codable, Equatable {
  /// What the network looks like.
  public let options: SequenceOptions
  /// The flat vector of all weights.
  public private(set) var weights: [Float]

  /// A new network with random weights.
  public init(_ options: SequenceOptions, seed: UInt64) throws(RecurrentError) {
    self.options = options
    weights = try SequenceGraph(options, loss: .mse).initialWeights(seed: seed)
  }

  /// A network from stored weights.
  public init(_ options: SequenceOptions, weights: [Float]) throws(RecurrentError) {
    let expected = try SequenceGraph(options, loss: .mse).layout.count
    guard weights.count == expected else {
      throw .weightsDoNotFit("\(weights.count) numbers are stored, but its options need \(expected)")
    }
    self.init(checked: options, weights: weights)
  }

  init(checked options: SequenceOptions, weights: [Float]) {
    self.options = options
    self.weights = weights
  }

  private enum CodingKeys: String, CodingKey { case options, weights }

  /// Reads a stored network and refuses weights that do not fit its options.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      container.decode(SequenceOptions.self, forKey: .options),
      weights: container.decode([Float].self, forKey: .weights))
  }

  /// Names, shapes and places of the weights.
  public var layout: ParameterLayout {
    // The options were checked when the network was made.
    (try? SequenceGraph(options, loss: .mse).layout) ?? ParameterLayout()
  }

  /// How many numbers are learned.
  public var parameterCount: Int { layout.parameterCount }

  /// The answers to `sequences`, whose targets are not looked at: (asked steps × O) each, probabilities where labels
  /// are asked.
  public func predict(_ sequences: [LabelledSequence], threads: Int = 1) throws(RecurrentError) -> [[Float]] {
    try options.check(sequences, withTargets: false)
    var training = TrainingOptions()
    training.threads = threads
    let engine = SequenceEngine<Float>(
      try SequenceGraph(options, loss: .mse), values: weights, options: training, level: vm_best_level())
    return engine.answers(to: sequences)
  }

  /// Trains on `sequences` and keeps the weights with the lowest loss on `validation` (on `sequences` when there are
  /// none). `training.positions` does not matter here.
  ///
  /// - Parameter progress: called after each update and each epoch; it may end training early.
  /// - Throws: `RecurrentError` when options or sequences do not fit, or when the loss stops being a number. The network
  ///   is then as it was.
  @discardableResult
  public mutating func train(
    on sequences: [LabelledSequence], validation: [LabelledSequence] = [], options training: TrainingOptions,
    progress: (TrainingProgress) -> TrainingDecision = { _ in .proceed }
  ) throws(RecurrentError) -> TrainingReport {
    try training.check(options.stackOptions)
    try options.check(sequences, withTargets: true)
    try options.check(validation, withTargets: true)
    guard !sequences.isEmpty else { throw .noSequences }
    let engine = SequenceEngine<Float>(
      try SequenceGraph(options, loss: training.loss), values: weights, options: training, level: vm_best_level())
    var (report, best) = try engine.train(on: sequences, validation: validation, progress)
    weights = best
    if training.diagnosticSamples > 0 {
      let count = min(training.diagnosticSamples, sequences.count)
      let chosen = (0..<count).map { sequences[$0 * sequences.count / count] }
      report.diagnostics = try diagnose(chosen, loss: training.loss)
    }
    return report
  }
}

extension SequenceEngine {
  /// Sequences that are answered at once.
  private var block: Int { 8 * Shards.size }

  func answers(to sequences: [LabelledSequence]) -> [[Float]] {
    stride(from: 0, to: sequences.count, by: block).flatMap { start in
      pass(Array(sequences[start..<min(start + block, sequences.count)]), learns: false).answers
    }
  }

  private func meanLoss(_ sequences: [LabelledSequence]) -> Double? {
    var total = LossSum()
    for start in stride(from: 0, to: sequences.count, by: block) {
      total += pass(Array(sequences[start..<min(start + block, sequences.count)]), learns: false).loss
    }
    return total.count == 0 ? nil : total.mean
  }

  /// Epochs over shuffled sequences, with validation and early stopping.
  /// - Returns: the report and the best epoch's weights.
  func train(
    on sequences: [LabelledSequence], validation: [LabelledSequence],
    _ progress: (TrainingProgress) -> TrainingDecision
  ) throws(RecurrentError) -> (TrainingReport, [S]) {
    var generator = RandomGenerator(seed: options.seed)
    var stopping = EarlyStopping<S>(patience: options.patience, initial: answerStore.values.array)
    if let loss = meanLoss(validation) { stopping.observe(loss, epoch: 0) { answerStore.values.array } }
    var report = TrainingReport()
    var plateau = PlateauWatch()
    var order = Array(sequences.indices)
    let all = (order.count + options.batchSize - 1) / options.batchSize
    let batches = min(options.stepsPerEpoch ?? all, all)
    for epoch in stride(from: 1, through: options.epochs, by: 1) {
      generator.shuffle(&order)
      var total = LossSum()
      var norms = 0.0
      var done = 0
      var stopped = false
      for start in stride(from: 0, to: order.count, by: options.batchSize) {
        let batch = order[start..<min(start + options.batchSize, order.count)].map { sequences[$0] }
        let rate = options.rate(of: report.steps, total: options.epochs * batches) * plateau.share
        let (outcome, _) = try learn(batch, epoch: epoch, rate: rate)
        total += outcome.loss
        norms += outcome.gradientNorm
        done += 1
        report.steps += 1
        if outcome.clipped { report.clippedSteps += 1 }
        stopped =
          progress(
            TrainingProgress(
              epoch: epoch, step: report.steps, trainingLoss: outcome.loss.mean, validationLoss: nil,
              endsEpoch: false)) == .stop
        if stopped || done == batches { break }
      }
      let summary = TrainingReport.Epoch(
        trainingLoss: total.mean, validationLoss: meanLoss(validation), gradientNorm: norms / Double(done))
      report.epochs.append(summary)
      let loss = summary.validationLoss ?? summary.trainingLoss
      stopping.observe(loss, epoch: epoch) { answerStore.values.array }
      plateau.observe(loss, options.schedule)
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
    return (report, stopping.best)
  }
}
