import MemoryTasks
import Recurrent

/// Almanac's sequence network as the learner of a memory task.
struct EngineLearner: SequenceLearner {
  private let trainer: SequenceTrainer
  /// Answers are asked for in parts of this size, so that no more buffers are needed than in training.
  private static let part = 64

  init(
    _ task: any MemoryTask, cell: CellKind, hidden: Int, learningRate: Double, expectedLag: Int?, seed: UInt64
  ) throws {
    let answer: SequenceTask =
      switch task.question {
      case .value: .values
      case .label: .label
      case .nextSymbol: .labelEachStep
      }
    var options = SequenceOptions(inputs: task.inputs, outputs: task.outputs, task: answer)
    options.cell = cell
    options.hidden = hidden
    options.expectedLag = expectedLag
    // As in its paper; the other cells have no such choice.
    options.truncated = cell == .lstm1997
    trainer = try SequenceTrainer(options, learningRate: learningRate, seed: seed)
  }

  var parameterCount: Int { trainer.parameterCount }

  func learn(_ batch: [MemorySequence]) throws -> [[Float]] {
    try trainer.learn(batch.map { LabelledSequence(inputs: $0.inputs, targets: $0.target) }).answers
  }

  func answers(to sequences: [MemorySequence]) throws -> [[Float]] {
    try stride(from: 0, to: sequences.count, by: Self.part).flatMap { start in
      try trainer.answers(
        to: sequences[start..<min(start + Self.part, sequences.count)].map { LabelledSequence(inputs: $0.inputs) })
    }
  }
}
