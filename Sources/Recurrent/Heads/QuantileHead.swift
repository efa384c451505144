/// Quantiles that never cross: the median, and from it gaps upwards and downwards.
///
///     q_m = anchor + raw_m        q_{i+1} = q_i + softplus(raw_{i+1} + b_{i+1}) above,  q_{i−1} = q_i − … below
///
/// The constants b make an untrained network's gaps those of a standard normal distribution. Each quantile is trained by
/// the quantile loss (Koenker & Bassett 1978), τ·e above the forecast and (1 − τ)·e below it; the mean over the levels is
/// taken.
struct QuantileHead: ForecastHead {
  /// Rising, 0.5 among them.
  let levels: [Double]
  let loss: ForecastLoss
  private let median: Int
  /// b, for each level but the median.
  private let shifts: [Double]

  init(levels: [Double], loss: ForecastLoss) {
    self.levels = levels
    self.loss = loss
    let median = levels.firstIndex(of: 0.5) ?? 0
    self.median = median
    shifts = levels.indices.map { index in
      guard index != median else { return 0 }
      let inner = levels[index > median ? index - 1 : index + 1]
      return SpecialFunctions.softplusInverse(
        abs(SpecialFunctions.normalQuantile(levels[index]) - SpecialFunctions.normalQuantile(inner)))
    }
  }

  var outputs: Int { levels.count }

  /// The quantiles as distances from the anchor.
  private func distances(_ raw: UnsafePointer<Double>, to out: UnsafeMutablePointer<Double>) {
    out[median] = raw[median]
    for index in (median + 1)..<max(levels.count, median + 1) {
      out[index] = out[index - 1] + SpecialFunctions.softplus(raw[index] + shifts[index])
    }
    for index in (0..<median).reversed() {
      out[index] = out[index + 1] - SpecialFunctions.softplus(raw[index] + shifts[index])
    }
  }

  func loss(
    raw: UnsafePointer<Double>, anchor: UnsafePointer<Double>, window: HeadWindow,
    gradient: UnsafeMutablePointer<Double>, anchorGradient: UnsafeMutablePointer<Double>
  ) -> LossSum {
    let count = levels.count
    return eachKnownStep(window, outputs: count, gradient: gradient, anchorGradient: anchorGradient) { step in
      let row = raw + step * count
      // The distances stand where their gradients will.
      let slopes = gradient + step * count
      distances(row, to: slopes)
      var sum = 0.0
      var total = 0.0
      for index in 0..<count {
        let quantile = anchor[step] + slopes[index]
        let (value, slope) = loss.value(quantile, window, step: step)
        let share = (quantile < window.targets[step] ? levels[index] : 1 - levels[index]) / Double(count)
        sum += share * value
        slopes[index] = share * slope
        total += slopes[index]
      }
      anchorGradient[step] = total
      // A gap moves all quantiles beyond it.
      var beyond = 0.0
      for index in ((median + 1)..<max(count, median + 1)).reversed() {
        beyond += slopes[index]
        slopes[index] = beyond * Double.sigmoid(row[index] + shifts[index])
      }
      beyond = 0
      for index in 0..<median {
        beyond += slopes[index]
        slopes[index] = -beyond * Double.sigmoid(row[index] + shifts[index])
      }
      slopes[median] = total
      return sum
    }
  }

  func forecast(raw: UnsafePointer<Double>, anchor: Double, scale: WindowScale) -> any StepForecast {
    let values = [Double](unsafeUninitializedCapacity: levels.count) { buffer, count in
      if let base = buffer.baseAddress { distances(raw, to: base) }
      count = levels.count
    }
    return AnchoredForecast(
      distribution: QuantileList(levels: levels, values: values, center: raw[median]), anchor: anchor, scale: scale)
  }
}

/// Quantiles at a few levels; straight lines between them, and nothing beyond the outermost.
struct QuantileList: LocatedDistribution {
  /// Rising.
  var levels: [Double]
  /// Rising, as many.
  var values: [Double]
  var center: Double

  func quantile(_ probability: Double) -> Double {
    guard let upper = levels.firstIndex(where: { $0 >= probability }) else { return values[values.count - 1] }
    guard upper > 0, levels[upper] != probability else { return values[upper] }
    let share = (probability - levels[upper - 1]) / (levels[upper] - levels[upper - 1])
    return values[upper - 1] + share * (values[upper] - values[upper - 1])
  }
}
