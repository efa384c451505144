import Glibc
import Recurrent

// Draws from the distributions that the families share.
extension RandomGenerator {
  mutating func uniform(_ low: Double, _ high: Double) -> Double { low + (high - low) * uniform() }

  /// Uniform in the logarithm.
  mutating func logUniform(_ low: Double, _ high: Double) -> Double { exp(uniform(log(low), log(high))) }

  mutating func chance(_ probability: Double) -> Bool { uniform() < probability }

  /// A place in a list of shares that need not add up to one.
  mutating func place(_ shares: [Double]) -> Int {
    var left = uniform() * shares.reduce(0, +)
    for (place, share) in shares.enumerated() {
      left -= share
      if left < 0 { return place }
    }
    return shares.count - 1
  }

  /// Student's t with `freedom` degrees, scaled to a variance of one.
  mutating func heavyTailed(_ freedom: Int) -> Double {
    var sum = 0.0
    for _ in 0..<freedom {
      let value = normal()
      sum += value * value
    }
    return normal() / (sum / Double(freedom)).squareRoot() * (Double(freedom - 2) / Double(freedom)).squareRoot()
  }
}

/// Independent errors of one series, of variance one: normal, with heavy tails, or with a variance that wanders
/// (stochastic volatility, Taylor 1986).
struct Noise {
  private let freedom: Int?
  private let persistence: Double
  private let unrest: Double
  private var logVariance = 0.0

  init(_ generator: inout RandomGenerator, restless: Double = 0.15) {
    freedom = generator.chance(0.3) ? 3 + generator.index(below: 6) : nil
    let wanders = generator.chance(restless)
    persistence = wanders ? generator.uniform(0.85, 0.99) : 0
    unrest = wanders ? generator.uniform(0.1, 0.4) : 0
  }

  mutating func next(_ generator: inout RandomGenerator) -> Double {
    let value = freedom.map { generator.heavyTailed($0) } ?? generator.normal()
    guard unrest > 0 else { return value }
    logVariance = persistence * logVariance + unrest * generator.normal()
    return value * exp(min(2, logVariance / 2))
  }
}
