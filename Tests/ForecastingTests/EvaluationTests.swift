import Testing
import TimeSeries

@testable import Forecasting

/// Remembers what it was fitted on, and forecasts its number of rows.
private struct RowCounter: Forecaster, UnsavedForecaster {
  var rows = 0
  var horizon = 1
  var validation = 0
  func fit(_ panel: Panel, shape: WindowShape, context: FitContext) -> RowCounter {
    RowCounter(rows: panel.series[0].count, horizon: shape.horizon, validation: context.validation ?? 0)
  }
  func forecast(after history: Panel) -> Forecast {
    Forecast(
      history.series.map {
        .init(
          name: $0.name, index: $0.index.following(horizon),
          point: (0..<horizon).map { $0 == 1 ? Double(validation) : Double(rows) })
      })
  }
}

extension BacktestResult {
  /// The first series at every fold that was kept.
  fileprivate var first: [Judged] { get throws { try keptFolds.compactMap { try judged($0, 0) } } }
}

@Suite struct BacktestTests {
  let shape = WindowShape(lookback: 4, horizon: 3)

  @Test func everyFoldIsFittedOnTheRowsBeforeItsOrigin() throws {
    let chain = Chain(transforms: [], shape: shape, forecaster: RowCounter())
    let panel = Panel([series(wavy(50))])
    let result = try Backtest(metrics: [.mae], season: 7, folds: 4).run(chain, on: panel, context: FitContext())
    #expect(result.origins.map { $0[0] } == [38, 41, 44, 47])
    #expect(try result.first.map { $0.points[0][0] } == [38, 41, 44, 47])
    #expect(try result.first[3].truth == Array(panel.series[0].values.suffix(3)))
    #expect(result.names == ["model", "naive", "seasonal-naive"])
    #expect(try result.first[0].points[1] == Array(repeating: panel.series[0].values[37], count: 3))
  }

  @Test func oneFitServesTheFoldsUntilTheNext() throws {
    let panel = Panel([series(wavy(50))])
    let chain = Chain(transforms: [], shape: shape, forecaster: RowCounter())
    func rows(refitEvery: Int) throws -> [Double] {
      let backtest = Backtest(metrics: [.mae], season: 7, folds: 5, refitEvery: refitEvery)
      return try backtest.run(chain, on: panel, context: FitContext()).first.map { $0.points[0][0] }
    }
    #expect(try rows(refitEvery: 1) == [35, 38, 41, 44, 47])
    #expect(try rows(refitEvery: 2) == [35, 35, 41, 41, 47])
    #expect(try rows(refitEvery: 0) == [35, 35, 35, 35, 35])
  }

  @Test func gapAndLongestTrainingBoundTheRowsThatAreFittedOn() throws {
    let panel = Panel([series(wavy(50))])
    let chain = Chain(transforms: [], shape: shape, forecaster: RowCounter())
    let backtest = Backtest(metrics: [.mae], season: 7, folds: 3, maximumTraining: 20, gap: 2)
    let result = try backtest.run(chain, on: panel, context: FitContext())
    #expect(try result.first.map { $0.points[0][0] } == [20, 20, 20])
    #expect(result.origins.map { $0[0] } == [41, 44, 47])
    #expect(try result.first[0].truth == Array(panel.series[0].values[41..<44]))
    let gapped = Backtest(metrics: [.mae], season: 7, folds: 3, gap: 5)
    #expect(
      try gapped.run(chain, on: panel, context: FitContext()).first.map { $0.points[0][0] }
        == [36, 39, 42])
  }

  @Test(arguments: [
    (FixedSplit(train: .steps(20), validation: .steps(10)), [30, 33, 36, 39, 42, 45]),
    (FixedSplit(train: .share(0.6), test: .share(0.2)), [40, 43, 46]),
    (FixedSplit(train: .steps(20), validation: .steps(10), test: .steps(10)), [30, 33, 36]),
  ])
  func aFixedSplitIsFittedOnceAndJudgedBehind(split: FixedSplit, origins: [Int]) throws {
    let panel = Panel([series(wavy(50))])
    let chain = Chain(transforms: [], shape: shape, forecaster: RowCounter())
    let result = try Backtest(metrics: [.mae], season: 7, refitEvery: 0, split: split).run(
      chain, on: panel, context: FitContext())
    #expect(result.origins.map { $0[0] } == origins)
    #expect(try result.first.allSatisfy { $0.points[0][0] == Double(origins[0]) })
    #expect(try result.first.allSatisfy { $0.points[0][1] == 10 }, "validation steps are handed down")
  }

  @Test func aSplitThatDoesNotFitIsRefusedInWords() {
    let chain = Chain(transforms: [], shape: shape, forecaster: RowCounter())
    func refusal(_ split: FixedSplit) -> String? {
      #expect(throws: ForecastingError.self) {
        try Backtest(metrics: [.mae], split: split).run(
          chain, on: Panel([series(wavy(50))]), context: FitContext())
      }?.description
    }
    #expect(
      refusal(FixedSplit(train: .steps(40), validation: .steps(20)))
        == "series \"a\" has 50 steps, which the split cuts into train 1 to 40, validation to 60 and test to 50; every part "
        + "must lie behind the one before and end within the rows")
    #expect(
      refusal(FixedSplit(train: .steps(40), validation: .steps(2)))
        == "the validation part of the split has 2 steps, fewer than the horizon of 3; make it 0 or at least 3")
    #expect(
      refusal(FixedSplit(train: .steps(40), validation: .steps(8)))
        == "series \"a\": the test part has 2 steps, fewer than the horizon of 3")
  }

  // numpy, with v the two columns, w = (v - v[:60].mean(0)) / v[:60].std(0), forecasts w[o-1] for the origins
  // o = 80 ... 97: e = [w[o:o+3] - w[o-1] for o in range(80, 98)]; mean(e**2), mean(abs(e))
  @Test func theLongHorizonProtocolAgreesWithNumpy() throws {
    let first = (0..<100).map { Double($0 * $0 % 17) }
    let second: [Double] = (0..<100).map { (step: Int) -> Double in
      3 * Double(step * 7 % 23) + 0.5 * Double(step)
    }
    let panel = Panel([series(first, name: "a"), series(second, name: "b")])
    let chain = Chain(transforms: [], shape: shape, forecaster: Baseline.naive.forecaster(season: 1))
    let metrics: [Metric] = [.mse, .mae]
    let backtest = Backtest(
      metrics: metrics, refitEvery: 0, split: FixedSplit(train: .share(0.6), test: .share(0.2)), measure: .longHorizon)
    let card = try backtest.run(chain, on: panel, context: FitContext()).scorecard(metrics: metrics)
    #expect(
      areClose(card.rows[0].overall, [1.8096347351337054, 1.1100294238024608], within: 1e-12), "\(card.rows[0].overall)"
    )
    #expect(card.rows[0].perFold.count == 18)
  }

  @Test func scoresStandByStepSeriesAndFold() throws {
    let panel = Panel([series(wavy(50), name: "a"), series(wavy(60, seed: 3), name: "b")])
    let chain = Chain(
      transforms: [], shape: shape, forecaster: Baseline.naive.forecaster(season: 1, levels: [0.5, 0.9]))
    let card = try Backtest(metrics: [.mae], season: 7, folds: 4).run(chain, on: panel, context: FitContext())
      .scorecard(metrics: [.mae])
    let row = card.rows[0]
    #expect(row.perStep.count == 3 && row.perSeries.count == 2 && row.perFold.count == 4)
    for parts in [row.perStep, row.perSeries, row.perFold] {
      #expect(abs(parts.map { $0[0] }.mean - row.overall[0]) < 1e-12)
    }
    #expect(row.intervals.map(\.level) == [0.5, 0.9])
    #expect(row.intervals[0].coverage <= row.intervals[1].coverage && row.intervals[0].width < row.intervals[1].width)
    #expect(card.rows[1].intervals.isEmpty)
  }

  @Test func tooFewRowsAreRefusedInWords() {
    let chain = Chain(transforms: [], shape: shape, forecaster: RowCounter())
    let error = #expect(throws: ForecastingError.self) {
      try Backtest(metrics: [.mae], folds: 4).run(chain, on: Panel([series(wavy(13))]), context: FitContext())
    }
    #expect(
      error?.description
        == "series \"a\" has 13 steps, too few: a backtest of 4 folds with horizon 3 behind 2 steps to learn from needs "
        + "14; shorten lookback, horizon, validation or folds, or bring more rows")
    var whole = chain
    whole.shape.padding = .never
    let stricter = #expect(throws: ForecastingError.self) {
      try Backtest(metrics: [.mae], folds: 4).run(whole, on: Panel([series(wavy(15))]), context: FitContext())
    }
    #expect(
      stricter?.description
        == "series \"a\" has 15 steps, too few: a backtest of 4 folds with lookback 4 and horizon 3 needs 19; shorten "
        + "lookback, horizon, validation or folds, or bring more rows")
  }

  @Test func `where the first metric is not defined the next that is tells who is better`() throws {
    // A series that repeats exactly has no seasonal difference to divide by.
    let panel = Panel([series((0..<56).map { Double([3, 1, 4, 1, 5, 9, 2][$0 % 7]) })])
    let chain = Chain(transforms: [], shape: shape, forecaster: RowCounter())
    func card(_ metrics: [Metric]) throws -> Scorecard {
      try Backtest(metrics: metrics, season: 7, folds: 2).run(chain, on: panel, context: FitContext())
        .scorecard(metrics: metrics)
    }
    let found = try card([.mase, .coverage, .rmsse, .mae])
    #expect(found.value(.mase)?.isNaN == true && found.decisiveMetric == .mae && found.isDecided)
    #expect(found.undefinedMetrics == [.mase, .rmsse])
    #expect(found.betterThanModel(by: found.decisiveMetric) == ["seasonal-naive", "naive"])
    let fallback = try #require(found.fallback(to: .seasonalNaive))
    #expect(fallback.metric == .mae && fallback.score == 0)

    let silent = try card([.mase])
    #expect(!silent.isDecided && silent.decisiveMetric == .mase && silent.fallback(to: .seasonalNaive) == nil)
    #expect(try card([.coverage]).isDecided, "nobody asked for a metric that decides")
  }

  @Test func theScorecardNamesWhatIsBetter() throws {
    let chain = Chain(transforms: [], shape: shape, forecaster: RowCounter())
    let panel = Panel([series(wavy(50))])
    let card = try Backtest(metrics: [.mae, .mase], season: 7, folds: 2).run(chain, on: panel, context: FitContext())
      .scorecard(metrics: [.mae, .mase])
    #expect(card.rows.map(\.name) == ["model", "naive", "seasonal-naive"])
    #expect(card.betterThanModel(by: .mase) == ["seasonal-naive", "naive"])
    #expect(card.value(.mae, of: "naive") == card.rows[1].overall[0])
  }
}
