import Foundation
import Testing

/// A panel of series of very different lengths, a row each, through one network on the built binary.
@Suite struct RaggedPanelTests {
  /// Long rows, one shorter than a window, and one of three readings.
  static func csv() -> String {
    func row(_ name: String, _ count: Int) -> String {
      let season = [0, 3, 6, 2, -1, -4]
      return "\"\(name)\","
        + (0..<count).map { "\"\(50 + $0 / 2 + 2 * season[$0 % 6] + $0 * $0 % 5)\"" }.joined(separator: ",")
    }
    let rows = [row("a", 90), row("b", 70), row("short", 13), row("new", 3)].map {
      $0 + String(repeating: ",", count: 90 - $0.filter { $0 == "," }.count)
    }
    return "id," + (1...90).map { "V\($0)" }.joined(separator: ",") + "\n" + rows.joined(separator: "\n") + "\n"
  }

  func run(
    window: String = "{lookback: 12, horizon: 6}", network: String = "{hidden: 6, epochs: 3}", csv: String = csv(),
    season: String = ", season: 6"
  ) throws -> (Workspace, Workspace.Outcome) {
    let workspace = try Workspace()
    try workspace.write(csv, to: "data.csv")
    try workspace.write(
      """
      version: 1
      name: ragged
      stages:
        - {use: csv, with: {path: data.csv, layout: rows\(season)}}
        - {use: window, with: \(window)}
        - {use: gru, with: \(network)}
        - {use: evaluate, with: {folds: 2, metrics: [mae, mase], forecasts: folds.csv}}
        - {use: write, with: {path: out.csv, scores: scores.json}}
        - {use: plot, with: {path: out.gp, render: []}}

      """, to: "p.yaml")
    return (workspace, try workspace.almanac("run", "p.yaml"))
  }

  @Test func foldsThatAreTooManyForTheMemoryAreWrittenAllTheSame() throws {
    let workspace = try Workspace()
    let (rows, folds, horizon) = (1400, 1000, 100)
    try workspace.write("value\n" + (0..<rows).map { "\($0 * 37 % 101)\n" }.joined(), to: "data.csv")
    try workspace.write(
      """
      version: 1
      name: many
      stages:
        - {use: csv, with: {path: data.csv, bad_rows: quarantine, quarantine: never/bad.csv}}
        - {use: window, with: {lookback: 1, horizon: \(horizon)}}
        - {use: naive, with: {levels: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]}}
        - {use: evaluate, with: {folds: \(folds), stride: 1, refit: 0, metrics: [mae], forecasts: out/folds.csv}}
        - {use: write, with: {path: out/out.csv}}

      """, to: "p.yaml")
    let trained = try workspace.almanac("run", "p.yaml", "--train", "--set", "run.retrain=never")
    #expect(trained.code == 0 && !workspace.exists("out"), "\(trained.errors)")
    let outcome = try workspace.almanac("run", "p.yaml", "--force")
    #expect(outcome.code == 0, "\(outcome.errors)")
    let lines = try workspace.read("out/folds.csv").split(separator: "\n").dropFirst()
    #expect(lines.count == folds * horizon)
    for (place, line) in lines.enumerated() where place % 9973 == 0 {
      let (fold, step) = (place / horizon, place % horizon)
      let origin = rows - horizon - (folds - 1) + fold
      let (truth, forecast) = ((origin + step) * 37 % 101, (origin - 1) * 37 % 101)
      #expect(
        line.split(separator: ",").prefix(8).joined(separator: ",")
          == "\(fold + 1),\(origin),value,\(origin + step + 1),\(step + 1),\(truth),\(forecast),\(forecast)")
    }
    // So large a backtest is no part of the model, and what held it has no name.
    #expect(!workspace.exists(".almanac/many/model/backtest.json"))
    #expect(workspace.files().filter { $0.hasPrefix("out/") } == ["out/folds.csv", "out/out.csv"])
  }

  @Test func everySeriesGetsAForecastAndLongOnesAreJudged() throws {
    let (workspace, outcome) = try run()
    #expect(outcome.code == 0, "\(outcome.errors)")
    let rows = try workspace.read("out.csv").split(separator: "\n").dropFirst().map { $0.split(separator: ",") }
    #expect(rows.map { $0[0] } == ["a", "b", "short", "new"].flatMap { Array(repeating: $0, count: 6) })
    for row in rows { #expect((20..<150).contains(Double(row[3]) ?? 0), "\(row)") }
    #expect(rows.filter { $0[0] == "new" }.map { $0[1] } == ["4", "5", "6", "7", "8", "9"])

    // Fold 1 starts 12 steps before the end: one step of "short" is not enough to learn from, seven are.
    let folds = try workspace.read("folds.csv").split(separator: "\n").dropFirst().map { $0.split(separator: ",") }
    #expect(Set(folds.filter { $0[0] == "1" }.map { $0[2] }) == ["a", "b"])
    #expect(Set(folds.filter { $0[0] == "2" }.map { $0[2] }) == ["a", "b", "short"])
    let scores = try #require(
      try JSONSerialization.jsonObject(with: workspace.bytes("scores.json")) as? [String: Any])
    #expect(scores["season"] as? Int == 6)
    let series = try #require(scores["series"] as? [String: [String: [String: Any]]])
    #expect(series["short"]?["model"]?["mae"] is Double && series["new"]?["model"]?["mae"] is NSNull)
  }

  @Test func theNetworkIsToldWhatIsPadding() throws {
    func plan(_ network: String) throws -> String {
      let workspace = try Workspace()
      try workspace.write(Self.csv(), to: "data.csv")
      try workspace.write(
        "version: 1\nname: t\nstages:\n  - {use: csv, with: {path: data.csv, layout: rows}}\n"
          + "  - {use: window, with: {lookback: 12, horizon: 6}}\n  - {use: gru, with: \(network)}\n"
          + "  - {use: write, with: {path: out.csv}}\n", to: "p.yaml")
      return try workspace.almanac("plan", "p.yaml").output
    }
    // A GRU of 8 units: 3·8·(C + 8) weights and 2·3·8 biases, and a head of 8·8 + 8 for six steps and two anchors.
    #expect(try plan("{hidden: 8, season: 6}").contains("360 parameters"))
    #expect(try plan("{hidden: 8, season: 6, mask: false}").contains("336 parameters"))
  }

  @Test func paddingMayBeRefused() throws {
    let (_, outcome) = try run(window: "{lookback: 12, horizon: 6, padding: never}")
    #expect(outcome.code == 65)
    #expect(
      outcome.errors.contains(
        "almanac: error: stages[3] (evaluate): series \"short\" has 13 steps, too few: a backtest of 2 folds with lookback "
          + "12 and horizon 6 needs 30; shorten lookback, horizon, validation or folds, or bring more rows"),
      "\(outcome.errors)")
  }

  @Test func aSeasonBesideTimesIsRefused() throws {
    let workspace = try Workspace()
    try workspace.write("day,x\n2024-01-01,1\n", to: "data.csv")
    try workspace.write(
      "version: 1\nname: t\nstages:\n  - {use: csv, with: {path: data.csv, time: day, season: 7}}\n"
        + "  - {use: window, with: {lookback: 12, horizon: 6}}\n  - {use: naive}\n  - {use: write, with: {path: out.csv}}\n",
      to: "p.yaml")
    let outcome = try workspace.almanac("run", "p.yaml")
    #expect(outcome.code == 78)
    #expect(
      outcome.errors.contains(
        "stages[0] (csv): season is for rows without times; set it on the stages, or remove `time`"),
      "\(outcome.errors)")
  }
}
