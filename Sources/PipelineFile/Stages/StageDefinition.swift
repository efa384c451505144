import TimeSeries

/// All that is known of a stage before a pipeline file uses it: what help, checks and schema are made from.
public struct StageDefinition: Sendable {
  /// How pipeline files call it.
  public let name: String
  /// One sentence on what it does.
  public let summary: String
  /// What it is for.
  public let role: StageRole
  /// Its `with` as it might stand in a file, in YAML; empty where it needs no field.
  public let example: String
  /// The type of a stage.
  package let type: any Stage.Type
  let mustFollowSource: Bool
  /// Whether its fields are known; otherwise it takes whatever is written.
  package let isDescribed: Bool
  /// Its fields, in the order of their declaration.
  public var fields: [FieldDefinition] {
    fieldSet().definitions.map { field in
      var field = field
      field.kind = field.kind.choosing(among: scores)
      return field
    }
  }

  private let scores: [String]
  // Called where fields are asked for: a command looks at those of the stages that its file uses.
  private let fieldSet: @Sendable () -> FieldSet
  let make: @Sendable (FieldReadings) throws -> any Stage

  /// The definition of a stage written in Swift, whose fields may name scores.
  public init(_ type: any Stage.Type, scores: [String]) {
    self.init(
      name: type.name, summary: type.summary, role: type.role, example: type.example, type: type, scores: scores,
      fields: { FieldSet(of: type.init()) }, make: { try type.init(from: FieldDecoder($0)) })
  }

  /// The definition of a stage that is described at run time.
  package init(
    name: String, summary: String, role: StageRole, example: String, type: any Stage.Type,
    scores: [String] = [], isDescribed: Bool = true, fields: @escaping @Sendable () -> FieldSet,
    make: @escaping @Sendable (FieldReadings) throws -> any Stage
  ) {
    (self.name, self.summary, self.role, self.example, self.type) = (name, summary, role, example, type)
    (mustFollowSource, self.scores, fieldSet, self.make) = (type.mustFollowSource, scores, fields, make)
    self.isDescribed = isDescribed
  }

  /// What was read from a mapping.
  package struct Reading {
    package var values: FieldReadings
    /// The stage; nil where something is wrong with its fields.
    package var stage: (any Stage)?
    /// Everything that is wrong with it.
    package var faults: [FieldFault] = []
    /// What is better written in another way.
    var warnings: [FieldFault] = []
  }

  /// A stage whose fields are read from a mapping, and every fault in it.
  ///
  /// - Parameter isFragment: whether the file is a part of one: a value with `${…}` in it then counts as written.
  package func read(
    _ node: ConfigNode?, at location: Location, suggestingFrom others: StageRegistry, isFragment: Bool = false
  ) -> Reading {
    var node = node
    let assumed = isFragment ? node?.removeOpenEntries() ?? [] : []
    var check = FieldCheck(among: others, isFragment: isFragment)
    var reading = Reading(values: FieldReadings(fieldSet()))
    var entries: [ConfigNode.Entry] = []
    switch node?.content {
    case .mapping(let found): entries = found
    case nil, .null: break
    default:
      reading.faults = [FieldFault("`with` wants a mapping of fields, not \(node?.kind ?? "")", at: node?.location)]
      return reading
    }
    guard isDescribed else {
      reading.stage = try? make(reading.values)
      return reading
    }
    for entry in entries {
      guard let field = reading.values.declared[entry.key] else {
        let hint = others.hint(forUnknownField: entry.key, of: self)
        reading.faults.append(FieldFault("unknown field \"\(entry.key)\"\(hint)", at: entry.location))
        continue
      }
      if let instead = field.definition(named: entry.key).deprecation {
        reading.warnings.append(FieldFault("\(entry.key) is deprecated: \(instead)", at: entry.location))
      }
      check.field = entry.key
      do throws(FieldFault) { reading.values[entry.key] = try field.read(entry.value, &check) } catch {
        reading.faults.append(FieldFault("\(entry.key) \(error.message)", at: error.location ?? entry.value.location))
      }
    }
    reading.faults += check.faults
    reading.warnings += check.warnings
    let written = assumed.union(entries.map(\.key))
    for missing in fields where missing.isRequired && !written.contains(missing.name) {
      reading.faults.append(
        FieldFault(
          "the field \"\(missing.name)\" is missing: \(missing.help.asClause)", at: node?.location ?? location))
    }
    reading.values.locations = Dictionary(entries.map { ($0.key, $0.value.location) }) { first, _ in first }
    for entry in entries where entry.value.isForeign { reading.values.shown[entry.key] = entry.value.shownText }
    guard reading.faults.isEmpty, assumed.isEmpty, let stage = try? make(reading.values) else { return reading }
    do throws(FieldFault) {
      try stage.check()
      reading.stage = stage
    } catch { reading.faults.append(error.placed(among: reading.values.locations, otherwise: location)) }
    return reading
  }
}

extension ConfigNode {
  /// Takes the entries out whose value is known only in a whole file, and returns their keys.
  fileprivate mutating func removeOpenEntries() -> Set<String> {
    guard let entries else { return [] }
    let open = entries.filter { $0.value.text?.contains("${") ?? false }
    content = .mapping(entries.filter { !($0.value.text?.contains("${") ?? false) })
    return Set(open.map(\.key))
  }
}

extension FieldFault {
  /// The fault at the location of its field, or at that of the stage.
  package func placed(among locations: [String: Location], otherwise stage: Location) -> FieldFault {
    FieldFault(message, at: location ?? field.flatMap { locations[$0] } ?? stage)
  }
}

extension String {
  /// A sentence as a clause inside another: no capital, no full stop.
  fileprivate var asClause: String {
    let body = hasSuffix(".") ? String(dropLast()) : self
    return body.prefix(1).lowercased() + body.dropFirst()
  }
}
