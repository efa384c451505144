import Foundation

/// The standard normal distribution.
enum NormalDistribution {
  /// The number of standard deviations on each side of the mean within which a share of outcomes lies: 1.96 for 0.95.
  static func reach(of level: Double) -> Double { quantile((1 + level) / 2) }

  /// The value below which a share of outcomes lies, to full precision: Newton's method on the error function.
  static func quantile(_ share: Double) -> Double {
    guard share > 0, share < 1 else { return share <= 0 ? -.infinity : .infinity }
    if share < 0.5 { return -quantile(1 - share) }
    let tail = 1 - share
    // A first guess from the tail's leading term (Abramowitz & Stegun 26.2.22) is good to 0.003.
    let root = (-2 * log(tail)).squareRoot()
    var value = root - (2.30753 + 0.27061 * root) / (1 + root * (0.99229 + root * 0.04481))
    for _ in 0..<6 {
      let density = exp(-value * value / 2) / (2 * Double.pi).squareRoot()
      value += (0.5 * erfc(value / 2.0.squareRoot()) - tail) / density
    }
    return value
  }
}
