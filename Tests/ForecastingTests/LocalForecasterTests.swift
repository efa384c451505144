import Testing
import TimeSeries

@testable import Forecasting

@Suite struct LocalForecasterTests {
  func forecast(_ baseline: Baseline, horizon: Int = 14) throws -> Forecast.Series {
    let fitted = try baseline.forecaster(season: nil, levels: [0.8]).fit(
      airlinePanel(), shape: WindowShape(lookback: 1, horizon: horizon), context: FitContext())
    return try fitted.forecast(after: airlinePanel()).series[0]
  }

  // statsforecast 2.1.1: Naive(), SeasonalNaive(12), RandomWalkWithDrift(), HistoricAverage(), .forecast(y, h=14,
  // level=[80]), steps 1, 2 and 14; it takes no degree of freedom off for the slope of the drift.
  @Test(arguments: [
    (Baseline.naive, [432.0, 432, 432], [388.798374, 370.903674, 270.354316], 1),
    (.seasonalNaive, [417, 391, 391], [370.4595, 344.4595, 325.181794], 1),
    (.drift, [434.237762, 436.475524, 463.328671], [390.980968, 375.089135, 294.328583], 142.0 / 143),
    (.mean, [280.298611, 280.298611, 280.298611], [126.022683, 126.022683, 126.022683], 1),
  ])
  func agreesWithStatsforecast(baseline: Baseline, points: [Double], lower: [Double], lost: Double) throws {
    let found = try forecast(baseline)
    for (position, step) in [0, 1, 13].enumerated() {
      #expect(abs(found.point[step] - points[position]) < 1e-5)
      let width = (found.point[step] - found.intervals[0].lower[step]) * lost.squareRoot()
      #expect(abs(width - (points[position] - lower[position])) < 1e-6 * width, "\(baseline) \(step) \(width)")
    }
  }

  // The M4 scorer's naive2(y, 14, 12)
  @Test func naive2AgreesWithTheScorer() throws {
    let expected = [
      437.48202995620534, 424.6949045812341, 484.16825477108904, 469.0475714955849, 471.67757417549126,
      534.8310109091078, 589.5167069900217, 586.323140173464, 509.70191731342015, 443.02216572469206,
      385.06846883448793, 432.0, 437.48202995620534, 424.6949045812341,
    ]
    #expect(areClose(try forecast(.naive2).point, expected, within: 1e-12))
  }

  // numpy's least squares line, and statsforecast 2.1.1's ets_f(2 * adjusted - line, 1, model="ANN") on values that
  // the scorer's indices adjust: the competition's Theta.classic, step by step
  @Test func thetaAgreesWithTheCompetitionsMethod() throws {
    let expected = [
      440.92700975809447, 429.2082891839484, 490.6464996714646, 476.6146909590503, 480.5855547945248, 546.4039708932492,
      603.8958037542301, 602.2383687478786, 524.9404345088363, 457.4867127639072, 398.7008586288285, 448.4830909838634,
      455.37858760950184, 443.2374630845681,
    ]
    #expect(areClose(try forecast(.theta).point, expected, within: 1e-4))
  }

  @Test func normalQuantilesAgreeWithScipy() {
    // scipy.stats.norm.ppf([0.9, 0.975, 0.9995, 0.3])
    for (share, value) in [
      (0.9, 1.2815515655446004), (0.975, 1.959963984540054), (0.9995, 3.2905267314919255), (0.3, -0.5244005127080409),
    ] {
      #expect(abs(NormalDistribution.quantile(share) - value) < 1e-12)
    }
  }

  @Test func seasonalNaiveLooksPastGaps() throws {
    func naive(_ season: Int, horizon: Int) throws -> [Double] {
      let panel = Panel([series([1, 2, 3, 4, .nan, 6])])
      let method = NaiveMethod(isSeasonal: season > 1)
      return try LocalForecaster(method, season: season).fit(
        panel, shape: WindowShape(lookback: 1, horizon: horizon), context: FitContext()
      ).forecast(after: panel).series[0].point
    }
    #expect(try naive(3, horizon: 4) == [4, 2, 6, 4])
    #expect(try naive(1, horizon: 2) == [6, 6])
  }

  /// What was fitted on some rows forecasts from later origins, and from rows that begin elsewhere.
  @Test(arguments: Baseline.allCases)
  func aFitForecastsFromOtherRows(baseline: Baseline) throws {
    let panel = airlinePanel()
    let fitted = try baseline.forecaster(season: nil).fit(
      panel.dropLast(24), shape: WindowShape(lookback: 1, horizon: 12), context: FitContext())
    let later = try fitted.forecast(after: panel.dropLast(12)).series[0]
    #expect(later.index == panel.series[0].index.prefix(132).following(12))
    let cut = try fitted.forecast(after: panel.rows(from: [41], to: [132])).series[0]
    #expect(cut.index == later.index)
    // The mean of other rows is another one; the rest forget where they began.
    for (a, b) in zip(later.point, cut.point) where baseline != .mean { #expect(abs(a - b) < 0.03 * a, "\(a) \(b)") }
  }

  @Test func threadsChangeNothing() throws {
    let panel = Panel((0..<7).map { series(wavy(60, seed: UInt64($0 + 1)), name: "\($0)") })
    let forecasts = try [1, 2, 5].map { threads in
      try Baseline.holt.forecaster(season: nil, levels: [0.8]).fit(
        panel, shape: WindowShape(lookback: 1, horizon: 5), context: FitContext(threads: threads)
      ).forecast(after: panel)
    }
    #expect(forecasts[0] == forecasts[1] && forecasts[1] == forecasts[2])
  }

  @Test(arguments: Baseline.allCases, [1, 2, 3, 5, 9])
  func shortAndLevelSeriesAreForecast(baseline: Baseline, count: Int) throws {
    let panel = Panel([
      series(Array(wavy(count)), name: "a"), series(Array(repeating: 4, count: count), name: "b"),
      series(Array(repeating: -4, count: count), name: "c"),
    ])
    let fitted = try baseline.forecaster(season: nil, levels: [0.8]).fit(
      panel, shape: WindowShape(lookback: 1, horizon: 9), context: FitContext())
    let forecast = try fitted.forecast(after: panel)
    for series in forecast.series {
      let values = series.point + series.intervals[0].lower + series.intervals[0].upper
      #expect(values.allSatisfy { $0.isFinite })
    }
    #expect(areClose(forecast.series[1].point, Array(repeating: 4, count: 9), within: 1e-6))
  }
}
