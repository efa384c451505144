/// A task that asks a network to remember across a known number of steps.
///
/// Tasks, sizes and the rules of success are those of Hochreiter & Schmidhuber, "Long Short-Term Memory", Neural
/// Computation 9 (1997), section 5, except where a task says otherwise.
package protocol MemoryTask: Sendable {
  /// What the task is called in tables, with its size.
  var name: String { get }
  /// The least number of steps between the last input that matters and the answer.
  var lag: Int { get }
  /// Numbers shown at each step.
  var inputs: Int { get }
  /// Numbers in each answer.
  var outputs: Int { get }
  var question: Question { get }
  var rule: StoppingRule { get }

  /// Fresh sequences, each of its own length.
  func batch(_ count: Int, using generator: inout SeededGenerator) -> [MemorySequence]

  /// Whether the paper would count this answer as right.
  /// - Parameter answer: `[asked steps][outputs]`, probabilities where the question is a label or a symbol.
  func isCorrect(_ answer: [Float], for sequence: MemorySequence) -> Bool
}

/// What a network answers, and when.
package enum Question: Sendable, Equatable {
  /// One number after the last step; squared error.
  case value
  /// One of the classes after the last step; cross entropy.
  case label
  /// The next symbol after every step; cross entropy.
  case nextSymbol
}

/// When a task counts as solved.
package enum StoppingRule: Sendable, Equatable {
  /// The most recent training sequences were all answered rightly and their mean absolute error is below `error`
  /// (the paper's ST3).
  case recentSequences(count: Int, error: Double)
  /// Of a test set at most `wrong` sequences are answered wrongly and its mean absolute error is below `error`
  /// (the paper's ST2).
  case testSet(count: Int, wrong: Int, error: Double)
  /// Every sequence of a fixed training set and of a test set without any of its members is answered rightly.
  case everySequence(training: Int, test: Int)
}

/// One sequence and the answer that is wanted.
package struct MemorySequence: Sendable, Hashable {
  /// `[steps][inputs]`.
  package var inputs: [Float]
  package var steps: Int
  /// `[asked steps][outputs]`: one row, or one for each step where the next symbol is asked.
  package var target: [Float]
  /// Of the same shape as `target`: which symbols the grammar allows next. Empty for other questions.
  package var allowed: [Bool] = []

  /// Mean absolute difference between an answer and the target, over all its numbers.
  package func error(of answer: [Float]) -> Double {
    precondition(answer.count == target.count, "an answer of \(answer.count) numbers to a target of \(target.count)")
    return zip(answer, target).reduce(0) { $0 + Double(abs($1.0 - $1.1)) } / Double(target.count)
  }

  /// Whether every number of the answer lies closer to the target than `bound`. False if one of them is NaN.
  func isWithin(_ bound: Float, _ answer: [Float]) -> Bool {
    precondition(answer.count == target.count, "an answer of \(answer.count) numbers to a target of \(target.count)")
    return zip(answer, target).allSatisfy { abs($0 - $1) < bound }
  }
}

/// A length between `shortest` and a tenth more, as the paper draws it.
func drawLength(from shortest: Int, using generator: inout SeededGenerator) -> Int {
  Int.random(in: shortest...(shortest + shortest / 10), using: &generator)
}
