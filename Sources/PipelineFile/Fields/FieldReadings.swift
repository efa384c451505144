import Files
import TimeSeries

/// The values of the fields of a stage or section: those that were read, and the defaults of the others.
package struct FieldReadings: Sendable {
  /// The declared fields, in their order.
  package let declared: FieldSet
  private(set) var readings: [String: any FieldReading]
  /// Where the value of each field that was written stands.
  package var locations: [String: Location] = [:]
  /// The values that came from the environment in whole or in part, as they may be shown.
  var shown: [String: String] = [:]

  /// The defaults.
  package init(_ declared: FieldSet) {
    self.declared = declared
    readings = Dictionary(
      declared.fields.map { ($0.name, $0.field.standard) }.compactMap { name, standard in
        standard.map { (name, $0) }
      }
    ) { first, _ in first }
  }

  /// The value of a field.
  package subscript(name: String) -> (any FieldReading)? {
    get { readings[name] }
    set { readings[name] = newValue }
  }

  /// Whether nothing waits for the frequency.
  package var isSettled: Bool { readings.values.allSatisfy(\.isSettled) }

  /// The fields with their values as defaults, those of the environment by its names.
  package var definitions: [FieldDefinition] {
    declared.definitions.map { definition in
      var definition = definition
      definition.defaultText = shown[definition.name] ?? readings[definition.name]?.text
      return definition
    }
  }

  /// Every path in the values.
  package var paths: [FilePath] { declared.fields.flatMap { readings[$0.name]?.paths ?? [] } }

  /// The same with durations turned into steps, and the faults of those that cannot be.
  func settled(on frequency: Frequency) -> (readings: FieldReadings, faults: [FieldFault]) {
    var (settled, faults) = (self, [FieldFault]())
    for (name, _) in declared.fields {
      guard let reading = readings[name], !reading.isSettled else { continue }
      let (new, found) = reading.settled(on: frequency, in: name)
      settled.readings[name] = new
      faults += found.map { FieldFault($0.message, at: $0.location ?? locations[name]) }
    }
    return (settled, faults)
  }

  /// A group of these fields as a value.
  package func group<Group: FieldGroup>(_ type: Group.Type) -> Group {
    (try? Group(from: FieldDecoder(self))) ?? Group()
  }
}

/// Makes a stage, or a group of fields, from what was read: its synthesized `init(from:)` asks for each property by name.
struct FieldDecoder: Decoder {
  private let values: FieldReadings
  private let field: String?

  init(_ values: FieldReadings, field: String? = nil) { (self.values, self.field) = (values, field) }

  /// The reading of the field that a decoder stands at.
  static func reading<Reading: FieldReading>(_ type: Reading.Type, of decoder: any Decoder) throws -> Reading {
    guard let decoder = decoder as? FieldDecoder, let field = decoder.field,
      let reading = decoder.values[field] as? Reading
    else {
      throw DecodingError.valueNotFound(type, .init(codingPath: decoder.codingPath, debugDescription: "no field"))
    }
    return reading
  }

  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    KeyedDecodingContainer(Fields<Key>(values: values))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw unsupported }
  func singleValueContainer() throws -> any SingleValueDecodingContainer { throw unsupported }

  private var unsupported: DecodingError {
    .dataCorrupted(.init(codingPath: [], debugDescription: "a stage holds fields, groups of fields and members alone"))
  }

  private struct Fields<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let values: FieldReadings

    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { values.declared.fields.compactMap { Key(stringValue: $0.name) } }
    func contains(_ key: Key) -> Bool { true }
    func decodeNil(forKey key: Key) throws -> Bool { false }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
      // A group's fields are those of the stage; every other property is one field.
      let field = type is any FieldGroup.Type ? nil : snakeCase(key.stringValue)
      return try Value(from: FieldDecoder(values, field: field))
    }

    func nestedContainer<Nested: CodingKey>(
      keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> { try superDecoder().container(keyedBy: type) }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
      try superDecoder().unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { FieldDecoder(values) }
    func superDecoder(forKey key: Key) throws -> any Decoder { FieldDecoder(values) }
  }
}
