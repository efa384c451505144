/// Strings of a small grammar within a grammar; the next symbol is asked at every step (experiment 1).
///
/// A string is B, then T or P, then a string of Reber's grammar (Reber 1967), then the same T or P again, then E. Only a
/// network that has kept the second symbol knows the last but one. Strings are at least 9 symbols long, most of them short.
package struct EmbeddedReberGrammar: MemoryTask {
  package init() {}

  package var name: String { "embedded Reber grammar" }
  /// In the shortest strings, such as BTBTXSETE: seen as the second symbol, asked after the seventh.
  package var lag: Int { 5 }
  package var inputs: Int { Self.alphabet.count }
  package var outputs: Int { Self.alphabet.count }
  package var question: Question { .nextSymbol }
  package var rule: StoppingRule { .everySequence(training: 256, test: 256) }

  static let alphabet: [Character] = ["B", "T", "P", "S", "X", "V", "E"]

  /// Reber's grammar as a graph: from each node two ways on (or one), each with the symbol that it writes.
  private static let graph: [[(symbol: Character, to: Int)]] = [
    [("B", 1)],
    [("T", 2), ("P", 3)],
    [("S", 2), ("X", 4)],
    [("T", 3), ("V", 5)],
    [("X", 3), ("S", 6)],
    [("P", 4), ("V", 6)],
    [("E", 7)],
  ]
  private static let end = 7

  package func batch(_ count: Int, using generator: inout SeededGenerator) -> [MemorySequence] {
    (0..<count).map { _ in sequence(using: &generator) }
  }

  private func sequence(using generator: inout SeededGenerator) -> MemorySequence {
    let wrapper: Character = Bool.random(using: &generator) ? "T" : "P"
    var symbols: [Character] = ["B", wrapper]
    // What may follow each symbol so far.
    var choices: [[Character]] = [["T", "P"], ["B"]]
    var node = 0
    while node != Self.end {
      let (symbol, next) = Self.graph[node].randomElement(using: &generator) ?? ("E", Self.end)
      symbols.append(symbol)
      choices.append(next == Self.end ? [wrapper] : Self.graph[next].map(\.symbol))
      node = next
    }
    symbols.append(wrapper)
    choices.append(["E"])
    symbols.append("E")
    return sequence(symbols, choices: choices)
  }

  /// The last symbol is never shown: nothing follows it.
  private func sequence(_ symbols: [Character], choices: [[Character]]) -> MemorySequence {
    let letters = symbols.compactMap(Self.alphabet.firstIndex(of:))
    return MemorySequence(
      inputs: oneHot(Array(letters.dropLast()), of: inputs),
      steps: letters.count - 1,
      target: oneHot(Array(letters.dropFirst()), of: outputs),
      allowed: choices.flatMap { choice in Self.alphabet.map(choice.contains) })
  }

  /// At every step each symbol that the grammar allows is more active than any that it forbids.
  package func isCorrect(_ answer: [Float], for sequence: MemorySequence) -> Bool {
    precondition(answer.count == sequence.allowed.count, "an answer for each of the \(sequence.steps) steps")
    return (0..<sequence.steps).allSatisfy { step in
      var least = Float.infinity
      var greatest = -Float.infinity
      for index in (step * outputs)..<((step + 1) * outputs) {
        // A NaN would slip through min and max.
        if answer[index].isNaN { return false }
        if sequence.allowed[index] {
          least = min(least, answer[index])
        } else {
          greatest = max(greatest, answer[index])
        }
      }
      return least > greatest
    }
  }
}

extension MemorySequence {
  /// The string that a sequence of the grammar stands for, with its last symbol.
  package var reberString: String {
    let symbols = EmbeddedReberGrammar.alphabet
    func symbol(_ row: ArraySlice<Float>) -> Character? {
      zip(row, symbols).first { $0.0 == 1 }?.1
    }
    let rows = (0..<steps).map { inputs[($0 * symbols.count)..<(($0 + 1) * symbols.count)] }
    return String((rows + [target.suffix(symbols.count)]).compactMap(symbol))
  }
}
