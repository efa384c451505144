/// Which of two classes did the sequence start with? Noise and signal share one input line (experiment 3; first posed by
/// Bengio, Simard & Frasconi 1994).
///
/// The first `informative` elements are 1 or −1, by class; all others are noise with mean zero and variance 0.2. The
/// target is 1 or 0. With `noisy` (task 3b) the informative elements carry the same noise.
package struct TwoSequenceProblem: MemoryTask {
  /// Least length T; sequences are up to a tenth longer.
  package var length: Int
  package var informative: Int
  package var noisy: Bool

  package init(length: Int, informative: Int, noisy: Bool = false) {
    precondition(informative >= 1 && informative < length)
    self.length = length
    self.informative = informative
    self.noisy = noisy
  }

  package var name: String { "two-sequence\(noisy ? ", noisy" : "") T=\(length) N=\(informative)" }
  package var lag: Int { length - informative }
  package var inputs: Int { 1 }
  package var outputs: Int { 1 }
  package var question: Question { .value }
  /// Task 3b lets fewer than 6 of 256 go wrong, for its noise can turn a sign.
  package var rule: StoppingRule {
    noisy ? .testSet(count: 256, wrong: 5, error: 0.04) : .testSet(count: 256, wrong: 0, error: 0.01)
  }

  package func batch(_ count: Int, using generator: inout SeededGenerator) -> [MemorySequence] {
    (0..<count).map { _ in sequence(using: &generator) }
  }

  private func sequence(using generator: inout SeededGenerator) -> MemorySequence {
    let steps = drawLength(from: length, using: &generator)
    let first = Bool.random(using: &generator)
    let inputs = (0..<steps).map { step in
      let signal = step < informative ? (first ? 1.0 : -1.0) : 0
      let isNoise = noisy || step >= informative
      return Float(signal + (isNoise ? generator.gaussian(variance: 0.2) : 0))
    }
    return MemorySequence(inputs: inputs, steps: steps, target: [first ? 1 : 0])
  }

  package func isCorrect(_ answer: [Float], for sequence: MemorySequence) -> Bool {
    sequence.isWithin(0.2, answer)
  }
}
