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
  /// Its fields, in the order of their declaration.
  public var fields: [FieldDefinition] { describe() }

  // Called where fields are listed, which no file that is in order asks for: a command starts without it.
  private let describe: @Sendable () -> [FieldDefinition]
  private let make: @Sendable () -> any Stage

  /// The definition of a stage written in Swift.
  public init(_ type: any Stage.Type) {
    name = type.name
    summary = type.summary
    role = type.role
    example = type.example
    describe = { FieldSet(of: type.init()).definitions }
    make = { type.init() }
  }

  /// The definition of a stage that is described at run time; `make` makes one whose fields hold their defaults.
  init(
    name: String, summary: String, role: StageRole, example: String, fields: [FieldDefinition],
    make: @escaping @Sendable () -> any Stage
  ) {
    self.name = name
    self.summary = summary
    self.role = role
    self.example = example
    describe = { fields }
    self.make = make
  }

  /// A stage whose fields were read from a mapping.
  struct Reading {
    let stage: any Stage
    /// Its fields.
    let fieldSet: FieldSet
    /// Everything that is wrong with it.
    var faults: [FieldFault] = []
    /// What is better written in another way.
    var warnings: [FieldFault] = []
    /// Where the value of each field that was written stands.
    var places: [String: Place] = [:]

    /// Whether no field waits for the frequency.
    var isSettled: Bool { fieldSet.isSettled }

    /// Turns durations into steps.
    mutating func settle(on frequency: Frequency, among registry: StageRegistry) {
      var check = FieldCheck(among: registry)
      for (name, field) in fieldSet.fields where !field.isSettled {
        check.field = name
        do { try field.settle(on: frequency, &check) } catch {
          faults.append(FieldFault("\(name) \(error.message)", at: error.place ?? places[name]))
        }
      }
      faults += check.faults
    }
  }

  /// A stage whose fields were read from a mapping, or every fault in it.
  ///
  /// - Parameter isFragment: whether the file is a part of one: a value with `${…}` in it then counts as written.
  func read(
    _ node: ConfigNode?, at place: Place, suggestingFrom others: StageRegistry, isFragment: Bool = false
  ) -> Reading {
    var node = node
    let assumed = isFragment ? node?.removeOpenEntries() ?? [] : []
    var check = FieldCheck(among: others, isFragment: isFragment)
    let stage = make()
    let set = FieldSet(of: stage)
    var faults: [FieldFault] = []
    var warnings: [FieldFault] = []
    var entries: [ConfigNode.Entry] = []
    switch node?.content {
    case .mapping(let found): entries = found
    case nil, .null: break
    default:
      let fault = FieldFault("`with` wants a mapping of fields, not \(node?.kind ?? "")", at: node?.place)
      return Reading(stage: stage, fieldSet: set, faults: [fault])
    }

    for entry in entries {
      guard let field = set[entry.key] else {
        let hint = others.hint(forUnknownField: entry.key, of: self)
        faults.append(FieldFault("unknown field \"\(entry.key)\"\(hint)", at: entry.place))
        continue
      }
      if let instead = field.traits.deprecation {
        warnings.append(FieldFault("\(entry.key) is deprecated: \(instead)", at: entry.place))
      }
      check.field = entry.key
      do {
        try field.read(entry.value, &check)
      } catch {
        faults.append(FieldFault("\(entry.key) \(error.message)", at: error.place ?? entry.value.place))
      }
    }
    faults += check.faults
    warnings += check.warnings
    let written = assumed.union(entries.map(\.key))
    for definition in set.missing(beside: written) {
      faults.append(
        FieldFault("the field \"\(definition.name)\" is missing: \(definition.help.asClause)", at: node?.place ?? place)
      )
    }
    let places = Dictionary(entries.map { ($0.key, $0.value.place) }) { first, _ in first }
    if faults.isEmpty, assumed.isEmpty {
      do { try stage.check() } catch { faults.append(error.placed(among: places, otherwise: place)) }
    }
    return Reading(stage: stage, fieldSet: set, faults: faults, warnings: warnings, places: places)
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

extension FieldSet {
  /// The fields that must be written and are not.
  fileprivate func missing(beside written: Set<String>) -> [FieldDefinition] {
    fields.filter { $0.field.traits.isRequired && !written.contains($0.name) }.map {
      $0.field.definition(named: $0.name)
    }
  }
}

/// The stages that a pipeline file may name.
public struct StageRegistry: Sendable {
  /// Every stage, in the order in which they are listed.
  public let stages: [StageDefinition]

  /// A registry of stages; the first of two with one name wins.
  public init(_ types: [any Stage.Type]) { self.init(definitions: types.map { StageDefinition($0) }) }

  /// A registry of definitions; the first of two with one name wins.
  init(definitions: [StageDefinition]) {
    var names: Set<String> = []
    stages = definitions.filter { names.insert($0.name).inserted }
  }

  /// The stage of a name.
  public subscript(name: String) -> StageDefinition? { stages.first { $0.name == name } }

  /// What to say of a name that no stage has.
  public func hint(forUnknownStage name: String) -> String {
    let near = didYouMean(name, among: stages.map(\.name))
    return near.isEmpty ? "; `almanac stages` lists them" : near
  }

  /// What to say of a field that a stage does not have: a near one, or the stage that has it.
  func hint(forUnknownField name: String, of stage: StageDefinition) -> String {
    let near = didYouMean(name, among: stage.fields.map(\.name))
    if !near.isEmpty { return near }
    if let owner = stages.first(where: { $0.name != stage.name && $0.fields.contains { $0.name == name } }) {
      return "; it is a field of \"\(owner.name)\""
    }
    return stage.fields.isEmpty
      ? "; the stage has no fields" : "; its fields are \(stage.fields.map(\.name).joined(separator: ", "))"
  }
}

extension FieldFault {
  /// The fault at the place of its field, or at that of the stage.
  func placed(among places: [String: Place], otherwise stage: Place) -> FieldFault {
    FieldFault(message, at: place ?? field.flatMap { places[$0] } ?? stage)
  }
}

extension String {
  /// A sentence as a clause inside another: no capital, no full stop.
  fileprivate var asClause: String {
    let body = hasSuffix(".") ? String(dropLast()) : self
    return body.prefix(1).lowercased() + body.dropFirst()
  }
}
