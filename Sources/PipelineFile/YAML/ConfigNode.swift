/// One value of a pipeline file, with the location where it stands.
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
    public var location: Location
    /// Its value.
    public var value: ConfigNode

    package init(key: String, location: Location, value: ConfigNode) {
      (self.key, self.location, self.value) = (key, location, value)
    }
  }

  /// What stands there.
  public var content: Content
  /// Where it stands.
  public var location: Location
  /// A scalar as it may be shown, where a part of it came from the environment: with `${NAME}` there, other dollars
  /// doubled, so that it reads as the same; nil where nothing did.
  package var shown: String?

  /// A value at a location.
  public init(_ content: Content, at location: Location) { self.init(content, at: location, shown: nil) }

  package init(_ content: Content, at location: Location, shown: String?) {
    (self.content, self.location, self.shown) = (content, location, shown)
  }

  /// Whether a part of it, however deep, came from the environment.
  package var isForeign: Bool {
    switch content {
    case .scalar, .null: shown != nil
    case .list(let items): items.contains(where: \.isForeign)
    case .mapping(let entries): entries.contains(where: \.value.isForeign)
    }
  }

  /// The value as it may be shown in one line.
  package var shownText: String {
    switch content {
    case .scalar(let text): shown ?? text
    case .null: "null"
    case .list(let items): "[\(items.map(\.shownText).joined(separator: ", "))]"
    case .mapping(let entries): "{\(entries.map { "\($0.key): \($0.value.shownText)" }.joined(separator: ", "))}"
    }
  }

  /// A word for its kind, for messages.
  package var kind: String {
    switch content {
    case .scalar(let text): "\"\(shown ?? text)\""
    case .null: "nothing"
    case .list: "a list"
    case .mapping: "a mapping"
    }
  }

  /// The entries, or nil where it is no mapping.
  package var entries: [Entry]? {
    if case .mapping(let entries) = content { entries } else { nil }
  }

  /// The value of a key; nil where there is none or it is no mapping.
  package subscript(key: String) -> ConfigNode? { entries?.first { $0.key == key }?.value }

  /// The text of a scalar.
  package var text: String? { if case .scalar(let text) = content { text } else { nil } }

  /// The items of a list.
  package var items: [ConfigNode]? { if case .list(let items) = content { items } else { nil } }

  /// Where a key stands; nil where there is none.
  package func location(ofKey key: String) -> Location? { entries?.first { $0.key == key }?.location }

  /// The same tree with every scalar changed; it is given with its text.
  package func mapScalars(_ change: (String, ConfigNode) -> ConfigNode) -> ConfigNode {
    switch content {
    case .scalar(let text): change(text, self)
    case .null: self
    case .list(let items): ConfigNode(.list(items.map { $0.mapScalars(change) }), at: location)
    case .mapping(let entries):
      ConfigNode(
        .mapping(entries.map { Entry(key: $0.key, location: $0.location, value: $0.value.mapScalars(change)) }),
        at: location)
    }
  }

  /// The mapping without a key.
  package func without(_ key: String) -> ConfigNode {
    guard let entries else { return self }
    return ConfigNode(.mapping(entries.filter { $0.key != key }), at: location)
  }
}
