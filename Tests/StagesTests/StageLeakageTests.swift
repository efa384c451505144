import Forecasting
import Foundation
import GRDB
import Operation
import PipelineFile
import TestSupport
import Testing
import TimeSeries

@testable import Pipelines
@testable import Stages

/// No forecast of a fold depends on a value behind its origin: for every stage that a file may name, in the forms below,
/// the values behind the origin are replaced in the CSV file, by other numbers, by nothing, by huge ones and by negative
/// ones, and the forecasts stay the same to the last bit.
///
/// A stage without an example here fails the test: whoever adds one shows that it does not look ahead.
@Suite struct StageLeakageTests {
  /// What stands in place of a stage's own part of the pipeline, for each form that may look ahead in a way of its own.
  static let forms: [String: [String]] = [
    "csv": [
      "{path: data.csv, time: day}", "{path: data.csv, time: day, target: [south, north], time_format: iso}",
      "{path: long.csv, time: day, layout: long, series: name, target: load}",
      "{path: rows.csv, layout: rows, series: name}", "{path: data.csv, time: day, target: north, past: south}",
    ],
    "sqlite": [
      "{path: data.db, table: long, time: day, series: name, target: load}",
      "{path: data.db, sql: SELECT * FROM wide, time: day, target: north, past: south}",
    ],
    "check": ["{newest: {warn: 2d}, flat: {warn: 3}, gaps: {warn: 2}, future: warn}"],
    "calendar": ["{features: [day-of-week, month]}", "{country: US, features: [day-of-week], before: 1}"],
    "regress": ["{season: 7}", "{}"],
    "resample": [
      "{fill: linear}", "{every: 1d, fill: linear, max_gap: 6}", "{every: 1d, aggregate: median, fill: previous}",
      "{every: 1d, fill: zero}",
    ],
    "impute": ["{method: linear}", "{method: previous}", "{method: seasonal, season: 7}"],
    "clip": ["{deviations: 2}", "{deviations: 2, window: 9}"],
    "bounds": ["{whole: false}", "{floor: 1, ceiling: auto, whole: true}"],
    "log": ["{offset: 10}"],
    "box-cox": ["{choose: likelihood}", "{choose: guerrero}", "{lambda: 0.3}"],
    "detrend": ["{method: least-squares}", "{method: theil-sen}"],
    "deseasonalize": ["{method: additive, season: 7}", "{method: multiplicative, season: [3, 7]}", "{method: auto}"],
    "difference": ["{lag: 1}", "{lag: 7}"],
    "normalize": ["{method: standard}", "{method: robust}", "{method: minmax}"],
    "window": ["{lookback: 10, horizon: 5}", "{lookback: 10, horizon: 5, stride: 3}"],
    "rnn": networks, "lstm-1997": networks, "lstm": networks, "gru": networks + everyKind, "slstm": networks,
    "mlp": networks,
    "naive": local, "seasonal-naive": local, "drift": local, "mean": local, "naive2": local, "ses": local,
    "holt": local, "damped-holt": local, "theta": local, "ets": ["{season: 1}"],
    "mstl": ["{seasons: [3, 7], levels: [0.8]}", "{method: theta, levels: [0.5], calibration: auto}"],
    "holt-winters": ["{season: 7, levels: [0.8]}"],
    "pretrained": ["{seasons: 7, levels: [0.8]}", "{seasons: 7, fine_tune: light}"],
    "auto": ["{network: false, levels: [0.5]}", "{network: false, seasons: [7, 14]}"],
    "intermittent": ["{season: 7, levels: [0.8]}", "{method: adida, alpha: 0.1}"],
    "ensemble": [
      "{members: [{use: theta}, {use: ses}], combine: weighted, folds: 2}",
      "{members: [{use: drift}, {use: gru, with: {hidden: 2, epochs: 1}}], levels: [0.5]}",
    ],
    "select": ["{members: [{use: theta}, {use: mean}], for: series, folds: 2}"],
    "evaluate": [
      "{refit: 0, metrics: [mase, owa, crps], baselines: [theta]}", "{gap: 2}", "{max_training: 40}",
      "{train: 0.6, test: 0.4, protocol: long-horizon}", "{train: 40, validation: 20, stride: 2}",
    ],
    "write": ["{path: out.csv}"],
    "store": ["{path: out.db}"],
    "plot": ["{path: out.gp, render: []}"],
    "report": ["{path: out.html}"],
  ]

  static let local = ["{levels: [0.8]}", "{levels: [0.5], calibration: auto}"]
  static let networks = [
    "{hidden: 2, epochs: 2, validation: 8, levels: [0.5]}",
    "{hidden: 2, epochs: 1, validation: 0, head: point, levels: [0.5], calibration: 6, anchors: [1, 7], lags: [7]}",
  ]
  static let everyKind = [
    "{hidden: 2, epochs: 1, members: 2, series_embedding: 1, logarithm: true, loss: mase+smape}",
    "{hidden: 2, epochs: 1, network: dilated, dilations: [[1, 2]], bidirectional: false, origins: 4}",
    "{hidden: 2, epochs: 1, network: encoder-decoder, attention: additive, validation: 8, refit: false}",
    "{hidden: 2, epochs: 1, network: recursive, dropout: 0.2}",
    "{hidden: 4, epochs: 1, network: segment, segment: 5}",
    "{hidden: 2, epochs: 1, head: student-t, levels: [0.5], averaging: 0.9, bidirectional: true}",
  ]

  /// Ways in which values behind an origin may differ.
  enum Change: CaseIterable {
    case other, nothing, huge, negative

    func value(_ step: Int) -> String {
      switch self {
      case .other: "\(Double(10 + step * step % 37) + 0.25)"
      case .nothing: ""
      case .huge: "\(1e12 + Double(step))"
      case .negative: "\(-5 - step)"
      }
    }
  }

  static let days = 80
  static let names = ["north", "south"]

  /// Two series with a trend, a week, a gap and an outlier, all above zero.
  static func value(_ series: Int, _ step: Int) -> String {
    if series == 0, step == 20 || step == 21 { return "" }
    let week = [0, 2, 5, 3, 1, -2, -4][step % 7]
    return
      "\((step == 30 ? 90 : 20 + Double(step) / 10 + Double(week) + Double(step * step % 13) / 5) * Double(series + 1))"
  }

  /// Writes the readings in every layout that a form asks for.
  static func write(to folder: URL, changing change: Change? = nil, from origins: [Int] = [.max, .max]) throws {
    let table = names.indices.map { series in
      (0..<days).map { step in
        change.flatMap { step >= origins[series] ? $0.value(step) : nil } ?? value(series, step)
      }
    }
    func day(_ step: Int) -> String {
      TimeStyle(form: .date).text(of: Timestamp(seconds: 1_704_067_200 + Int64(step) * 86_400))
    }
    let wide = (0..<days).map { "\(day($0)),\(table[0][$0]),\(table[1][$0])\n" }
    let long = names.indices.flatMap { series in (0..<days).map { "\(names[series]),\(day($0)),\(table[series][$0])\n" }
    }
    let rows = names.indices.map { "\(names[$0]),\(table[$0].joined(separator: ","))\n" }
    let header = (0..<days).map { "V\($0)" }.joined(separator: ",")
    for (name, text) in [
      ("data.csv", "day,north,south\n" + wide.joined()), ("long.csv", "name,day,load\n" + long.joined()),
      ("rows.csv", "name,\(header)\n" + rows.joined()),
    ] {
      try Data(text.utf8).write(to: folder.appendingPathComponent(name))
    }
    try? FileManager.default.removeItem(at: folder.appendingPathComponent("data.db"))
    try DatabaseQueue(path: folder.appendingPathComponent("data.db").path).write { db in
      try db.execute(
        sql: "CREATE TABLE wide (day TEXT, north REAL, south REAL); CREATE TABLE long (name TEXT, day TEXT, load REAL)")
      for step in 0..<days {
        try db.execute(
          sql: "INSERT INTO wide VALUES (?, ?, ?)",
          arguments: [day(step), Double(table[0][step]), Double(table[1][step])])
        for series in names.indices {
          try db.execute(
            sql: "INSERT INTO long VALUES (?, ?, ?)",
            arguments: [names[series], day(step), Double(table[series][step])])
        }
      }
    }
  }

  /// A pipeline with a stage in it, and what the stage needs around it.
  static func file(_ stage: StageDefinition, _ form: String) -> String {
    func part(_ role: StageRole, _ usual: String) -> String {
      stage.role == role ? "  - {use: \(stage.name), with: \(form)}\n" : usual
    }
    let resample =
      stage.name == "resample" || stage.name == "impute" ? "" : "  - {use: resample, with: {fill: linear}}\n"
    let ahead = stage.name == "regress" ? "  - {use: calendar, with: {features: [day-of-month, month]}}\n" : ""
    return "version: 1\nname: leak\nstages:\n" + part(.source, "  - {use: csv, with: {path: data.csv, time: day}}\n")
      + part(.check, "") + resample + ahead
      + part(.transform, stage.role == .forecaster ? "  - {use: normalize}\n" : "")
      + part(.window, "  - {use: window, with: {lookback: 10, horizon: 5}}\n")
      + part(.forecaster, "  - {use: drift, with: {levels: [0.8]}}\n")
      + part(.evaluator, "  - {use: evaluate, with: {folds: 1, season: 7}}\n")
      + part(.sink, "  - {use: write, with: {path: out.csv}}\n")
  }

  /// The forecasts of the first fold of a pipeline, and its origins.
  static func firstFold(
    _ text: String, in folder: URL, reader: PipelineReader = reader()
  ) throws -> (forecasts: [[[Double]]?], origins: [Int], steps: [Int]) {
    let written = try reader.read(text, file: folder.appendingPathComponent("p.yaml").path)
    let source = try written.parts.source.stage.read(StageContext(root: written.rootFolder))
    let panel = try written.regular(source.readings)
    let pipeline = try written.build(onFrequencyOf: panel)
    let backtest = try #require(pipeline.backtest)
    let result = try backtest.keeping().run(pipeline.chain, on: panel, context: FitContext())
    // Where a series begins late its rows are fewer than the file's.
    let file = panel.series.map { days - $0.count }
    let forecasts = try result.judged(0).map { judged in
      judged.map { $0.points + $0.intervals.flatMap { [$0.lower, $0.upper] } }
    }
    return (forecasts, zip(result.origins[0], file).map { $0 + $1 }, result.origins[0])
  }

  /// Holds the first fold of a pipeline against the same with other values behind its origin.
  static func check(_ text: String, changes: [Change] = Change.allCases, reader: PipelineReader = reader()) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("leak-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try write(to: folder)
    let before = try firstFold(text, in: folder, reader: reader)
    for change in changes {
      // Columns of the file in the order of the panel; both series end together, so that origins are those of both.
      try write(to: folder, changing: change, from: [before.origins[0], before.origins[0]])
      let after = try firstFold(text, in: folder, reader: reader)
      #expect(after.steps == before.steps, "\(change): \(text)")
      #expect(after.forecasts == before.forecasts, "\(change): \(text)")
    }
    // The test itself must be able to fail: a value before the origin does change the forecast.
    try write(to: folder, changing: .other, from: [before.origins[0] - 1, before.origins[0] - 1])
    #expect(try firstFold(text, in: folder, reader: reader).forecasts != before.forecasts, "\(text)")
  }

  @Test(.enabled(if: duckDB != nil, "needs duckdb"))
  func noQueryLooksAhead() throws {
    let stage = try #require(registry()["query"])
    let program = try #require(duckDB)
    for form in [
      "from: data.csv, time: day", "from: long.csv, time: day, series: name, target: load",
      "sql: SELECT * FROM 'data.csv', time: day, target: north, past: south",
    ] {
      try Self.check(Self.file(stage, "{\(form), program: \(program)}"))
    }
  }

  @Test(arguments: registry().stages.map(\.name).filter { $0 != "query" })
  func noStageLooksAhead(name: String) throws {
    let stage = try #require(registry()[name])
    let forms = try #require(Self.forms[name], "\(name) has no example in this test; add one")
    for form in forms {
      // What the later folds are fitted on must be possible: only the evaluator has any, and values that it can score.
      // A row that ends in empty cells is a shorter series, which ends before the origin.
      let changes = Change.allCases.filter { $0 != .nothing || !form.contains("layout: rows") }
      try Self.check(Self.file(stage, form), changes: stage.role == .evaluator ? [.other] : changes)
    }
  }

  @Test func noPluginLooksAhead() throws {
    let examples = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("pipelines/plugins").path
    let plugins = """
      version: 1
      name: leak
      plugins:
        despike: {command: [python3, \(examples)/despike.py], env: [PATH]}
        seasonal-drift: {command: [python3, \(examples)/seasonal_drift.py], env: [PATH]}
      stages:

      """
    let rest = "  - {use: evaluate, with: {folds: 1, season: 7}}\n  - {use: write, with: {path: out.csv}}\n"
    let csv = "  - {use: csv, with: {path: data.csv, time: day}}\n  - {use: resample, with: {fill: linear}}\n"
    let window = "  - {use: window, with: {lookback: 10, horizon: 5}}\n"
    for middle in [
      "  - {use: despike, with: {width: 7, limit: 9}}\n\(window)  - {use: drift}\n",
      "\(window)  - {use: seasonal-drift, with: {season: 7}}\n",
      "\(window)  - {use: ensemble, with: {members: [{use: seasonal-drift, with: {season: 7}}, {use: theta}]}}\n",
    ] {
      try Self.check(
        plugins + csv + middle + rest, changes: [.other, .nothing],
        reader: reader(environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"]))
    }
  }
}

extension Backtest {
  /// The same with all forecasts kept.
  fileprivate func keeping() -> Backtest {
    var backtest = self
    backtest.keepsForecasts = true
    return backtest
  }
}
