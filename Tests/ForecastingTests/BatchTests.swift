import Testing
import TimeSeries

@testable import Forecasting

/// Many origins at once give what one at a time gives, and scores need no forecasts to be kept.
@Suite struct BatchTests {
  static func network(levels: [Double] = []) -> RecurrentForecaster {
    var forecaster = RecurrentForecaster(
      network: .init(lookback: 14, horizon: 5), training: .init(), validation: 10, levels: levels)
    forecaster.network.hidden = 4
    forecaster.network.head = levels.isEmpty ? .point : .quantiles(levels: levels)
    forecaster.training.epochs = 2
    return forecaster
  }

  @Test(arguments: TransformTests.all)
  func everyTransformServesManyOriginsAtOnce(transform: TransformTests.Case) throws {
    let values = wavy(90)
    let panel = Panel([series(values), series(values.map { $0 * 2 + 1 }, name: "b")])
    let chain = Chain(
      transforms: [transform.transform], shape: WindowShape(lookback: 14, horizon: 5), forecaster: Self.network())
    let fitted = try chain.fit(panel.dropLast(20), context: FitContext())
    let ends = [[70, 71], [75, 76], [90, 90], [64, 80]]
    #expect(
      try fitted.forecasts(on: panel, before: ends) == ends.map { try fitted.forecast(after: panel.rows(before: $0)) })
  }

  @Test func gapsAreClosedWithoutALookAhead() throws {
    // A gap is open at one origin and closed at the next: a line through it must not know the value behind.
    var values = wavy(90)
    for step in 68..<72 { values[step] = .nan }
    let panel = Panel([series(values)])
    for fill in [Fill(.linear), SeasonalFill(season: 7)] as [any Transform] {
      let fitted = try Chain(
        transforms: [fill], shape: WindowShape(lookback: 14, horizon: 5), forecaster: Self.network()
      ).fit(panel.dropLast(25), context: FitContext())
      let ends = [[67], [70], [72], [85]]
      #expect(
        try fitted.forecasts(on: panel, before: ends)
          == ends.map { try fitted.forecast(after: panel.rows(before: $0)) })
    }
  }

  @Test func quantilesAndEveryBaselineServeManyOriginsAtOnce() throws {
    let panel = Panel([series(wavy(90)), series(wavy(80, seed: 4), name: "b", start: 86_400 * 10)])
    let shape = WindowShape(lookback: 14, horizon: 5)
    let forecasters =
      [Self.network(levels: [0.5, 0.8])] as [any Forecaster]
      + Baseline.allCases.filter { $0 != .ets }.map { $0.forecaster(season: nil, levels: [0.8]) }
    for forecaster in forecasters {
      let fitted = try Chain(transforms: [Normalize(.standard)], shape: shape, forecaster: forecaster)
        .fit(panel.dropLast(20), context: FitContext())
      let ends = [[70, 60], [77, 67], [90, 80]]
      #expect(
        try fitted.forecasts(on: panel, before: ends) == ends.map { try fitted.forecast(after: panel.rows(before: $0)) }
      )
    }
  }

  @Test func aShortLookbackBeforeAnOriginIsRefused() throws {
    let panel = Panel([series(wavy(90))])
    let fitted = try Self.network().fit(panel, shape: WindowShape(lookback: 14, horizon: 5), context: FitContext())
    let error = #expect(throws: ForecastingError.self) { _ = try fitted.forecasts(on: panel, before: [[50], [10]]) }
    #expect(error == .tooShort(series: "a", steps: 10, needed: 14, reason: "a lookback of 14"))
  }

  @Test func scoresAreTheSameWhereNoForecastIsKept() throws {
    var panel = Panel([series(wavy(120)), series(wavy(120, seed: 4).map { $0 * 3 }, name: "b")])
    panel.series[0].values[110] = .nan
    let chain = Chain(
      transforms: [], shape: WindowShape(lookback: 14, horizon: 5),
      forecaster: Baseline.theta.forecaster(season: nil, levels: [0.5, 0.8]))
    for measure in [Backtest.Measure.plain, .longHorizon] {
      var backtest = Backtest(
        metrics: MetricRegistry.builtIn.metrics, folds: 6, stride: 3, refitEvery: 0,
        split: measure == .plain ? nil : FixedSplit(train: .steps(80), validation: .steps(0)), measure: measure)
      let kept = try backtest.run(chain, on: panel, context: FitContext())
      backtest.keepsForecasts = false
      let streamed = try backtest.run(chain, on: panel, context: FitContext())
      #expect(kept.keptFolds == kept.origins.indices && kept.origins.count > 5)
      #expect(streamed.keptFolds == kept.keptFolds.suffix(1) && streamed.origins == kept.origins)
      let last = kept.origins.count - 1
      #expect(try "\(streamed.judged(last))" == "\(kept.judged(last))")
      #expect(
        streamed.scorecard(metrics: MetricRegistry.builtIn.metrics).rows.map(\.overall).map(\.description)
          == kept.scorecard(metrics: MetricRegistry.builtIn.metrics).rows.map(\.overall).map(\.description))
      // The same numbers from the comparisons themselves, metric by metric.
      let card = streamed.scorecard(metrics: MetricRegistry.builtIn.metrics)
      for (forecaster, row) in card.rows.enumerated() {
        let all = try kept.keptFolds.flatMap { fold in
          kept.comparisons(of: try kept.judged(fold).compactMap { $0 }, at: [0, 1])[forecaster]
        }
        for (metric, value) in zip(MetricRegistry.builtIn.metrics, row.overall) {
          let expected = metric.value(of: all)
          #expect(abs(value - expected) <= 1e-12 * max(1, abs(expected)) || value.isNaN && expected.isNaN, "\(metric)")
        }
        for step in 0..<5 {
          for (metric, value) in zip(MetricRegistry.builtIn.metrics, row.perStep[step]) {
            let expected = metric.value(of: all, step: step)
            #expect(
              abs(value - expected) <= 1e-12 * max(1, abs(expected)) || value.isNaN && expected.isNaN,
              "\(metric), step \(step)")
          }
        }
      }
    }
  }

  @Test func theNewestForecastOfEachRowIsKeptForAnomalies() throws {
    let panel = Panel([series(wavy(60))])
    let chain = Chain(
      transforms: [], shape: WindowShape(lookback: 7, horizon: 3),
      forecaster: Baseline.naive.forecaster(season: nil, levels: [0.5, 0.9]))
    let backtest = Backtest(
      metrics: [.mae], folds: 10, stride: 1, refitEvery: 0, keepsForecasts: false, anomalies: .widest)
    let readings = try #require(try backtest.run(chain, on: panel, context: FitContext()).readings)
    #expect(readings.level == 0.9)
    #expect(readings.rows[0].keys.sorted() == Array(48..<60))
    // One step ahead of each origin, but for what only the last one reaches.
    for row in 48..<57 { #expect(readings.rows[0][row]?.forecast == panel.series[0].values[row - 1]) }
    for row in 57..<60 { #expect(readings.rows[0][row]?.forecast == panel.series[0].values[56]) }
  }
}
