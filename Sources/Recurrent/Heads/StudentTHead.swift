import Glibc

/// Student's distribution at each step: location and scale as in `GaussianHead`, degrees of freedom
/// ν = 2 + softplus(raw₂ + b) with ν = 10 at raw₂ = 0; above 2, so that the variance is finite.
///
/// Trained by the negative log likelihood in scaled units.
struct StudentTHead: ForecastHead {
  let outputs = 3
  private let shift = SpecialFunctions.softplusInverse(8)

  private func freedom(_ raw: Double) -> Double { 2 + SpecialFunctions.softplus(raw + shift) }

  func loss(
    raw: UnsafePointer<Double>, anchor: UnsafePointer<Double>, window: HeadWindow,
    gradient: UnsafeMutablePointer<Double>, anchorGradient: UnsafeMutablePointer<Double>
  ) -> LossSum {
    eachKnownStep(window, outputs: 3, gradient: gradient, anchorGradient: anchorGradient) { step in
      let row = raw + 3 * step
      let student = StudentT(
        location: anchor[step] + row[0], scale: ScaleLink.scale(row[1]), freedom: freedom(row[2]))
      let (loss, slopes) = student.negativeLogLikelihood(window.targets[step])
      let weight = window.series.weight
      gradient[3 * step] = weight * slopes.location
      gradient[3 * step + 1] = weight * slopes.scale * ScaleLink.slope(row[1])
      gradient[3 * step + 2] = weight * slopes.freedom * Double.sigmoid(row[2] + shift)
      anchorGradient[step] = weight * slopes.location
      return weight * loss
    }
  }

  func forecast(raw: UnsafePointer<Double>, anchor: Double, scale: WindowScale) -> any StepForecast {
    AnchoredForecast(
      distribution: StudentT(location: raw[0], scale: ScaleLink.scale(raw[1]), freedom: freedom(raw[2])),
      anchor: anchor, scale: scale)
  }
}

struct StudentT: LocatedDistribution {
  var location: Double
  var scale: Double
  /// ν
  var freedom: Double

  var center: Double { location }

  func quantile(_ probability: Double) -> Double {
    location + scale * SpecialFunctions.studentQuantile(probability, freedom: freedom)
  }

  /// log Γ(ν/2) − log Γ((ν+1)/2) + ½log(πν) + log σ + ½(ν+1)·log(1 + z²/ν) with z = (x − μ)/σ, and its slopes.
  func negativeLogLikelihood(
    _ x: Double
  ) -> (loss: Double, slopes: (location: Double, scale: Double, freedom: Double)) {
    let z = (x - location) / scale
    let (half, upper) = (freedom / 2, (freedom + 1) / 2)
    let logPower = log1p(z * z / freedom)
    let loss =
      SpecialFunctions.logGamma(half) - SpecialFunctions.logGamma(upper) + log(.pi * freedom) / 2 + log(scale)
      + upper * logPower
    // d(½(ν+1)·log(1 + z²/ν))/dz
    let pull = (freedom + 1) * z / (freedom + z * z)
    let freedomSlope =
      (SpecialFunctions.digamma(half) - SpecialFunctions.digamma(upper) + 1 / freedom + logPower - pull * z / freedom)
      / 2
    return (loss, (-pull / scale, (1 - pull * z) / scale, freedomSlope))
  }
}
