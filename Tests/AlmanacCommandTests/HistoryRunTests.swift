import Foundation
import Testing

/// The history of runs, as `almanac runs` tells it.
@Suite struct HistoryRunTests {
  @Test func everyRunIsRemembered() throws {
    let workspace = try Workspace()
    try workspace.sales()
    #expect(try workspace.almanac("runs", "sales.yaml").output == "no runs yet\n")
    #expect(try workspace.almanac("run", "sales.yaml", "-q").code == 0)
    try FileManager.default.moveItem(atPath: workspace.path("sales.csv"), toPath: workspace.path("away.csv"))
    #expect(try workspace.almanac("run", "sales.yaml", "-q").code == 66)
    let runs = try workspace.runs()
    #expect(runs.map { $0["state"] as? String } == ["failed", "published"])
    #expect(runs.map { $0["exit_code"] as? Int } == [66, 0])
    let message = try #require(runs[0]["message"] as? String)
    #expect(message.hasPrefix("stages[0] (csv): ") && message.contains("sales.csv"))
    #expect(runs[1]["published"] as? [String] == ["out/sales.csv", "out/sales.json"])
    #expect(runs[1]["readings"] as? Int == 120)
    #expect(runs[1]["model"] as? String == "trained")
    #expect((runs[1]["stages"] as? [String: Double])?.keys.contains("stages[0] (csv)") == true)
    #expect(((runs[1]["scores"] as? [String: [String: Double]])?["model"]?["mase"] ?? 9) < 1)
    #expect(try workspace.runs("--last", "1").count == 1)

    let id = try #require(runs[1]["run"] as? String)
    let details = try workspace.almanac("runs", String(id.prefix(19)))
    #expect(details.output.hasPrefix("run         \(id)\npipeline    sales (sales.yaml)\n"))
    #expect(details.output.contains("published   out/sales.csv\n"))
    let missing = try workspace.almanac("runs", "19990101T")
    #expect(missing.code == 1)
    #expect(missing.errors == "almanac: error: no run's name begins with 19990101T\n")
  }

  @Test func sameInputAndFileHaveTheSameFingerprints() throws {
    let workspace = try Workspace()
    try workspace.sales()
    _ = try workspace.almanac("run", "sales.yaml", "-q")
    _ = try workspace.almanac("run", "sales.yaml", "-q", "--set", "run.seed=9")
    try workspace.write(try workspace.read("sales.csv") + "2020-01,230\n", to: "sales.csv")
    _ = try workspace.almanac("run", "sales.yaml", "-q")
    let runs = try workspace.runs()
    let (files, inputs) = (runs.map { $0["pipeline_hash"] as? String }, runs.map { $0["input_hash"] as? String })
    #expect(files[0] == files[2] && files[0] != files[1])
    #expect(inputs[1] == inputs[2] && inputs[0] != inputs[1])
  }

  @Test func aDamagedHistoryStopsNothing() throws {
    let workspace = try Workspace()
    try workspace.sales()
    try workspace.write(String(repeating: "rubbish ", count: 200), to: ".almanac/sales/history.sqlite")
    let damaged = try workspace.almanac("runs", "sales.yaml")
    #expect(damaged.code == 73)
    #expect(
      damaged.errors
        == "almanac: error: the history .almanac/sales/history.sqlite cannot be read: file is not a database; the next "
        + "run puts a damaged one aside and begins a new one\n")
    let outcome = try workspace.almanac("run", "sales.yaml", "--quiet")
    #expect(outcome.code == 0)
    #expect(
      outcome.errors.hasPrefix("almanac: warning: the history of runs was damaged; it is kept as history.damaged-"))
    #expect(outcome.errors.split(separator: "\n").count == 1)
    #expect(try workspace.runs().count == 1)
    #expect(try workspace.almanac("run", "sales.yaml", "--quiet").errors == "")
  }

  /// A network that trains far longer than a test waits, so that it can be ended at work.
  private func longRun(_ workspace: Workspace, run: String = "") throws -> BackgroundProgram {
    try workspace.sales(run: run, method: "lstm\n    with: {hidden: 64, epochs: 100000, patience: 100000}")
    let process = try BackgroundProgram(
      [Workspace.binary.path, "run", "sales.yaml", "--quiet", "--threads", "1"], in: workspace.folder)
    let deadline = Date() + 20
    while Date() < deadline, !((try? workspace.runs().first?["state"] as? String) == "running") {
      usleep(50_000)
    }
    return process
  }

  @Test func aKilledRunIsSeenAsSuch() throws {
    let workspace = try Workspace()
    let process = try longRun(workspace)
    #expect(try workspace.runs().map { $0["state"] as? String } == ["running"])
    #expect(process.end(by: SIGKILL) == SIGKILL)
    #expect(try workspace.runs().map { $0["state"] as? String } == ["killed"])
    let id = try #require(try workspace.runs()[0]["run"] as? String)
    try workspace.sales()
    let next = try workspace.almanac("run", "sales.yaml", "--quiet")
    #expect(next.code == 0)
    #expect(
      next.errors == "almanac: warning: the run before this one, \(id), was killed, or the machine stopped\n")
    #expect(try workspace.almanac("run", "sales.yaml", "--quiet").errors == "")
    #expect(try workspace.runs().map { $0["state"] as? String } == ["unchanged", "published", "killed"])
  }

  @Test func aRunThatIsToldToEndTellsOfIt() throws {
    let workspace = try Workspace()
    let hook = "on_failure: [sh, -c, \"echo $ALMANAC_EXIT_CODE $ALMANAC_MESSAGE >told\"], metrics: m.prom"
    let process = try longRun(workspace, run: hook)
    #expect(process.end(by: SIGTERM) == SIGTERM)
    #expect(try workspace.read("told") == "143 ended by signal 15\n")
    #expect(workspace.metric("last_run_exit_code", in: try workspace.read("m.prom")) == 143)
    #expect(try workspace.runs().map { $0["state"] as? String } == ["interrupted"])
  }
}
