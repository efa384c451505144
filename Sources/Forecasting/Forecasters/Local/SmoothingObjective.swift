import Foundation

/// How unlikely an exponential smoothing model is on values, and which way it gets likelier: one run forward that keeps
/// what it passes, and one backward over it.
///
/// Work and memory are linear in the number of values. One thread uses it at a time.
final class SmoothingObjective {
  /// The derivatives of the deviance.
  struct Slope {
    var alpha = 0.0
    var trendShare = 0.0
    var gamma = 0.0
    var damping = 0.0
    var level = 0.0
    var trend = 0.0
    var season: [Double] = []
  }

  private let values: [Double]
  /// The least sum of squares that is told from none, of relative errors: perfect fits would reach minus infinity.
  private let floor: Double
  // At each step: what level and trend expect, the trend before it, the index of the season, and the error (that which
  // moves the state).
  private let expected: UnsafeMutablePointer<Double>
  private let trends: UnsafeMutablePointer<Double>
  private let indices: UnsafeMutablePointer<Double>
  private let errors: UnsafeMutablePointer<Double>

  /// - Parameter scale: the size of the values' movement.
  init(_ values: [Double], scale: Double) {
    self.values = values
    floor = 1e-20 * scale * scale
    expected = .allocate(capacity: values.count)
    trends = .allocate(capacity: values.count)
    indices = .allocate(capacity: values.count)
    errors = .allocate(capacity: values.count)
  }

  deinit {
    for buffer in [expected, trends, indices, errors] { buffer.deallocate() }
  }

  /// Minus twice the logarithm of the likelihood but for a constant: n log(sum of squares), and twice the sum of the
  /// means' logarithms where errors are relative. Infinite where the form cannot hold.
  func deviance(_ model: SmoothingParameters, from start: SmoothingState, slope: inout Slope) -> Double {
    let count = values.count
    let isRelative = model.form.error == .multiplicative
    let isScaled = model.form.season == .multiplicative
    let (alpha, share, gamma, damping) = (model.alpha, model.trendShare, model.gamma, model.damping)
    let move = alpha * (model.form.trend == .none ? 0 : share)
    var (level, trend) = (start.level, model.form.trend == .none ? 0 : start.trend)
    var season = start.season
    let period = season.count
    var phase = 0
    var (squares, logs, product) = (0.0, 0.0, 1.0)
    for step in 0..<count {
      let value = values[step]
      let center = level + damping * trend
      let index = period == 0 ? 0 : season[phase]
      let mean = isScaled ? center * index : center + index
      var error = value - mean
      expected[step] = center
      trends[step] = trend
      indices[step] = index
      if isRelative || isScaled {
        guard mean > 0, center > 0 else { return .infinity }
        let ratio = error / mean
        squares += isRelative ? ratio * ratio : error * error
        if isRelative {
          // One logarithm for many steps: their product is taken while it is not near the ends of Double.
          product *= mean
          if product > 1e100 || product < 1e-100 {
            logs += log(product)
            product = 1
          }
        }
        if isScaled { error = ratio }
      } else {
        squares += error * error
      }
      errors[step] = error
      let change = isScaled ? center * error : error
      level = center + alpha * change
      trend = damping * trend + move * change
      if period > 0 {
        season[phase] = index + gamma * (isScaled ? index * error : error)
        phase = phase + 1 == period ? 0 : phase + 1
      }
    }
    logs += log(product)
    let least = isRelative ? 1e-20 : floor
    let deviance = Double(count) * log(max(squares, least)) + (isRelative ? 2 * logs : 0)
    guard deviance.isFinite else { return .infinity }

    // Backward: L, B and S are the derivatives by level, trend and season after a step, then before it.
    let weight = squares > least ? 2 * Double(count) / squares : 0
    var (byLevel, byTrend) = (0.0, 0.0)
    var bySeason = [Double](repeating: 0, count: period)
    var (byAlpha, byMove, byGamma, byDamping) = (0.0, 0.0, 0.0, 0.0)
    for step in stride(from: count - 1, through: 0, by: -1) {
      if period > 0 { phase = phase == 0 ? period - 1 : phase - 1 }
      let (center, index, error) = (expected[step], indices[step], errors[step])
      let ahead = period > 0 ? bySeason[phase] : 0
      let byCenter: Double
      if isScaled {
        let mean = center * index
        let pull = (alpha * byLevel + move * byTrend) * center + gamma * index * ahead
        byAlpha += center * error * byLevel
        byMove += center * error * byTrend
        byGamma += index * error * ahead
        let byMean =
          isRelative
          ? (2 - (pull + weight * error) * (1 + error)) / mean : -pull * (1 + error) / mean - weight * error * mean
        byCenter = byLevel * (1 + alpha * error) + move * error * byTrend + byMean * index
        bySeason[phase] = ahead * (1 + gamma * error) + byMean * center
      } else {
        byAlpha += error * byLevel
        byMove += error * byTrend
        byGamma += error * ahead
        var byMean = -(alpha * byLevel + move * byTrend + gamma * ahead)
        if isRelative {
          let mean = center + index
          let ratio = error / mean
          byMean += (2 - weight * ratio * (1 + ratio)) / mean
        } else {
          byMean -= weight * error
        }
        byCenter = byLevel + byMean
        if period > 0 { bySeason[phase] = ahead + byMean }
      }
      byDamping += trends[step] * (byCenter + byTrend)
      byTrend = damping * (byCenter + byTrend)
      byLevel = byCenter
    }
    let hasTrend = model.form.trend != .none
    slope = Slope(
      alpha: byAlpha + (hasTrend ? share * byMove : 0), trendShare: alpha * byMove, gamma: byGamma, damping: byDamping,
      level: byLevel, trend: byTrend, season: bySeason)
    return deviance
  }
}
