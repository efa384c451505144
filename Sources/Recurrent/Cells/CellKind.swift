/// Which recurrent cell a network is made of. Files hold its name.
public struct CellKind: Sendable, Hashable, Codable, CustomStringConvertible {
  let type: any RecurrentCell.Type

  /// Networks of cells of this type.
  public init(_ type: any RecurrentCell.Type) { self.type = type }

  /// What files call the cell.
  public var name: String { type.name }
  /// One sentence about networks of it.
  public var summary: String { type.summary }
  /// The name.
  public var description: String { name }

  /// Whether both have the same name.
  public static func == (a: CellKind, b: CellKind) -> Bool { a.name == b.name }

  /// By the name.
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }

  /// Reads a name among the cells that stand in the decoder's `userInfo` (see `CellRegistry.userInfo`), or among those
  /// that are built in.
  public init(from decoder: any Decoder) throws {
    let cells = CellRegistry.key.flatMap { decoder.userInfo[$0] as? CellRegistry } ?? .builtIn
    let name = try String(from: decoder)
    guard let kind = cells[name] else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "there is no cell \"\(name)\""))
    }
    self = kind
  }

  /// Writes the name.
  public func encode(to encoder: any Encoder) throws { try name.encode(to: encoder) }
}

extension CellKind {
  /// Elman 1990.
  public static let rnn = CellKind(RNNCell.self)
  /// Hochreiter & Schmidhuber 1997: no forget gate.
  public static let lstm1997 = CellKind(LSTM1997Cell.self)
  /// Gers, Schmidhuber & Cummins 2000.
  public static let lstm = CellKind(LSTMCell.self)
  /// Cho et al. 2014.
  public static let gru = CellKind(GRUCell.self)
  /// Beck et al. 2024.
  public static let slstm = CellKind(SLSTMCell.self)
}

/// The cells that a file may name.
public struct CellRegistry: Sendable {
  /// Each with a name of its own.
  public let cells: [CellKind]

  /// The cells of this library.
  public static let builtIn = CellRegistry(cells: [.rnn, .lstm1997, .lstm, .gru, .slstm])

  /// These cells, and `cell` in place of one of the same name.
  public func adding(_ cell: CellKind) -> CellRegistry { CellRegistry(cells: cells.filter { $0 != cell } + [cell]) }

  /// The cell called `name`.
  public subscript(name: String) -> CellKind? { cells.first { $0.name == name } }

  /// What a decoder's `userInfo` holds when networks of these cells are to be read.
  public var userInfo: [CodingUserInfoKey: any Sendable] { Self.key.map { [$0: self] } ?? [:] }

  static let key = CodingUserInfoKey(rawValue: "almanac.cells")
}
