import TimeSeries

/// A stage as the file declares it: its typed values, durations as they were written, and the immutable stage that is
/// decoded from them.
public struct StageDeclaration: Sendable {
  /// What the file calls it: its `name`, or what it uses; the second member of one kind has a number behind it.
  public internal(set) var name: String
  /// The stage that it uses.
  public let use: String
  /// Its position in the list, from 0.
  public let position: Int
  /// What messages call the list in which it stands.
  package let list: String
  /// Where it stands.
  package let location: Location
  /// How long a forecaster may take.
  package let timeout: TimeSpan?
  /// The values of its fields.
  package private(set) var values: FieldReadings
  /// The stage; nil where something is wrong with its fields.
  public private(set) var stage: (any Stage)?
  /// Everything that is wrong with it.
  package private(set) var faults: [FieldFault]
  /// What is better written in another way.
  package let warnings: [FieldFault]
  private let definition: StageDefinition

  init(
    name: String, use: String, position: Int, list: String, location: Location, timeout: TimeSpan?,
    definition: StageDefinition, reading: StageDefinition.Reading
  ) {
    (self.name, self.use, self.position, self.list) = (name, use, position, list)
    (self.location, self.timeout, self.definition) = (location, timeout, definition)
    (values, stage, faults, warnings) = (reading.values, reading.stage, reading.faults, reading.warnings)
  }

  /// What it is for.
  public var role: StageRole { definition.role }

  /// How messages call it: `stages[4] (lstm)`.
  public var label: String { "\(list)[\(position)] (\(name))" }

  /// Whether it must stand next to the source.
  var mustFollowSource: Bool { definition.mustFollowSource }

  /// Whether no duration waits for the frequency.
  package var isSettled: Bool { values.isSettled }

  /// The same with durations turned into steps of a frequency; those that cannot be are among the faults.
  package func settled(on frequency: Frequency) -> StageDeclaration {
    if isSettled || stage == nil { return self }
    var settled = self
    let (values, found) = values.settled(on: frequency)
    settled.values = values
    settled.faults += found
    settled.stage = found.isEmpty ? try? definition.make(values) : nil
    return settled
  }

  /// The stages that stand in its fields, by the name of the field.
  package var members: [(field: String, members: [StageDeclaration])] {
    values.declared.fields.compactMap { name, _ in (values[name] as? MembersReading).map { (name, $0.members) } }
  }

  /// The stage as it would stand in a list, for plans.
  var flowText: String {
    let fields = values.locations.keys.sorted().compactMap { name -> String? in
      guard let field = values.definitions.first(where: { $0.name == name }) else { return nil }
      return "\(name): \(field.isSecret ? EffectiveFile.hidden : field.defaultText ?? "")"
    }
    let title = use == name ? use : "\(name), \(use)"
    return fields.isEmpty ? title : "\(title) {\(fields.joined(separator: ", "))}"
  }
}
