import Foundation
import Testing

/// The programs that a run starts, and that they end with it: gnuplot, plugins, the heartbeat's curl and `on_failure`.
@Suite struct SupervisionTests {
  /// A workspace with the sales pipeline, a plot at its end, and a program of the given name before all others in the
  /// search path.
  private func workspace(_ program: String, _ script: String, run: String = "") throws -> Workspace {
    let workspace = try Workspace()
    try workspace.sales(run: run)
    if program == "gnuplot" {
      let text = try workspace.read("sales.yaml")
      try workspace.write(
        text + "\n  - use: plot\n    with: {path: out/sales.gp, render: [svg]}\n", to: "sales.yaml")
    }
    try workspace.write("#!/bin/sh\n" + script, to: "bin/\(program)")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: workspace.path("bin/\(program)"))
    return workspace
  }

  private func run(_ workspace: Workspace, _ words: String...) throws -> Workspace.Outcome {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return try Workspace.run(
      Workspace.binary, ["run", "sales.yaml", "-q"] + words, in: workspace.folder,
      environment: ["PATH": "\(workspace.path("bin")):\(path)"])
  }

  /// The processes whose ids a script wrote into `left`, as far as they are at work ten seconds later still.
  private func left(in workspace: Workspace) throws -> [Substring] {
    let ids = try workspace.read("left").split(separator: "\n")
    #expect(!ids.isEmpty)
    return ids.filter { id in
      for _ in 0..<500 {
        let state = try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8)
        if state?.split(separator: ")").last?.hasPrefix(" Z") ?? true { return false }
        usleep(20_000)
      }
      return true
    }
  }

  /// Leaves a process behind that is a child of nobody and in a session of its own, and writes its id into `left`.
  private static let daemon = #"""
    lines() { cat left 2>/dev/null | wc -l; }
    before=$(lines)
    setsid sh -c 'setsid sh -c "echo \$\$ >>left; exec sleep 300 >/dev/null 2>&1 </dev/null" &'
    while [ "$(lines)" -le "$before" ]; do sleep 0.01; done

    """#

  @Test func aGnuplotThatPrintsWithoutEndIsEnded() throws {
    let workspace = try workspace("gnuplot", "exec yes\n")
    let outcome = try run(workspace)
    #expect(outcome.code == 0)
    #expect(outcome.errors.contains("gnuplot printed more than 1048576 bytes while it drew "), "\(outcome.errors)")
    #expect(workspace.exists("out/sales.csv") && workspace.exists("out/sales.gp") && !workspace.exists("out/sales.svg"))
  }

  @Test func aGnuplotHasNoMoreTimeThanTheRun() throws {
    let workspace = try workspace("gnuplot", Self.daemon + "exec sleep 300\n", run: "timeout: 2s")
    let start = Date()
    let outcome = try run(workspace)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("the chart out/sales.gp has no new pictures: gnuplot did not finish drawing "))
    #expect(Date().timeIntervalSince(start) < 40)
    #expect(try left(in: workspace) == [])
    #expect(workspace.exists("out/sales.csv") && workspace.exists("out/sales.gp") && !workspace.exists("out/sales.svg"))
  }

  @Test func whatAGnuplotLeavesBehindEndsWithIt() throws {
    let workspace = try workspace(
      "gnuplot",
      Self.daemon + "f=$(sed -n \"s/^folder = '\\(.*\\)'$/\\1/p\")\nprintf '<svg></svg>      ' >\"$f/sales.svg\"\n"
    )
    let outcome = try run(workspace)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(workspace.exists("out/sales.svg"))
    #expect(try left(in: workspace) == [])
  }

  @Test(arguments: [SIGTERM, SIGINT, SIGHUP])
  func aSignalEndsWhateverAGnuplotHasStarted(signal: Int32) throws {
    let workspace = try workspace("gnuplot", "trap '' TERM INT HUP\n" + Self.daemon + "sleep 300\n")
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    let program = try BackgroundProgram(
      [
        "env", "PATH=\(workspace.path("bin")):\(path)", Workspace.binary.path, "run", "sales.yaml", "-q",
      ], in: workspace.folder)
    let end = Date(timeIntervalSinceNow: 60)
    while (try? workspace.read("left"))?.isEmpty ?? true, Date() < end { usleep(20_000) }
    #expect(program.end(by: signal) == signal)
    #expect(try left(in: workspace) == [])
    #expect(!workspace.exists("out/sales.csv"))
  }

  @Test func whatTheOtherProgramsLeaveBehindEndsWithThem() throws {
    let workspace = try workspace(
      "curl", Self.daemon, run: "heartbeat: {style: cronitor, url_file: secret.url}, on_failure: [bin/tell]")
    try workspace.write("http://127.0.0.1:9/", to: "secret.url")
    try workspace.write("#!/bin/sh\ncd \"$ALMANAC_TEST\"\n" + Self.daemon, to: "bin/curl")
    try workspace.write("#!/bin/sh\n" + Self.daemon, to: "bin/tell")
    for name in ["curl", "tell"] {
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: workspace.path("bin/\(name)"))
    }
    try FileManager.default.removeItem(atPath: workspace.path("sales.csv"))
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    let outcome = try Workspace.run(
      Workspace.binary, ["run", "sales.yaml", "-q"], in: workspace.folder,
      environment: ["PATH": "\(workspace.path("bin")):\(path)", "ALMANAC_TEST": workspace.folder.path])
    #expect(outcome.code == 66, "\(outcome.errors)")
    #expect(try workspace.read("left").split(separator: "\n").count == 3)
    #expect(try left(in: workspace) == [])
  }

  @Test func whatGoesOnAsItsOwnChildEndsToo() throws {
    let workspace = try workspace(
      "tell", "setsid sh hop 20000 >/dev/null 2>&1 </dev/null &\nsleep 0.3\n", run: "on_failure: [bin/tell]")
    // A process that is never there for long: each is the child of one that has ended.
    try workspace.write("echo $1 >hops; [ $1 -gt 0 ] && { setsid sh hop $(($1 - 1)) & }\n", to: "hop")
    try FileManager.default.removeItem(atPath: workspace.path("sales.csv"))
    #expect(try run(workspace).code == 66)
    let hops = try workspace.read("hops")
    usleep(300_000)
    #expect(try workspace.read("hops") == hops)
    #expect(hops != "0\n")
  }

  @Test func childrenThatWereThereBeforeAreLeftInPeace() throws {
    let workspace = try workspace("tell", Self.daemon, run: "on_failure: [bin/tell]")
    try FileManager.default.removeItem(atPath: workspace.path("sales.csv"))
    let outcome = try Workspace.run(
      URL(fileURLWithPath: "/bin/sh"),
      [
        "-c",
        "sleep 4 >/dev/null 2>&1 & echo $! >before; exec '\(Workspace.binary.path)' run sales.yaml -q",
      ], in: workspace.folder)
    #expect(outcome.code == 66)
    #expect(try left(in: workspace) == [])
    let before = try #require(Int32(try workspace.read("before").trimmingCharacters(in: .whitespacesAndNewlines)))
    #expect(kill(before, 0) == 0)
  }

  @Test func aProgramForFailuresThatPrintsWithoutEndIsEnded() throws {
    let workspace = try workspace("tell", "exec yes\n", run: "on_failure: [bin/tell]")
    try FileManager.default.removeItem(atPath: workspace.path("sales.csv"))
    let outcome = try run(workspace)
    #expect(outcome.code == 66)
    #expect(
      outcome.errors.hasSuffix("almanac: warning: on_failure: bin/tell printed more than 1048576 bytes and was ended\n")
    )
  }

  @Test func aPluginThatDoesNotSayWhatItIsHasNoMoreTimeThanTheRun() throws {
    let workspace = try workspace("slow", "exec sleep 300\n", run: "timeout: 1s")
    let text = try workspace.read("sales.yaml")
    try workspace.write(
      text.replacing("stages:\n", with: "plugins: {slow: {command: [bin/slow], timeout: 5m, env: [PATH]}}\nstages:\n"),
      to: "sales.yaml")
    let start = Date()
    let outcome = try run(workspace)
    #expect(outcome.code == 78, "\(outcome.errors)")
    #expect(
      outcome.errors.contains("plugins.slow: `describe` was not done after 5 s, when the time of the run was over"))
    #expect(Date().timeIntervalSince(start) < 40)
  }

  @Test func aPluginHasNoMoreTimeThanTheRun() throws {
    let workspace = try workspace("slow", "", run: "timeout: 1s")
    try workspace.write(
      """
      #!/bin/sh
      case "$1" in
      describe) echo '{"protocol":[1],"name":"slow","role":"transform","summary":"Waits.","calls":["apply"]}' ;;
      run) \(Self.daemon) exec sleep 300 ;;
      esac
      """, to: "bin/slow")
    let text = try workspace.read("sales.yaml")
    try workspace.write(
      text.replacing("stages:\n", with: "plugins: {slow: {command: [bin/slow], timeout: 5m, env: [PATH]}}\nstages:\n")
        .replacing("  - use: window\n", with: "  - use: slow\n  - use: window\n"), to: "sales.yaml")
    let start = Date()
    let outcome = try run(workspace)
    #expect(outcome.code == 124, "\(outcome.errors)")
    #expect(
      outcome.errors.contains("plugin \"slow\": `apply` was not done after 5 s, when the time of the run was over"),
      "\(outcome.errors)")
    #expect(Date().timeIntervalSince(start) < 40)
    #expect(try left(in: workspace) == [])
  }
}
