import Foundation
import TimeSeries

/// A JSON value. Its keys keep their order, so that documents that are made for tools (schema, reference, diagnostics) read
/// well; what is read from JSON text has them sorted.
public indirect enum JSONValue: Sendable, Hashable {
  case null
  case boolean(Bool)
  case integer(Int)
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
    case .integer(let value): return String(value)
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

  /// A text in double quotes, as JSON and YAML alike read it; `isEscaped` says which letters besides the usual are given by
  /// their number.
  package static func quoted(_ text: String, escaping isEscaped: (Unicode.Scalar) -> Bool = \.isControl) -> String {
    var result = "\""
    for letter in text.unicodeScalars {
      switch letter {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where letter.value < 32 || isEscaped(letter):
        let hex = String(letter.value, radix: 16, uppercase: true)
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
  public init(integerLiteral value: Int) { self = .integer(value) }
  public init(arrayLiteral items: JSONValue...) { self = .list(items) }
  public init(dictionaryLiteral members: (String, JSONValue)...) { self.init(members) }

  /// An object; members whose value is nil are left out.
  public init(_ members: [(String, JSONValue?)]) {
    self = .object(members.compactMap { key, value in value.map { Member(key: key, value: $0) } })
  }

  /// An object with its keys sorted.
  package init(_ members: [String: JSONValue]) {
    self = .object(members.sorted { $0.key < $1.key }.map { Member(key: $0.key, value: $0.value) })
  }

  /// Reads JSON text; nil where it is none.
  package init?(json: some Sequence<UInt8>) {
    guard let value = try? JSONDecoder().decode(JSONValue.self, from: Data(json)) else { return nil }
    self = value
  }
}

extension JSONValue: Codable {
  public init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .null
    } else if let found = try? value.decode(Bool.self) {
      self = .boolean(found)
    } else if let found = try? value.decode(Int.self) {
      self = .integer(found)
    } else if let found = try? value.decode(Double.self) {
      self = .number(found)
    } else if let found = try? value.decode(String.self) {
      self = .text(found)
    } else if let found = try? value.decode([JSONValue].self) {
      self = .list(found)
    } else {
      self.init(try value.decode([String: JSONValue].self))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    switch self {
    case .null: try value.encodeNil()
    case .boolean(let found): try value.encode(found)
    case .integer(let found): try value.encode(found)
    case .number(let found): try value.encode(found)
    case .text(let found): try value.encode(found)
    case .list(let found): try value.encode(found)
    case .object(let found):
      try value.encode(Dictionary(found.map { ($0.key, $0.value) }) { first, _ in first })
    }
  }
}

extension JSONValue {
  /// The value of a key; nil where there is none or it is no object.
  package subscript(key: String) -> JSONValue? { members?.first { $0.key == key }?.value }

  package var members: [(key: String, value: JSONValue)]? {
    if case .object(let members) = self { members.map { ($0.key, $0.value) } } else { nil }
  }

  package var string: String? { if case .text(let text) = self { text } else { nil } }

  package var integer: Int? { if case .integer(let number) = self { number } else { nil } }

  package var boolean: Bool? { if case .boolean(let truth) = self { truth } else { nil } }

  package var items: [JSONValue]? { if case .list(let items) = self { items } else { nil } }

  /// Every text in it, however deep.
  package var texts: [String] {
    switch self {
    case .text(let text): [text]
    case .list(let items): items.flatMap(\.texts)
    case .object(let members): members.flatMap(\.value.texts)
    case .null, .boolean, .integer, .number: []
    }
  }

  /// Every number in it, however deep.
  package var numbers: [Double] {
    switch self {
    case .integer(let number): [Double(number)]
    case .number(let number): [number]
    case .list(let items): items.flatMap(\.numbers)
    case .object(let members): members.flatMap(\.value.numbers)
    case .null, .boolean, .text: []
    }
  }

  /// The value as it would stand in a pipeline file; nil for none.
  package var fieldText: String? {
    switch self {
    case .null: nil
    case .boolean(let truth): String(truth)
    case .integer(let number): String(number)
    case .number(let number): number.fieldText
    case .text(let text): text
    case .list(let items): "[\(items.map { $0.fieldText ?? "" }.joined(separator: ", "))]"
    case .object(let members):
      "{\(members.map { "\($0.key): \($0.value.fieldText ?? "")" }.joined(separator: ", "))}"
    }
  }

  /// The value as a node of a pipeline file, so that fields can read it.
  package func node(at location: Location) -> ConfigNode {
    switch self {
    case .list(let items): ConfigNode(.list(items.map { $0.node(at: location) }), at: location)
    case .object(let members):
      ConfigNode(
        .mapping(members.map { .init(key: $0.key, location: location, value: $0.value.node(at: location)) }),
        at: location)
    default: ConfigNode(fieldText.map { .scalar($0) } ?? .null, at: location)
    }
  }
}
