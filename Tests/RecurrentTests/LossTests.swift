import CVectorMath
import Foundation
import Testing

@testable import Recurrent

/// Heads and losses through the whole network.
@Suite struct LossTests {
  static let heads: [HeadKind] = [
    .point, .quantiles([0.05, 0.3, 0.5, 0.9]), .gaussian, .studentT, .negativeBinomial,
  ]
  static let losses: [PointLoss] = [.mae, .mse, .huber(delta: 0.5), .mase, .smape, .maseAndSmape]
  static let scalings = [
    WindowScaling(level: .last, spread: .deviation),
    WindowScaling(level: .mean, spread: .none, logarithm: true),
    WindowScaling(level: .median, spread: .meanAbsoluteDeviation, logarithm: true, recent: 3),
  ]

  static func options(_ head: HeadKind, _ scaling: WindowScaling) -> NetworkOptions {
    var options = NetworkOptions(lookback: 5, horizon: 3)
    options.hidden = 4
    options.cell = .gru
    options.head = head
    options.scaling = scaling
    options.anchors = [1, 4]
    return options
  }

  @Test(arguments: heads, losses)
  func `the gradient of every head and loss equals central differences`(head: HeadKind, loss: PointLoss) throws {
    if head != .point, loss == .mse { return }
    for scaling in Self.scalings {
      for units in LossUnits.allCases {
        let probe = try GradientProbe(
          Self.options(head, scaling), rows: 3, loss: loss, units: units, positions: units == .original ? 2 : 1,
          withGapAndScales: true)
        let worst = probe.worstError(checking: 6)
        #expect(worst.error < 1e-6, "\(worst.slice) \(scaling) \(units)")
        #expect(worst.smallest > 1e-6)
      }
    }
  }

  @Test(arguments: NetworkCase.all, [heads[1], heads[4]])
  func `every network carries heads of several numbers`(network: NetworkCase, head: HeadKind) throws {
    var options = network.options(lookback: 6, horizon: 4)
    options.head = head
    options.anchors = [1, 3]
    options.scaling = Self.scalings[2]
    let worst = try GradientProbe(options, rows: 3, loss: .maseAndSmape, withGapAndScales: true)
      .worstError(checking: 5)
    #expect(worst.error < 1e-6, "\(worst.slice)")
  }

  @Test func `levels name the quantiles that they need`() {
    #expect(HeadKind.quantiles(levels: [0.8, 0.95]) == .quantiles([0.025, 0.1, 0.5, 0.9, 0.975]))
  }

  @Test(arguments: heads)
  func `a loss that is no number ends training, whatever the head`(head: HeadKind) throws {
    let options = Self.options(head, WindowScaling(level: .mean, spread: .deviation))
    var set = waveSet(options)
    set.series[0].target[30] = 1e300
    var network = try ForecastNetwork(options, seed: 1)
    let before = network
    #expect {
      try network.train(on: set, options: TrainingOptions())
    } throws: { error in
      "\(error)".hasPrefix("the loss is no longer a number at step 1 (epoch 1): already the first batch")
    }
    #expect(network == before)
  }

  @Test func `losses are what their names say`() {
    let scale = SeriesLossScale(weight: 7, error: 4, referenceMASE: 2, referenceSMAPE: 0.5)
    func value(_ loss: PointLoss) -> Double { loss.value(10, target: 6, scale).loss }
    #expect(value(.mase) == 1)
    #expect(value(.smape) == 0.5)
    #expect(value(.maseAndSmape) == (1.0 / 2 + 0.5 / 0.5) / 2)
    #expect(value(.mse) == 1)
    #expect(value(.huber(delta: 0.5)) == 0.5 * (1 - 0.25))
    #expect(PointLoss.smape.value(0, target: 0, scale).loss == 0)
    #expect(PointLoss.mae.value(.nan, target: 6, scale).slope.isNaN)
  }

  /// One row through a head without a network.
  static func judge(
    _ head: HeadKind, raw: [Double], anchor: Double, target: Double, loss: ForecastLoss = ForecastLoss(.mae),
    scale: WindowScale = WindowScale(level: 0, spread: 1), series: SeriesLossScale = SeriesLossScale()
  ) -> (sum: LossSum, gradient: [Double]) {
    var gradient = [Double](repeating: 9, count: raw.count)
    var slope = [0.0]
    let sum = [scale.scaled(target)].withUnsafeBufferPointer { targets in
      [target].withUnsafeBufferPointer { originals in
        head.head(loss: loss, anchored: true).loss(
          raw: raw, anchor: [anchor],
          window: HeadWindow(
            steps: 1, targets: targets.baseAddress!, originals: originals.baseAddress!, scale: scale, series: series),
          gradient: &gradient, anchorGradient: &slope)
      }
    }
    return (sum, gradient)
  }

  @Test func `quantiles are trained by the quantile loss and never cross`() throws {
    let levels = [0.1, 0.5, 0.9]
    let head = HeadKind.quantiles(levels)
    var generator = RandomGenerator(seed: 1)
    for _ in 0..<50 {
      let raw = (0..<3).map { _ in 30 * generator.normal() }
      let forecast = head.head(loss: ForecastLoss(.mae), anchored: true)
        .forecast(raw: raw, anchor: 5, scale: WindowScale(level: 3, spread: 2))
      let quantiles = levels.map { forecast.quantile($0) }
      #expect(quantiles == quantiles.sorted())
      #expect(quantiles[1] == forecast.point)
      // Σ max(τ·e, (τ − 1)·e) / 3 in scaled units.
      let target = 20 * generator.normal()
      let pinball = zip(levels, quantiles).reduce(0) { sum, pair in
        let error = (target - pair.1) / 2
        return sum + max(pair.0 * error, (pair.0 - 1) * error) / 3
      }
      let scale = WindowScale(level: 3, spread: 2)
      let loss = Self.judge(head, raw: raw, anchor: scale.scaled(5), target: target, scale: scale).sum
      #expect(abs(loss.sum - pinball) < 1e-9 * max(1, pinball))
    }
  }

  @Test(arguments: heads)
  func `an unknown target counts nothing and a weight multiplies`(head: HeadKind) {
    let outputs = head.head(loss: ForecastLoss(.mae), anchored: true).outputs
    let raw = (0..<outputs).map { 0.3 + 0.1 * Double($0) }
    let unknown = Self.judge(head, raw: raw, anchor: 1, target: .nan)
    #expect(unknown.sum.count == 0 && unknown.sum.sum == 0)
    #expect(unknown.gradient.allSatisfy { $0 == 0 })
    let one = Self.judge(head, raw: raw, anchor: 1, target: 4)
    let three = Self.judge(head, raw: raw, anchor: 1, target: 4, series: SeriesLossScale(weight: 3))
    #expect(one.sum.count == 1 && one.sum.sum > 0)
    #expect(HeadTests.close(three.sum.sum, 3 * one.sum.sum))
    for (left, right) in zip(one.gradient, three.gradient) { #expect(HeadTests.close(right, 3 * left)) }
    // A broken forecast must not pass unseen.
    let broken = Self.judge(head, raw: raw.map { _ in .nan }, anchor: 1, target: 4)
    #expect(broken.sum.sum.isNaN)
  }

  @Test func `an untrained network has the anchor in the middle and unit spread`() throws {
    for head in Self.heads where head.isProbabilistic && head != .negativeBinomial {
      var options = Self.options(head, WindowScaling(level: .last, spread: .deviation))
      options.anchors = [1]
      let set = waveSet(options)
      let network = try ForecastNetwork(options, seed: 1)
      let predictions = try network.predict(set, quantiles: [0.3, 0.5, 0.9])
      let scales = set.windows.map { options.scaling.scale(of: set.seen(of: $0)) }
      for (index, window) in set.windows.enumerated() {
        #expect(predictions[index, 2] == set.series[window.series].target[window.origin])
        #expect(predictions.quantile(0.5, window: index, step: 2) == predictions[index, 2])
        let upper = try #require(predictions.quantile(0.9, window: index, step: 2))
        let width = (upper - predictions[index, 2]) / scales[index].spread
        #expect(abs(width - 1.2815515655446004) < (head == .studentT ? 0.1 : 1e-9))
      }
    }
  }

  @Test func `an untrained count forecast is the anchor`() throws {
    var options = Self.options(.negativeBinomial, WindowScaling(level: .mean, spread: .deviation))
    options.anchors = [1]
    var set = waveSet(options)
    for index in set.series.indices { set.series[index].target = set.series[index].target.map { $0.rounded() } }
    let predictions = try ForecastNetwork(options, seed: 1).predict(set, levels: [0.8])
    for (index, window) in set.windows.enumerated() {
      let series = set.series[window.series].target
      let last = series[window.origin]
      let mean = series[(window.origin - 4)...window.origin].reduce(0, +) / 5
      #expect(abs(predictions[index, 0] - (last + 0.01 * (1 + mean))) < 1e-6)
      let bounds = try #require(predictions.interval(0.8, window: index, step: 0))
      #expect(bounds.lower < last && bounds.upper > last && bounds.lower == bounds.lower.rounded())
    }
  }

  @Test(arguments: [HeadKind.quantiles([0.1, 0.5, 0.9]), .gaussian, .studentT])
  func `training finds the spread of noise`(head: HeadKind) throws {
    var generator = RandomGenerator(seed: 5)
    let target = (0..<600).map { _ in 50 + 4 * generator.normal() }
    var options = NetworkOptions(lookback: 12, horizon: 2)
    options.hidden = 4
    options.anchors = [0]
    options.head = head
    options.scaling = WindowScaling(level: .mean, spread: .deviation)
    let set = WindowSet(series: [SeriesNumbers(target: target)], lookback: 12, horizon: 2)
    var network = try ForecastNetwork(options, seed: 2)
    var training = TrainingOptions()
    training.epochs = 12
    training.learningRate = 0.01
    try network.train(on: set, options: training)
    let predictions = try network.predict(set, levels: [0.8])
    #expect(predictions.numbers == [.point, .quantile(0.1), .quantile(0.9)])
    var inside = 0
    for (index, window) in set.windows.enumerated() {
      let bounds = try #require(predictions.interval(0.8, window: index, step: 0))
      if (bounds.lower...bounds.upper).contains(target[window.origin + 1]) { inside += 1 }
    }
    let share = Double(inside) / Double(set.windows.count)
    #expect(share > 0.75 && share < 0.87, "\(share)")
  }

  @Test func `training finds the mean and spread of counts`() throws {
    var generator = RandomGenerator(seed: 6)
    let truth = NegativeBinomial(mean: 8, dispersion: 0.5)
    let target = (0..<700).map { _ in truth.sample(&generator) }
    var options = NetworkOptions(lookback: 30, horizon: 2)
    options.hidden = 4
    options.anchors = [0]
    options.head = .negativeBinomial
    options.scaling = WindowScaling(level: .mean, spread: .deviation)
    let set = WindowSet(series: [SeriesNumbers(target: target)], lookback: 30, horizon: 2)
    var network = try ForecastNetwork(options, seed: 2)
    var training = TrainingOptions()
    training.epochs = 10
    training.learningRate = 0.01
    try network.train(on: set, options: training)
    let predictions = try network.predict(set, quantiles: [0.9])
    let count = Double(set.windows.count)
    let mean = set.windows.indices.reduce(0) { $0 + predictions[$1, 0] } / count
    let upper = set.windows.indices.reduce(0) { $0 + predictions[$1, 0, 1] } / count
    #expect(abs(mean - 8) < 0.8, "\(mean)")
    #expect(abs(upper - truth.quantile(0.9)) < 2.5, "\(upper)")
  }

  @Test func `the loss that is scored is made smaller by training on it`() throws {
    var options = NetworkOptions(lookback: 24, horizon: 6)
    options.hidden = 12
    options.scaling = WindowScaling(level: .mean, spread: .none, logarithm: true)
    var set = waveSet(options, steps: 120)
    for index in set.series.indices {
      set.series[index].lossScale = SeriesLossScale(error: 2, referenceMASE: 1.2, referenceSMAPE: 0.3)
    }
    var training = TrainingOptions()
    training.epochs = 15
    training.learningRate = 0.01
    training.loss = .maseAndSmape
    var network = try ForecastNetwork(options, seed: 2)
    let report = try network.train(on: set, validation: set, options: training)
    let last = try #require(report.epochs.last?.validationLoss)
    #expect(last < 0.6 * report.epochs[0].trainingLoss)
    // The reported loss is the published score.
    let predictions = try network.predict(set)
    var sum = 0.0
    for (index, window) in set.windows.enumerated() {
      for step in 0..<6 {
        let (actual, forecast) = (
          set.series[window.series].target[window.origin + 1 + step], predictions[index, step]
        )
        let mase = abs(actual - forecast) / 2
        let smape = 2 * abs(actual - forecast) / (abs(actual) + abs(forecast))
        sum += (mase / 1.2 + smape / 0.3) / 2
      }
    }
    let best = try #require(report.epochs[report.bestEpoch - 1].validationLoss)
    #expect(abs(sum / Double(6 * set.windows.count) - best) < 1e-5)
  }

  @Test(arguments: heads)
  func `every head is the same on any number of threads`(head: HeadKind) throws {
    let options = Self.options(head, Self.scalings[2])
    let set = waveSet(options, steps: 80)
    var results: [(ForecastNetwork, Predictions)] = []
    for threads in 1...3 {
      var network = try ForecastNetwork(options, seed: 4)
      var training = TrainingOptions()
      training.epochs = 2
      training.batchSize = 70
      training.threads = threads
      training.lossUnits = .original
      try network.train(on: set, options: training)
      let levels = head.isProbabilistic && head != Self.heads[1] ? [0.5] : []
      results.append((network, try network.predict(set, levels: levels, threads: threads)))
    }
    for other in results.dropFirst() {
      #expect(other.0.weights.map(\.bitPattern) == results[0].0.weights.map(\.bitPattern))
      #expect(other.1 == results[0].1)
    }
  }

  @Test func `what a head cannot do is said in plain words`() throws {
    func words(_ change: (inout NetworkOptions) -> Void, _ use: (ForecastNetwork, WindowSet) throws -> Void) -> String {
      var options = NetworkOptions(lookback: 5, horizon: 3)
      options.hidden = 2
      change(&options)
      do {
        try use(try ForecastNetwork(options, seed: 1), waveSet(options))
        return "nothing"
      } catch {
        return "\(error)"
      }
    }
    let nothing: (ForecastNetwork, WindowSet) throws -> Void = { _, _ in }
    #expect(
      words({ $0.head = .quantiles([0.1, 0.9]) }, nothing)
        == "quantiles is [0.1, 0.9], but must be with 0.5 among them, the point forecast")
    #expect(
      words({ $0.head = .quantiles([0.5, 0.5]) }, nothing)
        == "quantiles is [0.5, 0.5], but must be in rising order, none twice")
    #expect(words({ $0.head = .quantiles([0.5, 1]) }, nothing) == "quantiles is 1.0, but must be between 0 and 1")
    #expect(
      words({ _ in }, { _ = try $0.predict($1, levels: [0.8]) })
        == "level is 0.8, but must be left out for a point forecast, which has no intervals; choose a head that gives a "
        + "distribution")
    #expect(
      words({ $0.head = .quantiles([0.1, 0.5, 0.9]) }, { _ = try $0.predict($1, levels: [0.8, 0.95]) })
        == "quantile is 0.025, but must be one that was trained: 0.1, 0.5, 0.9")
    #expect(
      words({ $0.head = .gaussian }, { _ = try $0.predict($1, levels: [80]) })
        == "level is 80.0, but must be between 0 and 1, such as 0.8 for an 80 % interval")
    #expect(
      words({ $0.head = .negativeBinomial }) { network, set in
        var (network, set) = (network, set)
        set.series[1].target[3] = -2
        try network.train(on: set, options: TrainingOptions())
      } == "a value of series 1 is -2.0, but must be 0 or more for a negative binomial forecast")
    #expect(
      words({ $0.head = .quantiles([0.5]) }) { network, set in
        var network = network
        var training = TrainingOptions()
        training.loss = .mse
        try network.train(on: set, options: training)
      } == "loss is mse, but must be mae, huber, mase, smape or mase+smape for quantiles")
    #expect(
      words({ _ in }) { network, set in
        var (network, set) = (network, set)
        set.series[0].lossScale.error = 0
        try network.train(on: set, options: TrainingOptions())
      } == "error scale of series 0 is 0.0, but must be a number above 0")
  }
}
