import Recurrent
import TimeSeries

/// What a fit would work on, found without fitting anything.
public struct FitOutline: Sendable, Hashable {
  /// Windows to train on.
  public var trainingWindows: Int
  /// Windows that decide when to stop.
  public var validationWindows: Int
  /// Windows over all rows, where the network is trained anew on them; nil where it is not.
  public var refitWindows: Int?
  /// Trainable numbers of the network.
  public var parameters: Int
  /// Networks that are trained, each on all these windows.
  public var members: Int
  /// Trainings of a network that the fit comes to, those that only decide for how long or which is best among them.
  public var trainings: Int
  /// Steps at the end of the rows that nothing is learned from, but for when to stop.
  public var unseenSteps: Int
  /// Passes over the windows at the most.
  public var epochs: Int
  /// Bytes that the fit holds at the most, about, beside the program itself: the readings, the weights with what their
  /// training keeps of them, and one batch.
  public var bytes: Int
}

extension Chain {
  /// The fit of the forecaster on a panel that the transforms have prepared; nil where nothing is trained.
  public func outline(of prepared: Panel, validation: Int?) throws -> FitOutline? {
    let plan = try calibration?.plan(for: prepared, shape: shape)
    var outline = try forecaster.outline(of: prepared, shape: shape, validation: validation)
    if let plan, let unseen = outline?.unseenSteps, unseen < plan.heldOut, !plan.measured.isEmpty {
      outline?.trainings *= 2
    }
    return outline
  }
}

extension RecurrentForecaster {
  public func outline(of panel: Panel, shape: WindowShape, validation: Int?) throws -> FitOutline? {
    let (samples, options, _) = try prepare(panel, shape: shape, validation: validation ?? self.validation)
    return try outline(of: samples, options, on: panel, threads: 2)
  }

  /// - Parameter threads: how many work at once.
  func outline(
    of samples: WindowSampler, _ options: NetworkOptions, on panel: Panel, threads: Int
  ) throws -> FitOutline {
    let parameters = try RecurrentError.asForecasting { try ForecastNetwork.parameterCount(of: options) }
    // Measured on networks of 0.1 to 4 million parameters, and within a fifth of what such a run held: ten copies of the
    // weights (fresh, best, moments, checkpoint) and a gradient for each shard of the batch; eight numbers a unit and step
    // for each window that is learned from at once, and of as many that are predicted at once.
    let training = training(windows: samples.all.windows.count)
    let batch = min(training.batchSize, max(1, samples.all.windows.count))
    let shards = max(2, (batch + 31) / 32)
    let copies = 10 + shards + (training.averaging == nil ? 0 : 3)
    let rows = min(batch, 32 * threads) + 32 * threads
    // Sizes of up to 20 bits each may multiply to more than 64: they are multiplied as Double.
    let bytes =
      Double(parameters) * Double(copies * MemoryLayout<Float>.size)
      + Double(rows) * options.bytesPerWindow(positions: training.positions)
      + Double(panel.series.reduce(0) { $0 + $1.count }) * Double(MemoryLayout<Double>.size + MemoryLayout<Float>.size)
      + Double(samples.all.windows.count) * Double(MemoryLayout<WindowSet.Window>.stride * 2)
    let isRefitted = refit && !samples.validation.windows.isEmpty
    return FitOutline(
      trainingWindows: samples.training.windows.count, validationWindows: samples.validation.windows.count,
      refitWindows: isRefitted ? samples.all.windows.count : nil,
      parameters: parameters, members: members, trainings: members * (isRefitted ? 2 : 1),
      unseenSteps: refit ? 0 : samples.validationSteps,
      epochs: training.epochs, bytes: Int(min(bytes, 0x1p60)))
  }
}

/// How much memory fits may take.
public struct MemoryBudget: Sendable, Hashable {
  /// The bytes.
  public var bytes: Int
  /// What allows no more, in words.
  public var limit: String

  /// So many bytes.
  public init(bytes: Int, limit: String) { (self.bytes, self.limit) = (bytes, limit) }

  /// Refuses a training that takes more.
  public func check(_ outline: FitOutline) throws(ForecastingError) {
    try check(
      Double(outline.bytes), for: "the training", remedy: "lower hidden, layers, lookback, horizon, batch or origins")
  }

  /// Refuses work that takes more.
  ///
  /// - Parameter remedy: what makes it less, in words.
  public func check(_ needed: Double, for work: String, remedy: String) throws(ForecastingError) {
    guard needed > Double(bytes) else { return }
    throw .tooLarge(work: work, needed: Int(min(needed, 0x1p60)), left: bytes, limit: limit, remedy: remedy)
  }
}

extension NetworkOptions {
  /// About how many bytes a network holds for each window that it works on at once.
  func bytesPerWindow(positions: Int) -> Double {
    let number = Double(MemoryLayout<Float>.size)
    let depth = dilations.isEmpty ? layers : dilations.joined().count
    let units = Double(depth) * Double(hidden) * (bidirectional ? 2 : 1)
    let (lookback, horizon) = (Double(lookback), Double(horizon))
    let input = lookback * Double(channels)
    let state: Double =
      switch network {
      // All of the window at once, once more, and what each layer makes of it.
      case .mlp: 2 * input + 4 * units
      case .segment: (lookback + horizon) / Double(max(1, segment ?? 1)) * units * 8 + input
      case .encoderDecoder:
        (lookback + horizon) * units * 8 + (attention == nil ? 0 : 2 * lookback * (horizon + Double(hidden)))
      case .stacked, .dilated, .recursive: lookback * units * 8
      }
    let ahead = Double(positions) * (network == .recursive ? 1 : horizon)
    let outputs = 2 * Double(max(1, head.outputCount)) + Double(anchors.count + futureCovariates) + 3
    return (state + input + ahead * outputs) * number
  }
}

extension HeadKind {
  /// Numbers that are given for one step.
  fileprivate var outputCount: Int {
    switch self {
    case .point: 1
    case .quantiles(let levels): levels.count
    case .gaussian, .negativeBinomial: 2
    case .studentT: 3
    }
  }
}
