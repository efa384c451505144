import Foundation
import Testing

/// What cells, names of files and programs hold makes no line of its own and steers no terminal, on the built binary.
@Suite struct ControlCharacterTests {
  /// Line ends, a terminal's commands in two forms, a bell, marks of writing direction, a delete.
  private static let evil = "a\nalmanac: error: no\r\u{1B}[2J\u{1B}]0;x\u{7}\u{9B}31m\u{202E}\u{7F}\u{2028}b"
  private static let escaped = #"a\nalmanac: error: no\r\u{1B}[2J\u{1B}]0;x\u{7}\u{9B}31m\u{202E}\u{7F}\u{2028}b"#

  private func isPlain(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { scalar in
      scalar == "\n"
        || !((0..<32).contains(scalar.value) || (0x7F...0x9F).contains(scalar.value))
          && ![0x2028, 0x202E].contains(scalar.value)
    } && !text.contains("\nalmanac: error: no")
  }

  private func write(_ workspace: Workspace, cell: String = "1", series: String = "one", more: String = "") throws {
    let rows = (1...30).map { "2024-01-\($0 < 10 ? "0" : "")\($0),\"\(series)\",\($0 % 7)\n" }
    try workspace.write("day,key,value\n" + rows.joined() + "2024-01-31,other,\"\(cell)\"\n", to: "in.csv")
    try workspace.write(
      """
      version: 1
      name: daily
      run: {on_series_error: skip}
      stages:
        - use: csv
          with: {path: in.csv, layout: long, series: key, time: day, target: value}
        - use: window
          with: {lookback: 7, horizon: 3}
        - use: naive
      \(more)
        - use: write
          with: {path: out.csv}
      """, to: "daily.yaml")
  }

  @Test func cellsAreEscapedInErrorsLogsAndHistory() throws {
    let workspace = try Workspace()
    try write(workspace, cell: Self.evil)
    var outcome = try workspace.almanac("run", "daily.yaml")
    #expect(outcome.code == 65)
    #expect(outcome.errors.contains("\"\(Self.escaped)\" is not a number"), "\(outcome.errors)")
    #expect(isPlain(outcome.errors))
    try write(workspace, series: Self.evil)
    for arguments in [["run"], ["run", "--force", "--log-format", "json"], ["plan"]] {
      outcome = try Workspace.run(
        Workspace.binary, [arguments[0], "daily.yaml"] + arguments.dropFirst(), in: workspace.folder)
      #expect(outcome.code == 3 || outcome.code == 65 || outcome.code == 0, "\(outcome.errors)")
      #expect(isPlain(outcome.errors + outcome.output), "\(outcome.errors)")
    }
    for arguments in [["daily.yaml"], ["daily.yaml", "--json"], ["2"]] {
      outcome = try Workspace.run(Workspace.binary, ["runs"] + arguments, in: workspace.folder)
      #expect(isPlain(outcome.errors + outcome.output), "\(outcome.output)")
    }
    outcome = try workspace.almanac("runs", "daily.yaml")
    #expect(outcome.output.split(separator: "\n").count == 4, "\(outcome.output)")
  }

  @Test func whatProgramsPrintIsEscaped() throws {
    let workspace = try Workspace()
    try write(workspace)
    try workspace.write("printf 'one\\033[2Jtwo\\a\\rthree\\n'; printf '\\302\\233x\\n' >&2; exit 1", to: "alarm.sh")
    let describe = #"{"protocol":[1],"name":"own","role":"transform","summary":"Fails.","calls":["apply"]}"#
    try workspace.write(
      """
      if [ "$1" = describe ]; then echo '\(describe)'; exit; fi
      printf 'raw \\033[2J\\n' >&2
      echo '{"type":"log","level":"warning","message":"two\\\\nalmanac: error: no\\\\u001b[2J"}'
      echo '{"type":"error","message":"three\\\\nalmanac: error: no\\\\u001b[2J"}'
      """, to: "own.sh")
    let text = try workspace.read("daily.yaml").replacing(
      "stages:\n", with: "plugins:\n  own: {command: [sh, own.sh], env: [PATH]}\nstages:\n"
    ).replacing("  - use: window", with: "  - use: own\n  - use: window").replacing(
      "run: {", with: "run: {on_failure: [sh, alarm.sh], ")
    try workspace.write(text, to: "daily.yaml")
    let outcome = try workspace.almanac("run", "daily.yaml")
    #expect(outcome.code == 1)
    #expect(isPlain(outcome.errors), "\(outcome.errors)")
    for line in [
      #"own: raw \u{1B}[2J"#, #"almanac: warning: own: two\nalmanac: error: no\u{1B}[2J"#,
      #"on_failure: one\u{1B}[2Jtwo\u{7}\rthree"#, #"on_failure: \u{9B}x"#,
    ] { #expect(outcome.errors.contains(line + "\n"), "\(line): \(outcome.errors)") }
    #expect(outcome.errors.contains(#"plugin "own": three\nalmanac: error: no\u{1B}[2J"#), "\(outcome.errors)")
    #expect(isPlain(try workspace.almanac("runs", "daily.yaml").output))
  }

  @Test func aNameOfAFileMakesNoLineInWhatIsWritten() throws {
    let workspace = try Workspace()
    let name = "x\nversion: 2\n\u{1B}[2J.csv"
    let rows = (1...30).map { "2024-01-\($0 < 10 ? "0" : "")\($0),\($0 % 7)\n" }
    try workspace.write("day,value\n" + rows.joined(), to: name)
    let outcome = try workspace.almanac("init", name)
    #expect(outcome.code == 0 && isPlain(outcome.output), "\(outcome.errors)")
    #expect(!outcome.output.contains("\nversion: 2"))
    #expect(outcome.output.contains(#"path: "x\nversion: 2\n\u001B[2J.csv""#))
  }

  @Test(arguments: ["line\nExecStart=evil", "return\rx", "escape\u{1B}x", "next\u{85}x", "separator\u{2028}x"])
  func aFolderMakesNoLineInAUnit(name: String) throws {
    let workspace = try Workspace()
    try workspace.sales()
    try FileManager.default.createDirectory(atPath: workspace.path("p"), withIntermediateDirectories: true)
    for file in ["sales.csv", "sales.yaml"] {
      try FileManager.default.moveItem(atPath: workspace.path(file), toPath: workspace.path("p/" + file))
    }
    func schedule(_ field: String, _ options: [String]) throws -> Workspace.Outcome {
      let path = "\(workspace.folder.path)/\(name)/x"
      return try Workspace.run(
        Workspace.binary, ["schedule", "p/sales.yaml", "--set", "\(field)=\(path)"] + options, in: workspace.folder)
    }
    for field in ["write.with.path", "run.metrics", "run.state"] {
      // A folder that is not there yet is written as the nearest one that is.
      let before = try schedule(field, [])
      #expect(before.code == 0 && !before.output.contains("evil"))
    }
    try FileManager.default.createDirectory(atPath: workspace.path(name), withIntermediateDirectories: true)
    for field in ["write.with.path", "run.metrics", "run.state"] {
      for options in [[], ["--cron"], ["--install-to", "units"]] {
        let outcome = try schedule(field, options)
        #expect(outcome.code == 78)
        #expect(outcome.errors.contains("holds a line end or another control character"), "\(outcome.errors)")
      }
    }
  }

  @Test func noTextJoinsOrEndsALineOfAUnit() throws {
    let workspace = try Workspace()
    try workspace.sales()
    let folder = "back\\slash 50% $x \"q\" 'r' ends\\"
    try FileManager.default.createDirectory(atPath: workspace.path(folder), withIntermediateDirectories: true)
    for file in ["sales.csv", "sales.yaml"] {
      try FileManager.default.moveItem(atPath: workspace.path(file), toPath: workspace.path("\(folder)/\(file)"))
    }
    let outcome = try workspace.almanac(
      "schedule", "\(folder)/sales.yaml", "--user", "ann", "--set",
      "description=two\nExecStartPre=/bin/evil\u{2028}three \\ \\\\")
    #expect(outcome.code == 0, "\(outcome.errors)")
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.contains("Description=Forecast sales: two ExecStartPre=/bin/evil three"))
    #expect(!lines.contains { $0.hasPrefix("ExecStartPre") || $0.hasSuffix("\\") })
    #expect(
      lines.contains { $0.hasPrefix("WorkingDirectory=/") && $0.hasSuffix("/back\\slash 50%% $x \"q\" 'r' ends\\/.") })
    for event in ["daily\nExecStart=/bin/evil", "daily\\", "", "daily\r"] {
      let outcome = try workspace.almanac("schedule", "\(folder)/sales.yaml", "--on-calendar", event)
      #expect(outcome.code == 64)
      #expect(outcome.errors.contains("--on-calendar wants an event as systemd.time(7) writes it"), "\(outcome.errors)")
    }
    #expect(
      try workspace.almanac(
        "schedule", "\(folder)/sales.yaml", "--on-calendar", "Mon..Fri *-*-1,15 06:30 Europe/Berlin"
      ).code
        == 0)
  }
}
