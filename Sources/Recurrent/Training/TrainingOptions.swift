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
  /// How the learning rate changes.
  public var schedule = Schedule.constant
  /// Updates over which the rate first rises in a straight line.
  public var warmUp = 0
  /// The decay of a moving average of the weights, such as 0.99; validation and forecasts then use the average.
  public var averaging: Double?
  /// What a forecast is judged by.
  public var loss = PointLoss.mae
  /// In which units errors are taken.
  public var lossUnits = LossUnits.scaled
  /// What is done with a gradient that is too large.
  public var clipping = Clipping.norm(1)
  /// Epochs without a better validation loss before training stops; nil never stops early.
  public var patience: Int? = 10
  /// A loss at each of the last `positions` steps of the lookback, not at its end alone (forking sequences).
  public var positions = 1
  /// Windows or sequences that are looked at after training, for `TrainingReport.diagnostics`.
  public var diagnosticSamples = 0
  /// Decides the order of the windows and what dropout drops.
  public var seed: UInt64 = 0
  /// Threads that work; they change the time, never the result.
  public var threads = 1

  /// A hundred epochs of Adam at 1e-3, stopped early.
  public init() {}

  // The product of two of these, such as the updates of a training, stays within 64 bits.
  private static let most = 1_000_000_000

  /// Refuses options that do not fit the network.
  public func check(_ network: NetworkOptions) throws(RecurrentError) {
    let whole = [
      ("epochs", epochs, 0), ("batchSize", batchSize, 1), ("threads", threads, 1), ("positions", positions, 1),
      ("diagnosticSamples", diagnosticSamples, 0), ("stepsPerEpoch", stepsPerEpoch ?? 1, 1), ("warmUp", warmUp, 0),
      ("patience", patience ?? 0, 0),
    ]
    for (name, value, least) in whole where !(least...Self.most).contains(value) {
      throw .badOption(
        name: name, value: "\(value)", wanted: value < least ? "\(least) or more" : "at most \(Self.most)")
    }
    try RecurrentError.require(
      learningRate > 0 && learningRate.isFinite, "learningRate", learningRate, "a number above 0")
    if case .quantiles = network.head, loss == .mse {
      throw .badOption(name: "loss", value: "mse", wanted: "mae, huber, mase, smape or mase+smape for quantiles")
    }
    if let averaging, !(averaging > 0 && averaging < 1) {
      throw .badOption(name: "averaging", value: "\(averaging)", wanted: "between 0 and 1, such as 0.99")
    }
    if case .norm(let limit) = clipping, !(limit > 0) {
      throw .badOption(name: "clipping", value: "\(limit)", wanted: "above 0, or none")
    }
    try optimizer.check()
    try schedule.check()
    try RecurrentError.require(
      positions == 1 || !network.bidirectional, "positions", positions,
      "1 for a bidirectional network, whose earlier states have seen what they would forecast")
    if positions > 1, let reason = network.network.reasonForOnePosition {
      throw .badOption(name: "positions", value: "\(positions)", wanted: "1 for \(reason)")
    }
    try RecurrentError.require(
      positions <= network.lookback, "positions", positions, "at most the lookback, \(network.lookback)")
  }
}

/// What is done with a gradient that is too large.
public enum Clipping: Sendable, Codable, Equatable {
  case none
  /// The whole gradient is shortened to this Euclidean length (Pascanu, Mikolov & Bengio 2013).
  case norm(Double)
}
