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
    return Learner(
      try SequenceGraph(options, loss: .mse), values: weights, options: training, level: vm_best_level()
    ).answers(to: sequences)
  }

  /// Trains on `sequences` and keeps the weights with the lowest loss on `validation`. When there are none, they are those
  /// with the lowest loss on `sequences`, or the last ones where no patience is given either. `training.positions` does
  /// not matter here.
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
    let learner = Learner(
      try SequenceGraph(options, loss: training.loss), values: weights, options: training, level: vm_best_level())
    var trainer = Trainer(
      learner, SequenceBatch(sequences: sequences), validation: SequenceBatch(sequences: validation))
    var report = try trainer.run(progress)
    weights = trainer.stopping.weights
    if training.diagnosticSamples > 0 {
      let count = min(training.diagnosticSamples, sequences.count)
      let chosen = (0..<count).map { sequences[$0 * sequences.count / count] }
      report.diagnostics = try diagnose(chosen, loss: training.loss)
    }
    return report
  }
}

extension Learner<SequenceShard<Float>> {
  func answers(to sequences: [LabelledSequence]) -> [[Float]] {
    let answers = SequenceAnswers(sequences.count)
    _ = loss(SequenceBatch(sequences: sequences, answers: answers), count: sequences.count)
    return answers.all.withLock { $0 }
  }
}
