import Foundation
import Testing
import TimeSeries

@testable import Forecasting

@Suite struct IntermittentTests {
  /// Demands of 1 to 7 at about two of five steps.
  static let demands: [Double] = (0..<600).map { step in
    let rest = (step * step * 31 + step * 17) % 101
    return rest < 35 ? Double(rest % 7 + 1) : 0
  }

  // statsforecast 2.1.1 on the same numbers, t = numpy.arange(600), r = (t*t*31 + t*17) % 101:
  // CrostonClassic(), CrostonSBA(), TSB(alpha_d=0.1, alpha_p=0.1), TSB(0.3, 0.3), .forecast(y, h=2)["mean"][0].
  // They begin with the first demand instead of the mean, which 230 demands later counts for less than 1e-9.
  @Test(arguments: [
    (IntermittentMethod.Variant.croston, 0.1, 1.18192971), (.sba, 0.1, 1.12283323), (.tsb, 0.1, 1.23815837),
    (.tsb, 0.3, 1.33065268),
  ])
  func agreesWithStatsforecast(variant: IntermittentMethod.Variant, rate: Double, expected: Double) {
    let fitted = IntermittentMethod(variant, rate: rate).fit(Self.demands, season: 1)
    let found = fitted.forecast(after: Self.demands, offset: 0, horizon: 2).point
    #expect(areClose(found, [expected, expected], within: 1e-6), "\(found)")
  }

  @Test func sumsAreSmoothedByADIDA() {
    // Three steps from demand to demand, so that sums over three steps are 3, 6, 0 and 3; the first step is left out.
    let values: [Double] = [9, 3, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 3]
    let mean = 3.0
    let expected = [3.0, 6, 0, 3].reduce(mean) { $0 + 0.5 * ($1 - $0) } / 3
    let fitted = IntermittentMethod(.adida, rate: 0.5).fit(values, season: 1)
    let found = fitted.forecast(after: values, offset: 0, horizon: 1).point
    #expect(areClose(found, [expected], within: 1e-12))
  }

  /// Of simulated demands over 12 steps, drawn with a probability that stays, drifts or falls.
  @Test(arguments: [(0.0, 0.15, 0.75), (0.05, 0.15, 0.8), (-1, 0.4, 0.98)])
  func totalsAreCloserThanThoseOfNaiveAndOfZero(drift: Double, bias: Double, share: Double) {
    var generator = SplitMix(state: 5)
    var (signed, absolute, naive, nothing) = (0.0, 0.0, 0.0, 0.0)
    for _ in 0..<300 {
      var odds = log(0.15 + 0.3 * generator.unit())
      let values = (0..<132).map { step -> Double in
        odds += drift > 0 ? drift * (Double.random(in: -1..<1, using: &generator)) * 2 : 0
        let chance = drift < 0 ? exp(odds) * (1 - Double(step) / 200) : min(exp(odds), 0.9)
        return generator.unit() < chance
          ? 1 + (-3 * log(1 - generator.unit())).rounded() : 0
      }
      let (seen, total) = (Array(values.prefix(120)), values.suffix(12).reduce(0, +))
      let scale = 12 * seen.mean
      guard scale > 0 else { continue }
      let found = IntermittentMethod().fit(seen, season: 1).forecast(after: seen, offset: 0, horizon: 12).point.reduce(
        0, +)
      signed += (found - total) / scale / 300
      absolute += abs(found - total) / scale / 300
      naive += abs(12 * seen[119] - total) / scale / 300
      nothing += total / scale / 300
    }
    #expect(abs(signed) < bias, "\(signed)")
    #expect(absolute < share * naive && absolute < share * nothing, "\(absolute) \(naive) \(nothing)")
  }

  @Test func intervalsHoldWhatTheyPromiseAndNeverGoBelowZero() {
    var generator = SplitMix(state: 8)
    let values = (0..<2000).map { _ in
      generator.unit() < 0.6 ? Double.random(in: 1..<20, using: &generator).rounded() : 0
    }
    let (seen, later) = (Array(values.prefix(1000)), Array(values.suffix(1000)))
    let found = IntermittentMethod(rate: 0.002).fit(seen, season: 1).forecast(after: seen, offset: 0, horizon: 1)
    for (level, below) in [(0.8, 0.0), (0.95, 0.0)] {
      guard let interval = found.interval(level: level) else {
        Issue.record("no interval")
        continue
      }
      #expect(interval.lower[0] == below)
      // Nothing lies below zero, so that only the share above is left out.
      let above = Double(later.count { $0 > interval.upper[0] }) / 1000
      let promised = (1 - level) / 2
      #expect(abs(above - promised) < 0.03, "\(level) \(above)")
    }
    let spread = later.map { $0 - found.point[0] }.rootMeanSquare(lost: 0)
    #expect(areClose(found.deviation ?? [], [spread], within: 0.05))
  }

  @Test func aSeasonIsFoundInWhetherAndHowMuch() {
    var generator = SplitMix(state: 3)
    // Nothing on the sixth and seventh day, more on the first.
    let values = (0..<210).map { step -> Double in
      guard step % 7 < 5, generator.unit() < 0.5 else { return 0 }
      return step % 7 == 0 ? 9 : Double.random(in: 2..<5, using: &generator)
    }
    let week = IntermittentMethod().fit(values, season: 7).forecast(after: values, offset: 0, horizon: 14).point
    #expect(week[0] > 2 * week[1], "\(week)")
    #expect(max(week[5], week[6]) < 0.2, "\(week)")
    #expect(Array(week.prefix(7)) == Array(week.suffix(7)))
    let flat = IntermittentMethod().fit(values, season: 1).forecast(after: values, offset: 0, horizon: 7).point
    let (flatTotal, weekTotal) = (flat.reduce(0, +), week.prefix(7).reduce(0, +))
    #expect(areClose([flatTotal], [weekTotal], within: 0.1))
    // Rows that begin elsewhere keep the phase.
    let fitted = IntermittentMethod().fit(values, season: 7)
    let cut = fitted.forecast(after: Array(values.dropFirst(3)), offset: 3, horizon: 7).point
    #expect(areClose(cut, Array(week.prefix(7)), within: 0.02))
  }

  @Test func missingValuesArePassedOver() {
    let values: [Double] = [0, 4, 0, 0, 4, 0]
    let gappy: [Double] = [0, 4, .nan, 0, 0, .nan, .nan, 4, 0]
    func point(_ values: [Double]) -> Double {
      let method = IntermittentMethod()
      let closed = method.closingGaps(values, season: 1)
      return method.fit(closed, season: 1).forecast(after: closed, offset: 0, horizon: 1).point[0]
    }
    let (known, open) = (point(values), point(gappy))
    #expect(abs(known - open) < 1e-12)
  }

  @Test(arguments: IntermittentMethod.Variant.allCases, [[0], [0, 0, 0], [5], [3, 3, 3], [0, 0, 2], [-1, 0, 0, 2]])
  func fewOrEqualValuesAreForecast(variant: IntermittentMethod.Variant, values: [Double]) {
    let found = IntermittentMethod(variant).fit(values, season: 7).forecast(after: values, offset: 0, horizon: 9)
    let numbers: [Double] = found.point + (found.deviation ?? [.nan])
    #expect(numbers.allSatisfy { $0.isFinite })
    let isNothing = values == values.map { _ in 0 }
    if isNothing { #expect(found.point == values.prefix(1) + [Double](repeating: 0, count: 8)) }
  }

  @Test func seriesWithManyZerosSuit() {
    #expect(IntermittentMethod.suits(Self.demands))
    #expect(!IntermittentMethod.suits([1, 2, 3, 0, 4]))
    #expect(!IntermittentMethod.suits([0, -1, 0, 3]))
    #expect(!IntermittentMethod.suits([0, 0, 0]))
    #expect(IntermittentMethod.suits([0, .nan, 3, 0, 2]))
  }
}
