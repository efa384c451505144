import Recurrent

/// Almanac's side of one case, through the same public calls that a pipeline makes.
final class Contestant {
  private let one: RecurrentCase
  private let threads: Int
  private let windows: WindowSet
  private let network: ForecastNetwork

  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  init(_ one: RecurrentCase, threads: Int) throws {
    self.one = one
    self.threads = threads
    guard one.inputs == 1 else { throw Failure(description: "\(one.name): a univariate case is expected") }
    var generator = RandomGenerator(seed: 7)
    // One noisy series, cut into many more windows than a batch takes.
    let length = one.steps + one.horizon + 4 * max(one.batch, 16)
    let series = SeriesNumbers(target: (0..<length).map { _ in generator.normal() })
    let all = WindowSet(series: [series], lookback: one.steps, horizon: one.horizon)
    windows =
      one.mode == .train
      ? all
      : WindowSet(
        series: [series], lookback: one.steps, horizon: one.horizon, windows: Array(all.windows.prefix(1)))
    network = try ForecastNetwork(Self.options(one), seed: 7)
  }

  /// Nothing but the bare network: no scaling, and the level (zero) as its anchor.
  private static func options(_ one: RecurrentCase) throws -> NetworkOptions {
    var options = NetworkOptions(lookback: one.steps, horizon: one.horizon)
    guard let cell = CellRegistry.builtIn[one.cell] else {
      throw Failure(description: "\(one.name): Almanac has no cell \"\(one.cell)\"")
    }
    guard let kind = NetworkKind(rawValue: one.network.rawValue) else {
      throw Failure(description: "\(one.name): Almanac has no network \"\(one.network.rawValue)\"")
    }
    options.network = kind
    if one.network == .segment { options.segment = one.segment }
    options.cell = cell
    options.hidden = one.hidden
    options.layers = one.layers
    options.scaling = WindowScaling(level: .none, spread: .none)
    options.anchors = [0]
    return options
  }

  /// The time of `count` training steps or inferences.
  func run(_ count: Int) throws -> Taken {
    switch one.mode {
    case .train: try train(count)
    case .infer: try infer(count)
    }
  }

  /// Steps are timed in the middle of a training, from the end of the second to the end of the last: setting up and the
  /// first touch of the buffers happen once in a training of thousands of steps.
  private func train(_ count: Int) throws -> Taken {
    var options = TrainingOptions()
    options.epochs = 1
    options.stepsPerEpoch = count + 2
    options.batchSize = one.batch
    options.loss = .mse
    options.clipping = .norm(1)
    options.patience = nil
    options.threads = threads
    var learner = network
    var start = Taken.now
    var end = start
    _ = try learner.train(on: windows, options: options) { progress in
      guard !progress.endsEpoch else { return .proceed }
      if progress.update == 2 { start = .now }
      end = .now
      return .proceed
    }
    return end - start
  }

  private func infer(_ count: Int) throws -> Taken {
    var sum = 0.0
    let start = Taken.now
    for _ in 0..<count { sum += try network.predict(windows).values[0] }
    let taken = Taken.now - start
    guard sum.isFinite else { throw Failure(description: "\(one.name): the forecast is not finite") }
    return taken
  }
}
