import Foundation
import Testing
import TimeSeries

@testable import Forecasting

/// What is known ahead, taken out of a series and given back to its forecast.
@Suite struct CovariateRegressionTests {
  /// Days with a level that wanders, a week, and promotions at random that add `effect` or multiply by 1 plus it.
  static func promotions(
    _ days: Int = 200, ahead: Int = 7, effect: Double, isMultiplicative: Bool = false, name: String = "a",
    seed: UInt64 = 3
  ) -> Series {
    var generator = SplitMix(state: seed)
    let promo = (0..<days + ahead).map { _ in generator.unit() < 0.2 ? 1.0 : 0 }
    var level = 50.0
    var result = series(
      (0..<days).map { step in
        level += generator.normal() / 4
        let usual = level + [0, 2, 5, 3, 1, -2, -4][step % 7] + generator.normal() / 2
        return isMultiplicative ? usual * (1 + effect * promo[step]) : usual + effect * promo[step]
      }, name: name)
    result.covariates.future = [.init(name: "promo", values: promo)]
    return result
  }

  func effects(_ series: Series, season: Int? = nil) -> CovariateEffects {
    CovariateEffects(in: series, season: season)
  }

  @Test("the slopes are those of numpy, and of statsmodels where nothing holds them down")
  func slopesOfARegression() {
    // numpy 2.4, four rounds of Huber's weights (1.345 × 1.4826 median deviations) and numpy.linalg.solve of the normal
    // equations; statsmodels.api.RLM(y, X, M=HuberT(1.345)).fit(scale_est="mad").params: [3.01526553, -1.99363008]
    let steps = (0..<30).map(Double.init)
    let columns = [steps.map { Int($0) % 3 == 0 ? 1.0 : 0 }, steps.map { cos($0 * $0) }]
    var targets = steps.indices.map { 3 * columns[0][$0] - 2 * columns[1][$0] + sin(5 * steps[$0]) * 0.4 }
    targets[7] += 20
    let regression = RidgeRegression(columns: columns, targets: targets)
    #expect(areClose(regression.slopes(penalty: 1e-9), [3.015_265_36, -1.993_629_23], within: 1e-8))
    #expect(areClose(regression.slopes(penalty: 10), [1.237_929_85, -0.939_867_68], within: 1e-8))
    #expect(areClose(regression.slopes(without: 6..<12, penalty: 2), [2.185_820_88, -1.606_185_14], within: 1e-8))
    // A column without a value has no slope.
    let empty = RidgeRegression(columns: [columns[0], columns[0].map { _ in 0 }], targets: targets)
    #expect(empty.slopes(penalty: 0) == [0, 0])
  }

  @Test func effectsAreFoundThroughTrendAndSeason() throws {
    let added = effects(Self.promotions(effect: 8))
    #expect(!added.isMultiplicative && added.effects.map(\.name) == ["promo"])
    #expect(abs(added.effects[0].slope - 8) < 0.5, "\(added)")
    #expect((added.effects[0].least, added.effects[0].greatest) == (0, 1))
    // On a level that grows tenfold, a share stays a share.
    var growing = Self.promotions(effect: 0.4, isMultiplicative: true)
    growing.values = growing.values.enumerated().map { $1 * exp(Double($0) / 87) }
    let multiplied = effects(growing)
    #expect(multiplied.isMultiplicative && abs(exp(multiplied.effects[0].slope) - 1.4) < 0.05, "\(multiplied)")
  }

  @Test func whatExplainsNothingIsNotTaken() {
    for seed in UInt64(1)...20 {
      var idle = Self.promotions(effect: 0, seed: seed)
      #expect(effects(idle).effects.isEmpty, "seed \(seed)")
      // Another thing that wanders, as prices do, beside a constant.
      var generator = SplitMix(state: seed + 100)
      var level = 0.0
      let wandering = (0..<207).map { _ in
        level += generator.normal()
        return level
      }
      idle.covariates.future = [
        .init(name: "price", values: wandering), .init(name: "one", values: [Double](repeating: 1, count: 207)),
      ]
      #expect(effects(idle).effects.isEmpty, "seed \(seed)")
    }
    // Zeros stay zeros.
    var rare = Self.promotions(effect: 8)
    rare.values = zip(rare.values, rare.covariates.future[0].values).map { $1 == 0 ? 0 : $0 }
    #expect(effects(rare).effects.isEmpty)
    // Of few rows nothing is believed.
    #expect(effects(Self.promotions(40, effect: 8)).effects.isEmpty)
  }

  @Test(arguments: [false, true])
  func theForecastGetsBackWhatIsKnownAhead(isMultiplicative: Bool) throws {
    let whole = Self.promotions(effect: isMultiplicative ? 0.3 : 15, isMultiplicative: isMultiplicative)
    let history = Panel([whole.prefix(193)])
    let fitted = try CovariateRegression().fit(history)
    // What it makes of the future, undone, is the future.
    let prepared = try fitted.apply(Panel([whole]))
    let future = Forecast([
      Forecast.Series(
        name: "a", index: history.series[0].index.following(7), point: Array(prepared.series[0].values.suffix(7)))
    ])
    let restored = try fitted.invert(future, history: history)
    #expect(areClose(restored.series[0].point, Array(whole.values.suffix(7))))
    #expect(prepared.series[0].values != whole.values)
    #expect(try prepared.series[0].values.prefix(193) == fitted.apply(history).series[0].values[...])
    // The naive forecast knows of the promotions then.
    let chain = Chain(
      transforms: [CovariateRegression()], shape: WindowShape(lookback: 7, horizon: 7),
      forecaster: LocalForecaster(NaiveMethod(isSeasonal: true)))
    let plain = Chain(transforms: [], shape: chain.shape, forecaster: chain.forecaster)
    let errors = try [chain, plain].map { chain in
      try Backtest(metrics: [.mae], folds: 8, refitEvery: 0).run(chain, on: Panel([whole]), context: FitContext())
        .scorecard(metrics: [.mae]).value(.mae) ?? .infinity
    }
    #expect(errors[0] < 0.5 * errors[1], "\(errors)")
  }

  @Test func laterRowsChangeNothing() throws {
    let whole = Self.promotions(effect: 8)
    var changed = whole
    for step in 150..<whole.count { changed.values[step] = 1e6 + Double(step) }
    let fits = try [whole, changed].map { try CovariateRegression().fit(Panel([$0.prefix(150)])) }
    #expect(try fits[0].apply(Panel([whole])) == fits[1].apply(Panel([whole])))
  }

  @Test func whatIsNotKnownHasNoEffect() throws {
    var gaps = Self.promotions(effect: 8)
    gaps.covariates.future[0].values[20] = .nan
    gaps.values[40] = .nan
    let fitted = try CovariateRegression().fit(Panel([gaps]))
    let values = try fitted.apply(Panel([gaps])).series[0].values
    #expect(values[20] == gaps.values[20] && values[40].isNaN && values.count(where: \.isNaN) == 1)
    // Beyond what was seen nothing is known: three promotions at once count as one.
    let effect = CovariateEffects(in: gaps, season: nil).effects[0]
    #expect(effect(3) == effect(1) && effect(-2) == effect(0) && effect(.nan) == 0)
  }

  @Test func faultsAreNamed() throws {
    #expect(throws: CovariateError.nothingAhead) { try CovariateRegression().fit(Panel([series(wavy(90))])) }
    let fitted = try CovariateRegression().fit(Panel([Self.promotions(effect: 8)]))
    #expect(throws: CovariateError.absent(series: "a", covariate: "promo")) {
      try fitted.apply(Panel([series(wavy(90))]))
    }
    #expect(throws: ForecastingError.unknownSeries("b")) { try fitted.apply(Panel([series(wavy(90), name: "b")])) }
  }

  @Test func whatWasFoundIsSaid() throws {
    func remark(_ series: [Series]) throws -> String? { try CovariateRegression().fit(Panel(series)).remark }
    let one = try #require(try remark([Self.promotions(effect: 8)]))
    #expect(one.hasPrefix("for each unit more: promo +") && one.count < 40, "\(one)")
    #expect(try remark([Self.promotions(effect: 0)]) == "nothing that is known ahead explains enough to count")
    #expect(
      try remark([Self.promotions(effect: 8), Self.promotions(effect: 0, name: "b")])
        == "what is known ahead counts in 1 of 2 series")
  }

  @Test func aSavedRegressionForecastsTheSame() throws {
    let panel = Panel([Self.promotions(effect: 8)])
    let chain = Chain(
      transforms: [CovariateRegression()], shape: WindowShape(lookback: 7, horizon: 7),
      forecaster: LocalForecaster(NaiveMethod(isSeasonal: true)))
    let fitted = try chain.fit(panel, context: FitContext())
    let coder = ModelCoder(
      kinds: SavedKinds(CovariateRegression.savedParts + LocalForecaster.savedParts))
    #expect(try SavingTests.reloaded(fitted, coder: coder).forecast(after: panel) == fitted.forecast(after: panel))
  }
}
