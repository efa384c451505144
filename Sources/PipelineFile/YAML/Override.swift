import TimeSeries

/// One `--set path=value`: a value of the file replaced from the command line.
///
/// The path's first part is a key of the file or names a stage, by its `name` or, where no other stage uses the same, by
/// what it uses: `run.seed`, `vars.horizon`, `model.with.epochs`, `stages.0.with.path`. A stage within a stage is named
/// too. What follows a stage is one of its keys or one of its fields: `model.epochs` is `model.with.epochs`, and
/// `model.members.lstm.epochs` is `model.with.members.lstm.with.epochs`.
///
/// `+` stands for a new item at the end of a list: `stages.+={use: report, with: {path: co2.html}}`.
///
/// A value in brackets or braces is a list or mapping as YAML writes them in one line; any other is a single value.
public struct Override: Sendable {
  /// The parts of the path.
  public let path: [String]
  /// The new text.
  public let value: String

  /// `path=value`
  package var text: String { "\(path.joined(separator: "."))=\(value)" }

  /// A file nests no deeper.
  private static let mostParts = 100

  /// Reads `path=value`; nil where there is no `=` or no path, or one of more parts than a file has levels.
  public init?(_ text: String) {
    guard let equals = text.firstIndex(of: "="), equals != text.startIndex else { return nil }
    path = text[..<equals].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    value = String(text[text.index(after: equals)...])
    if path.contains("") || path.count > Override.mostParts { return nil }
  }

  private var name: String { "--set \(path.joined(separator: "."))" }

  /// The tree with the value replaced, or added where its mapping is there.
  ///
  /// - Parameter grammar: what the file may say, for suggestions.
  func apply(to root: ConfigNode, _ grammar: FileGrammar) throws(FieldFault) -> ConfigNode {
    let stages = root["stages"]?.items ?? []
    var path = path
    if root[path[0]] == nil, !FileGrammar.keys.contains(path[0]) {
      guard let position = try stages.position(ofStage: path[0], for: name) else {
        throw FieldFault("--set \(path[0]): no such stage or key\(hint(stages, root, grammar))")
      }
      path.replaceSubrange(0...0, with: ["stages", String(position)])
    }
    return try replaced(root, path[...])
  }

  private func replaced(_ node: ConfigNode, _ rest: ArraySlice<String>) throws(FieldFault) -> ConfigNode {
    guard let key = rest.first else { return try newValue(at: node.location) }
    switch node.content {
    case .mapping(var entries):
      if node["use"] != nil, !Override.stageKeys.contains(key), !key.hasPrefix("x-") {
        return try replaced(node, ["with"] + rest)
      }
      if let position = entries.firstIndex(where: { $0.key == key }) {
        entries[position].value = try replaced(entries[position].value, rest.dropFirst())
      } else {
        let empty = ConfigNode(rest.count > 1 ? .mapping([]) : .null, at: node.location)
        entries.append(.init(key: key, location: node.location, value: try replaced(empty, rest.dropFirst())))
      }
      return ConfigNode(.mapping(entries), at: node.location)
    case .list(let items) where key == "+" && rest.count == 1:
      return ConfigNode(.list(items + [try newValue(at: node.location)]), at: node.location)
    case .list(var items):
      var found = try items.position(ofStage: key, for: name)
      if let position = Int(key) { found = items.indices.contains(position) ? position : nil }
      guard let found else { throw FieldFault("\(name): the list has no item \(key); it has \(items.count)") }
      items[found] = try replaced(items[found], rest.dropFirst())
      return ConfigNode(.list(items), at: node.location)
    case .null:
      return try replaced(ConfigNode(.mapping([]), at: node.location), rest)
    case .scalar:
      throw FieldFault("\(name): \"\(key)\" would stand inside a single value")
    }
  }

  /// The keys of a stage; all others are fields of it.
  private static let stageKeys = ["use", "name", "with", "timeout"]

  private func newValue(at location: Location) throws(FieldFault) -> ConfigNode {
    let brackets = [("[", "]"), ("{", "}")]
    guard brackets.contains(where: { value.hasPrefix($0.0) && value.hasSuffix($0.1) }) else {
      return ConfigNode(.scalar(value), at: location)
    }
    guard let read = try? YAMLReader.read(value, file: "").get(), read.1.isEmpty else {
      throw FieldFault("\(name): \"\(value)\" is no list or mapping; write it as YAML in one line, such as [24, 168]")
    }
    return read.0.moved(to: location)
  }

  /// Where a field of the name stands, or which word is near.
  private func hint(_ stages: [ConfigNode], _ root: ConfigNode, _ grammar: FileGrammar) -> String {
    let rest = path.dropFirst().map { "." + $0 }.joined()
    var places: [(field: String, path: String, isWritten: Bool)] = []
    for stage in stages {
      guard let use = stage["use"]?.text else { continue }
      let name = stage["name"]?.text ?? use
      let written = stage["with"]?.entries?.map(\.key) ?? []
      places += written.map { ($0, "\(name).with.\($0)\(rest)", true) }
      let others = grammar.stages[use]?.fields.map(\.name).filter { !written.contains($0) } ?? []
      places += others.map { ($0, "\(name).with.\($0)\(rest)", false) }
    }
    places += grammar.settingFields.fields.map { ($0.name, "run.\($0.name)\(rest)", root["run"]?[$0.name] != nil) }
    places += (root["vars"]?.entries ?? []).map { ($0.key, "vars.\($0.key)\(rest)", true) }
    let names = stages.flatMap { [$0["name"]?.text, $0["use"]?.text] }.compactMap { $0 }
    var field = path[0]
    if !places.contains(where: { $0.field == field }) {
      let near = didYouMean(field, among: FileGrammar.keys + names)
      if !near.isEmpty { return near }
      guard let nearest = closestMatch(to: field, among: places.map(\.field)) else { return "" }
      field = nearest
    }
    // Where the file says it, it is probably meant there.
    let meant = places.filter { $0.field == field }
    let written = meant.filter(\.isWritten)
    return proposal((written.isEmpty ? meant : written).map(\.path))
  }

  private func proposal(_ paths: [String]) -> String {
    let shown = paths.prefix(3).map { "\"\($0)\"" }.joined(separator: " or ")
    return "; did you mean \(shown)\(paths.count > 3 ? ", or another" : "")?"
  }
}

extension [ConfigNode] {
  /// The stage of a name, or the one that uses it; nil where there is none.
  fileprivate func position(ofStage name: String, for override: String) throws(FieldFault) -> Int? {
    if let position = firstIndex(where: { $0["name"]?.text == name }) { return position }
    let users = indices.filter { self[$0]["use"]?.text == name }
    guard users.count > 1 else { return users.first }
    let places = users.map { "[\($0)]" }.joined(separator: " and ")
    throw FieldFault(
      "\(override): the stages \(places) use \(name); give each a `name`, or take the number of one in place of its name"
    )
  }
}

extension ConfigNode {
  /// The same values, all at one location.
  fileprivate func moved(to location: Location) -> ConfigNode {
    switch content {
    case .scalar, .null: return ConfigNode(content, at: location)
    case .list(let items): return ConfigNode(.list(items.map { $0.moved(to: location) }), at: location)
    case .mapping(let entries):
      let moved = entries.map { Entry(key: $0.key, location: location, value: $0.value.moved(to: location)) }
      return ConfigNode(.mapping(moved), at: location)
    }
  }
}
