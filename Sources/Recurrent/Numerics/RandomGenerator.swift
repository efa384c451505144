import Glibc

/// The one seeded source of randomness: xoshiro256** (Blackman & Vigna 2018), its state filled by SplitMix64.
public struct RandomGenerator: RandomNumberGenerator, Sendable, Codable, Equatable {
  private var state: SIMD4<UInt64>

  /// Equal seeds give equal numbers.
  public init(seed: UInt64) {
    var mixer = seed
    state = SIMD4()
    for index in 0..<4 {
      mixer &+= 0x9E37_79B9_7F4A_7C15
      state[index] = Self.mixed(mixer)
    }
  }

  /// A generator of its own for part `index` of stream `stream`, such as a shard of an update or a path of a window, so
  /// that parts may be worked on in any order.
  public init(seed: UInt64, stream: Int, index: Int) {
    let first = Self.mixed(seed ^ Self.mixed(UInt64(truncatingIfNeeded: stream) &+ 0x9E37_79B9_7F4A_7C15))
    self.init(seed: first ^ Self.mixed(UInt64(truncatingIfNeeded: index) &+ 0xD1B5_4A32_D192_ED03))
  }

  private static func mixed(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    let product = state[1] &* 5
    let result = ((product << 7) | (product >> 57)) &* 9
    let shifted = state[1] << 17
    state[2] ^= state[0]
    state[3] ^= state[1]
    state[1] ^= state[2]
    state[0] ^= state[3]
    state[2] ^= shifted
    state[3] = (state[3] << 45) | (state[3] >> 19)
    return result
  }

  /// Uniform in [0, 1), with 53 random bits.
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Standard normal, by Box and Muller's method.
  public mutating func normal() -> Double {
    let radius = (-2 * log(1 - uniform())).squareRoot()
    return radius * cos(2 * .pi * uniform())
  }

  /// An index below `bound`, which must be positive.
  public mutating func index(below bound: Int) -> Int {
    let (high, _) = next().multipliedFullWidth(by: UInt64(bound))
    return Int(high)
  }

  /// Fisher and Yates' shuffle.
  public mutating func shuffle<Element>(_ values: inout [Element]) {
    for last in stride(from: values.count - 1, to: 0, by: -1) {
      values.swapAt(last, index(below: last + 1))
    }
  }
}
