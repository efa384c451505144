/// A pipeline file as it takes effect: command line and variables worked in, values of the environment and
/// secrets hidden.
public struct EffectiveFile: Sendable {
  /// The file that was read.
  public let declaration: FileDeclaration
  /// Whether fields that were left out appear with their defaults.
  public let showsDefaults: Bool

  /// What a hidden value reads as.
  public static let hidden = "hidden"

  /// The effective form of a file.
  public init(_ declaration: FileDeclaration, showsDefaults: Bool = false) {
    self.declaration = declaration
    self.showsDefaults = showsDefaults
  }

  /// The file as YAML. It reads as the same pipeline, but for literal secrets; comments and `vars` are gone.
  public var yaml: String {
    let tree = declaration.tree
    var root = tree.root.without("vars")
    if showsDefaults, root["run"]?.entries == nil, let entries = root.entries {
      // The settings stand before the stages even where the file says nothing of them.
      let settings = ConfigNode.Entry(
        key: "run", location: root.location, value: ConfigNode(.mapping([]), at: root.location))
      let others = entries.filter { $0.key != "run" }
      let position = others.firstIndex { $0.key == "stages" } ?? others.count
      root.content = .mapping(others[..<position] + [settings] + others[position...])
    }
    return YAMLWriter.text(file(root))
  }

  private var registry: StageRegistry { declaration.grammar.stages }

  private var secrets: Set<String> { Set(registry.stages.flatMap(\.fields).filter(\.isSecret).map(\.name)) }

  private func file(_ root: ConfigNode) -> ConfigNode {
    mapEntries(of: root) { entry in
      switch entry.key {
      case "stages": return list(entry.value, stage)
      case "tests":
        return list(entry.value) { test in
          mapEntries(of: test) { $0.key == "set" ? overrides($0.value) : escaped($0.value) }
        }
      case "run" where showsDefaults: return run(entry.value)
      default: return escaped(entry.value)
      }
    }
  }

  private func run(_ node: ConfigNode) -> ConfigNode {
    let written = node.entries ?? []
    let settings = declaration.grammar.settingFields.definitions
    let fields = written.map { ConfigNode.Entry(key: $0.key, location: $0.location, value: escaped($0.value)) }
    return ConfigNode(
      .mapping(fields + defaults(of: settings, beside: written.map(\.key), at: node.location)), at: node.location)
  }

  private func stage(_ node: ConfigNode) -> ConfigNode {
    guard let use = node["use"]?.text, let definition = registry[use], var entries = node.entries else {
      return escaped(node)
    }
    if showsDefaults, node["with"]?.entries == nil {
      entries.removeAll { $0.key == "with" }
      entries.append(.init(key: "with", location: node.location, value: ConfigNode(.mapping([]), at: node.location)))
    }
    return mapEntries(of: ConfigNode(.mapping(entries), at: node.location)) { entry in
      guard entry.key == "with", let fields = entry.value.entries else { return escaped(entry.value) }
      var result = fields.map { field in
        // Of a stage that nobody has asked, any field may be one.
        let isSecret =
          !definition.isDescribed || definition.fields.contains { $0.name == field.key && $0.isSecret }
        let value =
          isSecret
          ? concealed(field.value)
          : definition.holdsStages(field.key) ? list(field.value, stage) : escaped(field.value)
        return ConfigNode.Entry(key: field.key, location: field.location, value: value)
      }
      if showsDefaults { result += defaults(of: definition.fields, beside: fields.map(\.key), at: entry.location) }
      return ConfigNode(.mapping(result), at: entry.value.location)
    }
  }

  private func defaults(
    of fields: [FieldDefinition], beside written: [String], at location: Location
  ) -> [ConfigNode.Entry] {
    fields.compactMap { field in
      guard !written.contains(field.name), !field.isRequired, !field.isSecret, field.deprecation == nil,
        let text = field.defaultText
      else { return nil }
      let value: ConfigNode
      switch field.kind {
      case .list, .mapping, .table: value = ConfigNode(flow: text)
      default: value = ConfigNode(.scalar(text), at: location)
      }
      return .init(key: field.name, location: location, value: escaped(value))
    }
  }

  private func overrides(_ node: ConfigNode) -> ConfigNode {
    let isKnown = registry.stages.allSatisfy(\.isDescribed)
    return mapEntries(of: node) { entry in
      let field = entry.key.split(separator: ".").last.map(String.init) ?? ""
      let mayBeSecret = secrets.contains(field) || !isKnown && entry.key.contains(".with.")
      return mayBeSecret ? concealed(entry.value) : escaped(entry.value)
    }
  }

  // A secret that the environment holds is named, which gives nothing away; what stands beside the name would.
  private func concealed(_ node: ConfigNode) -> ConfigNode {
    if let shown = node.shown, shown.wholeMatch(of: /\$\{[A-Za-z_][A-Za-z0-9_]*\}/) != nil { return escaped(node) }
    return ConfigNode(.scalar(Self.hidden), at: node.location)
  }

  // What came from the environment stays there: its name is shown, and read again where the file is.
  private func escaped(_ node: ConfigNode) -> ConfigNode {
    node.mapScalars { text, node in
      ConfigNode(.scalar(node.shown ?? text.replacing("$", with: "$$")), at: node.location)
    }
  }

  private func list(_ node: ConfigNode, _ change: (ConfigNode) -> ConfigNode) -> ConfigNode {
    guard let items = node.items else { return escaped(node) }
    return ConfigNode(.list(items.map(change)), at: node.location)
  }

  private func mapEntries(of node: ConfigNode, _ change: (ConfigNode.Entry) -> ConfigNode) -> ConfigNode {
    guard let entries = node.entries else { return escaped(node) }
    return ConfigNode(
      .mapping(entries.map { .init(key: $0.key, location: $0.location, value: change($0)) }), at: node.location)
  }
}

extension StageDefinition {
  /// Whether a field's value is a list of stages.
  fileprivate func holdsStages(_ field: String) -> Bool { fields.contains { $0.name == field && $0.kind == .members } }
}
