import Foundation

/// The errors that a method makes on its training values one, two and more steps ahead, and the deviations of a forecast
/// that follow from them.
///
/// Theory knows the error of the first step within the training values alone, and takes it that the model is right;
/// errors of forecasts grow faster than that. What was found at each step is drawn, by how few of it there are, towards
/// growth with the number of steps (chosen on the M3 competition's series).
struct StepErrors: Sendable, Codable, Hashable {
  /// The most steps that errors are kept of.
  static let most = 60
  /// Errors, and errors as shares of the forecasts, as root mean squares of each step; no shares where a value or a
  /// forecast is not above zero.
  private(set) var absolute: [Double] = []
  private(set) var relative: [Double] = []
  /// How many there are.
  private(set) var counts: [Double] = []
  /// Training values.
  private var length = 0

  /// How many steps ahead of each origin forecasts are made; the origins are in the last two thirds of the values.
  static func origins(of count: Int) -> Range<Int> {
    let first = max(4, count / 3, count - 2000)
    return first..<max(first, count)
  }

  /// - Parameters:
  ///   - values: the training values.
  ///   - lost: the numbers of the model that were fitted on all of them.
  ///   - forecast: what is forecast of a step, from the values before an origin; origins ascend, and so do the steps of
  ///     each of them.
  init(_ values: [Double], lost: Int = 0, forecast: (_ origin: Int, _ step: Int) -> Double) {
    length = values.count
    let steps = min(Self.most, values.count)
    var (squares, shares, counts) = (
      [Double](repeating: 0, count: steps), [Double](repeating: 0, count: steps), [Double](repeating: 0, count: steps)
    )
    var isPositive = values.allSatisfy { $0 > 0 }
    for origin in Self.origins(of: values.count) {
      for step in 0..<min(steps, values.count - origin) {
        let expected = forecast(origin, step)
        let error = values[origin + step] - expected
        squares[step] += error * error
        counts[step] += 1
        if expected <= 0 { isPositive = false }
        // One error of thrice the forecast says enough.
        let share = min(max(error / expected, -3), 3)
        shares[step] += share * share
      }
    }
    self.counts = Array(counts.prefix { $0 > 0 })
    let kept = Double(max(1, values.count - lost)) / Double(max(1, values.count))
    absolute = zip(squares, self.counts).map { ($0 / $1 / kept).squareRoot() }
    relative = isPositive ? zip(shares, self.counts).map { ($0 / $1 / kept).squareRoot() } : []
  }

  /// Whether what was read can be calculated with.
  var isSound: Bool {
    counts.count == absolute.count && (relative.isEmpty || relative.count == counts.count) && length >= 0
      && (absolute + relative).allSatisfy { $0 >= 0 } && counts.allSatisfy { $0 > 0 }
  }

  /// What it is called that is not sound.
  static let fault = "errors of steps that no fit gives"

  /// The standard deviations of the steps of a forecast.
  ///
  /// Errors that stay and errors that grow with the level are told apart by nobody in a short series, so that the
  /// geometric mean of both is taken.
  ///
  /// - Parameter base: the deviation of the first step within the training values.
  func deviations(of points: [Double], base: Double) -> [Double] {
    let found = points.indices.prefix(counts.count).map { step in
      relative.isEmpty || points[step] <= 0
        ? absolute[step] : (absolute[step] * relative[step] * points[step]).squareRoot()
    }
    var first = base
    if let near = found.first, absolute[0] > 0 { first = max(near, base * near / absolute[0]) }
    // The power of the number of steps by which errors grow, beside eight votes for 1.
    let prior = 8.0
    var (shared, spread) = (prior, prior)
    if first > 0 {
      for (step, size) in found.enumerated().dropFirst() where size > 0 {
        let reach = log(Double(step + 1))
        let weight = counts[step] / Double(step + 1)
        shared += weight * reach * log(size / first)
        spread += weight * reach * reach
      }
    }
    let power = min(max(shared / spread, 0), 1.2)
    var last = 0.0
    return points.indices.map { step in
      let expected = first * pow(Double(step + 1), power)
      var size = expected
      if step < found.count {
        let weight = counts[step] / Double(step + 1)
        size = ((weight * found[step] * found[step] + prior * expected * expected) / (weight + prior)).squareRoot()
      }
      last = max(last, size)
      return last * (1 + 1 / Double(max(1, length)))
    }
  }
}
