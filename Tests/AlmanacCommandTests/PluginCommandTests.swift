import Foundation
import Testing

/// Plugins under the built command.
@Suite struct PluginCommandTests {
  /// A workspace with readings, the example plugins and a pipeline of them.
  private func examples(stages: String = PluginCommandTests.stages) throws -> Workspace {
    let workspace = try Workspace()
    let examples = Workspace.repository.appendingPathComponent("pipelines/plugins")
    try FileManager.default.createDirectory(
      at: workspace.folder.appendingPathComponent("plugins"), withIntermediateDirectories: true)
    try FileManager.default.createDirectory(
      at: workspace.folder.appendingPathComponent("tmp"), withIntermediateDirectories: true)
    for name in ["almanac_plugin.py", "despike.py", "seasonal_drift.py", "markdown.sh"] {
      try FileManager.default.copyItem(
        at: examples.appendingPathComponent(name), to: workspace.folder.appendingPathComponent("plugins/\(name)"))
    }
    try workspace.write(
      "day,load\n"
        + (0..<60).map { step in
          let value = step == 30 ? 500 : 40 + step % 7 * 3 + step / 7
          return "2024-0\(step / 31 + 1)-\(BadInputTests.pad(step % 31 + 1)),\(value)\n"
        }.joined(), to: "data.csv")
    try workspace.write(
      """
      version: 1
      name: test
      plugins:
        despike: {command: [python3, plugins/despike.py], env: [PATH]}
        seasonal-drift: {command: [python3, plugins/seasonal_drift.py], env: [PATH]}
        markdown: {command: [sh, plugins/markdown.sh], env: [PATH]}
      stages:
      \(stages)
      """, to: "p.yaml")
    return workspace
  }

  static let stages = """
      - use: csv
        with: {path: data.csv, time: day, target: load}
      - use: resample
        with: {every: 1d, fill: linear}
      - use: despike
        with: {width: 7, limit: 20}
      - use: window
        with: {lookback: 14, horizon: 7}
      - use: seasonal-drift
        with: {season: 7}
      - use: evaluate
        with: {folds: 2}
      - use: write
        with: {path: out/forecast.csv}
      - use: markdown
        with: {path: out/forecast.md, digits: 1}

    """

  @Test func aPluginMayBeAMember() throws {
    let member = "- use: ensemble\n    with: {members: [{use: seasonal-drift, with: {season: 7}}, {use: theta}]}"
    let workspace = try examples(
      stages: Self.stages.replacing("- use: seasonal-drift\n    with: {season: 7}", with: member))
    let outcome = try run(workspace, "run", "p.yaml")
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("members:\n  seasonal-drift\n  theta\n"), "\(outcome.output)")
    let wrong = try examples(
      stages: Self.stages.replacing(
        "- use: seasonal-drift\n    with: {season: 7}", with: member.replacing("season: 7", with: "saeson: 7")))
    let refused = try run(wrong, "validate", "--plugins", "p.yaml")
    #expect(
      (refused.output + refused.errors).contains(
        "stages[4] (ensemble): members[0] (seasonal-drift): unknown field \"saeson\"; did you mean \"season\"?"),
      "\(refused.output)\(refused.errors)")
  }

  private func run(_ workspace: Workspace, _ arguments: String...) throws -> Workspace.Outcome {
    try Workspace.run(
      Workspace.binary, arguments, in: workspace.folder, environment: ["TMPDIR": workspace.path("tmp")])
  }

  /// Running processes whose arguments or folder name a workspace.
  private func processes(of workspace: Workspace) -> [String] {
    let found = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return found.filter { entry in
      guard Int32(entry) != nil, Int32(entry) != getpid() else { return false }
      let folder = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(entry)/cwd")
      return folder?.hasSuffix(workspace.folder.lastPathComponent) ?? false
    }
  }

  @Test func aTransformAForecasterAndASinkMakeTheSameBytesEachTime() throws {
    let workspace = try examples()
    let first = try run(workspace, "run", "p.yaml")
    #expect(first.code == 0, "\(first.errors)")
    #expect(first.output.hasSuffix("published out/forecast.csv\npublished out/forecast.md\n"))
    #expect(first.errors.contains("despike: replaced 1 spike\n"))
    let forecast = try workspace.bytes("out/forecast.csv")
    let table = try workspace.read("out/forecast.md")
    #expect(try run(workspace, "run", "p.yaml").code == 0)
    #expect(try workspace.bytes("out/forecast.csv") == forecast)
    #expect(try workspace.read("out/forecast.md") == table)
    // Sixty days: a season of seven that repeats, one more each week, so the forecast is known.
    let points = try workspace.read("out/forecast.csv").split(separator: "\n").dropFirst().compactMap {
      Double($0.split(separator: ",")[3])
    }
    for (step, point) in points.enumerated() {
      #expect(abs(point - Double(40 + (60 + step) % 7 * 3 + (60 + step) / 7)) < 1e-9, "step \(step + 1)")
    }
    #expect(points.count == 7)
    #expect(table.hasPrefix("| series | time | step | forecast | lower_80 | upper_80 |\n| --- | --- | ---: |"))
    #expect(table.split(separator: "\n").count == 9)
    #expect(try FileManager.default.contentsOfDirectory(atPath: workspace.path("tmp")) == [])
    #expect(processes(of: workspace) == [])
  }

  @Test func validateSeesPluginsAsStages() throws {
    let workspace = try examples()
    let valid = try run(workspace, "validate", "--plugins", "p.yaml")
    #expect(valid.output == "p.yaml: valid\n" && valid.errors == "")
    let wrong = try examples(stages: Self.stages.replacingOccurrences(of: "width: 7", with: "width: 1, limt: 2"))
    let outcome = try run(wrong, "validate", "--plugins", "p.yaml")
    #expect(outcome.code == 78)
    #expect(
      outcome.errors == """
        p.yaml:13:19: error: stages[2] (despike): width must be 2 to 1000, not 1
        p.yaml:13:22: error: stages[2] (despike): unknown field "limt"; did you mean "limit"?

        """)
    #expect(try FileManager.default.contentsOfDirectory(atPath: wrong.path("tmp")) == [])
  }

  /// A workspace whose plugin leaves a mark whenever it is started, in each of the roles.
  private func marked(_ role: String) throws -> Workspace {
    let workspace = try Workspace()
    try workspace.sales(run: "retrain: always")
    try workspace.write(
      """
      echo "$1" >>started
      echo '{"protocol":[1],"name":"marked","role":"\(role)","summary":"Leaves a mark.","fields":[
        {"name":"width","kind":"integer","help":"A width.","maximum":9},
        {"name":"token","kind":"text","help":"A token.","secret":true}]}'
      """, to: "marked.sh")
    let stage = "- {use: marked, with: {width: 5, token: abracadabra}}"
    let stages = [
      "source": "- use: csv\n    with: {path: sales.csv, time: month, target: sales}", "transform": "",
      "forecaster": "- use: naive", "sink": "",
    ].merging([role: stage]) { $1 }
    try workspace.write(
      """
      version: 1
      name: marked
      plugins: {marked: {command: [sh, marked.sh]}}
      stages:
        \(stages["source"] ?? "")
        \(stages["transform"] ?? "")
        - use: window
          with: {lookback: 12, horizon: 3}
        \(stages["forecaster"] ?? "")
        \(stages["sink"] ?? "")
        - use: write
          with: {path: out.csv}
      tests: [{name: it runs, expect: {exit: 1}}]

      """, to: "p.yaml")
    try workspace.write("Text.\n\n```yaml\n\(try workspace.read("p.yaml"))```\n", to: "doc/text.md")
    return workspace
  }

  @Test(arguments: ["source", "transform", "forecaster", "sink"])
  func readingAFileStartsNoPlugin(role: String) throws {
    let workspace = try marked(role)
    let note =
      "warning: plugins.marked: it is not started to read the file, and no run has kept what it says of itself: its fields "
      + "are not checked, and the files that it writes are not known; `almanac validate --plugins` asks it\n"
    for words in [
      ["validate", "p.yaml"], ["validate", "doc"], ["validate", "--json", "doc"], ["show", "p.yaml"],
      ["runs", "p.yaml"],
      ["schedule", "p.yaml"], ["schedule", "--cron", "p.yaml"],
    ] {
      let outcome = try Workspace.run(Workspace.binary, words, in: workspace.folder)
      #expect(outcome.code == 0, "\(words): \(outcome.errors)")
      let text = words.contains("--json") ? outcome.output.replacing("\"", with: "") : outcome.errors
      if words[0] != "runs" { #expect(text.contains("not started to read the file"), "\(words)") }
      if words[0] == "show" { #expect(outcome.errors == "p.yaml:3:11: " + note) }
    }
    let shown = try workspace.almanac("show", "p.yaml")
    #expect(shown.output.contains("hidden") && !shown.output.contains("abracadabra"))
    let tested = try workspace.almanac("test", "p.yaml")
    #expect(tested.code == 1)
    #expect(
      tested.errors.hasSuffix("p.yaml: its tests would start its plugins; give --plugins to allow that\n"))
    let plan = try workspace.almanac("plan", "p.yaml")
    let isNeeded = role == "source" || role == "transform"
    #expect(plan.code == (isNeeded ? 1 : 0), "\(plan.errors)")
    if isNeeded { #expect(plan.errors.contains("would start it, which reading its file does not; give --plugins")) }
    _ = try workspace.almanac("validate", "--inputs", "p.yaml")
    #expect(!workspace.exists("started"))
  }

  @Test func whatAPluginSaidOfItselfIsKeptAsLongAsItsProgramIsTheSame() throws {
    let workspace = try marked("sink")
    let asked = try workspace.almanac("validate", "--plugins", "p.yaml")
    #expect(asked.code == 0 && asked.errors == "", "\(asked.errors)")
    let known = try workspace.almanac("validate", "p.yaml")
    #expect(known.code == 0 && known.errors == "")
    let wrong = try workspace.almanac("validate", "p.yaml", "--set", "marked.with.width=10")
    #expect(wrong.code == 78 && wrong.errors.contains("width must be at most 9, not 10"), "\(wrong.errors)")
    let shown = try workspace.almanac("show", "p.yaml")
    #expect(shown.output.contains("width: 5") && !shown.output.contains("abracadabra"))
    #expect(try workspace.read("started") == "describe\n")
    try workspace.write(try workspace.read("marked.sh") + "# changed\n", to: "marked.sh")
    let changed = try workspace.almanac("validate", "p.yaml")
    #expect(changed.code == 0 && changed.errors.contains("it is not started to read the file"))
    #expect(try workspace.almanac("show", "p.yaml").output.contains("width: hidden"))
    try workspace.write("[[[", to: ".almanac/marked/plugins.json")
    #expect(try workspace.almanac("validate", "p.yaml").code == 0)
    #expect(try workspace.read("started") == "describe\n")
  }

  @Test func aRunKeepsWhatItsPluginsSayOfThemselves() throws {
    let workspace = try examples()
    let before = try run(workspace, "validate", "p.yaml")
    #expect(before.output == "p.yaml: valid\n")
    #expect(before.errors.split(separator: "\n").count == 3)
    // A folder where it would be kept is no reason for a run to fail.
    let place = workspace.path(".almanac/test/plugins.json")
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    let kept = try run(workspace, "run", "p.yaml", "-q")
    #expect(kept.code == 0 && kept.errors.contains("warning: what the plugins say of themselves is not kept: "))
    try FileManager.default.removeItem(atPath: place)
    #expect(try run(workspace, "run", "p.yaml", "-q").code == 0)
    let after = try run(workspace, "validate", "p.yaml")
    #expect(after.output == "p.yaml: valid\n" && after.errors == "")
    #expect(try run(workspace, "validate", "p.yaml", "--set", "despike.with.width=1").code == 78)
    #expect(try run(workspace, "schedule", "p.yaml").errors.contains("plugins.") == false)
    let plan = try run(workspace, "plan", "p.yaml")
    #expect(plan.code == 1 && plan.errors.contains("stages[2] (despike): plugin \"despike\": `fit` would start it"))
    #expect(try run(workspace, "plan", "--plugins", "p.yaml").code == 0)
  }

  @Test func aMemberThatIsAPluginIsNotStartedToReadTheFile() throws {
    let workspace = try examples(
      stages: Self.stages.replacing(
        "- use: seasonal-drift\n    with: {season: 7}",
        with: "- use: ensemble\n    with: {members: [{use: seasonal-drift, with: {season: 7}}, {use: theta}]}"))
    let outcome = try run(workspace, "validate", "p.yaml")
    #expect(outcome.code == 0 && outcome.output == "p.yaml: valid\n", "\(outcome.errors)")
  }

  @Test func whatAPluginSaysIsWrongEndsTheRun() throws {
    let workspace = try examples(stages: Self.stages.replacingOccurrences(of: "season: 7", with: "season: 100"))
    let outcome = try run(workspace, "run", "p.yaml")
    #expect(outcome.code == 65)
    #expect(
      outcome.errors.hasSuffix(
        "almanac: error: stages[4] (seasonal-drift): plugin \"seasonal-drift\": series 'load' has no two values a season of "
          + "100 steps apart; shorten `season`\n"))
    #expect(!workspace.exists("out/forecast.csv"))
  }

  @Test func aSourceInShellReadsAndRejects() throws {
    let workspace = try Workspace()
    try workspace.write(
      #"""
      case "$1" in
      describe) echo '{"protocol":[1],"name":"s","role":"source","summary":"Counts.","fields":[
        {"name":"quarantine","kind":"path","help":"Where rejected rows are kept."}]}' ;;
      run)
        output=$(sed 's/.*"output":"\([^"]*\)".*/\1/')
        awk 'BEGIN { print "time,load"; for (i = 0; i < 40; i++) printf "%d-01-01,%d\n", 1980 + i, i * i % 17 }' \
          >"$output/readings.csv"
        echo '{"type":"rejected_row","line":9,"reason":"no \"load\"","text":"2020,"}'
        echo '{"type":"result","file":"readings.csv","rows":40}' ;;
      esac
      """#, to: "source.sh")
    try workspace.write(
      """
      version: 1
      name: test
      plugins: {counter: {command: [sh, source.sh], env: [PATH]}}
      stages:
        - use: counter
          with: {quarantine: out/rejected.csv}
        - use: window
          with: {lookback: 6, horizon: 2}
        - use: lstm
          with: {hidden: 3, epochs: 1, validation: 2}
        - use: write
          with: {path: out/forecast.csv}

      """, to: "p.yaml")
    let outcome = try workspace.almanac("run", "p.yaml")
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("read 40 readings of 1 series\nalmanac: warning: left 1 bad row out\n"))
    #expect(try workspace.read("out/rejected.csv") == "line,reason,row\n9,\"no \"\"load\"\"\",\"2020,\"\n")
    #expect(try workspace.read("out/forecast.csv").contains("load,2020-01-01,1,"))
  }

  @Test(arguments: ["python3 despike.py", "python3 seasonal_drift.py", "sh markdown.sh"])
  func theExamplesPassTheConformanceSuite(command: String) throws {
    let words = command.split(separator: " ").map(String.init)
    let outcome = try Workspace.run(
      Workspace.binary, ["plugin", "check", "--timeout", "60"] + words,
      in: Workspace.repository.appendingPathComponent("pipelines/plugins"))
    #expect(outcome.code == 0, "\(outcome.output)")
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.last == "17 checks, 0 failed")
    #expect(lines.dropLast().allSatisfy { $0.hasPrefix("ok    ") })
    #expect(outcome.errors == "")
  }

  @Test func theConformanceSuiteFindsFaults() throws {
    let workspace = try Workspace()
    try workspace.write(
      #"""
      case "$1" in
      describe) echo '{"protocol":[1],"name":"s","role":"transform","summary":"Bad.","calls":["apply"]}' ;;
      run) echo hello ;;
      esac
      """#, to: "bad.sh")
    let outcome = try workspace.almanac("plugin", "check", "sh", "bad.sh")
    #expect(outcome.code == 1)
    let lines = outcome.output.split(separator: "\n").map(String.init)
    #expect(
      Array(lines.prefix(3)) == [
        "ok    describes itself", "ok    its fields can be read", "ok    describes itself alike twice",
      ])
    #expect(
      lines[3]
        == "FAIL  refuses another protocol: `apply` printed a line that is no message (not JSON): \"hello\"; only messages "
        + "belong on standard output, everything else on standard error; answer with an `error` message")
    #expect(lines.last == "17 checks, 14 failed")

    let missing = try workspace.almanac("plugin", "check", "pythoon", "bad.py")
    #expect(missing.code == 1)
    #expect(
      missing.output
        == "FAIL  describes itself: the program \"pythoon\" is not on the PATH; install it, or correct `command`\n"
        + "1 check, 1 failed\n")
    #expect(try workspace.almanac("plugin", "check").code == 64)
  }

  /// A forecaster in awk whose rows are `columns` of the step `s`, beside the number of the call.
  private func forecaster(_ header: String, _ columns: String) throws -> Workspace {
    let workspace = try Workspace()
    try workspace.sales(method: "banded")
    try workspace.write(
      try workspace.read("sales.yaml").replacing(
        "stages:\n", with: "plugins: {banded: {command: [sh, bounds.sh], env: [PATH]}}\nstages:\n"), to: "sales.yaml")
    try workspace.write(
      #"""
      case "$1" in
      describe)
        echo '{"protocol":[1],"name":"b","role":"forecaster","summary":"Bounds.","calls":["forecast"]}' ;;
      run)
        request=$(cat)
        value() { printf '%s' "$request" | sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }
        case "$request" in *'"protocol":1'*'"call":"forecast"'*|*'"call":"forecast"'*'"protocol":1'*) ;;
        *) echo '{"type":"error","message":"no"}'; exit ;; esac
        echo x >>calls
        awk -F, -v h="\#(header)" -v n="$(wc -l <calls)" 'NR == 1 { if (n > 1) gsub("LATER", "9", h); gsub("LATER", "8", h)
          print "series,time,step," h; next }
          { s = $3; print $1 "," $2 "," $3 "," \#(columns) }' "$(value future)" >"$(value output)/out.csv"
        echo '{"type":"result","file":"out.csv"}' ;;
      esac
      """#, to: "bounds.sh")
    return workspace
  }

  @Test(arguments: [
    ("100 \",90,\" 110 + s", nil),
    (
      "100 + s \",90,103\"", "row 4: the forecast 104.0 lies outside of lower_80 and upper_80, which are 90.0 and 103.0"
    ),
    ("100 \",\" 90 + 5 * s \",110\"", "row 3: the forecast 100.0 lies outside of lower_80 and upper_80"),
    ("100 \",120,80\"", "row 1: lower_80 is above upper_80"),
  ])
  func boundsThatDoNotHoldTheForecastEndTheRunAndFailTheCheck(columns: String, fault: String?) throws {
    let workspace = try forecaster("forecast,lower_80,upper_80", columns)
    let outcome = try workspace.almanac("run", "sales.yaml", "-q")
    #expect(outcome.code == (fault == nil ? 0 : 1), "\(outcome.errors)")
    #expect(workspace.exists("out/sales.csv") == (fault == nil))
    let checked = try workspace.almanac("plugin", "check", "sh", "bounds.sh")
    let line = checked.output.split(separator: "\n").first { $0.contains("answers a usual request") } ?? ""
    if let fault {
      #expect(outcome.errors.contains("the result of `forecast` cannot be used: " + fault), "\(outcome.errors)")
      #expect(checked.code == 1)
      #expect(line.hasPrefix("FAIL  answers a usual request: the result of `forecast` cannot be used: " + fault))
    } else {
      #expect(line == "ok    answers a usual request")
    }
  }

  @Test func levelsThatChangeFromOriginToOriginEndTheRunAndFailTheCheck() throws {
    let workspace = try forecaster("forecast,lower_LATER0,upper_LATER0", "100 \",90,110\"")
    let outcome = try workspace.almanac("run", "sales.yaml", "-q")
    #expect(outcome.code == 1)
    let words = "its bounds are of other levels than before (0.8 first, now 0.9); give the same always"
    #expect(outcome.errors.contains(words), "\(outcome.errors)")
    try FileManager.default.removeItem(atPath: workspace.path("calls"))
    let checked = try workspace.almanac("plugin", "check", "sh", "bounds.sh")
    #expect(checked.code == 1 && checked.output.contains(words), "\(checked.output)")
  }

  @Test func describeShowsThePluginAsAStage() throws {
    let examples = Workspace.repository.appendingPathComponent("pipelines/plugins")
    let outcome = try Workspace.run(
      Workspace.binary, ["plugin", "describe", "sh", "markdown.sh"], in: examples)
    #expect(
      outcome.output == """
        markdown.sh (sink)
          Writes the forecast as a Markdown table.

        fields
          path: path, required
              The Markdown file.
          digits: whole number, 0 to 9, default 2
              Digits after the point.

        example
          - use: markdown.sh
            with: {path: forecasts/co2.md}

        """)
  }

  @Test func noSignalAtWhateverMomentLeavesAFolderOrAProcessBehind() throws {
    let workspace = try Workspace()
    try workspace.write(
      #"""
      setsid sh -c 'setsid sleep 300 >/dev/null 2>&1 </dev/null &' &
      echo '{"protocol":[1],"name":"s","role":"sink","summary":"Nothing.","calls":["publish"]}'
      """#, to: "quick.sh")
    let names = (0..<20).map { "p\($0)" }
    let plugins = names.map { "\($0): {command: [sh, quick.sh], env: [PATH]}" }.joined(separator: ", ")
    try workspace.write(
      "version: 1\nname: t\nplugins: {\(plugins)}\nstages: [\(names.map { "{use: \($0)}" }.joined(separator: ", "))]\n",
      to: "p.yaml")
    try FileManager.default.createDirectory(atPath: workspace.path("tmp"), withIntermediateDirectories: true)
    for moment in 0..<15 {
      let program = try BackgroundProgram(
        ["env", "TMPDIR=\(workspace.path("tmp"))", Workspace.binary.path, "validate", "--plugins", "p.yaml"],
        in: workspace.folder)
      usleep(UInt32(100_000 + moment * 17_000))
      program.end(by: [SIGTERM, SIGINT, SIGHUP][moment % 3])
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: workspace.path("tmp")) == [])
    let end = Date(timeIntervalSinceNow: 20)
    while !processes(of: workspace).isEmpty, Date() < end { usleep(20_000) }
    #expect(processes(of: workspace) == [])
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func aSignalEndsTheCommandAndItsPlugin(signal: Int32) throws {
    let workspace = try Workspace()
    try workspace.write("trap '' TERM INT\nsleep 300 & echo $! >child.pid\necho $$ >own.pid\nwait\n", to: "hang.sh")
    try workspace.write(
      "version: 1\nname: t\nplugins: {hang: {command: [sh, hang.sh], timeout: 5m, env: [PATH]}}\nstages: [{use: hang}]\n",
      to: "p.yaml")
    let process = Process()
    process.executableURL = Workspace.binary
    process.arguments = ["validate", "--plugins", "p.yaml"]
    try FileManager.default.createDirectory(atPath: workspace.path("tmp"), withIntermediateDirectories: true)
    process.environment = ProcessInfo.processInfo.environment.merging(["TMPDIR": workspace.path("tmp")]) { $1 }
    process.currentDirectoryURL = workspace.folder
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    let end = Date(timeIntervalSinceNow: 60)
    while !workspace.exists("own.pid"), Date() < end { usleep(20_000) }
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    #expect(process.terminationReason == .uncaughtSignal)
    #expect(process.terminationStatus == signal)
    #expect(try FileManager.default.contentsOfDirectory(atPath: workspace.path("tmp")) == [])
    // The orphans are collected by whoever collects orphans here, a moment later.
    while !processes(of: workspace).isEmpty, Date() < end { usleep(20_000) }
    #expect(processes(of: workspace) == [])
  }
}
