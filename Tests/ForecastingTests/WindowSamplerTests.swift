import Recurrent
import Testing
import TimeSeries

@testable import Forecasting

/// Where the windows of a panel lie, above all in series that are too short for a whole one.
@Suite struct WindowSamplerTests {
  static func panel(_ counts: [Int]) -> Panel {
    Panel(counts.enumerated().map { series(wavy($1, seed: UInt64($0 + 1)), name: "s\($0)", frequency: .steps) })
  }

  static func sampler(
    _ counts: [Int], lookback: Int = 10, horizon: Int = 4, validation: Int? = 0,
    padding: WindowShape.Padding = .automatic
  ) throws -> WindowSampler {
    try WindowSampler(
      panel(counts), shape: WindowShape(lookback: lookback, horizon: horizon, padding: padding),
      validation: validation, season: 1)
  }

  static func origins(_ set: WindowSet, of series: Int) -> [Int] {
    set.windows.filter { $0.series == series }.map(\.origin)
  }

  @Test func longSeriesAreCutIntoWholeWindows() throws {
    let sampler = try Self.sampler([14, 16])
    #expect(!sampler.isPadded)
    #expect(Self.origins(sampler.training, of: 0) == [9])
    #expect(Self.origins(sampler.training, of: 1) == [9, 10, 11])
  }

  @Test func aShortSeriesLetsAllWindowsBeginBeforeTheirSeries() throws {
    let sampler = try Self.sampler([16, 8, 5, 1])
    #expect(sampler.isPadded)
    #expect(Self.origins(sampler.training, of: 0) == Array(1...11))
    #expect(Self.origins(sampler.training, of: 1) == [1, 2, 3])
    // Five steps leave one to see before a horizon of four: nothing to learn from.
    #expect(Self.origins(sampler.training, of: 2).isEmpty && Self.origins(sampler.training, of: 3).isEmpty)
    #expect(sampler.all == sampler.training)
  }

  @Test func paddingCanBeAskedForAndRefused() throws {
    #expect(Self.origins(try Self.sampler([16], padding: .always).training, of: 0).first == 1)
    let error = #expect(throws: ForecastingError.self) { try Self.sampler([16, 13, 9], padding: .never) }
    #expect(
      error?.description
        == "series \"s1\" has 13 steps, too few: lookback 10 + horizon 4 needs 14; shorten lookback, horizon, validation "
        + "or folds, or bring more rows")
  }

  @Test func aGapAtTheFrontIsPaddedToo() throws {
    var values = wavy(16)
    for step in 0..<6 { values[step] = .nan }
    let sampler = try WindowSampler(
      Panel([series(values)]), shape: WindowShape(lookback: 10, horizon: 4), validation: 0, season: 1)
    #expect(sampler.isPadded)
    #expect(Self.origins(sampler.training, of: 0) == [7, 8, 9, 10, 11])
  }

  @Test func nothingToLearnFromIsRefusedInWords() throws {
    let error = #expect(throws: ForecastingError.self) { try Self.sampler([4, 9, 3], validation: 4) }
    #expect(
      error?.description
        == "series \"s1\" has 9 steps, too few: 2 steps to see + horizon 4 + validation 4 needs 10; shorten lookback, "
        + "horizon, validation or folds, or bring more rows")
  }

  @Test func validationLooksAtTheLastStepsAlone() throws {
    let sampler = try Self.sampler([30, 12], validation: 6)
    #expect(Self.origins(sampler.training, of: 0).last == 30 - 6 - 4 - 1)
    #expect(Self.origins(sampler.validation, of: 0) == [23, 24, 25])
    #expect(Self.origins(sampler.validation, of: 1) == [5, 6, 7])
    #expect(Self.origins(sampler.all, of: 0).last == 25)
  }

  @Test func manyValidationWindowsAreThinnedOutEvenly() throws {
    let sampler = try Self.sampler([9000, 9000], validation: 4000)
    #expect((3900...4096).contains(sampler.validation.windows.count))
    let first = Self.origins(sampler.validation, of: 0)
    #expect(first.count - Self.origins(sampler.validation, of: 1).count <= 1)
    #expect(zip(first.dropFirst(), first).allSatisfy { $0 - $1 == 2 })
  }

  @Test func aPanelOfManyWindowsHoldsRowsBackUnlessSeriesAreShort() {
    #expect(WindowSampler.usualValidation(windows: [999], horizon: 12) == 0)
    #expect(WindowSampler.usualValidation(windows: [1000], horizon: 12) == 24)
    #expect(WindowSampler.usualValidation(windows: Array(repeating: 40, count: 50), horizon: 12) == 12)
    #expect(WindowSampler.usualValidation(windows: Array(repeating: 20, count: 100), horizon: 12) == 0)
    // One short series among many long ones does not decide.
    #expect(WindowSampler.usualValidation(windows: [0, 2000, 2000], horizon: 12) == 24)
  }

  @Test func aShortSeriesAmongLongOnesIsForecast() throws {
    var network = NetworkOptions(lookback: 1, horizon: 1)
    network.hidden = 4
    var training = TrainingOptions()
    training.epochs = 2
    let forecaster = RecurrentForecaster(network: network, training: training)
    let panel = Self.panel([60, 50, 5, 1])
    let fitted = try forecaster.fit(panel, shape: WindowShape(lookback: 12, horizon: 6), context: FitContext())
    let forecast = try fitted.forecast(after: panel)
    #expect(forecast.series.map(\.name) == ["s0", "s1", "s2", "s3"])
    for series in forecast.series {
      #expect(series.point.count == 6 && series.point.allSatisfy { (0..<60).contains($0) }, "\(series.name)")
    }
    #expect(fitted.networks[0].options.maskChannel)
    let plain = RecurrentForecaster(network: network, training: training, mask: false)
    let unmasked = try plain.fit(panel, shape: WindowShape(lookback: 12, horizon: 6), context: FitContext())
    #expect(unmasked.networks[0].options.maskChannel == false)
  }

  @Test func aNetworkOfWholeWindowsRefusesAShortHistory() throws {
    var training = TrainingOptions()
    training.epochs = 1
    let forecaster = RecurrentForecaster(network: NetworkOptions(lookback: 1, horizon: 1), training: training)
    let fitted = try forecaster.fit(
      Self.panel([60]), shape: WindowShape(lookback: 12, horizon: 6), context: FitContext())
    let error = #expect(throws: ForecastingError.self) { try fitted.forecast(after: Self.panel([11])) }
    #expect(
      error?.description
        == "series \"s0\" has 11 steps, too few: a lookback of 12 needs 12; shorten lookback, horizon, validation or "
        + "folds, or bring more rows")
  }

  @Test func aBacktestLeavesOutWhatIsTooShortForIt() throws {
    let panel = Self.panel([40, 9, 3])
    let chain = Chain(
      transforms: [], shape: WindowShape(lookback: 8, horizon: 4), forecaster: Baseline.drift.forecaster(season: 1))
    let result = try Backtest(metrics: [.mae], season: 1, folds: 2).run(chain, on: panel, context: FitContext())
    #expect(result.origins == [[32, 0, 0], [36, 5, 0]])
    let card = result.scorecard(metrics: [.mae, .mase])
    #expect(card.rows[0].overall.allSatisfy(\.isFinite) && card.rows[0].perSeries[1].allSatisfy(\.isFinite))
    let unjudged = card.rows[0].perSeries[2]
    #expect(unjudged.allSatisfy { $0.isNaN })
    // The long series' scores are those of a backtest without the short ones.
    let alone = try Backtest(metrics: [.mae], season: 1, folds: 2).run(
      chain, on: Self.panel([40]), context: FitContext()
    ).scorecard(metrics: [.mae, .mase])
    #expect(card.rows[0].perSeries[0] == alone.rows[0].perSeries[0])
  }
}

extension WindowSet {
  static func == (one: WindowSet, other: WindowSet) -> Bool { one.windows == other.windows }
}

/// What the loss mase+smape divides by.
@Suite struct LossReferenceTests {
  @Test func theReferenceIsNaive2OnTheLastHorizon() throws {
    // The first series rises by 1 a step, the second stands at 10 and jumps to 14: Naive2 repeats the last value.
    let panel = Panel([
      series([1, 2, 3, 4, 5, 6], name: "a", frequency: .steps),
      series([10, 11, 10, 11, 14, 14], name: "b", frequency: .steps),
    ])
    let reference = LossReference(of: panel, season: 1, horizon: 2)
    // a: errors 1 and 2 over a scale of 1; b: errors 3 and 3 over a scale of 1.
    #expect(abs(reference.mase - (1.5 + 3) / 2) < 1e-12)
    let smape = ((2 * 1.0 / 9 + 2 * 2.0 / 10) / 2 + 2 * 3.0 / 25) / 2
    #expect(abs(reference.smape - smape) < 1e-12)
    let scale = SeriesLossScale(of: [1, 2, 4, 7], by: reference)
    #expect(scale == SeriesLossScale(error: 2, referenceMASE: reference.mase, referenceSMAPE: reference.smape))
  }

  @Test func whatHasNoScaleCountsByItsSize() {
    let none = LossReference(of: Panel([series([5, 5, 5], frequency: .steps)]), season: 1, horizon: 4)
    #expect(none.mase == 1 && none.smape == 1)
    #expect(SeriesLossScale(of: [5, 5, 5], by: none).error == 5)
    #expect(SeriesLossScale(of: [0, 0], by: none).error == 1)
    #expect(SeriesLossScale(of: [], by: none).error == 1)
  }
}
