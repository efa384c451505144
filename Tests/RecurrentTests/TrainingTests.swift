import CVectorMath
import Foundation
import Testing

@testable import Recurrent

@Suite struct TrainingTests {
  static func small() -> NetworkOptions {
    var options = NetworkOptions(lookback: 24, horizon: 6)
    options.hidden = 12
    return options
  }

  static func brief() -> TrainingOptions {
    var training = TrainingOptions()
    training.epochs = 3
    training.batchSize = 70
    training.learningRate = 0.01
    training.patience = nil
    return training
  }

  @Test(arguments: CellRegistry.builtIn.cells)
  func `the number of threads never changes a byte`(cell: CellKind) throws {
    var options = Self.small()
    options.cell = cell
    options.layers = 2
    options.dropout = 0.2
    options.anchors = [1, 12]
    let set = waveSet(options, steps: 120)
    var results: [(ForecastNetwork, TrainingReport, Predictions)] = []
    for threads in 1...3 {
      var network = try ForecastNetwork(options, seed: 4)
      var training = Self.brief()
      training.threads = threads
      let report = try network.train(on: set, validation: set, options: training)
      results.append((network, report, try network.predict(set, threads: threads)))
    }
    for other in results.dropFirst() {
      #expect(other.0.weights.map(\.bitPattern) == results[0].0.weights.map(\.bitPattern))
      #expect(other.1 == results[0].1)
      #expect(other.2 == results[0].2)
    }
    #expect(results[0].1.updates > 3)
  }

  @Test(arguments: [WindowScaling.Level.none, .last, .mean, .median], [false, true])
  func `an untrained network is the naive forecast, to the last bit`(level: WindowScaling.Level, logarithm: Bool) throws
  {
    for season in [1, 7] {
      var options = Self.small()
      options.anchors = [season]
      options.scaling = WindowScaling(level: level, spread: .deviation, logarithm: logarithm)
      var set = waveSet(options)
      // Some values at and below zero, so that the logarithm has to lift the window.
      set.series[1].target = set.series[1].target.map { $0 - 9 }
      var network = try ForecastNetwork(options, seed: 1)
      var training = Self.brief()
      training.epochs = 0
      try network.train(on: set, options: training)
      let predictions = try network.predict(set)
      for (index, window) in set.windows.enumerated() {
        let target = set.series[window.series].target
        for step in 0..<options.horizon {
          #expect(predictions[index, step] == target[window.origin + 1 - season + step % season])
        }
      }
    }
  }

  @Test(arguments: CellRegistry.builtIn.cells)
  func `learns a sine`(cell: CellKind) throws {
    var options = NetworkOptions(lookback: 24, horizon: 6)
    options.cell = cell
    options.hidden = 16
    let target = (0..<400).map { sin(Double($0) / 3) }
    let all = WindowSet(series: [SeriesNumbers(target: target)], lookback: 24, horizon: 6)
    let set = WindowSet(series: all.series, lookback: 24, horizon: 6, windows: Array(all.windows.prefix(280)))
    let test = WindowSet(series: all.series, lookback: 24, horizon: 6, windows: Array(all.windows.suffix(60)))
    var network = try ForecastNetwork(options, seed: 2)
    var training = TrainingOptions()
    training.epochs = 25
    training.learningRate = 0.01
    training.patience = nil
    let before = Self.error(try network.predict(test), test)
    let report = try network.train(on: set, options: training)
    let after = Self.error(try network.predict(test), test)
    #expect(before > 0.5)
    #expect(after < 0.08)
    #expect(report.epochs.count == 25)
    #expect(report.epochs[24].trainingLoss < report.epochs[0].trainingLoss / 5)
  }

  /// The mean absolute error over all windows.
  static func error(_ predictions: Predictions, _ set: WindowSet) -> Double {
    var sum = 0.0
    for (index, window) in set.windows.enumerated() {
      for step in 0..<set.horizon {
        sum += abs(predictions[index, step] - set.series[window.series].target[window.origin + 1 + step])
      }
    }
    return sum / Double(set.windows.count * set.horizon)
  }

  @Test func `early stopping keeps the weights of the best epoch`() throws {
    let options = Self.small()
    let set = waveSet(options)
    // Validation on noise of another level: learning the training series soon makes it worse.
    var generator = RandomGenerator(seed: 9)
    let noise = SeriesNumbers(target: (0..<80).map { _ in generator.normal() })
    let validation = WindowSet(series: [noise], lookback: 24, horizon: 6)
    var training = Self.brief()
    training.epochs = 40
    training.patience = 3
    var network = try ForecastNetwork(options, seed: 1)
    let report = try network.train(on: set, validation: validation, options: training)
    #expect(report.ending == .patience)
    #expect(report.epochs.count == report.bestEpoch + 3)
    let losses = report.epochs.compactMap(\.validationLoss)
    #expect(losses.count == report.epochs.count)
    // Training again for exactly the best number of epochs gives the same weights.
    var again = try ForecastNetwork(options, seed: 1)
    training.epochs = report.bestEpoch
    try again.train(on: set, validation: validation, options: training)
    #expect(again == network)
  }

  @Test func `the caller can stop training`() throws {
    let options = Self.small()
    var network = try ForecastNetwork(options, seed: 1)
    let report = try network.train(on: waveSet(options), options: Self.brief()) { $0.update >= 2 ? .stop : .proceed }
    #expect(report.ending == .stopped)
    #expect(report.updates == 2)
  }

  @Test func `a loss that is no number ends training and leaves the network as it was`() throws {
    let options = Self.small()
    var set = waveSet(options)
    set.series[0].target[30] = 1e300
    var network = try ForecastNetwork(options, seed: 1)
    let before = network
    #expect {
      try network.train(on: set, options: Self.brief())
    } throws: { error in
      "\(error)" == "the loss is no longer a number at step 1 (epoch 1): already the first batch gives no finite loss, "
        + "so the data hold numbers that are too large; scale them"
    }
    #expect(network == before)
  }

  @Test func `a learning rate that is too high is named`() throws {
    let options = Self.small()
    var network = try ForecastNetwork(options, seed: 1)
    var training = Self.brief()
    training.learningRate = 1e30
    training.loss = .mse
    #expect {
      try network.train(on: waveSet(options), options: training)
    } throws: { error in
      "\(error)" == "the loss is no longer a number at step 2 (epoch 2): the learning rate 1e+30 is probably too high; "
        + "try a tenth of it"
    }
  }

  @Test func `clipping shortens the update and is counted`() throws {
    let options = Self.small()
    let set = waveSet(options)
    var training = Self.brief()
    training.clipping = .norm(1e-9)
    var network = try ForecastNetwork(options, seed: 1)
    #expect(try network.train(on: set, options: training).clippedShare == 1)
    training.clipping = .none
    #expect(try network.train(on: set, options: training).clippedShare == 0)
  }

  @Test func `a network survives storing`() throws {
    let options = Self.small()
    var network = try ForecastNetwork(options, seed: 1)
    try network.train(on: waveSet(options), options: Self.brief())
    let stored = try JSONEncoder().encode(network)
    #expect(try JSONDecoder().decode(ForecastNetwork.self, from: stored) == network)
  }

  @Test func `weights of another network are refused`() throws {
    #expect {
      try ForecastNetwork(Self.small(), weights: [1, 2, 3])
    } throws: { "\($0)" == "the stored weights do not fit the network: 3 numbers are stored, but its options need 768" }
  }

  @Test func `parameters are counted as in the tables`() throws {
    var options = Self.small()
    // 4 × (12·1 + 12·12 + 12) and 6 × 12 + 6.
    #expect(try ForecastNetwork(options, seed: 1).parameterCount == 672 + 78)
    options.cell = .gru
    // 3 × (12·1 + 12·12 + 12) and its second bias.
    #expect(try ForecastNetwork(options, seed: 1).parameterCount == 504 + 36 + 78)
  }
}
