import Testing

@testable import Recurrent

/// Paths of networks that forecast all steps at once.
@Suite struct DirectPathTests {
  /// An untrained network: each step is normal, with the last value as its mean and one unit of deviation.
  static func network() throws -> (ForecastNetwork, WindowSet) {
    var options = NetworkOptions(lookback: 8, horizon: 6)
    options.head = .gaussian
    options.scaling = WindowScaling(level: .last, spread: .none)
    let set = WindowSet(
      series: [SeriesNumbers(target: waves(60))], lookback: 8, horizon: 6,
      windows: [.init(series: 0, origin: 20), .init(series: 0, origin: 30)])
    return (try ForecastNetwork(options, seed: 1), set)
  }

  @Test(arguments: [0, 0.7])
  func `steps have their distribution and the correlation asked for`(correlation: Double) throws {
    let (network, set) = try Self.network()
    let count = 6000
    let paths = try network.samplePaths(set, paths: count, correlation: correlation, seed: 4)
    let anchor = set.series[0].target[30]
    func moments(_ a: Int, _ b: Int) -> (mean: Double, product: Double) {
      let pairs = (0..<count).map { (paths[1, $0, a] - anchor, paths[1, $0, b] - anchor) }
      return (pairs.reduce(0) { $0 + $1.0 } / Double(count), pairs.reduce(0) { $0 + $1.0 * $1.1 } / Double(count))
    }
    // Four standard errors.
    let error = 4 / Double(count).squareRoot()
    for step in [0, 3, 5] {
      #expect(abs(moments(step, step).mean) < error)
      #expect(abs(moments(step, step).product - 1) < 2 * error)
    }
    #expect(abs(moments(0, 1).product - correlation) < error)
    #expect(abs(moments(4, 5).product - correlation) < error)
    #expect(abs(moments(1, 3).product - correlation * correlation) < error)
  }

  @Test func `paths are the same for one seed on any number of threads`() throws {
    let (network, set) = try Self.network()
    let paths = try network.samplePaths(set, paths: 5, correlation: 0.4, seed: 2)
    for threads in 2...3 {
      #expect(try network.samplePaths(set, paths: 5, correlation: 0.4, seed: 2, threads: threads) == paths)
    }
    #expect(try network.samplePaths(set, paths: 5, correlation: 0.4, seed: 3) != paths)
    #expect(try network.samplePaths(set, paths: 2, correlation: 0.4, seed: 2)[1, 1, 5] == paths[1, 1, 5])
  }

  @Test func `the correlation of neighbouring steps is found in what came`() throws {
    let (network, _) = try Self.network()
    // Each window's steps are made apart: an autoregression around a last value of 0.
    for wanted in [0, 0.5, 0.9] {
      var generator = RandomGenerator(seed: 8)
      let series = (0..<400).map { _ in
        var values = [Double](repeating: 0, count: 8)
        var score = generator.normal()
        for step in 0..<6 {
          if step > 0 { score = wanted * score + (1 - wanted * wanted).squareRoot() * generator.normal() }
          values.append(score)
        }
        return SeriesNumbers(target: values)
      }
      let set = WindowSet(series: series, lookback: 8, horizon: 6)
      #expect(abs(try network.stepCorrelation(set) - wanted) < 0.07)
    }
    let empty = WindowSet(series: [SeriesNumbers(target: waves(20))], lookback: 8, horizon: 6, windows: [])
    #expect(try network.stepCorrelation(empty) == 0)
  }
}
