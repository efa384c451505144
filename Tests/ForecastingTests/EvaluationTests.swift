import Testing
import TimeSeries

@testable import Forecasting

@Suite struct MetricTests {
  let x: [Double] = [112, 118, 132, 129, 121, 135, 148, 148, 136, 119, 104, 118]

  // numpy: e = abs(y - f); e.mean(), sqrt((e**2).mean()), (200*e/(y+f)).mean(), e.mean()/abs(x[4:] - x[:-4]).mean()
  @Test(arguments: [
    (Metric.mae, 3.8333333333333335), (.rmse, 4.051748593714406), (.smape, 3.127262600946812),
    (.mase, 0.18473895582329317),
  ])
  func agreesWithNumpy(metric: Metric, expected: Double) {
    let comparison = Comparison(
      truth: [115, 126, 141], forecast: [110, 130.5, 139], scale: seasonalScale(of: x, season: 4))
    #expect(abs(metric.value(of: comparison) - expected) < 1e-12)
  }

  @Test func unknownTruthIsLeftOut() {
    let comparison = Comparison(truth: [1, .nan, 3], forecast: [2, 100, 3], scale: 0)
    #expect(Metric.mae.value(of: comparison) == 0.5)
    #expect(Metric.mase.value(of: comparison).isNaN)
  }

  @Test func seasonalNaiveLooksPastGaps() {
    let history = Panel([series([1, 2, 3, 4, .nan, 6])])
    #expect(Naive(season: 3).forecast(after: history, horizon: 4).series[0].point == [4, 2, 6, 4])
    #expect(Naive(season: 1).forecast(after: history, horizon: 2).series[0].point == [6, 6])
  }
}

/// Remembers what it was fitted on, and forecasts its number of rows.
private struct RowCounter: Forecaster, FittedForecaster {
  var rows = 0
  var horizon = 1
  func fit(_ panel: Panel, shape: WindowShape, context: FitContext) -> any FittedForecaster {
    RowCounter(rows: panel.series[0].count, horizon: shape.horizon)
  }
  func forecast(after history: Panel) -> Forecast {
    Forecast(
      history.series.map {
        .init(name: $0.name, index: $0.index.following(horizon), point: Array(repeating: Double(rows), count: horizon))
      })
  }
}

@Suite struct BacktestTests {
  let shape = WindowShape(lookback: 4, horizon: 3)

  @Test func everyFoldIsFittedOnTheRowsBeforeItsOrigin() throws {
    let chain = Chain(transforms: [], shape: shape, forecaster: RowCounter())
    let panel = Panel([series(wavy(50))])
    let result = try Backtest(metrics: [.mae], season: 7, folds: 4).run(chain, on: panel, context: FitContext())
    #expect(result.folds.map { $0.origins[0] } == [38, 41, 44, 47])
    #expect(result.folds.map { $0.forecasts[0].series[0].point[0] } == [38, 41, 44, 47])
    #expect(result.folds[3].truth[0] == Array(panel.series[0].values.suffix(3)))
    #expect(result.names == ["model", "naive", "seasonal-naive"])
    #expect(result.folds[0].forecasts[1].series[0].point == Array(repeating: panel.series[0].values[37], count: 3))
  }

  @Test func rowsAfterAnOriginChangeNothingBeforeIt() throws {
    let chain = Chain(
      transforms: [Fill(.linear), Log(offset: 10), Difference(lag: 7), Normalize(.robust)], shape: shape,
      forecaster: LastValue())
    var values = wavy(60)
    for step in [20, 21, 50, 54, 55] { values[step] = .nan }
    let backtest = Backtest(metrics: [.mae], season: 7, folds: 3)
    let before = try backtest.run(chain, on: Panel([series(values)]), context: FitContext())
    for fold in before.folds.indices {
      let origin = before.folds[fold].origins[0]
      var changed = values
      for step in origin..<changed.count { changed[step] = 1000 - Double(step * step % 91) }
      let after = try backtest.run(chain, on: Panel([series(changed)]), context: FitContext())
      #expect(after.folds[fold].forecasts == before.folds[fold].forecasts)
    }
  }

  @Test func tooFewRowsAreRefusedInWords() {
    let chain = Chain(transforms: [], shape: shape, forecaster: RowCounter())
    let error = #expect(throws: ForecastingError.self) {
      try Backtest(metrics: [.mae], folds: 4).run(chain, on: Panel([series(wavy(15))]), context: FitContext())
    }
    #expect(
      error?.description
        == "series \"a\" has 15 steps, too few: a backtest of 4 folds with lookback 4 and horizon 3 needs 19; shorten "
        + "lookback, horizon, validation or folds, or bring more rows")
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

/// Repeats the last prepared value.
private struct LastValue: Forecaster, FittedForecaster {
  var horizon = 1
  func fit(_ panel: Panel, shape: WindowShape, context: FitContext) -> any FittedForecaster {
    LastValue(horizon: shape.horizon)
  }
  func forecast(after history: Panel) -> Forecast { Naive().forecast(after: history, horizon: horizon) }
}
