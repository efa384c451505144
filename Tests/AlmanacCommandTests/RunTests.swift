import Foundation
import Testing

/// `almanac run` from CSV to published forecast and chart, on the built binary.
@Suite struct RunTests {
  /// Ten years of months with a season, a trend and gaps, and a pipeline that uses every stage.
  static func monthly(_ workspace: Workspace, more: String = "", seed: Int = 7) throws {
    let rows = (0..<120).filter { $0 != 30 && $0 != 31 }.map { month in
      let season = [3, 1, -2, -4, -3, 0, 2, 4, 5, 2, -3, -5][month % 12]
      let value = 100 + Double(month) / 2 + Double(season) * 3 + Double(month * month * 7 % 11) / 4
      return "\(2010 + month / 12)-\(month % 12 < 9 ? "0" : "")\(month % 12 + 1),\(value)\n"
    }
    try workspace.write("month,sales\n" + rows.joined(), to: "data/sales.csv")
    try workspace.write(
      """
      version: 1
      name: sales
      root: ..
      run: {seed: \(seed)}
      stages:
        - use: csv
          with: {path: data/sales.csv, time: month, target: sales}
        - use: resample
          with: {every: 1mo, fill: linear}
        - use: log
        - use: difference
          with: {lag: 12}
        - use: normalize
        - use: window
          with: {lookback: 18, horizon: 6}
        - use: gru
          with: {hidden: 5, epochs: 3, validation: 12}
        - use: evaluate
          with: {folds: 2, season: 12}
        - use: write
          with: {path: out/sales.csv, scores: out/sales.scores.json}
        - use: plot
          with: {path: out/sales.gp, unit: pieces}
      \(more)
      """, to: "pipelines/sales.yaml")
  }

  @Test func everythingIsPublishedAtItsPath() throws {
    let workspace = try Workspace()
    try Self.monthly(workspace)
    let outcome = try workspace.almanac("run", "pipelines/sales.yaml")
    #expect(outcome.code == 0, "\(outcome.errors)")
    let outputs = ["sales.csv", "sales.gp", "sales.png", "sales.scores.json", "sales.svg"].map { "out/\($0)" }
    #expect(workspace.files() == ["data/sales.csv"] + outputs + ["pipelines/sales.yaml"])

    let rows = try workspace.read("out/sales.csv").split(separator: "\n")
    #expect(rows.first == "series,time,step,forecast")
    #expect(rows.dropFirst().map { $0.split(separator: ",")[1] } == (1...6).map { "2020-0\($0)" })
    for row in rows.dropFirst() { #expect((120..<200).contains(Double(row.split(separator: ",")[3]) ?? 0)) }

    let scores = try #require(
      try JSONSerialization.jsonObject(with: workspace.bytes("out/sales.scores.json")) as? [String: Any])
    let table = try #require(scores["scores"] as? [String: [String: Double]])
    #expect(Set(table.keys) == ["model", "naive", "seasonal-naive"])
    #expect((scores["folds"] as? [Any])?.count == 2)
    #expect(outcome.output.contains("scores over 2 folds of 6 steps, season 12:"))
    #expect(outcome.output.contains("published out/sales.csv"))
  }

  @Test func theScriptRunsAloneFromAnyFolder() throws {
    let workspace = try Workspace()
    try Self.monthly(workspace)
    #expect(try workspace.almanac("run", "pipelines/sales.yaml").code == 0)
    // Titles, which browsers show where the pointer rests, are given to what gnuplot has drawn.
    func drawn() throws -> String { try workspace.read("out/sales.svg").replacing(/<title>[^<]*<\/title>/, with: "") }
    let picture = try drawn()
    try FileManager.default.removeItem(atPath: workspace.path("out/sales.svg"))
    let outcome = try Workspace.run(
      URL(fileURLWithPath: "/usr/bin/env"), ["gnuplot", workspace.path("out/sales.gp")],
      in: URL(fileURLWithPath: "/"))
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(try drawn() == picture)
  }

  @Test func sameSeedSameBytesAtAnyNumberOfThreads() throws {
    func forecast(seed: Int, threads: String) throws -> Data {
      let workspace = try Workspace()
      try Self.monthly(workspace, seed: seed)
      #expect(try workspace.almanac("run", "pipelines/sales.yaml", "--threads", threads, "-q").code == 0)
      return try workspace.bytes("out/sales.csv") + workspace.bytes("out/sales.scores.json")
    }
    let first = try forecast(seed: 7, threads: "1")
    #expect(try forecast(seed: 7, threads: "1") == first)
    #expect(try forecast(seed: 7, threads: "2") == first)
    #expect(try forecast(seed: 7, threads: "3") == first)
    #expect(try forecast(seed: 8, threads: "2") != first)
  }

  @Test func resultsAndProgressGoToTheirOwnStreams() throws {
    let workspace = try Workspace()
    try Self.monthly(workspace)
    let loud = try workspace.almanac("run", "pipelines/sales.yaml")
    #expect(
      loud.errors.hasPrefix(
        "read 118 readings of 1 series\nfold 1 of 2: epoch "))
    #expect(!loud.output.contains("epoch"))
    let quiet = try workspace.almanac("run", "pipelines/sales.yaml", "--quiet", "--force")
    #expect(quiet.code == 0)
    #expect(quiet.output.isEmpty && quiet.errors.isEmpty)
  }

  @Test func aModelThatLosesSaysSo() throws {
    let workspace = try Workspace()
    let rows = (0..<80).map { "\($0 + 1),\([3, 9, 12, 8, 5, 1, 0][$0 % 7] * 4 + $0 * $0 % 5)\n" }
    try workspace.write("step,load\n" + rows.joined(), to: "load.csv")
    try workspace.write(
      """
      version: 1
      name: load
      stages:
        - use: csv
          with: {path: load.csv, target: load}
        - use: window
          with: {lookback: 14, horizon: 3}
        - use: lstm
          with: {hidden: 2, epochs: 0}
        - use: evaluate
          with: {season: 7}
        - use: write
          with: {path: out.csv}
      """, to: "load.yaml")
    // An untrained network is the naive forecast; the seasonal naive one is better.
    let outcome = try workspace.almanac("run", "load.yaml", "--quiet")
    #expect(outcome.errors == "almanac: warning: the model loses: seasonal-naive is better by mase\n")
    #expect(outcome.code == 0)
  }

  @Test func severalSeriesOneNetworkAndQuarantinedRows() throws {
    let workspace = try Workspace()
    let rows = (0..<60).flatMap { day in
      ["north", "south"].map { name in
        "\(name),2024-0\(day / 30 + 1)-\(day % 30 < 9 ? "0" : "")\(day % 30 + 1),\(day % 7 * 3 + name.count + day % 4)"
      }
    }.filter { !$0.contains("2024-02-30") }
    try workspace.write(
      "where,day,load\r\n" + rows.reversed().joined(separator: "\r\n") + "\r\nnorth,2024-01-01,99\r\nsouth,soon,3\r\n",
      to: "load.csv")
    try workspace.write(
      """
      version: 1
      name: load
      stages:
        - use: csv
          with:
            {path: load.csv, time: day, target: load, layout: long, series: where, bad_rows: quarantine, quarantine: out/bad.csv}
        - use: resample
          with: {every: 1d, fill: previous}
        - use: window
          with: {lookback: 14, horizon: 3}
        - use: lstm
          with: {hidden: 4, epochs: 2}
        - use: write
          with: {path: out/load.json}
        - use: write
          name: table
          with: {path: out/load.csv, columns: nixtla}
      """, to: "load.yaml")
    let outcome = try workspace.almanac("run", "load.yaml")
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("almanac: warning: left 2 bad rows out"))
    let bad = try workspace.read("out/bad.csv").split(separator: "\n")
    #expect(bad.first == "line,reason,row")
    #expect(bad.count == 3)
    let expected =
      "121,\"column \"\"day\"\": \"\"soon\"\" is not an ISO 8601 time such as 2016-07-01 13:00\",\"south,soon,3\""
    #expect(bad.last.map(String.init) == expected)
    let table = try workspace.read("out/load.csv").split(separator: "\n")
    #expect(table.first == "unique_id,ds,load")
    #expect(table.count == 7)
    let json = try JSONSerialization.jsonObject(with: workspace.bytes("out/load.json")) as? [[String: Any]]
    #expect(json?.count == 2)
    #expect((json?.first?["steps"] as? [Any])?.count == 3)
  }

  /// The pipelines that come with almanac, as they are.
  @Test(arguments: ["mauna-loa", "sunspots", "crude-oil"])
  func theCommittedPipelinesHoldTheirPromise(name: String) throws {
    let workspace = try Workspace()
    for folder in ["pipelines", "sample-data"] {
      try workspace.bring(Workspace.repository.appendingPathComponent(folder), as: folder)
    }
    let outcome = try workspace.almanac("run", "pipelines/\(name).yaml", "--quiet")
    #expect(outcome.code == 0, "\(outcome.errors)")
    for file in ["forecasts/\(name).csv", "forecasts/\(name).scores.json"]
      + ["gp", "svg", "png"].map({ "plots/\(name).\($0)" })
    {
      #expect(workspace.exists(file), "\(file)")
    }
    let scores = try #require(
      try JSONSerialization.jsonObject(with: workspace.bytes("forecasts/\(name).scores.json")) as? [String: Any])
    let table = try #require(scores["scores"] as? [String: [String: Double]])
    let (model, naive) = (table["model"]?["mase"] ?? .nan, table["seasonal-naive"]?["mase"] ?? .nan)
    #expect((scores["folds"] as? [Any])?.count ?? 0 >= 4)
    #expect(model < naive)
    // Prices are close to a random walk: nothing promises that the last one can be beaten.
    if name != "crude-oil" { #expect(model < 1) }
  }
}
