import Foundation
import Testing

/// Readers that go away, writers that never come, and signals that somebody wants to be ignored.
@Suite struct EndsOfPipesTests {
  private let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"

  /// Runs a script of bash in a workspace, where `almanac` is the command with the usual effect of a broken pipe.
  private func bash(_ script: String, in workspace: Workspace) throws -> Workspace.Outcome {
    let start = "almanac() { env --default-signal=PIPE '\(Workspace.binary.path)' \"$@\"; }\n"
    return try Workspace.run(URL(fileURLWithPath: "/bin/bash"), ["-c", start + script], in: workspace.folder)
  }

  private func sales(_ run: String = "") throws -> Workspace {
    let workspace = try Workspace()
    try workspace.sales(run: run)
    return workspace
  }

  @Test(arguments: [
    "{ sleep 0.3; almanac run sales.yaml; echo $? >code; } | true",
    "{ sleep 0.3; almanac run sales.yaml --log-format json; echo $? >code; } 2>&1 >/dev/null | true",
    "{ sleep 0.3; almanac run sales.yaml; echo $? >code; } 2>&1 | true",
    "almanac run sales.yaml | head -c 1 >/dev/null; echo ${PIPESTATUS[0]} >code",
    "almanac run sales.yaml >&-; echo $? >code", "almanac run sales.yaml 2>&-; echo $? >code",
    "almanac run sales.yaml <&- >&- 2>&-; echo $? >code", "almanac run sales.yaml >/dev/full 2>&1; echo $? >code",
  ])
  func aReaderThatHasGoneAwayChangesNothingOfARun(script: String) throws {
    let workspace = try sales("metrics: out/run.prom")
    _ = try bash(script, in: workspace)
    #expect(try workspace.read("code") == "0\n")
    #expect(try workspace.runs().map { $0["state"] as? String } == ["published"])
    #expect(
      workspace.files() == ["code", "out/run.prom", "out/sales.csv", "out/sales.json", "sales.csv", "sales.yaml"])
    #expect(workspace.metric("last_run_exit_code", in: try workspace.read("out/run.prom")) == 0)
  }

  @Test func aFilterWhoseReaderHasGoneAwaySaysThatItCouldNotWrite() throws {
    let workspace = try sales()
    let gone = try bash(
      "{ sleep 0.3; almanac run sales.yaml --output - -q; echo $? >code; } | true", in: workspace)
    #expect(gone.errors.contains("the forecast cannot be written to standard output: Broken pipe"))
    #expect(try workspace.read("code") == "73\n")
    let closed = try bash("almanac run sales.yaml --output - -q >&-", in: workspace)
    #expect(closed.code == 73)
    let nothing = try bash("almanac run sales.yaml --input - --output - -q <&-", in: workspace)
    #expect(nothing.code == 66, "\(nothing.errors)")
  }

  @Test func aRunKnowsOfTheEndOfItsProgramsWhateverItsParentIgnores() throws {
    let workspace = try sales()
    try workspace.write(
      try workspace.read("sales.yaml") + "\n  - use: plot\n    with: {path: out/sales.gp, render: [svg]}\n",
      to: "sales.yaml")
    let start = Date()
    let script =
      "import os, signal, sys; signal.signal(signal.SIGCHLD, signal.SIG_IGN); os.execv(sys.argv[1], sys.argv[1:])"
    let outcome = try Workspace.run(
      URL(fileURLWithPath: "/usr/bin/env"), ["python3", "-c", script, Workspace.binary.path, "run", "sales.yaml"],
      in: workspace.folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(Date().timeIntervalSince(start) < 40)
  }

  /// Makes a pipe with a name in place of the readings.
  private func pipe(in workspace: Workspace) throws -> String {
    let data = try workspace.read("sales.csv")
    try FileManager.default.removeItem(atPath: workspace.path("sales.csv"))
    #expect(mkfifo(workspace.path("sales.csv"), 0o600) == 0)
    return data
  }

  @Test(arguments: [SIGHUP, SIGINT, SIGTERM])
  func aSignalThatIsIgnoredAlreadyStaysSo(signal: Int32) throws {
    let workspace = try sales()
    let data = try pipe(in: workspace)
    let script = "trap '' \(signal); exec '\(Workspace.binary.path)' run sales.yaml"
    let program = try BackgroundProgram(["sh", "-c", script], in: workspace.folder)
    let end = Date(timeIntervalSinceNow: 60)
    while !workspace.exists(".almanac/sales/lock"), Date() < end { usleep(20_000) }
    kill(program.id, signal)
    usleep(200_000)
    try data.write(toFile: workspace.path("sales.csv"), atomically: false, encoding: .utf8)
    #expect(program.end(by: 0) == 0)
    #expect(try workspace.runs().map { $0["state"] as? String } == ["published"])
  }

  @Test(arguments: [
    "almanac run sales.yaml", "sleep 4 >sales.csv & almanac run sales.yaml",
    "(echo month,sales; echo 2010-01,1; sleep 4) >sales.csv & almanac run sales.yaml",
    "(echo month,sales; for i in $(seq 40); do echo 2010-01,1; sleep 0.1; done) >sales.csv & almanac run sales.yaml",
  ])
  func aPipeThatGivesNothingEndsTheRunInItsTime(script: String) throws {
    let workspace = try sales("timeout: 1s")
    _ = try pipe(in: workspace)
    let start = Date()
    let outcome = try bash(script, in: workspace)
    #expect(outcome.code == 124, "\(outcome.errors)")
    #expect(
      outcome.errors.contains(
        "stages[0] (csv): sales.csv: the time was over before all of it had come; does somebody write to it, and close it?"
      ),
      "\(outcome.errors)")
    #expect(Date().timeIntervalSince(start) < 15)
    #expect(try workspace.runs().map { $0["exit_code"] as? Int } == [124])
    #expect(workspace.files() == ["sales.csv", "sales.yaml"])
  }

  @Test func standardInputThatGivesNothingEndsTheRunInItsTime() throws {
    let workspace = try sales("timeout: 1s")
    let outcome = try bash(
      "sleep 4 | almanac run sales.yaml --input - --output -", in: workspace)
    #expect(outcome.code == 124 && outcome.output == "")
    #expect(outcome.errors.contains("standard input: the time was over before all of it had come"))
  }

  @Test(arguments: ["plan sales.yaml", "validate --inputs sales.yaml"])
  func otherCommandsWaitNoLongerForAPipe(words: String) throws {
    let workspace = try sales("timeout: 1s")
    _ = try pipe(in: workspace)
    let outcome = try bash("almanac \(words)", in: workspace)
    #expect(outcome.code == 124 && outcome.errors.contains("the time was over"), "\(outcome.errors)")
  }

  @Test func readingsMayComeThroughAPipe() throws {
    let workspace = try sales("timeout: 1m")
    #expect(try workspace.almanac("run", "sales.yaml", "-q").code == 0)
    let published = try workspace.read("out/sales.csv")
    let data = try pipe(in: workspace)
    try workspace.write(data, to: "data")
    let outcome = try bash(
      "(sleep 0.3; head -c 500 data; sleep 0.3; tail -c +501 data) >sales.csv & almanac run sales.yaml", in: workspace)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(try workspace.read("out/sales.csv") == published)
    // Without a time there is no end of waiting, and none is needed.
    let direct = try bash("almanac run <(cat sales.yaml) --input <(cat data) --output - -q", in: workspace)
    #expect(direct.code == 0 && direct.output == published, "\(direct.errors)")
  }

  @Test func aPipelineFileThatGivesNothingIsNotWaitedForLong() throws {
    let workspace = try Workspace()
    #expect(mkfifo(workspace.path("p.yaml"), 0o600) == 0)
    let outcome = try bash("almanac run p.yaml", in: workspace)
    #expect(outcome.code == 66)
    #expect(
      outcome.errors.contains("p.yaml gave no whole text within 10.0 seconds; does somebody write to it, and close it?")
    )
    let endless = try bash("almanac validate /dev/zero", in: workspace)
    #expect(endless.code == 66 && endless.errors.contains("/dev/zero holds more than 16 MB; that is no pipeline file"))
  }

  @Test func otherInputsMustBePlainFiles() throws {
    let workspace = try sales("heartbeat: {style: cronitor, url_file: fifo}")
    #expect(mkfifo(workspace.path("fifo"), 0o600) == 0)
    let outcome = try bash("almanac run sales.yaml", in: workspace)
    #expect(outcome.code == 0 && outcome.errors.contains("no heartbeat: fifo cannot be read"), "\(outcome.errors)")
    try workspace.sales(run: "fine_tune: fifo", method: "lstm")
    let tuned = try bash("almanac run sales.yaml", in: workspace)
    #expect(tuned.code == 66 && tuned.errors.contains("fine_tune"), "\(tuned.errors)")
    try workspace.sales()
    let text = try workspace.read("sales.yaml")
    try workspace.write(
      text.replacing(
        "  - use: window", with: "  - use: calendar\n    with: {features: [month], holidays: fifo}\n  - use: window"),
      to: "sales.yaml")
    let holidays = try bash("almanac run sales.yaml", in: workspace)
    #expect(holidays.code == 66 && holidays.errors.contains("fifo: is no plain file"), "\(holidays.errors)")
  }
}
