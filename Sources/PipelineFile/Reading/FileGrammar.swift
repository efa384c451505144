/// What a pipeline file may say: its keys, the stages with the scores that there are, and the settings of a run.
public struct FileGrammar: Sendable {
  /// The newest version of the grammar, and the only one so far.
  public static let version = 1

  /// The keys of a file.
  static let keys = ["version", "name", "description", "root", "vars", "run", "plugins", "stages", "tests"]

  /// The stages that a file may name.
  public var stages: StageRegistry
  /// The groups of fields that stand under `run`.
  let settings: [any SettingsGroup.Type]

  /// A grammar of stages and settings.
  public init(stages: StageRegistry, settings: [any SettingsGroup.Type]) {
    (self.stages, self.settings) = (stages, settings)
  }

  /// The fields under `run`.
  var settingFields: FieldSet { FieldSet(settings.flatMap { FieldSet(of: $0.init()).fields }) }
}
