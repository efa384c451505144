import Glibc

/// A distribution of counts at each step, in the series' own units, scaled by the window's level as DeepAR does
/// (Salinas, Flunkert, Gasthaus & Januschowski 2020):
///
///     ν = 1 + the window's mean        μ = ν·softplus(raw₀ + b)        α = softplus(raw₁) / √ν
///
/// (plus what keeps both above zero). An untrained network forecasts μ = ν; where there are anchors, b makes it the anchor instead, lifted by a hundredth
/// of ν, because a mean of zero could not learn. Trained by the negative log likelihood.
struct NegativeBinomialHead: ForecastHead {
  let outputs = 2
  /// Whether the anchors count; the level alone is what ν stands for.
  let anchored: Bool

  private static let lift = 0.01
  /// Below this the slope with respect to α is lost to rounding.
  private static let leastDispersion = 1e-5
  private static let leastShare = 1e-9

  /// b, and its slope with respect to the anchor in the series' own units.
  private func shift(_ anchor: Double, unit: Double) -> (value: Double, slope: Double) {
    guard anchored else { return (SpecialFunctions.softplusInverse(1), 0) }
    let share = max(anchor, 0) / unit + Self.lift
    return (SpecialFunctions.softplusInverse(share), anchor > 0 ? -1 / (expm1(-share) * unit) : 0)
  }

  func loss(
    raw: UnsafePointer<Double>, anchor: UnsafePointer<Double>, window: HeadWindow,
    gradient: UnsafeMutablePointer<Double>, anchorGradient: UnsafeMutablePointer<Double>
  ) -> LossSum {
    let unit = 1 + max(window.scale.mean, 0)
    return eachKnownStep(window, outputs: 2, gradient: gradient, anchorGradient: anchorGradient) { step in
      let (first, second) = (raw[2 * step], raw[2 * step + 1])
      let (start, through) = window.scale.restored(anchor[step])
      let (shift, shiftSlope) = shift(start, unit: unit)
      let (loss, slopes) = counts(first + shift, second, unit).negativeLogLikelihood(window.originals[step])
      let weight = window.series.weight
      gradient[2 * step] = weight * slopes.mean * unit * Double.sigmoid(first + shift)
      gradient[2 * step + 1] = weight * slopes.dispersion * Double.sigmoid(second) / unit.squareRoot()
      anchorGradient[step] = gradient[2 * step] * shiftSlope * through
      return weight * loss
    }
  }

  func forecast(raw: UnsafePointer<Double>, anchor: Double, scale: WindowScale) -> any StepForecast {
    let unit = 1 + max(scale.mean, 0)
    return counts(raw[0] + shift(anchor, unit: unit).value, raw[1], unit)
  }

  private func counts(_ mean: Double, _ dispersion: Double, _ unit: Double) -> NegativeBinomial {
    NegativeBinomial(
      mean: unit * (SpecialFunctions.softplus(mean) + Self.leastShare),
      dispersion: SpecialFunctions.softplus(dispersion) / unit.squareRoot() + Self.leastDispersion)
  }
}

/// Counts with mean μ and variance μ + α·μ².
struct NegativeBinomial: StepForecast {
  /// μ
  var mean: Double
  /// α
  var dispersion: Double

  var point: Double { mean }

  /// log Γ(z+1) + log Γ(1/α) − log Γ(z + 1/α) + (z + 1/α)·log(1 + αμ) − z·log(αμ), and its slopes.
  func negativeLogLikelihood(_ z: Double) -> (loss: Double, slopes: (mean: Double, dispersion: Double)) {
    let (r, product) = (1 / dispersion, dispersion * mean)
    let logged = log1p(product)
    let loss =
      SpecialFunctions.logGamma(z + 1) + SpecialFunctions.logGamma(r) - SpecialFunctions.logGamma(z + r)
      + (z + r) * logged - z * log(product)
    let meanSlope = (mean - z) / (mean * (1 + product))
    let gap = SpecialFunctions.digamma(z + r) - SpecialFunctions.digamma(r)
    let dispersionSlope = r * r * (gap - logged) + (mean - z) / (dispersion * (1 + product))
    return (loss, (meanSlope, dispersionSlope))
  }

  /// The smallest count whose distribution function I_p(r, k+1), p = 1/(1 + αμ), reaches `probability`.
  func quantile(_ probability: Double) -> Double {
    let r = 1 / dispersion
    let p = 1 / (1 + dispersion * mean)
    func reaches(_ count: Double) -> Bool {
      SpecialFunctions.regularizedBeta(p, r, count + 1) >= probability
    }
    guard mean.isFinite, dispersion.isFinite, probability < 1 else { return probability < 1 ? .nan : .infinity }
    guard !reaches(0) else { return 0 }
    // Doubled until it is enough, then halved to the smallest that is.
    var upper = max(1, mean.rounded())
    while !reaches(upper) { upper *= 2 }
    var lower = 0.0
    while upper - lower > 1 {
      let middle = ((lower + upper) / 2).rounded(.down)
      if reaches(middle) { upper = middle } else { lower = middle }
    }
    return upper
  }
}
