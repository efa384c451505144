import Foundation
import Testing

/// The commands around the pipeline file, on the built binary.
@Suite struct LanguageCommandTests {
  static let pipeline = """
    version: 1
    name: test
    vars: {epochs: 1}
    stages:
      - use: csv
        with: {path: data.csv, time: day, target: load, bad_rows: quarantine, quarantine: out/bad.csv}
      - use: window
        with: {lookback: 1w, horizon: 2}
      - use: lstm
        name: model
        with: {hidden: 3, epochs: "${vars.epochs}", validation: 2}
      - use: evaluate
        with: {folds: 1}
      - use: write
        with: {path: out/forecast.csv}

    """

  static func workspace(_ pipeline: String = pipeline, rows: Int = 40) throws -> Workspace {
    let workspace = try Workspace()
    try workspace.write(BadInputTests.readings(rows), to: "data.csv")
    try workspace.write(pipeline, to: "p.yaml")
    return workspace
  }

  // MARK: One loader

  struct Table: Decodable {
    struct Fault: Decodable {
      var old: String
      var new: String
      var message: String
    }
    var file: String
    var faults: [Fault]
  }

  /// Every faulty file through `validate`, and every fifth through `run`: a process each takes its time, and both read
  /// files in one place, which the tests of the reader hold for all of them.
  @Test func runAndValidateRefuseWithTheSameWords() throws {
    let fixture = Workspace.repository.appending(path: "Tests/PipelineFileTests/Fixtures/faults.json")
    let table = try JSONDecoder().decode(Table.self, from: Data(contentsOf: fixture))
    let workspace = try Workspace()
    func errors(_ outcome: Workspace.Outcome) -> [String] {
      outcome.errors.split(separator: "\n").map(String.init).filter { $0.contains(": error: ") }
    }
    var all: [String] = []
    for (number, fault) in table.faults.enumerated() {
      let name = "faults/\(1000 + number).yaml"
      let text = table.file.replacingOccurrences(of: fault.old, with: fault.new, range: table.file.range(of: fault.old))
      try workspace.write(text, to: name)
      let expected = fault.message.split(separator: "\n").map { "\(name):\($0)" }
      all += expected
      guard number % 5 == 0 else { continue }
      let outcome = try workspace.almanac("run", name)
      #expect(outcome.code == 78, "\(fault.new)")
      #expect(errors(outcome) == expected, "\(fault.new)")
      #expect(outcome.output.isEmpty, "\(fault.new)")
    }
    let outcome = try workspace.almanac("validate", "faults")
    #expect(outcome.code == 78)
    #expect(errors(outcome) == all)
    #expect(outcome.output.isEmpty)
    #expect(workspace.files().count == table.faults.count)
  }

  // MARK: validate

  @Test func validateTakesFoldersAndMarkdown() throws {
    let workspace = try Self.workspace()
    try workspace.write("name: x\n", to: "sub/b.yml")
    try workspace.write("# A\n\n```yaml\n- use: csv\n  with: {path: a, colour: b}\n```\n", to: "sub/c.md")
    try workspace.write("no pipeline", to: "sub/d.txt")
    try workspace.write("no: pipeline", to: "sub/.hidden/e.yaml")
    let outcome = try workspace.almanac("validate", ".")
    #expect(outcome.code == 78)
    #expect(outcome.output == "./p.yaml: valid\n")
    #expect(
      outcome.errors == """
        ./sub/b.yml:1:1: error: `version` is missing: write `version: 1`
        ./sub/b.yml:1:1: error: `stages` is missing: a list that starts with a source such as csv
        ./sub/c.md:5:19: error: stages[0] (csv): unknown field "colour"; its fields are path, time, time_format, zone, target, \
        past, future, static, layout, series, where, repeated, season, delimiter, quote, header, skip, skip_below, comment, \
        encoding, missing, decimal, thousands, units, suffixes, short_rows, bad_rows, most_bad_rows, last_row, quarantine

        """)
  }

  @Test func validateOpensNoOtherFileUnlessAsked() throws {
    let workspace = try Self.workspace()
    try workspace.write("day,lod\n2024-01-01,1\n", to: "data.csv")
    #expect(try workspace.almanac("validate", "p.yaml").code == 0)
    let read = try workspace.almanac("validate", "--inputs", "p.yaml")
    #expect(read.code == 65)
    #expect(
      read.errors.hasPrefix(
        "almanac: error: p.yaml: stages[0] (csv): data.csv:1: there is no column \"load\"; did you mean \"lod\"?"))
    let missing = try workspace.almanac("validate", "--inputs", "p.yaml", "--set", "csv.with.path=none.csv")
    #expect(missing.code == 66)
    #expect(missing.errors == "almanac: error: p.yaml: stages[0] (csv): none.csv: no such file\n")
  }

  @Test func validateReportsMissingFilesAndGoesOn() throws {
    let workspace = try Self.workspace()
    let outcome = try workspace.almanac("validate", "none.yaml", "p.yaml")
    #expect(outcome.code == 66)
    #expect(
      outcome.errors
        == "almanac: error: there is no pipeline file none.yaml; `almanac init DATA.csv --output none.yaml` writes one\n"
    )
    #expect(outcome.output == "p.yaml: valid\n")
    try workspace.write("x", to: "empty/a.txt")
    #expect(
      try workspace.almanac("validate", "empty").errors
        == "almanac: error: there is no .yaml, .yml or .md file below empty\n")
  }

  @Test func validateSpeaksJSON() throws {
    struct Report: Decodable, Equatable {
      struct File: Decodable, Equatable {
        struct Finding: Decodable, Equatable {
          var severity: String
          var line: Int
          var column: Int
          var subject: String?
          var message: String
        }
        var file: String
        var valid: Bool
        var pipelines: Int
        var diagnostics: [Finding]
      }
      var valid: Bool
      var files: [File]
      var failures: [String]
    }
    let workspace = try Self.workspace(
      Self.pipeline.replacingOccurrences(of: "hidden: 3", with: "hidden: \"a\\\"b\"").replacingOccurrences(
        of: "{epochs: 1}", with: "{epochs: 1, spare: 2}"))
    let outcome = try workspace.almanac("validate", "--json", "p.yaml", "none.yaml")
    #expect(outcome.code == 78)
    #expect(outcome.errors.isEmpty)
    let report = try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
    #expect(!report.valid)
    #expect(
      report.failures == ["there is no pipeline file none.yaml; `almanac init DATA.csv --output none.yaml` writes one"])
    #expect(
      report.files == [
        .init(
          file: "p.yaml", valid: false, pipelines: 1,
          diagnostics: [
            .init(
              severity: "warning", line: 3, column: 19, subject: "vars.spare",
              message: "is not used; write ${vars.spare}, or remove it"),
            .init(
              severity: "error", line: 11, column: 20, subject: "stages[2] (model)",
              message: "hidden wants a whole number, not \"a\"b\""),
          ])
      ])
  }

  @Test func whatTheRepositoryHoldsIsValid() throws {
    let folder = Workspace.repository
    let paths = ["README.md", "docs", "pipelines"].filter {
      FileManager.default.fileExists(atPath: folder.appending(path: $0).path)
    }
    #expect(paths.contains("pipelines") && paths.contains("docs"))
    let outcome = try Workspace.run(Workspace.binary, ["validate"] + paths, in: folder, environment: ["DATA": "data"])
    #expect(outcome.code == 0)
    let warnings = outcome.errors.split(separator: "\n")
    #expect(
      warnings.allSatisfy {
        $0.hasPrefix("pipelines/mauna-loa-plugins.yaml:") && $0.contains(" it is not started to read the file")
      }, "\(outcome.errors)")
  }

  // MARK: plan and show

  @Test func planTellsWhatWouldRun() throws {
    let workspace = try Self.workspace()
    let outcome = try workspace.almanac("plan", "p.yaml")
    #expect(outcome.code == 0)
    for line in [
      "  40 readings of 1 series, 40 steps of 1d, 2024-01-01 to 2024-02-09", "  stages[2] (model), lstm",
      "      lookback: 7",
      "  fold 1: 38 rows, up to 2024-02-07; 28 training windows, 1 for validation; then anew on all 30",
      "  forecast: 40 rows, up to 2024-02-09; 30 training windows, 1 for validation; then anew on all 32",
      "  nothing: run.retrain is always",
    ] { #expect(outcome.output.split(separator: "\n").map(String.init).contains(line), "\(line)") }
    #expect(outcome.output.contains("2 fits, 4 trainings, at most 1 epochs each, a network of "))
    #expect(workspace.files() == ["data.csv", "p.yaml"])
  }

  /// What a run would refuse once it has read its input, the plan refuses with the same words.
  @Test(arguments: [
    ("model.with.validation=38", 65), ("csv.with.target=laod", 65), ("csv.with.path=none.csv", 66),
    ("window.with.lookback=36h", 78), ("evaluate.with.folds=20", 65),
  ])
  func planRefusesWhatARunWouldRefuse(override: String, code: Int32) throws {
    let workspace = try Self.workspace()
    let plan = try workspace.almanac("plan", "p.yaml", "--set", override)
    let run = try workspace.almanac("run", "--quiet", "p.yaml", "--set", override)
    #expect(plan.code == code)
    #expect(plan.errors == run.errors)
    #expect(run.code == code)
  }

  @Test func showPrintsAFileThatRunsAlike() throws {
    let workspace = try Self.workspace()
    let shown = try workspace.almanac("show", "p.yaml", "--set", "model.with.hidden=4")
    #expect(shown.code == 0)
    #expect(
      shown.output == """
        version: 1
        name: test
        stages:
          - use: csv
            with: {path: data.csv, time: day, target: load, bad_rows: quarantine, quarantine: out/bad.csv}
          - use: window
            with: {lookback: 1w, horizon: 2}
          - use: lstm
            name: model
            with: {hidden: 4, epochs: 1, validation: 2}
          - use: evaluate
            with: {folds: 1}
          - use: write
            with: {path: out/forecast.csv}

        """)
    try workspace.write(shown.output, to: "q.yaml")
    #expect(try workspace.almanac("run", "--quiet", "p.yaml", "--set", "model.with.hidden=4").code == 0)
    let first = try workspace.bytes("out/forecast.csv")
    #expect(try workspace.almanac("run", "--quiet", "--force", "q.yaml").code == 0)
    #expect(try workspace.bytes("out/forecast.csv") == first)
    #expect(try workspace.almanac("show", "p.yaml", "--set", "model.with.hiden=4").code == 78)
  }

  // MARK: stages and schema

  @Test func theReferencePageIsCurrent() throws {
    let page = try Workspace().almanac("stages", "--markdown")
    let file = Workspace.repository.appending(path: "docs/stages.md")
    // Made by: almanac stages --markdown > docs/stages.md
    #expect(try String(contentsOf: file, encoding: .utf8) == page.output)
  }

  @Test func stagesSpeakJSON() throws {
    let outcome = try Workspace().almanac("stages", "--json")
    let stages = try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [[String: Any]])
    let window = try #require(stages.first { $0["name"] as? String == "window" })
    let fields = try #require(window["fields"] as? [[String: Any]])
    #expect(fields.map { $0["name"] as? String } == ["lookback", "horizon", "stride", "padding", "sample"])
    #expect(fields[0]["type"] as? String == "steps or duration")
    #expect(fields[0]["required"] as? Bool == false && fields[1]["required"] as? Bool == true)
    #expect(fields[2]["default"] as? String == "1")
  }

  @Test func stagesRefusesTwoQuestionsAtOnce() throws {
    let outcome = try Workspace().almanac("stages", "csv", "--json")
    #expect(outcome.code == 64)
    #expect(outcome.errors.hasPrefix("Error: give one of NAME, --markdown and --json"))
    let unknown = try Workspace().almanac("stages", "lsmt")
    #expect(unknown.code == 64)
    #expect(unknown.errors.hasPrefix("Error: unknown stage \"lsmt\"; did you mean \"lstm\"?"))
  }

  @Test func shellsCompleteStageNames() throws {
    let workspace = try Workspace()
    let outcome = try workspace.almanac("---completion", "stages", "--", "name", "1", "0", "almanac", "stages", "")
    #expect(outcome.output.split(separator: "\n").contains("lstm"))
    #expect(try workspace.almanac("--generate-completion-script", "bash").output.contains("---completion stages -- "))
  }

  @Test(.enabled(if: Workspace.hasPython(with: "jsonschema", "yaml"), "needs python3 with jsonschema and PyYAML"))
  func theSchemaHoldsBeforeAnIndependentValidator() throws {
    let script = Workspace.repository.appending(path: "Scripts/check-schema")
    let python = URL(fileURLWithPath: "/usr/bin/env")
    let outcome = try Workspace.run(python, ["python3", script.path, Workspace.binary.path], in: Workspace.repository)
    #expect(outcome.code == 0, "\(outcome.errors)")
  }

  // MARK: help

  @Test(arguments: ["run", "init", "validate", "plan", "show", "test", "stages", "schema"])
  func everyCommandHelps(command: String) throws {
    let outcome = try Workspace().almanac("help", command)
    #expect(outcome.code == 0)
    #expect(outcome.output.hasPrefix("OVERVIEW: "))
    #expect(outcome.output.contains("USAGE: almanac \(command)"))
  }
}
