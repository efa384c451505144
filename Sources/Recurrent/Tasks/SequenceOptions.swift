/// What a network answers about a sequence.
public enum SequenceTask: String, Sendable, Codable, CaseIterable {
  /// Numbers after the last step.
  case values
  /// Numbers at each step.
  case valuesEachStep
  /// One class after the last step.
  case label
  /// One class at each step; the next symbol is one.
  case labelEachStep

  /// Whether each step is answered, not the last alone.
  public var answersEachStep: Bool { self == .valuesEachStep || self == .labelEachStep }
  /// Whether answers are probabilities of classes.
  public var answersWithLabels: Bool { self == .label || self == .labelEachStep }
}

/// Everything that decides the shape of a network that reads sequences of vectors.
public struct SequenceOptions: Sendable, Codable, Equatable {
  /// I, numbers at each step.
  public var inputs: Int
  /// O, numbers or classes in each answer.
  public var outputs: Int
  /// What is answered, and when.
  public var task: SequenceTask
  /// What the layers are made of.
  public var cell: CellKind = .lstm
  /// For `lstm1997`: the paper's own gradient, which flows back through the cells alone.
  public var truncated = false
  /// For `slstm`: the heads within which memory is mixed; must divide `hidden`.
  public var memoryHeads = 1
  /// H, hidden units of each layer.
  public var hidden = 16
  /// Layers on top of each other.
  public var layers = 1
  /// Each layer reads the sequence in both directions. Not for guessing the next symbol, which would then be seen.
  public var bidirectional = false
  /// Share of the numbers between two layers that is dropped in training.
  public var dropout = 0.0
  /// The longest lag, in steps, that is to be bridged: gates start with memory times spread up to it, instead of all near
  /// one step. Nil, or a cell without such gates, is the cell's own start.
  public var expectedLag: Int?

  /// One LSTM layer of 16 units.
  public init(inputs: Int, outputs: Int, task: SequenceTask) {
    self.inputs = inputs
    self.outputs = outputs
    self.task = task
  }

  /// The same layers in the words of a forecasting network.
  var stackOptions: NetworkOptions {
    var options = NetworkOptions(lookback: 1, horizon: 1)
    options.cell = cell
    options.truncated = truncated
    options.memoryHeads = memoryHeads
    options.hidden = hidden
    options.layers = layers
    options.bidirectional = bidirectional
    options.dropout = dropout
    return options
  }

  private static let most = 1_000_000

  func check() throws(RecurrentError) {
    for (name, value) in [("inputs", inputs), ("outputs", outputs)] where !(1...Self.most).contains(value) {
      throw .badOption(name: name, value: "\(value)", wanted: value < 1 ? "1 or more" : "at most \(Self.most)")
    }
    if task.answersWithLabels, outputs < 2 {
      throw .badOption(name: "outputs", value: "\(outputs)", wanted: "2 classes or more")
    }
    if let lag = expectedLag, !(3...NetworkOptions.mostSteps).contains(lag) {
      throw .badOption(
        name: "expectedLag", value: "\(lag)", wanted: "3 steps or more, and at most \(NetworkOptions.mostSteps)")
    }
    try stackOptions.check()
  }

  /// Refuses sequences that the network cannot read, before any work starts.
  func check(_ sequences: [LabelledSequence], withTargets: Bool) throws(RecurrentError) {
    for (index, sequence) in sequences.enumerated() {
      guard !sequence.inputs.isEmpty, sequence.inputs.count % inputs == 0 else {
        throw .badSequence(
          index: index, reason: "\(sequence.inputs.count) numbers are not one or more steps of \(inputs)")
      }
      let wanted = answerCount(sequence)
      guard !withTargets || sequence.targets.count == wanted else {
        throw .badSequence(
          index: index, reason: "it has \(sequence.targets.count) target numbers, but its answer has \(wanted)")
      }
    }
  }

  func steps(_ sequence: LabelledSequence) -> Int { sequence.inputs.count / inputs }

  /// The numbers in the answer to `sequence`.
  func answerCount(_ sequence: LabelledSequence) -> Int {
    (task.answersEachStep ? steps(sequence) : 1) * outputs
  }
}

/// A sequence of vectors, of any length, and the answer that is wanted.
public struct LabelledSequence: Sendable, Hashable, Codable {
  /// (steps × I)
  public var inputs: [Float]
  /// (asked steps × O): one row, or one for each step. Numbers, or probabilities of classes; NaN is not asked. May be
  /// empty where only an answer is wanted.
  public var targets: [Float]

  /// A sequence with its answer as the network gives it.
  public init(inputs: [Float], targets: [Float] = []) {
    self.inputs = inputs
    self.targets = targets
  }

  /// A sequence of class `label` out of `classes`.
  public init(inputs: [Float], label: Int, of classes: Int) {
    self.init(inputs: inputs, targets: Self.oneHot([label], of: classes))
  }

  /// A sequence with a class at each step; nil is not asked.
  public init(inputs: [Float], labels: [Int?], of classes: Int) {
    self.init(inputs: inputs, targets: Self.oneHot(labels, of: classes))
  }

  /// A string of symbols, each to be guessed from those before it. The last one is only asked, never shown.
  public init(symbols: [Int], of count: Int) {
    self.init(
      inputs: Self.oneHot(Array(symbols.dropLast()), of: count), labels: Array(symbols.dropFirst()), of: count)
  }

  /// A row of `count` numbers for each symbol: 1 in its place, else 0; all NaN where there is none.
  private static func oneHot(_ symbols: [Int?], of count: Int) -> [Float] {
    symbols.flatMap { symbol in
      (0..<count).map { index in symbol.map { $0 == index ? 1 : 0 } ?? .nan }
    }
  }
}
