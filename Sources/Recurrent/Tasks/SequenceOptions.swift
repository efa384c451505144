/// What a sequence network answers, and how the answer is judged in training.
public enum SequenceTask: String, Sendable, Codable, CaseIterable {
  /// Numbers after the last step; squared error.
  case values
  /// One of the classes after the last step; cross entropy of a softmax.
  case label
  /// One of the classes after every step, such as the next symbol; cross entropy of a softmax.
  case labelEachStep
}

/// Everything that decides the shape of a network that reads a sequence and answers.
public struct SequenceOptions: Sendable, Codable, Equatable {
  /// I, numbers shown at each step.
  public var inputs: Int
  /// O, numbers or classes in each answer.
  public var outputs: Int
  /// What is answered, and how that is judged.
  public var task: SequenceTask
  /// The cell of every layer.
  public var cell: CellKind = .lstm
  /// For the 1997 LSTM: errors flow back through the memory alone and are cut at the gates, as in its paper.
  public var truncated = false
  /// H, hidden units of each layer.
  public var hidden = 16
  /// L
  public var layers = 1
  /// The longest lag in steps that is to be bridged. Forget gates (update gates of a GRU) then start with the memory
  /// times of their units spread from one step to this one, instead of all near one step, and input gates as far closed:
  /// the "chrono initialisation" of Tallec & Ollivier 2018, "Can recurrent neural networks warp time?". The 1997 LSTM has
  /// an input gate alone, which its paper too starts closed. Nil, or a cell without such gates: the cell's own start.
  public var expectedLag: Int?

  /// One layer of 16 LSTM units; change what should differ.
  public init(inputs: Int, outputs: Int, task: SequenceTask) {
    self.inputs = inputs
    self.outputs = outputs
    self.task = task
  }

  func check() throws(RecurrentError) {
    let whole = [("inputs", inputs, 1), ("outputs", outputs, 1), ("hidden", hidden, 1), ("layers", layers, 1)]
    for (name, value, least) in whole where value < least {
      throw .badOption(name: name, value: "\(value)", wanted: "\(least) or more")
    }
    if let lag = expectedLag, lag < 3 {
      throw .badOption(name: "expected lag", value: "\(lag)", wanted: "3 steps or more")
    }
    if task != .values, outputs < 2 {
      throw .badOption(name: "outputs", value: "\(outputs)", wanted: "2 or more classes")
    }
  }

  /// The same cell as in a forecasting network.
  var recurrentCell: any RecurrentCell {
    var shape = NetworkOptions(lookback: 1, horizon: 1)
    shape.cell = cell
    shape.truncated = truncated
    return shape.recurrentCell
  }

  /// P, the answers that are wanted of a sequence of `steps` steps.
  func positions(_ steps: Int) -> Int { task == .labelEachStep ? steps : 1 }
}

/// Sequences of one length, side by side.
public struct SequenceBatch: Sendable {
  /// B
  public let rows: Int
  /// T
  public let steps: Int
  /// (T × B × I)
  public let inputs: [Float]
  /// (P × B × O), P being 1 or T: the numbers, or the probability of each class (1 for the right one). A row that starts
  /// with NaN is not asked: shorter sequences fill a batch up with it.
  public let targets: [Float]

  /// Sizes are checked against a network's options when the batch is used.
  public init(rows: Int, steps: Int, inputs: [Float], targets: [Float]) {
    self.rows = rows
    self.steps = steps
    self.inputs = inputs
    self.targets = targets
  }

  func check(_ options: SequenceOptions) throws(RecurrentError) {
    let sizes = [
      ("inputs of the batch", inputs.count, steps * rows * options.inputs),
      ("targets of the batch", targets.count, options.positions(steps) * rows * options.outputs),
    ]
    for (name, count, expected) in sizes where count != expected {
      throw .badOption(name: name, value: "\(count) numbers", wanted: "\(expected)")
    }
    guard rows > 0, steps > 0 else {
      throw .badOption(name: "batch", value: "\(rows) rows of \(steps) steps", wanted: "at least one of each")
    }
  }
}
