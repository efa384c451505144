import Recurrent

/// A fitted value, or a part of one, that can be written to disk and read by another process.
///
/// It is plain data, so that `Codable` is all it takes. A property behind a protocol is marked ``Kinded``, and networks
/// are marked ``WeightFiles``; ``ModelCoder`` does the rest.
public protocol SavedPart: Codable, Sendable {
  /// What it is called in a saved model. It never changes once a release has written it.
  static var kind: String { get }

  /// Refuses numbers that no fit gives and that could not be calculated with, such as a season of no steps. Every part
  /// that is read from a saved model goes through here.
  ///
  /// - Throws: ``SavingError/damaged(_:)``
  func checkStored() throws(SavingError)
}

extension SavedPart {
  public func checkStored() throws(SavingError) {}
}

/// The parts that a saved model may hold, by their kind.
public struct SavedKinds: Sendable {
  private var types: [String: any SavedPart.Type] = [:]

  /// These kinds, such as the ``Transform/savedParts`` of some transforms; of two with one name the first.
  public init(_ types: [any SavedPart.Type] = []) {
    for type in types where self.types[type.kind] == nil { self.types[type.kind] = type }
  }

  /// The type of a kind.
  public subscript(kind: String) -> (any SavedPart.Type)? { types[kind] }
}

/// A property behind a protocol that refines ``SavedPart``, saved with the kind of what it holds.
@propertyWrapper
public struct Kinded<Value: Sendable>: Sendable {
  /// What it holds.
  public var wrappedValue: Value

  /// A value behind a protocol.
  public init(wrappedValue: Value) { self.wrappedValue = wrappedValue }
}

extension Kinded: Codable {
  private enum CodingKeys: String, CodingKey { case kind, value }

  public func encode(to encoder: any Encoder) throws {
    // A protocol that refines SavedPart makes sure of it, but a generic type cannot ask for one.
    guard let part = wrappedValue as? any SavedPart else {
      throw EncodingError.invalidValue(
        wrappedValue, .init(codingPath: encoder.codingPath, debugDescription: "it is no saved part"))
    }
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(type(of: part).kind, forKey: .kind)
    try container.encode(part, forKey: .value)
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let kind = try container.decode(String.self, forKey: .kind)
    guard let type = try decoder.saving.coder.kinds[kind] else { throw SavingError.unknownKind(kind) }
    let part = try container.decode(type, forKey: .value)
    guard let value = part as? Value else { throw SavingError.misplacedKind(kind) }
    try part.checkStored()
    wrappedValue = value
  }
}

extension SavedPart {
  /// Throws unless something holds of a part.
  func require(_ holds: Bool, _ what: @autoclosure () -> String) throws(SavingError) {
    if !holds { throw .damaged("a part of the kind \"\(Self.kind)\" has \(what())") }
  }
}

/// Bounds of what a saved model may hold.
enum Stored {
  /// Counts of steps, such as a season or a lag.
  static let steps = 1...1_000_000_000
  /// Steps of a forecast.
  static let horizons = 1...NetworkOptions.mostSteps

  static func areLevels(_ levels: [Double]) -> Bool { levels.allSatisfy { (1e-6...1 - 1e-9).contains($0) } }
}

/// Why a model cannot be saved or loaded, in words that follow the model's name.
public enum SavingError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A kind that this program does not know.
  case unknownKind(String)
  /// A kind that this program knows, where it has no meaning.
  case misplacedKind(String)
  /// A metric that this program does not know.
  case unknownMetric(String)
  /// A file of the model is not there.
  case missingFile(String)
  /// What is written does not have the form that it must have.
  case damaged(String)

  public var description: String {
    switch self {
    case .unknownKind(let kind):
      "it holds a part of the kind \"\(kind)\", which this almanac does not know; a newer one, or one with other stages, "
        + "wrote it"
    case .misplacedKind(let kind): "a part of the kind \"\(kind)\" stands where it has no meaning; it is damaged"
    case .unknownMetric(let name):
      "it is judged by the metric \"\(name)\", which this almanac does not know; a newer one, or one with other metrics, "
        + "wrote it"
    case .missingFile(let name): "its file \(name) is missing"
    case .damaged(let what): "it is damaged: \(what)"
    }
  }
}
