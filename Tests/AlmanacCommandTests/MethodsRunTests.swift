import Foundation
import Testing

/// The stages without a network, as a person runs them: readings in, forecast, scores and folds out.
@Suite struct MethodsRunTests {
  /// Two years of months with a trend, a season and a gap, for two series.
  static let csv: String = {
    let season = [0, 2, 5, 3, 1, -2, -4, -5, -3, 0, 2, 1]
    let rows = (0..<60).map { month in
      let date = "\(2018 + month / 12)-\(month % 12 < 9 ? "0" : "")\(month % 12 + 1)"
      let noise = Double(month * month % 7) / 10
      let north = 40 + 0.3 * Double(month) + Double(season[month % 12]) + noise
      return "\(date),\(month == 17 ? "" : "\(north)"),\(north * 3 - 5)\n"
    }
    return "month,north,south\n" + rows.joined()
  }()

  func run(_ stages: String) throws -> (Workspace, Workspace.Outcome) {
    let workspace = try Workspace()
    try workspace.write(Self.csv, to: "data.csv")
    try workspace.write(
      "version: 1\nname: test\nstages:\n  - {use: csv, with: {path: data.csv, time: month}}\n\(stages)", to: "test.yaml"
    )
    return (workspace, try workspace.almanac("run", "test.yaml"))
  }

  @Test(arguments: [
    "{use: naive, with: {levels: [0.8]}}", "{use: seasonal-naive, with: {season: 12, levels: [0.8]}}",
    "{use: drift, with: {levels: [0.8]}}", "{use: mean, with: {levels: [0.8]}}", "{use: naive2, with: {levels: [0.8]}}",
    "{use: ses, with: {levels: [0.8]}}", "{use: holt, with: {levels: [0.8]}}",
    "{use: damped-holt, with: {levels: [0.8]}}", "{use: theta, with: {levels: [0.8]}}",
    "{use: holt-winters, with: {method: multiplicative, damped: true, levels: [0.8]}}",
    "{use: ets, with: {levels: [0.8]}}",
  ])
  func everyForecasterPublishesAForecastWithBounds(stage: String) throws {
    let (workspace, outcome) = try run(
      """
        - {use: window, with: {lookback: 12, horizon: 6}}
        - \(stage)
        - {use: write, with: {path: out.csv}}

      """)
    #expect(outcome.code == 0, "\(outcome.errors)")
    let rows = try workspace.read("out.csv").split(separator: "\n").map { $0.split(separator: ",") }
    #expect(rows[0] == ["series", "time", "step", "forecast", "lower_80", "upper_80"])
    #expect(rows.count == 13)
    for row in rows.dropFirst() {
      let numbers = row.dropFirst(3).compactMap { Double($0) }
      #expect(numbers.count == 3 && numbers[1] < numbers[0] && numbers[0] < numbers[2], "\(row)")
    }
  }

  @Test func transformsMetricsAndFoldsWorkTogether() throws {
    let (workspace, outcome) = try run(
      """
        - {use: impute, with: {method: seasonal, season: 12}}
        - {use: clip, with: {deviations: 6}}
        - {use: box-cox}
        - {use: detrend, with: {method: theil-sen}}
        - {use: deseasonalize, with: {method: additive, season: 12}}
        - {use: window, with: {lookback: 12, horizon: 6}}
        - {use: ses, with: {levels: [0.8, 0.95]}}
        - use: evaluate
          with:
            metrics: [mae, mse, rmse, mape, smape, mase, rmsse, owa, nd, quantile-loss, crps, coverage, interval-score, direction]
            baselines: [seasonal-naive, theta]
            folds: 3
            stride: 2
            refit: 0
            gap: 1
            max_training: 48
            forecasts: folds.csv
            require: {mase: "< 1.0", direction: "> 0.5"}
        - {use: write, with: {path: out.csv, scores: scores.json}}

      """)
    #expect(outcome.code == 0, "\(outcome.errors)")
    let scores = try #require(
      try JSONSerialization.jsonObject(with: workspace.bytes("scores.json")) as? [String: Any])
    let table = try #require(scores["scores"] as? [String: [String: Any]])
    #expect(Set(table.keys) == ["model", "naive", "seasonal-naive", "theta", "naive2"])
    #expect(table["model"]?.count == 14 && table["model"]?.values.allSatisfy { $0 is Double } == true)
    #expect((scores["steps"] as? [Any])?.count == 6)
    #expect(((scores["intervals"] as? [String: Any])?["model"] as? [Any])?.count == 2)
    let folds = try workspace.read("folds.csv").split(separator: "\n")
    #expect(
      folds[0] == "fold,origin,series,time,step,truth,model,naive,seasonal-naive,theta,naive2,"
        + "lower_80,upper_80,lower_95,upper_95")
    #expect(folds.count == 1 + 3 * 2 * 6)
    #expect(folds[1].hasPrefix("1,2022-02,north,2022-03,1,"))
  }

  @Test func theLongHorizonProtocolScoresEveryOriginOfTheTestPart() throws {
    let (workspace, outcome) = try run(
      """
        - {use: impute}
        - {use: window, with: {lookback: 12, horizon: 3}}
        - {use: seasonal-naive}
        - use: evaluate
          with: {metrics: [mse, mae], train: 0.6, test: 0.2, protocol: long-horizon}
        - {use: write, with: {path: out.csv, scores: scores.json}}

      """)
    #expect(outcome.code == 0, "\(outcome.errors)")
    let scores = try #require(
      try JSONSerialization.jsonObject(with: workspace.bytes("scores.json")) as? [String: Any])
    #expect((scores["folds"] as? [Any])?.count == 10)
    let table = try #require(scores["scores"] as? [String: [String: Double]])
    #expect(table["model"] == table["seasonal-naive"])
  }

  @Test(arguments: [
    ("{protocol: long-horizon}", "protocol long-horizon wants `train` and `test`"),
    ("{validation: 3}", "validation wants `train` beside it"),
    ("{train: 0.7}", "train wants `validation` or `test` beside it"),
    ("{train: 1.5, test: 3}", "train wants steps such as 8640 or a share such as 0.7"),
    ("{require: {mae: \"= 3\"}}", "require wants a bound such as \"< 1.0\" or \">= 0\", not \"= 3\""),
    ("{require: {crps: \"< 3\"}}", "require asks for \"crps\", which is not among the metrics; add it there"),
  ])
  func whatCannotBeJudgedIsRefused(fields: String, message: String) throws {
    let (_, outcome) = try run(
      """
        - {use: window, with: {lookback: 12, horizon: 3}}
        - {use: naive}
        - {use: evaluate, with: \(fields)}
        - {use: write, with: {path: out.csv}}

      """)
    #expect(outcome.code == 78)
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
  }
}
