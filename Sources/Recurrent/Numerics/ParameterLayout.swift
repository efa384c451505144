/// One named block of the flat parameter vector.
public struct ParameterSlice: Sendable, Codable, Equatable {
  /// The name that PyTorch would give it, such as `lstm.weight_hh_l0`.
  public let name: String
  /// Rows and columns for a matrix, one number for a vector.
  public let shape: [Int]
  /// Where it starts in the flat vector.
  public let offset: Int
  /// Where its transposed copy starts among the copies, or nil when none is kept.
  let transposedOffset: Int?

  /// How many numbers it holds.
  public var count: Int { shape.reduce(1, *) }
}

/// Where each weight lies in the one flat vector that holds a network's parameters. Gradients, optimiser moments and
/// averages share the layout.
public struct ParameterLayout: Sendable, Codable, Equatable {
  /// All slices, in the order of their offsets.
  public private(set) var slices: [ParameterSlice] = []
  /// The length of the flat vector.
  public private(set) var count = 0
  /// The length of the block of transposed copies.
  private(set) var transposedCount = 0

  init() {}

  /// Adds a slice at the end. With `transposed`, a copy with rows and columns exchanged is kept beside the weights, so
  /// that no matrix product has to read a matrix against its grain.
  mutating func add(_ name: String, _ shape: [Int], transposed: Bool = false) -> ParameterSlice {
    let slice = ParameterSlice(
      name: name, shape: shape, offset: count, transposedOffset: transposed ? transposedCount : nil)
    slices.append(slice)
    // Each slice starts on a boundary of 16 numbers; the gaps stay zero.
    count += (slice.count + 15) / 16 * 16
    if transposed { transposedCount += (slice.count + 15) / 16 * 16 }
    return slice
  }

  /// Numbers that are learned, gaps between slices left out.
  public var parameterCount: Int { slices.reduce(0) { $0 + $1.count } }
}
