import Forecasting
import Foundation
import Operation
import PipelineFile
import Pipelines
import Processes
import Stages
import TestSupport
import Testing

/// What is added from elsewhere, a file each in `Extensions` and a line each here, is all that the built-in ones are: it
/// stands in the list, the reference and the schema, runs, is planned, judged, saved and used again.
@Suite struct ExtensionTests {
  static let metrics = MetricRegistry.builtIn.adding([.misses])
  static let stages = registry([SineSource.self, DoublingStage.self, RecurrentStage<LeakyCell>.self], metrics: metrics)

  static let file = """
    version: 1
    name: wave
    run: {retrain: never}
    stages:
      - use: sine
        with: {count: 240}
      - use: doubling
        with: {by: 4}
      - use: window
        with: {lookback: 1d, horizon: 6}
      - use: leaky
        with: {hidden: 4, epochs: 2}
      - use: evaluate
        with: {metrics: [mae, misses], folds: 2, require: {misses: "< 7"}}
      - use: write
        with: {path: wave.csv, scores: wave.scores.json, model: wave.safetensors, gates: wave.gates.csv}

    """

  static func pipeline(in folder: TemporaryFolder, _ text: String = file) throws -> PipelineDeclaration {
    try reader(stages, metrics: metrics).read(text, file: folder.path + "/wave.yaml")
  }

  @Test func `they are listed, explained and in the schema`() throws {
    let grammar = FileGrammar.pipelines(Self.stages)
    let (schema, page) = (JSONSchema(grammar).document, StageReference(grammar).markdown)
    for name in ["sine", "doubling", "leaky"] {
      let stage = try #require(Self.stages[name])
      #expect(schema.contains("\"const\": \"\(name)\"") && page.contains("### \(name)\n\n\(stage.summary)"))
    }
    #expect(Self.stages["leaky"]?.fields == Self.stages["gru"]?.fields)
    #expect(schema.contains("\"misses\"") && page.contains("misses"))
  }

  @Test func `a run plans, scores, publishes, saves and uses them again`() throws {
    let folder = try TemporaryFolder()
    let pipeline = try Self.pipeline(in: folder)
    func plan() throws -> String {
      try PipelinePlan(pipeline, context: StageContext(root: pipeline.rootFolder), coder: pipeline.coder).text
    }
    let before = try plan()
    for line in ["stages[0] (sine)", "      by: 4\n", "stages[3] (leaky)", "nothing: there is no saved model yet"] {
      #expect(before.contains(line), "\(before)")
    }
    func run() throws -> RunResult {
      let state = RunState(
        folder: pipeline.stateFolder, identity: RunIdentity(pipeline, program: "test"), coder: pipeline.coder)
      let lock = try #require(try RunLock.take(state.folder, policy: .fail))
      defer { withExtendedLifetime(lock) {} }
      return try Runner(pipeline, threads: 1, context: StageContext(root: pipeline.rootFolder), state: state).run()
    }
    let first = try run()
    let forecast = try #require(folder.read("wave.csv"))
    #expect(first.published.scores?.value(.misses).map { (0...1).contains($0) } == true)
    #expect(folder.read("wave.scores.json")?.contains("\"misses\"") == true)
    #expect(folder.read("wave.gates.csv")?.hasPrefix("series,layer,time,unit,candidate,state\n") == true)
    #expect(first.published.parameters.contains { $0.value == "leaky" })

    let again = try run()
    guard case .reused? = again.modelUse else {
      Issue.record("the model was not used again: \(String(describing: again.modelUse))")
      return
    }
    #expect(folder.read("wave.csv") == forecast)
    #expect(again.published.scores?.value(.misses) == first.published.scores?.value(.misses))
    #expect(try plan().contains("using the model of"))
  }

  @Test func `their faults have location and words`() throws {
    let folder = try TemporaryFolder()
    func fault(_ old: String, _ new: String) throws -> String? {
      let error = #expect(throws: PipelineFileError.self) {
        _ = try Self.pipeline(in: folder, Self.file.replacing("1d", with: "24").replacing(old, with: new))
      }
      return error?.diagnostics.first.map { "\($0)".replacing(folder.path + "/", with: "") }
    }
    #expect(
      try fault("misses]", "mises]")
        == "wave.yaml:14:27: error: stages[4] (evaluate): metrics wants "
        + "\(Self.stages.scores.joined(separator: ", ")), not \"mises\"; did you mean \"misses\"?")
    #expect(
      try fault("by: 4", "by: 0") == "wave.yaml:8:16: error: stages[1] (doubling): by must be more than 0, not 0")
    #expect(
      try fault("hidden: 4", "memory_heads: 2")
        == "wave.yaml:12:26: error: stages[3] (leaky): memory_heads is 2, but must be 1 for the cell leaky")
  }
}
