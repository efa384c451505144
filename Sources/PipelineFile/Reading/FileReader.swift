import Files
import TimeSeries

/// Reads a pipeline file into typed declarations. It opens no other file and starts no program: `resolve`
/// says what a plugin is.
public struct FileReader: Sendable {
  /// Gives the stage that a plugin of a file is, as far as that is known; the fault says why it cannot be one.
  public typealias Resolve = @Sendable (PluginDeclaration) throws(FieldFault) -> StageDefinition

  /// What a file may say.
  public let grammar: FileGrammar
  /// What `${NAME}` is looked up in.
  public let environment: [String: String]
  /// The scalars replaced from the command line.
  public let overrides: [Override]
  /// Whether a pipeline must publish something; what is only judged need not.
  public var needsSink = true
  private let resolve: Resolve

  /// A reader of files.
  public init(
    grammar: FileGrammar, environment: [String: String] = [:], overrides: [Override] = [],
    resolve: @escaping Resolve = { plugin throws(FieldFault) in
      throw FieldFault("plugins cannot be used here; leave \"\(plugin.name)\" out")
    }
  ) {
    (self.grammar, self.environment, self.overrides, self.resolve) = (grammar, environment, overrides, resolve)
  }

  /// The reader with other overrides, and with the plugins that a file's reader has resolved.
  package func replacing(_ overrides: [Override], grammar: FileGrammar) -> FileReader {
    FileReader(grammar: grammar, environment: environment, overrides: overrides, resolve: resolve)
  }

  /// What a tree declares; what is wrong with it is added to `check`.
  ///
  /// - Parameters:
  ///   - resolved: whether the grammar holds the file's plugins already.
  ///   - state: the folder where what plugins say of themselves is kept.
  ///   - timeout: how long a run of the file may take.
  /// - Returns: nil where there is no list of stages.
  package func declaration(
    of tree: FileTree, resolved: Bool = false, state: String? = nil, timeout: TimeSpan? = nil,
    _ check: inout FileCheck
  ) -> FileDeclaration? {
    let root = tree.root
    check.keys(of: root, known: FileGrammar.keys)
    checkVersion(root, &check)
    let name: String? = check.value("name", of: root, required: "what the forecast is called, such as `name: co2`")
    if name?.isEmpty == true {
      check.fault(FieldFault("name wants a text, not an empty one", at: root["name"]?.location))
    }
    let description: String?? = check.value("description", of: root)
    let folder: String? = check.value("root", of: root)
    let start = RootFolder(folder ?? ".", seenFrom: check.file).path
    let settings = readSettings(root["run"], in: start, &check)
    var grammar = grammar
    if !resolved {
      grammar.stages = registry(
        withPluginsOf: root, adopting: { plugin in (plugin.state, plugin.runTimeout) = (state, timeout) }, in: start,
        &check)
    }
    guard let items = stageItems(root, &check) else { return nil }
    let location = root.location(ofKey: "stages") ?? root.location
    let stages = Self.declarations(of: items, at: location, grammar.stages, needsSink: needsSink, &check)
    return FileDeclaration(
      file: check.file, name: name ?? "", description: description ?? nil, root: folder ?? ".", stages: stages,
      grammar: grammar, settings: settings, tree: tree)
  }

  private func checkVersion(_ root: ConfigNode, _ check: inout FileCheck) {
    let newest = FileGrammar.version
    let version: Int? = check.value("version", of: root, required: "write `version: \(newest)`")
    if let version, version != newest {
      check.fault(
        FieldFault(
          "version \(version) is not known; this almanac reads version \(newest)", at: root["version"]?.location))
    }
  }

  private func readSettings(_ node: ConfigNode?, in folder: String, _ check: inout FileCheck) -> FieldReadings {
    var settings = FieldReadings(grammar.settingFields)
    guard let node else { return settings }
    check.keys(of: node, known: settings.declared.fields.map(\.name), in: "run")
    let commands = grammar.settings.flatMap { $0.commands }
    var fields = FieldCheck(among: grammar.stages)
    for entry in node.entries ?? [] {
      guard let field = settings.declared[entry.key] else { continue }
      if commands.contains(entry.key), let fault = Self.secretWord(in: entry.value, folder) {
        check.fault(FieldFault("\(entry.key) \(fault.message)", at: fault.location), in: "run")
      }
      settings.locations[entry.key] = entry.value.location
      do throws(FieldFault) { settings[entry.key] = try field.read(entry.value, &fields) } catch {
        check.fault(
          FieldFault("\(entry.key) \(error.message)", at: error.location ?? entry.value.location), in: "run")
      }
    }
    return settings
  }

  private func stageItems(_ root: ConfigNode, _ check: inout FileCheck) -> [ConfigNode]? {
    guard let node = root["stages"] else {
      check.fault(FieldFault("`stages` is missing: a list that starts with a source such as csv", at: root.location))
      return nil
    }
    guard case .list(let items) = node.content, !items.isEmpty else {
      let found = if case .list = node.content { "an empty one" } else { node.kind }
      check.fault(FieldFault("`stages` wants a list of stages, not \(found)", at: node.location))
      return nil
    }
    return items
  }

  /// The stages of a list, checked for their order; durations are steps where a stage states the frequency.
  private static func declarations(
    of items: [ConfigNode], at location: Location, _ registry: StageRegistry, isFragment: Bool = false,
    needsSink: Bool = true, _ check: inout FileCheck
  ) -> [StageDeclaration] {
    var stages: [StageDeclaration] = []
    var positions: [String: Int] = [:]
    for (position, item) in items.enumerated() {
      guard
        let stage = registry.declaration(of: item, at: position, in: "stages", isFragment: isFragment, &check)
      else { continue }
      if let first = positions[stage.name], item["name"] != nil {
        check.fault(
          FieldFault("the name \"\(stage.name)\" is taken by stages[\(first)]", at: item["name"]?.location),
          in: stage.label)
      }
      positions[stage.name] = positions[stage.name] ?? position
      stages.append(stage)
    }
    let frequency = stages.lazy.compactMap { ($0.stage as? any FrequencyStage)?.statedFrequency }.first
    if let frequency { stages = stages.map { $0.settled(on: frequency) } }
    for stage in stages {
      for fault in stage.faults { check.fault(fault, in: stage.label) }
      for warning in stage.warnings { check.warn(warning, in: stage.label) }
    }
    let isComplete = stages.count == items.count && !isFragment
    StageOrder(stages: stages, location: location, isComplete: isComplete, needsSink: needsSink).check(&check)
    return stages
  }

  /// A list of stages by itself: fields and order are checked; what is missing or comes from `${…}` is not asked for.
  package func fragment(_ text: String, _ check: inout FileCheck) throws(PipelineFileError) -> [StageDeclaration] {
    let (root, repeated) = try YAMLReader.read(text, file: check.file).get()
    check.add(repeated)
    guard let items = root.items else { return [] }
    return Self.declarations(of: items, at: root.location, grammar.stages, isFragment: true, &check)
  }
}

/// A stage that may state the distance of the steps, so that durations are steps before any reading is there.
public protocol FrequencyStage: Stage {
  /// The distance; nil for that of the readings.
  var statedFrequency: Frequency? { get }
}

extension FileReader {
  /// The registry with the plugins' stages behind the built-in ones.
  private func registry(
    withPluginsOf root: ConfigNode, adopting adopt: (inout PluginDeclaration) -> Void, in folder: String,
    _ check: inout FileCheck
  ) -> StageRegistry {
    guard let node = root["plugins"] else { return grammar.stages }
    let uses = StageUses(root["stages"], grammar.stages)
    check.keys(of: node, known: node.entries?.map(\.key) ?? [], in: "plugins")
    var stages = grammar.stages.stages
    for entry in node.entries ?? [] where !entry.key.hasPrefix("x-") {
      let subject = "plugins.\(entry.key)"
      guard Self.isPluginName(entry.key) else {
        check.fault(
          FieldFault("a plugin's name wants small letters, digits and -, a letter first", at: entry.location),
          in: subject)
        continue
      }
      if grammar.stages[entry.key] != nil {
        check.warn(
          FieldFault("the built-in stage of this name is used; give the plugin another name", at: entry.location),
          in: subject)
        continue
      }
      guard var plugin = plugin(entry, in: folder, subject, &check) else { continue }
      plugin.role = uses.role(ofPlugin: entry.key)
      adopt(&plugin)
      do throws(FieldFault) {
        let stage = try resolve(plugin)
        if !stage.isDescribed {
          check.warn(
            FieldFault(
              "it is not started to read the file, and no run has kept what it says of itself: its fields are not "
                + "checked, and the files that it writes are not known; `almanac validate --plugins` asks it",
              at: entry.location), in: subject)
        }
        stages.append(stage)
      } catch {
        check.fault(FieldFault(error.message, at: entry.location), in: subject)
      }
    }
    return StageRegistry(definitions: stages, scores: grammar.stages.scores)
  }

  private func plugin(
    _ entry: ConfigNode.Entry, in folder: String, _ subject: String, _ check: inout FileCheck
  ) -> PluginDeclaration? {
    let before = check.diagnostics.count
    check.keys(of: entry.value, known: ["command", "timeout", "env"], in: subject)
    let words: [String]? = check.value(
      "command", of: entry.value, required: "the program and its arguments, such as [python3, plugins/despike.py]",
      in: subject)
    let names: [String] = check.value("env", of: entry.value, in: subject) ?? []
    let timeout: Frequency? = check.value("timeout", of: entry.value, in: subject)
    var span: TimeSpan?
    switch timeout {
    case .milliseconds(let length)?: span = TimeSpan(milliseconds: length)
    case nil: break
    default:
      check.fault(
        FieldFault("timeout wants a time such as 60s or 5m", at: entry.value["timeout"]?.location), in: subject)
    }
    if let fault = entry.value["command"].flatMap({ Self.secretWord(in: $0, folder) }) {
      check.fault(
        FieldFault("command \(fault.message), and name the variable under `env`", at: fault.location), in: subject)
    }
    guard let words, check.diagnostics.count == before else { return nil }
    return PluginDeclaration(
      name: entry.key, words: words, timeout: span,
      environment: Dictionary(names.compactMap { name in environment[name].map { (name, $0) } }) { first, _ in first },
      folder: folder, searchPath: environment["PATH"] ?? "")
  }

  /// The word of a command that comes from the environment and names neither the program nor a file; nil for none.
  private static func secretWord(in command: ConfigNode, _ folder: String) -> FieldFault? {
    let words = (command.items ?? [command]).dropFirst()
    let secret = words.first { word in
      word.shown != nil && !(word.text.map { FilePath(folder).appending(FilePath($0)).exists } ?? false)
    }
    return secret.map { word in
      FieldFault(
        "would show \(word.shownText) to everybody: the words of a command stand in the system's list of processes; have "
          + "the program read its environment", at: word.location)
    }
  }

  private static func isPluginName(_ text: String) -> Bool {
    guard let first = text.utf8.first, (97...122).contains(first) else { return false }
    return text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "-") }
  }
}
