import Testing

@testable import Forecasting

@Suite struct PooledErrorsTests {
  // Reaches by numpy: np.quantile(pool, min(1, level * (n + 1) / n)), drawn towards 2 by eight votes.
  @Test func fewErrorsAreTakenWithThoseOfOtherStepsAndDrawnTowardsWhatIsExpected() {
    let pooled = PooledErrors([[1, 2, .nan], [3], [4, 5]], series: 1, periods: 1)
    // All five: np.quantile([1, 2, 3, 4, 5], 0.6) is 3.4, with one vote of nine.
    for step in 0..<3 {
      #expect(abs(pooled.reach(of: 0.5, step: step, expected: 2) - (3.4 + 8 * 2) / 9) < 1e-12)
    }
    // A level that no five errors reach is the largest of them.
    #expect(abs(pooled.reach(of: 0.95, step: 0, expected: 2) - (5.0 + 8 * 2) / 9) < 1e-12)
  }

  @Test func manyErrorsOfAStepStandForThemselves() {
    let small = (0..<400).map { Double($0) / 400 }
    let large = small.map { $0 + 100 }
    let pooled = PooledErrors([small, large], series: 400, periods: 1)
    // np.quantile(np.arange(400) / 400, 0.8 * 401 / 400) is 0.799995; series of one time have eight votes together.
    #expect(abs(pooled.reach(of: 0.8, step: 0, expected: 2) - (0.799995 + 2) / 2) < 1e-9)
    #expect(abs(pooled.reach(of: 0.8, step: 1, expected: 2) - (100.799995 + 2) / 2) < 1e-9)
  }

  @Test func errorsThatDoNotOverlapCountMore() {
    let errors = [[Double]](repeating: [1, 1, 1], count: 4)
    // One, two and eleven votes for 1 beside eight for 2.
    let votes: [(periods: Double, mean: Double)] = [(1, 17.0 / 9), (2, 18.0 / 10), (11, 27.0 / 19)]
    for (periods, mean) in votes {
      let found = PooledErrors(errors, series: 1, periods: periods).reach(of: 0.8, step: 0, expected: 2)
      #expect(abs(found - mean) < 1e-12)
    }
    let none = PooledErrors([[], []], series: 3, periods: 1).reach(of: 0.8, step: 1, expected: 2)
    #expect(none == 2)
  }

  @Test func aRatioIsBelievedTheMoreTheMoreSeriesShowIt() {
    func ratio(_ series: Int) -> Double { PooledErrors([[1]], series: series, periods: 1).ratio(3, to: 6) }
    #expect(abs(ratio(1) - 8.5 / 9) < 1e-12)
    #expect(ratio(8) == 0.75)
    #expect(abs(ratio(100_000) - 0.5) < 1e-4)
    let none = PooledErrors([[1]], series: 4, periods: 1).ratio(3, to: 0)
    #expect(none == 1)
  }

  // scipy.stats.t.ppf((1 + level) / 2, 6)
  @Test(arguments: [(0.8, 1.4397557473), (0.95, 2.4469118511)])
  func anEstimatedDeviationReachesFurther(level: Double, reach: Double) {
    #expect(abs(PooledErrors.expectedReach(of: level) - reach) < 1e-9)
  }
}
