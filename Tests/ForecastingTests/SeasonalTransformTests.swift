import Foundation
import Testing
import TimeSeries

@testable import Forecasting

@Suite struct SeasonalTransformTests {
  // statsmodels 0.15.0: seasonal_decompose(y, model=..., period=12).seasonal[:12]
  @Test(arguments: [
    (
      SeasonKind.multiplicative,
      [
        0.9102303673722006, 0.8836253206943756, 1.0073662876035454, 0.9759060123228472, 0.9813780274951293,
        1.1127758266792729, 1.2265555429312012, 1.2199109694456252, 1.0604919326468183, 0.9217572404104976,
        0.8011780824134743, 0.8988243899850112,
      ]
    ),
    (
      .additive,
      [
        -24.74873737373738, -36.18813131313132, -2.241161616161611, -8.036616161616141, -4.506313131313135,
        35.402777777777764, 63.83080808080808, 62.82323232323231, 16.52020202020204, -20.642676767676768,
        -53.593434343434346, -28.619949494949505,
      ]
    ),
  ])
  func indicesAgreeWithStatsmodels(kind: SeasonKind, expected: [Double]) {
    #expect(areClose(Seasonality.indices(airline, period: 12, kind: kind), expected, within: 1e-12))
  }

  // is_seasonal of the M4 scorer: true for 12; false for these steps without a season
  @Test func theTestFindsSeasonsAndNothingElse() {
    #expect(Seasonality.isSignificant(airline, period: 12))
    var generator = SplitMix(state: 4)
    let noise = (0..<200).map { _ in generator.normal() }
    #expect(!Seasonality.isSignificant(noise, period: 12))
    #expect(!Seasonality.isSignificant(Array(airline.prefix(35)), period: 12), "three seasons are needed")
  }

  @Test func autoDividesOnlyWhatIsAboveZero() throws {
    let shifted = airline.map { $0 - 300 }
    let panel = Panel([
      series(airline, name: "a", frequency: .months(1)), series(shifted, name: "b", frequency: .months(1)),
    ])
    let fitted = try #require(try Deseasonalize(.auto).fit(panel) as? FittedDeseasonalize)
    #expect(fitted.seasons["a"]?.cycles.map(\.kind) == [.multiplicative])
    #expect(fitted.seasons["b"]?.cycles.map(\.kind) == [.additive])
  }

  @Test func twoSeasonsComeOutOneByOne() throws {
    let day: [Double] = [0, 3, 8, 2]
    let week: [Double] = [0, 0, 5, -5, 1, 2, -3]
    let values = (0..<280).map { (step: Int) -> Double in 50 + day[step % 4] + week[step / 4 % 7] }
    let fitted = try Deseasonalize(.additive, periods: [28, 4]).fit(Panel([series(values)]))
    let rest = try fitted.apply(Panel([series(values)])).series[0].values
    #expect(rest.allSatisfy { abs($0 - rest[0]) < 1e-9 })
  }

  @Test func rowsThatBeginLaterKeepTheirPlaceInTheSeason() throws {
    let panel = airlinePanel()
    for transform in [Deseasonalize(.multiplicative), Detrend()] as [any Transform] {
      let fitted = try transform.fit(panel)
      let whole = try fitted.apply(panel).series[0].values
      let later = panel.rows(from: [29], to: [144])
      #expect(areClose(try fitted.apply(later).series[0].values, Array(whole[29...]), within: 1e-12))
    }
  }

  @Test func dividingByZeroIsRefusedInWords() {
    let panel = Panel([series([0] + wavy(40))])
    let error = #expect(throws: ForecastingError.self) { try Deseasonalize(.multiplicative).fit(panel) }
    #expect(
      error?.description
        == "series \"a\": 0.0 is not above zero, so a season cannot be divided by; choose additive or auto in the "
        + "deseasonalize stage")
  }

  @Test func seasonalFillDrawsTheSeasonThroughGaps() throws {
    let week: [Double] = [0, 2, 5, 3, 1, -2, -4]
    let truth = (0..<70).map { (step: Int) -> Double in 10 + 0.5 * Double(step) + week[step % 7] }
    var values = truth
    for step in [20, 21, 22, 23, 40, 67, 68, 69] { values[step] = .nan }
    let panel = Panel([series(values)])
    let filled = try SeasonalFill().fit(panel).apply(panel).series[0].values
    let straight = Fill(.linear).apply(panel).series[0].values
    for step in [20, 21, 22, 23, 40] {
      #expect(abs(filled[step] - truth[step]) < 0.35)
    }
    #expect(zip(filled, straight).filter { $0 != $1 }.count >= 5)
    #expect(filled[67...].allSatisfy { !$0.isNaN })
    #expect(filled[10] == values[10])
  }
}

@Suite struct LineTests {
  // numpy 2.3: np.polyfit(np.arange(144), y, 1); scipy 1.17.1: stats.theilslopes(y)
  @Test(arguments: [
    (Line.Method.leastSquares, 2.65718391, 90.30996169), (.theilSen, 2.451216287678477, 90.23803543098887),
  ])
  func agreesWithNumpyAndScipy(method: Line.Method, slope: Double, intercept: Double) {
    let line = Line(through: airline, method: method)
    #expect(abs(line.slope - slope) < 1e-8)
    #expect(abs(line.intercept - intercept) < 1e-8)
  }

  @Test func wildValuesHardlyMoveTheMedianOfSlopes() {
    var values = (0..<2000).map { 3 + 0.25 * Double($0) }
    for step in stride(from: 5, to: 2000, by: 9) { values[step] = 1e6 }
    #expect(abs(Line(through: values, method: .theilSen).slope - 0.25) < 1e-9)
  }

  @Test func gapsAreLeftOut() {
    let line = Line(through: [.nan, 1, .nan, 3, .nan])
    #expect(line.slope == 1 && line.intercept == 0)
  }
}

@Suite struct BoxCoxTests {
  // coreforecast 0.0.20: boxcox_lambda(x, "guerrero", season_length=s, lower=0, upper=2)
  @Test func guerreroAgreesWithCoreforecast() {
    #expect(BoxCoxPower.evenest(for: airline, season: 12) < 1e-4)
    let x = (0..<144).map { Double($0 + 1).squareRoot() + [0, 1, 2, 0.5][$0 % 4] }
    #expect(abs(BoxCoxPower.evenest(for: x, season: 4) - 1.1039256105871238) < 1e-4)
  }

  // scipy 1.17.1: stats.boxcox_normmax(y, method="mle"), and of np.log(y)
  @Test func likelihoodAgreesWithScipy() {
    #expect(abs(BoxCoxPower.likeliest(for: airline) - 0.1480226453676261) < 1e-4)
    #expect(abs(BoxCoxPower.likeliest(for: airline.map { log($0) }) - 1.6364832702840946) < 1e-4)
  }

  @Test func anOffsetIsFoundWhereValuesAreNotAboveZero() throws {
    let panel = Panel([series([-5, 0, 3, 15, 2, 1, 7])])
    let fitted = BoxCox(lambda: 0)
    let values = try fitted.fit(panel).apply(panel).series[0].values
    #expect(values.allSatisfy { $0.isFinite })
    #expect(abs(values[0] - log(2)) < 1e-12, "the minimum stands a tenth of the range above zero")
  }

  @Test func whatNoPowerReachesStandsAtTheEnd() {
    let falling = BoxCoxPower(lambda: -1, offset: 0, largest: 8)
    #expect(falling.inverted(5) == 80)
    #expect(BoxCoxPower(lambda: 0.5, offset: 1, largest: 8).inverted(-100) == -1)
  }
}

@Suite struct ClipTests {
  // numpy: np.median(x) = 4.5, 1.4826 * np.median(abs(x - 4.5)) = 2.9652 of these eight values
  @Test func outliersStandAtTheEdge() throws {
    let x: [Double] = [4, 5, 3, 6, 100, 2, 7, -50]
    let panel = Panel([series(x)])
    let clipped = try Clip(deviations: 3).fit(panel).apply(panel).series[0].values
    #expect(areClose(clipped, [4, 5, 3, 6, 4.5 + 8.8956, 2, 7, 4.5 - 8.8956], within: 1e-12))
  }

  @Test func aWindowLooksBackOnly() throws {
    var x = wavy(60)
    x[30] = 500
    let panel = Panel([series(x)])
    let transform = Clip(deviations: 4, window: 14)
    let clipped = try transform.fit(panel).apply(panel).series[0].values
    #expect(clipped[30] < 60)
    #expect(clipped[13] == x[13])
    let early = try transform.fit(panel.dropLast(29)).apply(panel.dropLast(29)).series[0].values
    #expect(areSame(early, Array(clipped.prefix(31))))
  }

  @Test func valuesThatAreMostlyEqualAreLeftAlone() throws {
    let panel = Panel([series([0, 0, 0, 0, 9, 0, 0])])
    #expect(try Clip().fit(panel).apply(panel).series[0].values == [0, 0, 0, 0, 9, 0, 0])
  }
}

/// A chain that prepares in every way at once undoes all of it, whatever each fold's rows were.
@Suite struct ChainedTransformTests {
  @Test(arguments: [
    [Log(), Deseasonalize(.additive, periods: [7]), Difference(lag: 1)] as [any Transform],
    [Clip(deviations: 50), Deseasonalize(.multiplicative, periods: [7, 3]), Normalize(.robust)],
    [SeasonalFill(season: 7), BoxCox(), Detrend(.theilSen), Difference(lag: 7), Normalize(.minmax)],
  ])
  func aForecastOfTheTruthComesBackInEveryFold(transforms: [any Transform]) throws {
    /// Forecasts what a panel that was prepared in the same way holds.
    struct Oracle: Forecaster, UnsavedForecaster {
      var truth: Panel
      var transforms: [any Transform]
      var prepared: Panel?
      func fit(_ panel: Panel, shape: WindowShape, context: FitContext) throws -> Oracle {
        var (seen, all) = (truth.rows(before: panel.series.map(\.count)), truth)
        for transform in transforms {
          let fitted = try transform.fit(seen)
          (seen, all) = (try fitted.apply(seen), try fitted.apply(all))
        }
        return Oracle(truth: truth, transforms: transforms, prepared: all)
      }
      func forecast(after history: Panel) -> Forecast {
        Forecast(
          zip(history.series, prepared?.series ?? []).map { past, all in
            .init(
              name: past.name, index: past.index.following(5), point: Array(all.values[past.count..<past.count + 5]))
          })
      }
    }
    let panel = Panel([series(wavy(90)), series(wavy(90, seed: 6).map { $0 * 40 }, name: "b")])
    let chain = Chain(
      transforms: transforms, shape: WindowShape(lookback: 7, horizon: 5),
      forecaster: Oracle(truth: panel, transforms: transforms))
    for refit in [0, 1] {
      let result = try Backtest(metrics: [.mape], folds: 4, stride: 3, refitEvery: refit)
        .run(chain, on: panel, context: FitContext())
      for fold in result.keptFolds {
        for judged in try result.judged(fold) {
          let judged = try #require(judged)
          #expect(areClose(judged.points[0], judged.truth, within: 1e-8))
        }
      }
    }
  }
}
