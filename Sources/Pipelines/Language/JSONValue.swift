/// A JSON value whose keys keep their order; for documents that are made for tools: schema, reference, diagnostics.
public indirect enum JSONValue: Sendable, Hashable {
  case null
  case boolean(Bool)
  case number(Double)
  case text(String)
  case list([JSONValue])
  case object([Member])

  /// A key with its value.
  public struct Member: Sendable, Hashable {
    let key: String
    let value: JSONValue
  }

  /// The value as indented JSON, without a line end.
  public var document: String { written(indent: "") }

  /// The value as JSON on one line.
  public var line: String {
    switch self {
    case .list(let items): "[" + items.map(\.line).joined(separator: ",") + "]"
    case .object(let members):
      "{" + members.map { "\(JSONValue.quoted($0.key)):\($0.value.line)" }.joined(separator: ",") + "}"
    default: written(indent: "")
    }
  }

  private func written(indent: String) -> String {
    let inner = indent + "  "
    switch self {
    case .null: return "null"
    case .boolean(let value): return value ? "true" : "false"
    // JSON has no word for what is not finite.
    case .number(let value): return value.isFinite ? value.fieldText ?? "null" : "null"
    case .text(let text): return JSONValue.quoted(text)
    case .list(let items) where items.isEmpty: return "[]"
    case .list(let items) where items.allSatisfy(\.isScalar):
      return "[" + items.map { $0.written(indent: "") }.joined(separator: ", ") + "]"
    case .list(let items):
      return "[\n" + items.map { inner + $0.written(indent: inner) }.joined(separator: ",\n") + "\n\(indent)]"
    case .object(let members) where members.isEmpty: return "{}"
    case .object(let members):
      let lines = members.map { "\(inner)\(JSONValue.quoted($0.key)): \($0.value.written(indent: inner))" }
      return "{\n" + lines.joined(separator: ",\n") + "\n\(indent)}"
    }
  }

  private var isScalar: Bool {
    switch self {
    case .list, .object: false
    default: true
    }
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for letter in text.unicodeScalars {
      switch letter {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where letter.value < 32:
        let hex = String(letter.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: result.unicodeScalars.append(letter)
      }
    }
    return result + "\""
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  public init(stringLiteral text: String) { self = .text(text) }
  public init(booleanLiteral value: Bool) { self = .boolean(value) }
  public init(integerLiteral value: Int) { self = .number(Double(value)) }
  public init(arrayLiteral items: JSONValue...) { self = .list(items) }
  public init(dictionaryLiteral members: (String, JSONValue)...) { self.init(members) }

  /// An object; members whose value is nil are left out.
  public init(_ members: [(String, JSONValue?)]) {
    self = .object(members.compactMap { key, value in value.map { Member(key: key, value: $0) } })
  }
}
