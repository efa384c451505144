import CVectorMath

/// A network that forecasts windows of series: options and weights, as one value that can be stored.
public struct ForecastNetwork: Sendable, Codable, Equatable {
  /// What the network looks like.
  public let options: NetworkOptions
  /// The flat vector of all weights; `layout` says which lies where.
  public internal(set) var weights: [Float] {
    didSet { ready = ReadyNetwork() }
  }

  /// What forecasting needs beside the weights, made at the first forecast.
  private(set) var ready = ReadyNetwork()

  /// A new network with random weights whose output layer is zero: it forecasts its anchors.
  public init(_ options: NetworkOptions, seed: UInt64) throws(RecurrentError) {
    self.options = options
    weights = try ForecastGraph(options, loss: .mae).initialWeights(seed: seed)
  }

  /// A network from stored weights.
  public init(_ options: NetworkOptions, weights: [Float]) throws(RecurrentError) {
    let expected = try ForecastGraph(options, loss: .mae).layout.count
    guard weights.count == expected else {
      throw .weightsDoNotFit("\(weights.count) numbers are stored, but its options need \(expected)")
    }
    self.options = options
    self.weights = weights
  }

  private enum CodingKeys: String, CodingKey { case options, weights }

  /// Whether options and weights are the same.
  public static func == (a: ForecastNetwork, b: ForecastNetwork) -> Bool {
    a.options == b.options && a.weights == b.weights
  }

  /// Reads a stored network and refuses weights that do not fit its options.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      container.decode(NetworkOptions.self, forKey: .options), weights: container.decode([Float].self, forKey: .weights)
    )
  }

  /// How many numbers a network of these options would learn; it is not made.
  public static func parameterCount(of options: NetworkOptions) throws(RecurrentError) -> Int {
    try ForecastGraph(options, loss: .mae).layout.parameterCount
  }

  /// Names, shapes and places of the weights.
  public var layout: ParameterLayout {
    // The options were checked when the network was made.
    (try? ForecastGraph(options, loss: .mae).layout) ?? ParameterLayout()
  }

  /// How many numbers are learned.
  public var parameterCount: Int { layout.parameterCount }

  /// Trains on `set` and keeps the weights with the lowest loss on `validation`. Without one they are those with the lowest
  /// loss on `set`, or the last ones where no patience is given either.
  ///
  /// - Parameters:
  ///   - checkpoint: where an interrupted training of the same network on the same windows goes on; the result has the
  ///     same bytes as without the interruption.
  ///   - progress: called after each update and each epoch; it may end training early.
  ///   - keep: given a checkpoint after each epoch that does not end training; nil makes none.
  /// - Throws: `RecurrentError` when options or windows do not fit, or when the loss stops being a number. The network
  ///   is then as it was.
  @discardableResult
  public mutating func train(
    on set: WindowSet, validation: WindowSet? = nil, options training: TrainingOptions,
    from checkpoint: TrainingCheckpoint? = nil,
    progress: (TrainingProgress) -> TrainingDecision = { _ in .proceed },
    keep: ((TrainingCheckpoint) -> Void)? = nil
  ) throws(RecurrentError) -> TrainingReport {
    try training.check(options)
    try set.check(options)
    try validation?.check(options)
    guard !set.windows.isEmpty else { throw .noWindows("train on") }
    let graph = try ForecastGraph(options, loss: training.loss, units: training.lossUnits)
    let learner = Learner(graph, values: weights, options: training, level: vm_best_level())
    var trainer = Trainer(learner, set, validation: validation)
    try checkpoint?.restore(&trainer, of: options)
    let network = options
    var report = try trainer.run(progress) { trainer in keep?(TrainingCheckpoint(trainer, of: network)) }
    weights = trainer.stopping.weights
    if training.diagnosticSamples > 0 {
      report.diagnostics = try diagnose(set, samples: training.diagnosticSamples, training: training)
    }
    return report
  }

  /// Forecasts every window, in the series' own units.
  ///
  /// A recursive network feeds back its point forecasts; its quantiles are those of `SamplePaths.forQuantiles` paths.
  ///
  /// - Parameters:
  ///   - levels: intervals that are wanted: 0.8 asks for the quantiles 0.1 and 0.9.
  ///   - quantiles: further quantiles.
  /// - Throws: `RecurrentError` when the windows do not fit, or when the head cannot give what is asked for.
  public func predict(
    _ set: WindowSet, levels: [Double] = [], quantiles: [Double] = [], threads: Int = 1
  ) throws(RecurrentError) -> Predictions {
    try set.check(options)
    let wanted = try Predictions.numbers(levels: levels, quantiles: quantiles, from: options.head)
    return try ready.predictor(options, weights: weights, threads: threads).predict(set, wanted)
  }
}
