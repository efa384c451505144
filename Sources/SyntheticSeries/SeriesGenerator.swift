import Glibc
import Recurrent

/// Synthetic series of one kind of readings, such as monthly ones: all positive, drawn from families that are known to
/// teach a network to forecast series it has never seen.
///
/// Equal seeds and numbers give equal series, whatever was drawn before.
///
/// Sources: innovations state space (Hyndman, Koehler, Ord & Snyder 2008); SARIMA (de Souza Lima et al. 2023, SarSim0);
/// products of trends and seasons (Dooley et al. 2023, ForecastPFN); Gaussian processes (Ansari et al. 2024, Chronos), here
/// by random Fourier features; mixtures of series (the same, TSMixup).
public struct SeriesGenerator: Sendable {
  /// Raised when series of equal seeds change.
  public static let version = 1

  /// The seasons in steps, shortest first; a series has all of them, the first alone, or none.
  public var seasons: [Int]
  /// Lengths in steps.
  public var lengths: ClosedRange<Int>
  /// The usual growth of a step, as a share.
  public var growth: Double
  /// The usual change of a step, as a share: the middle of a wide range.
  public var unrest: Double
  /// The share of series without a season, where there are any.
  public var seasonless = 0.2
  /// The share of series such as sensors give.
  public var sensors = 0.08

  /// A generator of one kind of readings.
  public init(seasons: [Int], lengths: ClosedRange<Int>, growth: Double, unrest: Double) {
    (self.seasons, self.lengths, self.growth, self.unrest) = (seasons, lengths, growth, unrest)
  }

  /// Series `number` of a seed, every value above zero.
  public func series(_ number: Int, seed: UInt64) -> [Double] {
    var generator = RandomGenerator(seed: seed, stream: number, index: 0)
    // Short series are as frequent as long ones in the logarithm.
    let length = Int(generator.logUniform(Double(lengths.lowerBound), Double(lengths.upperBound) + 0.999))
    var values = logarithms(length, &generator)
    if generator.chance(0.12) {
      let share = generator.uniform(0.2, 0.8)
      let other = logarithms(length, &generator)
      values = zip(values, other).map { share * $0 + (1 - share) * $1 }
    }
    Events.disturb(&values, size: unrest, &generator)
    if generator.chance(0.06) { values.reverse() }
    if generator.chance(growth > 0 ? 0.08 : 0.25) { values = values.map { -$0 } }
    if seasons.first == 12, generator.chance(0.25) { Events.addDaysOfMonths(to: &values, &generator) }
    return Events.positive(values, &generator)
  }

  private func logarithms(_ length: Int, _ generator: inout RandomGenerator) -> [Double] {
    let own: [Int]
    if seasons.isEmpty || generator.chance(seasonless) {
      own = []
    } else {
      own =
        seasons.count > 1 && generator.chance(0.6)
        ? seasons : [seasons[generator.place(seasons.map { 1 / Double($0) })]]
    }
    var draw = SeriesDraw(
      seasons: own, length: length, unrest: unrest * exp(0.9 * generator.normal()),
      growth: growth * (1 + 1.2 * generator.normal()))
    if !own.isEmpty { draw.size = draw.unrest * generator.logUniform(0.3, 12) }
    switch generator.place([0.42, 0.16, 0.16, 0.08, 0.1, sensors]) {
    case 0: return draw.stateSpace(&generator)
    case 1: return draw.sarima(&generator)
    case 2: return draw.products(&generator)
    case 3: return draw.gaussianProcess(&generator)
    case 4: return draw.price(&generator)
    default: return draw.sensor(&generator)
    }
  }
}
