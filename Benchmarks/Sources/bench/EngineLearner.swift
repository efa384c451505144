import MemoryTasks
import Recurrent

/// Almanac's sequence network as the learner of a memory task.
struct EngineLearner: SequenceLearner {
  private let trainer: SequenceTrainer
  private let options: SequenceOptions
  /// Answers are asked for in batches of this size.
  private static let rows = 64

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
    // As in its paper; the other cells have no such choice.
    options.truncated = cell == .lstm1997
    options.expectedLag = expectedLag
    self.options = options
    trainer = try SequenceTrainer(options, learningRate: learningRate, seed: seed)
  }

  var parameterCount: Int { trainer.parameterCount }

  func learn(_ batch: [MemorySequence]) throws -> [[Float]] {
    let packed = pack(batch)
    return unpack(try trainer.learn(packed).answers, batch, packed)
  }

  func answers(to sequences: [MemorySequence]) throws -> [[Float]] {
    try stride(from: 0, to: sequences.count, by: Self.rows).flatMap { start in
      let part = Array(sequences[start..<min(start + Self.rows, sequences.count)])
      let packed = pack(part)
      return unpack(try trainer.answers(to: packed), part, packed)
    }
  }

  /// Time-major. Sequences that ask at every step are filled up at their ends to one length, with steps that are not
  /// asked; a multiple of four, so that fewer sizes occur.
  private func pack(_ sequences: [MemorySequence]) -> SequenceBatch {
    let longest = sequences.map(\.steps).max() ?? 0
    let isEachStep = options.task == .labelEachStep
    let steps = isEachStep ? (longest + 3) / 4 * 4 : longest
    let rows = sequences.count
    var inputs = [Float](repeating: 0, count: steps * rows * options.inputs)
    var targets = [Float](repeating: .nan, count: (isEachStep ? steps : 1) * rows * options.outputs)
    for (row, sequence) in sequences.enumerated() {
      precondition(isEachStep || sequence.steps == steps, "one answer a sequence asks for equal lengths")
      place(sequence.inputs, options.inputs, row, rows, in: &inputs)
      place(sequence.target, options.outputs, row, rows, in: &targets)
    }
    return SequenceBatch(rows: rows, steps: steps, inputs: inputs, targets: targets)
  }

  /// (steps × width) of one sequence into (steps × rows × width).
  private func place(_ values: [Float], _ width: Int, _ row: Int, _ rows: Int, in out: inout [Float]) {
    for (index, value) in values.enumerated() {
      out[(index / width * rows + row) * width + index % width] = value
    }
  }

  private func unpack(_ answers: [Float], _ sequences: [MemorySequence], _ batch: SequenceBatch) -> [[Float]] {
    let width = options.outputs
    return sequences.enumerated().map { row, sequence in
      sequence.target.indices.map { answers[($0 / width * batch.rows + row) * width + $0 % width] }
    }
  }
}
