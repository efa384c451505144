import Foundation
import Testing

@testable import Recurrent

@Suite struct DiagnosticTests {
  /// Every weight from a small random number, the output layer too.
  static func random(_ network: ForecastNetwork, size: Float = 0.3) throws -> ForecastNetwork {
    var generator = RandomGenerator(seed: 5)
    return try ForecastNetwork(
      network.options, weights: network.weights.map { _ in size * Float(2 * generator.uniform() - 1) })
  }

  @Test func `saturated gates are counted exactly`() throws {
    var options = NetworkOptions(lookback: 6, horizon: 2)
    options.hidden = 2
    let empty = try ForecastNetwork(options, seed: 1)
    var weights = [Float](repeating: 0, count: empty.weights.count)
    let bias = try #require(empty.layout.slices.first { $0.name == "recurrent.bias_ih_l0" })
    // Units of the gates i f g o: one input gate shut, both forget gates open, one candidate at its top.
    for (index, value) in [-10, 0, 10, 10, 3, 0, 0, 0].enumerated() { weights[bias.offset + index] = Float(value) }
    let network = try ForecastNetwork(options, weights: weights)
    let found = try network.diagnose(waveSet(options), samples: 5)
    #expect(found.samples == 5)
    #expect(
      found.saturation == [
        GateSaturation(layer: "recurrent.l0", gate: "input", low: 0.5, high: 0),
        GateSaturation(layer: "recurrent.l0", gate: "forget", low: 0, high: 1),
        GateSaturation(layer: "recurrent.l0", gate: "candidate", low: 0, high: 0.5),
        GateSaturation(layer: "recurrent.l0", gate: "output", low: 0, high: 0),
      ])
  }

  @Test func `the gradient of an rnn vanishes where that of an lstm does not`() throws {
    func factor(_ cell: CellKind) throws -> NetworkDiagnostics {
      var options = NetworkOptions(lookback: 60, horizon: 2)
      options.cell = cell
      options.hidden = 8
      options.scaling = WindowScaling(level: .mean, spread: .deviation)
      return try Self.random(ForecastNetwork(options, seed: 1)).diagnose(waveSet(options, steps: 90), samples: 40)
    }
    let forgetful = try factor(.rnn)
    let carousel = try factor(.lstm1997)
    #expect(forgetful.gradientByStep.count == 60)
    #expect(forgetful.gradientByStep[10] < 1e-6 * forgetful.gradientByStep[59])
    #expect(carousel.gradientByStep[10] > 0.1 * carousel.gradientByStep[59])
  }

  @Test func `a shut forget gate keeps the past out, an open one lets it through`() throws {
    func share(_ forget: Float) throws -> Float {
      var options = SequenceOptions(inputs: 1, outputs: 1, task: .values)
      options.hidden = 1
      let fresh = try SequenceNetwork(options, seed: 1)
      var weights = [Float](repeating: 0, count: fresh.weights.count)
      for slice in fresh.layout.slices where slice.name.contains("weight_ih") || slice.name == "head.weight" {
        for index in 0..<slice.count { weights[slice.offset + index] = 0.5 }
      }
      let bias = try #require(fresh.layout.slices.first { $0.name.contains("bias") })
      weights[bias.offset + 1] = forget
      let network = try SequenceNetwork(options, weights: weights)
      let inputs = waves(30).map { Float($0 / 100) }
      let found = try network.diagnose([LabelledSequence(inputs: inputs, targets: [3])]).gradientByStep
      return Float(found[0] / found[29])
    }
    #expect(try share(-20) < 1e-6)
    #expect(try share(20) > 0.1)
  }

  @Test(arguments: CellRegistry.builtIn.cells, [false, true])
  func `every layer and direction is named`(cell: CellKind, bidirectional: Bool) throws {
    var options = TrainingTests.small()
    options.cell = cell
    options.layers = 2
    options.bidirectional = bidirectional
    let layers = try ForecastNetwork(options, seed: 1).activations(waveSet(options), window: 0)
    let names = ["l0", "l0_reverse", "l1", "l1_reverse"].filter { bidirectional || !$0.hasSuffix("reverse") }
    #expect(layers.map(\.layer) == names.map { "recurrent." + $0 })
    #expect(layers.allSatisfy { $0.gates.count == options.recurrentCell.gates })
  }

  @Test func `the gradient at each step is the slope of the loss`() throws {
    var options = SequenceOptions(inputs: 1, outputs: 1, task: .values)
    options.hidden = 6
    let network = try SequenceNetwork(options, seed: 2)
    let sequence = LabelledSequence(inputs: [0.3, -0.8, 0.1, 0.9, -0.4], targets: [2])
    let found = try network.diagnose([sequence]).gradientByStep
    for step in 0..<5 {
      func loss(_ shift: Float) throws -> Float {
        var moved = sequence
        moved.inputs[step] += shift
        let error = try network.predict([moved])[0][0] - 2
        return error * error
      }
      let slope = Double(try loss(0.05) - loss(-0.05)) / 0.1
      #expect(abs(abs(slope) - found[step]) < 0.02 * found[step])
    }
    // A shorter sequence is aligned at its end, and does not reach the first steps.
    let short = LabelledSequence(inputs: [0.9, -0.4], targets: [2])
    let (alone, both) = (
      try network.diagnose([short]).gradientByStep, try network.diagnose([sequence, short]).gradientByStep
    )
    #expect(both.count == 5 && abs(both[0] - found[0]) < 1e-6 && abs(both[2] - found[2]) < 1e-6)
    #expect(abs(both[4] - (found[4] + alone[1]) / 2) < 1e-6)
  }

  @Test(arguments: CellRegistry.builtIn.cells)
  func `activations over a window obey the cell's equations`(cell: CellKind) throws {
    var options = NetworkOptions(lookback: 7, horizon: 2)
    options.cell = cell
    options.hidden = 3
    let set = waveSet(options)
    let network = try Self.random(ForecastNetwork(options, seed: 1), size: 1)
    let layers = try network.activations(set, window: 4)
    let layer = try #require(layers.first)
    #expect(layers.count == 1 && layer.layer == "recurrent.l0" && layer.output.count == 7)
    func gate(_ name: String, _ step: Int, _ unit: Int) -> Double {
      layer.gates.first { $0.name == name }?.values[step][unit] ?? .nan
    }
    for step in 1..<7 {
      for unit in 0..<3 {
        let (h, before) = (layer.output[step][unit], layer.output[step - 1][unit])
        let c = layer.memory.isEmpty ? 0 : layer.memory[step][unit]
        let earlier = layer.memory.isEmpty ? 0 : layer.memory[step - 1][unit]
        switch cell {
        case .rnn: #expect(h == gate("candidate", step, unit))
        case .lstm1997, .lstm:
          let kept = cell == .lstm ? gate("forget", step, unit) : 1
          #expect(abs(c - (kept * earlier + gate("input", step, unit) * gate("candidate", step, unit))) < 1e-5)
          #expect(abs(h - gate("output", step, unit) * tanh(c)) < 1e-5)
        case .gru:
          let z = gate("update", step, unit)
          #expect(abs(h - ((1 - z) * gate("candidate", step, unit) + z * before)) < 1e-5)
        default:
          let kept = gate("forget", step, unit) * earlier
          #expect(abs(c - (kept + gate("input", step, unit) * gate("candidate", step, unit))) < 1e-5)
        }
      }
    }
  }

  @Test(arguments: NetworkKind.allCases)
  func `every network can be looked at after training`(kind: NetworkKind) throws {
    var options = NetworkOptions(lookback: 24, horizon: 6)
    options.network = kind
    options.hidden = 6
    if kind == .dilated { options.dilations = [[1, 2], [4]] }
    if kind == .segment { options.segment = 6 }
    var reports: [TrainingReport] = []
    for threads in 1...2 {
      var network = try ForecastNetwork(options, seed: 1)
      var training = TrainingOptions()
      training.epochs = 2
      training.diagnosticSamples = 10
      training.threads = threads
      reports.append(try network.train(on: waveSet(options), options: training))
    }
    #expect(reports[0] == reports[1])
    let found = try #require(reports[0].diagnostics)
    #expect(found.samples == 10 && found.gradientByStep.count == 24)
    #expect(found.gradientByStep.allSatisfy { $0.isFinite } && found.gradientByStep[23] > 0)
    #expect(found.saturation.isEmpty == (kind == .mlp))
    #expect(found.saturation.allSatisfy { $0.low + $0.high <= 1 })
  }

  @Test func `a window that is not there is refused`() throws {
    let options = NetworkOptions(lookback: 24, horizon: 6)
    let set = waveSet(options)
    let network = try ForecastNetwork(options, seed: 1)
    #expect {
      try network.activations(set, window: 99)
    } throws: { "\($0)" == "window 99 cannot be used: there are \(set.windows.count) windows" }
  }
}
