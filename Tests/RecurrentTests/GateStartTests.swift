import Foundation
import Testing

@testable import Recurrent

@Suite struct GateStartTests {
  /// The biases of one gate of 400 units that start for a lag of 100, and the weights without that start.
  private func biases(_ cell: CellKind, gate: Int) throws -> (with: [Double], without: [Double]) {
    var options = SequenceOptions(inputs: 1, outputs: 1, task: .values)
    options.cell = cell
    options.hidden = 400
    let plain: [Double] = try SequenceGraph(options, loss: .mse).initialWeights(seed: 4)
    options.expectedLag = 100
    let graph = try SequenceGraph(options, loss: .mse)
    let started: [Double] = graph.initialWeights(seed: 4)
    let start = graph.stack.layers[0][0].bias.offset + gate * 400
    let rest = started.indices.filter { !(start..<start + 400).contains($0) }
    // Nothing else moves, but for the input gate that the LSTM closes as far as it opens the other.
    if cell != .lstm { #expect(rest.allSatisfy { started[$0] == plain[$0] }) }
    return (Array(started[start..<start + 400]), Array(plain[start..<start + 400]))
  }

  @Test(arguments: [CellKind.lstm, .gru])
  func `memory times spread evenly up to the lag`(cell: CellKind) throws {
    let times = try biases(cell, gate: 1).with.map { 1 + exp($0) }
    // Uniform between 2 and 100: mean 51, standard error 1.4.
    #expect(times.allSatisfy { (2...100).contains($0) })
    #expect(abs(times.reduce(0, +) / 400 - 51) < 6)
  }

  @Test func `an lstm closes its input gate as far as it opens the forget gate`() throws {
    #expect(try biases(.lstm, gate: 0).with == biases(.lstm, gate: 1).with.map { -$0 })
  }

  @Test func `the 1997 cell's input gates start from open to closed`() throws {
    let biases = try biases(.lstm1997, gate: 0).with
    // Uniform between −log 100 and 0: mean −2.30, standard error 0.07.
    #expect(biases.allSatisfy { (-4.606...0).contains($0) })
    #expect(abs(biases.reduce(0, +) / 400 + 2.30) < 0.3)
  }

  @Test func `cells without such gates start as ever`() throws {
    let both = try biases(.rnn, gate: 0)
    #expect(both.with == both.without)
  }

  @Test func `a lag without a middle is refused`() {
    var options = SequenceOptions(inputs: 1, outputs: 1, task: .values)
    options.expectedLag = 2
    #expect(
      throws: RecurrentError.badOption(name: "expectedLag", value: "2", wanted: "3 steps or more, and at most 1000000")
    ) {
      try SequenceNetwork(options, seed: 1)
    }
  }
}
