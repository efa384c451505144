/// Something that learns sequences: a network with its optimiser.
package protocol SequenceLearner {
  /// Learns from a batch, in one step of its optimiser.
  /// - Returns: the answers as they were before the step, each of its sequence's `target` shape.
  mutating func learn(_ batch: [MemorySequence]) throws -> [[Float]]
  /// Answers without learning.
  func answers(to sequences: [MemorySequence]) throws -> [[Float]]
}

/// One learner, one task, one seed: shows sequences until the task's rule says solved, or the limit is reached.
package struct Trial: Sendable {
  package var task: any MemoryTask
  package var seed: UInt64
  /// Sequences a step of the optimiser.
  package var batch: Int
  /// Sequences after which the trial counts as failed.
  package var limit: Int
  /// Sequences between two looks at a test set, for the rules that ask for one.
  package var interval: Int
  /// Sequences that are answered once the task is solved, to see how far the solution holds.
  package var finalTest: Int

  package init(
    task: any MemoryTask, seed: UInt64, batch: Int, limit: Int, interval: Int = 1000, finalTest: Int = 2560
  ) {
    self.task = task
    self.seed = seed
    self.batch = batch
    self.limit = limit
    self.interval = interval
    self.finalTest = finalTest
  }

  package struct Result: Sendable, Equatable {
    package var isSolved: Bool
    /// Training sequences shown until then.
    package var sequences: Int
    /// Of `finalTest` fresh sequences, how many were answered wrongly. Nil if the task was not solved.
    package var wrong: Int?
    /// Mean absolute error at the end, over the sequences that the rule looks at.
    package var error: Double
  }

  package func run(_ learner: inout some SequenceLearner) throws -> Result {
    var generator = SeededGenerator(seed: seed)
    var result: Result
    switch task.rule {
    case .recentSequences(let count, let error):
      result = try untilRecentAreRight(&learner, count, error, &generator)
    case .testSet(let count, let wrong, let error):
      // Drawn anew for each look: with noise in the signal one set in ten holds more hopeless sequences than the rule
      // lets go wrong, and a fixed one would fail a perfect learner for good.
      result = try untilTestPasses(&learner, &generator) { learner, generator in
        let verdict = try judge(learner, task.batch(count, using: &generator))
        return (verdict.wrong <= wrong && verdict.error < error, verdict.error)
      } training: {
        task.batch(batch, using: &$0)
      }
    case .everySequence(let training, let test):
      let known = task.batch(training, using: &generator)
      let unknown = unseen(test, besides: known, &generator)
      result = try untilTestPasses(&learner, &generator) { learner, _ in
        let (first, second) = (try judge(learner, known), try judge(learner, unknown))
        return (first.wrong + second.wrong == 0, (first.error + second.error) / 2)
      } training: { generator in
        (0..<batch).compactMap { _ in known.randomElement(using: &generator) }
      }
    }
    if result.isSolved {
      result.wrong = try judge(learner, task.batch(finalTest, using: &generator)).wrong
    }
    return result
  }

  private func untilRecentAreRight(
    _ learner: inout some SequenceLearner, _ count: Int, _ bound: Double, _ generator: inout SeededGenerator
  ) throws -> Result {
    var errors = [Double](repeating: .infinity, count: count)
    var shown = 0
    var rightInARow = 0
    while shown < limit {
      let sequences = task.batch(batch, using: &generator)
      for (sequence, answer) in zip(sequences, try learner.learn(sequences)) {
        errors[shown % count] = sequence.error(of: answer)
        rightInARow = task.isCorrect(answer, for: sequence) ? rightInARow + 1 : 0
        shown += 1
      }
      if rightInARow >= count, mean(errors) < bound {
        return Result(isSolved: true, sequences: shown, error: mean(errors))
      }
    }
    return Result(isSolved: false, sequences: shown, error: mean(errors))
  }

  private func untilTestPasses<Learner: SequenceLearner>(
    _ learner: inout Learner, _ generator: inout SeededGenerator,
    passes: (Learner, inout SeededGenerator) throws -> (Bool, Double),
    training: (inout SeededGenerator) -> [MemorySequence]
  ) throws -> Result {
    var shown = 0
    var error = Double.infinity
    while shown < limit {
      let next = min(limit, shown + interval)
      while shown < next {
        let sequences = training(&generator)
        _ = try learner.learn(sequences)
        shown += sequences.count
      }
      let isSolved: Bool
      (isSolved, error) = try passes(learner, &generator)
      if isSolved { return Result(isSolved: true, sequences: shown, error: error) }
    }
    return Result(isSolved: false, sequences: shown, error: error)
  }

  /// Random sequences of which none was trained on. Short strings of a grammar come up again and again, so this draws
  /// until there are enough.
  private func unseen(
    _ count: Int, besides known: [MemorySequence], _ generator: inout SeededGenerator
  ) -> [MemorySequence] {
    let seen = Set(known)
    var found: [MemorySequence] = []
    while found.count < count {
      found += task.batch(count, using: &generator).filter { !seen.contains($0) }
    }
    return Array(found.prefix(count))
  }

  private func judge(
    _ learner: some SequenceLearner, _ sequences: [MemorySequence]
  ) throws -> (wrong: Int, error: Double) {
    let answers = try learner.answers(to: sequences)
    let wrong = zip(answers, sequences).count { !task.isCorrect($0, for: $1) }
    return (wrong, mean(zip(sequences, answers).map { $0.error(of: $1) }))
  }

  private func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(values.count)
  }
}
