/// How a network is trained. None of it is needed to use the network afterwards.
public struct TrainingOptions: Sendable, Codable, Equatable {
  /// Passes over the windows, or over `stepsPerEpoch` batches of them.
  public var epochs = 100
  /// Batches in an epoch; nil takes every window once.
  public var stepsPerEpoch: Int?
  /// Windows in a batch.
  public var batchSize = 32
  /// How far an update goes.
  public var learningRate = 1e-3
  /// How weights follow their gradient.
  public var optimizer = OptimizerKind.adam
  /// What a point forecast is judged by.
  public var loss = PointLoss.mae
  /// What is done with a gradient that is too large.
  public var clipping = Clipping.norm(1)
  /// Epochs without a better validation loss before training stops; nil never stops early.
  public var patience: Int? = 10
  /// A loss at each of the last `positions` steps of the lookback, not at its end alone (forking sequences).
  public var positions = 1
  /// Decides the order of the windows and what dropout drops.
  public var seed: UInt64 = 0
  /// Threads that work; they change the time, never the result.
  public var threads = 1

  /// A hundred epochs of Adam at 1e-3, stopped early.
  public init() {}

  func check(_ network: NetworkOptions) throws(RecurrentError) {
    let whole = [
      ("epochs", epochs, 0), ("batch size", batchSize, 1), ("threads", threads, 1), ("positions", positions, 1),
    ]
    for (name, value, least) in whole where value < least {
      throw .badOption(name: name, value: "\(value)", wanted: "\(least) or more")
    }
    if let steps = stepsPerEpoch, steps < 1 {
      throw .badOption(name: "steps per epoch", value: "\(steps)", wanted: "1 or more")
    }
    guard learningRate > 0, learningRate.isFinite else {
      throw .badOption(name: "learning rate", value: "\(learningRate)", wanted: "a number above 0")
    }
    guard positions == 1 || !network.bidirectional else {
      throw .badOption(
        name: "positions", value: "\(positions)",
        wanted: "1 for a bidirectional network, whose earlier states have seen what they would forecast")
    }
    guard positions <= network.lookback else {
      throw .badOption(name: "positions", value: "\(positions)", wanted: "at most the lookback, \(network.lookback)")
    }
  }
}

/// What is done with a gradient that is too large.
public enum Clipping: Sendable, Codable, Equatable {
  case none
  /// The whole gradient is shortened to this Euclidean length (Pascanu, Mikolov & Bengio 2013).
  case norm(Double)
}

/// After each report from training: go on, or stop and keep the best weights so far.
public enum TrainingDecision: Sendable {
  case proceed, stop
}

/// Where training stands.
public struct TrainingProgress: Sendable {
  /// From 1.
  public let epoch: Int
  /// Updates so far.
  public let step: Int
  /// Mean over the step, or over the epoch when `endsEpoch`, in scaled units.
  public let trainingLoss: Double
  /// Nil within an epoch, and when there are no validation windows.
  public let validationLoss: Double?
  /// Whether this is the report of a whole epoch.
  public let endsEpoch: Bool
}

/// What happened in training. The same data, options and seed give an equal report on any number of threads.
public struct TrainingReport: Sendable, Codable, Equatable {
  /// One pass.
  public struct Epoch: Sendable, Codable, Equatable {
    /// Mean over the epoch, in scaled units.
    public var trainingLoss: Double
    /// Mean over all validation windows after the epoch.
    public var validationLoss: Double?
    /// The mean length of the gradient before clipping.
    public var gradientNorm: Double
  }

  /// Why training ended.
  public enum Ending: String, Sendable, Codable {
    /// All epochs were run.
    case finished
    /// The validation loss did not improve for as long as the patience lasts.
    case patience
    /// The caller said stop.
    case stopped
  }

  /// One entry for each epoch that was run.
  public var epochs: [Epoch] = []
  /// The epoch whose weights were kept, from 1; 0 is the untrained network.
  public var bestEpoch = 0
  /// Updates.
  public var steps = 0
  /// Updates whose gradient was clipped.
  public var clippedSteps = 0
  /// Why training ended.
  public var ending = Ending.finished

  /// The share of updates whose gradient was clipped.
  public var clippedShare: Double { steps == 0 ? 0 : Double(clippedSteps) / Double(steps) }
}
