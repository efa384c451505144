import CVectorMath
import Foundation
import Testing

@testable import Recurrent

/// Distributions against SciPy 1.x, and against central differences of themselves. SciPy's numbers come from
///
///     from scipy import stats as s, special as f
///     nb = lambda m, a: (1/a, 1/(1 + a*m))
///
/// and the expressions that stand beside them.
@Suite struct HeadTests {
  static func close(_ a: Double, _ b: Double, _ tolerance: Double = 1e-12) -> Bool {
    abs(a - b) <= tolerance * max(1, abs(b))
  }

  /// The slope of `body` at `x`, from differences of the fourth order.
  static func slope(_ x: Double, _ body: (Double) -> Double) -> Double {
    let h = 1e-3 * max(abs(x), 0.1)
    return (8 * (body(x + h) - body(x - h)) - (body(x + 2 * h) - body(x - 2 * h))) / (12 * h)
  }

  @Test func `the normal distribution is SciPy's`() {
    let normal = Gaussian(mean: 1.5, deviation: 0.7)
    // [-s.norm.logpdf(x, 1.5, 0.7) for x in (-2, 1.5, 9)]
    let expected = [13.062263589265939, 0.5622635892659402, 57.96022277293942]
    for (x, loss) in zip([-2, 1.5, 9], expected) {
      let (value, slopes) = normal.negativeLogLikelihood(x)
      #expect(Self.close(value, loss))
      #expect(
        Self.close(
          Self.slope(1.5) { Gaussian(mean: $0, deviation: 0.7).negativeLogLikelihood(x).loss }, slopes.mean, 1e-6))
      #expect(
        Self.close(
          Self.slope(0.7) { Gaussian(mean: 1.5, deviation: $0).negativeLogLikelihood(x).loss }, slopes.deviation, 1e-6))
    }
    // s.norm.ppf([1e-9, 0.025, 0.1, 0.6, 0.99, 1 - 1e-6])
    let quantiles = [
      -5.9978070150076865, -1.9599639845400545, -1.2815515655446004, 0.2533471031357997, 2.3263478740408408,
      4.753424308817087,
    ]
    for (p, x) in zip([1e-9, 0.025, 0.1, 0.6, 0.99, 1 - 1e-6], quantiles) {
      #expect(Self.close(SpecialFunctions.normalQuantile(p), x))
      #expect(Self.close(normal.quantile(p), 1.5 + 0.7 * x))
    }
  }

  @Test func `Student's distribution is SciPy's`() {
    // [-s.t.logpdf(x, n, 1.5, 0.7) for x, n in ((-2, 2.5), (1.5, 7), (9, 60), (50, 3))]
    let expected = [4.856281376918866, 0.5978592066326436, 33.17930385107315, 15.401193772646373]
    for ((x, freedom), loss) in zip([(-2, 2.5), (1.5, 7), (9, 60), (50, 3)], expected) {
      let student = StudentT(location: 1.5, scale: 0.7, freedom: freedom)
      let (value, slopes) = student.negativeLogLikelihood(x)
      #expect(Self.close(value, loss))
      func moved(_ path: WritableKeyPath<StudentT, Double>) -> Double {
        Self.slope(student[keyPath: path]) { value in
          var other = student
          other[keyPath: path] = value
          return other.negativeLogLikelihood(x).loss
        }
      }
      #expect(Self.close(moved(\.location), slopes.location, 1e-6))
      #expect(Self.close(moved(\.scale), slopes.scale, 1e-6))
      #expect(Self.close(moved(\.freedom), slopes.freedom, 1e-6))
    }
    // [s.t.ppf(q, n) for q, n in ((1e-6, 2.1), (0.025, 3), (0.1, 10), (0.6, 5), (0.99, 200), (0.5001, 4))]
    let quantiles = [
      -534.1150268957418, -3.1824463052837086, -1.3721836411103359, 0.2671808657041451, 2.345137082259468,
      0.00026666667103737794,
    ]
    for ((p, freedom), x) in zip(
      [(1e-6, 2.1), (0.025, 3), (0.1, 10), (0.6, 5), (0.99, 200), (0.5001, 4)], quantiles)
    {
      #expect(abs(SpecialFunctions.studentQuantile(p, freedom: freedom) - x) < 1e-9 * abs(x) + 1e-11)
    }
  }

  @Test func `the negative binomial distribution is SciPy's`() {
    // [-s.nbinom.logpmf(z, *nb(m, a)) for z, m, a in ((0, 2.5, 0.8), (3, 2.5, 0.8), (40, 25, 0.01), (7, 300, 2.5))]
    let expected = [1.3732653608351373, 2.1686913905155003, 5.868064988832231, 4.639323579824374]
    for ((z, mean, dispersion), loss) in zip(
      [(0.0, 2.5, 0.8), (3, 2.5, 0.8), (40, 25, 0.01), (7, 300, 2.5)], expected)
    {
      let (value, slopes) = NegativeBinomial(mean: mean, dispersion: dispersion).negativeLogLikelihood(z)
      #expect(Self.close(value, loss, 1e-11))
      let byMean = Self.slope(mean) {
        NegativeBinomial(mean: $0, dispersion: dispersion).negativeLogLikelihood(z).loss
      }
      let byDispersion = Self.slope(dispersion) {
        NegativeBinomial(mean: mean, dispersion: $0).negativeLogLikelihood(z).loss
      }
      #expect(Self.close(byMean, slopes.mean, 1e-6))
      #expect(Self.close(byDispersion, slopes.dispersion, 1e-6))
    }
    // [s.nbinom.ppf(q, *nb(m, a)) for q, m, a in ((0.1, 2.5, 0.8), (0.5, 2.5, 0.8), (0.9, 2.5, 0.8),
    //   (0.975, 25, 0.01), (0.5, 1e5, 0.5), (0.01, 300, 2.5))]
    let quantiles: [Double] = [0, 2, 6, 37, 83917, 0]
    for ((p, mean, dispersion), x) in zip(
      [(0.1, 2.5, 0.8), (0.5, 2.5, 0.8), (0.9, 2.5, 0.8), (0.975, 25, 0.01), (0.5, 1e5, 0.5), (0.01, 300, 2.5)],
      quantiles)
    {
      #expect(NegativeBinomial(mean: mean, dispersion: dispersion).quantile(p) == x)
    }
  }

  @Test func `special functions are SciPy's`() {
    // f.digamma([0.01, 0.5, 1, 3.7, 20, 1e5])
    let digammas = [
      -100.56088545786868, -1.9635100260214235, -0.5772156649015329, 1.1671535393615113, 2.970523992242149,
      11.512920464961896,
    ]
    for (x, value) in zip([0.01, 0.5, 1, 3.7, 20, 1e5], digammas) {
      #expect(Self.close(SpecialFunctions.digamma(x), value, 1e-14))
    }
    // f.betainc(2, 3, 0.4), f.betainc(0.5, 0.5, 0.1), f.betainc(30, 0.5, 0.97), f.betainc(1000, 2000, 0.34)
    let betas = [
      (0.4, 2, 3, 0.5247999999999999), (0.1, 0.5, 0.5, 0.20483276469913345), (0.97, 30, 0.5, 0.17821754497024148),
      (0.34, 1000, 2000, 0.7812150911606441),
    ]
    for (x, a, b, value) in betas { #expect(Self.close(SpecialFunctions.regularizedBeta(x, a, b), value, 1e-11)) }
    // f.log_softmax([1000, 1001, 998])
    let expected = [-1.3490122167681864, -0.34901221676818633, -3.349012216768186]
    for (index, value) in expected.enumerated() {
      var target = [0.0, 0, 0]
      target[index] = 1
      var (gradient, shares) = ([0.0, 0, 0], [0.0, 0, 0])
      let loss = Softmax.loss(
        [1000, 1001, 998], targets: target, count: 3, gradient: &gradient, probabilities: &shares)
      #expect(Self.close(loss ?? 0, -value))
      #expect(Self.close(gradient[index], exp(value) - 1))
    }
    for y in [1e-6, 0.3, 1, 40] {
      #expect(Self.close(SpecialFunctions.softplus(SpecialFunctions.softplusInverse(y)), y))
    }
  }

  @Test func `samples follow the distribution and the seed`() {
    let forecasts: [any StepForecast] = [
      AnchoredForecast(
        distribution: Gaussian(mean: 1, deviation: 2), anchor: 10, scale: WindowScale(level: 0, spread: 3)),
      AnchoredForecast(
        distribution: StudentT(location: 0, scale: 1, freedom: 4), anchor: 10, scale: WindowScale(level: 0, spread: 3)),
      NegativeBinomial(mean: 30, dispersion: 0.4),
      AnchoredForecast(
        distribution: QuantileList(levels: [0.1, 0.5, 0.9], values: [-3, 0, 5], center: 0), anchor: 0,
        scale: WindowScale(level: 0, spread: 1)),
    ]
    for forecast in forecasts {
      func draw() -> [Double] {
        var generator = RandomGenerator(seed: 8)
        return (0..<4000).map { _ in forecast.sample(&generator) }
      }
      let samples = draw()
      #expect(samples == draw())
      for p in [0.2, 0.5, 0.8] {
        let share = Double(samples.count { $0 <= forecast.quantile(p) }) / 4000
        // Three standard errors, and what counts add at a jump.
        #expect(share > p - 0.024 && share < p + 0.045)
      }
    }
  }
}
