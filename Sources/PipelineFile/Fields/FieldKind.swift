/// What a field's text is read as; the reference page and the schema are made from it.
public indirect enum FieldKind: Hashable, Sendable {
  /// Any text.
  case text
  /// A whole number.
  case integer
  /// A number.
  case number
  /// `true` or `false`.
  case boolean
  /// One of some words.
  case choice([String])
  /// A file, relative to the pipeline's root.
  case path
  /// A length of time such as `15m` or `1mo`.
  case duration
  /// A number of steps, or a length of time that is a whole number of them.
  case steps
  /// A list; a single value counts as a list of one.
  case list(FieldKind)
  /// Keys with values.
  case mapping(FieldKind)
  /// A mapping whose keys are among some words.
  case table(keys: [String], FieldKind)
  /// A score, as the registry of stages names them.
  case score
  /// Forecasters, each with `use`, `name` and `with` as a stage has.
  case members
}

extension FieldKind: CustomStringConvertible {
  /// The kind in words, as the reference shows it.
  public var description: String {
    switch self {
    case .text: "text"
    case .integer: "whole number"
    case .number: "number"
    case .boolean: "true or false"
    case .choice(let words): words.joined(separator: " | ")
    case .path: "path"
    case .duration: "duration"
    case .steps: "steps or duration"
    case .list(let kind): "list of: \(kind)"
    case .mapping(let kind): "mapping to: \(kind)"
    case .table(let keys, let kind): "mapping of \(keys.joined(separator: " | ")) to: \(kind)"
    case .score: "score"
    case .members: "list of forecasters"
    }
  }
}

extension FieldKind {
  /// The kind with the scores that there are.
  func choosing(among scores: [String]) -> FieldKind {
    switch self {
    case .score: .choice(scores)
    case .list(let kind): .list(kind.choosing(among: scores))
    case .mapping(let kind): .mapping(kind.choosing(among: scores))
    default: self
    }
  }

  /// Refuses names of no score.
  func checkScores(_ node: ConfigNode, among scores: [String]) throws(FieldFault) {
    switch self {
    case .score: if let text = node.text, !scores.contains(text) { throw .wants(.choice(scores), not: node) }
    case .list(let kind): for item in node.items ?? [node] { try kind.checkScores(item, among: scores) }
    default: break
    }
  }
}

extension FieldKind {
  /// The kind with its article, after "wants".
  package var wanted: String {
    switch self {
    case .text, .boolean: description
    case .list: "a list"
    case .members: "a list of forecasters, such as [{use: theta}, {use: lstm}]"
    case .mapping, .table: "a mapping"
    default: "a \(description)"
    }
  }
}

/// The smallest and the largest number that a field takes.
public struct FieldBounds: Hashable, Sendable {
  /// The smallest, if any.
  public var minimum: Double?
  /// The largest, if any.
  public var maximum: Double?
  /// Whether the smallest itself is refused.
  public var isMinimumExcluded = false

  package init(minimum: Double?, maximum: Double?, isMinimumExcluded: Bool = false) {
    (self.minimum, self.maximum, self.isMinimumExcluded) = (minimum, maximum, isMinimumExcluded)
  }

  /// `n...`
  public static func atLeast(_ minimum: Double) -> FieldBounds { FieldBounds(minimum: minimum, maximum: nil) }
  /// Every number larger than this.
  public static func above(_ minimum: Double, upTo maximum: Double? = nil) -> FieldBounds {
    FieldBounds(minimum: minimum, maximum: maximum, isMinimumExcluded: true)
  }
  /// From one number to another, both included.
  public static func between(_ minimum: Double, _ maximum: Double) -> FieldBounds {
    FieldBounds(minimum: minimum, maximum: maximum)
  }

  /// A number of steps from so many on.
  public static func steps(_ least: Double) -> FieldBounds { .between(least, Double(StepSpan.largest)) }
  /// A number of epochs, windows and the like from so many on: the most is more than anybody waits for.
  public static func count(_ least: Double) -> FieldBounds { .between(least, 1_000_000) }

  package func contains(_ value: Double) -> Bool {
    if let minimum, isMinimumExcluded ? !(value > minimum) : !(value >= minimum) { return false }
    if let maximum, !(value <= maximum) { return false }
    return true
  }
}

extension FieldBounds: CustomStringConvertible {
  /// `at least 1`, `1 to 5`, `more than 0`.
  public var description: String {
    func short(_ value: Double) -> String {
      value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)
    }
    let low = minimum.map { "\(isMinimumExcluded ? "more than" : "at least") \(short($0))" }
    switch (minimum, maximum) {
    case (let minimum?, let maximum?) where !isMinimumExcluded: return "\(short(minimum)) to \(short(maximum))"
    case (_, let maximum?): return [low, "at most \(short(maximum))"].compactMap { $0 }.joined(separator: " and ")
    default: return low ?? "any"
    }
  }
}
