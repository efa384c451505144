/// Fields that several stages share: a stage holds a group as a property, and the group's fields are the stage's.
public protocol FieldGroup: Sendable {
  /// A group whose fields hold their defaults.
  init()
}
