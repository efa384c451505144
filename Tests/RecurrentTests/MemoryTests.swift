import Foundation
import Testing

@testable import Recurrent

/// Small forms of the memory tasks of Hochreiter & Schmidhuber (Neural Computation 9, 1997).
@Suite struct MemoryTests {
  /// The target is the mean of the two marked numbers (their experiment 4, without the marks at the ends).
  static func adding(_ steps: Int, _ generator: inout RandomGenerator) -> LabelledSequence {
    var inputs = (0..<steps).flatMap { _ in [Float(2 * generator.uniform() - 1), 0] }
    let first = generator.index(below: steps / 2)
    let second = steps / 2 + generator.index(below: steps / 2)
    inputs[2 * first + 1] = 1
    inputs[2 * second + 1] = 1
    return LabelledSequence(inputs: inputs, targets: [(inputs[2 * first] + inputs[2 * second]) / 2])
  }

  /// The class is the order of the two Xs and Ys among four meaningless symbols (their experiment 6a).
  static func order(_ steps: Int, _ generator: inout RandomGenerator) -> LabelledSequence {
    var symbols = (0..<steps).map { _ in generator.index(below: 4) }
    let (first, second) = (generator.index(below: 2), generator.index(below: 2))
    symbols[generator.index(below: steps / 3)] = 4 + first
    symbols[steps / 2 + generator.index(below: steps / 4)] = 4 + second
    return LabelledSequence(
      inputs: symbols.flatMap { symbol in (0..<6).map { $0 == symbol ? 1 : 0 } }, label: 2 * first + second, of: 4)
  }

  static func options(_ cell: CellKind, inputs: Int, outputs: Int, _ task: SequenceTask) -> SequenceOptions {
    var options = SequenceOptions(inputs: inputs, outputs: outputs, task: task)
    options.cell = cell
    options.hidden = 12
    return options
  }

  /// The mean squared error on fresh sequences after training on fresh ones.
  static func addingError(_ cell: CellKind, steps: Int, batches: Int) throws -> Double {
    var generator = RandomGenerator(seed: 11)
    let trainer = try SequenceTrainer(
      options(cell, inputs: 2, outputs: 1, .values), learningRate: 0.01, seed: 3)
    for _ in 0..<batches { try trainer.learn((0..<32).map { _ in adding(steps, &generator) }) }
    let test = (0..<200).map { _ in adding(steps, &generator) }
    let answers = try trainer.answers(to: test)
    return zip(test, answers).reduce(0) { $0 + Double(pow($1.0.targets[0] - $1.1[0], 2)) } / 200
  }

  /// The share of fresh sequences whose most probable class is right.
  static func orderShare(_ cell: CellKind, steps: Int, batches: Int) throws -> Double {
    var generator = RandomGenerator(seed: 12)
    let trainer = try SequenceTrainer(
      options(cell, inputs: 6, outputs: 4, .label), learningRate: 0.01, seed: 4)
    for _ in 0..<batches { try trainer.learn((0..<32).map { _ in order(steps, &generator) }) }
    let test = (0..<200).map { _ in order(steps, &generator) }
    let answers = try trainer.answers(to: test)
    let right = zip(test, answers).count { sequence, answer in
      answer.indices.max { answer[$0] < answer[$1] } == sequence.targets.firstIndex(of: 1)
    }
    return Double(right) / 200
  }

  // Answering the mean always has a squared error of 1/6. What the gated cells learn, the rnn does not learn in the same
  // number of sequences.

  @Test(arguments: [CellKind.lstm1997, .lstm, .gru])
  func `gated cells add two numbers far apart`(cell: CellKind) throws {
    #expect(try Self.addingError(cell, steps: 30, batches: 400) < 0.01)
  }

  @Test(arguments: [CellKind.lstm1997, .lstm, .gru])
  func `gated cells tell the order of two symbols`(cell: CellKind) throws {
    #expect(try Self.orderShare(cell, steps: 30, batches: 300) > 0.97)
  }

  /// Online, string by string: the second symbol returns before the end, as in the embedded Reber grammar.
  @Test(arguments: [CellKind.lstm1997, .lstm, .gru])
  func `gated cells know how a grammar's string ends`(cell: CellKind) throws {
    var generator = RandomGenerator(seed: 13)
    func string() -> [Int] {
      let wrapper = 1 + generator.index(below: 2)
      let middle = (0..<2 + generator.index(below: 2)).map { _ in 3 + generator.index(below: 2) }
      return [0, wrapper] + middle + [5, wrapper, 0]
    }
    let trainer = try SequenceTrainer(
      Self.options(cell, inputs: 6, outputs: 6, .labelEachStep), learningRate: 0.01, seed: 5)
    for _ in 0..<2000 { try trainer.learn([LabelledSequence(symbols: string(), of: 6)]) }
    for _ in 0..<40 {
      let symbols = string()
      let answer = try #require(try trainer.answers(to: [LabelledSequence(symbols: symbols, of: 6)]).first)
      // After the symbol 5 comes the wrapper, and after the wrapper the end.
      let (asked, last) = (answer.dropLast(6).suffix(6), answer.suffix(6))
      #expect(asked[asked.startIndex + symbols[1]] > 0.8)
      #expect(last[last.startIndex] > 0.8)
    }
  }

  @Test func `an rnn neither adds nor tells the order`() throws {
    #expect(try Self.addingError(.rnn, steps: 30, batches: 400) > 0.1)
    #expect(try Self.orderShare(.rnn, steps: 30, batches: 300) < 0.7)
  }
}
