import Forecasting
import Foundation
import PipelineFile
import Stages
import TestSupport
import Testing
import TimeSeries

@testable import Pipelines

/// A state folder whose files say anything: a run takes them, or trains anew, or fails in words. It never traps.
@Suite struct DamagedNumberTests {
  static func pipeline(in folder: TemporaryFolder, _ method: String) throws -> PipelineDeclaration {
    let rows = (0..<60).map { "\($0),\(20 + $0 % 7 * 3 + $0 * $0 % 11)\n" }
    try folder.write("t,x\n" + rows.joined(), to: "data.csv")
    let text = """
      version: 1
      name: x
      run: {retrain: when worse, on_series_error: keep}
      stages:
        - use: csv
          with: {path: data.csv, target: x}
        - use: deseasonalize
          with: {season: 7}
        - use: window
          with: {lookback: 8, horizon: 3}
        - use: \(method)
        - use: evaluate
          with: {folds: 2, season: 7, metrics: [mase, mae]}
        - use: write
          with: {path: out.csv, scores: out.json}
      """
    return try reader().read(text, file: folder.path + "/x.yaml")
  }

  static func run(_ pipeline: PipelineDeclaration, resumes: Bool = false) throws -> RunResult {
    let state = RunState(
      folder: pipeline.stateFolder, identity: RunIdentity(pipeline, program: "test"), coder: pipeline.coder,
      resumes: resumes, checkpointInterval: .zero)
    try state.folder.create()
    return try Runner(pipeline, threads: 1, context: StageContext(root: pipeline.rootFolder), state: state).run()
  }

  @Test(arguments: ["theta\n    with: {levels: [0.5], calibration: 6}", "gru\n    with: {hidden: 2, epochs: 1}"])
  func `no number of a kept model stops or ends the next run`(method: String) throws {
    let folder = try TemporaryFolder()
    let pipeline = try Self.pipeline(in: folder, method)
    _ = try Self.run(pipeline)
    let model = pipeline.stateFolder.path + "/model"
    let manifest = try Data(contentsOf: URL(fileURLWithPath: model + "/manifest.json"))
    let names = try FileManager.default.contentsOfDirectory(atPath: model)
    let whole = Dictionary(
      uniqueKeysWithValues: try names.map { ($0, try Data(contentsOf: URL(fileURLWithPath: model + "/" + $0))) })
    var (reused, trained) = (0, 0)
    for (name, count) in [("model.json", 60), ("backtest.json", 40), ("manifest.json", 10)] {
      let document = try DamagedJSON(try #require(whole[name]))
      for seed in 0..<count {
        try? FileManager.default.removeItem(atPath: model)
        try FileManager.default.createDirectory(atPath: model, withIntermediateDirectories: true)
        var files = whole
        files[name] = try document.damaged(seed)
        // The digests are those of the damaged files: what they say is all that is left to look at.
        if name != "manifest.json" {
          var listed = try #require(try JSONSerialization.jsonObject(with: manifest) as? [String: Any])
          var digests = try #require(listed["files"] as? [String: String])
          digests[name] = SHA256.hex(files[name] ?? Data())
          listed["files"] = digests
          files["manifest.json"] = try JSONSerialization.data(withJSONObject: listed)
        }
        for (file, data) in files { try data.write(to: URL(fileURLWithPath: model + "/" + file)) }
        do {
          switch try Self.run(pipeline).modelUse {
          case .reused(let date, _):
            reused += 1
            #expect(date.isOnCalendars)
          default: trained += 1
          }
        } catch { #expect(error is Failure, "\(name) \(seed): \(error)") }
      }
    }
    #expect(trained > 20 && reused > 5, "\(trained) \(reused)")
  }

  @Test func `no number of what an interrupted run left stops or ends the next`() throws {
    let folder = try TemporaryFolder()
    let pipeline = try Self.pipeline(in: folder, "gru\n    with: {hidden: 2, epochs: 2, validation: 4}")
    let checkpoints = pipeline.stateFolder.path + "/checkpoint"
    let identity = try #require(RunIdentity(pipeline, program: "test"))
    func begin() throws {
      try FileManager.default.createDirectory(atPath: checkpoints, withIntermediateDirectories: true)
      try JSONEncoder().encode(identity).write(to: URL(fileURLWithPath: checkpoints + "/run.json"))
    }
    try begin()
    let declared = try pipeline.build(on: .steps)
    let panel = Panel([
      .init(
        name: "x", index: .init(start: .init(seconds: 0), frequency: .steps, count: 60),
        values: (0..<60).map { Double($0 % 7) })
    ])
    var context = FitContext(seed: 1)
    context.trainings = TrainingLog(folder: checkpoints, interval: .zero)
    _ = try declared.chain.fit(panel, context: context)
    let notes = try Data(contentsOf: URL(fileURLWithPath: checkpoints + "/training-1.json"))
    let document = try DamagedJSON(notes)
    for seed in 0..<80 {
      try document.damaged(seed).write(to: URL(fileURLWithPath: checkpoints + "/training-1.json"))
      var context = FitContext(seed: 1)
      context.trainings = TrainingLog(folder: checkpoints, interval: .zero)
      _ = try declared.chain.fit(panel, context: context)
    }
    // The record of what was published, and the forecasts that are kept.
    _ = try Self.run(pipeline)
    for name in ["published.json", "forecast.json"] {
      let path = pipeline.stateFolder.path(of: name)
      let document = try DamagedJSON(try Data(contentsOf: URL(fileURLWithPath: path)))
      for seed in 0..<60 {
        try document.damaged(seed).write(to: URL(fileURLWithPath: path))
        if let record = PublishedRecord(in: pipeline.stateFolder) {
          _ = record.stillHolds(for: identity, of: pipeline)
          _ = record.published.ISO8601Format()
        }
        _ = try? JSONDecoder().decode(Forecast.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
      }
    }
  }
}
