/// One number a step: anchor + raw.
struct PointHead: ForecastHead {
  let loss: ForecastLoss
  let outputs = 1

  func loss(
    raw: UnsafePointer<Double>, anchor: UnsafePointer<Double>, window: HeadWindow,
    gradient: UnsafeMutablePointer<Double>, anchorGradient: UnsafeMutablePointer<Double>
  ) -> LossSum {
    eachKnownStep(window, outputs: 1, gradient: gradient, anchorGradient: anchorGradient) { step in
      let (value, slope) = loss.value(anchor[step] + raw[step], window, step: step)
      gradient[step] = slope
      anchorGradient[step] = slope
      return value
    }
  }

  func forecast(raw: UnsafePointer<Double>, anchor: Double, scale: WindowScale) -> any StepForecast {
    AnchoredForecast(distribution: Certain(center: raw[0]), anchor: anchor, scale: scale)
  }

  /// One number, with no doubt about it.
  private struct Certain: LocatedDistribution {
    var center: Double
    func quantile(_ probability: Double) -> Double { center }
  }
}
