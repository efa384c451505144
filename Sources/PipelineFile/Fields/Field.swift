import Files
import TimeSeries

/// One setting of a stage, declared where it lives: its name is the property's, in snake case.
///
/// ```swift
/// @Field("Steps that the network sees.", bounds: .atLeast(1)) var lookback: Int
/// @Field("Steps between two windows.", bounds: .atLeast(1)) var stride = 1
/// ```
///
/// Reading, checking, help, the reference page and the schema all come from this declaration. A field without a
/// default must be written in the file, unless its type is optional. A stage that was read is a new value, decoded from
/// what the file says; nothing is ever written into one that exists.
@propertyWrapper
public struct Field<Value: FieldValue>: Sendable {
  private enum Content: Sendable {
    case declared(FieldTraits, standard: Value?)
    case read(Value)
  }

  private let content: Content

  /// The value that was read, or the default.
  public var wrappedValue: Value {
    switch content {
    case .read(let value), .declared(_, let value?): return value
    case .declared: preconditionFailure("a field without a default has no value before a pipeline file is read")
    }
  }

  /// A field with a default.
  ///
  /// - Parameter deprecated: what to use instead; whoever writes the field is warned in these words.
  public init(
    wrappedValue: Value, _ help: String, unit: String? = nil, bounds: FieldBounds? = nil, secret: Bool = false,
    deprecated: String? = nil
  ) {
    let traits = FieldTraits(
      help: help, unit: unit, bounds: bounds, isRequired: false, isOptional: Value.absent != nil, isSecret: secret,
      deprecation: deprecated)
    content = .declared(traits, standard: wrappedValue)
  }

  /// A field without a default: it must be written, unless its type is optional.
  public init(
    _ help: String, unit: String? = nil, bounds: FieldBounds? = nil, secret: Bool = false, deprecated: String? = nil
  ) {
    let traits = FieldTraits(
      help: help, unit: unit, bounds: bounds, isRequired: Value.absent == nil, isOptional: Value.absent != nil,
      isSecret: secret, deprecation: deprecated)
    content = .declared(traits, standard: Value.absent)
  }
}

/// What is known of a field without its value.
public struct FieldDefinition: Hashable, Sendable {
  /// Its key in the file.
  public var name: String
  /// What its text is read as.
  public var kind: FieldKind
  /// One sentence on what it does.
  public var help: String
  /// What it is counted in, where the kind does not say so.
  public var unit: String?
  /// The numbers that it takes.
  public var bounds: FieldBounds?
  /// Whether it must be written.
  public var isRequired: Bool
  /// Whether `null` may stand for "none".
  public var isOptional = false
  /// Whether its value is hidden wherever it would be shown.
  public var isSecret: Bool
  /// What to use instead, for a field that should no longer be written.
  public var deprecation: String?
  /// What holds when it is left out, as it would be written; nil for none.
  public var defaultText: String?

  package init(
    name: String, kind: FieldKind, help: String, unit: String? = nil, bounds: FieldBounds? = nil, isRequired: Bool,
    isOptional: Bool = false, isSecret: Bool, deprecation: String? = nil, defaultText: String? = nil
  ) {
    (self.name, self.kind, self.help, self.unit, self.bounds) = (name, kind, help, unit, bounds)
    (self.isRequired, self.isOptional, self.isSecret) = (isRequired, isOptional, isSecret)
    (self.deprecation, self.defaultText) = (deprecation, defaultText)
  }
}

/// What a declaration says of a field beside its type and value.
struct FieldTraits: Sendable {
  var help: String
  var unit: String?
  var bounds: FieldBounds?
  var isRequired: Bool
  var isOptional: Bool
  var isSecret: Bool
  var deprecation: String?
}

/// A field whose type is not known to the reader.
package protocol AnyField: Sendable {
  func definition(named name: String) -> FieldDefinition
  /// What holds where the file says nothing; nil where it must be written.
  var standard: (any FieldReading)? { get }
  func read(_ node: ConfigNode, _ check: inout FieldCheck) throws(FieldFault) -> any FieldReading
}

/// A value that a field has read.
package protocol FieldReading: Sendable {
  /// As it would be written; nil for none.
  var text: String? { get }
  /// The paths in it.
  var paths: [FilePath] { get }
  /// Whether nothing of it waits for the frequency.
  var isSettled: Bool { get }
  /// The same with durations turned into steps, and the faults of those that are no whole number of them.
  func settled(on frequency: Frequency, in field: String) -> (reading: any FieldReading, faults: [FieldFault])
}

/// The value of a ``Field``.
struct FieldValueReading<Value: FieldValue>: FieldReading {
  let value: Value
  let bounds: FieldBounds?

  var text: String? { value.fieldText }
  var paths: [FilePath] { value.paths }
  var isSettled: Bool { value.isSettled }

  func settled(on frequency: Frequency, in field: String) -> (reading: any FieldReading, faults: [FieldFault]) {
    do throws(FieldFault) {
      let settled = FieldValueReading(value: try value.settled(on: frequency), bounds: bounds)
      try settled.checkBounds(at: nil)
      return (settled, [])
    } catch { return (self, [FieldFault("\(field) \(error.message)", at: error.location)]) }
  }

  /// - Parameter shown: the value as it may be shown, where it came from the environment.
  func checkBounds(at location: Location?, shown: String? = nil) throws(FieldFault) {
    if let bounds, let outside = value.boundedNumbers.first(where: { !bounds.contains($0) }) {
      throw FieldFault("must be \(bounds), not \(shown ?? outside.fieldText ?? "")", at: location)
    }
  }
}

extension Field: AnyField {
  package func definition(named name: String) -> FieldDefinition {
    guard case .declared(let traits, let standard) = content else {
      preconditionFailure("fields are looked up in a stage that holds its defaults")
    }
    return FieldDefinition(
      name: name, kind: Value.fieldKind, help: traits.help, unit: traits.unit, bounds: traits.bounds,
      isRequired: traits.isRequired, isOptional: traits.isOptional, isSecret: traits.isSecret,
      deprecation: traits.deprecation, defaultText: standard?.fieldText)
  }

  package var standard: (any FieldReading)? {
    guard case .declared(let traits, let value?) = content else { return nil }
    return FieldValueReading(value: value, bounds: traits.bounds)
  }

  package func read(_ node: ConfigNode, _ check: inout FieldCheck) throws(FieldFault) -> any FieldReading {
    if case .null = node.content, Value.absent == nil { throw .wants(Value.fieldKind, not: node) }
    var bounds: FieldBounds?
    if case .declared(let traits, _) = content { bounds = traits.bounds }
    let reading = FieldValueReading(value: try Value(node: node), bounds: bounds)
    try reading.checkBounds(at: node.location, shown: node.isForeign ? node.shownText : nil)
    try Value.fieldKind.checkScores(node, among: check.registry.scores)
    return reading
  }
}

extension Field: Decodable {
  public init(from decoder: any Decoder) throws {
    content = .read(try FieldDecoder.reading(FieldValueReading<Value>.self, of: decoder).value)
  }
}

/// What a field that holds stages needs to know, and what it finds in them.
package struct FieldCheck {
  /// The stages that may be named.
  let registry: StageRegistry
  /// Whether the file is a part of one, in which values may be open.
  var isFragment = false
  /// The field's name.
  var field = ""
  /// Faults that say themselves what they are about.
  var faults: [FieldFault] = []
  /// What is better written in another way.
  var warnings: [FieldFault] = []

  package init(among registry: StageRegistry, isFragment: Bool = false) {
    (self.registry, self.isFragment) = (registry, isFragment)
  }

  /// Takes over what was found in parts.
  mutating func take(_ file: FileCheck) {
    for found in file.diagnostics {
      let message = found.subject.isEmpty ? found.message : "\(found.subject): \(found.message)"
      let fault = FieldFault(message, at: found.location)
      if found.severity == .error { faults.append(fault) } else { warnings.append(fault) }
    }
  }
}

/// The fields of a stage, in the order of their declaration.
package struct FieldSet: Sendable {
  package let fields: [(name: String, field: any AnyField)]

  /// Fields that are described at run time.
  package init(_ fields: [(name: String, field: any AnyField)]) { self.fields = fields }

  /// The fields of a stage or group that holds its defaults, found by reflection.
  init(of holder: some Any) {
    func find(in holder: Any) -> [(name: String, field: any AnyField)] {
      Mirror(reflecting: holder).children.flatMap { label, value in
        if let field = value as? any AnyField, let label { return [(snakeCase(label), field)] }
        return value is any FieldGroup ? find(in: value) : []
      }
    }
    fields = find(in: holder)
  }

  subscript(name: String) -> (any AnyField)? { fields.first { $0.name == name }?.field }

  var definitions: [FieldDefinition] { fields.map { $0.field.definition(named: $0.name) } }
}

/// `_maxGap`, as reflection names the storage of a wrapped property, is the field `max_gap`.
package func snakeCase(_ label: String) -> String {
  label.drop(while: { $0 == "_" }).reduce(into: "") { name, letter in
    name += letter.isUppercase ? "_\(letter.lowercased())" : String(letter)
  }
}
