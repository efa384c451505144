import TimeSeries

/// What a pipeline file says: typed declarations with their locations, before anything is built or read.
public struct FileDeclaration: Sendable {
  /// The file as it was named by the user.
  public let file: String
  /// What the pipeline is called.
  public let name: String
  /// A sentence on it, for charts and reports.
  public let description: String?
  /// The folder that paths are relative to, relative to the file's own folder.
  public let root: String
  /// The stages, in the order of the file.
  package var stages: [StageDeclaration]
  /// The grammar that it was read with; the file's plugins are among the stages.
  package let grammar: FileGrammar
  /// The fields under `run`.
  package let settings: FieldReadings
  /// The file's values as they were written, and with variables replaced.
  package let tree: FileTree

  /// A group of the settings under `run`.
  public func settings<Group: FieldGroup>(_ type: Group.Type) -> Group { settings.group(type) }

  /// Every group of the settings under `run`.
  package var settingsGroups: [any SettingsGroup] {
    func group<Group: SettingsGroup>(_ type: Group.Type) -> any SettingsGroup { settings.group(type) }
    return grammar.settings.map { group($0) }
  }

  /// What came from the environment, for texts that are about to leave the program.
  public var hidden: HiddenValues { tree.hidden }

  /// ``description`` as it may be shown in a text about the pipeline.
  public var shownDescription: String? { description == nil ? nil : tree.root["description"]?.shownText }

  /// ``name`` as it may be shown in a text about the pipeline.
  public var shownName: String { tree.root["name"]?.shownText ?? name }

  /// Whether programs of the file's own take part.
  public var usesPlugins: Bool { tree.root["plugins"] != nil }

  /// The words of every command in the file, with what it is the command of.
  package var commands: [(owner: String, words: [String])] {
    func words(_ node: ConfigNode?) -> [String] { (node.map { $0.items ?? [$0] } ?? []).compactMap(\.text) }
    let plugins = (tree.root["plugins"]?.entries ?? []).map { ("the plugin \($0.key)", words($0.value["command"])) }
    let settings = grammar.settings.flatMap { $0.commands }
    return plugins + settings.map { ("run.\($0)", words(tree.root["run"]?[$0])) }
  }

  /// The names that stand in `${…}`, those of `vars` left out.
  public var environmentNames: Set<String> {
    var names: Set<String> = []
    _ = tree.written.mapScalars { text, node in
      for piece in text.replacing("$$", with: "").split(separator: "${", omittingEmptySubsequences: false).dropFirst() {
        let name = piece.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        let next = piece.dropFirst(name.count).first
        if !name.isEmpty, next == "}" || next == ":" { names.insert(String(name)) }
      }
      return node
    }
    return names
  }
}

/// A program under `plugins:` of a file, as it is to be started.
public struct PluginDeclaration: Sendable {
  /// What the pipeline file calls it.
  public var name: String
  /// The program and its arguments.
  public var words: [String]
  /// How long one call may take; nil for the usual time.
  public var timeout: TimeSpan?
  /// All that it sees of the environment.
  public var environment: [String: String]
  /// The folder that it starts in: the pipeline's root, as the process sees it.
  public var folder: String
  /// Where programs are looked for, as in PATH.
  public var searchPath: String
  /// What it must be for, as the file uses it.
  public var role: StageRole
  /// The folder where what it says of itself is kept; nil for none.
  public var state: String?
  /// How long the run may take that asks it what it is; nil for no end.
  public var runTimeout: TimeSpan?

  /// A way to start a plugin.
  public init(
    name: String, words: [String], timeout: TimeSpan? = nil, environment: [String: String] = [:], folder: String = ".",
    searchPath: String, role: StageRole = .transform, state: String? = nil
  ) {
    (self.name, self.words, self.timeout) = (name, words, timeout)
    (self.environment, self.folder, self.searchPath) = (environment, folder, searchPath)
    (self.role, self.state) = (role, state)
  }
}
