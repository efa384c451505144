import Foundation
import Testing

@testable import Recurrent

@Suite struct RecursiveTests {
  /// A recursive network whose weights are all random, so that its forecasts depend on everything it reads.
  static func network(_ head: HeadKind = .point, _ change: (inout NetworkOptions) -> Void = { _ in }) throws
    -> ForecastNetwork
  {
    var options = NetworkOptions(lookback: 8, horizon: 4)
    options.network = .recursive
    options.head = head
    options.hidden = 5
    options.layers = 2
    options.scaling = WindowScaling(level: .none, spread: .none)
    options.anchors = [1, 3]
    change(&options)
    var network = try ForecastNetwork(options, seed: 1)
    var generator = RandomGenerator(seed: 6)
    for slice in network.layout.slices {
      for index in 0..<slice.count { network.weights[slice.offset + index] = Float(generator.uniform() - 0.5) }
    }
    return network
  }

  @Test(arguments: CellRegistry.builtIn.cells)
  func `each step is a one-step forecast from all that came before`(cell: CellKind) throws {
    let network = try Self.network {
      $0.cell = cell
      $0.lags = [2]
      $0.maskChannel = true
      $0.futureCovariates = 1
      $0.staticCovariates = 1
      $0.seriesEmbedding = 2
      $0.seriesCount = 2
    }
    let set = waveSet(network.options, stride: 9)
    let predictions = try network.predict(set)
    for (index, window) in set.windows.enumerated() {
      // A stacked network with the same weights, which reads the forecasts so far as if they had been observed.
      var numbers = set.series[window.series]
      numbers.identity = window.series
      numbers.target = Array(numbers.target[...window.origin])
      for step in 0..<4 {
        var options = network.options
        options.network = .stacked
        options.lookback = 8 + step
        options.horizon = 1
        let longer = try ForecastNetwork(options, weights: network.weights)
        let one = WindowSet(
          series: [numbers], lookback: 8 + step, horizon: 1,
          windows: [WindowSet.Window(series: 0, origin: window.origin + step)])
        let next = try longer.predict(one)[0, 0]
        #expect(abs(predictions[index, step] - next) < 1e-4)
        numbers.target.append(next)
      }
    }
  }

  @Test(arguments: [HeadKind.gaussian, .studentT, .quantiles([0.1, 0.5, 0.9])])
  func `paths are the same for one seed on any number of threads`(head: HeadKind) throws {
    let network = try Self.network(head)
    let set = waveSet(network.options)
    let paths = try network.samplePaths(set, paths: 7, seed: 3)
    #expect(paths.values.count == set.windows.count * 7 * 4)
    for threads in 2...3 {
      #expect(try network.samplePaths(set, paths: 7, seed: 3, threads: threads) == paths)
    }
    #expect(try network.samplePaths(set, paths: 7, seed: 4) != paths)
    // A window's paths depend on its place alone, not on how many paths are asked for.
    #expect(try network.samplePaths(set, paths: 2, seed: 3)[5, 1, 3] == paths[5, 1, 3])
  }

  @Test func `paths of an untrained normal head are a random walk`() throws {
    var options = NetworkOptions(lookback: 8, horizon: 9)
    options.network = .recursive
    options.head = .gaussian
    options.scaling = WindowScaling(level: .last, spread: .none)
    let network = try ForecastNetwork(options, seed: 1)
    let set = WindowSet(
      series: [SeriesNumbers(target: waves(40))], lookback: 8, horizon: 9,
      windows: [WindowSet.Window(series: 0, origin: 20)])
    let paths = try network.samplePaths(set, paths: 4000, seed: 2, threads: 2)
    // Each step adds a standard normal number to the step before: variance k after k steps.
    for step in [0, 3, 8] {
      let distances = (0..<4000).map { paths[0, $0, step] - set.series[0].target[20] }
      let mean = distances.reduce(0, +) / 4000
      let variance = distances.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 3999
      let expected = Double(step + 1)
      // Four standard errors.
      #expect(abs(mean) < 4 * (expected / 4000).squareRoot())
      #expect(abs(variance / expected - 1) < 4 * (2.0 / 4000).squareRoot())
    }
    // Quantiles of the forecast come from paths too, so they widen with the horizon.
    let interval = try network.predict(set, levels: [0.8])
    let width = (0..<9).map { step in interval.interval(0.8, window: 0, step: step).map { $0.upper - $0.lower } ?? 0 }
    #expect(width[8] > 2 * width[0])
    #expect(interval[0, 8] == set.series[0].target[20])
  }

  @Test func `quantiles of paths lie between them`() {
    let paths = SamplePaths(windows: 1, paths: 3, horizon: 2, values: [5, 0, 1, 0, 3, 0])
    #expect(paths.quantile(0, window: 0, step: 0) == 1)
    #expect(paths.quantile(0.5, window: 0, step: 0) == 3)
    #expect(paths.quantile(0.75, window: 0, step: 0) == 4)
    #expect(paths.quantile(1, window: 0, step: 0) == 5)
  }

  @Test func `paths that cannot be had are refused`() throws {
    let set = waveSet(try Self.network().options)
    #expect {
      try Self.network().samplePaths(set, paths: 3, seed: 1)
    } throws: {
      "\($0)" == "head is point, but must be a distribution or quantiles for sample paths"
    }
    #expect {
      try Self.network(.gaussian).samplePaths(set, paths: 0, seed: 1)
    } throws: {
      "\($0)" == "paths is 0, but must be 1 or more"
    }
    #expect {
      try Self.network(.gaussian).samplePaths(set, paths: 3, correlation: 1, seed: 1)
    } throws: {
      "\($0)" == "correlation is 1.0, but must be at least 0 and less than 1"
    }
  }
}
