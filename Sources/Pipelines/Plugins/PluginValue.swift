import Foundation

/// A value in a message to or from a plugin: any JSON.
enum PluginValue: Sendable, Hashable {
  case null
  case boolean(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case list([PluginValue])
  case object([String: PluginValue])
}

extension PluginValue: Codable {
  init(from decoder: any Decoder) throws {
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
    } else if let found = try? value.decode([PluginValue].self) {
      self = .list(found)
    } else {
      self = .object(try value.decode([String: PluginValue].self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    switch self {
    case .null: try value.encodeNil()
    case .boolean(let found): try value.encode(found)
    case .integer(let found): try value.encode(found)
    case .number(let found): try value.encode(found)
    case .text(let found): try value.encode(found)
    case .list(let found): try value.encode(found)
    case .object(let found): try value.encode(found)
    }
  }
}

extension PluginValue {
  /// Reads JSON text; nil where it is none.
  init?(json: some Sequence<UInt8>) {
    guard let value = try? JSONDecoder().decode(PluginValue.self, from: Data(json)) else { return nil }
    self = value
  }

  /// The value of a key; nil where there is none or it is no object.
  subscript(key: String) -> PluginValue? { if case .object(let entries) = self { entries[key] } else { nil } }

  var string: String? { if case .text(let text) = self { text } else { nil } }

  var integer: Int? { if case .integer(let number) = self { number } else { nil } }

  var boolean: Bool? { if case .boolean(let truth) = self { truth } else { nil } }

  var items: [PluginValue]? { if case .list(let items) = self { items } else { nil } }

  var entries: [String: PluginValue]? { if case .object(let entries) = self { entries } else { nil } }

  /// Every number in it, however deep.
  var numbers: [Double] {
    switch self {
    case .integer(let number): [Double(number)]
    case .number(let number): [number]
    case .list(let items): items.flatMap(\.numbers)
    case .object(let entries): entries.values.flatMap(\.numbers)
    case .null, .boolean, .text: []
    }
  }

  /// The value as it would stand in a pipeline file; nil for none.
  var fieldText: String? {
    switch self {
    case .null: nil
    case .boolean(let truth): String(truth)
    case .integer(let number): String(number)
    case .number(let number): number.fieldText
    case .text(let text): text
    case .list(let items): "[\(items.map { $0.fieldText ?? "" }.joined(separator: ", "))]"
    case .object(let entries):
      "{\(entries.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.fieldText ?? "")" }.joined(separator: ", "))}"
    }
  }

  /// The value as a node of a pipeline file, so that fields can read it.
  func node(at place: Place) -> ConfigNode {
    switch self {
    case .list(let items): ConfigNode(.list(items.map { $0.node(at: place) }), at: place)
    case .object(let entries):
      ConfigNode(
        .mapping(
          entries.sorted { $0.key < $1.key }.map { .init(key: $0.key, place: place, value: $0.value.node(at: place)) }),
        at: place)
    default: ConfigNode(fieldText.map { .scalar($0) } ?? .null, at: place)
    }
  }

  /// JSON on one line with its end, keys sorted.
  var jsonLine: [UInt8] {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      return Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
    }
  }
}
