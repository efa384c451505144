import Foundation
import Testing

/// What somebody meets who has just installed the command.
@Suite struct FirstMinutesTests {
  struct Command: Decodable {
    var commandName: String
    var abstract: String?
    var discussion: String?
    var subcommands: [Command]?

    /// The words of every command at or below this one, with its help.
    func all(below words: [String]) -> [(words: [String], help: Command)] {
      let own = words + [commandName]
      return [(own, self)] + (subcommands ?? []).flatMap { $0.all(below: own) }
    }
  }

  struct Dump: Decodable { var command: Command }

  static func commands() throws -> [(words: [String], help: Command)] {
    let outcome = try Workspace().almanac("--experimental-dump-help")
    return try JSONDecoder().decode(Dump.self, from: Data(outcome.output.utf8)).command.all(below: []).filter {
      $0.words != ["almanac", "help"]
    }
  }

  @Test func `without a command four lines lead on`() throws {
    let workspace = try Workspace()
    let outcome = try workspace.almanac()
    #expect(outcome.code == 0)
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.count == 4)
    #expect(lines[1].hasPrefix("  almanac forecast sales.csv "))
    #expect(outcome.errors.isEmpty && workspace.files().isEmpty)
  }

  @Test func `on a terminal with colours what is wrong stands out`() throws {
    let workspace = try Workspace()
    try workspace.sales()
    let words = ["run", "sales.yaml", "--input", "sale.csv"]
    let plain = "almanac: error: stages[0] (csv): \(workspace.path("sale.csv")): no such file"
    let coloured = try workspace.terminal(words, environment: ["TERM": "xterm", "NO_COLOR": ""]).output
    #expect(coloured.hasPrefix("almanac: \u{1B}[1;31merror:\u{1B}[0m stages[0]"), "\(coloured)")
    for variables in [["TERM": "xterm", "NO_COLOR": "1"], ["TERM": "dumb", "NO_COLOR": ""]] {
      #expect(try workspace.terminal(words, environment: variables).output.hasPrefix(plain))
    }
    #expect(try workspace.almanac("run", "sales.yaml", "--input", "sale.csv").errors.hasPrefix(plain))
  }

  @Test func `a name that is nearly that of a file leads to it`() throws {
    let workspace = try Workspace()
    try workspace.sales()
    let data = try workspace.almanac("forecast", "sale.csv")
    #expect(data.code == 66 && data.errors == "almanac: error: sale.csv: no such file; did you mean sales.csv?\n")
    let file = try workspace.almanac("run", "./slaes.yaml")
    #expect(file.errors == "almanac: error: there is no pipeline file ./slaes.yaml; did you mean ./sales.yaml?\n")
    let far = try workspace.almanac("run", "winter.yaml")
    #expect(far.errors.hasSuffix("winter.yaml; `almanac init DATA.csv --output winter.yaml` writes one\n"))
  }

  @Test func `every help text has an abstract, and examples that begin with its command`() throws {
    let commands = try Self.commands()
    #expect(commands.count >= 18)
    for (words, help) in commands {
      #expect(help.abstract?.isEmpty == false, "\(words)")
      let parts = (help.discussion ?? "").components(separatedBy: "Examples:\n")
      #expect(parts.count == 2, "\(words): no examples")
      let lines = (parts.last ?? "").split(separator: "\n")
      let name = words.joined(separator: " ")
      #expect(!lines.isEmpty && lines.allSatisfy { "\($0) ".hasPrefix("  \(name) ") }, "\(words)")
    }
  }

  @Test func `help is shown where a command is asked for it, plugin check too`() throws {
    for (words, _) in try Self.commands() where words.count > 1 {
      let outcome = try Workspace.run(
        Workspace.binary, words.dropFirst() + ["--help"], in: FileManager.default.temporaryDirectory)
      #expect(outcome.code == 0, "\(words)")
      #expect(outcome.output.contains("USAGE: \(words.joined(separator: " "))"), "\(words): \(outcome)")
      #expect(outcome.output.contains("\nExamples:\n  almanac "), "\(words)")
    }
  }

  @Test func `the version is one line, and verbose names what it is made of`() throws {
    let workspace = try Workspace()
    let short = try workspace.almanac("--version")
    let source = try String(
      contentsOf: Workspace.repository.appending(path: "Sources/Pipelines/Version.swift"), encoding: .utf8)
    #expect(source.contains("\"\(short.output.dropLast())\""))
    let long = try workspace.almanac("--version", "--verbose")
    let rows = long.output.split(separator: "\n").map { $0.split(separator: " ", maxSplits: 1).map(String.init) }
    #expect(rows.first?.last?.trimmingCharacters(in: .whitespaces) == String(short.output.dropLast()))
    #expect(
      ["version", "commit", "processor", "unpacks", "history", "pretrained", "stages"].allSatisfy { name in
        rows.contains { $0.first == name && $0.count == 2 }
      })
    #expect(try workspace.almanac("--verbose").code == 64)
  }

  @Test func `an unknown command is answered with the nearest one`() throws {
    let workspace = try Workspace()
    let near = try workspace.almanac("forcast", "x.csv")
    #expect(near.code == 64)
    #expect(
      near.errors
        == "almanac: error: there is no command \"forcast\"; did you mean \"forecast\"? `almanac --help` lists the commands\n"
    )
    let far = try workspace.almanac("frobnicate")
    #expect(far.code == 64)
    #expect(far.errors == "almanac: error: there is no command \"frobnicate\"; `almanac --help` lists the commands\n")
  }

  @Test func `who ends a run is told what stays, and how to go on`() throws {
    let workspace = try Workspace()
    try workspace.write(BadInputTests.readings(40), to: "data.csv")
    try workspace.write(
      """
      version: 1
      name: long
      stages:
        - {use: csv, with: {path: data.csv, time: day, target: load}}
        - {use: window, with: {lookback: 7, horizon: 2}}
        - {use: lstm, with: {hidden: 3, epochs: 1000000}}
        - {use: write, with: {path: out.csv}}

      """, to: "long.yaml")
    func interrupted(beforehand: () throws -> Void = {}) throws -> String {
      try? FileManager.default.removeItem(atPath: workspace.path("errors.txt"))
      let words = "exec \"$0\" run long.yaml 2>errors.txt"
      let program = try BackgroundProgram(["sh", "-c", words, Workspace.binary.path], in: workspace.folder)
      let end = ContinuousClock.now + .seconds(60)
      while ContinuousClock.now < end, !((try? workspace.read("errors.txt"))?.contains("epoch 1 of") ?? false) {
        usleep(20_000)
      }
      try beforehand()
      #expect(program.end(by: SIGINT) == SIGINT)
      return try workspace.read("errors.txt").split(separator: "\n").last.map(String.init) ?? ""
    }
    let fresh = "interrupted: nothing new is published, and the files of before stay"
    #expect(try interrupted() == fresh)
    // A training keeps a checkpoint every ten seconds; here one stands in for it.
    let kept = try interrupted { try workspace.write("", to: ".almanac/long/checkpoint/training-1.checkpoint") }
    #expect(kept == "\(fresh); `almanac run long.yaml --resume` goes on with the training")
    #expect(!workspace.exists("out.csv"))
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func `completions are printed for each shell`(shell: String) throws {
    let workspace = try Workspace()
    let outcome = try workspace.almanac("completions", shell)
    #expect(outcome.code == 0)
    #expect(outcome.output.contains("almanac") && outcome.output.contains("forecast"))
    if shell == "bash" {
      try workspace.write(outcome.output, to: "script")
      let check = try Workspace.run(URL(filePath: "/bin/bash"), ["-n", "script"], in: workspace.folder)
      #expect(check.code == 0, "\(check.errors)")
    }
  }

  @Test func `set is completed with the fields of the file's own stages`() throws {
    let workspace = try LanguageCommandTests.workspace()
    func proposals(_ words: String...) throws -> [Substring] {
      let arguments = ["---completion", "run", "--", "--set", "1", "0", "almanac", "run"] + words + ["--set", ""]
      return try Workspace.run(Workspace.binary, arguments, in: workspace.folder).output.split(separator: "\n")
    }
    let own = try proposals("p.yaml")
    #expect(own.contains("model.hidden=") && own.contains("window.horizon="))
    #expect(!own.contains("gru.hidden="))
    #expect(try proposals().contains("gru.hidden="))
    #expect(try proposals("none.yaml").contains("gru.hidden="))
  }

  @Test func `the doctor finds a folder of temporary files that is not there, and ends with 1`() throws {
    struct Report: Decodable {
      struct Finding: Decodable {
        var subject: String
        var state: String
        var remedy: String?
      }
      var well: Bool
      var findings: [Finding]
    }
    let workspace = try Workspace()
    #expect(try workspace.almanac("doctor").code == 0)
    let sick = try workspace.almanac("doctor", "--json", environment: ["TMPDIR": workspace.path("none")])
    #expect(sick.code == 1)
    let report = try JSONDecoder().decode(Report.self, from: Data(sick.output.utf8))
    #expect(!report.well)
    #expect(report.findings.filter { $0.state == "missing" }.map(\.subject) == ["temporary files"])
    #expect(report.findings.allSatisfy { ($0.state == "ok") == ($0.remedy == nil) })
    let words = try workspace.almanac("doctor", environment: ["TMPDIR": workspace.path("none")])
    #expect(words.code == 1)
    #expect(words.output.contains("missing  temporary files  ") && words.output.contains("set TMPDIR"))
    #expect(workspace.files().isEmpty)
  }
}
