import Foundation

/// A sum of doubles that is rounded once, when it is read: the same whatever the order in which they come, and in whatever
/// groups they are added up first. A fixed-point number with as many digits as are needed (Kulisch 1971; Neal 2015).
struct ExactSum: Sendable {
  /// Digits to the base 2³², that of the units of 2⁻¹⁰⁷⁴ · 2^(32 · `lowest`) first, with room for carries in each; the last
  /// one has the sign.
  private(set) var digits: [Int64] = []
  private(set) var lowest = 0
  /// Additions since carries were handed on.
  private var additions = 0
  /// The sum of what is not finite.
  private(set) var infinite = 0.0

  // An addition puts less than 2³² on a digit, beside less than 2³² that is there.
  private static let mostAdditions = 1 << 29

  /// A sum of nothing.
  init() {}

  /// A sum of these digits; nil where no sum has them.
  init?(digits: [Int64], lowest: Int, infinite: Double) {
    guard (0...68).contains(lowest), digits.count <= 72, digits.allSatisfy({ $0.magnitude < 1 << 33 }) else {
      return nil
    }
    (self.digits, self.lowest, self.infinite) = (digits, lowest, infinite)
  }

  /// Adds a number.
  @inline(__always)
  mutating func add(_ value: Double) {
    guard value.isFinite else { return infinite += value }
    let bits = value.bitPattern
    let exponent = Int(bits >> 52 & 0x7FF)
    var mantissa = bits & 0x000F_FFFF_FFFF_FFFF
    if exponent > 0 { mantissa |= 0x0010_0000_0000_0000 }
    if mantissa == 0 { return }
    let place = max(exponent, 1) - 1
    let (first, shift) = (place >> 5, UInt64(place & 31))
    if first < lowest || first + 4 > lowest + digits.count { reach(first) }
    if additions == Self.mostAdditions { settle() }
    additions += 1
    let low = mantissa << shift
    // A mantissa has 53 bits: shifted by 31 at the most it reaches into a third digit.
    let parts = (Int64(low & 0xFFFF_FFFF), Int64(low >> 32), shift > 11 ? Int64(mantissa >> (64 - shift)) : 0)
    let at = first - lowest
    if value < 0 {
      digits[at] -= parts.0
      digits[at + 1] -= parts.1
      digits[at + 2] -= parts.2
    } else {
      digits[at] += parts.0
      digits[at + 1] += parts.1
      digits[at + 2] += parts.2
    }
  }

  /// Adds all that another sum is of.
  mutating func add(_ other: ExactSum) {
    let other = other.settled
    settle()
    infinite += other.infinite
    guard !other.digits.isEmpty else { return }
    reach(other.lowest)
    reach(other.lowest + other.digits.count - 1)
    for (position, digit) in other.digits.enumerated() { digits[other.lowest - lowest + position] += digit }
    additions = 1
  }

  /// Makes room for the digits of a number that begin at a position, and for what is carried behind them.
  private mutating func reach(_ first: Int) {
    if digits.isEmpty { lowest = first }
    if first < lowest {
      digits.insert(contentsOf: repeatElement(0, count: lowest - first), at: 0)
      lowest = first
    }
    // The sign stands in the last digit, and moves to the new one.
    settle()
    while digits.count < first + 4 - lowest {
      if let last = digits.indices.last {
        let carry = digits[last] >> 32
        digits[last] &= 0xFFFF_FFFF
        digits.append(carry)
      } else {
        digits.append(0)
      }
    }
  }

  /// Hands carries on, so that each digit but the last lies in 0..<2³².
  private mutating func settle() {
    additions = 0
    var carry: Int64 = 0
    for position in digits.indices {
      let sum = digits[position] + carry
      carry = sum >> 32
      digits[position] = position == digits.count - 1 ? sum : sum & 0xFFFF_FFFF
    }
  }

  /// The same with carries handed on.
  var settled: ExactSum {
    var sum = self
    sum.settle()
    return sum
  }

  /// The sum as the nearest double, of two as near the even one.
  var value: Double {
    if infinite != 0 { return infinite }
    var sum = settled
    let isNegative = sum.digits.last ?? 0 < 0
    if isNegative {
      for position in sum.digits.indices { sum.digits[position].negate() }
      sum.settle()
    }
    guard let top = sum.digits.lastIndex(where: { $0 != 0 }) else { return 0 }
    var bits = UInt128(0)
    for place in 0..<3 where top - place >= 0 {
      bits |= UInt128(UInt64(sum.digits[top - place])) << UInt128(64 - 32 * place)
    }
    // What lies behind only tells on which side of the middle of two doubles the sum is.
    if top > 2, sum.digits[..<(top - 2)].contains(where: { $0 != 0 }) { bits |= 1 }
    let exponent = 32 * (sum.lowest + top - 2) - 1074
    let dropped = max(128 - bits.leadingZeroBitCount - 53, -1074 - exponent)
    guard dropped > 0 else { return (isNegative ? -1 : 1) * scalbn(Double(UInt64(bits)), exponent) }
    let (rest, half) = (bits & (UInt128(1) << UInt128(dropped) - 1), UInt128(1) << UInt128(dropped - 1))
    var mantissa = UInt64(bits >> UInt128(dropped))
    if rest > half || rest == half && mantissa & 1 == 1 { mantissa += 1 }
    return (isNegative ? -1 : 1) * scalbn(Double(mantissa), exponent + dropped)
  }
}

/// A sum and how many numbers it is of, whatever their order; what is NaN is left out.
struct ExactTally: Sendable {
  private(set) var sum = ExactSum()
  private(set) var count = 0

  init() {}

  init(sum: ExactSum, count: Int) { (self.sum, self.count) = (sum, count) }

  mutating func add(_ value: Double) {
    if value.isNaN { return }
    sum.add(value)
    count += 1
  }

  mutating func add(_ other: ExactTally) {
    sum.add(other.sum)
    count += other.count
  }

  /// The same with the sum rounded.
  var tally: Metric.Tally { Metric.Tally(sum: sum.value, count: count) }
}

extension ExactTally: Codable {
  /// Reads what ``encode(to:)`` writes.
  init(from decoder: any Decoder) throws {
    let rounded = try Metric.Tally(from: decoder)
    sum.add(rounded.sum)
    count = rounded.count
  }

  /// As a rounded sum: nothing is added to those of a saved model.
  func encode(to encoder: any Encoder) throws { try tally.encode(to: encoder) }
}
