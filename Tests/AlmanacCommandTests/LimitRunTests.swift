import Foundation
import Testing

extension Trait where Self == ConditionTrait {
  /// A test that leaves a run few addresses: a sanitizer reserves terabytes of them before the program begins.
  fileprivate static var limitsAddresses: Self {
    .disabled(if: Workspace.isSanitized, "a sanitizer needs more addresses than this test leaves")
  }
}

/// Runs at the edges of what there is: memory, the calendar, and scores that are not defined.
@Suite struct LimitRunTests {
  /// A run under a limit of the shell, ended after a while.
  static func limited(_ workspace: Workspace, _ limit: String, _ arguments: String...) throws -> Workspace.Outcome {
    let words = ["-c", "ulimit \(limit); exec timeout -s KILL 60 \"$0\" \"$@\"", Workspace.binary.path] + arguments
    return try Workspace.run(URL(fileURLWithPath: "/bin/bash"), words, in: workspace.folder)
  }

  @Test(.limitsAddresses)
  func `a run in a small address space ends with an error or a forecast, and never hangs`() throws {
    let workspace = try Workspace()
    try workspace.sales(method: "lstm\n    with: {hidden: 8, epochs: 2, validation: 6}")
    var ends: Set<Int32> = []
    for size in [100_000, 130_000, 160_000, 200_000, 300_000, 800_000] {
      let outcome = try Self.limited(workspace, "-v \(size)", "run", "sales.yaml", "--force")
      // A loader that cannot map the program gives 127.
      #expect([0, 1, 127].contains(outcome.code), "\(size): \(outcome.code) \(outcome.errors)")
      if outcome.code == 1 { #expect(outcome.errors.contains("MB of memory are left under")) }
      ends.insert(outcome.code)
    }
    #expect(ends.contains(0), "the largest is enough")
  }

  @Test func `what a run holds is planned where nothing is trained, too`() throws {
    let workspace = try Workspace()
    try workspace.sales(method: "naive")
    let plan = try workspace.almanac("plan", "sales.yaml")
    #expect(plan.code == 0 && plan.output.contains("fit"), "\(plan.errors)")
    // The program itself, and next to nothing.
    #expect(plan.output.contains(", about 35 MB of memory"), "\(plan.output)")
  }

  @Test(.limitsAddresses)
  func `a training that does not fit into memory is refused before it begins`() throws {
    let workspace = try Workspace()
    try workspace.sales(method: "lstm\n    with: {hidden: 4096, layers: 32}")
    let plan = try workspace.almanac("plan", "sales.yaml")
    #expect(plan.code == 0 && plan.output.contains("GB of memory"))
    let outcome = try Self.limited(workspace, "-v 4000000", "run", "sales.yaml")
    #expect(outcome.code == 1, "\(outcome.errors)")
    #expect(outcome.errors.contains("the training takes about "))
    #expect(outcome.errors.contains("are left by "))
    #expect(outcome.errors.contains("lower hidden, layers, lookback, horizon, batch or origins"))
    #expect(!workspace.exists("out/sales.csv"))
  }

  @Test(.limitsAddresses)
  func `a test of a file whose training does not fit into memory fails with the reason`() throws {
    let workspace = try Workspace()
    try workspace.sales(method: "lstm\n    with: {hidden: 4096, layers: 32}")
    try workspace.write(
      try workspace.read("sales.yaml") + "\ntests:\n  - name: it trains\n    expect: {finite: true}\n", to: "sales.yaml"
    )
    let outcome = try Self.limited(workspace, "-v 4000000", "test", "sales.yaml")
    #expect(outcome.code == 1, "\(outcome.errors)")
    #expect(outcome.output.hasPrefix("FAIL  it trains\n      exit: expected 0, came 1 ("), "\(outcome.output)")
    #expect(outcome.output.contains("the training takes about "))
  }

  @Test(.limitsAddresses)
  func `forecasts that do not fit into memory are refused before they are made`() throws {
    let workspace = try Workspace()
    try workspace.write(
      "version: 1\nname: x\nstages:\n  - use: csv\n    with: {path: a.csv}\n"
        + "  - use: window\n    with: {horizon: 1000000}\n  - use: naive\n  - use: write\n    with: {path: out.csv}\n",
      to: "x.yaml")
    let names = (0..<500).map { "s\($0)" }.joined(separator: ",")
    let rows = (0..<4).map { row in (0..<500).map { "\($0 + row)" }.joined(separator: ",") }
    try workspace.write(([names] + rows).joined(separator: "\n") + "\n", to: "a.csv")
    let outcome = try Self.limited(workspace, "-v 4000000", "run", "x.yaml")
    #expect(outcome.code == 1)
    #expect(outcome.errors.contains("the forecast takes about "), "\(outcome.errors)")
  }

  /// Weeks that repeat to the last digit, and a pipeline that does worse on them than the season.
  private static func periodic(_ workspace: Workspace, _ evaluate: String) throws {
    let rows = (0..<140).map { "\($0),\([3, 1, 4, 1, 5, 9, 2][$0 % 7])\n" }
    try workspace.write("day,load\n" + rows.joined(), to: "a.csv")
    try workspace.write(
      """
      version: 1
      name: x
      stages:
        - use: csv
          with: {path: a.csv, target: load}
        - use: window
          with: {horizon: 7}
        - use: drift
        - use: evaluate
          with: {folds: 2, season: 7, \(evaluate)}
        - use: write
          with: {path: out.csv, scores: out.json}

      """, to: "x.yaml")
  }

  @Test func `a model that loses on readings that repeat exactly is told so by the next metric`() throws {
    let workspace = try Workspace()
    try Self.periodic(workspace, "metrics: [mase, mae]")
    let outcome = try workspace.almanac("run", "x.yaml")
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(
      outcome.errors.contains(
        "the model loses: seasonal-naive and naive are better by mae (mase is not defined on the judged rows)")
        || outcome.errors.contains(
          "the model loses: seasonal-naive is better by mae (mase is not defined on the judged rows)"),
      "\(outcome.errors)")
    #expect(try workspace.read("out.json").contains("\"decided_by\" : \"mae\""))
  }

  @Test func `a baseline stands in for a model that loses by the next metric`() throws {
    let workspace = try Workspace()
    try Self.periodic(workspace, "metrics: [mase, mae], on_worse_than: seasonal-naive")
    let outcome = try workspace.almanac("run", "x.yaml")
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("seasonal-naive is better than the model by mae (0 against "), "\(outcome.errors)")
    #expect(outcome.errors.contains("; mase is not defined on the judged rows"))
    let values = try workspace.read("out.csv").split(separator: "\n").dropFirst().map { $0.split(separator: ",")[3] }
    #expect(values.compactMap { Double($0) } == [3, 1, 4, 1, 5, 9, 2])
  }

  @Test func `where no metric tells, that is said`() throws {
    let workspace = try Workspace()
    try Self.periodic(workspace, "metrics: [mase], on_worse_than: seasonal-naive")
    let outcome = try workspace.almanac("run", "x.yaml")
    #expect(outcome.code == 0)
    #expect(
      outcome.errors.contains(
        "the scores do not tell whether the model is better than a baseline: mase is not defined on the judged rows; add "
          + "mae to the metrics"), "\(outcome.errors)")
  }

  @Test func `a requirement of a metric that is not defined is refused in its own words`() throws {
    let workspace = try Workspace()
    try Self.periodic(workspace, "metrics: [mase, mae], require: {mase: \"< 1\"}")
    let outcome = try workspace.almanac("run", "x.yaml")
    #expect(outcome.code == 4)
    #expect(
      outcome.errors.contains(
        "mase is not defined on the judged rows, and `require` asks that it be below 1.0; require a metric that is, such "
          + "as mae; the last published forecast stays"), "\(outcome.errors)")
  }

  @Test(arguments: [
    ("naive", "readings that are too large"), ("drift", "readings that are too large"),
    ("theta", "readings that are too large"),
    ("{members: [{use: drift}, {use: mean}]}", "readings that are too large"),
  ])
  func `a forecast that is no number is explained in words of its forecaster`(method: String, words: String) throws {
    let workspace = try Workspace()
    // The logarithm of the forecast fits; what it stands for does not.
    try workspace.write("t,x\n" + (0..<40).map { "\($0),1e\(260 + $0)\n" }.joined(), to: "a.csv")
    let stage = method.hasPrefix("{") ? "- use: ensemble\n    with: \(method)" : "- use: \(method)"
    try workspace.write(
      "version: 1\nname: x\nstages:\n  - use: csv\n    with: {path: a.csv, target: x}\n"
        + "  - use: log\n  - use: difference\n    with: {lag: 20}\n"
        + "  - use: window\n    with: {horizon: 60}\n  \(stage)\n  - use: write\n    with: {path: out.csv}\n",
      to: "x.yaml")
    let outcome = try workspace.almanac("run", "x.yaml")
    #expect(outcome.code == 1, "\(outcome.code) \(outcome.errors)")
    #expect(outcome.errors.contains(words), "\(outcome.errors)")
    #expect(!outcome.errors.contains("learning_rate"), "\(outcome.errors)")
  }

  @Test func `a forecast beyond the last year that can be written is refused`() throws {
    let workspace = try Workspace()
    try workspace.write("year,x\n" + (9900..<9995).map { "\($0)-01-01,\($0 % 7)\n" }.joined(), to: "a.csv")
    func file(_ horizon: Int) -> String {
      "version: 1\nname: x\nstages:\n  - use: csv\n    with: {path: a.csv, time: year, target: x}\n"
        + "  - use: window\n    with: {horizon: \(horizon)}\n  - use: naive\n  - use: write\n    with: {path: out.csv}\n"
    }
    try workspace.write(file(5), to: "x.yaml")
    #expect(try workspace.almanac("run", "x.yaml").code == 0)
    #expect(try workspace.read("out.csv").contains("9999-01"))
    try workspace.write(file(1_000_000), to: "x.yaml")
    let outcome = try workspace.almanac("run", "x.yaml")
    #expect(outcome.code == 65)
    #expect(outcome.errors.contains("lead beyond the times that can be written"), "\(outcome.errors)")
  }

  @Test func `numbers of the command line have bounds`() throws {
    let workspace = try Workspace()
    for (arguments, words) in [
      (["run", "x.yaml", "--threads", "9223372036854775807"], "--threads wants 1 to 1024"),
      (["test", "x.yaml", "--threads", "0"], "--threads wants 1 to 1024"),
      (["runs", "--last", "9223372036854775807"], "--last wants 1 to 1000000"),
      (["schedule", "x.yaml", "--delay", "1000000000y"], "--delay wants a duration"),
      (["schedule", "x.yaml", "--every", "1000000000w"], "--every wants a duration"),
      (["run", "x.yaml", "--set", String(repeating: "a.", count: 50_000) + "a=1"], "is not path=value"),
    ] {
      let outcome = try Workspace.run(Workspace.binary, arguments, in: workspace.folder)
      #expect(outcome.code == 64 && outcome.errors.contains(words), "\(arguments[0]): \(outcome.errors.prefix(300))")
    }
  }
}
