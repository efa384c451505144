import Testing

@testable import Recurrent

@Suite struct DiagnosisTests {
  /// A network with one weight for every recurrent connection.
  private func network(
    _ cell: CellKind, recurrent: Float, input: Float = 0.5, bias: (String, [Float])? = nil
  ) throws -> (ForecastNetwork, WindowSet) {
    var options = NetworkOptions(lookback: 30, horizon: 1)
    options.cell = cell
    options.hidden = 1
    options.scaling = WindowScaling(level: .last, spread: .none)
    var network = try ForecastNetwork(options, seed: 1)
    for slice in network.layout.slices {
      let value: Float =
        slice.name.contains("weight_hh")
        ? recurrent : slice.name.contains("weight_ih") ? input : slice.name == "head.weight" ? 1 : 0
      for index in 0..<slice.count { network.weights[slice.offset + index] = value }
      if let bias, slice.name == bias.0 {
        network.weights.replaceSubrange(slice.offset..<slice.offset + bias.1.count, with: bias.1)
      }
    }
    let series = SeriesNumbers(target: waves(400))
    return (network, WindowSet(series: [series], lookback: 30, horizon: 1))
  }

  @Test func `a vanishing gradient is seen`() throws {
    // Each step back multiplies by at most 0.3.
    let (network, set) = try network(.rnn, recurrent: 0.3)
    let norms = try network.diagnose(set).gradientNorms
    #expect(norms.count == 30)
    #expect(norms[29] > 0)
    for step in 0..<29 { #expect(norms[step] <= 0.3001 * norms[step + 1]) }
  }

  @Test func `gates that are shut or open are counted`() throws {
    // Biases of ±20 leave no doubt: input open, forget shut, output open.
    let (network, set) = try network(
      .lstm, recurrent: 0, input: 0, bias: ("recurrent.bias_ih_l0", [20, -20, 0, 20]))
    let gates = try network.diagnose(set).gates
    #expect(
      gates == [
        .init(layer: "l0", gate: "input", closed: 0, open: 1), .init(layer: "l0", gate: "forget", closed: 1, open: 0),
        .init(layer: "l0", gate: "output", closed: 0, open: 1),
      ])
  }

  @Test func `a shut forget gate keeps the past out, an open one lets it through`() throws {
    func share(_ forget: Float) throws -> Double {
      let (network, set) = try network(
        .lstm, recurrent: 0, bias: ("recurrent.bias_ih_l0", [0, forget, 0, 0]))
      let norms = try network.diagnose(set).gradientNorms
      return norms[0] / norms[29]
    }
    #expect(try share(-20) < 1e-6)
    #expect(try share(20) > 0.01)
  }

  @Test(arguments: CellKind.allCases, [false, true])
  func `every layer and direction is named`(cell: CellKind, bidirectional: Bool) throws {
    var options = TrainingTests.small()
    options.cell = cell
    options.layers = 2
    options.bidirectional = bidirectional
    let gates = try ForecastNetwork(options, seed: 1).diagnose(waveSet(options)).gates
    let names = ["l0", "l0_reverse", "l1", "l1_reverse"].filter { bidirectional || !$0.hasSuffix("reverse") }
    let count = options.recurrentCell.gateNames.count { $0 != nil }
    #expect(gates.map(\.layer) == names.flatMap { Array(repeating: $0, count: count) })
    #expect(gates.allSatisfy { $0.closed + $0.open <= 1 })
  }
}
