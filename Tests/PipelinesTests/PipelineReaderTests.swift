import Stages
import Testing

@testable import Pipelines

/// A valid file to break: its lines are numbered so that the tables below can name places.
let validFile = """
  version: 1
  name: load
  description: Load of a grid
  vars: {horizon: 6, unused: 1}
  run:
    seed: 3
  stages:
    - use: csv
      with: {path: load.csv, time: hour, target: load}
    - use: resample
      with: {every: 1h, fill: linear, max_gap: 3}
    - use: normalize
    - use: window
      with: {lookback: 24, horizon: "${vars.horizon}"}
    - use: lstm
      name: model
      with: {hidden: 8, epochs: 2, validation: 6}
    - use: evaluate
      with: {metrics: [mae, mase], require: {mase: "< 1.5"}}
    - use: write
      with: {path: out/load.csv}

  """

func reader(environment: [String: String] = [:], set overrides: [String] = []) -> PipelineReader {
  PipelineReader(
    registry: StageRegistry(Stages.builtIn), environment: environment, overrides: overrides.compactMap(Override.init))
}

@Suite struct PipelineReaderTests {
  @Test func aValidFileBecomesAPipeline() throws {
    let pipeline = try reader().read(validFile, file: "load.yaml")
    #expect(pipeline.name == "load")
    #expect(pipeline.run.seed == 3)
    #expect(pipeline.window.stage.shape().horizon == 6)
    #expect(pipeline.forecaster.label == "stages[4] (model)")
    #expect(pipeline.transforms.map(\.name) == ["resample", "normalize"])
    #expect(pipeline.evaluator?.stage.backtest().requirements == [.init(metric: .mase, below: 1.5)])
  }

  struct Fault: CustomTestStringConvertible {
    var old: String
    var new: String
    var message: String
    var testDescription: String { "\(old) -> \(new)" }
    init(_ old: String, _ new: String, _ message: String) {
      (self.old, self.new, self.message) = (old, new, message)
    }
  }

  /// One change to the valid file each, with the one message that it must give.
  static let faults: [Fault] = [
    Fault("version: 1\n", "", "1:1: error: `version` is missing: write `version: 1`"),
    Fault("version: 1", "version: 2", "1:10: error: version 2 is not known; this almanac reads version 1"),
    Fault("version: 1", "version: one", "1:10: error: version wants a whole number, not \"one\""),
    Fault("name: load\n", "", "1:1: error: `name` is missing: what the forecast is called, such as `name: co2`"),
    Fault("name: load", "name: [a]", "2:7: error: name wants a text, not a list"),
    Fault("description", "descripton", "3:1: error: unknown key \"descripton\"; did you mean \"description\"?"),
    Fault(
      "description", "colour",
      "3:1: error: unknown key \"colour\"; known are version, name, description, root, vars, run, stages"),
    Fault("  seed: 3", "  sede: 3", "6:3: error: run: unknown key \"sede\"; did you mean \"seed\"?"),
    Fault("  seed: 3", "  seed: -1", "6:9: error: run: seed must be at least 0, not -1"),
    Fault("  seed: 3", "  seed: x", "6:9: error: run: seed wants a whole number, not \"x\""),
    Fault("unused: 1", "unused: [1]", "4:28: error: vars.unused: must be a single value"),
    Fault("use: csv", "use: cvs", "8:10: error: stages[0]: unknown stage \"cvs\"; did you mean \"csv\"?"),
    Fault(
      "use: csv", "use: parquet", "8:10: error: stages[0]: unknown stage \"parquet\"; `almanac stages` lists them"),
    Fault("- use: normalize", "- normalize", "12:5: error: stages[2]: wants a mapping with `use`, not \"normalize\""),
    Fault("- use: normalize", "- name: n", "12:5: error: stages[2]: `use` is missing: which stage this is"),
    Fault(
      "- use: normalize", "- use: normalize\n    wiht: {}",
      "13:5: error: stages[2] (normalize): unknown key \"wiht\"; did you mean \"with\"?"),
    Fault("path: load.csv, ", "", "9:11: error: stages[0] (csv): the field \"path\" is missing: "),
    Fault("path: load.csv", "path: \"\"", "9:18: error: stages[0] (csv): path wants a path, not an empty text"),
    Fault(
      "hidden: 8", "hiden: 8", "17:12: error: stages[4] (model): unknown field \"hiden\"; did you mean \"hidden\"?"),
    Fault("hidden: 8", "hidden: 0", "17:20: error: stages[4] (model): hidden must be 1 to 4096, not 0"),
    Fault("hidden: 8", "hidden: 8.5", "17:20: error: stages[4] (model): hidden wants a whole number, not \"8.5\""),
    Fault("hidden: 8", "hidden: [8]", "17:20: error: stages[4] (model): hidden wants a whole number, not a list"),
    Fault("hidden: 8", "hidden: ", "17:20: error: stages[4] (model): hidden wants a whole number, not nothing"),
    Fault(
      "hidden: 8", "lookback: 8",
      "17:12: error: stages[4] (model): unknown field \"lookback\"; it is a field of \"window\""),
    Fault(
      "fill: linear", "fill: lineal",
      "11:29: error: stages[1] (resample): fill wants none, linear, previous, zero, not \"lineal\"; did you mean \"linear\"?"
    ),
    Fault(
      "every: 1h", "every: 1 hour",
      "11:19: error: stages[1] (resample): every wants a duration such as 15m, 1h, 1d, 1w, 1mo, 1q, 1y or 1bd, not \"1 hour\""
    ),
    Fault("max_gap: 3", "max_gap: 0", "11:46: error: stages[1] (resample): max_gap must be at least 1, not 0"),
    Fault(
      "lookback: 24, ", "",
      "14:11: error: stages[3] (window): the field \"lookback\" is missing: steps that the network sees"),
    Fault(
      "with: {lookback: 24, horizon: \"${vars.horizon}\"}", "with: 24",
      "14:11: error: stages[3] (window): `with` wants a mapping of fields, not \"24\""),
    Fault(
      "${vars.horizon}", "${vars.horizn}",
      "14:35: error: no variable \"horizn\" under `vars`; did you mean \"horizon\"?"),
    Fault(
      "${vars.horizon}", "${HORIZON}",
      "14:35: error: the environment has no HORIZON; set it, or write ${HORIZON:-default}"),
    Fault("${vars.horizon}", "${HORIZON:?steps ahead}", "14:35: error: the environment has no HORIZON: steps ahead"),
    Fault("${vars.horizon}", "${vars.horizon", "14:35: error: \"${\" has no closing \"}\"; write \"$$\" for a dollar"),
    Fault("${vars.horizon}", "${a-b}", "14:35: error: \"${a-b}\" is neither ${NAME} nor ${vars.x}"),
    Fault(
      "metrics: [mae, mase]", "metrics: [mae, smpae]",
      "19:27: error: stages[5] (evaluate): metrics wants mae, rmse, smape, mase, not \"smpae\"; did you mean \"smape\"?"
    ),
    Fault(
      "require: {mase: \"< 1.5\"}", "require: {rmse: \"< 1.5\"}",
      "19:43: error: stages[5] (evaluate): require asks for \"rmse\", which is not among the metrics; add it there"),
    Fault(
      "\"< 1.5\"", "1.5", "19:50: error: stages[5] (evaluate): require wants a bound such as \"< 1.0\", not \"1.5\""),
    Fault(
      "validation: 6", "validation: 3",
      "17:46: error: stages[4] (model): validation of 3 steps is shorter than the horizon of 6; make it 0 or at least 6"
    ),
    Fault(
      "  - use: csv\n", "  - use: csv\n    name: model\n",
      "17:11: error: stages[4] (model): the name \"model\" is taken by stages[0]"),
    Fault(
      "- use: write\n", "- use: window\n    with: {lookback: 4, horizon: 2}\n  - use: write\n",
      "20:10: error: stages[6] (window): a window cannot follow an evaluator (evaluate); the order is source, transform, window, forecaster, evaluator, sink"
    ),
  ]

  @Test(arguments: faults)
  func everyFaultHasItsPlaceAndWords(fault: Fault) {
    #expect(validFile.contains(fault.old))
    var text = validFile
    if let range = text.range(of: fault.old) { text.replaceSubrange(range, with: fault.new) }
    let error = #expect(throws: PipelineFileError.self) { _ = try reader().read(text, file: "load.yaml") }
    let first = error?.description.split(separator: "\n").first.map(String.init) ?? ""
    #expect(first.hasPrefix("load.yaml:" + fault.message), "\(first)")
  }

  @Test func allFaultsAreReportedAtOnceInOrder() {
    let text = validFile.replacing("hidden: 8", with: "hidden: x").replacing("version: 1", with: "version: 7")
      .replacing("every: 1h", with: "every: never")
    let error = #expect(throws: PipelineFileError.self) { _ = try reader().read(text, file: "load.yaml") }
    #expect(error?.diagnostics.compactMap(\.place?.line) == [1, 11, 17])
  }

  @Test(arguments: [
    ("", "load.yaml: error: the file is empty; a pipeline has at least `version`, `name` and `stages`"),
    ("just text", "load.yaml:1:1: error: a pipeline is a mapping with `version`, `name` and `stages`"),
    ("a: [1\nb: 2", "load.yaml:2:2: error: not YAML: did not find expected ',' or ']'"),
    ("a: 1\na: 2", "load.yaml:1:1: error: the key \"a\" stands twice in one mapping; remove one"),
    ("version: 1\nname: x\nstages: []", "load.yaml:3:9: error: `stages` wants a list of stages, not a list"),
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
        x.yaml: error: no window among the stages; add one, such as window
        x.yaml: error: no forecaster among the stages; add one, such as lstm
        x.yaml: error: no sink among the stages: nothing would be published; add one, such as write
        """)
  }

  @Test func freeKeysAndDollarsAreLeftAlone() throws {
    let text = validFile.replacing(
      "description: Load of a grid", with: "x-owner: me\ndescription: costs $$5, not ${X:-7}")
    #expect(try reader().read(text, file: "a.yaml").description == "costs $5, not 7")
    #expect(try reader(environment: ["X": "8"]).read(text, file: "a.yaml").description == "costs $5, not 8")
  }

  @Test func overridesReachEveryScalar() throws {
    let pipeline = try reader(set: ["window.with.lookback=48", "run.seed=9", "vars.horizon=2", "name=other"])
      .read(validFile, file: "load.yaml")
    #expect(pipeline.window.stage.shape().lookback == 48)
    #expect(pipeline.window.stage.shape().horizon == 2)
    #expect(pipeline.run.seed == 9)
    #expect(pipeline.name == "other")
  }

  @Test(arguments: [
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
