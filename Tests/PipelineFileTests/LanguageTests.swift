import Forecasting
import Operation
import Stages
import TestSupport
import Testing
import TimeSeries

@testable import PipelineFile
@testable import Pipelines

/// A transform with every kind of trait that a field can have.
struct Traits: TransformStage {
  static let name = "traits"
  static let summary = "Does nothing."
  static let example = ""
  @Field("Old way.", deprecated: "use `fresh` instead") var stale: Int?
  @Field("New way.") var fresh = 1
  @Field("A password.", secret: true) var token: String?
  @Field("Words.") var words: [String] = ["a, b", "- c"]
  @Field("Bounds.") var bounds: [String: Double] = ["a": 1]
  @Field("Steps.", bounds: .atLeast(2)) var spans: [StepSpan] = [2]

  static let savedParts = Fill.savedParts

  init() {}
  func transform(in surroundings: ChainSurroundings) -> any Transform { Fill(.none, longestGap: nil) }
}

func traitsReader(environment: [String: String] = [:]) -> PipelineReader {
  reader(registry([Traits.self]), environment: environment)
}

@Suite struct LanguageTests {
  func errors(_ text: String, _ reader: PipelineReader = reader()) -> [String] {
    reader.check(text, file: "a.yaml").diagnostics.map(\.description)
  }

  @Test(arguments: [
    ("1d", "1h", 24), ("1w", "1d", 7), ("90m", "15m", 6), ("1y", "1mo", 12), ("1y", "1q", 4), ("2w", "1bd", 10),
    ("10bd", "5bd", 2), ("1w", "2bd", nil), ("1mo", "1d", nil), ("1d", "1bd", nil), ("1y", "1w", nil),
    ("1h", "1d", nil),
    ("1bd", "1d", nil),
  ])
  func durationsBecomeSteps(duration: String, frequency: String, steps: Int?) throws {
    let (duration, frequency) = (try #require(Frequency(duration)), try #require(Frequency(frequency)))
    #expect(frequency.count(in: duration) == steps)
  }

  @Test func durationsAreSettledByTheFileOrByTheReadings() throws {
    let stated = validFile.replacing("lookback: 24", with: "lookback: 1d")
    let pipeline = try reader().read(stated, file: "a.yaml")
    #expect(!pipeline.file.stages.contains { !$0.isSettled })
    #expect(pipeline.parts.window.stage.shape().lookback == 24)

    let open = stated.replacing("every: 1h, ", with: "")
    let waiting = try reader().read(open, file: "a.yaml")
    #expect(waiting.file.stages.contains { !$0.isSettled })
    #expect(try waiting.build(on: .minutes(30)).chain.shape.lookback == 48)
    // The first reading is not touched by the second.
    #expect(try waiting.build(on: .hours(6)).chain.shape.lookback == 4)
    let error = #expect(throws: PipelineFileError.self) { _ = try waiting.build(on: .days(2)) }
    #expect(
      error?.description
        == "a.yaml:14:22: error: stages[3] (window): lookback of 1d is no whole number of steps of 2d; write a multiple of "
        + "2d, or the number of steps")
    let uncounted = #expect(throws: PipelineFileError.self) { _ = try waiting.build(on: .steps) }
    #expect(
      uncounted?.description
        == "a.yaml:14:22: error: stages[3] (window): lookback of 1d has no meaning here: the rows have no times; write a "
        + "number of steps")
  }

  @Test func stagesAreHeldTogetherOnceDurationsAreSteps() throws {
    let open = validFile.replacing("every: 1h, ", with: "").replacing("\"${vars.horizon}\"", with: "6h")
      .replacing("vars: {horizon: 6}\n", with: "")
    let waiting = try reader().read(open, file: "a.yaml")
    let error = #expect(throws: PipelineFileError.self) { _ = try waiting.build(on: .minutes(30)) }
    #expect(
      error?.description
        == "a.yaml:16:46: error: stages[4] (model): validation of 6 steps is shorter than the horizon of 12; make it 0 or at "
        + "least 12")
  }

  @Test func boundsHoldForTheStepsOfADuration() {
    let text = validFile.replacing("- use: normalize", with: "- use: traits\n    with: {spans: [1h, 4]}")
    #expect(
      errors(text, traitsReader()) == [
        "a.yaml:13:19: error: stages[2] (traits): spans must be at least 2, not 1"
      ])
  }

  @Test func warningsDoNotKeepAFileFromRunning() throws {
    let text = validFile.replacing("lookback: 24", with: "lookback: 12").replacing(
      "{horizon: 6}", with: "{horizon: 6, spare: 1}"
    ).replacing("- use: normalize", with: "- use: traits\n    with: {stale: 3}")
    let pipeline = try traitsReader().read(text, file: "a.yaml")
    #expect(
      pipeline.warnings.map(\.description) == [
        "a.yaml:4:20: warning: vars.spare: is not used; write ${vars.spare}, or remove it",
        "a.yaml:13:12: warning: stages[2] (traits): stale is deprecated: use `fresh` instead",
        "a.yaml:15:22: warning: stages[3] (window): lookback of 12 steps is shorter than a season of 24 (the usual one of "
          + "1h); the network never sees a whole one",
      ])
    let judged = validFile.replacing("metrics: [mae, mase]", with: "season: 30, metrics: [mae, mase]")
    #expect(errors(judged).map { $0.contains("a season of 30 (evaluate's)") } == [true])
  }

  @Test func anchorsAndMergeKeysKeepTheirPlaces() throws {
    let text = """
      version: 1
      name: load
      x-defaults: &net
        hidden: 8
        epochs: many
      stages:
        - use: csv
          with: {path: load.csv}
        - use: window
          with: &shape {lookback: 4, horizon: 2}
        - use: lstm
          with:
            <<: [*net, {epochs: 3, validation: 2}]
            hidden: 4
        - use: write
          with: {path: a.csv}

      """
    #expect(
      errors(text) == ["a.yaml:5:11: error: stages[2] (lstm): epochs wants a whole number, not \"many\""])
    let pipeline = try reader().read(text.replacing("many", with: "2"), file: "a.yaml")
    let fields = pipeline.parts.forecaster.declaration.values.definitions
    #expect(fields.first { $0.name == "hidden" }?.defaultText == "4")
    #expect(fields.first { $0.name == "epochs" }?.defaultText == "2")
    #expect(fields.first { $0.name == "validation" }?.defaultText == "2")
  }

  @Test(arguments: [
    "? *f : 1", "*f : 1", "{*f : 1}", "{? *f : 1}", "[*f, *f]: 1", "{a: *f}: 1", "? [*f]", "? - *f\n  : 1",
  ])
  func aKeyThatWouldUnfoldForEverIsRefused(key: String) {
    var text = "version: 1\nx-a: &a [1, 2, 3, 4, 5, 6, 7, 8, 9]\n"
    for (name, before) in zip("bcdef", "abcde") {
      text += "x-\(name): &\(name) [" + Array(repeating: "*\(before)", count: 9).joined(separator: ", ") + "]\n"
    }
    let value = key.hasPrefix("{") && !key.hasSuffix("}: 1") ? "x-y: \(key)" : key
    guard case .failure(let error) = YAMLReader.read(text + value + "\n", file: "a.yaml") else {
      Issue.record("it was read")
      return
    }
    #expect(error.diagnostics.map(\.description) == ["a.yaml:8:1: error: a key must be plain text, without aliases"])
    // Values are counted while they unfold.
    #expect(AliasKeys.firstLine(in: text + "x-z: [*f, {a: *b, c: [*d]}]\n") == nil)
  }

  @Test func manyKeysThatStandTwiceAreToldAtOnce() {
    // Each that is found by itself costs a reading of the text, so there are few of them.
    func text(_ count: Int) -> String {
      let keys = (0..<count).map { "  k\($0 + 10_000): 1\n" }.joined()
      return "version: 1\nname: t\nvars:\n" + keys + keys
    }
    func read(_ count: Int) -> [String] {
      switch YAMLReader.read(text(count), file: "a.yaml") {
      case .success(let tree): tree.faults.map(\.description)
      case .failure(let error): error.diagnostics.map(\.description)
      }
    }
    #expect(read(20).count == 20)
    #expect(read(20)[3] == "a.yaml:27:3: error: the key \"k10003\" stands twice in one mapping; remove one")
    let error = "error: the key \"k10020\" stands twice in one mapping (and 3979 more keys like it); remove one"
    #expect(read(4000) == ["a.yaml:24:3: \(error)"])
  }

  @Test func everyKeyThatStandsTwiceIsFound() {
    let text = validFile.replacing("path: load.csv,", with: "path: a.csv, \"path\": b.csv, path: c.csv,").replacing(
      "seed: 3", with: "seed: 3\n  'seed': 4\nname: again")
    #expect(
      errors(text) == [
        "a.yaml:7:3: error: the key \"seed\" stands twice in one mapping; remove one",
        "a.yaml:8:1: error: the key \"name\" stands twice in one mapping; remove one",
        "a.yaml:11:25: error: the key \"path\" stands twice in one mapping; remove one",
        "a.yaml:11:40: error: the key \"path\" stands twice in one mapping; remove one",
      ])
  }

  @Test func effectiveFilesReadAsTheSamePipeline() throws {
    let text = validFile.replacing("Load of a grid", with: "\"costs $$5: #1, 'so'\\n\"").replacing(
      "- use: normalize",
      with: "- use: traits\n    with: {token: \"${TOKEN}\", words: [\"a, b\", \"- c\", \"null\", \" d\"]}")
    let reader = traitsReader(environment: ["TOKEN": "s3cret"])
    for defaults in [false, true] {
      let pipeline = try reader.read(text, file: "a.yaml")
      let effective = EffectiveFile(pipeline.file, showsDefaults: defaults).yaml
      #expect(!effective.contains("s3cret"))
      #expect(effective.contains("token: \"${TOKEN}\""))
      let again = try reader.read(effective, file: "a.yaml")
      #expect(again.file.description == pipeline.file.description)
      for (a, b) in zip(pipeline.file.stages, again.file.stages) {
        #expect(a.values.definitions == b.values.definitions)
      }
      // A second round changes nothing more.
      #expect(EffectiveFile(again.file, showsDefaults: defaults).yaml == effective)
    }
  }

  @Test(arguments: [
    "token: hush", "token: \"${TOKEN:-hush}\"", "token: \"${vars.horizon}hush\"", "token: \"a${TOKEN}b${TOKEN}\"",
    "token: \"${TOKEN}hush\"", "token: \"${TOKEN}hush}\"", "token: \"hush${TOKEN}\"", "token: \"${TOKEN}$$hush\"",
  ])
  func secretsThatAreWrittenAreHidden(field: String) throws {
    let text = validFile.replacing("- use: normalize", with: "- use: traits\n    with: {\(field)}")
    let pipeline = try traitsReader(environment: ["TOKEN": "hush"]).read(text, file: "a.yaml")
    for defaults in [false, true] {
      let effective = EffectiveFile(pipeline.file, showsDefaults: defaults).yaml
      #expect(effective.contains("token: hidden"))
      #expect(!effective.contains("hush"))
    }
  }

  @Test(arguments: ["path: \"load\\0.csv\"", "\"pa\\0th\": load.csv", "path: load.csv, x: [\"\\0\"]"])
  func theCharacterNULIsRefused(field: String) {
    let text = validFile.replacing("path: load.csv", with: field)
    #expect(
      errors(text).map { $0.hasSuffix("error: the character NUL cannot stand in a text here; remove it") } == [true])
  }

  @Test func aTextOfTheFileMakesNoLineAndNoCommandOfATerminal() {
    let text = validFile.replacing("use: normalize", with: "use: \"x\\n\\e[2J\\u202E\\x9B\"")
    #expect(
      errors(text).first
        == #"a.yaml:12:10: error: stages[2]: unknown stage "x\n\u{1B}[2J\u{202E}\u{9B}"; `almanac stages` lists them"#)
  }

  @Test func theBlocksOfMarkdownFilesAreChecked() {
    let text = """
      # Title

      ```yaml
      just: {some: "data"}
      ```

      - a list

        ```yaml
        - use: csv
          with: {path: "${vars.x}", targt: y}
        - use: resample
        ```

      ~~~~yml
      version: 1
      name: x
      stages: 3
      ~~~~
      ```text
      version: 9
      ```
      """
    let findings = reader().check(text, file: "docs/a.md")
    #expect(findings.count == 2)
    #expect(
      findings.diagnostics.map(\.description) == [
        "docs/a.md:11:31: error: stages[0] (csv): unknown field \"targt\"; did you mean \"target\"?",
        "docs/a.md:18:9: error: `stages` wants a list of stages, not \"3\"",
      ])
  }
}
