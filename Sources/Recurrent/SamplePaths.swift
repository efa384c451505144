/// Possible futures of a set of windows, in the series' own units. The steps of one path belong together.
public struct SamplePaths: Sendable, Equatable {
  /// How many windows were rolled on.
  public let windows: Int
  /// Paths of each window.
  public let paths: Int
  /// Steps of each path.
  public let horizon: Int
  /// (windows × paths × horizon)
  public let values: [Double]

  /// How many paths a recursive network draws when it is asked for quantiles.
  public static let forQuantiles = 200

  /// Step `step` (from 0) of path `path` of window `window`.
  public subscript(window: Int, path: Int, step: Int) -> Double {
    values[(window * paths + path) * horizon + step]
  }

  /// The number that lies above the share `probability` of the paths at one step, between two paths by straight lines.
  public func quantile(_ probability: Double, window: Int, step: Int) -> Double {
    let sorted = (0..<paths).map { self[window, $0, step] }.sorted()
    let place = min(max(probability, 0), 1) * Double(paths - 1)
    let below = Int(place)
    let above = min(below + 1, paths - 1)
    return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
  }
}

extension ForecastNetwork {
  /// Draws `paths` possible futures of each window from a network whose head is a distribution or quantiles.
  ///
  /// A recursive network draws each step's value from its forecast and feeds it back. Any other gives a distribution for
  /// each step; what is drawn from them goes together by ranks: those of neighbouring steps are correlated as a normal
  /// autoregression of order one (a Gaussian copula). Every path has a generator of its own, so the result is the same on
  /// any number of threads.
  /// - Parameter correlation: of neighbouring steps, from 0 to less than 1; a recursive network has its own.
  /// - Throws: `RecurrentError` when the network, its head or the windows do not fit.
  public func samplePaths(
    _ set: WindowSet, paths: Int, correlation: Double = 0, seed: UInt64, threads: Int = 1
  ) throws(RecurrentError) -> SamplePaths {
    try RecurrentError.require(
      options.head.isProbabilistic, "head", "point", "a distribution or quantiles for sample paths")
    try RecurrentError.require(paths > 0, "paths", paths, "1 or more")
    try RecurrentError.require((0..<1).contains(correlation), "correlation", correlation, "at least 0 and less than 1")
    try set.check(options)
    let predictor = try ready.predictor(options, weights: weights, threads: threads)
    let values =
      options.network == .recursive
      ? try predictor.roll(set, paths: paths, seed: seed)
      : predictor.pathValues(set, paths: paths, correlation: correlation, seed: seed)
    return SamplePaths(windows: set.windows.count, paths: paths, horizon: options.horizon, values: values)
  }

  /// How far the errors of neighbouring steps go together in windows whose horizon is known: the correlation of the normal
  /// scores of what came, each told by its place in the step's distribution; from 0 to 0.99, and 0 where nothing tells.
  ///
  /// Scores beyond 2.5 count as that, for quantiles end somewhere. A recursive network, whose steps come one after the
  /// other, has no use for it, and gets 0.
  /// - Throws: `RecurrentError` when the head or the windows do not fit.
  public func stepCorrelation(_ set: WindowSet, threads: Int = 1) throws(RecurrentError) -> Double {
    guard options.network != .recursive else { return 0 }
    try RecurrentError.require(
      options.head.isProbabilistic, "head", "point", "a distribution or quantiles for sample paths")
    try set.check(options)
    return try ready.predictor(options, weights: weights, threads: threads).stepCorrelation(set)
  }
}

extension Predictor {
  /// Paths (windows × paths × horizon) of a network that forecasts all steps at once.
  func pathValues(_ set: WindowSet, paths: Int, correlation: Double, seed: UInt64) -> [Double] {
    let fresh = (1 - correlation * correlation).squareRoot()
    return numbers(set) { window, steps, values in
      for path in 0..<paths {
        var generator = RandomGenerator(seed: seed, stream: window, index: path)
        var score = generator.normal()
        for (step, forecast) in steps.enumerated() {
          if step > 0 { score = correlation * score + fresh * generator.normal() }
          values.append(forecast.quantile(Self.share(below: score)))
        }
      }
    }
  }

  func stepCorrelation(_ set: WindowSet) -> Double {
    let horizon = graph.options.horizon
    let scores = numbers(set) { index, steps, scores in
      let window = set.windows[index]
      let target = set.series[window.series].target
      for (step, forecast) in steps.enumerated() {
        let place = window.origin + 1 + step
        let isKnown = place < target.count && target[place].isFinite
        scores.append(isKnown ? forecast.normalScore(of: target[place]) : .nan)
      }
    }
    var (products, squares, others) = (0.0, 0.0, 0.0)
    for window in set.windows.indices {
      for step in 1..<max(1, horizon) {
        let (before, after) = (scores[window * horizon + step - 1], scores[window * horizon + step])
        guard before.isFinite, after.isFinite else { continue }
        products += before * after
        squares += before * before
        others += after * after
      }
    }
    guard squares > 0, others > 0 else { return 0 }
    return min(max(products / (squares * others).squareRoot(), 0), 0.99)
  }

  /// The share of a standard normal distribution below a value, never 0 or 1.
  private static func share(below score: Double) -> Double {
    min(max(SpecialFunctions.normalShare(below: score), 0x1p-54), 1 - 0x1p-53)
  }
}

extension StepForecast {
  /// Where an outcome lies in the distribution, as a standard normal value between -2.5 and 2.5.
  fileprivate func normalScore(of outcome: Double) -> Double {
    // The distribution knows its quantiles; the share below the outcome is found between two of them.
    var (low, high) = (-2.5, 2.5)
    for _ in 0..<30 {
      let middle = (low + high) / 2
      if quantile(SpecialFunctions.normalShare(below: middle)) < outcome { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }
}
