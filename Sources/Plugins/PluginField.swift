import Files
import PipelineFile
import TimeSeries

/// A field that a plugin describes: read and checked as one that is declared in Swift.
struct PluginField: AnyField {
  private let definition: FieldDefinition
  private let standardValue: JSONValue

  /// The field of a description.
  init(_ form: PluginDescription.Field) { (definition, standardValue) = (form.definition, form.standard) }

  /// A value that was read, or the default; null for neither.
  struct Reading: FieldReading {
    let value: JSONValue
    var kind = FieldKind.text
    var text: String? { value.fieldText }
    var paths: [FilePath] {
      switch kind {
      case .path, .list(.path), .mapping(.path): value.texts.map { FilePath($0) }
      default: []
      }
    }
    var isSettled: Bool { true }

    func settled(on frequency: Frequency, in field: String) -> (reading: any FieldReading, faults: [FieldFault]) {
      (self, [])
    }
  }

  func definition(named name: String) -> FieldDefinition { definition }
  var standard: (any FieldReading)? { Reading(value: standardValue, kind: definition.kind) }

  func read(_ node: ConfigNode, _ check: inout FieldCheck) throws(FieldFault) -> any FieldReading {
    if case .null = node.content {
      if definition.isRequired || definition.defaultText != nil { throw .wants(definition.kind, not: node) }
      return Reading(value: .null)
    }
    let value = try read(ofKind: definition.kind, node)
    if let bounds = definition.bounds, let outside = value.numbers.first(where: { !bounds.contains($0) }) {
      let found = node.isForeign ? node.shownText : outside.fieldText ?? ""
      throw FieldFault("must be \(bounds), not \(found)", at: node.location)
    }
    return Reading(value: value, kind: definition.kind)
  }

  private func read(ofKind kind: FieldKind, _ node: ConfigNode) throws(FieldFault) -> JSONValue {
    switch kind {
    case .text, .score: return .text(try String(node: node))
    // The unit of a plugin's steps is a step: its fields are read before the frequency is known.
    case .integer, .steps: return .integer(try Int(node: node))
    case .number: return .number(try Double(node: node))
    case .boolean: return .boolean(try Bool(node: node))
    case .path: return .text(try FilePath(node: node).text)
    case .duration: return .text(try Frequency(node: node).description)
    case .choice(let words):
      let word = try node.text(as: kind)
      guard words.contains(word) else { throw .wants(kind, not: node) }
      return .text(word)
    // No plugin can ask for stages.
    case .members: throw .wants(kind, not: node)
    case .list(let element):
      var items = [node]
      if case .list(let found) = node.content { items = found }
      var values: [JSONValue] = []
      for item in items { values.append(try read(ofKind: element, item)) }
      return .list(values)
    case .mapping(let element), .table(_, let element):
      guard let entries = node.entries else { throw .wants(kind, not: node) }
      var values: [String: JSONValue] = [:]
      for entry in entries { values[entry.key] = try read(ofKind: element, entry.value) }
      return JSONValue(values)
    }
  }
}
