/// Which kind of forecast a network gives.
public enum HeadKind: Sendable, Codable, Equatable {
  /// One number a step.
  case point
  /// The quantiles at these levels, which never cross; 0.5 must be among them and is the point forecast.
  case quantiles([Double])
  /// A normal distribution (log-normal where windows are scaled by logarithm).
  case gaussian
  /// Student's distribution, with heavier tails.
  case studentT
  /// A distribution of counts; the point forecast is its mean.
  case negativeBinomial

  /// The quantiles that the intervals of `levels` need, and the median.
  public static func quantiles(levels: [Double]) -> HeadKind {
    .quantiles(Set(levels.flatMap { Predictions.bounds(of: $0) } + [0.5]).sorted())
  }

  /// Whether intervals can be had.
  public var isProbabilistic: Bool { self != .point }

  var quantileCount: Int { if case .quantiles(let levels) = self { levels.count } else { 0 } }

  func check() throws(RecurrentError) {
    guard case .quantiles(let levels) = self else { return }
    for level in levels where !(level > 0 && level < 1) {
      throw .badOption(name: "quantiles", value: "\(level)", wanted: "between 0 and 1")
    }
    guard zip(levels, levels.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw .badOption(name: "quantiles", value: "\(levels)", wanted: "in rising order, none twice")
    }
    try RecurrentError.require(levels.contains(0.5), "quantiles", levels, "with 0.5 among them, the point forecast")
  }
}

/// The sum of the losses of known targets and how many there were.
struct LossSum: Sendable {
  var sum = 0.0
  var count = 0

  static func += (left: inout LossSum, right: LossSum) {
    left.sum += right.sum
    left.count += right.count
  }

  var mean: Double { count == 0 ? 0 : sum / Double(count) }
}

/// Turns a body's raw numbers into a forecast and its loss. A head has no weights of its own.
///
/// K steps with Q raw numbers each. All in double precision: the loss is where exponentials and logarithms meet, and it
/// is a small part of the work. Raw numbers of zero, as an untrained network gives them, forecast the anchor with a
/// spread of one unit.
protocol ForecastHead: Sendable {
  /// Q
  var outputs: Int { get }

  /// The loss of one forecast, summed over its steps.
  /// - Parameters:
  ///   - raw: (K × Q)
  ///   - anchor: (K), in scaled units, added to every location.
  ///   - gradient: (K × Q), written.
  ///   - anchorGradient: (K), written.
  func loss(
    raw: UnsafePointer<Double>, anchor: UnsafePointer<Double>, window: HeadWindow,
    gradient: UnsafeMutablePointer<Double>, anchorGradient: UnsafeMutablePointer<Double>
  ) -> LossSum

  /// One step's forecast.
  /// - Parameters:
  ///   - raw: (Q)
  ///   - anchor: in the series' own units.
  func forecast(raw: UnsafePointer<Double>, anchor: Double, scale: WindowScale) -> any StepForecast
}

/// One step's forecast in the series' own units.
protocol StepForecast {
  var point: Double { get }
  /// The number that lies above the share `probability` of the outcomes.
  func quantile(_ probability: Double) -> Double
}

extension StepForecast {
  /// A random outcome, by the inverse of the distribution function.
  func sample(_ generator: inout RandomGenerator) -> Double {
    // Half a step away from 0, where the quantile may be infinite.
    quantile(generator.uniform() + 0x1p-54)
  }
}

/// A distribution whose numbers are distances from the anchor, in units of the window's spread.
protocol LocatedDistribution {
  /// Distance of the point forecast.
  var center: Double { get }
  func quantile(_ probability: Double) -> Double
}

/// Takes a distribution to its anchor and back through the window's scaling.
struct AnchoredForecast<D: LocatedDistribution>: StepForecast {
  var distribution: D
  /// In the series' own units.
  var anchor: Double
  var scale: WindowScale

  var point: Double { scale.moved(anchor, by: distribution.center) }
  func quantile(_ probability: Double) -> Double { scale.moved(anchor, by: distribution.quantile(probability)) }
}

extension HeadKind {
  /// - Parameters:
  ///   - loss: what points and quantiles are judged by; distributions bring their own.
  ///   - anchored: whether there are anchors besides the level.
  func head(loss: ForecastLoss, anchored: Bool) -> any ForecastHead {
    switch self {
    case .point: PointHead(loss: loss)
    case .quantiles(let levels): QuantileHead(levels: levels, loss: loss)
    case .gaussian: GaussianHead()
    case .studentT: StudentTHead()
    case .negativeBinomial: NegativeBinomialHead(anchored: anchored)
    }
  }
}

/// Calls `body` for each step with a known target; the others get no gradient.
@inline(__always)
func eachKnownStep(
  _ window: HeadWindow, outputs: Int, gradient: UnsafeMutablePointer<Double>,
  anchorGradient: UnsafeMutablePointer<Double>, _ body: (Int) -> Double
) -> LossSum {
  var total = LossSum()
  for step in 0..<window.steps {
    guard !window.targets[step].isNaN else {
      (gradient + step * outputs).clear(outputs)
      anchorGradient[step] = 0
      continue
    }
    total.sum += body(step)
    total.count += 1
  }
  return total
}
