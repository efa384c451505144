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
    if let plan, let unseen = outline?.unseenSteps, unseen < plan.heldOut { outline?.trainings *= 2 }
    return outline
  }
}

extension RecurrentForecaster {
  public func outline(of panel: Panel, shape: WindowShape, validation: Int?) throws -> FitOutline? {
    let (samples, options, _) = try prepare(panel, shape: shape, validation: validation ?? self.validation)
    let parameters = try RecurrentError.asForecasting { try ForecastNetwork(options, seed: 1).parameterCount }
    // Measured on networks of 0.1 to 4 million parameters, and within a fifth of what such a run held: ten copies of the
    // weights (fresh, best, moments, checkpoint) and a gradient for each shard of the batch; eight numbers a unit and step
    // for each window that is learned from at once, and of the 64 that are predicted at once.
    let shards = max(2, (training.batchSize + 31) / 32)
    let perParameter = (10 + shards) * MemoryLayout<Float>.size
    let units = options.layers * options.hidden * (options.bidirectional ? 2 : 1)
    let atOnce = min(training.batchSize, 64) + 64
    let batch = atOnce * options.lookback * units * 8 * MemoryLayout<Float>.size
    let readings = panel.series.reduce(0) { $0 + $1.count } * (MemoryLayout<Double>.size + MemoryLayout<Float>.size)
    let windows = samples.all.windows.count * MemoryLayout<WindowSet.Window>.stride * 2
    let isRefitted = refit && !samples.validation.windows.isEmpty
    return FitOutline(
      trainingWindows: samples.training.windows.count, validationWindows: samples.validation.windows.count,
      refitWindows: isRefitted ? samples.all.windows.count : nil,
      parameters: parameters, members: members, trainings: members * (isRefitted ? 2 : 1),
      unseenSteps: refit ? 0 : samples.validationSteps,
      epochs: training.epochs, bytes: parameters * perParameter + batch + readings + windows)
  }
}
