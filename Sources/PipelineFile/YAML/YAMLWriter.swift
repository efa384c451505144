/// Writes a tree as YAML that reads back as the same tree.
package struct YAMLWriter {
  /// A line is broken where a list or mapping would make it longer.
  static let width = 100

  /// The tree as a document: short lists and mappings in one line, others with a line for each entry.
  package static func text(_ root: ConfigNode) -> String {
    block(root, indent: 0).joined(separator: "\n") + "\n"
  }

  /// A scalar as it may stand anywhere: plain where that is safe, in double quotes otherwise.
  package static func scalar(_ text: String) -> String {
    let isSafe =
      !["", "~", "null", "Null", "NULL", "<<"].contains(text)
      && text.unicodeScalars.allSatisfy { plainLetters.contains($0) }
      && !text.hasPrefix(" ") && !text.hasSuffix(" ") && (isNumber(text) || startsPlain(text))
    return isSafe ? text : quoted(text)
  }

  private static let plainLetters = Set(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./+-;()<=> ".unicodeScalars)

  private static func startsPlain(_ text: String) -> Bool { text.first.map { !"-<=>;?".contains($0) } ?? false }

  private static func isNumber(_ text: String) -> Bool { Double(text) != nil }

  // What terminals take for commands are the letters that YAML takes for no text, or for the end of a line.
  private static func quoted(_ text: String) -> String { JSONValue.quoted(text) }

  private static func flow(_ node: ConfigNode) -> String {
    switch node.content {
    case .scalar(let text): scalar(text)
    case .null: "null"
    case .list(let items): "[" + items.map(flow).joined(separator: ", ") + "]"
    case .mapping(let entries):
      "{" + entries.map { "\(scalar($0.key)): \(flow($0.value))" }.joined(separator: ", ") + "}"
    }
  }

  private static func block(_ node: ConfigNode, indent: Int) -> [String] {
    let space = String(repeating: " ", count: indent)
    switch node.content {
    case .mapping(let entries) where !entries.isEmpty:
      return entries.flatMap { entry -> [String] in
        let key = space + scalar(entry.key) + ":"
        let line = key + " " + flow(entry.value)
        if entry.value.isShort, line.count <= width { return [line] }
        return [key] + block(entry.value, indent: indent + 2)
      }
    case .list(let items) where !items.isEmpty:
      return items.flatMap { item -> [String] in
        let line = space + "- " + flow(item)
        if item.isShort, item.entries == nil, line.count <= width { return [line] }
        var lines = block(item, indent: indent + 2)
        lines[0] = space + "- " + lines[0].dropFirst(indent + 2)
        return lines
      }
    default: return [space + flow(node)]
    }
  }
}

extension ConfigNode {
  /// Whether it may stand in one line: a scalar, or a list or mapping without further mappings in it.
  fileprivate var isShort: Bool {
    switch content {
    case .scalar, .null: true
    case .list(let items): items.allSatisfy { $0.entries == nil && $0.isShort }
    case .mapping(let entries):
      entries.allSatisfy { entry in
        switch entry.value.content {
        case .scalar, .null: true
        case .list: entry.value.isShort
        case .mapping(let inner): inner.allSatisfy { $0.value.entries == nil && $0.value.isShort }
        }
      }
    }
  }
}
