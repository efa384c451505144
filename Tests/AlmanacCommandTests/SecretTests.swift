import Foundation
import Testing

/// Values of the environment stand in no text that leaves the program, on the built binary.
@Suite struct SecretTests {
  private static let secret = "hu\"sh\\hush-47x11"
  private static let environment = ["SECRET": secret, "PART": "data", "PIN": "12", "SHORT": "abc"]

  /// A pipeline with a secret at every place where one can stand.
  private func write(
    _ workspace: Workspace, description: String = "of ${SECRET}", epochs: String = "", run: String = "",
    vars: String = "x: 1", unit: String = "${vars.x}"
  ) throws {
    let rows = (1...30).map { "2024-01-\($0 < 10 ? "0" : "")\($0),\($0 % 7)\n" }
    try workspace.write("day,value\n" + rows.joined(), to: "data/in.csv")
    try workspace.write(
      """
      version: 1
      name: daily
      description: "\(description)"
      vars: {\(vars)}
      x-note: "${SECRET}"
      run: {retrain: never, \(run)}
      stages:
        - use: csv
          with: {path: "${PART}/in.csv", missing: ["${SECRET}", none]}
        - use: window
          with: {lookback: 7, horizon: 3}
        - use: \(epochs.isEmpty ? "naive" : "lstm\n    with: {epochs: \"\(epochs)\"}")
        - use: write
          with: {path: out.csv}
        - use: plot
          with: {path: out.gp, render: [], unit: "\(unit)"}
      tests:
        - name: other
          set: {csv.with.decimal: "${SECRET}"}
          expect: {exit: 78}
      """, to: "daily.yaml")
  }

  /// Whether a text gives the secret away, as it is or as JSON and YAML write it.
  private func tells(_ text: String) -> Bool { text.contains("47x11") || text.contains("hush") }

  @Test func nothingThatLeavesTheProgramHoldsAValueOfTheEnvironment() throws {
    let workspace = try Workspace()
    try write(workspace, vars: "x: \"${SECRET}\"")
    for arguments in [
      ["show"], ["show", "--defaults"], ["plan"], ["validate"], ["validate", "--json", "--inputs"], ["schedule"],
      ["run", "--log-level", "trace"], ["run", "--force", "--log-format", "json"], ["test"], ["runs"],
      ["runs", "--json"],
    ] {
      let outcome = try Workspace.run(
        Workspace.binary, [arguments[0], "daily.yaml"] + arguments.dropFirst(), in: workspace.folder,
        environment: Self.environment)
      #expect(outcome.code == 0, "\(arguments): \(outcome.errors)")
      #expect(!tells(outcome.output + outcome.errors), "\(arguments): \(outcome.output)\(outcome.errors)")
    }
    let saved = try workspace.read(".almanac/daily/model/pipeline.yaml")
    #expect(!tells(saved))
    #expect(saved.contains("description: \"of ${SECRET}\""))
    #expect(saved.contains("unit: \"${SECRET}\""))
    #expect(saved.contains("path: \"${PART}/in.csv\""))
    for file in try FileManager.default.subpathsOfDirectory(atPath: workspace.path(".almanac/daily")) {
      let attributes = try FileManager.default.attributesOfItem(atPath: workspace.path(".almanac/daily/" + file))
      guard attributes[.type] as? FileAttributeType == .typeRegular, file != "lock" else { continue }
      #expect((attributes[.posixPermissions] as? Int ?? 0) & 0o077 == 0, "\(file)")
      #expect(!tells(String(decoding: try workspace.bytes(".almanac/daily/" + file), as: UTF8.self)), "\(file)")
    }
    // A chart shows what it is asked to show.
    #expect(try workspace.read("out.gp").contains("hu\"sh\\hush-47x11"))
  }

  @Test func whatIsShownReadsAsTheSamePipeline() throws {
    let workspace = try Workspace()
    try write(workspace, description: "costs $$5 of ${SECRET}${SHORT:-none}", vars: "x: \"a${SECRET}$$\"")
    let first = try workspace.almanac("show", "daily.yaml", environment: Self.environment)
    #expect(first.output.contains("description: \"costs $$5 of ${SECRET}${SHORT:-none}\""))
    #expect(first.output.contains("unit: \"a${SECRET}$$\""))
    try workspace.write(first.output, to: "shown.yaml")
    let second = try workspace.almanac("show", "shown.yaml", environment: Self.environment)
    #expect(second.output == first.output && second.code == 0)
  }

  @Test(arguments: [
    ("${SECRET}", "epochs wants a whole number, not \"${SECRET}\""),
    ("${SHORT}", "epochs wants a whole number, not \"${SHORT}\""),
    ("-${PIN}", "epochs must be 0 to 1000000, not -${PIN}"),
    ("${vars.x}", "epochs wants a whole number, not \"1 ${SHORT}\""),
  ])
  func aValueOfTheWrongKindIsNotToldInTheError(epochs: String, words: String) throws {
    let workspace = try Workspace()
    try write(workspace, epochs: epochs, vars: "x: \"1 ${SHORT}\"")
    let outcome = try workspace.almanac("validate", "daily.yaml", environment: Self.environment)
    #expect(outcome.code == 78)
    #expect(outcome.errors.contains("daily.yaml:13:20: error: stages[2] (lstm): \(words)\n"), "\(outcome.errors)")
  }

  @Test func failuresAreToldWithoutTheValue() throws {
    let workspace = try Workspace()
    let notice = "[sh, -c, 'echo \"$ALMANAC_MESSAGE\" | tee told']"
    try write(workspace, run: "on_failure: \(notice)")
    let environment = Self.environment.merging(["PART": "no/such-hush"]) { _, new in new }
    for format in ["text", "json"] {
      let outcome = try workspace.almanac("run", "daily.yaml", "--log-format", format, environment: environment)
      #expect(outcome.code == 66)
      #expect(outcome.errors.contains("${PART}/in.csv: no such file"), "\(outcome.errors)")
      #expect(!tells(outcome.output + outcome.errors))
    }
    #expect(try workspace.read("told") == "stages[0] (csv): ${PART}/in.csv: no such file\n")
    let runs = try workspace.almanac("runs", "daily.yaml", environment: environment)
    #expect(runs.output.contains("${PART}/in.csv: no such file") && !tells(runs.output))
    for command in ["plan", "test"] {
      let outcome = try workspace.almanac(command, "daily.yaml", environment: environment)
      #expect(!tells(outcome.output + outcome.errors))
    }
  }

  @Test func wordsOfCommandsTakeNoSecrets() throws {
    let workspace = try Workspace()
    try write(workspace, run: "on_failure: [\"${PROGRAM:-sh}\", \"${PART}/in.csv\", \"${SECRET}\"]")
    let told =
      "would show ${SECRET} to everybody: the words of a command stand in the system's list of processes; have the "
    var outcome = try workspace.almanac("validate", "daily.yaml", environment: Self.environment)
    #expect(outcome.code == 78)
    #expect(outcome.errors == "daily.yaml:6:72: error: run: on_failure \(told)program read its environment\n")
    try write(workspace)
    let text = try workspace.read("daily.yaml").replacing(
      "stages:\n", with: "plugins:\n  own: {command: [sh, own.sh, \"--token=${SECRET}\"]}\nstages:\n")
    try workspace.write(text, to: "daily.yaml")
    try workspace.write("echo \"$@\" >started", to: "own.sh")
    outcome = try workspace.almanac("validate", "daily.yaml", environment: Self.environment)
    #expect(outcome.code == 78)
    #expect(
      outcome.errors.hasPrefix(
        "daily.yaml:8:31: error: plugins.own: command would show --token=${SECRET} to everybody: "), "\(outcome.errors)"
    )
    #expect(outcome.errors.hasSuffix("and name the variable under `env`\n"))
    #expect(!workspace.exists("started"))
  }

  @Test func aPluginMayPrintWhatItWasHanded() throws {
    let workspace = try Workspace()
    let describe = #"{"protocol":[1],"name":"own","role":"transform","summary":"Fails.","calls":["apply"]}"#
    try workspace.write(
      """
      if [ "$1" = describe ]; then echo '\(describe)'; exit; fi
      echo "token $SECRET" >&2
      echo '{"type":"log","level":"warning","message":"'"it is $OTHER"'"}'
      echo '{"type":"error","message":"refused '"$OTHER"'"}'
      """, to: "own.sh")
    try write(workspace)
    let text = try workspace.read("daily.yaml").replacing(
      "stages:\n", with: "plugins:\n  own: {command: [sh, own.sh], env: [PATH, SECRET, OTHER]}\nstages:\n"
    ).replacing("  - use: window", with: "  - use: own\n  - use: window").replacing("decimal", with: "time")
    try workspace.write(text, to: "daily.yaml")
    let environment = Self.environment.merging(["OTHER": "hush-no-more"]) { _, new in new }
    let outcome = try workspace.almanac("run", "daily.yaml", environment: environment)
    #expect(outcome.code == 1)
    #expect(outcome.errors.contains("own: token ${SECRET}\n"), "\(outcome.errors)")
    #expect(outcome.errors.contains("own: it is ${OTHER}\n"))
    #expect(outcome.errors.contains("refused ${OTHER}\n"))
    #expect(!tells(outcome.errors))
    #expect(try !tells(workspace.almanac("runs", "daily.yaml", "--json", environment: environment).output))
  }
}
