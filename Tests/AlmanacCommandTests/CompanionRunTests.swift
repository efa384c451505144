import Foundation
import Testing

/// Several forecasters in one pipeline, and baselines that stand in, as a person runs them.
@Suite struct CompanionRunTests {
  func workspace(_ forecaster: String, evaluate: String = "{folds: 2}") throws -> Workspace {
    let workspace = try Workspace()
    try workspace.write(MethodsRunTests.csv.replacing(",,", with: ",44,"), to: "data.csv")
    try workspace.write(
      """
      version: 1
      name: test
      stages:
        - {use: csv, with: {path: data.csv, time: month}}
        - {use: window, with: {lookback: 12, horizon: 6}}
        - \(forecaster)
        - {use: evaluate, with: \(evaluate)}
        - {use: write, with: {path: out.csv, scores: scores.json}}

      """, to: "test.yaml")
    return workspace
  }

  func scores(_ workspace: Workspace) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: workspace.bytes("scores.json")) as? [String: Any])
  }

  @Test func anEnsembleTellsItsWeights() throws {
    let workspace = try workspace(
      "{use: ensemble, with: {combine: weighted, folds: 2, members: [{use: naive, with: {levels: [0.8]}}, "
        + "{use: theta, with: {levels: [0.8]}}, {use: lstm, name: net, with: {hidden: 3, epochs: 2, levels: [0.8]}}]}}")
    let outcome = try workspace.almanac("run", "test.yaml")
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("members:\n  naive  mase "))
    let members = try #require(try scores(workspace)["members"] as? [[String: Any]])
    #expect(members.compactMap { $0["name"] as? String } == ["naive", "theta", "net"])
    #expect(abs(members.compactMap { $0["weight"] as? Double }.reduce(0, +) - 1) < 1e-9)
    #expect(try workspace.read("out.csv").hasPrefix("series,time,step,forecast,lower_80,upper_80\n"))
  }

  @Test func theSameSeedGivesTheSameBytesAtAnyNumberOfThreads() throws {
    let forecaster = """
      {use: ensemble, with: {combine: mean, members: [{use: gru, with: {hidden: 3, epochs: 2}}, \
      {use: gru, with: {hidden: 3, epochs: 2}}]}}
      """
    let workspace = try workspace(forecaster)
    #expect(try workspace.almanac("run", "test.yaml", "--threads", "1").code == 0)
    let first = try workspace.bytes("out.csv")
    #expect(try workspace.almanac("run", "test.yaml", "--threads", "3", "--force").code == 0)
    #expect(try workspace.bytes("out.csv") == first)
    // Equal members learn from different seeds: their mean is not the forecast of one of them.
    let single = try self.workspace("{use: gru, with: {hidden: 3, epochs: 2}}")
    #expect(try single.almanac("run", "test.yaml").code == 0)
    #expect(try single.bytes("out.csv") != first)
  }

  @Test func membersSeeMoreAndLess() throws {
    func bytes(_ lookbacks: [Int]) throws -> Data {
      let members = lookbacks.map { "{use: gru, with: {hidden: 3, epochs: 2, lookback: \($0)}}" }
      let workspace = try self.workspace(
        "{use: ensemble, with: {combine: mean, members: [\(members.joined(separator: ", "))]}}")
      let outcome = try workspace.almanac("run", "test.yaml")
      #expect(outcome.code == 0, "\(outcome.errors)")
      return try workspace.bytes("out.csv")
    }
    #expect(try bytes([12, 4]) != bytes([12, 12]))
    let workspace = try self.workspace("{use: ensemble, with: {members: [{use: gru, with: {lookback: 13}}]}}")
    let refused = try workspace.almanac("run", "test.yaml")
    #expect(refused.code == 78)
    #expect(
      refused.errors.contains(
        "lookback is 13, more than the 12 steps of the window stage; raise that one's lookback"), "\(refused.errors)")
  }

  @Test func aSelectionTellsItsChoice() throws {
    let workspace = try workspace(
      "{use: select, with: {for: series, folds: 2, members: [{use: naive}, {use: ensemble, name: mix, with: "
        + "{members: [{use: theta}, {use: ses}]}}]}}")
    let outcome = try workspace.almanac("run", "test.yaml")
    #expect(outcome.code == 0, "\(outcome.errors)")
    let members = try #require(try scores(workspace)["members"] as? [[String: Any]])
    #expect(members.flatMap { $0["series"] as? [String] ?? [] }.sorted() == ["north", "south"])
    #expect(outcome.output.contains("chosen for"))
  }

  @Test func aLosingModelIsReplacedAndSaidToBe() throws {
    let workspace = try workspace("{use: mean}", evaluate: "{folds: 2, on_worse_than: seasonal-naive}")
    let outcome = try workspace.almanac("run", "test.yaml")
    #expect(outcome.code == 0, "\(outcome.errors)")
    let expected =
      /almanac: warning: seasonal-naive is better than the model by mase \([0-9.]+ against [0-9.]+\): its forecast is published, not the model's\n/
    #expect(try expected.firstMatch(in: outcome.errors) != nil, "\(outcome.errors)")
    #expect(try scores(workspace)["published"] as? String == "seasonal-naive")
    let replaced = try workspace.bytes("out.csv")
    let baseline = try self.workspace("{use: seasonal-naive}")
    #expect(try baseline.almanac("run", "test.yaml").code == 0)
    #expect(try baseline.bytes("out.csv") == replaced)
    #expect(try scores(baseline)["published"] as? String == "model")
  }

  @Test func theRequirementHoldsForWhatIsPublished() throws {
    let workspace = try workspace(
      "{use: mean, with: {levels: [0.8]}}",
      evaluate: "{folds: 2, on_worse_than: theta, metrics: [mase], require: {mase: \"< 1.0\"}}")
    let outcome = try workspace.almanac("run", "test.yaml")
    #expect(outcome.code == 0, "\(outcome.errors)")
    // The levels of the model are given with the baseline too.
    #expect(try workspace.read("out.csv").hasPrefix("series,time,step,forecast,lower_80,upper_80\n"))
    let strict = try self.workspace(
      "{use: mean}", evaluate: "{folds: 2, on_worse_than: theta, metrics: [mase], require: {mase: \"< 0.001\"}}")
    #expect(try strict.almanac("run", "test.yaml").code == 4)
  }

  @Test func aFallbackNeedsAMetricThatDecides() throws {
    let workspace = try workspace(
      "{use: naive, with: {levels: [0.8]}}", evaluate: "{metrics: [coverage], on_worse_than: naive}")
    let outcome = try workspace.almanac("validate", "test.yaml")
    #expect(outcome.code == 78)
    #expect(
      (outcome.output + outcome.errors).contains(
        "stages[3] (evaluate): on_worse_than wants a metric that tells better from worse, such as mase, among the metrics"
      ))
  }

  @Test func thePlanCountsTheTrainingsOfMembers() throws {
    let workspace = try workspace(
      "{use: select, with: {folds: 2, members: [{use: theta}, {use: gru, with: {hidden: 3, epochs: 2}}]}}")
    let outcome = try workspace.almanac("plan", "test.yaml")
    #expect(outcome.code == 0, "\(outcome.errors)")
    // Two folds and the forecast, each with two folds of its own and the fit of the choice.
    #expect(outcome.output.contains("3 fits, 9 trainings, at most 2 epochs each"), "\(outcome.output)")
    #expect(outcome.output.contains("members: [theta, gru {epochs: 2, hidden: 3}]"))
  }
}
