import Foundation
import FoundationXML
import Testing

/// The kinds of charts of a run, drawn by the plot stage and again by `almanac plot`.
@Suite struct PlotRunTests {
  static let kinds = ["forecast", "residuals", "calibration", "errors", "members", "decomposition", "anomalies"]

  /// Three series of months, a combination with intervals, and a plot stage for each of the kinds.
  func workspace(kinds: [String], transform: String? = nil, method: String? = nil) throws -> Workspace {
    let workspace = try Workspace()
    let names = ["north", "south", "'east' <b>{%}"]
    try workspace.write(ReportRunTests.months(names), to: "readings.csv")
    let plots = kinds.map { "  - use: plot\n    with: {path: out/\($0).gp, chart: \($0), render: [svg]}" }
    let usual =
      "use: ensemble\n    with: {members: [{use: theta}, {use: seasonal-naive}], combine: weighted, levels: [0.5, 0.8, 0.95], calibration: 8}"
    try workspace.write(
      """
      version: 1
      name: sales
      stages:
        - use: csv
          with: {path: readings.csv, time: month}
      \(transform.map { "  - use: \($0)\n" } ?? "")  - use: window
          with: {lookback: 24, horizon: 6}
        - \(method ?? usual)
        - use: evaluate
          with: {folds: 5, stride: 3, season: 12}
        - use: write
          with: {path: out/forecast.csv}
      \(plots.joined(separator: "\n"))
      """, to: "sales.yaml")
    return workspace
  }

  @Test func everyKindIsDrawnInARunAndAgainWithoutFitting() throws {
    let kinds = Self.kinds
    let workspace = try workspace(kinds: kinds)
    let run = try workspace.almanac("run", "sales.yaml", "--quiet")
    #expect(run.code == 0 && run.errors == "", "\(run.errors)")
    for kind in kinds {
      let drawn = try workspace.almanac("plot", "sales.yaml", "--chart", kind, "-o", "again/\(kind).gp")
      #expect(drawn.code == 0 && drawn.errors == "", "\(kind): \(drawn.errors)")
      #expect(drawn.output == "wrote again/\(kind).gp\nwrote again/\(kind).svg\n")
      #expect(try workspace.bytes("again/\(kind).gp") == workspace.bytes("out/\(kind).gp"), "\(kind)")
      #expect(XMLParser(data: try workspace.bytes("out/\(kind).svg")).parse(), "\(kind)")
    }
    // What it shows is what the run came to.
    #expect(try workspace.read("out/errors.svg").contains("by origin, the oldest first"))
    #expect(try workspace.read("out/members.svg").contains("theta"))
    #expect(try workspace.read("out/calibration.svg").contains("95 %: held"))
    #expect(try workspace.read("out/decomposition.svg").contains("season of 12 steps"))
    #expect(try workspace.read("out/residuals.svg").contains("18 judged steps"))
    #expect(try workspace.read("out/anomalies.svg").contains("of 54 readings outside of their 95 % interval"))
  }

  /// Those of a network have numbers that are a processor's own; their forms stand in the fixtures of ChartsTests.
  @Test(arguments: kinds)
  func theScriptOfEachKindIsTheGoldenOne(kind: String) throws {
    let members = "{use: naive, with: {levels: [0.8, 0.95]}}, {use: seasonal-naive, with: {levels: [0.8, 0.95]}}"
    let workspace = try workspace(
      kinds: [kind],
      method: "use: ensemble\n    with: {members: [\(members)], combine: weighted}")
    let run = try workspace.almanac("run", "sales.yaml", "--quiet")
    #expect(run.code == 0 && run.errors == "", "\(run.errors)")
    // Made by the run of this very pipeline; look at the picture before a new one takes its place.
    let golden = Workspace.repository.appending(path: "Tests/AlmanacCommandTests/Fixtures/charts/\(kind).gp")
    let drawn = try workspace.read("out/\(kind).gp")
    #expect(drawn == (try? String(contentsOf: golden, encoding: .utf8)), "\(drawn)")
  }

  @Test(arguments: ["gru", "lstm", "slstm", "rnn"])
  func theInsideOfANetworkIsDrawnInARunAndAgainWithoutFitting(cell: String) throws {
    let kinds = ["training", "gates", "attention", "importance"]
    let workspace = try workspace(
      kinds: kinds, transform: "calendar\n    with: {features: [month]}",
      method: """
        use: \(cell)
            with: {hidden: 4, epochs: 3, validation: 12, network: encoder-decoder, attention: additive}
        """)
    let run = try workspace.almanac("run", "sales.yaml", "--quiet")
    #expect(run.code == 0 && run.errors == "", "\(run.errors)")
    for kind in kinds {
      let drawn = try workspace.almanac("plot", "sales.yaml", "--chart", kind, "-o", "again/\(kind).gp")
      #expect(drawn.code == 0 && drawn.errors == "", "\(kind): \(drawn.errors)")
      #expect(try workspace.bytes("again/\(kind).gp") == workspace.bytes("out/\(kind).gp"), "\(kind)")
      #expect(XMLParser(data: try workspace.bytes("out/\(kind).svg")).parse(), "\(kind)")
    }
    let training = try workspace.read("out/training.svg")
    for words in [
      "loss by epoch", "learning rate by epoch", "steps before the origin", "gradient of the oldest quarter",
    ] {
      #expect(training.contains(words), "\(words)")
    }
    let gates = [
      "gru": ["reset gate", "update gate", "candidate"],
      "lstm": ["input gate", "forget gate", "output gate", "memory"],
      "slstm": ["input gate", "forget gate"], "rnn": ["what the units compute"],
    ]
    for gate in gates[cell] ?? [] { #expect(try workspace.read("out/gates.svg").contains(gate), "\(gate)") }
    #expect(try workspace.read("out/attention.svg").contains("how much each step of the lookback counts"))
    #expect(try workspace.read("out/importance.svg").contains("growth of the error, %"))
  }

  @Test func membersOfGroupsAreToldApart() throws {
    let workspace = try Workspace()
    let rows = (0..<48).map { month in
      "\(2020 + month / 12)-\(month % 12 < 9 ? "0" : "")\(month % 12 + 1),\(50 + month % 12),\(month % 4 == 1 ? month % 3 + 1 : 0)"
    }
    try workspace.write("month,sold,returned\n" + rows.joined(separator: "\n") + "\n", to: "a.csv")
    try workspace.write(
      """
      version: 1
      name: a
      stages:
        - {use: csv, with: {path: a.csv, time: month, target: [sold, returned]}}
        - {use: window, with: {horizon: 6}}
        - {use: auto, with: {budget: 2s, network: false}}
        - {use: plot, with: {path: members.gp, chart: members, render: [svg]}}
      """, to: "a.yaml")
    let run = try workspace.almanac("run", "a.yaml", "--quiet")
    #expect(run.code == 0, "\(run.errors)")
    let picture = try workspace.read("members.svg")
    #expect(picture.contains("regular: theta") && picture.contains("intermittent: tsb"))
  }

  @Test func theSeriesThatAreAskedForAreDrawn() throws {
    let workspace = try workspace(kinds: ["decomposition"])
    let stage = "{path: out/decomposition.gp, chart: decomposition, render: [svg]"
    let text = try workspace.read("sales.yaml").replacing(stage, with: stage + ", series: [south]")
    try workspace.write(text, to: "sales.yaml")
    #expect(try workspace.almanac("run", "sales.yaml", "--quiet").code == 0)
    #expect(try workspace.read("out/decomposition.svg").contains("one of 3 series"))
    for kind in ["residuals", "decomposition"] {
      let typical = try workspace.almanac("plot", "sales.yaml", "--chart", kind, "-o", "typical.gp")
      #expect(typical.code == 0, "\(typical.errors)")
      #expect(try workspace.read("typical.svg").contains("a typical one of 3 series"))
      let north = try workspace.almanac("plot", "sales.yaml", "--chart", kind, "--series", "north", "-o", "north.gp")
      #expect(north.code == 0, "\(north.errors)")
      #expect(try workspace.read("north.svg").contains("north"))
    }
    for kind in ["forecast", "anomalies"] {
      let two = try workspace.almanac(
        "plot", "sales.yaml", "--chart", kind, "--series", "south", "--series", "north", "-o", "two.gp")
      #expect(two.code == 0, "\(two.errors)")
      let script = try workspace.read("two.gp")
      #expect(script.contains("'south") && script.contains("'north") && !script.contains("east"), "\(kind)")
    }
    for (options, code, words) in [
      (["--chart", "forecast", "--series", "nroth"], 65, "no series is called \"nroth\"; did you mean \"north\"?"),
      (["--chart", "residuals", "--series", "north", "--series", "south"], 64, "shows 1 series at the most"),
      (["--chart", "errors", "--series", "north"], 64, "a chart of errors is about all series"),
    ] {
      let outcome = try Workspace.run(
        Workspace.binary, ["plot", "sales.yaml", "-o", "no.gp"] + options, in: workspace.folder)
      #expect(outcome.code == code && outcome.errors.contains(words), "\(outcome.errors)")
    }
    try workspace.write(text.replacing("series: [south]", with: "series: [south, north]"), to: "wrong.yaml")
    let wrong = try workspace.almanac("validate", "wrong.yaml")
    #expect(
      wrong.code == 78 && wrong.errors.contains("names too many: a chart of decomposition shows 1 series"),
      "\(wrong.errors)")
  }

  @Test func whatARunDoesNotHoldIsSaid() throws {
    let workspace = try workspace(kinds: ["forecast"], method: "use: naive")
    let early = try workspace.almanac("plot", "sales.yaml")
    #expect(early.code == 66 && early.errors.contains("no finished run to draw in "), "\(early.errors)")
    #expect(try workspace.almanac("run", "sales.yaml", "--quiet").code == 0)
    for (kind, words) in [
      ("members", "wants a forecaster that is made of several"),
      ("training", "wants a forecaster that trains a network"), ("gates", "wants a recurrent network"),
      ("attention", "wants a network with `attention`"), ("importance", "wants a network that reads covariates"),
      ("calibration", "wants an evaluate stage, and a forecaster with `levels`"),
    ] {
      let outcome = try workspace.almanac("plot", "sales.yaml", "--chart", kind)
      #expect(outcome.code == 1 && outcome.errors.contains("the chart \(kind) \(words)"), "\(outcome.errors)")
    }
    #expect(try workspace.almanac("plot", "sales.yaml", "--chart", "pie").code == 64)
    #expect(try workspace.almanac("plot", "sales.yaml", "-o", "a.png").code == 64)
    let text = try workspace.read("sales.yaml")
    try workspace.write(
      text.replacingOccurrences(of: "chart: forecast", with: "chart: calibration"), to: "wrong.yaml")
    let wrong = try workspace.almanac("validate", "wrong.yaml")
    #expect(
      wrong.code == 78 && wrong.output.contains("wants a forecaster with `levels`")
        || wrong.errors.contains("wants a forecaster with `levels`"))
    // Another model is not drawn as if it were that of the run.
    try workspace.write(text.replacingOccurrences(of: "use: naive", with: "use: drift"), to: "sales.yaml")
    let other = try workspace.almanac("plot", "sales.yaml")
    #expect(other.code == 65 && other.errors.contains("is not of this pipeline and its readings"), "\(other.errors)")
  }

  @Test func aRunOnATerminalEndsWithAPicture() throws {
    let workspace = try Workspace()
    try workspace.sales()
    func run(_ words: String, _ environment: [String: String] = ["LC_ALL": "C"]) throws -> [String] {
      let outcome = try workspace.terminal(
        ["run", "sales.yaml", "--force"] + words.split(separator: " ").map(String.init), environment: environment)
      return outcome.output.components(separatedBy: "\r\n")
    }
    let lines = try run("")
    let start = try #require(lines.firstIndex { $0.hasSuffix("sales: history, forecast and its widest interval") })
    let chart = lines[(start + 1)...].prefix { !$0.isEmpty }
    #expect(chart.count >= 14 && chart.allSatisfy { $0.count <= 60 } && chart.contains { $0.count > 50 })
    #expect(try !run("--no-chart").contains { $0.contains("history, forecast") })
    #expect(try !run("--quiet").contains { $0.contains("history, forecast") })
    // Where the locale has braille the curves are dots, and coloured where the terminal is and nobody minds.
    let plain = try run("", ["LC_ALL": "C.UTF-8", "TERM": "xterm", "NO_COLOR": "1"])
    #expect(plain.contains { $0.contains("\u{2524}") } && plain.contains { $0.contains("\u{252C}") })
    #expect(plain.contains { $0.unicodeScalars.contains { (0x2801...0x28FF).contains($0.value) } })
    #expect(plain.allSatisfy { $0.count <= 60 || !$0.contains("\u{2502}") } && !plain.joined().contains("\u{1B}["))
    let coloured = try run("", ["LC_ALL": "C.UTF-8", "TERM": "xterm", "NO_COLOR": ""])
    #expect(coloured.contains { $0.contains("\u{1B}[1;33m") })
    // A file or a pipe is no terminal.
    #expect(try !workspace.almanac("run", "sales.yaml", "--force").output.contains("history, forecast"))
  }
}
