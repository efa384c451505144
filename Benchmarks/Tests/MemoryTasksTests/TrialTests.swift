import Testing

@testable import MemoryTasks

/// Knows every answer, but only from a given number of sequences on.
private struct LateKnower: SequenceLearner {
  var from: Int
  var seen = 0

  func answer(_ sequence: MemorySequence, _ knows: Bool) -> [Float] {
    if !knows { return sequence.target.map { 1 - $0 } }
    return sequence.allowed.isEmpty ? sequence.target : sequence.allowed.map { $0 ? 0.5 : 0 }
  }

  mutating func learn(_ batch: [MemorySequence]) -> [[Float]] {
    defer { seen += batch.count }
    return batch.enumerated().map { answer($1, seen + $0 >= from) }
  }

  func answers(to sequences: [MemorySequence]) -> [[Float]] {
    sequences.map { answer($0, seen >= from) }
  }
}

@Suite struct TrialTests {
  @Test func recentSequencesMustAllBeRight() throws {
    var learner = LateKnower(from: 750)
    let trial = Trial(task: AddingProblem(length: 50), seed: 1, batch: 50, limit: 10_000, finalTest: 100)
    #expect(try trial.run(&learner) == .init(isSolved: true, sequences: 2750, wrong: 0, error: 0))
  }

  @Test func testSetIsLookedAtEachInterval() throws {
    var learner = LateKnower(from: 1100)
    let task = TwoSequenceProblem(length: 50, informative: 1)
    let trial = Trial(task: task, seed: 1, batch: 10, limit: 10_000, interval: 500, finalTest: 100)
    #expect(try trial.run(&learner) == .init(isSolved: true, sequences: 1500, wrong: 0, error: 0))
  }

  @Test func grammarAsksForEverySequence() throws {
    var learner = LateKnower(from: 300)
    let trial = Trial(
      task: EmbeddedReberGrammar(), seed: 1, batch: 1, limit: 10_000, interval: 256, finalTest: 100)
    let result = try trial.run(&learner)
    #expect(result.isSolved && result.sequences == 512 && result.wrong == 0)
  }

  @Test func limitEndsATrialThatLearnsNothing() throws {
    var learner = LateKnower(from: .max)
    let trial = Trial(task: TemporalOrder(length: 50), seed: 1, batch: 100, limit: 3000)
    let result = try trial.run(&learner)
    #expect(!result.isSolved && result.sequences == 3000 && result.wrong == nil)
  }

  @Test func nanIsNeverRight() throws {
    struct Broken: SequenceLearner {
      func learn(_ batch: [MemorySequence]) -> [[Float]] { answers(to: batch) }
      func answers(to sequences: [MemorySequence]) -> [[Float]] {
        sequences.map { $0.target.map { _ in .nan } }
      }
    }
    let tasks: [any MemoryTask] = [
      AddingProblem(length: 50), TemporalOrder(length: 50), TwoSequenceProblem(length: 50, informative: 1),
      EmbeddedReberGrammar(),
    ]
    for task in tasks {
      var learner = Broken()
      #expect(try !Trial(task: task, seed: 1, batch: 100, limit: 3000).run(&learner).isSolved)
    }
  }
}
