import CVectorMath

/// Teaches a sequence network batch by batch, for tasks whose sequences are made as they are needed. A batch of one
/// sequence is online learning.
public final class SequenceTrainer {
  private let learner: Learner<SequenceShard<Float>>
  private let options: SequenceOptions
  private var updates = 0
  private var lastNorm = 0.0
  /// How far the next update goes. The caller may change it as training goes on.
  public var learningRate: Double

  /// What one update saw.
  public struct Update: Sendable {
    /// Mean over the asked rows (labels) or numbers (values).
    public let loss: Double
    /// The length of the mean loss' gradient, before clipping.
    public let gradientNorm: Double
    /// Whether the gradient was clipped.
    public let clipped: Bool
    /// One answer for each sequence as it was before the update: (asked steps × O), probabilities where labels are asked.
    public let answers: [[Float]]
  }

  /// Goes on with `network`; of `training`, epochs, batch size, schedule, patience and positions do not matter here.
  public init(_ network: SequenceNetwork, training: TrainingOptions) throws(RecurrentError) {
    try training.check(network.options.stackOptions)
    learningRate = training.learningRate
    options = network.options
    learner = Learner(
      try SequenceGraph(network.options, loss: training.loss), values: network.weights, options: training,
      level: vm_best_level())
  }

  /// A new network, Adam, gradients clipped to length 1; squared error for values, cross entropy for labels.
  public convenience init(_ options: SequenceOptions, learningRate: Double, seed: UInt64) throws(RecurrentError) {
    var training = TrainingOptions()
    training.learningRate = learningRate
    training.loss = .mse
    training.seed = seed
    try self.init(SequenceNetwork(options, seed: seed), training: training)
  }

  /// The network with its present weights.
  public var network: SequenceNetwork {
    SequenceNetwork(checked: options, weights: learner.forecastStore.values.array)
  }

  /// How many numbers are learned.
  public var parameterCount: Int { learner.store.layout.parameterCount }

  /// Learns from a batch, in one update.
  /// - Throws: `RecurrentError` when a sequence does not fit the network, or when the loss stops being a number.
  @discardableResult
  public func learn(_ sequences: [LabelledSequence]) throws(RecurrentError) -> Update {
    try options.check(sequences, withTargets: true)
    guard !sequences.isEmpty else { throw .noSequences }
    let answers = SequenceAnswers(sequences.count)
    let update = learner.update(
      SequenceBatch(sequences: sequences, answers: answers), Array(sequences.indices), rate: learningRate)
    updates += 1
    try update.check(epoch: 1, number: updates, lastNorm: lastNorm, learner.options)
    lastNorm = update.gradientNorm
    return Update(
      loss: update.loss.mean, gradientNorm: update.gradientNorm, clipped: update.clipped,
      answers: answers.all.withLock { $0 })
  }

  /// The answers to `sequences`, whose targets are not looked at: (asked steps × O) each.
  public func answers(to sequences: [LabelledSequence]) throws(RecurrentError) -> [[Float]] {
    try options.check(sequences, withTargets: false)
    return learner.answers(to: sequences)
  }
}
