/// The sum of the two marked numbers among many (experiment 4).
///
/// Each element is a number from [−1, 1] and a marker: −1 at both ends, 1 at two chosen places, else 0. One of the
/// first ten elements is marked, then one of the first T/2 − 1 that are still unmarked. The target is 0.5 + (X₁ + X₂) / 4,
/// where a number counts as zero if its place is the first, whose marker stays −1.
package struct AddingProblem: MemoryTask {
  /// Least length T; sequences are up to a tenth longer.
  package var length: Int

  package init(length: Int) {
    precondition(length >= 24, "ten places for the first mark and others for the second")
    self.length = length
  }

  package var name: String { "adding T=\(length)" }
  package var lag: Int { length / 2 }
  package var inputs: Int { 2 }
  package var outputs: Int { 1 }
  package var question: Question { .value }
  package var rule: StoppingRule { .recentSequences(count: 2000, error: 0.01) }

  package func batch(_ count: Int, using generator: inout SeededGenerator) -> [MemorySequence] {
    (0..<count).map { _ in sequence(using: &generator) }
  }

  private func sequence(using generator: inout SeededGenerator) -> MemorySequence {
    let steps = drawLength(from: length, using: &generator)
    var inputs = [Float](repeating: 0, count: 2 * steps)
    for step in 0..<steps {
      inputs[2 * step] = Float.random(in: -1...1, using: &generator)
    }
    let first = Int.random(in: 0..<10, using: &generator)
    // One of the first T/2 − 1 unmarked places: a draw from one place fewer, moved past the marked one.
    var second = Int.random(in: 0..<(length / 2 - 1), using: &generator)
    if second >= first { second += 1 }

    var sum: Float = 0
    for place in [first, second] where place != 0 {
      inputs[2 * place + 1] = 1
      sum += inputs[2 * place]
    }
    inputs[1] = -1
    inputs[2 * steps - 1] = -1
    return MemorySequence(inputs: inputs, steps: steps, target: [0.5 + sum / 4])
  }

  package func isCorrect(_ answer: [Float], for sequence: MemorySequence) -> Bool {
    sequence.isWithin(0.04, answer)
  }
}
