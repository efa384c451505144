import CVectorMath
import Testing

@testable import Recurrent

@Suite struct SequenceTrainerTests {
  static func options(_ task: SequenceTask, _ cell: CellKind, layers: Int = 1, hidden: Int = 5) -> SequenceOptions {
    var options = SequenceOptions(inputs: 3, outputs: 4, task: task)
    options.cell = cell
    options.hidden = hidden
    options.layers = layers
    return options
  }

  /// Random inputs; numbers, or one-hot classes, as targets. The last row's second half is not asked.
  static func batch(_ options: SequenceOptions, rows: Int = 3, steps: Int = 6, seed: UInt64 = 5) -> SequenceBatch {
    var generator = RandomGenerator(seed: seed)
    let positions = options.positions(steps)
    var targets: [Float] = []
    for position in 0..<positions {
      for row in 0..<rows {
        let label = generator.index(below: options.outputs)
        let numbers: [Float] = (0..<options.outputs).map {
          options.task == .values ? Float(generator.normal()) : $0 == label ? 1 : 0
        }
        let isAsked = row < rows - 1 || position < positions / 2 || positions == 1
        targets += isAsked ? numbers : numbers.map { _ in .nan }
      }
    }
    return SequenceBatch(
      rows: rows, steps: steps, inputs: (0..<steps * rows * options.inputs).map { _ in Float(generator.normal()) },
      targets: targets)
  }

  @Test(arguments: SequenceTask.allCases, CellKind.allCases)
  func `the gradient equals central differences`(task: SequenceTask, cell: CellKind) throws {
    for layers in [1, 2] {
      let options = Self.options(task, cell, layers: layers)
      let graph = try SequenceGraph(options)
      let batch = Self.batch(options)
      let mode = Double.mode(vm_best_level())
      var values: [Double] = graph.initialWeights(seed: 3)
      func loss(_ values: [Double], gradient: Buffer<Double>) -> Double {
        let store = WeightStore(graph.layout, values: values, mode: mode)
        let run = SequenceRun<Double>(graph, rows: batch.rows, steps: batch.steps, mode: mode)
        _ = run.forward(store.weights, batch)
        return run.backward(store.weights, batch, gradient: gradient.base)
      }
      let gradient = Buffer<Double>(graph.layout.count)
      _ = loss(values, gradient: gradient)
      for slice in graph.layout.slices {
        let range = slice.offset..<slice.offset + slice.count
        let size = gradient.array[range].reduce(0) { max($0, abs($1)) }
        #expect(size > 1e-6, "\(slice.name): a gradient of nothing would agree with anything")
        for index in stride(from: range.lowerBound, to: range.upperBound, by: max(1, slice.count / 10)) {
          let kept = values[index]
          values[index] = kept + 1e-5
          let up = loss(values, gradient: Buffer(graph.layout.count))
          values[index] = kept - 1e-5
          let down = loss(values, gradient: Buffer(graph.layout.count))
          values[index] = kept
          let error = abs((up - down) / 2e-5 - gradient.base[index]) / size
          #expect(error < 1e-6, "\(slice.name)[\(index - slice.offset)]")
        }
      }
    }
  }

  @Test func `probabilities of each row add up to one`() throws {
    for task in [SequenceTask.label, .labelEachStep] {
      let options = Self.options(task, .gru)
      let trainer = try SequenceTrainer(options, learningRate: 0.01, seed: 1)
      let answers = try trainer.answers(to: Self.batch(options))
      #expect(answers.count == options.positions(6) * 3 * 4)
      for row in stride(from: 0, to: answers.count, by: 4) {
        #expect(abs(answers[row..<row + 4].reduce(0, +) - 1) < 1e-5)
      }
    }
  }

  @Test func `rows that are not asked teach nothing`() throws {
    let options = Self.options(.labelEachStep, .lstm)
    var first = Self.batch(options)
    let learner = try SequenceTrainer(options, learningRate: 0.01, seed: 1)
    let loss = try learner.learn(first).loss
    // Other inputs where the last row is no longer asked, at its end.
    var inputs = first.inputs
    for step in 3..<6 {
      for index in 0..<3 { inputs[(step * 3 + 2) * 3 + index] += 1 }
    }
    first = SequenceBatch(rows: 3, steps: 6, inputs: inputs, targets: first.targets)
    let other = try SequenceTrainer(options, learningRate: 0.01, seed: 1)
    #expect(try other.learn(first).loss == loss)
    #expect(try other.learn(first).loss == learner.learn(first).loss)
  }

  @Test(arguments: [CellKind.lstm, .gru])
  func `a network learns which symbol it saw first`(cell: CellKind) throws {
    var options = SequenceOptions(inputs: 2, outputs: 2, task: .label)
    options.cell = cell
    options.hidden = 8
    let trainer = try SequenceTrainer(options, learningRate: 0.01, seed: 2)
    var generator = RandomGenerator(seed: 3)
    var right = 0
    for update in 0..<400 {
      let labels = (0..<16).map { _ in generator.index(below: 2) }
      var inputs = [Float](repeating: 0, count: 12 * 16 * 2)
      for step in 0..<12 {
        for row in 0..<16 {
          inputs[(step * 16 + row) * 2 + (step == 0 ? labels[row] : generator.index(below: 2))] = 1
        }
      }
      let targets = labels.flatMap { (label: Int) -> [Float] in label == 0 ? [1, 0] : [0, 1] }
      let answers = try trainer.learn(SequenceBatch(rows: 16, steps: 12, inputs: inputs, targets: targets)).answers
      guard update >= 350 else { continue }
      right += labels.indices.count { answers[2 * $0 + labels[$0]] > 0.5 }
    }
    #expect(right == 50 * 16)
  }

  @Test func `the gates' start spreads memory times up to the expected lag`() throws {
    for cell in [CellKind.lstm, .gru] {
      var options = Self.options(.values, cell, hidden: 400)
      options.expectedLag = 100
      let graph = try SequenceGraph(options)
      let values: [Double] = graph.initialWeights(seed: 4)
      let start = graph.layers[0].bias.offset + 400
      let times = values[start..<start + 400].map { 1 + exponential($0) }
      // Uniform between 2 and 100: mean 51, standard error 1.4.
      #expect(times.allSatisfy { (2...100).contains($0) })
      #expect(abs(times.reduce(0, +) / 400 - 51) < 6)
    }
  }

  @Test func `the 1997 cell's input gates start from open to closed`() throws {
    var options = Self.options(.values, .lstm1997, hidden: 400)
    options.expectedLag = 100
    let graph = try SequenceGraph(options)
    let values: [Double] = graph.initialWeights(seed: 4)
    let biases = values[graph.layers[0].bias.offset..<graph.layers[0].bias.offset + 400]
    // Uniform between −log 100 and 0: mean −2.30, standard error 0.07.
    #expect(biases.allSatisfy { (-4.606...0).contains($0) })
    #expect(abs(biases.reduce(0, +) / 400 + 2.30) < 0.3)
  }

  @Test func `what does not fit is refused in words`() throws {
    var options = SequenceOptions(inputs: 1, outputs: 1, task: .label)
    #expect(throws: RecurrentError.badOption(name: "outputs", value: "1", wanted: "2 or more classes")) {
      try SequenceTrainer(options, learningRate: 0.01, seed: 1)
    }
    options = SequenceOptions(inputs: 2, outputs: 1, task: .values)
    #expect(throws: RecurrentError.badOption(name: "learning rate", value: "0.0", wanted: "a number above 0")) {
      try SequenceTrainer(options, learningRate: 0, seed: 1)
    }
    let trainer = try SequenceTrainer(options, learningRate: 0.01, seed: 1)
    let short = SequenceBatch(rows: 1, steps: 3, inputs: [1, 2], targets: [1])
    #expect(throws: RecurrentError.badOption(name: "inputs of the batch", value: "2 numbers", wanted: "6")) {
      try trainer.answers(to: short)
    }
    let broken = SequenceBatch(rows: 1, steps: 1, inputs: [.nan, 1], targets: [1])
    #expect(
      throws: RecurrentError.lossNotFinite(epoch: 1, step: 1, cause: "try a tenth of the learning rate 0.01")
    ) { try trainer.learn(broken) }
    #expect(try trainer.answers(to: SequenceBatch(rows: 1, steps: 1, inputs: [0, 1], targets: [1]))[0].isFinite)
  }

  private func exponential(_ x: Double) -> Double { Double.exponential(x) }
}
