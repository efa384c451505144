import Glibc

/// The functions of statistics that the heads need, in double precision.
package enum SpecialFunctions {
  /// log(1 + eˣ)
  static func softplus(_ x: Double) -> Double { x > 0 ? x + log1p(exp(-x)) : log1p(exp(x)) }

  /// The x whose softplus is `y`, which must be above 0.
  static func softplusInverse(_ y: Double) -> Double { y + log(-expm1(-y)) }

  /// log Γ(x) for x above 0.
  static func logGamma(_ x: Double) -> Double {
    let (value, _): (Double, Int) = lgamma(x)
    return value
  }

  /// The derivative of log Γ for x above 0: recurrence up to 10, then the asymptotic series.
  static func digamma(_ x: Double) -> Double {
    var x = x
    var sum = 0.0
    while x < 10 {
      sum -= 1 / x
      x += 1
    }
    let square = 1 / (x * x)
    // Bernoulli numbers B₂ₙ / 2n; the first left out changes nothing above 1e-15.
    let series =
      square
      * (1 / 12.0
        - square
        * (1 / 120.0 - square * (1 / 252.0 - square * (1 / 240.0 - square * (1 / 132.0 - square * 691 / 32760)))))
    return sum + log(x) - 1 / (2 * x) - series
  }

  /// The share of the standard normal distribution below `x`.
  static func normalShare(below x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }

  /// The standard normal quantile, by Newton's steps on the distribution function from a rational start.
  static func normalQuantile(_ probability: Double) -> Double {
    guard probability > 0, probability < 1 else {
      return probability == 0 ? -.infinity : probability == 1 ? .infinity : .nan
    }
    guard probability != 0.5 else { return 0 }
    let tail = min(probability, 1 - probability)
    // Abramowitz & Stegun 26.2.23, good to 4.5e-4.
    let t = (-2 * log(tail)).squareRoot()
    var x = t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)))
    for _ in 0..<3 {
      // Halley's step for log Q(x) = log tail, Q the upper tail.
      let upper = normalShare(below: -x)
      let density = exp(-x * x / 2) / (2 * .pi).squareRoot()
      let error = (upper - tail) / density
      x += error / (1 - x * error / 2)
    }
    return probability < 0.5 ? -x : x
  }

  /// The regularised incomplete beta function I_x(a, b), by its continued fraction (Lentz's method).
  static func regularizedBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
    guard x > 0 else { return x == 0 ? 0 : .nan }
    guard x < 1 else { return x == 1 ? 1 : .nan }
    let front = exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * log(x) + b * log1p(-x))
    // The fraction converges fast on this side of the mean.
    return x < (a + 1) / (a + b + 2)
      ? front * betaFraction(x, a, b) / a : 1 - front * betaFraction(1 - x, b, a) / b
  }

  private static func betaFraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
    let tiny = 1e-300
    func kept(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
    var c = 1.0
    var d = 1 / kept(1 - (a + b) * x / (a + 1))
    var result = d
    for index in 1...20_000 {
      let m = Double(index)
      let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      d = 1 / kept(1 + even * d)
      c = kept(1 + even / c)
      result *= c * d
      let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      d = 1 / kept(1 + odd * d)
      c = kept(1 + odd / c)
      result *= c * d
      if abs(c * d - 1) < 1e-15 { break }
    }
    return result
  }

  /// The quantile of Student's distribution with `freedom` degrees of freedom.
  package static func studentQuantile(_ probability: Double, freedom: Double) -> Double {
    guard probability > 0, probability < 1 else {
      return probability == 0 ? -.infinity : probability == 1 ? .infinity : .nan
    }
    guard probability != 0.5 else { return 0 }
    let tail = min(probability, 1 - probability)
    let constant =
      logGamma((freedom + 1) / 2) - logGamma(freedom / 2) - log(.pi * freedom) / 2
    func upperTail(_ t: Double) -> Double { regularizedBeta(freedom / (freedom + t * t), freedom / 2, 0.5) / 2 }
    // Newton's steps from the normal quantile, kept within a bracket that shrinks with each look.
    var lower = 0.0
    var upper = Double.infinity
    var t = abs(normalQuantile(tail))
    for _ in 0..<200 {
      let value = upperTail(t)
      if value > tail { lower = t } else { upper = t }
      let density = exp(constant - (freedom + 1) / 2 * log1p(t * t / freedom))
      // On the logarithm of the tail, which is nearly straight.
      var next = t + log(value / tail) * value / density
      if !(next > lower && next < upper) { next = upper.isFinite ? (lower + upper) / 2 : 2 * t + 1 }
      let moved = abs(next - t)
      t = next
      if moved <= 1e-14 * t { break }
    }
    return probability < 0.5 ? -t : t
  }
}
