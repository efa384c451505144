import Foundation
import Testing

@testable import Recurrent

/// A cell from outside the library, in networks and in files.
@Suite struct CellRegistryTests {
  static let cells = CellRegistry.builtIn.adding(.minimal)

  @Test(arguments: NetworkCase.all)
  func `a cell from outside fits into every network`(network: NetworkCase) throws {
    let worst = try GradientProbe(network.options(cell: .minimal), rows: 3).worstError(checking: 12)
    #expect(worst.error < 1e-6, "\(worst.slice)")
  }

  @Test func `it learns, and survives its files`() throws {
    var options = TrainingTests.small()
    options.cell = .minimal
    let set = waveSet(options)
    var network = try ForecastNetwork(options, seed: 1)
    var last: TrainingCheckpoint?
    var training = TrainingTests.brief()
    training.epochs = 30
    training.learningRate = 0.01
    let report = try network.train(on: set, validation: set, options: training, keep: { last = $0 })
    let losses = report.epochs.compactMap(\.validationLoss)
    #expect(try #require(losses.min()) < 0.8 * losses[0])
    #expect(network.layers[0].kind == "minimal")

    let file = try network.weightFile()
    #expect(try ForecastNetwork(weightFile: file, cells: Self.cells) == network)
    let checkpoint = try #require(last)
    #expect(try TrainingCheckpoint(file: checkpoint.file(), cells: Self.cells) == checkpoint)
    let decoder = JSONDecoder()
    decoder.userInfo = Self.cells.userInfo
    #expect(try decoder.decode(ForecastNetwork.self, from: JSONEncoder().encode(network)) == network)

    // Who does not know the cell says so.
    #expect(throws: RecurrentError.badWeightFile("its description of the network cannot be read")) {
      try ForecastNetwork(weightFile: file)
    }
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(ForecastNetwork.self, from: JSONEncoder().encode(network))
    }
  }

  @Test func `its gates start for a lag`() throws {
    var options = SequenceOptions(inputs: 1, outputs: 1, task: .values)
    options.cell = .minimal
    options.expectedLag = 50
    let graph = try SequenceGraph(options, loss: .mse)
    let weights: [Double] = graph.initialWeights(seed: 1)
    let bias = graph.stack.layers[0][0].bias
    #expect(weights[bias.offset..<bias.offset + options.hidden].allSatisfy { (0...log(49.0)).contains($0) })
    #expect(weights[bias.offset + options.hidden] < 0.26)
  }

  @Test func `cells are their names`() throws {
    let names = CellRegistry.builtIn.cells.map(\.name)
    #expect(names == ["rnn", "lstm-1997", "lstm", "gru", "slstm"])
    #expect(String(decoding: try JSONEncoder().encode(CellRegistry.builtIn.cells), as: UTF8.self).contains("lstm-1997"))
    #expect(try JSONDecoder().decode([CellKind].self, from: Data(#"["lstm-1997"]"#.utf8)) == [.lstm1997])
    #expect(Self.cells["minimal"] == .minimal && CellRegistry.builtIn["minimal"] == nil)
    #expect(Self.cells.adding(.minimal).cells.count == 6)
    #expect(CellKind.gru.summary == "Forecasts with a network of gated recurrent units (GRU).")
  }

  @Test(arguments: [
    ("memoryHeads", "memory heads"), ("stepsPerEpoch", "steps per epoch"), ("warmUp", "warm-up"), ("hidden", "hidden"),
    ("reference sMAPE of series 1", "reference sMAPE of series 1"),
  ])
  func `an option is named in words`(name: String, words: String) {
    #expect("\(RecurrentError.badOption(name: name, value: "0", wanted: "1"))" == "\(words) is 0, but must be 1")
  }
}
