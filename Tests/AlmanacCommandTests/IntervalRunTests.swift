import Foundation
import Testing

/// Calibrated intervals, and readings outside of them, as a person runs them.
@Suite struct IntervalRunTests {
  /// Half a year of hours of a sensor with a day in it, some noise, and three spikes.
  static let spikes = [3000, 3333, 3801]
  static let csv: String = {
    var state: UInt64 = 7
    func noise() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 40) / Double(1 << 24) - 0.5
    }
    let start = Date(timeIntervalSince1970: 1_704_067_200)
    let style = ISO8601DateFormatter()
    let rows = (0..<4000).map { hour in
      let day = 5 * sin(2 * .pi * Double(hour % 24) / 24)
      let value = 50 + day + noise() + (spikes.contains(hour) ? 8 : 0)
      return "\(style.string(from: start.addingTimeInterval(Double(hour) * 3600))),\(value)\n"
    }
    return "hour,sensor\n" + rows.joined()
  }()

  func workspace(_ forecaster: String, evaluate: String, rows: String = IntervalRunTests.csv) throws -> Workspace {
    let workspace = try Workspace()
    try workspace.write(rows, to: "data.csv")
    try workspace.write(
      """
      version: 1
      name: test
      stages:
        - {use: csv, with: {path: data.csv, time: hour}}
        - {use: window, with: {lookback: 48, horizon: 6}}
        - \(forecaster)
        - {use: evaluate, with: \(evaluate)}
        - {use: write, with: {path: out.csv, scores: scores.json}}

      """, to: "test.yaml")
    return workspace
  }

  func table(_ workspace: Workspace, _ name: String) throws -> [[String]] {
    try workspace.read(name).split(separator: "\n").map { line in
      line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }

  @Test func plantedSpikesAreFoundAndLittleElse() throws {
    let workspace = try workspace(
      "{use: seasonal-naive, with: {levels: [0.8, 0.99], calibration: 1200}}",
      evaluate: "{train: 0.5, test: 0.5, stride: 1, anomalies: anomalies.csv, anomaly_level: 0.99}")
    let outcome = try workspace.almanac("run", "test.yaml")
    #expect(outcome.code == 0, "\(outcome.errors)")
    let rows = try table(workspace, "anomalies.csv")
    #expect(rows[0] == ["series", "time", "value", "forecast", "lower", "upper", "anomaly"])
    // Every row of the test part, once, in order.
    #expect(rows.count == 2001)
    let flagged = rows.indices.dropFirst().filter { rows[$0][6] == "1" }.map { $0 - 1 + 2000 }
    #expect(Self.spikes.allSatisfy(flagged.contains), "\(flagged)")
    // A day after a spike the season that is repeated holds it; beside those about one row in a hundred is outside.
    let known = Set(Self.spikes + Self.spikes.map { $0 + 24 })
    #expect((10...30).contains(flagged.count { !known.contains($0) }), "\(flagged)")
    for row in rows.dropFirst() {
      let numbers = row[2...5].compactMap { Double($0) }
      let isOutside = numbers[0] < numbers[2] || numbers[0] > numbers[3]
      #expect((row[6] == "1") == isOutside)
    }
    #expect(
      outcome.output.contains(
        "\(flagged.count) of 2000 values from 2024-03-24T08:00:00Z to 2024-06-15T15:00:00Z lie outside of the interval of level "
          + "0.99"), "\(outcome.output)")
  }

  @Test func anAnomalyIsJudgedByRowsBeforeItAlone() throws {
    let stage = "{use: seasonal-naive, with: {levels: [0.9], calibration: 200}}"
    let evaluate = "{train: 0.5, test: 0.5, stride: 1, anomalies: anomalies.csv}"
    let first = try workspace(stage, evaluate: evaluate)
    #expect(try first.almanac("run", "test.yaml").code == 0)
    // Rows from the 3500th on are others: nothing that was said of the rows before may change.
    let lines = Self.csv.split(separator: "\n")
    let changed = lines.enumerated().map { number, line in
      number > 3500 ? "\(line.split(separator: ",")[0]),\(900 + number % 13)" : String(line)
    }
    let second = try workspace(stage, evaluate: evaluate, rows: changed.joined(separator: "\n") + "\n")
    #expect(try second.almanac("run", "test.yaml").code == 0)
    let (before, after) = (try table(first, "anomalies.csv"), try table(second, "anomalies.csv"))
    #expect(before.count == after.count)
    #expect(Array(before[1...1500]) == Array(after[1...1500]))
    #expect(before[1501...] != after[1501...])
  }

  @Test func aPointNetworkGivesIntervalsByCalibration() throws {
    let workspace = try workspace(
      "{use: gru, with: {hidden: 4, epochs: 1, steps_per_epoch: 10, head: point, levels: [0.8, 0.95], calibration: 150}}",
      evaluate: "{folds: 100, stride: 6, refit: 0}")
    let outcome = try workspace.almanac("run", "test.yaml")
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(try table(workspace, "out.csv")[0].suffix(4) == ["lower_80", "upper_80", "lower_95", "upper_95"])
    let scores = try #require(
      try JSONSerialization.jsonObject(with: workspace.bytes("scores.json")) as? [String: Any])
    let intervals = try #require((scores["intervals"] as? [String: [[String: Any]]])?["model"])
    for interval in intervals {
      let (level, coverage) = (interval["level"] as? Double, interval["coverage"] as? Double)
      #expect(abs((coverage ?? 0) - (level ?? 1)) < 0.06, "\(interval)")
      #expect((interval["coverage_by_third"] as? [Double])?.count == 3)
    }
    #expect(outcome.output.contains("intervals of level 0.8 held 0."), "\(outcome.output)")
  }

  @Test func calibrationIsTheSameAtAnyNumberOfThreads() throws {
    let workspace = try workspace(
      "{use: gru, with: {hidden: 3, epochs: 1, steps_per_epoch: 5, levels: [0.5], calibration: auto}}",
      evaluate: "{folds: 2, refit: 0}")
    #expect(try workspace.almanac("run", "test.yaml", "--threads", "1").code == 0)
    let first = try workspace.bytes("out.csv")
    #expect(try workspace.almanac("run", "test.yaml", "--threads", "4").code == 0)
    #expect(try workspace.bytes("out.csv") == first)
  }

  @Test func thePlanCountsTheSecondFit() throws {
    let workspace = try workspace(
      "{use: gru, with: {hidden: 3, epochs: 1, levels: [0.5], calibration: 30, validation: 12}}", evaluate: "{folds: 1}"
    )
    let outcome = try workspace.almanac("plan", "test.yaml")
    #expect(outcome.output.contains("2 fits, 8 trainings"), "\(outcome.output)\(outcome.errors)")
  }

  @Test(arguments: [
    (
      "{use: gru, with: {levels: [0.8], head: point, calibration: 0}}", "{folds: 1}",
      "stages[2] (gru): levels wants a head that gives a distribution, such as quantiles, or a `calibration` that is not 0"
    ),
    (
      "{use: theta, with: {calibration: 20}}", "{folds: 1}",
      "stages[2] (theta): calibration wants `levels`, such as [0.8, 0.95]"
    ),
    (
      "{use: theta, with: {calibration: some}}", "{folds: 1}",
      "stages[2] (theta): calibration wants auto, or a number of origins from 0 to 100000, not \"some\""
    ),
    (
      "{use: ensemble, with: {members: [{use: theta, with: {levels: [0.8], calibration: auto}}]}}", "{folds: 1}",
      "stages[2] (ensemble): members[0] (theta): its intervals would be calibrated, which is done for the whole stage alone: give "
        + "`levels` there, or `calibration: 0` here"
    ),
    (
      "{use: theta, with: {levels: [0.8]}}", "{folds: 1, anomalies: a.csv, anomaly_level: 0.9}",
      "stages[3] (evaluate): anomaly_level of 0.9 is not among the levels of the forecaster; add it there"
    ),
    (
      "{use: theta}", "{folds: 1, anomalies: a.csv}",
      "stages[3] (evaluate): anomalies wants a forecaster with `levels`, such as [0.99]"
    ),
    (
      "{use: theta}", "{folds: 1, anomaly_level: 0.9}",
      "stages[3] (evaluate): anomaly_level wants `anomalies` beside it"
    ),
  ])
  func whatDoesNotFitIsRefusedInWords(forecaster: String, evaluate: String, message: String) throws {
    let outcome = try workspace(forecaster, evaluate: evaluate).almanac("validate", "test.yaml")
    #expect(outcome.code == 78)
    let text = outcome.output + outcome.errors
    #expect(text.contains("error: \(message)\n"), "\(text)")
  }

  @Test func tooFewErrorsEndTheRunWithTheirNumber() throws {
    let outcome = try workspace("{use: theta, with: {levels: [0.99], calibration: 50}}", evaluate: "{folds: 1}")
      .almanac("run", "test.yaml")
    #expect(outcome.code == 65)
    #expect(
      outcome.errors.contains(
        "stages[2] (theta): an interval of level 0.99 takes at least 99 errors of each step, but 50 origins of 1 series give 50; "
          + "raise `calibration`, ask for a lower level, or bring more rows"), "\(outcome.errors)")
  }

  @Test(arguments: [
    (
      "{use: ensemble, with: {members: [{use: theta}, {use: naive}], levels: [0.8, 0.95]}}",
      "the seasonal naive forecast"
    ),
    ("{use: ets, with: {levels: [0.8, 0.95], calibration: auto}}", "the forecaster's own intervals"),
  ])
  func aShortSeriesHasCalibratedIntervalsToo(forecaster: String, others: String) throws {
    let workspace = try Workspace()
    let rows = (1...14).map { "2025-02-\($0 < 10 ? "0" : "")\($0),\(20 + $0 + 3 * ($0 * $0 % 5))\n" }
    try workspace.write("day,value\n" + rows.joined(), to: "data.csv")
    try workspace.write(
      """
      version: 1
      name: test
      stages:
        - {use: csv, with: {path: data.csv}}
        - {use: window, with: {lookback: 6, horizon: 4}}
        - \(forecaster)
        - {use: write, with: {path: out.csv}}

      """, to: "test.yaml")
    let outcome = try workspace.almanac("run", "test.yaml")
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(
      outcome.errors.contains(
        "too few to calibrate an interval of level 0.95: errors of several steps are taken together")
        && outcome.errors.contains(others), "\(outcome.errors)")
    for row in try table(workspace, "out.csv").dropFirst() {
      let bounds = row.suffix(4).compactMap { Double($0) }
      #expect(bounds.count == 4 && bounds[2] <= bounds[0] && bounds[0] < bounds[1] && bounds[1] <= bounds[3], "\(row)")
    }
  }

  @Test func scoresAreWrittenAsCSVToo() throws {
    let workspace = try workspace(
      "{use: theta, with: {levels: [0.8]}}", evaluate: "{folds: 2, metrics: [mae, mase], refit: 0}")
    let outcome = try workspace.almanac("run", "test.yaml", "--set", "write.with.scores=scores.csv")
    #expect(outcome.code == 0, "\(outcome.errors)")
    let rows = try table(workspace, "scores.csv")
    #expect(rows[0] == ["forecaster", "scope", "of", "metric", "value"])
    let model = rows.filter { $0[0] == "model" }
    let scopes = ["all", "fold", "series", "step", "third"].map { scope in model.filter { $0[1] == scope }.count }
    // Two metrics over all, two folds, one series, six steps; coverage over all and in thirds.
    #expect(scopes == [3, 4, 2, 12, 3])
    #expect(Set(rows.dropFirst().map { $0[0] }) == ["model", "naive", "seasonal-naive"])
    #expect(rows.dropFirst().allSatisfy { Double($0[4]) != nil })
  }
}
