import PipelineFile

/// What a plugin says of itself.
public struct PluginDescription: Sendable, Hashable {
  /// What a plugin can be asked for.
  public enum Call: String, Sendable, CaseIterable {
    case read, fit, apply, invert, forecast, publish
  }

  /// What a plugin can be for.
  public enum Role: String, Sendable {
    case source, transform, forecaster, sink
  }

  /// A field with what it holds when it is left out.
  struct Field: Sendable, Hashable {
    var definition: FieldDefinition
    /// The default; null for none.
    var standard: JSONValue
  }

  /// How it calls itself.
  public let name: String
  /// What it is for.
  public let role: Role
  /// One sentence on what it does.
  public let summary: String
  /// Its `with` as it might stand in a file, in YAML; empty where it needs no field.
  public let example: String
  /// Its fields.
  let fields: [Field]
  /// What it can be asked for.
  public let calls: Set<Call>
  /// The fields with paths of files that it publishes.
  public let outputs: [String]

  /// What can be taken for granted of a plugin that nobody has asked.
  init(assuming role: Role, of name: String) {
    (self.name, self.role, summary, example) = (name, role, "Is not known here.", "")
    (fields, calls, outputs) = ([], Self.calls(of: role).all, [])
  }

  /// Reads the object that `describe` prints.
  package init(_ json: [UInt8]) throws(PluginError.Fault) {
    guard let value = JSONValue(json: json), value.members != nil else {
      throw .badDescription(
        reason: "`describe` wants to print one JSON object, not "
          + (json.isEmpty ? "nothing" : String(decoding: json, as: UTF8.self).quotedExcerpt))
    }
    func bad(_ reason: String) -> PluginError.Fault { .badDescription(reason: reason) }
    let versions = value["protocol"]?.items?.compactMap(\.integer) ?? []
    if versions.isEmpty { throw bad("`protocol` wants a list of versions, such as [\(PluginProtocol.version)]") }
    if !versions.contains(PluginProtocol.version) { throw .otherProtocol(versions) }
    guard let name = value["name"]?.string, !name.isEmpty else { throw bad("`name` wants a text") }
    guard let summary = value["summary"]?.string, !summary.isEmpty else { throw bad("`summary` wants a sentence") }
    guard let role = value["role"]?.string.flatMap({ Role(rawValue: $0) }) else {
      throw bad("`role` wants source, transform, forecaster or sink")
    }
    let known = Self.calls(of: role)
    guard value["example"] == nil || value["example"]?.string != nil else {
      throw bad("`example` wants YAML as a text")
    }
    (self.name, self.role, self.summary, example) = (name, role, summary, value["example"]?.string ?? "")
    if let listed = value["calls"] {
      let found = listed.items?.compactMap { $0.string.flatMap { Call(rawValue: $0) } } ?? []
      guard found.count == listed.items?.count, Set(found).isSubset(of: known.all), known.needed.isSubset(of: found)
      else {
        let words = Call.allCases.filter { known.all.contains($0) }.map(\.rawValue).joined(separator: ", ")
        let needed = Call.allCases.filter { known.needed.contains($0) }.map(\.rawValue).joined(separator: ", ")
        throw bad("`calls` of a \(role.rawValue) wants some of \(words), and \(needed) among them")
      }
      calls = Set(found)
    } else {
      calls = known.all
    }
    fields = try Self.fields(value["fields"])
    let fields = fields
    outputs = value["outputs"]?.items?.compactMap(\.string) ?? []
    for output in outputs where !fields.contains(where: { $0.definition.name == output && $0.definition.kind == .path })
    {
      throw bad("`outputs` names \"\(output)\", which is no field of kind path")
    }
    if !outputs.isEmpty, role != .sink { throw bad("`outputs` is for sinks") }
  }

  private static func calls(of role: Role) -> (all: Set<Call>, needed: Set<Call>) {
    switch role {
    case .source: ([.read], [.read])
    case .transform: ([.fit, .apply, .invert], [.apply])
    case .forecaster: ([.fit, .forecast], [.forecast])
    case .sink: ([.publish], [.publish])
    }
  }

  private static func fields(_ value: JSONValue?) throws(PluginError.Fault) -> [Field] {
    guard let value else { return [] }
    guard let items = value.items else { throw .badDescription(reason: "`fields` wants a list") }
    var fields: [Field] = []
    for (position, item) in items.enumerated() {
      do throws(FieldFault) {
        let field = try Field(item)
        let name = field.definition.name
        if fields.contains(where: { $0.definition.name == name }) { throw FieldFault("the name \"\(name)\" is taken") }
        fields.append(field)
      } catch {
        throw .badDescription(reason: "fields[\(position)]: \(error.message)")
      }
    }
    return fields
  }
}

extension PluginDescription.Field {
  /// A field as a plugin describes it.
  fileprivate init(_ value: JSONValue) throws(FieldFault) {
    guard let name = value["name"]?.string, name.first?.isLetter == true,
      name.allSatisfy({ $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "_") })
    else { throw FieldFault("`name` wants small letters, digits and _, a letter first") }
    guard let help = value["help"]?.string, !help.isEmpty else {
      throw FieldFault("`help` of \"\(name)\" wants a sentence")
    }
    let kind = try Self.kind(value, of: name)
    let bounds = FieldBounds(
      minimum: value["exclusive_minimum"]?.numbers.first ?? value["minimum"]?.numbers.first,
      maximum: value["maximum"]?.numbers.first, isMinimumExcluded: value["exclusive_minimum"] != nil)
    let isRequired = value["required"]?.boolean ?? false
    standard = value["default"] ?? .null
    if isRequired, standard != .null { throw FieldFault("\"\(name)\" is required and has a default; remove one") }
    definition = FieldDefinition(
      name: name, kind: kind, help: help, unit: value["unit"]?.string,
      bounds: bounds.minimum == nil && bounds.maximum == nil ? nil : bounds, isRequired: isRequired,
      isOptional: !isRequired && standard == .null, isSecret: value["secret"]?.boolean ?? false,
      defaultText: standard.fieldText)
    guard standard != .null else { return }
    var check = FieldCheck(among: StageRegistry(definitions: [], scores: []))
    do throws(FieldFault) {
      _ = try PluginField(self).read(standard.node(at: Location(line: 1, column: 1)), &check)
    } catch {
      throw FieldFault("`default` of \"\(name)\" \(error.message)")
    }
  }

  private static func kind(_ value: JSONValue, of name: String) throws(FieldFault) -> FieldKind {
    func simple(_ key: String, _ word: String?) throws(FieldFault) -> FieldKind {
      switch word {
      case "text": return .text
      case "integer": return .integer
      case "number": return .number
      case "boolean": return .boolean
      case "path": return .path
      case "duration": return .duration
      case "choice":
        let words = value["choices"]?.items?.compactMap(\.string) ?? []
        if words.isEmpty { throw FieldFault("`choices` of \"\(name)\" wants a list of words") }
        return .choice(words)
      default:
        throw FieldFault(
          "`\(key)` of \"\(name)\" wants text, integer, number, boolean, choice, path"
            + (key == "kind" ? ", duration, list or mapping" : " or duration"))
      }
    }
    switch value["kind"]?.string {
    case "list": return .list(try simple("items", value["items"]?.string ?? "text"))
    case "mapping": return .mapping(try simple("items", value["items"]?.string ?? "text"))
    case let word: return try simple("kind", word)
    }
  }
}
