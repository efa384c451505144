import Testing
import TimeSeries

@testable import Forecasting

@Suite struct EnsembleTests {
  /// Forecasts one number, with bounds around it.
  struct Constant: Forecaster, UnsavedForecaster {
    var value: Double
    var reach = 1.0
    var levels = [0.8]
    var horizon = 2
    func fit(_ panel: Panel, shape: WindowShape, context: FitContext) -> Constant {
      Constant(value: value, reach: reach, levels: levels, horizon: shape.horizon)
    }
    func forecast(after history: Panel) -> Forecast {
      let point = Array(repeating: value, count: horizon)
      return Forecast(
        history.series.map {
          .init(
            name: $0.name, index: $0.index.following(horizon), point: point,
            intervals: levels.map { level in
              .init(level: level, lower: point.map { $0 - reach * level }, upper: point.map { $0 + reach * level })
            })
        })
    }
  }

  let shape = WindowShape(lookback: 1, horizon: 2)

  func forecast(_ forecaster: any Forecaster, after panel: Panel) throws -> Forecast {
    try forecaster.fit(panel, shape: shape, context: FitContext()).forecast(after: panel)
  }

  static let members = [1.0, 2, 9].map { Ensemble.Member("\($0)", Constant(value: $0, reach: $0)) }

  @Test(arguments: [(Ensemble.Combination.mean, 4.0), (.median, 2)])
  func pointsAndBoundsAreCombined(combination: Ensemble.Combination, value: Double) throws {
    let found = try forecast(Ensemble(Self.members, combination: combination), after: Panel([series(wavy(20))]))
    #expect(areClose(found.series[0].point, [value, value]))
    #expect(areClose(found.series[0].intervals[0].lower, [0.2 * value, 0.2 * value]))
    #expect(areClose(found.series[0].intervals[0].upper, [1.8 * value, 1.8 * value]))
  }

  @Test func onlyLevelsOfAllMembersAreKept() throws {
    let members = [
      Ensemble.Member("a", Constant(value: 1, levels: [0.5, 0.8])), .init("b", Constant(value: 2, levels: [0.8, 0.9])),
    ]
    #expect(
      try forecast(Ensemble(members), after: Panel([series(wavy(20))])).series[0].intervals.map(\.level) == [0.8])
  }

  @Test func weightsFallWithTheError() throws {
    // The values swing around 10, so that 10 is off by 1 and 13 by 3 in the mean: three to one.
    let values = (0..<40).map { $0 % 2 == 0 ? 9.0 : 11 }
    let members = [Ensemble.Member("near", Constant(value: 10)), .init("far", Constant(value: 13))]
    let found = try forecast(
      Ensemble(members, combination: .weighted(folds: 3)), after: Panel([series(values, frequency: .steps)]))
    #expect(areClose(found.series[0].point, [10.75, 10.75]))
  }

  @Test func theBestIsChosenForThePanelOrForEachSeries() throws {
    let panel = Panel([
      series((0..<40).map { 10 + Double($0 % 3) * 0.1 }, name: "a"),
      series((0..<40).map { 50 + Double($0 % 3) * 0.2 }, name: "b"),
      series((0..<40).map { 50 + Double($0 % 5) * 0.2 }, name: "c"),
    ])
    let candidates = [Ensemble.Member("ten", Constant(value: 10)), .init("fifty", Constant(value: 50))]
    let byPanel = Selection(candidates, scope: .panel, folds: 2)
    let bySeries = Selection(candidates, scope: .series, folds: 2)
    let one = try byPanel.fit(panel, shape: shape, context: FitContext())
    let each = try bySeries.fit(panel, shape: shape, context: FitContext())
    #expect(Set(one.chosen.values).count == 1)
    #expect(each.chosen == ["a": "ten", "b": "fifty", "c": "fifty"])
    #expect(try each.forecast(after: panel).series.map { $0.point[0] } == [10, 50, 50])
    #expect(try each.forecast(after: panel).series.map(\.name) == ["a", "b", "c"])
  }

  @Test func theFallbackStandsInForWhatIsWorseThanIt() throws {
    func card(of forecaster: any Forecaster, season: Int? = nil) throws -> Scorecard {
      let chain = Chain(transforms: [], shape: WindowShape(lookback: 1, horizon: 12), forecaster: forecaster)
      let backtest = Backtest(metrics: [.mae, .mase], season: season, folds: 2, fallback: .theta)
      return try backtest.run(chain, on: airlinePanel(), context: FitContext()).scorecard(metrics: backtest.metrics)
    }
    let bad = try card(of: Constant(value: 0))
    let found = try #require(bad.fallback(to: .theta))
    #expect(found.baseline == .theta && found.metric == .mase)
    #expect(found.score == bad.value(.mase, of: "theta") && found.modelScore == bad.value(.mase))
    #expect(try card(of: Baseline.ets.forecaster(season: nil)).fallback(to: .seasonalNaive) == nil)
    #expect(bad.fallback(to: nil) == nil)
    // Without a season the seasonal naive forecast is the naive one.
    #expect(try card(of: Constant(value: 0), season: 1).fallback(to: .seasonalNaive)?.baseline == .naive)
  }

  @Test func membersTellOfThemselves() throws {
    let members = Self.members
    let weighted = Ensemble(members, combination: .weighted(folds: 2))
    let inner = Ensemble.Member("inner", weighted)
    let select = Selection([inner, .init("ten", Constant(value: 10))], scope: .series, folds: 1)
    let panel = Panel([
      series((0..<40).map { 10 + Double($0 % 3) * 0.1 }, name: "a"), series((0..<40).map { Double($0 % 3) }, name: "b"),
    ])
    let reports = try select.fit(panel, shape: shape, context: FitContext()).memberReports
    #expect(reports.map(\.name) == ["inner", "ten"])
    #expect(reports.map(\.series) == [["b"], ["a"]])
    #expect(reports.allSatisfy { $0.error != nil && $0.weight == nil })
    let parts = reports[0].members
    #expect(parts.map(\.name) == ["1.0", "2.0", "9.0"])
    #expect(abs(parts.compactMap(\.weight).reduce(0, +) - 1) < 1e-12)
    #expect(parts.allSatisfy { $0.error != nil })
  }

  @Test func manyOriginsAtOnceAreThoseOneByOne() throws {
    let panel = airlinePanel()
    let fitted = try Chain(
      transforms: [Deseasonalize(.auto), Difference(lag: 1)], shape: WindowShape(lookback: 12, horizon: 6),
      forecaster: Ensemble(LeakageTests.members)
    ).fit(panel.dropLast(30), context: FitContext())
    let ends = [30, 20, 6].map { [panel.series[0].count - $0] }
    #expect(
      try fitted.forecasts(on: panel, before: ends) == ends.map { try fitted.forecast(after: panel.rows(before: $0)) })
  }

  @Test func aGeometricMeanIsThatOfLogarithmsWhereAllAreAboveZero() {
    let members: [[Double]] = [[1, 4, 5, 0], [4, 4, -1, 8]]
    let found = members.combined(weights: [0.5, 0.5], geometric: true)
    #expect(areClose(found, [2, 4, 2, 4], within: 1e-12))
    #expect(members.combined(weights: [0.5, 0.5], geometric: false) == [2.5, 4, 2, 4])
    #expect(areClose([[2.0], [16]].combined(weights: [2.0 / 3, 1.0 / 3], geometric: true), [4], within: 1e-12))
  }
}
