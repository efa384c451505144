import Foundation
import Testing

/// `almanac evaluate`: the scores of a run, and nothing else of it.
@Suite struct EvaluateCommandTests {
  func table(_ output: String) -> [String] {
    output.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("published ") }
  }

  @Test func theScoresOfARunArePrintedAndNothingIsWritten() throws {
    let workspace = try Workspace()
    try workspace.sales()
    let judged = try workspace.almanac("evaluate", "sales.yaml", "--quiet")
    #expect(judged.code == 0 && judged.output.isEmpty)
    let spoken = try workspace.almanac("evaluate", "sales.yaml")
    #expect(spoken.code == 0, "\(spoken.errors)")
    #expect(workspace.files() == ["sales.csv", "sales.yaml"])
    #expect(!workspace.exists(".almanac"))
    let run = try workspace.almanac("run", "sales.yaml")
    #expect(!table(spoken.output).isEmpty && table(spoken.output) == table(run.output))
  }

  @Test func aFileWithoutASinkIsJudgedAndNotRun() throws {
    let workspace = try Workspace()
    try workspace.sales()
    let text = try workspace.read("sales.yaml")
    try workspace.write(
      String(text.prefix(upTo: try #require(text.range(of: "  - use: write")).lowerBound)), to: "p.yaml")
    #expect(try workspace.almanac("evaluate", "p.yaml", "--set", "evaluate.folds=1").code == 0)
    let run = try workspace.almanac("run", "p.yaml")
    #expect(run.code == 78)
    #expect(
      run.errors.contains(
        "no sink among the stages: nothing would be published; add one, such as write, or judge it by `almanac evaluate`"
      ))
  }

  @Test func whatIsWorseThanAllowedIsShownAndSaid() throws {
    let workspace = try Workspace()
    try workspace.sales(method: "mean")
    let judged = try workspace.almanac("evaluate", "sales.yaml", "--set", "evaluate.require={mase: \"< 0.1\"}")
    #expect(judged.code == 4)
    #expect(judged.output.contains("seasonal-naive"), "the scores are there to look at")
    #expect(judged.errors.contains("mase"))
    #expect(!judged.errors.contains("the last published forecast stays"), "a judgement leaves all as it is")
  }

  @Test func withoutAnEvaluatorThereIsNothingToJudgeBy() throws {
    let workspace = try Workspace()
    try workspace.sales()
    let text = try workspace.read("sales.yaml")
      .replacingOccurrences(of: "  - use: evaluate\n    with: {folds: 2, season: 12}\n", with: "")
      .replacingOccurrences(of: ", scores: out/sales.json", with: "")
    try workspace.write(text, to: "p.yaml")
    let judged = try workspace.almanac("evaluate", "p.yaml")
    #expect(judged.code == 78)
    #expect(judged.errors == "p.yaml: no evaluator among the stages; add one, such as evaluate\n")
  }

  @Test func inputIsReplacedAndMissed() throws {
    let workspace = try Workspace()
    try workspace.sales()
    #expect(try workspace.almanac("evaluate", "sales.yaml", "--input", "none.csv").code == 66)
    #expect(try workspace.almanac("evaluate", "none.yaml").code == 66)
  }

  /// The words of the file that `init` writes are those that a person tries.
  @Test func setReachesWhatInitWrites() throws {
    let workspace = try Workspace()
    try workspace.sales()
    #expect(try workspace.almanac("init", "sales.csv", "-o", "p.yaml").code == 0)
    #expect(try workspace.read("p.yaml").contains("  - use: bounds"))
    for words in ["window.horizon=3", "auto.levels=[0.8, 0.95]", "auto.with.budget=20s", "evaluate.metrics=[mae]"] {
      let shown = try workspace.almanac("show", "p.yaml", "--set", words)
      #expect(shown.code == 0, "\(words): \(shown.errors)")
    }
    let bare = try workspace.almanac("show", "p.yaml", "--set", "horizon=24")
    #expect(bare.code == 78)
    #expect(bare.errors.contains("--set horizon: no such stage or key; did you mean \"window.with.horizon\"?"))
  }
}
