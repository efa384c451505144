import Recurrent
import Testing
import TimeSeries

@testable import Forecasting

/// What covariates do to the forecasts of a network, and what they must not do.
@Suite struct CovariateForecastTests {
  static let shape = WindowShape(lookback: 8, horizon: 4)

  /// Sales that stand still, but for promotion days at random, when they jump: nothing else tells when.
  static func promotions(_ days: Int, series count: Int = 2, knows: Bool = true) -> Panel {
    Panel(
      (0..<count).map { number in
        var generator = SplitMix(state: UInt64(number + 5))
        let promo = (0..<days + 4).map { _ in generator.unit() < 0.3 ? 1.0 : 0 }
        let values = (0..<days).map { 20 + 10 * promo[$0] + 0.5 * generator.normal() }
        var series = series(values, name: "s\(number)")
        if knows { series.covariates.future = [.init(name: "promo", values: promo)] }
        return series
      })
  }

  static func forecaster(
    _ epochs: Int = 80, _ change: (inout NetworkOptions) -> Void = { _ in }
  ) -> RecurrentForecaster {
    var network = NetworkOptions(lookback: 8, horizon: 4)
    network.cell = .gru
    network.hidden = 12
    network.scaling = WindowScaling(level: .median, spread: .meanAbsoluteDeviation)
    change(&network)
    var training = TrainingOptions()
    training.epochs = epochs
    training.learningRate = 0.01
    return RecurrentForecaster(network: network, training: training, validation: 0, anchors: [0])
  }

  static let kinds: [NetworkKind: @Sendable (inout NetworkOptions) -> Void] = [
    .stacked: { _ in },
    .dilated: { $0.dilations = [[1, 2]] },
    .encoderDecoder: { $0.decoderInput = .covariates },
    .recursive: { _ in },
    .segment: { $0.segment = 4 },
    .mlp: { _ in },
  ]

  func error(_ panel: Panel, _ forecaster: RecurrentForecaster) throws -> Double {
    let chain = Chain(transforms: [], shape: Self.shape, forecaster: forecaster)
    let result = try Backtest(metrics: [.mae], folds: 5, refitEvery: 0).run(chain, on: panel, context: FitContext())
    return try #require(result.scorecard(metrics: [.mae]).value(.mae))
  }

  @Test(arguments: Array(kinds.keys).sorted { $0.rawValue < $1.rawValue })
  func whatIsKnownAheadIsUsedByEveryNetwork(kind: NetworkKind) throws {
    let change = try #require(Self.kinds[kind])
    let told = Self.forecaster {
      $0.network = kind
      change(&$0)
    }
    let guessing = Self.forecaster {
      $0.network = kind
      change(&$0)
      $0.decoderInput = .correction
    }
    let knowing = try error(Self.promotions(160), told)
    let blind = try error(Self.promotions(160, knows: false), guessing)
    // The jumps are 10 on three days of ten; the noise is 0.5.
    #expect(blind > 2.2, "\(kind): \(blind)")
    #expect(knowing < blind / 2, "\(kind): \(knowing) of \(blind)")
  }

  /// A panel with covariates of every sort.
  static func everything() -> Panel {
    Panel(
      (0..<2).map { number in
        var series = series(wavy(60, seed: UInt64(number + 1)), name: "s\(number)")
        series.covariates = Covariates(
          past: [.init(name: "rain", values: wavy(60, seed: UInt64(number + 11)))],
          future: [.init(name: "price", values: wavy(64, seed: UInt64(number + 21)))],
          statics: [.init(name: "region", value: .text(number == 0 ? "n" : "s"))])
        return series
      })
  }

  static let small = forecaster(2) { $0.hidden = 4 }

  @Test func pastCovariatesAfterAnOriginChangeNothing() throws {
    let chain = Chain(transforms: [Normalize(.standard)], shape: Self.shape, forecaster: Self.small)
    for refitEvery in [0, 1] {
      var backtest = Backtest(metrics: [.mae], folds: 2, refitEvery: refitEvery)
      backtest.keepsForecasts = true
      let before = try backtest.run(chain, on: Self.everything(), context: FitContext())
      for fold in 0..<2 {
        var changed = Self.everything()
        for position in changed.series.indices {
          for step in before.origins[fold][position]..<60 {
            changed.series[position].covariates.past[0].values[step] = 1e6 * Double(step)
            changed.series[position].values[step] = -1e6
          }
        }
        let after = try backtest.run(chain, on: changed, context: FitContext())
        #expect(try after.judged(fold).map(\.?.points[0]) == before.judged(fold).map(\.?.points[0]))
      }
    }
  }

  @Test func futureCovariatesOfTheHorizonCountAndLaterOnesDoNot() throws {
    let fitted = try Self.small.fit(Self.everything(), shape: Self.shape, context: FitContext())
    let (panel, end) = (Self.everything(), 40)
    let before = try fitted.forecasts(on: panel, before: [[end, end]])[0]
    func forecast(changing steps: Range<Int>) throws -> Forecast {
      var changed = panel
      for step in steps { changed.series[0].covariates.future[0].values[step] += 20 }
      return try fitted.forecasts(on: changed, before: [[end, end]])[0]
    }
    let within = try forecast(changing: end..<end + 4)
    #expect(within.series[0].point != before.series[0].point)
    #expect(within.series[1] == before.series[1])
    #expect(try forecast(changing: end + 4..<64) == before)
    // Values behind the training rows decide nothing of the fit either.
    var later = panel.rows(from: [0, 0], to: [50, 50])
    for step in 50..<64 { later.series[0].covariates.future[0].values[step] = 1e6 }
    let first = try Self.small.fit(panel.rows(from: [0, 0], to: [50, 50]), shape: Self.shape, context: FitContext())
    let second = try Self.small.fit(later, shape: Self.shape, context: FitContext())
    #expect(try first.weightFiles() == second.weightFiles())
  }

  @Test func pastAndStaticCovariatesReachTheNetwork() throws {
    let fitted = try Self.small.fit(Self.everything(), shape: Self.shape, context: FitContext())
    let before = try fitted.forecast(after: Self.everything())
    var changed = Self.everything()
    changed.series[0].covariates.past[0].values[59] += 10
    #expect(try fitted.forecast(after: changed).series[0].point != before.series[0].point)
    changed = Self.everything()
    changed.series[0].covariates.statics[0].value = .text("s")
    #expect(try fitted.forecast(after: changed).series[0].point != before.series[0].point)
  }

  @Test func aHorizonThatIsNotKnownIsRefused() throws {
    let fitted = try Self.small.fit(Self.everything(), shape: Self.shape, context: FitContext())
    var short = Self.everything()
    short.series[1].covariates.future[0].values.removeLast()
    #expect(
      throws: CovariateError.missingAhead(series: "s1", covariate: "price", time: "1970-03-05", step: 4, horizon: 4)
    ) { try fitted.forecast(after: short) }
  }

  @Test func aRecursiveNetworkRefusesPastCovariates() {
    var recursive = Self.small
    recursive.network.network = .recursive
    #expect(throws: CovariateError.pastInRecursive(covariate: "rain")) {
      try recursive.fit(Self.everything(), shape: Self.shape, context: FitContext())
    }
  }

  @Test func aFittedNetworkKeepsItsScalesOnDisk() throws {
    let fitted = try Chain(transforms: [], shape: Self.shape, forecaster: Self.small)
      .fit(Self.everything(), context: FitContext())
    let coder = ModelCoder(kinds: SavedKinds(RecurrentForecaster.savedParts))
    let saved = try coder.save(fitted)
    let loaded = try coder.load(FittedChain.self, from: saved.document) { try #require(saved.files[$0]) }
    #expect(try loaded.forecast(after: Self.everything()) == fitted.forecast(after: Self.everything()))
  }

  /// A lag that reaches further back than the lookback.
  @Test func aLagMayBeLongerThanTheLookback() throws {
    let values = wavy(80)
    let fitted = try Self.forecaster(2) { $0.lags = [30] }.fit(
      Panel([series(values)]), shape: Self.shape, context: FitContext())
    let before = try fitted.forecast(after: Panel([series(values)]))
    // Each step of the lookback, 72 to 79, sees the value 30 before it.
    for (step, counts) in [(41, false), (42, true), (49, true), (50, false)] {
      var changed = values
      changed[step] += 5
      #expect((try fitted.forecast(after: Panel([series(changed)])) != before) == counts, "step \(step)")
    }
  }
}
