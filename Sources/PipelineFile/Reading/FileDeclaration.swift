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

  /// Whether programs of the file's own take part.
  public var usesPlugins: Bool { tree.root["plugins"] != nil }

  /// The words that start the file's plugins, by the plugin's name.
  package var pluginCommands: [(plugin: String, words: [String])] {
    (tree.root["plugins"]?.entries ?? []).map { entry in
      (entry.key, (try? entry.value["command"].map { try [String](node: $0) }) ?? [])
    }
  }

  /// The names that stand in `${…}`, those of `vars` left out.
  public var environmentNames: Set<String> {
    var names: Set<String> = []
    _ = tree.written.mapScalars { text, _ in
      for piece in text.replacing("$$", with: "").split(separator: "${", omittingEmptySubsequences: false).dropFirst() {
        let name = piece.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        let next = piece.dropFirst(name.count).first
        if !name.isEmpty, next == "}" || next == ":" { names.insert(String(name)) }
      }
      return text
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
