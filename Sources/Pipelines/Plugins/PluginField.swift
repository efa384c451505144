import Synchronization
import TimeSeries

/// A field that a plugin describes: read and checked as one that is declared in Swift.
final class PluginField: AnyField, Sendable {
  /// What is known of it.
  let definition: FieldDefinition
  private let cell: Mutex<PluginValue>

  /// A field that holds its default, or null.
  init(_ form: PluginDescription.Field) {
    definition = form.definition
    cell = Mutex(form.standard)
  }

  /// What was read, or the default; null for neither.
  var value: PluginValue { cell.withLock { $0 } }

  func definition(named name: String) -> FieldDefinition {
    var field = definition
    field.defaultText = value.fieldText
    return field
  }

  func read(_ node: ConfigNode, _ check: inout FieldCheck) throws(FieldFault) {
    if case .null = node.content {
      if definition.isRequired || definition.defaultText != nil { throw .wants(definition.kind, not: node) }
      return cell.withLock { $0 = .null }
    }
    let value = try read(ofKind: definition.kind, node)
    if let bounds = definition.bounds, let outside = value.numbers.first(where: { !bounds.contains($0) }) {
      throw FieldFault("must be \(bounds), not \(outside.fieldText ?? "")", at: node.place)
    }
    cell.withLock { $0 = value }
  }

  private func read(ofKind kind: FieldKind, _ node: ConfigNode) throws(FieldFault) -> PluginValue {
    switch kind {
    case .text: return .text(try String(node: node))
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
      var values: [PluginValue] = []
      for item in items { values.append(try read(ofKind: element, item)) }
      return .list(values)
    case .mapping(let element), .table(_, let element):
      guard let entries = node.entries else { throw .wants(kind, not: node) }
      var values: [String: PluginValue] = [:]
      for entry in entries { values[entry.key] = try read(ofKind: element, entry.value) }
      return .object(values)
    }
  }
}
