/// In which order did the Xs and Ys come? (experiment 6; two symbols are task 6a, three are task 6b)
///
/// A sequence starts with E, ends with B, and is filled with a, b, c, d. At two (three) places stands an X or a Y, each
/// with probability one half; the class is the order, read as a binary number with X = 0.
package struct TemporalOrder: MemoryTask {
  /// Least length T; sequences are up to a tenth longer. The paper has 100; places move in proportion.
  package var length: Int
  /// How many symbols matter: 2 or 3.
  package var symbols: Int

  package init(length: Int, symbols: Int = 2) {
    precondition(symbols == 2 || symbols == 3)
    precondition(length >= 50, "the ranges of the places must not touch")
    self.length = length
    self.symbols = symbols
  }

  package var name: String { "temporal order T=\(length) of \(symbols)" }
  package var lag: Int { length - 1 - (places.last?.upperBound ?? 0) }
  package var inputs: Int { 8 }
  package var outputs: Int { 1 << symbols }
  package var question: Question { .label }
  package var rule: StoppingRule { .recentSequences(count: 2000, error: 0.1) }

  static let start = 4, end = 5, x = 6, y = 7  // 0...3 are a, b, c, d

  /// Where each symbol may stand, counted from 0. At T = 100 these are the paper's 10–20 and 50–60 (of two) or 10–20,
  /// 33–43 and 66–76 (of three), which count from 1.
  var places: [ClosedRange<Int>] {
    (symbols == 2 ? [10, 50] : [10, 33, 66]).map { first in
      (first * length / 100 - 1)...((first + 10) * length / 100 - 1)
    }
  }

  package func batch(_ count: Int, using generator: inout SeededGenerator) -> [MemorySequence] {
    (0..<count).map { _ in sequence(using: &generator) }
  }

  private func sequence(using generator: inout SeededGenerator) -> MemorySequence {
    let steps = drawLength(from: length, using: &generator)
    var letters = (0..<steps).map { _ in Int.random(in: 0..<4, using: &generator) }
    letters[0] = Self.start
    letters[steps - 1] = Self.end
    var label = 0
    for range in places {
      let isY = Bool.random(using: &generator)
      letters[Int.random(in: range, using: &generator)] = isY ? Self.y : Self.x
      label = 2 * label + (isY ? 1 : 0)
    }
    return MemorySequence(
      inputs: oneHot(letters, of: inputs), steps: steps, target: oneHot([label], of: outputs))
  }

  package func isCorrect(_ answer: [Float], for sequence: MemorySequence) -> Bool {
    sequence.isWithin(0.3, answer)
  }
}

/// Rows of `count` numbers, all zero but for the one that is named.
func oneHot(_ symbols: [Int], of count: Int) -> [Float] {
  var rows = [Float](repeating: 0, count: symbols.count * count)
  for (row, symbol) in symbols.enumerated() {
    rows[row * count + symbol] = 1
  }
  return rows
}
