/// One value of a pipeline file, with the place where it stands.
///
/// Scalars are kept as text: what type they are is the affair of the field that reads them.
public struct ConfigNode: Sendable {
  /// What stands there.
  public enum Content: Sendable {
    /// A scalar's text.
    case scalar(String)
    /// An empty or `null` plain scalar.
    case null
    /// A list.
    case list([ConfigNode])
    /// Keys and values in the order of the file.
    case mapping([Entry])
  }

  /// One key of a mapping.
  public struct Entry: Sendable {
    /// The key.
    public var key: String
    /// Where the key stands.
    public var place: Place
    /// Its value.
    public var value: ConfigNode
  }

  /// What stands there.
  public var content: Content
  /// Where it stands.
  public var place: Place

  /// A value at a place.
  public init(_ content: Content, at place: Place) {
    self.content = content
    self.place = place
  }

  /// A word for its kind, for messages.
  var kind: String {
    switch content {
    case .scalar(let text): "\"\(text)\""
    case .null: "nothing"
    case .list: "a list"
    case .mapping: "a mapping"
    }
  }

  /// The entries, or nil where it is no mapping.
  var entries: [Entry]? {
    if case .mapping(let entries) = content { entries } else { nil }
  }

  /// The value of a key; nil where there is none or it is no mapping.
  subscript(key: String) -> ConfigNode? { entries?.first { $0.key == key }?.value }

  /// The text of a scalar.
  var text: String? { if case .scalar(let text) = content { text } else { nil } }

  /// The items of a list.
  var items: [ConfigNode]? { if case .list(let items) = content { items } else { nil } }

  /// Where a key stands; nil where there is none.
  func place(ofKey key: String) -> Place? { entries?.first { $0.key == key }?.place }

  /// The same tree with every scalar's text changed.
  func mapScalars(_ change: (String, Place) -> String) -> ConfigNode {
    switch content {
    case .scalar(let text): ConfigNode(.scalar(change(text, place)), at: place)
    case .null: self
    case .list(let items): ConfigNode(.list(items.map { $0.mapScalars(change) }), at: place)
    case .mapping(let entries):
      ConfigNode(
        .mapping(entries.map { Entry(key: $0.key, place: $0.place, value: $0.value.mapScalars(change)) }), at: place)
    }
  }
}
