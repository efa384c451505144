/// Fields that several stages share: a stage holds a group as a property (`var shared = SharedFields()`), and the group's
/// fields are the stage's.
public protocol FieldGroup: Sendable, Decodable {
  /// A group whose fields hold their defaults.
  init()
}
