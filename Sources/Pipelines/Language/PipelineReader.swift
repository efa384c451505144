/// Reads a pipeline file and checks all of it before anything runs. Every command that takes a file comes through here.
public struct PipelineReader: Sendable {
  /// The newest version of the file's grammar, and the only one so far.
  public static let version = 1

  /// The keys of a file.
  static let keys = ["version", "name", "description", "root", "vars", "run", "stages"]

  /// The stages that a file may name.
  public let registry: StageRegistry
  /// What `${NAME}` is looked up in.
  public let environment: [String: String]
  /// The scalars replaced from the command line.
  public let overrides: [Override]

  /// A reader that knows these stages.
  public init(registry: StageRegistry, environment: [String: String] = [:], overrides: [Override] = []) {
    self.registry = registry
    self.environment = environment
    self.overrides = overrides
  }

  /// The pipeline of a file's text.
  ///
  /// - Parameter file: how messages name the file.
  /// - Throws: ``PipelineFileError`` with every fault that was found.
  public func read(_ text: String, file: String) throws(PipelineFileError) -> Pipeline {
    var check = FileCheck(file: file)
    let written = try YAMLReader.read(text, file: file).get()
    guard written.entries != nil else {
      check.fault(FieldFault("a pipeline is a mapping with `version`, `name` and `stages`", at: written.place))
      throw PipelineFileError(check.diagnostics)
    }
    let root = interpolated(overridden(written, &check), &check)
    check.keys(of: root, known: Self.keys)
    checkVersion(root, &check)
    let name: String? = check.value("name", of: root, required: "what the forecast is called, such as `name: co2`")
    let description: String?? = check.value("description", of: root)
    let folder: String? = check.value("root", of: root)
    let run = readRun(root["run"], &check)
    let steps = readStages(root, &check)
    let pipeline = StageOrder(steps: steps, isComplete: check.diagnostics.isEmpty)
      .pipeline(file: file, name: name ?? "", description: description ?? nil, root: folder ?? ".", run: run, &check)
    guard let pipeline, check.diagnostics.isEmpty else { throw PipelineFileError(check.diagnostics) }
    return pipeline
  }

  private func overridden(_ written: ConfigNode, _ check: inout FileCheck) -> ConfigNode {
    var root = written
    for override in overrides {
      do { root = try override.apply(to: root) } catch { check.fault(error) }
    }
    return root
  }

  private func interpolated(_ root: ConfigNode, _ check: inout FileCheck) -> ConfigNode {
    var variables: [String: String] = [:]
    var interpolation = Interpolation(environment: environment, variables: [:])
    for entry in root["vars"]?.entries ?? [] {
      // Variables may use the environment, though not each other: no order of theirs can then matter.
      switch interpolation.replace(in: entry.value).content {
      case .scalar(let text): variables[entry.key] = text
      case .null: variables[entry.key] = ""
      default: check.fault(FieldFault("must be a single value", at: entry.value.place), in: "vars.\(entry.key)")
      }
    }
    for fault in interpolation.faults { check.fault(fault, in: "vars") }
    interpolation = Interpolation(environment: environment, variables: variables)
    guard let entries = root.entries else { return root }
    let replaced = entries.map { entry in
      entry.key == "vars"
        ? entry : .init(key: entry.key, place: entry.place, value: interpolation.replace(in: entry.value))
    }
    for fault in interpolation.faults { check.fault(fault) }
    return ConfigNode(.mapping(replaced), at: root.place)
  }

  private func checkVersion(_ root: ConfigNode, _ check: inout FileCheck) {
    let version: Int? = check.value("version", of: root, required: "write `version: \(Self.version)`")
    if let version, version != Self.version {
      check.fault(
        FieldFault(
          "version \(version) is not known; this almanac reads version \(Self.version)", at: root["version"]?.place))
    }
  }

  private func readRun(_ node: ConfigNode?, _ check: inout FileCheck) -> Pipeline.RunSettings {
    var settings = Pipeline.RunSettings()
    guard let node else { return settings }
    check.keys(of: node, known: ["seed"], in: "run")
    if let seed: Int = check.value("seed", of: node, in: "run") {
      if seed < 0 {
        check.fault(FieldFault("seed must be at least 0, not \(seed)", at: node["seed"]?.place), in: "run")
      }
      settings.seed = UInt64(max(0, seed))
    }
    return settings
  }

  private func readStages(_ root: ConfigNode, _ check: inout FileCheck) -> [StageOrder.Step] {
    guard let node = root["stages"] else {
      check.fault(FieldFault("`stages` is missing: a list that starts with a source such as csv", at: root.place))
      return []
    }
    guard case .list(let items) = node.content, !items.isEmpty else {
      check.fault(FieldFault("`stages` wants a list of stages, not \(node.kind)", at: node.place))
      return []
    }
    var steps: [StageOrder.Step] = []
    var positions: [String: Int] = [:]
    for (position, item) in items.enumerated() {
      guard let step = readStage(item, at: position, &check) else { continue }
      if let first = positions[step.name], item["name"] != nil {
        check.fault(
          FieldFault("the name \"\(step.name)\" is taken by stages[\(first)]", at: item["name"]?.place), in: step.label)
      }
      positions[step.name] = positions[step.name] ?? position
      steps.append(step)
    }
    return steps
  }

  private func readStage(_ node: ConfigNode, at position: Int, _ check: inout FileCheck) -> StageOrder.Step? {
    let label = "stages[\(position)]"
    guard node.entries != nil else {
      check.fault(FieldFault("wants a mapping with `use`, not \(node.kind)", at: node.place), in: label)
      return nil
    }
    let use: String? = check.value("use", of: node, required: "which stage this is", in: label)
    check.keys(of: node, known: ["use", "name", "with"], in: use.map { "\(label) (\($0))" } ?? label)
    guard let use else { return nil }
    guard let definition = registry[use] else {
      let hint = registry.hint(forUnknownStage: use)
      check.fault(FieldFault("unknown stage \"\(use)\"\(hint)", at: node["use"]?.place), in: label)
      return nil
    }
    let name: String? = check.value("name", of: node, in: label)
    let usePlace = node["use"]?.place ?? node.place
    let reading = definition.read(node["with"], at: usePlace, suggestingFrom: registry)
    let step = StageOrder.Step(
      name: name ?? use, position: position, role: definition.role, reading: reading, place: usePlace)
    for fault in reading.faults { check.fault(fault, in: step.label) }
    return step
  }
}

/// Gathers the faults of one file.
struct FileCheck {
  let file: String
  private(set) var diagnostics: [Diagnostic] = []

  init(file: String) { self.file = file }

  mutating func fault(_ fault: FieldFault, in subject: String = "") {
    diagnostics.append(Diagnostic(file: file, place: fault.place, subject: subject, message: fault.message))
  }

  /// Refuses the keys that are not known, but for those that start with `x-`.
  mutating func keys(of node: ConfigNode, known: [String], in subject: String = "") {
    guard let entries = node.entries else {
      if case .null = node.content { return }
      return fault(FieldFault("wants a mapping, not \(node.kind)", at: node.place), in: subject)
    }
    for entry in entries where !known.contains(entry.key) && !entry.key.hasPrefix("x-") {
      let near = didYouMean(entry.key, among: known)
      let hint = near.isEmpty ? "; known are \(known.joined(separator: ", "))" : near
      fault(FieldFault("unknown key \"\(entry.key)\"\(hint)", at: entry.place), in: subject)
    }
  }

  /// The value of a key; nil where it is absent (a fault when `required`) or cannot be read (always one).
  mutating func value<Value: FieldValue>(
    _ key: String, of node: ConfigNode, required: String? = nil, in subject: String = ""
  ) -> Value? {
    guard let found = node[key] else {
      if let required { fault(FieldFault("`\(key)` is missing: \(required)", at: node.place), in: subject) }
      return nil
    }
    do { return try Value(node: found) } catch {
      fault(FieldFault("\(key) \(error.message)", at: error.place ?? found.place), in: subject)
      return nil
    }
  }
}
