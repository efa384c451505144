import CVectorMath
import Foundation
import Testing

@testable import Recurrent

/// What every network must do, whatever its kind.
@Suite struct NetworkBehaviourTests {
  @Test(arguments: NetworkCase.all)
  func `the number of threads never changes a byte`(network: NetworkCase) throws {
    var options = network.options(lookback: 12)
    options.anchors = [1, 6]
    options.dropout = 0.2
    options.seriesEmbedding = 2
    options.seriesCount = 2
    let set = waveSet(options, steps: 60)
    var training = TrainingOptions()
    training.epochs = 2
    training.batchSize = 70
    training.patience = nil
    var results: [(ForecastNetwork, Predictions)] = []
    for threads in 1...3 {
      var trained = try ForecastNetwork(options, seed: 4)
      training.threads = threads
      let before = trained
      try trained.train(on: set, validation: set, options: training)
      #expect(trained != before)
      results.append((trained, try trained.predict(set, threads: threads)))
    }
    for other in results.dropFirst() {
      #expect(other.0.weights.map(\.bitPattern) == results[0].0.weights.map(\.bitPattern))
      #expect(other.1 == results[0].1)
    }
  }

  @Test(arguments: NetworkCase.all, [1, 4])
  func `an untrained network is the naive forecast, to the last bit`(network: NetworkCase, season: Int) throws {
    var options = network.options()
    options.anchors = [season]
    let set = waveSet(options)
    let predictions = try ForecastNetwork(options, seed: 1).predict(set)
    for (index, window) in set.windows.enumerated() {
      let target = set.series[window.series].target
      for step in 0..<options.horizon {
        #expect(predictions[index, step] == target[window.origin + 1 - season + step % season])
      }
    }
  }

  @Test(arguments: NetworkCase.all)
  func `the first step of the horizon sees the newest value`(network: NetworkCase) throws {
    var options = network.options()
    options.maskChannel = true
    let probe = try GradientProbe(options, rows: 1)
    let mode = Double.mode(vm_best_level())
    let store = WeightStore(probe.graph.layout, values: probe.values, mode: mode)
    let shard = WindowShard<Double>(probe.graph, rows: 1, positions: 1, mode: mode)
    shard.batch.gather(probe.set, [0])
    shard.forward(store.weights)
    let count = options.lookback * options.channels
    let gradient = Buffer<Double>(count)
    shard.inputGradient(ofRaw: 0, store, into: gradient.base)
    let newest = count - options.channels
    #expect(abs(gradient.base[newest]) > 1e-4)
    // And every input's gradient is the true one.
    for index in 0..<count {
      let value = shard.batch.past.base[index]
      var raw: [Double] = []
      for moved in [value + 1e-5, value - 1e-5] {
        shard.batch.past.base[index] = moved
        shard.forward(store.weights)
        raw.append(shard.raw.values[0])
      }
      shard.batch.past.base[index] = value
      #expect(abs((raw[0] - raw[1]) / 2e-5 - gradient.base[index]) < 1e-6)
    }
  }

  @Test(arguments: NetworkCase.all)
  func `learns a season that the naive forecast does not know`(network: NetworkCase) throws {
    var options = network.options(lookback: 16, horizon: 6, hidden: 12)
    options.scaling = WindowScaling(level: .last, spread: .deviation)
    let known = options.futureCovariates
    let target = (0..<300).map { sin(Double($0) * .pi / 4) + 0.5 * cos(Double($0) * .pi / 2) }
    let series = SeriesNumbers(
      target: target,
      futureCovariates: (0..<known).map { shift in (0..<310).map { sin(Double($0 + 2 * shift) * .pi / 4) } })
    let all = WindowSet(series: [series], lookback: 16, horizon: 6)
    let set = WindowSet(series: [series], lookback: 16, horizon: 6, windows: Array(all.windows.prefix(220)))
    let test = WindowSet(series: [series], lookback: 16, horizon: 6, windows: Array(all.windows.suffix(40)))
    var trained = try ForecastNetwork(options, seed: 2)
    var training = TrainingOptions()
    training.epochs = 40
    training.learningRate = 0.01
    training.patience = nil
    if options.network == .recursive { training.positions = 8 }
    let naive = TrainingTests.error(try trained.predict(test), test)
    try trained.train(on: set, options: training)
    let learned = TrainingTests.error(try trained.predict(test), test)
    #expect(naive > 0.5)
    #expect(learned < naive / 4)
  }

  @Test func `a series embedding tells equal windows apart`() throws {
    // Two series with the same past and opposite futures: only the embedding can know.
    var rows: [[Double]] = [[], []]
    for step in 0..<200 {
      let jump = step % 4 == 3 ? 1.0 : 0
      rows[0].append(jump)
      rows[1].append(-jump)
    }
    for network in [NetworkCase.stacked, .dilated, .encoderDecoder, .segment, .mlp] {
      var options = network.options(lookback: 3, horizon: 1, hidden: 8)
      if options.network == .dilated { options.dilations = [[1], [2]] }
      options.anchors = [0]
      options.scaling = WindowScaling(level: .none, spread: .none)
      options.seriesEmbedding = 2
      options.seriesCount = 2
      // Origins 2, 6, 10 …: the lookback is 0, 0, 0 in both series.
      let windows = stride(from: 2, to: 190, by: 4).flatMap { origin in
        (0..<2).map { WindowSet.Window(series: $0, origin: origin) }
      }
      let set = WindowSet(
        series: rows.map { SeriesNumbers(target: $0) }, lookback: 3, horizon: 1, windows: windows)
      var trained = try ForecastNetwork(options, seed: 3)
      var training = TrainingOptions()
      training.epochs = 40
      training.learningRate = 0.02
      training.patience = nil
      try trained.train(on: set, options: training)
      // The same, asked for by identity from a set that holds the second series alone.
      let alone = WindowSet(
        series: [SeriesNumbers(target: rows[1], identity: 1)], lookback: 3, horizon: 1,
        windows: [WindowSet.Window(series: 0, origin: 2)])
      #expect(abs(try trained.predict(set)[0, 0] - 1) < 0.1, "\(network)")
      #expect(abs(try trained.predict(alone)[0, 0] + 1) < 0.1, "\(network)")
    }
  }

  @Test func `attention weights of a window add up to one`() throws {
    for kind in AttentionKind.allCases {
      var options = NetworkCase.encoderDecoder.options()
      options.attention = kind
      options.seriesEmbedding = 2
      options.seriesCount = 2
      let set = waveSet(options)
      let weights = try ForecastNetwork(options, seed: 5).attentionWeights(set, window: 3)
      #expect(weights.count == options.horizon)
      for row in weights {
        #expect(row.count == options.lookback)
        #expect(abs(row.reduce(0, +) - 1) < 1e-6)
        #expect(row.allSatisfy { $0 > 0 })
        #expect(row.max() != row.min())
      }
    }
  }

  @Test func `attention finds the step that decides the forecast`() throws {
    // The forecast is the value that stands where the second channel has its mark.
    var generator = RandomGenerator(seed: 8)
    var target: [Double] = []
    var marks: [Double] = []
    for _ in 0..<400 {
      let marked = generator.index(below: 6)
      let values = (0..<6).map { _ in generator.normal() }
      target += values + [values[marked]]
      marks += (0..<6).map { $0 == marked ? 1 : 0 } + [0]
    }
    var options = NetworkOptions(lookback: 6, horizon: 1)
    options.network = .encoderDecoder
    options.attention = .additive
    options.cell = .gru
    options.hidden = 16
    options.pastCovariates = 1
    options.anchors = [0]
    options.scaling = WindowScaling(level: .none, spread: .none)
    let windows = (0..<400).map { WindowSet.Window(series: 0, origin: 7 * $0 + 5) }
    let set = WindowSet(
      series: [SeriesNumbers(target: target, pastCovariates: [marks])], lookback: 6, horizon: 1, windows: windows)
    var network = try ForecastNetwork(options, seed: 1)
    var training = TrainingOptions()
    training.epochs = 60
    training.learningRate = 0.01
    training.loss = .mse
    training.patience = nil
    try network.train(on: set, options: training)
    #expect(TrainingTests.error(try network.predict(set), set) < 0.2)
  }

  @Test func `the layers are listed with their parameters`() throws {
    var options = NetworkOptions(lookback: 24, horizon: 12)
    options.network = .segment
    options.cell = .gru
    options.hidden = 8
    options.segment = 6
    options.seriesEmbedding = 3
    options.seriesCount = 5
    options.anchors = [1, 12]
    let layers = try ForecastNetwork(options, seed: 1).layers
    #expect(
      layers.map(\.name) == ["patch", "recurrent.l0", "position", "head", "mix", "series_embedding"])
    #expect(layers.map(\.kind) == ["linear", "gru", "embedding", "linear", "linear", "embedding"])
    // 3 gates × (8·8 + 8·8 + 8) and the second bias; two segments with 8 − 3 numbers each.
    #expect(layers.map(\.parameterCount) == [6 * 8 + 8, 408 + 24, 2 * 5, 8 * 6 + 6, 8 * 2 + 2, 5 * 3])
    #expect(try ForecastNetwork(options, seed: 1).parameterCount == layers.reduce(0) { $0 + $1.parameterCount })
  }
}
