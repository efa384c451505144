import Forecasting
import Operation
import Stages
import TestSupport
import Testing

@testable import PipelineFile
@testable import Pipelines

@Suite struct PipelineReaderTests {
  @Test func aValidFileBecomesAPipeline() throws {
    let pipeline = try reader().read(validFile, file: "load.yaml")
    #expect(pipeline.name == "load")
    #expect(pipeline.run.seed == 3)
    #expect(pipeline.parts.window.stage.shape().horizon == 6)
    #expect(pipeline.parts.forecaster.label == "stages[4] (model)")
    #expect(pipeline.parts.transforms.map(\.name) == ["resample", "normalize"])
    #expect(
      pipeline.parts.evaluator?.stage.backtest(.builtIn).requirements == [.init(metric: .mase, ScoreBound(.below, 1.5))]
    )
  }

  @Test func allFaultsAreReportedAtOnceInOrder() {
    let text = validFile.replacing("hidden: 8", with: "hidden: x").replacing("version: 1", with: "version: 7")
      .replacing("every: 1h", with: "every: never")
    let error = #expect(throws: PipelineFileError.self) { _ = try reader().read(text, file: "load.yaml") }
    #expect(error?.diagnostics.compactMap(\.location?.line) == [1, 11, 17])
  }

  @Test(arguments: [
    ("", "load.yaml:1:1: error: the file is empty; a pipeline has at least `version`, `name` and `stages`"),
    ("just text", "load.yaml:1:1: error: a pipeline is a mapping with `version`, `name` and `stages`"),
    ("a: [1\nb: 2", "load.yaml:2:2: error: not YAML: did not find expected ',' or ']'"),
    ("version: 1\nname: x\nstages: []", "load.yaml:3:9: error: `stages` wants a list of stages, not an empty one"),
    ("version: 1\nname: x", "load.yaml:1:1: error: `stages` is missing: a list that starts with a source such as csv"),
  ])
  func filesThatAreNoPipelines(text: String, message: String) {
    let error = #expect(throws: PipelineFileError.self) { _ = try reader().read(text, file: "load.yaml") }
    #expect(error?.description == message)
  }

  @Test func aChainNeedsItsParts() {
    let text = "version: 1\nname: x\nstages:\n  - use: csv\n    with: {path: a.csv, target: b}\n"
    let error = #expect(throws: PipelineFileError.self) { _ = try reader().read(text, file: "x.yaml") }
    #expect(
      error?.description == """
        x.yaml:3:1: error: no window among the stages; add one, such as window
        x.yaml:3:1: error: no forecaster among the stages; add one, such as lstm
        x.yaml:3:1: error: no sink among the stages: nothing would be published; add one, such as write, or judge it by \
        `almanac evaluate`
        """)
  }

  @Test func freeKeysAndDollarsAreLeftAlone() throws {
    let text = validFile.replacing(
      "description: Load of a grid", with: "x-owner: me\ndescription: costs $$5, not ${X:-7}")
    #expect(try reader().read(text, file: "a.yaml").file.description == "costs $5, not 7")
    #expect(try reader(environment: ["X": "8"]).read(text, file: "a.yaml").file.description == "costs $5, not 8")
  }

  @Test func overridesReachEveryScalar() throws {
    let pipeline = try reader(set: ["window.with.lookback=48", "run.seed=9", "vars.horizon=2", "name=other"])
      .read(validFile, file: "load.yaml")
    #expect(pipeline.parts.window.stage.shape().lookback == 48)
    #expect(pipeline.parts.window.stage.shape().horizon == 2)
    #expect(pipeline.run.seed == 9)
    #expect(pipeline.name == "other")
  }

  @Test func overridesReachFieldsBehindTheirStage() throws {
    for hidden in ["lstm.hidden=5", "model.hidden=5", "stages.4.hidden=5", "lstm.with.hidden=5"] {
      let pipeline = try reader(set: ["window.lookback=48", hidden]).read(validFile, file: "load.yaml")
      #expect(pipeline.parts.window.stage.shape().lookback == 48)
      let forecaster = try pipeline.build(on: .hours(1)).chain.forecaster as? RecurrentForecaster
      #expect(forecaster?.network.hidden == 5)
    }
  }

  @Test func overridesOfStagesThatUseTheSameNeedANameOrANumber() throws {
    let text = validFile + "  - {use: write, with: {path: out/other.csv}}\n"
    let error = #expect(throws: PipelineFileError.self) {
      _ = try reader(set: ["write.path=x.csv"]).read(text, file: "load.yaml")
    }
    #expect(
      error?.description
        == "load.yaml: error: --set write.path: the stages [6] and [7] use write; give each a `name`, or take the number "
        + "of one in place of its name")
    #expect(
      try reader(set: ["stages.7.path=x.csv"]).read(text, file: "load.yaml").outputs.map(\.path.text).contains("x.csv"))
  }

  @Test func overridesInBracketsAreListsAndMappings() throws {
    let pipeline = try reader(set: [
      "model.levels=[0.8, 0.95]", "evaluate.require={mae: \"< 9\"}", "evaluate.metrics=mae",
    ])
    .read(validFile, file: "load.yaml")
    let built = try pipeline.build(on: .hours(1))
    #expect(pipeline.parts.forecaster.stage.givenLevels == [0.8, 0.95])
    #expect(built.backtest?.metrics.map(\.name) == ["mae"])
    #expect(built.backtest?.requirements.count == 1)
  }

  @Test(arguments: [
    (
      "lookback=24",
      "load.yaml: error: --set lookback: no such stage or key; did you mean \"window.with.lookback\"?"
    ),
    ("seed=2", "load.yaml: error: --set seed: no such stage or key; did you mean \"run.seed\"?"),
    (
      "horizon=24",
      "load.yaml: error: --set horizon: no such stage or key; did you mean \"window.with.horizon\" or "
        + "\"vars.horizon\"?"
    ),
    ("lokback=24", "load.yaml: error: --set lokback: no such stage or key; did you mean \"window.with.lookback\"?"),
    (
      "evaluate.metrics=[mae,]]",
      "load.yaml: error: --set evaluate.metrics: \"[mae,]]\" is no list or mapping; write it as YAML in one line, such "
        + "as [24, 168]"
    ),
    ("modle.with.epochs=5", "load.yaml: error: --set modle: no such stage or key; did you mean \"model\"?"),
    ("stages.9.use=x", "load.yaml: error: --set stages.9.use: the list has no item 9; it has 7"),
    ("name.first=x", "load.yaml: error: --set name.first: \"first\" would stand inside a single value"),
  ])
  func overridesThatReachNothing(text: String, message: String) {
    let error = #expect(throws: PipelineFileError.self) {
      _ = try reader(set: [text]).read(validFile, file: "load.yaml")
    }
    #expect(error?.description == message)
  }

  @Test(arguments: [
    ("pipelines/co2.yaml", "..", "."), ("co2.yaml", ".", "."), ("/srv/p/co2.yaml", "..", "/srv"),
    ("a/b/co2.yaml", "../data", "a/data"), ("co2.yaml", "..", ".."), ("x/co2.yaml", "/data", "/data"),
  ])
  func pathsAreSeenFromTheRoot(file: String, root: String, expected: String) throws {
    let text = validFile.replacing("name: load\n", with: "name: load\nroot: \(root)\n")
    #expect(try reader().read(text, file: file).rootFolder.path == expected)
  }
}
