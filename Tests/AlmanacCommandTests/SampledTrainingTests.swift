import Foundation
import Testing

/// What is learned from some of the series and forecasts all: by `run --train` and `forecast --train`, and in shards.
@Suite struct SampledTrainingTests {
  private static let evaluate = "  - {use: evaluate, with: {folds: 2, season: 12}}\n"
  private static let sampled = "{lookback: 12, horizon: 3, padding: always, sample: 20}"
  private static let trained = "{retrain: never, seed: 4}"

  private func workspace(_ forecaster: String, run: String = trained, window: String = sampled) throws -> Workspace {
    try ShardRunTests.workspace(
      "{use: bounds}\n  - " + forecaster, run: run, evaluate: Self.evaluate, window: window)
  }

  /// Trained, and forecast by the one run: the files that it publishes.
  private func one(_ workspace: Workspace) throws -> [Data] {
    let run = try workspace.almanac("run", "sold.yaml")
    try #require(run.code == 0, "\(run.errors)")
    #expect(run.errors.contains("using the model of"))
    return try ["out.csv", "out.json", "scores.json", "scores.csv"].map(workspace.bytes)
  }

  @Test(arguments: [
    "{use: auto, with: {levels: [0.8], budget: 5s, network: false}}", "{use: theta, with: {levels: [0.8]}}",
    "{use: ensemble, with: {members: [{use: theta}, {use: naive}], combine: weighted}}",
  ])
  func `a model of a sample forecasts all series, in one run and in shards alike`(forecaster: String) throws {
    let workspace = try workspace(forecaster)
    try reorderedBounds(workspace)
    let trained = try workspace.almanac("run", "sold.yaml", "--train")
    try #require(trained.code == 0, "\(trained.errors)")
    #expect(trained.output.contains("trained on 20 of 60 series; the model is kept in .almanac/sold/model"))
    #expect(trained.output.contains("scores over 2 folds of 3 steps, season 12:"))
    #expect(!workspace.exists("out.csv") && !workspace.exists("scores.json"))
    let one = try one(workspace)
    #expect(String(decoding: one[0], as: UTF8.self).split(separator: "\n").count == 1 + 60 * 3)
    // Scores of those that were judged, and nothing of the others.
    let scores = try JSONSerialization.jsonObject(with: one[2]) as? [String: Any]
    let series = try #require(scores?["series"] as? [String: [String: [String: Any]]])
    #expect(series.count == 60)
    #expect(series.values.count { $0["naive"]?["mae"] is Double } == 20)
    for name in ["out.csv", "out.json", "scores.json", "scores.csv"] {
      try FileManager.default.removeItem(atPath: workspace.path(name))
    }
    try ShardRunTests.shards(workspace, 3)
    let gathered = try workspace.almanac("gather", "parts")
    try #require(gathered.code == 0, "\(gathered.errors)")
    #expect(try ["out.csv", "out.json", "scores.json", "scores.csv"].map(workspace.bytes) == one)
  }

  /// Transforms stand before the window.
  private func reorderedBounds(_ workspace: Workspace) throws {
    var lines = try workspace.read("sold.yaml").split(separator: "\n").map(String.init)
    let bounds = try #require(lines.firstIndex { $0.contains("use: bounds") })
    let window = try #require(lines.firstIndex { $0.contains("use: window") })
    lines.insert(lines.remove(at: bounds), at: window)
    try workspace.write(lines.joined(separator: "\n") + "\n", to: "sold.yaml")
  }

  @Test func `methods of one series forecast with a sample what they do without`() throws {
    let whole = try workspace("{use: ets, with: {levels: [0.8]}}", run: "{}", window: "{horizon: 3}")
    try reorderedBounds(whole)
    let part = try workspace("{use: ets, with: {levels: [0.8]}}", run: "{}", window: "{horizon: 3, sample: 7}")
    try reorderedBounds(part)
    for workspace in [whole, part] { #expect(try workspace.almanac("run", "sold.yaml").code == 0) }
    #expect(try whole.bytes("out.csv") == part.bytes("out.csv"))
    #expect(try whole.bytes("scores.json") != part.bytes("scores.json"))
  }

  @Test func `a baseline that beats the model on the sample stands in for it everywhere`() throws {
    // White noise around a level: the last value is a bad guess, and the mean a good one.
    let noise = ShardRunTests.workspace
    let workspace = try noise(
      "{use: naive, with: {levels: [0.8]}}", "{retrain: never}",
      "  - {use: evaluate, with: {folds: 4, baselines: [mean], on_worse_than: mean}}\n",
      ShardRunTests.csv { shop, month in "\(100 + (shop * 7919 + month * 104_729) % 41)" }, Self.sampled, "")
    let trained = try workspace.almanac("run", "sold.yaml", "--train")
    try #require(trained.code == 0, "\(trained.errors)")
    #expect(trained.output.contains("the mean forecast, which is better in the backtest, is kept in"))
    let one = try one(workspace)
    try ShardRunTests.shards(workspace, 2)
    #expect(try workspace.almanac("gather", "parts", "--force").code == 0)
    #expect(try workspace.bytes("out.csv") == one[0])
    #expect(String(decoding: one[2], as: UTF8.self).contains("\"published\" : \"mean\""))
  }

  @Test func `a training replaces the model, and the next run publishes by it`() throws {
    let workspace = try workspace("{use: gru, with: {hidden: 2, epochs: 1, levels: [0.8]}}")
    try reorderedBounds(workspace)
    #expect(try workspace.almanac("run", "sold.yaml", "--train").code == 0)
    _ = try one(workspace)
    #expect(try workspace.almanac("run", "sold.yaml").output.contains("nothing to do"))
    let before = try workspace.read(".almanac/sold/model/manifest.json")
    #expect(try workspace.almanac("run", "sold.yaml", "--train").code == 0)
    #expect(try workspace.read(".almanac/sold/model/manifest.json") != before)
    #expect(try workspace.almanac("run", "sold.yaml").errors.contains("using the model of"))
  }

  @Test func `a training that nobody would use, and shards without one, are refused with words`() throws {
    let workspace = try workspace("{use: theta}", run: "{}")
    try reorderedBounds(workspace)
    let always = try workspace.almanac("run", "sold.yaml", "--train")
    #expect(always.code == 78)
    #expect(always.errors.contains("run.retrain is always, so no run would use the model; set `run: {retrain: never}`"))
    let shard = try workspace.almanac("run", "sold.yaml", "--shard", "1/2", "--into", "parts")
    #expect(shard.code == 78)
    #expect(shard.errors.contains("`sample` is drawn from all series, and a shard knows only its own"))
    let untrained = try workspace.almanac(
      "run", "sold.yaml", "--shard", "1/2", "--into", "parts", "--set", "run.retrain=never")
    #expect(untrained.code == 66)
    #expect(untrained.errors.contains("train once with `almanac run sold.yaml --train`"), "\(untrained.errors)")
    for options in [["--shard", "1/2", "--into", "x"], ["--output", "-"], ["--report", "r.html"]] {
      let outcome = try Workspace.run(
        Workspace.binary, ["run", "sold.yaml", "--train"] + options, in: workspace.folder)
      #expect(outcome.code == 64)
      #expect(outcome.errors.contains("--train publishes nothing and forecasts nothing"), "\(outcome.errors)")
    }
  }

  @Test func `forecast trains once, forecasts in shards, and is gathered`() throws {
    let workspace = try Workspace()
    try workspace.write(ShardRunTests.csv(series: 12), to: "sold.csv")
    func forecast(_ options: String...) throws -> Workspace.Outcome {
      try Workspace.run(Workspace.binary, ["forecast", "sold.csv"] + options, in: workspace.folder)
    }
    let early = try forecast("--save", "s", "--shard", "1/2")
    #expect(early.code == 66)
    #expect(
      early.errors.contains(
        "there is no s/pipeline.yaml to forecast a shard by; `almanac forecast sold.csv --save s --train` makes it"),
      "\(early.errors)")
    let trained = try forecast("--save", "s", "--train", "--budget", "5s", "--horizon", "4")
    try #require(trained.code == 0, "\(trained.errors)")
    #expect(trained.output.contains("trained on 12 of 12 series"))
    #expect(trained.output.contains("next: `almanac forecast sold.csv --save s --shard 1/4`"))
    #expect(!workspace.exists("s/forecast.csv"))
    for part in 1...2 { #expect(try forecast("--save", "s", "--shard", "\(part)/2").code == 0) }
    let gathered = try workspace.almanac("gather", "s/parts")
    try #require(gathered.code == 0, "\(gathered.errors)")
    let bytes = try workspace.bytes("s/forecast.csv")
    #expect(String(decoding: bytes, as: UTF8.self).split(separator: "\n").count == 1 + 12 * 4)
    #expect(try workspace.almanac("run", "s/pipeline.yaml", "--force").code == 0)
    #expect(try workspace.bytes("s/forecast.csv") == bytes)
    let wrong = [
      (["--shard", "1/2"], "--shard wants --save"), (["--train"], "--train wants --save"),
      (["--save", "s", "--train", "--shard", "1/2"], "--train comes first, once, and --shard after it"),
      (["--save", "s", "--shard", "1/2", "--horizon", "3"], "leave --horizon out"),
      (["--save", "s", "--shard", "1/2", "--budget", "9s"], "leave --budget out"),
      (["--save", "s", "--train", "--json"], "leave --json, --output and --report to `almanac gather`"),
      (["--save", "s", "--shard", "3/2"], "wants a part and the number of parts such as 3/16"),
    ]
    for (options, words) in wrong {
      let outcome = try Workspace.run(Workspace.binary, ["forecast", "sold.csv"] + options, in: workspace.folder)
      #expect(outcome.code == 64)
      #expect(outcome.errors.contains(words), "\(outcome.errors)")
    }
  }
}
