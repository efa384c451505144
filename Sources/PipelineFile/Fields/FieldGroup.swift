import Files

/// Fields that several stages share: a stage holds a group as a property (`var shared = SharedFields()`), and the group's
/// fields are the stage's.
public protocol FieldGroup: Sendable, Decodable {
  /// A group whose fields hold their defaults.
  init()
}

/// Fields under `run`.
public protocol SettingsGroup: FieldGroup {
  /// The fields that hold a program with its arguments.
  static var commands: [String] { get }
  /// The files that a run writes for them, by the field that names each.
  var outputs: [String: FilePath] { get }
  /// The files that a run reads for them, by the field that names each.
  var inputs: [String: FilePath] { get }
}

extension SettingsGroup {
  public static var commands: [String] { [] }
  public var outputs: [String: FilePath] { [:] }
  public var inputs: [String: FilePath] { [:] }
}
