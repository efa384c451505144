/// One `--set path=value`: a scalar of the file replaced from the command line.
///
/// The path's first part names a stage (its `name`, or what it uses) or a key of the file: `model.with.epochs`,
/// `run.seed`, `vars.horizon`, `stages.0.with.path`; a stage within a stage is named too: `model.with.members.lstm.with.epochs`.
public struct Override: Sendable {
  /// The parts of the path.
  public let path: [String]
  /// The new text.
  public let value: String

  /// A file nests no deeper.
  private static let mostParts = 100

  /// Reads `path=value`; nil where there is no `=` or no path, or one of more parts than a file has levels.
  public init?(_ text: String) {
    guard let equals = text.firstIndex(of: "="), equals != text.startIndex else { return nil }
    path = text[..<equals].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    value = String(text[text.index(after: equals)...])
    if path.contains("") || path.count > Override.mostParts { return nil }
  }

  /// The tree with the scalar replaced, or added where its mapping is there.
  func apply(to root: ConfigNode) throws(FieldFault) -> ConfigNode {
    var path = path
    let isKey = root[path[0]] != nil || FileGrammar.keys.contains(path[0])
    if !isKey, let position = stagePosition(named: path[0], in: root) {
      path.replaceSubrange(0...0, with: ["stages", String(position)])
    } else if !isKey {
      let known = FileGrammar.keys + stageNames(in: root)
      throw FieldFault("--set \(self.path[0]): no such stage or key\(didYouMean(path[0], among: known))")
    }
    return try replaced(root, path[...])
  }

  private func replaced(_ node: ConfigNode, _ rest: ArraySlice<String>) throws(FieldFault) -> ConfigNode {
    guard let key = rest.first else { return ConfigNode(.scalar(value), at: node.location) }
    switch node.content {
    case .mapping(var entries):
      if let position = entries.firstIndex(where: { $0.key == key }) {
        entries[position].value = try replaced(entries[position].value, rest.dropFirst())
      } else {
        let empty = ConfigNode(rest.count > 1 ? .mapping([]) : .null, at: node.location)
        entries.append(.init(key: key, location: node.location, value: try replaced(empty, rest.dropFirst())))
      }
      return ConfigNode(.mapping(entries), at: node.location)
    case .list(var items):
      guard let position = items.position(of: key) else {
        throw FieldFault("--set \(path.joined(separator: ".")): the list has no item \(key); it has \(items.count)")
      }
      items[position] = try replaced(items[position], rest.dropFirst())
      return ConfigNode(.list(items), at: node.location)
    case .null:
      return try replaced(ConfigNode(.mapping([]), at: node.location), rest)
    case .scalar:
      throw FieldFault("--set \(path.joined(separator: ".")): \"\(key)\" would stand inside a single value")
    }
  }

  private func stages(in root: ConfigNode) -> [ConfigNode] {
    if case .list(let items) = root["stages"]?.content { items } else { [] }
  }

  private func stageNames(in root: ConfigNode) -> [String] {
    stages(in: root).flatMap { [$0["name"], $0["use"]] }.compactMap {
      if case .scalar(let text) = $0?.content { text } else { nil }
    }
  }

  private func stagePosition(named name: String, in root: ConfigNode) -> Int? {
    func position(_ key: String) -> Int? {
      stages(in: root).firstIndex { if case .scalar(name) = $0[key]?.content { true } else { false } }
    }
    return position("name") ?? position("use")
  }
}

extension [ConfigNode] {
  /// The item of a number, or the stage of a name, or that uses it.
  fileprivate func position(of key: String) -> Int? {
    if let position = Int(key) { return indices.contains(position) ? position : nil }
    return firstIndex { $0["name"]?.text == key } ?? firstIndex { $0["use"]?.text == key }
  }
}
