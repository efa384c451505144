import Yams

/// Reads YAML text into a tree that knows its places.
enum YAMLReader {
  /// The tree of the text, or the one fault that keeps it from being YAML.
  static func read(_ text: String, file: String) -> Result<ConfigNode, PipelineFileError> {
    func refused(_ message: String, _ place: Place?) -> Result<ConfigNode, PipelineFileError> {
      .failure(PipelineFileError([Diagnostic(file: file, place: place, message: message)]))
    }
    do {
      guard let node = try Parser(yaml: text).singleRoot() else {
        return refused("the file is empty; a pipeline has at least `version`, `name` and `stages`", nil)
      }
      return .success(try convert(node))
    } catch let fault as UnreadableKey {
      return refused("a key must be plain text", fault.place)
    } catch let error as YamlError {
      let (message, place) = explain(error)
      return refused(message, place)
    } catch {
      return refused("not YAML: \(error)", nil)
    }
  }

  private struct UnreadableKey: Error { let place: Place }

  private static func convert(_ node: Node) throws(UnreadableKey) -> ConfigNode {
    let place = Place(node.mark)
    switch node {
    case .scalar(let scalar):
      let isPlain = scalar.style == .plain || scalar.style == .any
      let isNull = isPlain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
      return ConfigNode(isNull ? .null : .scalar(scalar.string), at: place)
    case .sequence(let sequence):
      var items: [ConfigNode] = []
      for item in sequence { items.append(try convert(item)) }
      return ConfigNode(.list(items), at: place)
    case .mapping(let mapping):
      var entries: [ConfigNode.Entry] = []
      for (key, value) in mapping {
        guard case .scalar(let scalar) = key else { throw UnreadableKey(place: Place(key.mark)) }
        entries.append(.init(key: scalar.string, place: Place(key.mark), value: try convert(value)))
      }
      return ConfigNode(.mapping(entries), at: place)
    case .alias(let alias):
      return ConfigNode(.scalar("*\(alias.anchor.rawValue)"), at: place)
    }
  }

  private static func explain(_ error: YamlError) -> (String, Place?) {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      return ("not YAML: \(problem)", Place(mark))
    case .duplicatedKeysInMapping(let duplicates, let context):
      let keys = duplicates.map { "\"\($0)\"" }.joined(separator: ", ")
      return ("the key \(keys) stands twice in one mapping; remove one", Place(context.mark))
    case .reader(let problem, _, _, _):
      return ("not YAML: \(problem)", nil)
    default:
      return ("not YAML: \(error)", nil)
    }
  }
}

extension Place {
  init(_ mark: Mark?) { self.init(line: mark?.line ?? 1, column: mark?.column ?? 1) }
}
