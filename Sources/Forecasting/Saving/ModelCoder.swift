import Foundation
import Recurrent
import Synchronization

/// Writes values with fitted parts as JSON, with their networks as safetensors files beside it, and reads them again.
///
/// Numbers come back bit for bit: doubles are written as the shortest text that reads as the same number, weights as
/// they are in memory.
public struct ModelCoder: Sendable {
  /// The parts that may be read.
  public let kinds: SavedKinds
  /// The metrics that may be read.
  public let metrics: MetricRegistry
  /// The cells of networks that may be read.
  public let cells: CellRegistry

  /// A coder that knows these kinds, metrics and cells.
  public init(kinds: SavedKinds, metrics: MetricRegistry = .builtIn, cells: CellRegistry = .builtIn) {
    (self.kinds, self.metrics, self.cells) = (kinds, metrics, cells)
  }

  /// A value as it is kept: a JSON document, and files beside it by name.
  public struct Saved: Sendable, Equatable {
    /// The document; equal values give equal bytes.
    public var document: Data
    /// The files beside it.
    public var files: [String: Data]
  }

  /// A value in its saved form.
  public func save(_ value: some Encodable) throws -> Saved {
    let context = SavingContext(self)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    if let key = SavingContext.key { encoder.userInfo[key] = context }
    let document = try encoder.encode(value)
    return Saved(document: document, files: context.files.withLock { $0 })
  }

  /// The value of a saved form.
  ///
  /// - Parameter file: the file of a name beside the document.
  /// - Throws: ``SavingError``
  public func load<Value: Decodable>(
    _ type: Value.Type, from document: Data, file: @escaping @Sendable (String) throws -> Data
  ) throws -> Value {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    if let key = SavingContext.key { decoder.userInfo[key] = SavingContext(self, file: file) }
    do { return try decoder.decode(type, from: document) } catch let error as DecodingError {
      throw SavingError.damaged(error.location)
    }
  }
}

/// What parts reach while they are written or read.
final class SavingContext: Sendable {
  static let key = CodingUserInfoKey(rawValue: "almanac.saving")

  let coder: ModelCoder
  let file: @Sendable (String) throws -> Data
  let files = Mutex<[String: Data]>([:])

  init(
    _ coder: ModelCoder, file: @escaping @Sendable (String) throws -> Data = { throw SavingError.missingFile($0) }
  ) {
    self.coder = coder
    self.file = file
  }

  /// Takes a file in, and returns its name: that of the first ends in .1, of the second in .2.
  func attach(_ data: Data, named stem: String, ending: String) -> String {
    files.withLock { files in
      let name = "\(stem)-\(files.count + 1).\(ending)"
      files[name] = data
      return name
    }
  }
}

extension Decoder {
  /// What the model coder hands down; nil where something else reads.
  var context: SavingContext? { SavingContext.key.flatMap { userInfo[$0] } as? SavingContext }

  var saving: SavingContext {
    get throws {
      guard let context else {
        throw SavingError.damaged("it is read by something else than a model coder")
      }
      return context
    }
  }
}

/// Networks, each saved as a safetensors file of its own.
@propertyWrapper
public struct WeightFiles: Codable, Sendable {
  /// The networks.
  public var wrappedValue: [ForecastNetwork]

  /// Networks that are saved as weight files.
  public init(wrappedValue: [ForecastNetwork]) { self.wrappedValue = wrappedValue }

  public func encode(to encoder: any Encoder) throws {
    guard let context = SavingContext.key.flatMap({ encoder.userInfo[$0] }) as? SavingContext else {
      throw SavingError.damaged("it is written by something else than a model coder")
    }
    var container = encoder.unkeyedContainer()
    for network in wrappedValue {
      try container.encode(context.attach(try network.weightFile(), named: "network", ending: "safetensors"))
    }
  }

  public init(from decoder: any Decoder) throws {
    let context = try decoder.saving
    var container = try decoder.unkeyedContainer()
    wrappedValue = []
    while !container.isAtEnd {
      let name = try container.decode(String.self)
      // A name from elsewhere must not lead out of the model's folder.
      guard !name.contains("/"), name != ".." else { throw SavingError.damaged("\"\(name)\" is no name of a file") }
      do {
        wrappedValue.append(try ForecastNetwork(weightFile: try context.file(name), cells: context.coder.cells))
      } catch let error as RecurrentError {
        throw SavingError.damaged("\(name): \(error)")
      }
    }
    if wrappedValue.isEmpty { throw SavingError.damaged("it names no network") }
  }
}

extension DecodingError {
  /// What is wrong, and where in the document.
  fileprivate var location: String {
    func path(_ context: Context) -> String {
      let names = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined()
      return names.isEmpty ? "the document" : String(names.drop { $0 == "." })
    }
    switch self {
    case .keyNotFound(let key, let context): return "\(path(context)) has no \(key.stringValue)"
    case .typeMismatch(_, let context), .valueNotFound(_, let context): return "\(path(context)) has the wrong form"
    case .dataCorrupted(let context): return "\(path(context)) cannot be read"
    @unknown default: return "it cannot be read"
    }
  }
}
