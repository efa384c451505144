import Files
import TimeSeries

/// A type that a field can have: how its text is read, and how it is described.
public protocol FieldValue: Sendable {
  /// What its text is read as.
  static var fieldKind: FieldKind { get }
  /// Reads a value; the fault says what is wanted and what was found.
  init(node: ConfigNode) throws(FieldFault)
  /// The value as it would be written in a pipeline file; nil for none.
  var fieldText: String? { get }
  /// The numbers that a field's bounds are held against.
  var boundedNumbers: [Double] { get }
  /// The paths in it.
  var paths: [FilePath] { get }
  /// The value of a field without a default that is left out; nil where it must be written.
  static var absent: Self? { get }
  /// Whether nothing of it waits for the frequency of the readings.
  var isSettled: Bool { get }
  /// The value with durations turned into steps; the fault says why that cannot be.
  func settled(on frequency: Frequency) throws(FieldFault) -> Self
}

extension FieldValue {
  public var boundedNumbers: [Double] { [] }
  public var paths: [FilePath] { [] }
  public static var absent: Self? { nil }
  public var isSettled: Bool { true }
  public func settled(on frequency: Frequency) throws(FieldFault) -> Self { self }
}

/// Why a value cannot be read, in words that follow the field's name.
public struct FieldFault: Error, Hashable, Sendable {
  /// The words, such as `wants a whole number, not "abc"`.
  public var message: String
  /// Where, if not at the value itself.
  public var location: Location?
  /// The field whose value is meant, for faults that are found when fields are looked at together.
  public var field: String?

  /// A fault with its words.
  public init(_ message: String, at location: Location? = nil) {
    self.message = message
    self.location = location
  }

  /// A fault of a field, found when fields were looked at together.
  public init(_ field: String, _ message: String) {
    self.message = "\(field) \(message)"
    self.field = field
  }

  /// The usual one.
  package static func wants(_ kind: FieldKind, not node: ConfigNode) -> FieldFault {
    switch kind {
    case .choice(let words):
      let suggestion: String
      if case .scalar(let text) = node.content { suggestion = didYouMean(text, among: words) } else { suggestion = "" }
      return FieldFault("wants \(words.joined(separator: ", ")), not \(node.kind)\(suggestion)", at: node.location)
    case .steps:
      return FieldFault("wants a number of steps, or a duration such as 1d, not \(node.kind)", at: node.location)
    default:
      return FieldFault("wants \(kind.wanted), not \(node.kind)", at: node.location)
    }
  }
}

/// `; did you mean "x"?`, or nothing where no word is near.
package func didYouMean(_ text: String, among words: some Sequence<String>) -> String {
  closestMatch(to: text, among: Array(words)).map { "; did you mean \"\($0)\"?" } ?? ""
}

extension ConfigNode {
  /// The entries of a mapping that has no keys but these.
  package func entries(among keys: [String], example: String) throws(FieldFault) -> [Entry] {
    guard let entries else { throw FieldFault("wants a mapping such as \(example), not \(kind)", at: location) }
    if let other = entries.first(where: { !keys.contains($0.key) }) {
      throw FieldFault("wants \(keys.joined(separator: ", ")), not \"\(other.key)\"", at: other.location)
    }
    return entries
  }

  /// The text of a scalar, for fields that read one.
  package func text(as kind: FieldKind) throws(FieldFault) -> String {
    guard case .scalar(let text) = content else { throw .wants(kind, not: self) }
    return text
  }
}

extension Int: FieldValue {
  public static var fieldKind: FieldKind { .integer }
  public init(node: ConfigNode) throws(FieldFault) {
    guard let value = Int(try node.text(as: .integer)) else { throw .wants(.integer, not: node) }
    self = value
  }
  public var fieldText: String? { String(self) }
  public var boundedNumbers: [Double] { [Double(self)] }
}

extension Double: FieldValue {
  public static var fieldKind: FieldKind { .number }
  public init(node: ConfigNode) throws(FieldFault) {
    guard let value = Double(try node.text(as: .number)), value.isFinite else { throw .wants(.number, not: node) }
    self = value
  }
  public var fieldText: String? { self == rounded() && abs(self) < 1e15 ? String(Int(self)) : String(self) }
  public var boundedNumbers: [Double] { [self] }
}

extension String: FieldValue {
  public static var fieldKind: FieldKind { .text }
  public init(node: ConfigNode) throws(FieldFault) { self = try node.text(as: .text) }
  public var fieldText: String? { self }
}

extension Bool: FieldValue {
  public static var fieldKind: FieldKind { .boolean }
  public init(node: ConfigNode) throws(FieldFault) {
    switch try node.text(as: .boolean) {
    case "true", "True", "TRUE", "yes", "on": self = true
    case "false", "False", "FALSE", "no", "off": self = false
    default: throw .wants(.boolean, not: node)
    }
  }
  public var fieldText: String? { String(self) }
}

extension Frequency: FieldValue {
  public static var fieldKind: FieldKind { .duration }
  public init(node: ConfigNode) throws(FieldFault) {
    let text = try node.text(as: .duration)
    guard let value = Frequency(text) else {
      if Frequency.isTooLong(text) {
        throw FieldFault("must be at most \(Frequency.longestYears)y, not \(node.shownText)", at: node.location)
      }
      throw FieldFault(
        "wants a duration such as 15m, 1h, 1d, 1w, 1mo, 1q, 1y or 1bd, not \(node.kind)", at: node.location)
    }
    self = value
  }
  public var fieldText: String? { description }
}

/// A choice among the cases of an enumeration of texts.
public protocol FieldChoice: FieldValue, CaseIterable, RawRepresentable where RawValue == String {}

extension FieldChoice {
  public static var fieldKind: FieldKind { .choice(allCases.map(\.rawValue)) }
  public init(node: ConfigNode) throws(FieldFault) {
    guard let value = Self(rawValue: try node.text(as: Self.fieldKind)) else {
      throw .wants(Self.fieldKind, not: node)
    }
    self = value
  }
  public var fieldText: String? { rawValue }
}

extension Optional: FieldValue where Wrapped: FieldValue {
  public static var fieldKind: FieldKind { Wrapped.fieldKind }
  public init(node: ConfigNode) throws(FieldFault) {
    if case .null = node.content { self = nil } else { self = try Wrapped(node: node) }
  }
  public var fieldText: String? { self?.fieldText }
  public var boundedNumbers: [Double] { self?.boundedNumbers ?? [] }
  public var paths: [FilePath] { self?.paths ?? [] }
  public static var absent: Self? { .some(nil) }
  public var isSettled: Bool { self?.isSettled ?? true }
  public func settled(on frequency: Frequency) throws(FieldFault) -> Self {
    guard let value = self else { return nil }
    return try value.settled(on: frequency)
  }
}

extension Array: FieldValue where Element: FieldValue {
  public static var fieldKind: FieldKind { .list(Element.fieldKind) }
  public init(node: ConfigNode) throws(FieldFault) {
    var items = [node]
    if case .list(let found) = node.content { items = found }
    self = []
    for item in items { append(try Element(node: item)) }
  }
  public var fieldText: String? { "[\(map { $0.fieldText ?? "" }.joined(separator: ", "))]" }
  public var boundedNumbers: [Double] { flatMap(\.boundedNumbers) }
  public var paths: [FilePath] { flatMap(\.paths) }
  public var isSettled: Bool { allSatisfy(\.isSettled) }
  public func settled(on frequency: Frequency) throws(FieldFault) -> Self {
    var settled = self
    for position in indices { settled[position] = try self[position].settled(on: frequency) }
    return settled
  }
}

extension Dictionary: FieldValue where Key == String, Value: FieldValue {
  public static var fieldKind: FieldKind { .mapping(Value.fieldKind) }
  public init(node: ConfigNode) throws(FieldFault) {
    guard let entries = node.entries else { throw .wants(Self.fieldKind, not: node) }
    self = [:]
    for entry in entries { self[entry.key] = try Value(node: entry.value) }
  }
  public var isSettled: Bool { values.allSatisfy(\.isSettled) }
  public var paths: [FilePath] { values.flatMap(\.paths) }
  public func settled(on frequency: Frequency) throws(FieldFault) -> Self {
    var settled = self
    for (key, value) in self { settled[key] = try value.settled(on: frequency) }
    return settled
  }
  public var fieldText: String? {
    "{\(sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.fieldText ?? "")" }.joined(separator: ", "))}"
  }
}
