import TimeSeries

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
  ///
  /// - Parameter deprecated: what to use instead; whoever writes the field is warned in these words.
  public init(
    wrappedValue: Value, _ help: String, unit: String? = nil, bounds: FieldBounds? = nil, secret: Bool = false,
    deprecated: String? = nil
  ) {
    let traits = FieldTraits(
      help: help, unit: unit, bounds: bounds, isRequired: false, isOptional: Value.absent != nil, isSecret: secret,
      deprecation: deprecated)
    cell = FieldCell(value: wrappedValue, traits: traits)
  }

  /// A field without a default: it must be written, unless its type is optional.
  public init(
    _ help: String, unit: String? = nil, bounds: FieldBounds? = nil, secret: Bool = false, deprecated: String? = nil
  ) {
    let traits = FieldTraits(
      help: help, unit: unit, bounds: bounds, isRequired: Value.absent == nil, isOptional: Value.absent != nil,
      isSecret: secret, deprecation: deprecated)
    cell = FieldCell(value: Value.absent, traits: traits)
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

/// The storage of one field. It is written once, by the reader, before the stage is handed to anyone else; that is why
/// it may be shared.
final class FieldCell<Value: FieldValue>: @unchecked Sendable {
  fileprivate(set) var value: Value?
  let traits: FieldTraits

  init(value: Value?, traits: FieldTraits) {
    self.value = value
    self.traits = traits
  }
}

/// A field whose type is not known to the reader.
protocol AnyField {
  func definition(named name: String) -> FieldDefinition
  var traits: FieldTraits { get }
  func read(_ node: ConfigNode, _ check: inout FieldCheck) throws(FieldFault)
  /// Whether nothing of its value waits for the frequency.
  var isSettled: Bool { get }
  /// Turns durations into steps.
  func settle(on frequency: Frequency, _ check: inout FieldCheck) throws(FieldFault)
  /// What of its value does not fit the rest of the pipeline.
  func faults(beside rest: StageSurroundings, field: String) -> [FieldFault]
}

/// What a field that holds stages needs to know, and what it finds in them.
struct FieldCheck {
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

  init(among registry: StageRegistry, isFragment: Bool = false) {
    (self.registry, self.isFragment) = (registry, isFragment)
  }

  /// Takes over what was found in parts.
  mutating func take(_ file: FileCheck) {
    for found in file.diagnostics {
      let message = found.subject.isEmpty ? found.message : "\(found.subject): \(found.message)"
      let fault = FieldFault(message, at: found.place)
      if found.severity == .error { faults.append(fault) } else { warnings.append(fault) }
    }
  }
}

extension Field: AnyField {
  var traits: FieldTraits { cell.traits }

  func definition(named name: String) -> FieldDefinition {
    let traits = cell.traits
    return FieldDefinition(
      name: name, kind: Value.fieldKind, help: traits.help, unit: traits.unit, bounds: traits.bounds,
      isRequired: traits.isRequired, isOptional: traits.isOptional, isSecret: traits.isSecret,
      deprecation: traits.deprecation, defaultText: cell.value?.fieldText)
  }

  func read(_ node: ConfigNode, _ check: inout FieldCheck) throws(FieldFault) {
    if case .null = node.content, Value.absent == nil { throw .wants(Value.fieldKind, not: node) }
    let value = try Value(node: node)
    try hold(value, at: node.place)
    cell.value = value
  }

  var isSettled: Bool { cell.value?.isSettled ?? true }

  func settle(on frequency: Frequency, _ check: inout FieldCheck) throws(FieldFault) {
    guard let value = try cell.value?.settled(on: frequency) else { return }
    try hold(value, at: nil)
    cell.value = value
  }

  private func hold(_ value: Value, at place: Place?) throws(FieldFault) {
    if let bounds = cell.traits.bounds, let outside = value.boundedNumbers.first(where: { !bounds.contains($0) }) {
      throw FieldFault("must be \(bounds), not \(outside.fieldText ?? "")", at: place)
    }
  }
}

extension AnyField {
  var traits: FieldTraits {
    let field = definition(named: "")
    return FieldTraits(
      help: field.help, unit: field.unit, bounds: field.bounds, isRequired: field.isRequired,
      isOptional: field.isOptional, isSecret: field.isSecret, deprecation: field.deprecation)
  }
  var isSettled: Bool { true }
  func settle(on frequency: Frequency, _ check: inout FieldCheck) throws(FieldFault) {}
  func faults(beside rest: StageSurroundings, field: String) -> [FieldFault] { [] }
}

/// The fields of a stage, found by reflection in the order of their declaration.
struct FieldSet {
  let fields: [(name: String, field: any AnyField)]

  init(of stage: any Stage) {
    if let plugin = (stage as? any PluginStage)?.plugin {
      fields = plugin.fields.map { ($0.definition.name, $0) }
    } else {
      fields = FieldSet.find(in: stage)
    }
  }

  init(of group: some FieldGroup) { fields = FieldSet.find(in: group) }

  private static func find(in holder: Any) -> [(name: String, field: any AnyField)] {
    Mirror(reflecting: holder).children.flatMap { label, value in
      if let field = value as? any AnyField, let label { return [(snakeCase(label), field)] }
      return value is any FieldGroup ? find(in: value) : []
    }
  }

  subscript(name: String) -> (any AnyField)? { fields.first { $0.name == name }?.field }

  /// What is known of each field; the defaults of a stage that was read are its values.
  var definitions: [FieldDefinition] { fields.map { $0.field.definition(named: $0.name) } }

  var isSettled: Bool { fields.allSatisfy(\.field.isSettled) }
}

/// `_maxGap`, as reflection names the storage of a wrapped property, is the field `max_gap`.
func snakeCase(_ label: String) -> String {
  label.drop(while: { $0 == "_" }).reduce(into: "") { name, letter in
    name += letter.isUppercase ? "_\(letter.lowercased())" : String(letter)
  }
}
