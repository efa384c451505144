import CVectorMath
import Foundation
import Testing

@testable import Recurrent

/// Networks that answer sequences: gradients, determinism, refusals.
@Suite struct SequenceTests {
  static func sequences(_ count: Int, _ options: SequenceOptions, seed: UInt64 = 1) -> [LabelledSequence] {
    var generator = RandomGenerator(seed: seed)
    return (0..<count).map { index in
      let steps = 2 + generator.index(below: 6)
      let inputs = (0..<steps * options.inputs).map { _ in Float(generator.normal()) }
      let asked = options.task.answersEachStep ? steps : 1
      guard options.task.answersWithLabels else {
        var targets = (0..<asked * options.outputs).map { _ in Float(generator.normal()) }
        if index == 1 { targets[0] = .nan }
        return LabelledSequence(inputs: inputs, targets: targets)
      }
      // One step of one sequence is not asked.
      return LabelledSequence(
        inputs: inputs,
        labels: (0..<asked).map { index == 1 && $0 == 1 ? nil : generator.index(below: options.outputs) },
        of: options.outputs)
    }
  }

  @Test(arguments: SequenceTask.allCases, [CellKind.rnn, .lstm, .gru])
  func `the gradient of every task equals central differences`(task: SequenceTask, cell: CellKind) throws {
    for (layers, bidirectional) in [(1, false), (2, true)] {
      var options = SequenceOptions(inputs: 2, outputs: 3, task: task)
      options.cell = cell
      options.hidden = 4
      options.layers = layers
      options.bidirectional = bidirectional
      options.dropout = layers > 1 ? 0.2 : 0
      let batch = Self.sequences(9, options)
      let graph = try SequenceGraph(options, loss: .huber(delta: 0.6))
      let values: [Double] = graph.initialWeights(seed: 3)
      func pass(_ values: [Double], learns: Bool) -> (Double, [Double]) {
        let learner = Learner(graph, values: values, options: TrainingOptions(), level: vm_best_level())
        // With the same dropout masks on each call, so always a learning pass.
        let (loss, gradient) = learner.gradient(SequenceBatch(sequences: batch), Array(batch.indices))
        return (loss.sum, learns ? gradient.array : [])
      }
      let (_, gradient) = pass(values, learns: true)
      for slice in graph.layout.slices {
        let range = slice.offset..<slice.offset + slice.count
        let size = gradient[range].reduce(0) { max($0, abs($1)) }
        #expect(size > 1e-4, "\(slice.name)")
        for index in stride(from: range.lowerBound, to: range.upperBound, by: max(1, slice.count / 8)) {
          var moved = values
          moved[index] += 1e-5
          let up = pass(moved, learns: false).0
          moved[index] -= 2e-5
          let down = pass(moved, learns: false).0
          #expect(abs((up - down) / 2e-5 - gradient[index]) < 1e-6 * size, "\(slice.name)")
        }
      }
    }
  }

  @Test(arguments: [false, true])
  func `padding and company change no answer`(bidirectional: Bool) throws {
    var options = SequenceOptions(inputs: 2, outputs: 3, task: .labelEachStep)
    options.bidirectional = bidirectional
    let network = try SequenceNetwork(options, seed: 1)
    let all = Self.sequences(20, options)
    let together = try network.predict(all)
    for (index, sequence) in all.enumerated() {
      let alone = try network.predict([sequence])[0]
      #expect(alone.count == sequence.targets.count)
      for (left, right) in zip(alone, together[index]) { #expect(abs(left - right) < 1e-6) }
      // Probabilities.
      #expect(alone.allSatisfy { $0 > 0 && $0 < 1 } && abs(alone.reduce(0, +) - Float(alone.count / 3)) < 1e-5)
    }
  }

  @Test func `the number of threads never changes a byte`() throws {
    var options = SequenceOptions(inputs: 2, outputs: 3, task: .labelEachStep)
    options.layers = 2
    options.dropout = 0.3
    let set = Self.sequences(90, options)
    var results: [(SequenceNetwork, TrainingReport, [[Float]])] = []
    for threads in 1...3 {
      var network = try SequenceNetwork(options, seed: 2)
      var training = TrainingOptions()
      training.epochs = 3
      training.batchSize = 70
      training.threads = threads
      let report = try network.train(on: set, validation: Array(set.prefix(30)), options: training)
      results.append((network, report, try network.predict(set, threads: threads)))
    }
    for other in results.dropFirst() {
      #expect(other.0.weights.map(\.bitPattern) == results[0].0.weights.map(\.bitPattern))
      #expect(other.1 == results[0].1)
      #expect(other.2 == results[0].2)
    }
    #expect(results[0].1.updates == 6)
  }

  @Test func `an average is validated with its own weights`() throws {
    let options = SequenceOptions(inputs: 2, outputs: 1, task: .values)
    let set = Self.sequences(12, options)
    var training = TrainingOptions()
    training.epochs = 1
    training.averaging = 0.9
    training.learningRate = 0.05
    training.loss = .mse
    var network = try SequenceNetwork(options, seed: 2)
    let report = try network.train(on: set, validation: set, options: training)
    try #require(report.bestEpoch == 1)
    let answers = try network.predict(set).map { Double($0[0]) }
    let errors = zip(answers, set).filter { !$1.targets[0].isNaN }.map { ($0 - Double($1.targets[0])) }
    let loss = errors.reduce(0) { $0 + $1 * $1 } / Double(errors.count)
    #expect(abs(try #require(report.epochs[0].validationLoss) - loss) < 1e-9)
  }

  @Test func `batch by batch is the same training`() throws {
    let options = SequenceOptions(inputs: 2, outputs: 1, task: .values)
    let set = Self.sequences(12, options)
    let start = try SequenceNetwork(options, seed: 2)
    var training = TrainingOptions()
    training.epochs = 4
    training.batchSize = 12
    training.patience = nil
    var whole = start
    let report = try whole.train(on: set, options: training)
    let trainer = try SequenceTrainer(start, training: training)
    var generator = RandomGenerator(seed: training.seed)
    var order = Array(set.indices)
    for epoch in 0..<report.bestEpoch {
      generator.shuffle(&order)
      let update = try trainer.learn(order.map { set[$0] })
      #expect(update.loss == report.epochs[epoch].trainingLoss)
      #expect(update.answers.count == 12)
    }
    #expect(trainer.network == whole)
    #expect(try trainer.answers(to: set) == whole.predict(set))
  }

  @Test func `a string is a sequence whose labels are the next symbols`() {
    let string = LabelledSequence(symbols: [0, 2, 1], of: 3)
    #expect(string.inputs == [1, 0, 0, 0, 0, 1])
    #expect(string.targets == [0, 0, 1, 0, 1, 0])
  }

  @Test func `a sequence network survives storing`() throws {
    let network = try SequenceNetwork(SequenceOptions(inputs: 2, outputs: 3, task: .label), seed: 1)
    let stored = try JSONEncoder().encode(network)
    #expect(try JSONDecoder().decode(SequenceNetwork.self, from: stored) == network)
  }

  @Test func `what does not fit is refused in plain words`() throws {
    func words(_ body: () throws -> Void) -> String {
      do {
        try body()
        return "nothing"
      } catch {
        return "\(error)"
      }
    }
    let options = SequenceOptions(inputs: 2, outputs: 3, task: .label)
    let trainer = try SequenceTrainer(options, learningRate: 0.01, seed: 1)
    let good = LabelledSequence(inputs: [1, 2], label: 1, of: 3)
    #expect(
      words { try trainer.learn([good, LabelledSequence(inputs: [1, 2, 3], label: 1, of: 3)]) }
        == "sequence 1 cannot be used: 3 numbers are not one or more steps of 2")
    #expect(
      words { try trainer.learn([LabelledSequence(inputs: [1, 2], label: 1, of: 2)]) }
        == "sequence 0 cannot be used: it has 2 target numbers, but its answer has 3")
    #expect(
      words { _ = try SequenceNetwork(SequenceOptions(inputs: 1, outputs: 1, task: .label), seed: 1) }
        == "outputs is 1, but must be 2 classes or more")
    #expect(
      words { _ = try SequenceNetwork(SequenceOptions(inputs: 0, outputs: 1, task: .values), seed: 1) }
        == "inputs is 0, but must be 1 or more")
    var network = try SequenceNetwork(options, seed: 1)
    #expect(words { try network.train(on: [], options: TrainingOptions()) } == "there are no sequences to train on")
    #expect(
      words { try trainer.learn([LabelledSequence(inputs: [.nan, 2], label: 1, of: 3)]) }
        == "the loss is no longer a number at step 1 (epoch 1): already the first batch gives no finite loss, so the "
        + "data hold numbers that are too large; scale them")
  }
}
