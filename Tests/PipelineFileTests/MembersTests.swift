import Forecasting
import Operation
import Stages
import TestSupport
import Testing
import TimeSeries

@testable import PipelineFile
@testable import Pipelines

/// Stages that stand inside a field of another: read, checked, settled, shown and described as any stage is.
@Suite struct MembersTests {
  static let file = """
    version: 1
    name: load
    vars: {width: 8}
    stages:
      - use: csv
        with: {path: load.csv}
      - use: window
        with: {lookback: 24, horizon: 6}
      - use: ensemble
        name: model
        with:
          members:
            - use: theta
            - use: lstm
              name: net
              with: {hidden: "${vars.width}", epochs: 2, validation: 6, season: 1d}
            - {use: lstm, with: {hidden: 8, season: 24}}
      - use: write
        with: {path: out/load.csv}

    """

  static let settled = file.replacing("1d", with: "24")

  func errors(_ text: String, set overrides: [String] = []) -> [String] {
    reader(set: overrides).check(text, file: "a.yaml").diagnostics.map(\.description)
  }

  @Test func membersAreStages() throws {
    let pipeline = try reader().read(Self.settled, file: "a.yaml").build(on: .hours(1))
    let ensemble = try #require(pipeline.chain.forecaster as? Ensemble)
    #expect(ensemble.members.map(\.name) == ["theta", "net", "lstm"])
    #expect((ensemble.members[1].forecaster as? RecurrentForecaster)?.network.hidden == 8)
    #expect(ensemble.combination == .median)
  }

  @Test func equalMembersAreNumbered() throws {
    let text = Self.settled.replacing("name: net\n", with: "x-note: a\n").replacing("use: theta", with: "use: lstm")
    #expect(
      (try reader().read(text, file: "a.yaml").build(on: .hours(1)).chain.forecaster as? Ensemble)?.members.map(\.name)
        == ["lstm", "lstm-2", "lstm-3"])
  }

  @Test(arguments: [
    (
      "use: theta", "use: thetta",
      "13:16: error: stages[2] (model): members[0]: unknown stage \"thetta\"; did you mean \"theta\"?"
    ),
    (
      "use: theta", "name: a",
      "13:11: error: stages[2] (model): members[0]: `use` is missing: which stage this is"
    ),
    (
      "- use: theta", "- theta",
      "13:11: error: stages[2] (model): members[0]: wants a mapping with `use`, not \"theta\""
    ),
    (
      "use: theta", "use: csv",
      "13:16: error: stages[2] (model): members[0] (csv): a source cannot be a member; members are forecasters, such as lstm"
    ),
    (
      "name: net", "name: theta",
      "15:17: error: stages[2] (model): members[1] (theta): the name \"theta\" is taken by members[0]"
    ),
    (
      "epochs: 2", "epoch: 2",
      "16:43: error: stages[2] (model): members[1] (net): unknown field \"epoch\"; did you mean \"epochs\"?"
    ),
    (
      "validation: 6", "validation: 5",
      "16:66: error: stages[2] (model): members[1] (net): validation of 5 steps is shorter than the horizon of 6; make it 0 or at "
        + "least 6"
    ),
    (
      "8, season: 24", "8, levels: [0.8], head: point",
      "17:49: error: stages[2] (model): members[2] (lstm): its intervals would be calibrated, which is done for the whole stage "
        + "alone: give `levels` there, or `calibration: 0` here"
    ),
    (
      "members:\n", "folds: 3\n      members:\n",
      "12:14: error: stages[2] (model): folds is for `combine: weighted`"
    ),
  ])
  func faultsHaveTheirPlace(old: String, new: String, message: String) {
    #expect(errors(Self.settled.replacing(old, with: new)) == ["a.yaml:\(message)"])
  }

  @Test func aListIsAskedFor() {
    let text = """
      version: 1
      name: load
      stages:
        - {use: csv, with: {path: load.csv}}
        - {use: window, with: {lookback: 24, horizon: 6}}
        - {use: ensemble, with: {members: theta}}
        - {use: write, with: {path: out/load.csv}}
      """
    #expect(
      errors(text) == [
        "a.yaml:6:37: error: stages[2] (ensemble): members wants a list of forecasters, such as [{use: theta}, {use: lstm}], "
          + "not \"theta\""
      ])
    let one = text.replacing("ensemble", with: "select").replacing("members: theta", with: "members: [{use: theta}]")
    #expect(errors(one) == ["a.yaml:6:35: error: stages[2] (select): members wants at least 2, not 1"])
    let none = text.replacing(", with: {members: theta}", with: "")
    #expect(
      errors(none) == [
        "a.yaml:6:11: error: stages[2] (ensemble): the field \"members\" is missing: the forecasters; "
          + "equal ones learn from different seeds"
      ])
  }

  @Test func overridesReachMembersByNumberAndByName() throws {
    for path in ["model.with.members.1.with.hidden", "model.with.members.net.with.hidden"] {
      let pipeline = try reader(set: ["\(path)=16"]).read(Self.settled, file: "a.yaml").build(on: .hours(1))
      let ensemble = try #require(pipeline.chain.forecaster as? Ensemble)
      #expect((ensemble.members[1].forecaster as? RecurrentForecaster)?.network.hidden == 16)
    }
    #expect(
      errors(Self.settled, set: ["model.with.members.nett.with.hidden=16"])
        == [
          "a.yaml: error: --set model.with.members.nett.with.hidden: the list has no item nett; it has 3",
          "a.yaml:3:7: warning: vars.width: is not used; write ${vars.width}, or remove it",
        ].filter { $0.contains("--set") })
  }

  @Test func durationsInMembersAreSettled() throws {
    let pipeline = try reader().read(Self.file, file: "a.yaml")
    #expect(pipeline.file.stages.contains { !$0.isSettled })
    let hourly = try pipeline.build(on: .hours(1))
    let ensemble = try #require(hourly.chain.forecaster as? Ensemble)
    #expect((ensemble.members[1].forecaster as? RecurrentForecaster)?.season == 24)
    let error = #expect(throws: PipelineFileError.self) { _ = try pipeline.build(on: .days(2)) }
    #expect(
      error?.description
        == "a.yaml:16:77: error: stages[2] (model): members[1] (net): season of 1d is no whole number of steps of 2d; write a "
        + "multiple of 2d, or the number of steps")
  }

  @Test func theEffectiveFileShowsMembersAndReadsBack() throws {
    let pipeline = try reader().read(Self.settled, file: "a.yaml")
    let shown = EffectiveFile(pipeline.file).yaml
    #expect(shown.contains("hidden: 8, epochs: 2"))
    let all = EffectiveFile(pipeline.file, showsDefaults: true).yaml
    #expect(all.contains("optimizer: adam") && all.contains("combine: median"))
    for text in [shown, all] {
      let again = try #require(
        try reader().read(text, file: "b.yaml").build(on: .hours(1)).chain.forecaster as? Ensemble)
      #expect(again.members.map(\.name) == ["theta", "net", "lstm"])
    }
  }

  /// A forecaster with a password.
  struct Guarded: ForecasterStage {
    static let name = "guarded"
    static let summary = "Forecasts with what a password opens."
    static let example = "{token: a}"
    @Field("A password.", secret: true) var token: String
    static let savedParts = LocalForecaster.savedParts
    init() {}
    func forecaster(in surroundings: ChainSurroundings) -> any Forecaster { Baseline.naive.forecaster(season: nil) }
  }

  @Test func secretsOfMembersStayHidden() throws {
    let guarded = reader(registry([Guarded.self]))
    let text = Self.settled.replacing("- use: theta", with: "- {use: guarded, with: {token: hush}}")
    let shown = EffectiveFile(try guarded.read(text, file: "a.yaml").file, showsDefaults: true).yaml
    #expect(shown.contains("token: hidden") && !shown.contains("hush"))
  }

  @Test func partsOfFilesMayLeaveMembersOpen() {
    let part = """
      ```yaml
      - use: select
        with: {members: [{use: theta}, {use: lstm, with: {hidden: "${vars.width}"}}]}
      ```
      """
    #expect(reader().check(part, file: "a.md").diagnostics.map(\.description) == [])
    let wrong = part.replacing("hidden", with: "hiden")
    // A key is a key, whatever its value becomes.
    #expect(reader().check(wrong, file: "a.md").diagnostics.map(\.message).count <= 1)
  }

  @Test func theSchemaKnowsMembers() {
    let schema = JSONSchema(.pipelines(registry())).document
    #expect(schema.contains("\"#/$defs/forecaster\""))
  }
}
