/// One of several parts of all series, which programs of their own forecast.
///
/// A series belongs to the part that the FNV-1a hash of the UTF-8 bytes of its name (64 bits; Fowler, Noll & Vo 1991), mixed
/// by the finalizer of MurmurHash3 (Appleby 2011), leaves when it is divided by the number of parts: the same on every
/// machine, whatever the order of rows.
public struct SeriesShard: Sendable, Hashable, Codable {
  /// Which part, from 1.
  public let part: Int
  /// How many parts there are.
  public let count: Int

  /// The most parts.
  public static let most = 100_000

  /// A part of several; nil where there is no such part.
  public init?(part: Int, of count: Int) {
    guard (1...Self.most).contains(count), (1...count).contains(part) else { return nil }
    (self.part, self.count) = (part, count)
  }

  /// The part that a text such as `3/16` names.
  public init?(_ text: String) {
    let words = text.split(separator: "/", omittingEmptySubsequences: false)
    guard words.count == 2, words.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isWholeNumber) }),
      let part = Int(words[0]),
      let count = Int(words[1])
    else { return nil }
    self.init(part: part, of: count)
  }

  /// Reads a part; one that there is not is refused.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let (part, count) = (
      try container.decode(Int.self, forKey: .part), try container.decode(Int.self, forKey: .count)
    )
    guard let shard = SeriesShard(part: part, of: count) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "there is no part \(part) of \(count)"))
    }
    self = shard
  }

  /// Whether a series of this name belongs to the part.
  public func holds(_ name: String) -> Bool {
    var name = name
    return name.withUTF8 { holds($0.span) }
  }

  /// Whether a series whose name has these bytes belongs to the part.
  package func holds(_ name: Span<UInt8>) -> Bool { SeriesShard.part(of: name, among: count) == part }

  /// The part, from 1, that a name belongs to.
  package static func part(of name: Span<UInt8>, among count: Int) -> Int {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for position in name.indices { hash = (hash ^ UInt64(name[position])) &* 0x0000_0100_0000_01B3 }
    return Int(Fingerprint.mixed(hash) % UInt64(count)) + 1
  }
}

extension SeriesShard: CustomStringConvertible {
  /// `3/16`
  public var description: String { "\(part)/\(count)" }
}
