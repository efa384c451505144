import Forecasting
import Foundation
import PipelineFile
import TestSupport
import Testing

@testable import Pipelines
@testable import Plugins
@testable import Processes

/// The specification page: its schemas hold its examples and what the host really sends, and the host reads its examples.
@Suite struct PluginDocumentTests {
  /// The blocks of the page under what stands behind their fence: `json request`, `json schema=request`.
  static let blocks: [(tag: String, text: String)] = {
    let page =
      URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("docs/plugins.md")
    let text = (try? String(contentsOf: page, encoding: .utf8)) ?? ""
    let parts = text.components(separatedBy: "```")
    return parts.enumerated().filter { $0.offset % 2 == 1 }.map { _, block in
      let end = block.firstIndex(of: "\n") ?? block.endIndex
      return (String(block[..<end]), String(block[end...]))
    }
  }()

  static func blocks(_ tag: String) -> [String] { blocks.filter { $0.tag == tag }.map(\.text) }

  static func schema(_ name: String) throws -> Schema {
    let text = try #require(blocks("json schema=\(name)").first)
    return Schema(try #require(JSONValue(json: text.utf8)))
  }

  @Test func everyBlockOfJSONIsOneThatIsChecked() {
    let known = ["description", "request", "message"].flatMap { ["json \($0)", "json schema=\($0)"] }
    let tags = Self.blocks.map(\.tag)
    #expect(tags.filter { $0.hasPrefix("json") && !known.contains($0) } == [])
    #expect(Self.blocks("json description").count == 1)
    #expect(Self.blocks("json request").count == 2)
    #expect(Self.blocks("json message").count == 7)
  }

  @Test func theDescriptionIsReadAndHoldsTheSchema() throws {
    let text = try #require(Self.blocks("json description").first)
    let value = try #require(JSONValue(json: text.utf8))
    #expect(try Self.schema("description").faults(in: value) == [])
    let description = try PluginDescription(Array(text.utf8))
    #expect(description.role == .transform)
    #expect(description.fields.map(\.definition.name) == ["width", "limit"])
    #expect(description.calls == [.fit, .apply, .invert])
  }

  @Test(arguments: blocks("json message"))
  func everyMessageIsReadAndHoldsTheSchema(text: String) throws {
    let value = try #require(JSONValue(json: text.utf8))
    #expect(try Self.schema("message").faults(in: value) == [])
    _ = try PluginMessage(Array(text.utf8))
  }

  @Test(arguments: blocks("json request"))
  func everyRequestHoldsTheSchema(text: String) throws {
    let value = try #require(JSONValue(json: text.utf8))
    #expect(try Self.schema("request").faults(in: value) == [])
  }

  @Test func whatTheHostSendsHoldsTheSchemaAndHasTheKeysOfTheExample() throws {
    let fixture = try PluginFixture(
      run: #"""
        tee request.json | sed 's/.*"output":"\([^"]*\)".*/\1/' >folder.txt
        echo x >"$(cat folder.txt)/state"
        echo '{"type":"result","state":"state"}'
        """#,
      describe: #"""
        echo '{"protocol":[1],"name":"fixture","role":"transform","summary":"Does something."}'
        """#)
    let panel = PluginFixture.panel
    let fitted = try PluginTransform(plugin: fixture.plugin()).fit(panel)
    #expect(fitted.state == Array("x\n".utf8))
    let sent = try #require(
      JSONValue(json: Data(contentsOf: fixture.folder.appendingPathComponent("request.json"))))
    #expect(try Self.schema("request").faults(in: sent) == [])
    let text = try #require(Self.blocks("json request").first)
    let example = try #require(JSONValue(json: text.utf8))
    #expect(sent.members?.map(\.key).sorted() == example.members?.map(\.key).sorted())
    #expect(
      sent["training"] == JSONValue(["rows": 3, "from": "2015-01-01", "to": "2015-03-01"] as [String: JSONValue]))
    #expect(sent["frequency"] == .text("1mo"))
  }

  @Test func theSchemaRefusesWhatTheHostRefuses() throws {
    for text in [#"{"type":"progress","done":-1,"of":2}"#, #"{"type":"log"}"#, #"{"type":"other"}"#, #"{}"#] {
      #expect(throws: PluginMessage.Unreadable.self) { try PluginMessage(Array(text.utf8)) }
      let value = try #require(JSONValue(json: text.utf8))
      #expect(try !Self.schema("message").faults(in: value).isEmpty)
    }
  }
}

/// As much of JSON Schema as the page uses.
struct Schema {
  let rules: JSONValue

  init(_ rules: JSONValue) { self.rules = rules }

  func faults(in value: JSONValue, at path: String = "$") -> [String] {
    var faults: [String] = []
    let types = rules["type"].map { $0.items?.compactMap(\.string) ?? [$0.string ?? ""] } ?? []
    if !types.isEmpty, !types.contains(where: { isOf($0, value) }) { faults.append("\(path): not \(types)") }
    if let constant = rules["const"], constant != value { faults.append("\(path): not \(constant)") }
    if let words = rules["enum"]?.items, !words.contains(value) { faults.append("\(path): not among \(words)") }
    if let minimum = rules["minimum"]?.numbers.first, let number = value.numbers.first, number < minimum {
      faults.append("\(path): below \(minimum)")
    }
    if let least = rules["minLength"]?.integer, let text = value.string, text.count < least {
      faults.append("\(path): too short")
    }
    if let items = value.items {
      if let least = rules["minItems"]?.integer, items.count < least { faults.append("\(path): too few") }
      if let each = rules["items"] {
        faults += items.enumerated().flatMap { Schema(each).faults(in: $0.element, at: "\(path)[\($0.offset)]") }
      }
    }
    if let entries = value.members {
      for key in rules["required"]?.items?.compactMap(\.string) ?? [] where value[key] == nil {
        faults.append("\(path): no \(key)")
      }
      for (key, entry) in entries {
        if let rule = rules["properties"]?[key] ?? rules["additionalProperties"] {
          faults += Schema(rule).faults(in: entry, at: "\(path).\(key)")
        } else if types == ["object"], rules["properties"] != nil, rules["oneOf"] == nil {
          faults.append("\(path): \(key) is not in the schema")
        }
      }
    }
    if let ways = rules["oneOf"]?.items, ways.count(where: { Schema($0).faults(in: value, at: path).isEmpty }) != 1 {
      faults.append("\(path): not exactly one of \(ways.count)")
    }
    return faults
  }

  private func isOf(_ type: String, _ value: JSONValue) -> Bool {
    switch (type, value) {
    case ("object", .object), ("array", .list), ("string", .text), ("boolean", .boolean), ("null", .null),
      ("integer", .integer), ("number", .integer), ("number", .number):
      true
    default: false
    }
  }
}
