/// The stages that a pipeline file may name.
public struct StageRegistry: Sendable {
  /// Every stage, in the order in which they are listed.
  public let stages: [StageDefinition]
  /// What a backtest can measure, as fields and tests name it.
  public let scores: [String]

  /// A registry of stages; the first of two with one name wins.
  public init(_ types: [any Stage.Type], scores: [String]) {
    self.init(definitions: types.map { StageDefinition($0, scores: scores) }, scores: scores)
  }

  /// A registry of definitions; the first of two with one name wins.
  package init(definitions: [StageDefinition], scores: [String]) {
    var names: Set<String> = []
    stages = definitions.filter { names.insert($0.name).inserted }
    self.scores = scores
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

  /// One stage of a list.
  ///
  /// - Parameter list: what messages call the list, such as `stages`.
  func declaration(
    of node: ConfigNode, at position: Int, in list: String, isFragment: Bool, _ check: inout FileCheck
  ) -> StageDeclaration? {
    let label = "\(list)[\(position)]"
    guard node.entries != nil else {
      check.fault(FieldFault("wants a mapping with `use`, not \(node.kind)", at: node.location), in: label)
      return nil
    }
    let use: String? = check.value("use", of: node, required: "which stage this is", in: label)
    // Only a training can be ended early; other stages are bounded by the whole run's timeout.
    let isTimed = list == "stages" && use.flatMap { self[$0]?.role } == .forecaster
    check.keys(
      of: node, known: ["use", "name", "with"] + (isTimed ? ["timeout"] : []),
      in: use.map { "\(label) (\($0))" } ?? label)
    guard let use else { return nil }
    guard let definition = self[use] else {
      let hint = hint(forUnknownStage: use)
      check.fault(FieldFault("unknown stage \(node["use"]?.kind ?? "")\(hint)", at: node["use"]?.location), in: label)
      return nil
    }
    let name: String? = check.value("name", of: node, in: label)
    let timeout: TimeSpan? = isTimed ? check.value("timeout", of: node, in: "\(label) (\(name ?? use))") : nil
    let location = node["use"]?.location ?? node.location
    return StageDeclaration(
      name: name ?? use, use: use, position: position, list: list, location: location, timeout: timeout,
      definition: definition,
      reading: definition.read(node["with"], at: location, suggestingFrom: self, isFragment: isFragment))
  }
}
