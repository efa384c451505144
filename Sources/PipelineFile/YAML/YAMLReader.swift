import Yams

/// Reads YAML text into a tree that knows its locations.
///
/// Anchors and aliases are unfolded, merge keys (`<<`) merged; what came that way keeps the location where its text stands.
package struct YAMLReader {
  /// How deep lists and mappings may nest.
  static let deepest = 100
  /// How many values a file may unfold to; aliases of aliases can make a short file endless.
  static let most = 100_000

  private let file: String
  private var repeats: RepeatedKeys
  private var count = 0
  private var diagnostics: [Diagnostic] = []

  /// The tree of the text with the keys that stand twice, or the one fault that keeps it from being YAML.
  package static func read(_ text: String, file: String) -> Result<
    (root: ConfigNode, faults: [Diagnostic]), PipelineFileError
  > {
    func refused(_ message: String, _ location: Location) -> PipelineFileError {
      PipelineFileError([Diagnostic(file: file, location: location, message: message)])
    }
    let start = Location(line: 1, column: 1)
    if let line = AliasKeys.firstLine(in: text) {
      return .failure(refused("a key must be plain text, without aliases", Location(line: line, column: 1)))
    }
    var reader = YAMLReader(file: file, text: text)
    do {
      guard let node = try reader.compose() else {
        return .failure(refused("the file is empty; a pipeline has at least `version`, `name` and `stages`", start))
      }
      let root = try reader.convert(node, depth: 0)
      return .success((root, reader.diagnostics))
    } catch let fault as FieldFault {
      return .failure(refused(fault.message, fault.location ?? start))
    } catch let error as YamlError {
      let (message, location) = explain(error, in: text)
      return .failure(refused(message, location ?? start))
    } catch {
      return .failure(refused("not YAML: \(error)", start))
    }
  }

  private init(file: String, text: String) {
    self.file = file
    repeats = RepeatedKeys(text)
  }

  /// The parser stops at the first key that stands twice; such keys are marked and the text is read again.
  private mutating func compose() throws -> Node? {
    while true {
      do {
        // Scalars stay text here, so no rule has to find their types; the usual ones are many regular expressions.
        return try Parser(yaml: repeats.text, resolver: .basic, encoding: .utf8).singleRoot()
      } catch YamlError.duplicatedKeysInMapping(let names, let context) {
        let location = Location(context.mark)
        guard let name = names.first, repeats.mark(name, at: location) else {
          let others = names.count > 1 ? " (and \(names.count - 1) more keys like it)" : ""
          throw FieldFault(
            "the key \"\(names.first ?? "")\" stands twice in one mapping\(others); remove one", at: location)
        }
      }
    }
  }

  private mutating func convert(_ node: Node, depth: Int) throws(FieldFault) -> ConfigNode {
    let location = Location(node.mark)
    count += 1
    if depth > Self.deepest {
      throw FieldFault("lists and mappings nest deeper than \(Self.deepest) levels", at: location)
    }
    if count > Self.most {
      throw FieldFault("the aliases unfold to more than \(Self.most) values; write fewer of them", at: location)
    }
    switch node {
    case .scalar(let scalar):
      try refuseNUL(scalar.string, at: location)
      let isPlain = scalar.style == .plain || scalar.style == .any
      let isNull = isPlain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
      return ConfigNode(isNull ? .null : .scalar(scalar.string), at: location)
    case .sequence(let sequence):
      var items: [ConfigNode] = []
      for item in sequence { items.append(try convert(item, depth: depth + 1)) }
      return ConfigNode(.list(items), at: location)
    case .mapping(let mapping):
      return ConfigNode(.mapping(try entries(of: mapping, depth: depth)), at: location)
    case .alias(let alias):
      return ConfigNode(.scalar("*\(alias.anchor.rawValue)"), at: location)
    }
  }

  /// The system ends every name at a NUL, so that another file or program would be meant than the one that is shown.
  private func refuseNUL(_ text: String, at location: Location) throws(FieldFault) {
    if text.utf8.contains(0) {
      throw FieldFault("the character NUL cannot stand in a text here; remove it", at: location)
    }
  }

  private mutating func entries(of mapping: Node.Mapping, depth: Int) throws(FieldFault) -> [ConfigNode.Entry] {
    var entries: [ConfigNode.Entry] = []
    var merged: [ConfigNode.Entry] = []
    var names: Set<String> = []
    for (key, value) in mapping {
      let location = Location(key.mark)
      guard case .scalar(let scalar) = key else { throw FieldFault("a key must be plain text", at: location) }
      try refuseNUL(scalar.string, at: location)
      let name = repeats.name(of: scalar.string) ?? scalar.string
      guard names.insert(name).inserted else {
        diagnostics.append(
          Diagnostic(
            file: file, location: location, message: "the key \"\(name)\" stands twice in one mapping; remove one"))
        continue
      }
      let content = try convert(value, depth: depth + 1)
      if name == "<<", scalar.style == .plain || scalar.style == .any {
        merged += try mergedEntries(content)
      } else {
        entries.append(.init(key: name, location: location, value: content))
      }
    }
    // What the mapping says itself wins, then the first of those merged.
    var known = Set(entries.map(\.key))
    return entries + merged.filter { known.insert($0.key).inserted }
  }

  private func mergedEntries(_ node: ConfigNode) throws(FieldFault) -> [ConfigNode.Entry] {
    switch node.content {
    case .mapping(let entries): return entries
    case .list(let items):
      var entries: [ConfigNode.Entry] = []
      for item in items { entries += try mergedEntries(item) }
      return entries
    default: throw FieldFault("`<<` wants a mapping, or a list of them, to merge, not \(node.kind)", at: node.location)
    }
  }

  private static func explain(_ error: YamlError, in text: String) -> (String, Location?) {
    switch error {
    case .composer(_, let problem, let mark, _) where problem.contains("another document"):
      return ("a second document begins here; a pipeline file holds one", Location(mark))
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      return ("not YAML: \(problem)", Location(mark))
    case .reader(let problem, let offset, _, _):
      return ("not YAML: \(problem)", offset.map { Location(ofByte: $0, in: text) })
    default:
      return ("not YAML: \(error)", nil)
    }
  }
}

/// Finds both locations of a key that stands twice.
///
/// The first letter of one of the two is replaced by a letter of no script, as wide as the old one, so that the parser
/// takes them for two keys, and every other location stays what it is.
private struct RepeatedKeys {
  /// So many keys that stand twice are found, one by one.
  static let mostMarked = 20

  /// The text with the marked keys.
  private(set) var text: String
  private var names: [Character: String] = [:]

  // The private use area of Unicode; files with letters of their own from there are none of ours. Each costs a reading of
  // the text, so there are few.
  private static let letters = (0xE000..<0xE000 + mostMarked).compactMap(UnicodeScalar.init).map(Character.init)

  init(_ text: String) { self.text = text }

  /// The name of a marked key.
  func name(of key: String) -> String? { key.first.flatMap { names[$0] } }

  /// Marks the key of a name at a location; false where that cannot be done.
  mutating func mark(_ name: String, at location: Location) -> Bool {
    var scalars = Array(text.unicodeScalars)
    guard names.count < Self.letters.count, let first = name.unicodeScalars.first,
      var position = location.position(in: scalars)
    else { return false }
    if scalars[position] == "\"" || scalars[position] == "'" { position += 1 }
    guard position < scalars.count, scalars[position] == first else { return false }
    let letter = Self.letters[names.count]
    names[letter] = name
    scalars[position] = letter.unicodeScalars[letter.unicodeScalars.startIndex]
    text = String(String.UnicodeScalarView(scalars))
    return true
  }
}

extension Location {
  init(_ mark: Mark?) { self.init(line: mark?.line ?? 1, column: mark?.column ?? 1) }

  init(ofByte offset: Int, in text: String) {
    let before = String(decoding: text.utf8.prefix(offset), as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false)
    self.init(line: max(1, before.count), column: (before.last?.unicodeScalars.count ?? 0) + 1)
  }

  /// Where the location is among a text's scalars, with the line ends that YAML knows.
  fileprivate func position(in scalars: [UnicodeScalar]) -> Int? {
    var line = 1
    var position = 0
    while line < self.line, position < scalars.count {
      switch scalars[position] {
      case "\r":
        if position + 1 < scalars.count, scalars[position + 1] == "\n" { position += 1 }
        line += 1
      case "\n", "\u{85}", "\u{2028}", "\u{2029}": line += 1
      default: break
      }
      position += 1
    }
    position += column - 1
    return line == self.line && position < scalars.count ? position : nil
  }
}
