import CVectorMath

/// Teaches a sequence network batch by batch, for tasks whose sequences are made as they are needed. A batch of one
/// sequence is online learning.
public final class SequenceTrainer {
  private let engine: SequenceEngine<Float>
  /// How far the next update goes. The caller may change it as training goes on.
  public var learningRate: Double

  /// What one step of the optimiser saw.
  public struct Step: Sendable {
    /// Mean over the asked rows (labels) or numbers (values).
    public let loss: Double
    /// The length of the mean loss' gradient, before clipping.
    public let gradientNorm: Double
    /// Whether the gradient was clipped.
    public let clipped: Bool
    /// One answer for each sequence as it was before the step: (asked steps × O), probabilities where labels are asked.
    public let answers: [[Float]]
  }

  /// Goes on with `network`; of `training`, epochs, batch size, schedule, patience and positions do not matter here.
  public init(_ network: SequenceNetwork, training: TrainingOptions) throws(RecurrentError) {
    try training.check(network.options.stackOptions)
    learningRate = training.learningRate
    engine = SequenceEngine(
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
    SequenceNetwork(checked: engine.graph.options, weights: engine.answerStore.values.array)
  }

  /// How many numbers are learned.
  public var parameterCount: Int { engine.graph.layout.parameterCount }

  /// Learns from a batch, in one step of the optimiser.
  /// - Throws: `RecurrentError` when a sequence does not fit the network, or when the loss stops being a number.
  @discardableResult
  public func learn(_ sequences: [LabelledSequence]) throws(RecurrentError) -> Step {
    try engine.graph.options.check(sequences, withTargets: true)
    guard !sequences.isEmpty else { throw .noSequences }
    let (update, answers) = try engine.learn(sequences, rate: learningRate)
    return Step(
      loss: update.loss.mean, gradientNorm: update.gradientNorm, clipped: update.clipped, answers: answers)
  }

  /// The answers to `sequences`, whose targets are not looked at: (asked steps × O) each.
  public func answers(to sequences: [LabelledSequence]) throws(RecurrentError) -> [[Float]] {
    try engine.graph.options.check(sequences, withTargets: false)
    return engine.answers(to: sequences)
  }
}
