import CVectorMath

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

extension RecursivePredictor {
  func samplePaths(_ set: WindowSet, paths: Int, seed: UInt64) -> SamplePaths {
    let values = roll(set, paths: paths, seed: seed)
    let horizon = set.horizon
    return SamplePaths(windows: set.windows.count, paths: paths, horizon: horizon, values: values)
  }

  func predict(_ set: WindowSet, _ wanted: [PredictedNumber]) -> Predictions {
    let points = roll(set, paths: 1, seed: nil)
    let sampled = wanted.count > 1 ? samplePaths(set, paths: SamplePaths.forQuantiles, seed: 0) : nil
    var values: [Double] = []
    values.reserveCapacity(points.count * wanted.count)
    for window in set.windows.indices {
      for step in 0..<set.horizon {
        for number in wanted {
          switch number {
          case .point: values.append(points[window * set.horizon + step])
          case .quantile(let probability):
            values.append(sampled?.quantile(probability, window: window, step: step) ?? .nan)
          }
        }
      }
    }
    return Predictions(windows: set.windows.count, horizon: set.horizon, numbers: wanted, values: values)
  }
}

extension ForecastNetwork {
  /// Draws `paths` possible futures of each window from a recursive network whose head is a distribution or quantiles.
  ///
  /// Each step's value is drawn from its forecast and fed back. Every path has a generator of its own, so the result is
  /// the same on any number of threads.
  /// - Throws: `RecurrentError` when the network, its head or the windows do not fit.
  public func samplePaths(
    _ set: WindowSet, paths: Int, seed: UInt64, threads: Int = 1
  ) throws(RecurrentError) -> SamplePaths {
    guard options.network == .recursive else {
      throw .badOption(
        name: "network", value: options.network.rawValue,
        wanted: "recursive for sample paths: other networks say nothing of how the steps go together")
    }
    guard options.head.isProbabilistic else {
      throw .badOption(name: "head", value: "point", wanted: "a distribution or quantiles for sample paths")
    }
    guard paths > 0 else { throw .badOption(name: "paths", value: "\(paths)", wanted: "1 or more") }
    try set.check(options)
    let predictor = try ready.predictor(options, weights: weights, threads: threads)
    return try RecursivePredictor(predictor).samplePaths(set, paths: paths, seed: seed)
  }
}
