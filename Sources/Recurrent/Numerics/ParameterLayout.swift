/// One named block of the flat parameter vector.
public struct ParameterSlice: Sendable, Codable, Equatable {
  /// The name that PyTorch would give it, such as `lstm.weight_hh_l0`.
  public let name: String
  /// Rows and columns for a matrix, one number for a vector.
  public let shape: [Int]
  /// Where it starts in the flat vector.
  public let offset: Int
  /// Where its packed copies start among the copies, or nil when it is no matrix that is multiplied with.
  let packedOffset: Int?
  /// Blocks of rows that are multiplied one by one.
  let blocks: Int

  /// How many numbers it holds.
  public var count: Int { shape.reduce(1, *) }

  /// Fills it uniformly in ±1/√`inputs`, as PyTorch does.
  func fill<S: Scalar>(_ values: inout [S], uniformFor inputs: Int, _ generator: inout RandomGenerator) {
    let bound = 1 / Double(inputs).squareRoot()
    for index in offset..<offset + count { values[index] = S((2 * generator.uniform() - 1) * bound) }
  }

  /// The most room that a packed matrix (k × columns) takes at any instruction level.
  static func packedRoom(_ k: Int, _ columns: Int) -> Int { k * ((columns + 31) / 32 * 32) }

  /// The shape of one block.
  var blockRows: Int { shape[0] / blocks }
  /// Where block `block` is packed for x·Wᵀ and, after those, for y·W.
  func packedOffset(block: Int, back: Bool) -> Int {
    guard let packedOffset else { preconditionFailure("\(name) is not packed") }
    let ahead = Self.packedRoom(shape[1], blockRows)
    return packedOffset
      + (back ? blocks * ahead + block * Self.packedRoom(blockRows, shape[1]) : block * ahead)
  }
}

/// Where each weight lies in the one flat vector that holds a network's parameters. Gradients, optimiser moments and
/// averages share the layout.
public struct ParameterLayout: Sendable, Codable, Equatable {
  /// All slices, in the order of their offsets.
  public private(set) var slices: [ParameterSlice] = []
  /// The length of the flat vector.
  public private(set) var count = 0
  /// The room that the packed copies take.
  private(set) var packedCount = 0

  init() {}

  /// Adds a slice at the end.
  /// - Parameters:
  ///   - packed: two packed copies of the matrix are kept beside the weights, one for each direction, because it is
  ///     multiplied with many times before it changes.
  ///   - blocks: blocks of rows that are multiplied one by one.
  mutating func add(_ name: String, _ shape: [Int], packed: Bool = false, blocks: Int = 1) -> ParameterSlice {
    let slice = ParameterSlice(
      name: name, shape: shape, offset: count, packedOffset: packed ? packedCount : nil, blocks: blocks)
    slices.append(slice)
    // Each slice starts on a boundary of 16 numbers; the gaps stay zero.
    count += (slice.count + 15) / 16 * 16
    if packed { packedCount = slice.packedOffset(block: blocks, back: true) }
    return slice
  }

  /// Numbers that are learned, gaps between slices left out.
  public var parameterCount: Int { slices.reduce(0) { $0 + $1.count } }
}
