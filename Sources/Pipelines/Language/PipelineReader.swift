import TimeSeries

/// Reads a pipeline file and checks all of it before anything runs. Every command that takes a file comes through here.
public struct PipelineReader: Sendable {
  /// The newest version of the file's grammar, and the only one so far.
  public static let version = 1

  /// The keys of a file.
  static let keys = ["version", "name", "description", "root", "vars", "run", "plugins", "stages", "tests"]

  /// The stages that a file may name.
  public private(set) var registry: StageRegistry
  /// What `${NAME}` is looked up in.
  public let environment: [String: String]
  /// The scalars replaced from the command line.
  public let overrides: [Override]
  /// What the plugins of a file share.
  public let plugins: PluginSession
  /// Whether the file's plugins have said what they are, and stand in the registry.
  private var knowsPlugins = false

  /// A reader that knows these stages.
  public init(
    registry: StageRegistry, environment: [String: String] = [:], overrides: [Override] = [],
    plugins: PluginSession = PluginSession()
  ) {
    self.registry = registry
    self.environment = environment
    self.overrides = overrides
    self.plugins = plugins
  }

  /// The reader that knows the file's plugins too, so that their stages are read as the others are.
  private func withPlugins(_ node: ConfigNode?, in folder: RootFolder, _ check: inout FileCheck) -> PipelineReader {
    if knowsPlugins { return self }
    var reader = self
    reader.knowsPlugins = true
    reader.registry = PluginReader(registry: registry, session: plugins, folder: folder, environment: environment)
      .read(node, &check)
    return reader
  }

  /// The pipeline of a file's text.
  ///
  /// - Parameter file: how messages name the file.
  /// - Throws: ``PipelineFileError`` with everything that was found.
  public func read(_ text: String, file: String) throws(PipelineFileError) -> Pipeline {
    try assemble(tree(text, file: file), file: file, frequency: nil)
  }

  /// The pipeline of a tree.
  ///
  /// - Parameter frequency: that of the readings, where it is known already.
  func assemble(_ tree: FileTree, file: String, frequency: Frequency?) throws(PipelineFileError) -> Pipeline {
    var check = FileCheck(file: file, tree.diagnostics, unread: tree.unread)
    let root = tree.root
    check.keys(of: root, known: Self.keys)
    checkVersion(root, &check)
    let name: String? = check.value("name", of: root, required: "what the forecast is called, such as `name: co2`")
    if name?.isEmpty == true {
      check.fault(FieldFault("name wants a text, not an empty one", at: root["name"]?.place))
    }
    let description: String?? = check.value("description", of: root)
    let folder: String? = check.value("root", of: root)
    let run = readRun(root["run"], &check)
    let reader = withPlugins(root["plugins"], in: RootFolder(folder ?? ".", seenFrom: file), &check)
    let order = reader.readStages(root, frequency: frequency, &check)
    order?.check(&check)
    let tests = readTests(root, &check)
    guard !check.hasErrors, let roles = order?.roles else { throw PipelineFileError(check.diagnostics) }
    checkStart(run, forecaster: roles.forecaster, root["run"], &check)
    guard !check.hasErrors else { throw PipelineFileError(check.diagnostics) }
    order?.warn(&check)
    let pipeline = Pipeline(
      file: file, name: name ?? "", description: description ?? nil, root: folder ?? ".", run: run,
      source: roles.source, transforms: roles.transforms, window: roles.window, forecaster: roles.forecaster,
      evaluator: roles.evaluator, sinks: roles.sinks, plugins: plugins, tests: tests,
      warnings: check.diagnostics.sortedByPlace(),
      needsFrequency: roles.needsFrequency, forecasterTimeout: roles.forecasterTimeout,
      origin: .init(reader: reader, tree: tree))
    try checkTests(of: pipeline)
    return pipeline
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
    let settings = Pipeline.RunSettings()
    guard let node else { return settings }
    let set = FieldSet(of: settings)
    check.keys(of: node, known: set.fields.map(\.name), in: "run")
    var fields = FieldCheck(among: registry)
    for entry in node.entries ?? [] {
      do { try set[entry.key]?.read(entry.value, &fields) } catch {
        check.fault(FieldFault("\(entry.key) \(error.message)", at: error.place ?? entry.value.place), in: "run")
      }
    }
    return settings
  }

  private func checkStart(
    _ run: Pipeline.RunSettings, forecaster: Pipeline.Step<any ForecasterStage>, _ node: ConfigNode?,
    _ check: inout FileCheck
  ) {
    guard run.warmStart || run.fineTune != nil else { return }
    let key = run.warmStart ? "warm_start" : "fine_tune"
    if run.warmStart, run.fineTune != nil {
      check.fault(
        FieldFault("warm_start and fine_tune exclude each other", at: node?["warm_start"]?.place), in: "run")
    } else if !forecaster.stage.trainsNetwork {
      check.fault(
        FieldFault("\(key) is for recurrent networks; \(forecaster.use) trains none", at: node?[key]?.place), in: "run")
    }
  }

  private func readStages(_ root: ConfigNode, frequency: Frequency?, _ check: inout FileCheck) -> StageOrder? {
    guard let node = root["stages"] else {
      check.fault(FieldFault("`stages` is missing: a list that starts with a source such as csv", at: root.place))
      return nil
    }
    guard case .list(let items) = node.content, !items.isEmpty else {
      let found = if case .list = node.content { "an empty one" } else { node.kind }
      check.fault(FieldFault("`stages` wants a list of stages, not \(found)", at: node.place))
      return nil
    }
    return readStages(items, at: root.place(ofKey: "stages") ?? node.place, frequency: frequency, &check)
  }

  /// The stages of a list, in their order.
  func readStages(
    _ items: [ConfigNode], at place: Place, frequency: Frequency?, isFragment: Bool = false, _ check: inout FileCheck
  ) -> StageOrder {
    var steps: [StageOrder.Step] = []
    var positions: [String: Int] = [:]
    for (position, item) in items.enumerated() {
      guard
        let step = registry.readStage(item, at: position, in: "stages", isFragment: isFragment, &check)
      else { continue }
      if let first = positions[step.name], item["name"] != nil {
        check.fault(
          FieldFault("the name \"\(step.name)\" is taken by stages[\(first)]", at: item["name"]?.place), in: step.label)
      }
      positions[step.name] = positions[step.name] ?? position
      steps.append(step)
    }
    var order = StageOrder(steps: steps, place: place, isComplete: steps.count == items.count && !isFragment)
    order.settle(on: frequency, among: registry)
    for step in order.steps {
      for fault in step.reading.faults { check.fault(fault, in: step.label) }
      for warning in step.reading.warnings { check.warn(warning, in: step.label) }
    }
    return order
  }
}

extension StageRegistry {
  /// One stage of a list.
  ///
  /// - Parameter list: what messages call the list, such as `stages`.
  func readStage(
    _ node: ConfigNode, at position: Int, in list: String, isFragment: Bool, _ check: inout FileCheck
  ) -> StageOrder.Step? {
    let label = "\(list)[\(position)]"
    guard node.entries != nil else {
      check.fault(FieldFault("wants a mapping with `use`, not \(node.kind)", at: node.place), in: label)
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
      check.fault(FieldFault("unknown stage \"\(use)\"\(hint)", at: node["use"]?.place), in: label)
      return nil
    }
    let name: String? = check.value("name", of: node, in: label)
    let timeout: TimeSpan? = isTimed ? check.value("timeout", of: node, in: "\(label) (\(name ?? use))") : nil
    let usePlace = node["use"]?.place ?? node.place
    let reading = definition.read(node["with"], at: usePlace, suggestingFrom: self, isFragment: isFragment)
    return StageOrder.Step(
      name: name ?? use, use: use, position: position, list: list, role: definition.role, reading: reading,
      place: usePlace, timeout: timeout)
  }
}
