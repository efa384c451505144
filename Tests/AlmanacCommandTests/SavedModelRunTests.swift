import Foundation
import Testing

/// Runs that leave something for the next one, on the built binary.
@Suite struct SavedModelRunTests {
  static let stages = """
    stages:
      - use: csv
        with: {path: load.csv, time: day, target: [a, b]}
      - use: resample
        with: {every: 1d, fill: linear}
      - use: normalize
      - use: window
        with: {lookback: 14, horizon: 7}
      - use: gru
        name: model
        with: {hidden: 3, epochs: 3, validation: 7, levels: [0.8]}
      - use: evaluate
        with: {metrics: [mase], season: 7, folds: 1}
      - use: write
        with: {path: out/load.csv, scores: out/scores.json, model: out/load.safetensors}
      - use: plot
        with: {path: out/load.gp, render: []}

    """

  /// A pipeline over two series of days.
  static func workspace(_ run: String, days: Int = 100, stages: String = stages) throws -> Workspace {
    let workspace = try Workspace()
    try rows(workspace, days: days)
    try workspace.write("version: 1\nname: load\nrun: \(run)\n" + stages, to: "load.yaml")
    return workspace
  }

  static func rows(_ workspace: Workspace, days: Int, jump: Double = 0, b: (Int) -> String = { "\(90 + $0 % 7 * 2)" })
    throws
  {
    let lines = (0..<days).map { day in
      let (month, date) = (day / 28, day % 28)
      let value = 40 + Double(day % 7) * 3 + Double(day * day % 11) / 4 + (day >= 100 ? jump * Double(day % 5) : 0)
      return "2024-\(month < 9 ? "0" : "")\(month + 1)-\(date < 9 ? "0" : "")\(date + 1),\(value),\(b(day))\n"
    }
    try workspace.write("day,a,b\n" + lines.joined(), to: "load.csv")
  }

  @Test func `a run without anything new does nothing`() throws {
    let workspace = try Self.workspace("{seed: 2}")
    #expect(try workspace.almanac("run", "load.yaml").code == 0)
    let first = try workspace.bytes("out/load.csv")
    let idle = try workspace.almanac("run", "load.yaml")
    #expect(idle.code == 0 && idle.errors.isEmpty)
    #expect(idle.output.hasPrefix("nothing to do: input, pipeline, program and outputs are as the run of 20"))
    #expect(idle.output.hasSuffix("left them; --force runs it all the same\n"))
    #expect(try workspace.almanac("run", "load.yaml", "--force").output.contains("published out/load.csv"))
    // An output that somebody touched, other settings and other rows are reasons to run.
    try workspace.write("touched", to: "out/load.csv")
    #expect(try workspace.almanac("run", "load.yaml").output.contains("published out/load.csv"))
    #expect(try workspace.bytes("out/load.csv") == first)
    #expect(try workspace.almanac("run", "load.yaml", "--set", "run.seed=3").output.contains("published"))
    try Self.rows(workspace, days: 101)
    #expect(try workspace.almanac("run", "load.yaml").output.contains("published"))
    #expect(try workspace.bytes("out/load.csv") != first)
  }

  @Test func `a saved model forecasts fresh rows without training`() throws {
    let workspace = try Self.workspace("{retrain: never}")
    let trained = try workspace.almanac("run", "load.yaml")
    #expect(trained.errors.contains("training anew: there is no saved model yet\n"))
    let outputs = ["out/load.csv", "out/scores.json", "out/load.safetensors", "out/load.gp"]
    let first = try outputs.map { try workspace.bytes($0) }
    let again = try workspace.almanac("run", "load.yaml", "--force")
    #expect(again.code == 0)
    #expect(again.errors.contains(": run.retrain is never, and 0 steps came since\n"))
    #expect(!again.errors.contains("epoch"))
    #expect(try outputs.map { try workspace.bytes($0) } == first)
    try Self.rows(workspace, days: 103)
    let fresh = try workspace.almanac("run", "load.yaml")
    #expect(fresh.errors.contains(": run.retrain is never, and 3 steps came since\n"))
    #expect(try workspace.bytes("out/load.csv") != first[0])
    #expect(try workspace.bytes("out/load.safetensors") == first[2])
    let model = try workspace.almanac("model", ".almanac/load")
    #expect(
      model.output.contains(
        "  rows: 214 of 2 series, one every 1d\n  transforms: fill, normalize\n  forecaster: recurrent\n"))
    #expect(model.output.contains("stacked network of gru, 14 steps seen, 7 forecast"))
  }

  @Test func `what no longer fits is trained anew, with the reason`() throws {
    let workspace = try Self.workspace("{retrain: never}")
    #expect(try workspace.almanac("run", "load.yaml").code == 0)
    func reason(_ arguments: String...) throws -> String {
      let outcome = try Workspace.run(
        Workspace.binary, ["run", "load.yaml", "--force"] + arguments, in: workspace.folder)
      return outcome.errors.split(separator: "\n").first { $0.hasPrefix("training anew: ") }.map(String.init)
        ?? outcome.errors
    }
    #expect(
      try reason("--set", "model.with.hidden=4")
        == "training anew: stages[4] (model) changed since the model was trained")
    #expect(try reason("--set", "run.seed=9") == "training anew: stages[4] (model) changed since the model was trained")
    #expect(try reason("--set", "run.seed=8") == "training anew: run.seed changed since the model was trained")
    #expect(
      try reason("--set", "run.seed=8", "--set", "run.retrain=every 1ms").hasSuffix("old, and run.retrain is every 1ms")
    )
    let manifest = try workspace.read(".almanac/load/model/manifest.json")
    try workspace.write(
      manifest.replacing("\"format\" : 1", with: "\"format\" : 9"), to: ".almanac/load/model/manifest.json")
    #expect(
      try workspace.almanac("model", ".almanac/load").errors
        == "almanac: error: .almanac/load: it has the format 9, written by almanac 0.1.0; this one reads up to 1\n")
    #expect(
      try reason("--set", "run.seed=8")
        == "training anew: the saved model cannot be used: it has the format 9, written by almanac 0.1.0; this one reads up to 1"
    )
    let document = try workspace.read(".almanac/load/model/model.json")
    try workspace.write(document + " ", to: ".almanac/load/model/model.json")
    let damaged = try workspace.almanac("model", ".almanac/load")
    #expect(damaged.code == 65)
    #expect(damaged.errors == "almanac: error: .almanac/load: it is damaged: model.json is not as it was written\n")
    try FileManager.default.removeItem(atPath: workspace.path(".almanac/load/model/network-1.safetensors"))
    try workspace.write(document, to: ".almanac/load/model/model.json")
    #expect(
      try reason("--set", "run.seed=8")
        == "training anew: the saved model cannot be used: its file network-1.safetensors is missing")
    #expect(
      try workspace.almanac("model", ".").errors
        == "almanac: error: .: it is no model folder: it has no manifest.json\n")
    #expect(try workspace.almanac("model", "nowhere").code == 66)
  }

  @Test func `a model that got worse is trained anew`() throws {
    let workspace = try Self.workspace("{retrain: when worse}")
    #expect(try workspace.almanac("run", "load.yaml").code == 0)
    try Self.rows(workspace, days: 107)
    let good = try workspace.almanac("run", "load.yaml")
    #expect(good.errors.contains("using the model of "))
    #expect(good.errors.contains(": mase on the steps that came since is "))
    try Self.rows(workspace, days: 107, jump: 60)
    let bad = try workspace.almanac("run", "load.yaml")
    #expect(bad.errors.contains("training anew: mase on the steps that came since is "))
    #expect(bad.errors.contains(", and was "))
  }

  @Test func `a requirement holds for a saved model too`() throws {
    let stages = Self.stages.replacing("folds: 1}", with: "folds: 1, require: {mase: \"< 3\"}}")
    let workspace = try Self.workspace("{retrain: never}", stages: stages)
    #expect(try workspace.almanac("run", "load.yaml").code == 0)
    let before = try workspace.bytes("out/load.csv")
    try Self.rows(workspace, days: 107, jump: 300)
    let refused = try workspace.almanac("run", "load.yaml")
    #expect(refused.code == 4)
    #expect(refused.errors.contains("almanac: error: stages[5] (evaluate): mase on the steps that came since is "))
    #expect(
      refused.errors.hasSuffix(
        ", not below 3.0 as `require` asks; run.retrain is never, so the last published forecast stays\n"))
    #expect(try workspace.bytes("out/load.csv") == before)
  }

  @Test func `a training begins with saved weights`() throws {
    let workspace = try Self.workspace("{warm_start: true}")
    #expect(try workspace.almanac("run", "load.yaml").code == 0)
    let first = try workspace.bytes("out/load.safetensors")
    let still = Self.stages.replacing("epochs: 3", with: "epochs: 0")
    // A second pipeline takes the weights over as they are, when it does not train on them.
    try workspace.write(
      "version: 1\nname: second\nrun: {fine_tune: .almanac/load}\n" + still.replacing("out/", with: "second/"),
      to: "second.yaml")
    #expect(try workspace.almanac("run", "second.yaml").code == 0)
    #expect(try workspace.bytes("second/load.safetensors") == first)
    let file = try workspace.almanac(
      "run", "second.yaml", "--set", "run.fine_tune=out/load.safetensors", "--set", "model.with.hidden=4")
    #expect(file.code == 65)
    #expect(
      file.errors.hasSuffix(
        "almanac: error: stages[4] (model): the network to begin with does not fit: its hidden is 3, here it is 4\n"))
    let absent = try workspace.almanac("run", "second.yaml", "--set", "run.fine_tune=nowhere")
    #expect(absent.code == 66 && absent.errors.hasSuffix("almanac: error: run.fine_tune: there is no nowhere\n"))
    let foreign = try workspace.almanac("run", "second.yaml", "--set", "run.fine_tune=out")
    #expect(foreign.code == 65)
    #expect(
      foreign.errors.hasSuffix("almanac: error: run.fine_tune: out: it is no model folder: it has no manifest.json\n"))
    // More training from where the last one ended is another model.
    #expect(try workspace.almanac("run", "load.yaml", "--force").code == 0)
    #expect(try workspace.bytes("out/load.safetensors") != first)
  }

  @Test func `a series that cannot be forecast is skipped, or keeps its last good forecast`() throws {
    let stages = Self.stages.replacing("  - use: normalize", with: "  - use: log\n  - use: normalize")
    let workspace = try Self.workspace("{on_series_error: keep}", stages: stages)
    #expect(try workspace.almanac("run", "load.yaml").code == 0)
    let before = try workspace.read("out/load.csv").split(separator: "\n").filter { $0.hasPrefix("b,") }
    try Self.rows(workspace, days: 105) { _ in "-5" }
    let kept = try workspace.almanac("run", "load.yaml")
    #expect(kept.code == 3)
    #expect(
      kept.errors.contains(
        "almanac: warning: series \"b\" keeps its last good forecast: series \"b\": the logarithm of -5.0 does not exist; "
          + "set `offset` so that every value is above zero, or leave the log stage out\nalmanac: warning: 1 of 2 series could not be forecast\n"
      ))
    let after = try workspace.read("out/load.csv").split(separator: "\n")
    #expect(after.filter { $0.hasPrefix("b,") } == before)
    #expect(after.filter { $0.hasPrefix("a,") }.count == 7)
    let skipped = try workspace.almanac("run", "load.yaml", "--set", "run.on_series_error=skip")
    #expect(skipped.code == 3)
    #expect(skipped.errors.contains("almanac: warning: series \"b\" is left out: "))
    #expect(!(try workspace.read("out/load.csv").contains("\nb,")))
    let stopped = try workspace.almanac("run", "load.yaml", "--set", "run.on_series_error=stop")
    #expect(stopped.code == 65)
  }

  @Test func `a run ends in time with the best weights so far`() throws {
    let workspace = try Self.workspace(
      "{timeout: 2s}", stages: Self.stages.replacing("epochs: 3", with: "epochs: 100000, patience: 100000"))
    let outcome = try workspace.almanac("run", "load.yaml")
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(
      outcome.errors.contains(
        "almanac: warning: the time was spent before the training ended; its best weights so far are used\n"))
    #expect(
      outcome.errors.contains(
        "almanac: warning: fold 1: the time was spent before the training ended; the scores are those of what it had\n")
    )
    let spent = try workspace.almanac("run", "load.yaml", "--set", "run.timeout=1ms")
    #expect(spent.code == 124)
    #expect(
      spent.errors.hasSuffix(
        "almanac: error: stages[4] (model): the time was spent before anything was fitted; raise run.timeout, or shorten the "
          + "training\n"))
    let stage = try workspace.almanac(
      "run", "load.yaml", "--set", "run.timeout=1h", "--set", "stages.4.timeout=1s", "--force")
    #expect(stage.code == 0)
    #expect(stage.errors.contains("the time was spent before the training ended"))
  }
}

/// Runs that meet, and runs that are told to end.
@Suite struct LockAndSignalTests {
  static let slow = SavedModelRunTests.stages.replacing("epochs: 3", with: "epochs: 100000, patience: 100000")

  static func start(_ workspace: Workspace, _ arguments: String...) throws -> Process {
    let process = Process()
    process.executableURL = Workspace.binary
    process.arguments = ["run", "load.yaml", "--quiet"] + arguments
    process.currentDirectoryURL = workspace.folder
    (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
    try process.run()
    return process
  }

  static func wait(upTo seconds: Double, until condition: () -> Bool) -> Bool {
    for _ in 0..<Int(seconds * 50) {
      if condition() { return true }
      usleep(20_000)
    }
    return condition()
  }

  @Test func `a second run says that the first is at work`() throws {
    let workspace = try SavedModelRunTests.workspace("{seed: 1}", stages: Self.slow)
    let first = try Self.start(workspace)
    defer { first.terminate() }
    #expect(Self.wait(upTo: 20) { workspace.exists(".almanac/load/checkpoint/run.json") })
    let second = try workspace.almanac("run", "load.yaml")
    #expect(second.code == 11)
    #expect(
      second.errors
        == "almanac: error: another run (process \(first.processIdentifier)) holds the lock of .almanac/load; wait for it, or "
        + "set run.if_locked to skip or wait 5m\n")
    let skipped = try workspace.almanac("run", "load.yaml", "--set", "run.if_locked=skip")
    #expect(skipped.code == 0)
    #expect(skipped.errors == "another run holds the lock of .almanac/load; this one is skipped\n")
    #expect(try workspace.almanac("run", "load.yaml", "--set", "run.if_locked=wait 100ms").code == 11)
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func `a run that is told to end undoes what it began`(signal: Int32) throws {
    let workspace = try SavedModelRunTests.workspace("{seed: 1}", stages: Self.slow)
    try workspace.write("old", to: "out/load.csv")
    let run = try Self.start(workspace)
    #expect(Self.wait(upTo: 20) { workspace.exists(".almanac/load/checkpoint/run.json") })
    kill(run.processIdentifier, signal)
    let isOver = Self.wait(upTo: 10) { !run.isRunning }
    #expect(isOver)
    if !isOver { kill(run.processIdentifier, SIGKILL) }
    run.waitUntilExit()
    #expect(run.terminationReason == .uncaughtSignal && run.terminationStatus == signal)
    #expect(workspace.files() == ["load.csv", "load.yaml", "out/load.csv"])
    #expect(try workspace.read("out/load.csv") == "old")
  }

  @Test func `a run that was killed goes on and publishes the same bytes`() throws {
    let stages = SavedModelRunTests.stages.replacing("epochs: 3", with: "epochs: 40, patience: 40")
    let whole = try SavedModelRunTests.workspace("{seed: 1}", stages: stages)
    #expect(try whole.almanac("run", "load.yaml").code == 0)
    let cut = try SavedModelRunTests.workspace("{seed: 1}", stages: stages)
    let run = try Self.start(cut)
    // The first training is done: that of the fold.
    #expect(Self.wait(upTo: 60) { cut.exists(".almanac/load/checkpoint/training-1.json") })
    kill(run.processIdentifier, SIGKILL)
    run.waitUntilExit()
    let resumed = try cut.almanac("run", "load.yaml", "--resume")
    #expect(resumed.code == 0)
    if run.terminationReason == .uncaughtSignal {
      #expect(resumed.errors.contains("resuming the run that was interrupted\n"))
    }
    for name in ["out/load.csv", "out/scores.json", "out/load.safetensors", "out/load.gp"] {
      #expect(try cut.bytes(name) == whole.bytes(name), "\(name)")
    }
    #expect(!cut.exists(".almanac/load/checkpoint/run.json"))
    let nothing = try cut.almanac("run", "load.yaml", "--resume", "--force")
    #expect(nothing.errors.contains("nothing is resumed: no run was interrupted\n"))
  }
}

/// Models that this and earlier releases saved. Each stays readable for good: a release that cannot read one is broken.
@Suite struct SavedModelFixtureTests {
  /// The files of a fixture in a folder of their own.
  private func workspace(_ folder: String, _ name: String) throws -> (workspace: Workspace, fixtures: URL) {
    let workspace = try Workspace()
    let fixtures = Workspace.repository.appendingPathComponent("Tests/AlmanacCommandTests/Fixtures/\(folder)")
    for entry in ["load.csv", "\(name).yaml", "state"] {
      try workspace.bring(fixtures.appendingPathComponent(entry), as: entry)
    }
    return (workspace, fixtures)
  }

  @Test(arguments: [("saved-model", "mixture"), ("saved-model", "choice"), ("release-0.1.0", "blend")])
  func `a model of format 1 forecasts what it did when it was saved`(folder: String, name: String) throws {
    let (workspace, fixtures) = try workspace(folder, name)
    let outcome = try workspace.almanac("run", "\(name).yaml")
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("using the model of 2026-"))
    let expected = try String(contentsOf: fixtures.appendingPathComponent("\(name).expected.csv"), encoding: .utf8)
    let (found, wanted) = (try workspace.read("\(name).csv").cells, expected.cells)
    #expect(found.map(\.count) == wanted.map(\.count))
    for (a, b) in zip(found.joined(), wanted.joined()) {
      // Another processor may add single precision numbers in another order.
      if let (x, y) = Double(a).flatMap({ x in Double(b).map { (x, $0) } }) {
        #expect(abs(x - y) <= 1e-5 * max(1, abs(y)))
      } else {
        #expect(a == b)
      }
    }
  }

  @Test func `the history and the weights of release 0.1.0 are read`() throws {
    let (workspace, fixtures) = try workspace("release-0.1.0", "blend")
    let runs = try workspace.almanac("runs", "blend.yaml")
    #expect(runs.code == 0, "\(runs.errors)")
    #expect(runs.errors.isEmpty)
    let rows = runs.output.split(separator: "\n")
    #expect(rows.count == 2)
    #expect(rows.last?.hasPrefix("20261122T") == true && rows.last?.contains("  published  mase ") == true)
    // Another run is added to the same file, and the first one stays.
    #expect(try workspace.almanac("run", "blend.yaml", "-q").code == 0)
    let more = try workspace.almanac("runs", "blend.yaml").output.split(separator: "\n")
    #expect(more.count == 3 && more.last == rows.last)
    #expect(!workspace.files().contains { $0.contains("damaged") })
    let weights = try workspace.almanac("model", fixtures.appendingPathComponent("blend.safetensors").path)
    #expect(weights.code == 0, "\(weights.errors)")
    #expect(weights.output.contains("slstm"))
  }
}

extension String {
  fileprivate var cells: [[Substring]] { split(separator: "\n").map { $0.split(separator: ",") } }
}
