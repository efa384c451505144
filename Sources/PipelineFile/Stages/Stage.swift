/// A part of a pipeline: its name and its fields. What it does is asked for by its role, on a floor above.
///
/// A stage is an immutable value: `init()` holds the defaults, and a stage of a file is decoded from what was read.
public protocol Stage: Sendable, Decodable {
  /// How pipeline files call it.
  static var name: String { get }
  /// One sentence on what it does.
  static var summary: String { get }
  /// Its `with` as it might stand in a file, in YAML; empty where it needs no field.
  static var example: String { get }
  /// What it is for.
  static var role: StageRole { get }
  /// Whether it must stand next to the source.
  static var mustFollowSource: Bool { get }
  /// A stage whose fields hold their defaults.
  init()
  /// Looks at the fields together; what each accepts on its own has been checked by then.
  ///
  /// - Throws: ``FieldFault``
  func check() throws(FieldFault)
}

extension Stage {
  public static var mustFollowSource: Bool { false }
  public func check() throws(FieldFault) {}
}

/// What a stage is for; the order of a pipeline follows from it.
public enum StageRole: String, Sendable, CaseIterable {
  /// Reads the readings.
  case source
  /// Looks whether they are fresh and plausible.
  case check
  /// Prepares them.
  case transform
  /// Says what the network sees and what it forecasts.
  case window
  /// Forecasts.
  case forecaster
  /// Judges.
  case evaluator
  /// Publishes.
  case sink
}

extension StageRole {
  var rank: Int { StageRole.allCases.firstIndex(of: self) ?? 0 }

  var withArticle: String { self == .evaluator ? "an evaluator" : "a \(rawValue)" }

  /// A stage that has the role, for messages.
  var example: String {
    switch self {
    case .source: "csv"
    case .check: "check"
    case .transform: "normalize"
    case .window: "window"
    case .forecaster: "lstm"
    case .evaluator: "evaluate"
    case .sink: "write"
    }
  }
}
