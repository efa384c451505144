import CVectorMath
import Foundation
import Testing

@testable import Recurrent

/// Against numbers that `Benchmarks/reference/make_recurrent_fixtures.py Tests/RecurrentTests/Fixtures` made with PyTorch.
@Suite struct PyTorchParityTests {
  struct Tensor: Decodable {
    var shape: [Int]
    var values: [Double]
  }

  struct LayerFixture: Decodable {
    var cell: String
    var layers, steps, batch, inputs, hidden: Int
    var bidirectional: Bool
    var input, output, coefficients: Tensor
    var weights, gradients: [String: Tensor]
    var loss: Double
  }

  struct TrainingFixture: Decodable {
    var cell: String
    var layers, steps, batch, inputs, hidden, horizon, updates: Int
    var learning_rate: Double
    var clip_norm: Double?
    var input, target: Tensor
    var weights_before, weights_after: [String: Tensor]
    var losses, gradient_norms: [Double]
  }

  static func fixture<F: Decodable>(_ name: String) throws -> F {
    let url = try #require(Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Fixtures"))
    return try JSONDecoder().decode(F.self, from: Data(contentsOf: url))
  }

  static let layerFixtures = ["rnn", "lstm", "gru"].flatMap { cell in
    ["1-forward", "1-both", "2-forward", "2-both"].map { "layer-\(cell)-\($0)" }
  }

  @Test(arguments: layerFixtures)
  func `outputs and all gradients in single precision`(name: String) throws {
    try compare(name, Float.self, tolerance: 1e-5)
  }

  @Test(arguments: layerFixtures)
  func `outputs and all gradients in double precision`(name: String) throws {
    try compare(name, Double.self, tolerance: 1e-10)
  }

  private func compare<S: Scalar>(_ name: String, _: S.Type, tolerance: Double) throws {
    let fixture: LayerFixture = try Self.fixture(name)
    var options = NetworkOptions(lookback: fixture.steps, horizon: 1)
    options.cell = try #require(CellRegistry.builtIn[fixture.cell])
    options.hidden = fixture.hidden
    var layout = ParameterLayout()
    let stack = RecurrentStack(
      options, inputs: fixture.inputs, dilations: Array(repeating: 1, count: fixture.layers),
      bidirectional: fixture.bidirectional, prefix: "", layout: &layout)
    var values = [S](repeating: 0, count: layout.count)
    for slice in layout.slices {
      let torch = try #require(fixture.weights[slice.name])
      #expect(torch.shape == slice.shape)
      for (index, value) in torch.values.enumerated() { values[slice.offset + index] = S(value) }
      // PyTorch has two biases where our cells have one.
      let second = slice.name.replacingOccurrences(of: "bias_ih", with: "bias_hh")
      guard second != slice.name, options.cell != .gru else { continue }
      for (index, value) in try #require(fixture.weights[second]).values.enumerated() {
        values[slice.offset + index] += S(value)
      }
    }
    let mode = S.mode(vm_best_level())
    let store = WeightStore(layout, values: values, mode: mode)
    let workspace = StackWorkspace<S>(stack, rows: fixture.batch, steps: fixture.steps, mode: mode)
    let input = fixture.input.values.map { S($0) }
    var none: RandomGenerator?
    workspace.begin(rows: fixture.batch)
    workspace.forward(store.weights, input: input, dropout: &none)

    func agree(_ ours: [S], _ torch: [Double], _ what: String) {
      #expect(ours.count == torch.count)
      let size = torch.reduce(1) { max($0, abs($1)) }
      let worst = zip(ours, torch).reduce(0) { max($0, abs(Double($1.0) - $1.1)) }
      #expect(worst / size < tolerance, "\(what)")
    }
    let count = fixture.output.values.count
    agree(Array(UnsafeBufferPointer(start: workspace.output, count: count)), fixture.output.values, "output")

    workspace.outputGradient.update(from: fixture.coefficients.values.map { S($0) }, count: count)
    let gradient = Buffer<S>(layout.count)
    let inputGradient = Buffer<S>(input.count)
    workspace.backward(store.weights, input: input, gradient: gradient.base, inputGradient: inputGradient.base)
    agree(inputGradient.array, try #require(fixture.gradients["input"]).values, "input")
    for slice in layout.slices {
      let ours = Array(gradient.array[slice.offset..<slice.offset + slice.count])
      agree(ours, try #require(fixture.gradients[slice.name]).values, slice.name)
    }
  }

  /// The fixture's batch as windows: the first input is the target, the second a past covariate.
  private func windows(_ fixture: TrainingFixture) -> WindowSet {
    let series = (0..<fixture.batch).map { row in
      func channel(_ index: Int) -> [Double] {
        (0..<fixture.steps).map { fixture.input.values[($0 * fixture.batch + row) * fixture.inputs + index] }
      }
      let future = (0..<fixture.horizon).map { fixture.target.values[row * fixture.horizon + $0] }
      return SeriesNumbers(
        target: channel(0) + future, pastCovariates: [channel(1) + future.map { _ in 0 }])
    }
    return WindowSet(series: series, lookback: fixture.steps, horizon: fixture.horizon)
  }

  @Test(arguments: ["training-rnn", "training-lstm", "training-gru", "training-lstm-2-clipped"])
  func `ten steps of Adam end at the same weights`(name: String) throws {
    let fixture: TrainingFixture = try Self.fixture(name)
    var options = NetworkOptions(lookback: fixture.steps, horizon: fixture.horizon)
    options.cell = try #require(CellRegistry.builtIn[fixture.cell])
    options.hidden = fixture.hidden
    options.layers = fixture.layers
    options.pastCovariates = 1
    options.scaling = WindowScaling(level: .none, spread: .none)
    options.anchors = [0]
    var network = try ForecastNetwork(options, seed: 0)
    for slice in network.layout.slices {
      let torch = try #require(fixture.weights_before[slice.name])
      network.weights.replaceSubrange(slice.offset..<slice.offset + slice.count, with: torch.values.map(Float.init))
    }
    var training = TrainingOptions()
    training.epochs = fixture.updates
    training.batchSize = fixture.batch
    training.learningRate = fixture.learning_rate
    training.loss = .mse
    training.clipping = fixture.clip_norm.map { .norm($0) } ?? .none
    training.patience = nil
    let graph = try ForecastGraph(options, loss: .mse)
    let learner = Learner(graph, values: network.weights, options: training, level: vm_best_level())
    var trainer = Trainer(learner, windows(fixture), validation: nil)
    let report = try trainer.run { _ in .proceed }
    for (epoch, loss) in zip(report.epochs, fixture.losses) { #expect(abs(epoch.trainingLoss - loss) < 1e-5) }
    for (epoch, norm) in zip(report.epochs, fixture.gradient_norms) { #expect(abs(epoch.gradientNorm - norm) < 1e-4) }
    let clip = fixture.clip_norm ?? .infinity
    #expect(report.clippedUpdates == fixture.gradient_norms.count { $0 > clip })
    for slice in network.layout.slices {
      let ours = learner.store.values.array[slice.offset..<slice.offset + slice.count]
      for (value, torch) in zip(ours, try #require(fixture.weights_after[slice.name]).values) {
        #expect(abs(Double(value) - torch) < 1e-4, "\(slice.name)")
      }
    }
  }

  struct WeightsFixture: Decodable {
    var input, output, answer: Tensor
  }

  @Test(arguments: ["rnn", "lstm", "gru"])
  func `a weight file from PyTorch gives PyTorch's answers, and survives being written`(cell: String) throws {
    let folder = "Fixtures/torch-weights"
    let url = try #require(Bundle.module.url(forResource: cell, withExtension: "json", subdirectory: folder))
    let numbers = try JSONDecoder().decode(WeightsFixture.self, from: Data(contentsOf: url))
    let weights = try #require(Bundle.module.url(forResource: cell, withExtension: "safetensors", subdirectory: folder))
    let (steps, rows, inputs) = (numbers.input.shape[0], numbers.input.shape[1], numbers.input.shape[2])
    let horizon = numbers.answer.shape[1]
    var options = NetworkOptions(lookback: steps, horizon: horizon)
    options.cell = try #require(CellRegistry.builtIn[cell])
    options.hidden = numbers.output.shape[2]
    options.layers = 2
    options.pastCovariates = inputs - 1
    options.scaling = WindowScaling(level: .none, spread: .none)
    options.anchors = [0]
    let loaded = try ForecastNetwork(options, tensors: Safetensors(decoding: Data(contentsOf: weights)))
    let series = (0..<rows).map { row in
      let channels = (0..<inputs).map { index in
        (0..<steps).map { numbers.input.values[($0 * rows + row) * inputs + index] }
      }
      return SeriesNumbers(target: channels[0], pastCovariates: Array(channels.dropFirst()))
    }
    let set = WindowSet(
      series: series, lookback: steps, horizon: horizon,
      windows: (0..<rows).map { WindowSet.Window(series: $0, origin: steps - 1) })
    for network in [loaded, try ForecastNetwork(weightFile: loaded.weightFile())] {
      #expect(network == loaded)
      let answers = try network.predict(set).values
      for (ours, torch) in zip(answers, numbers.answer.values) { #expect(abs(ours - torch) < 1e-5) }
    }
  }
}
