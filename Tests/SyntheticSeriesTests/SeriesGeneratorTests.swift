import Recurrent
import Testing

@testable import SyntheticSeries

/// Series that networks learn from.
@Suite struct SeriesGeneratorTests {
  private static let monthly = SeriesGenerator(seasons: [12], lengths: 40...120, growth: 0.002, unrest: 0.04)
  private static let hourly = SeriesGenerator(seasons: [24, 168], lengths: 200...500, growth: 0, unrest: 0.05)
  private static let plain = SeriesGenerator(seasons: [], lengths: 14...48, growth: 0.02, unrest: 0.06)

  @Test(arguments: [monthly, hourly, plain])
  func everyValueIsANumberAboveZero(generator: SeriesGenerator) {
    for number in 0..<400 {
      let values = generator.series(number, seed: 7)
      #expect(generator.lengths.contains(values.count))
      #expect(values.allSatisfy { $0 > 0 && $0.isFinite }, "series \(number)")
    }
  }

  @Test func equalSeedsAndNumbersGiveEqualSeriesInAnyOrder() {
    let forward = (0..<40).map { Self.monthly.series($0, seed: 3) }
    let backward = (0..<40).reversed().map { Self.monthly.series($0, seed: 3) }
    #expect(forward == backward.reversed())
    #expect(Set(forward).count == 40)
    #expect(Self.monthly.series(5, seed: 4) != forward[5])
  }

  @Test func mostSeriesThatHaveASeasonRepeatIt() {
    var seasonal = 0
    for number in 0..<300 {
      let values = Self.monthly.series(number, seed: 1)
      let changes = zip(values.dropFirst(), values).map { $0 - $1 }
      if Self.correlation(changes, 12) > 0.3 { seasonal += 1 }
    }
    // A fifth has none, and in some it drowns in what is random.
    #expect((90...260).contains(seasonal), "\(seasonal) of 300")
  }

  @Test func noFamilyLeavesTheScaleOfReadings() {
    // Largest over smallest value: e^5.5 at the most, but for counts, whose smallest is 1.
    for number in 0..<2000 {
      let values = Self.plain.series(number, seed: 2)
      guard let lowest = values.min(), let highest = values.max() else { continue }
      #expect(highest / lowest < 1000, "series \(number)")
    }
  }

  @Test func aPatternHasNoMeanAndOneUnitOfDistance() {
    var generator = RandomGenerator(seed: 9)
    for period in [4, 7, 12, 52, 168] {
      let values = SeasonalPattern(period: period, &generator).values
      #expect(values.count == period)
      #expect(abs(values.reduce(0, +)) < 1e-9)
      #expect(abs(values.reduce(0) { $0 + abs($1) } / Double(period) - 1) < 1e-9)
    }
  }

  @Test func heavyTailsHaveTheVarianceOfANormalDistribution() {
    var generator = RandomGenerator(seed: 5)
    let values = (0..<200_000).map { _ in generator.heavyTailed(6) }
    let variance = values.reduce(0) { $0 + $1 * $1 } / Double(values.count)
    #expect(abs(variance - 1) < 0.05)
    let beyond = Double(values.filter { abs($0) > 4 }.count) / Double(values.count)
    // Of a normal distribution six in 100,000.
    #expect(beyond > 5e-4)
  }

  private static func correlation(_ values: [Double], _ lag: Int) -> Double {
    let mean = values.reduce(0, +) / Double(values.count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    guard variance > 0 else { return 0 }
    return zip(values.dropFirst(lag), values).reduce(0) { $0 + ($1.0 - mean) * ($1.1 - mean) } / variance
  }
}
