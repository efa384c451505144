import Files

extension FilePath: FieldValue {
  public static var fieldKind: FieldKind { .path }
  public init(node: ConfigNode) throws(FieldFault) {
    self.init(try node.text(as: .path))
    if text.isEmpty { throw FieldFault("wants a path, not an empty text", at: node.location) }
    if text.utf8.contains(0) { throw FieldFault("wants a path, and none holds the character NUL", at: node.location) }
  }
  public var fieldText: String? { text }
  public var paths: [FilePath] { [self] }
}
