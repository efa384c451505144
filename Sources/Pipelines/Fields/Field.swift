/// One setting of a stage, declared where it lives: its name is the property's, in snake case.
///
/// ```swift
/// @Field("Steps that the network sees.", bounds: .atLeast(1)) var lookback: Int
/// @Field("Steps between two windows.", bounds: .atLeast(1)) var stride = 1
/// ```
///
/// Reading, checking, help, the reference page and the schema all come from this declaration. A field without a
/// default must be written in the file, unless its type is optional.
@propertyWrapper
public struct Field<Value: FieldValue>: Sendable {
  private let cell: FieldCell<Value>

  /// The value that was read, or the default.
  public var wrappedValue: Value {
    guard let value = cell.value else { preconditionFailure("a field is read before the pipeline file was") }
    return value
  }

  /// A field with a default.
  public init(
    wrappedValue: Value, _ help: String, unit: String? = nil, bounds: FieldBounds? = nil, secret: Bool = false
  ) {
    cell = FieldCell(value: wrappedValue, help: help, unit: unit, bounds: bounds, isSecret: secret, isRequired: false)
  }

  /// A field without a default: it must be written, unless its type is optional.
  public init(_ help: String, unit: String? = nil, bounds: FieldBounds? = nil, secret: Bool = false) {
    cell = FieldCell(
      value: Value.absent, help: help, unit: unit, bounds: bounds, isSecret: secret, isRequired: Value.absent == nil)
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
  /// Whether its value is hidden wherever it would be shown.
  public var isSecret: Bool
  /// What holds when it is left out, as it would be written; nil for none.
  public var defaultText: String?
}

/// The storage of one field. It is written once, by the reader, before the stage is handed to anyone else; that is why
/// it may be shared.
final class FieldCell<Value: FieldValue>: @unchecked Sendable {
  fileprivate(set) var value: Value?
  let help: String
  let unit: String?
  let bounds: FieldBounds?
  let isSecret: Bool
  let isRequired: Bool

  init(value: Value?, help: String, unit: String?, bounds: FieldBounds?, isSecret: Bool, isRequired: Bool) {
    self.value = value
    self.help = help
    self.unit = unit
    self.bounds = bounds
    self.isSecret = isSecret
    self.isRequired = isRequired
  }
}

/// A field whose type is not known to the reader.
protocol AnyField {
  func definition(named name: String) -> FieldDefinition
  func read(_ node: ConfigNode) throws(FieldFault)
}

extension Field: AnyField {
  func definition(named name: String) -> FieldDefinition {
    FieldDefinition(
      name: name, kind: Value.fieldKind, help: cell.help, unit: cell.unit, bounds: cell.bounds,
      isRequired: cell.isRequired, isSecret: cell.isSecret, defaultText: cell.value?.fieldText)
  }

  func read(_ node: ConfigNode) throws(FieldFault) {
    if case .null = node.content, Value.absent == nil { throw .wants(Value.fieldKind, not: node) }
    let value = try Value(node: node)
    if let bounds = cell.bounds, let outside = value.boundedNumbers.first(where: { !bounds.contains($0) }) {
      throw FieldFault("must be \(bounds), not \(outside.fieldText ?? "")", at: node.place)
    }
    cell.value = value
  }
}

/// The fields of a stage, found by reflection in the order of their declaration.
struct FieldSet {
  let fields: [(definition: FieldDefinition, field: any AnyField)]

  init(of stage: any Stage) { fields = FieldSet.find(in: stage) }

  private static func find(in holder: Any) -> [(definition: FieldDefinition, field: any AnyField)] {
    Mirror(reflecting: holder).children.flatMap { label, value in
      if let field = value as? any AnyField, let label {
        return [(field.definition(named: snakeCase(label)), field)]
      }
      return value is any FieldGroup ? find(in: value) : []
    }
  }

  subscript(name: String) -> (any AnyField)? { fields.first { $0.definition.name == name }?.field }

  var names: [String] { fields.map(\.definition.name) }
}

/// `_maxGap`, as reflection names the storage of a wrapped property, is the field `max_gap`.
func snakeCase(_ label: String) -> String {
  label.drop(while: { $0 == "_" }).reduce(into: "") { name, letter in
    name += letter.isUppercase ? "_\(letter.lowercased())" : String(letter)
  }
}
