import Glibc

/// A normal distribution at each step: μ = anchor + raw₀, σ = softplus(raw₁ + b) + 0.001 with σ = 1 at raw₁ = 0.
///
/// Trained by the negative log likelihood in scaled units.
struct GaussianHead: ForecastHead {
  let outputs = 2

  func loss(
    raw: UnsafePointer<Double>, anchor: UnsafePointer<Double>, window: HeadWindow,
    gradient: UnsafeMutablePointer<Double>, anchorGradient: UnsafeMutablePointer<Double>
  ) -> LossSum {
    eachKnownStep(window, outputs: 2, gradient: gradient, anchorGradient: anchorGradient) { step in
      let (mean, width) = (raw[2 * step], raw[2 * step + 1])
      let normal = Gaussian(mean: anchor[step] + mean, deviation: ScaleLink.scale(width))
      let (loss, slopes) = normal.negativeLogLikelihood(window.targets[step])
      let weight = window.series.weight
      gradient[2 * step] = weight * slopes.mean
      gradient[2 * step + 1] = weight * slopes.deviation * ScaleLink.slope(width)
      anchorGradient[step] = weight * slopes.mean
      return weight * loss
    }
  }

  func forecast(raw: UnsafePointer<Double>, anchor: Double, scale: WindowScale) -> any StepForecast {
    AnchoredForecast(
      distribution: Gaussian(mean: raw[0], deviation: ScaleLink.scale(raw[1])), anchor: anchor, scale: scale)
  }
}

struct Gaussian: LocatedDistribution {
  var mean: Double
  var deviation: Double

  var center: Double { mean }

  func quantile(_ probability: Double) -> Double {
    mean + deviation * SpecialFunctions.normalQuantile(probability)
  }

  /// ½z² + log σ + ½log 2π with z = (x − μ)/σ, and its slopes.
  func negativeLogLikelihood(_ x: Double) -> (loss: Double, slopes: (mean: Double, deviation: Double)) {
    let z = (x - mean) / deviation
    return (z * z / 2 + log(deviation) + log(2 * .pi) / 2, (-z / deviation, (1 - z * z) / deviation))
  }
}

/// From any number to a width above 0.001, which keeps the likelihood of a perfect fit bounded.
enum ScaleLink {
  static let least = 1e-3
  /// A raw number of 0 is a width of 1.
  private static let shift = SpecialFunctions.softplusInverse(1 - least)

  static func scale(_ raw: Double) -> Double { SpecialFunctions.softplus(raw + shift) + least }
  static func slope(_ raw: Double) -> Double { Double.sigmoid(raw + shift) }
}
