import Forecasting
import Foundation
import PipelineFile
import Stages
import TestSupport
import Testing
import TimeSeries

@testable import Pipelines
@testable import Plugins
@testable import Processes

@Suite struct PluginDescriptionTests {
  static func described(_ more: String, role: String = "transform") -> String {
    #"{"protocol":[1],"name":"x","role":"\#(role)","summary":"Does."\#(more)}"#
  }

  struct Bad: CustomTestStringConvertible {
    var json: String
    var reason: String
    var testDescription: String { reason }
  }

  static let bad: [Bad] = [
    Bad(json: "", reason: "its description cannot be used: `describe` wants to print one JSON object, not nothing"),
    Bad(
      json: "hello",
      reason: "its description cannot be used: `describe` wants to print one JSON object, not \"hello\""),
    Bad(json: "{}", reason: "its description cannot be used: `protocol` wants a list of versions, such as [1]"),
    Bad(
      json: #"{"protocol":[2,3]}"#,
      reason: "it speaks protocol 2, 3, this almanac 1; install a version of either that fits"),
    Bad(json: #"{"protocol":[1]}"#, reason: "its description cannot be used: `name` wants a text"),
    Bad(
      json: described("", role: "window"),
      reason: "its description cannot be used: `role` wants source, transform, forecaster or sink"),
    Bad(
      json: described(#","calls":["fit"]"#),
      reason:
        "its description cannot be used: `calls` of a transform wants some of fit, apply, invert, and apply among them"
    ),
    Bad(
      json: described(#","fields":[{"name":"Width","kind":"integer","help":"W."}]"#),
      reason: "its description cannot be used: fields[0]: `name` wants small letters, digits and _, a letter first"),
    Bad(
      json: described(#","fields":[{"name":"w","kind":"whole","help":"W."}]"#),
      reason:
        "its description cannot be used: fields[0]: `kind` of \"w\" wants text, integer, number, boolean, choice, path, duration, list or mapping"
    ),
    Bad(
      json: described(#","fields":[{"name":"w","kind":"integer","help":"W.","default":0,"minimum":1}]"#),
      reason: "its description cannot be used: fields[0]: `default` of \"w\" must be at least 1, not 0"),
    Bad(
      json: described(#","fields":[{"name":"w","kind":"text","help":"W."},{"name":"w","kind":"text","help":"W."}]"#),
      reason: "its description cannot be used: fields[1]: the name \"w\" is taken"),
    Bad(
      json: described(#","outputs":["path"]"#, role: "sink"),
      reason: "its description cannot be used: `outputs` names \"path\", which is no field of kind path"),
  ]

  @Test(arguments: bad)
  func badDescriptionsAreRefusedInWords(example: Bad) throws {
    let error = #expect(throws: PluginError.Fault.self) { try PluginDescription(Array(example.json.utf8)) }
    let fault = try #require(error)
    #expect(PluginError(plugin: "x", call: "describe", fault: fault).message == example.reason)
  }

  @Test func fieldsAreReadAndCheckedAsBuiltInOnes() throws {
    let fixture = try PluginFixture(
      describe: #"""
        echo '{"protocol":[1],"name":"x","role":"transform","summary":"Does.","fields":[
          {"name":"width","kind":"integer","help":"Width of it.","default":5,"minimum":2},
          {"name":"mode","kind":"choice","choices":["soft","hard"],"help":"How."},
          {"name":"sizes","kind":"list","items":"number","help":"Sizes of it.","required":true}]}'
        """#)
    func faults(_ with: String) throws -> [String] {
      let text = validFile.replacing(
        "  - use: normalize\n", with: "  - use: fixture\n    with: \(with)\n"
      ).replacing("stages:\n", with: "plugins:\n  fixture: {command: [sh, plugin.sh], env: [PATH]}\nstages:\n")
        .replacing("version: 1\n", with: "version: 1\nroot: \(fixture.folder.path)\n")
      let reader = PipelineReader(
        fileReader(environment: ["PATH": "/usr/bin:/bin"], plugins: fixture.host))
      do {
        let pipeline = try reader.read(text, file: "p.yaml")
        let stage = try #require(pipeline.parts.transforms.last?.stage as? PluginTransformStage)
        let plugin = try #require(stage.plugin)
        return [String(decoding: try plugin.fieldsJSON(), as: UTF8.self)]
      } catch let error as PipelineFileError { return error.diagnostics.map(\.description) }
    }
    #expect(try faults("{sizes: 2}") == [#"{"mode":null,"sizes":[2],"width":5}"# + "\n"])
    #expect(
      try faults("{sizes: [1, 2.5], mode: hard, width: 9}") == [
        #"{"mode":"hard","sizes":[1,2.5],"width":9}"# + "\n"
      ])
    #expect(
      try faults("{widht: 1, mode: loud, width: 1}")
        == [
          "p.yaml:16:11: error: stages[2] (fixture): the field \"sizes\" is missing: sizes of it",
          "p.yaml:16:12: error: stages[2] (fixture): unknown field \"widht\"; did you mean \"width\"?",
          "p.yaml:16:28: error: stages[2] (fixture): mode wants soft, hard, not \"loud\"",
          "p.yaml:16:41: error: stages[2] (fixture): width must be at least 2, not 1",
        ])
  }

  @Test func faultsOfPluginsStandAtTheirPlace() throws {
    let text = validFile.replacing(
      "stages:\n",
      with: """
        plugins:
          ghost: {command: [pythoon, ghost.py], env: [PATH]}
          Bad: {command: [sh]}
          slow: {command: [sh], timeout: 1mo}
          odd: {comand: [sh]}
          normalize: {command: [sh]}
        stages:

        """)
    let error = #expect(throws: PipelineFileError.self) {
      try reader(environment: ["PATH": "/usr/bin:/bin"]).read(text, file: "p.yaml")
    }
    #expect(
      error?.diagnostics.map(\.description) == [
        "p.yaml:8:3: error: plugins.ghost: the program \"pythoon\" is not on the PATH; install it, or correct `command`",
        "p.yaml:9:3: error: plugins.Bad: a plugin's name wants small letters, digits and -, a letter first",
        "p.yaml:10:34: error: plugins.slow: timeout wants a time such as 60s or 5m",
        "p.yaml:11:8: error: plugins.odd: `command` is missing: the program and its arguments, such as [python3, plugins/despike.py]",
        "p.yaml:11:9: error: plugins.odd: unknown key \"comand\"; did you mean \"command\"?",
        "p.yaml:12:3: warning: plugins.normalize: the built-in stage of this name is used; give the plugin another name",
      ])
  }

  @Test func timesAreWrittenInOneForm() {
    func first(_ frequency: Frequency, _ seconds: Int64) -> String {
      let index = TimeIndex(start: Timestamp(seconds: seconds), frequency: frequency, count: 1)
      let csv = PluginData.csv(Panel([Series(name: "a", index: index, values: [1.5])]))
      return String(decoding: csv, as: UTF8.self)
    }
    #expect(first(.months(1), 0) == "series,time,value\na,1970-01-01,1.5\n")
    #expect(first(.hours(1), 0) == "series,time,value\na,1970-01-01T00:00:00,1.5\n")
    #expect(first(.steps, 0) == "series,time,value\na,0,1.5\n")
  }
}

extension Plugin {
  fileprivate func fieldsJSON() throws -> [UInt8] {
    Array(
      (JSONValue(
        Dictionary(description.fields.map { ($0.definition.name, value(of: $0.definition.name)) }) { first, _ in first }
      )
      .line + "\n").utf8)
  }
}
