import Foundation
import Testing
import TimeSeries

@testable import Forecasting

extension Metric {
  /// The largest error of a forecast: a metric that is defined outside of the library.
  fileprivate static let largestError = Metric(
    "largest-error", "The largest absolute error of a forecast, the mean over forecasts.",
    scaled: { _, comparison in
      zip(comparison.truth, comparison.forecast).map { abs($0 - $1) }.filter { !$0.isNaN }.max() ?? .nan
    }
  ) { _, _ in 0 }
}

@Suite struct MetricTests {
  static let x: [Double] = [112, 118, 132, 129, 121, 135, 148, 148, 136, 119, 104, 118]

  static let comparison = Comparison(
    truth: [115, 126, 141], forecast: [110, 130.5, 139],
    intervals: [
      .init(level: 0.8, lower: [104, 127, 133], upper: [116, 136, 144]),
      .init(level: 0.95, lower: [100, 123, 129], upper: [121, 141, 149]),
    ], scale: seasonalScale(of: x, season: 4), squaredScale: squaredScale(of: x, season: 4), origin: 118)

  // numpy, with e = y - f: abs(e).mean(), (e**2).mean(), sqrt((e**2).mean()), (100*abs(e)/y).mean(),
  // (200*abs(e)/(y+f)).mean(), abs(e).mean()/abs(x[4:]-x[:-4]).mean(), sqrt((e**2).mean()/((x[4:]-x[:-4])**2).mean()),
  // abs(e).sum()/y.sum(); p = [max(q*(y-v), (q-1)*(y-v))] for the quantiles .025 .1 .5 .9 .975: p.mean(),
  // 2*(w @ p).mean() with w = diff([0, .0625, .3, .7, .9375, 1]); (hi-lo + 2/a*(max(0,lo-y)+max(0,y-hi))).mean() over
  // a = .2, .05; (sign(y-118) == sign(f-118)).mean()
  @Test(arguments: [
    (Metric.mae, 3.8333333333333335), (.mse, 16.416666666666668), (.rmse, 4.051748593714406),
    (.mape, 3.1125647915657164), (.smape, 3.127262600946812), (.mase, 0.18473895582329317),
    (.rmsse, 0.17468328571958264), (.nd, 0.030104712041884817), (.quantileLoss, 0.7616666666666667),
    (.crps, 2.2597916666666666), (.coverage, 1.0), (.intervalScore, 16.833333333333336), (.direction, 1.0),
  ])
  func agreesWithNumpy(metric: Metric, expected: Double) {
    #expect(abs(metric.value(of: Self.comparison) - expected) < 1e-12, "\(metric.value(of: Self.comparison))")
  }

  // The M4 scorer's score() and means() of a seasonal naive forecast over the last year of the airline series and of
  // 10 * sqrt(it), rounded to one decimal
  @Test func meansOverSeriesAgreeWithTheScorer() throws {
    let roots = airline.map { (100 * $0.squareRoot()).rounded() / 10 }
    let panel = Panel([
      series(airline, name: "a", frequency: .months(1)), series(roots, name: "b", frequency: .months(1)),
    ])
    let metrics: [Metric] = [.smape, .mase, .mape, .nd, .owa]
    let chain = Chain(
      transforms: [], shape: WindowShape(lookback: 1, horizon: 12),
      forecaster: Baseline.seasonalNaive.forecaster(season: 12))
    let card = try Backtest(metrics: metrics).run(chain, on: panel, context: FitContext()).scorecard(metrics: metrics)
    let expected = [
      7.933381639933639, 1.3767487780838876, 7.565743480832594, 0.08513015171353411, 1.4698601631877157,
    ]
    #expect(areClose(card.rows[0].overall, expected, within: 1e-12), "\(card.rows[0].overall)")
    #expect(card.rows.map(\.name) == ["model", "naive", "seasonal-naive", "naive2"])
    #expect(card.value(.owa, of: "naive2") == 1)
  }

  @Test func unknownTruthIsLeftOut() {
    let comparison = Comparison(truth: [1, .nan, 3], forecast: [2, 100, 3], scale: 0)
    #expect(Metric.mae.value(of: comparison) == 0.5)
    for metric in [Metric.mase, .rmsse, .owa, .quantileLoss, .coverage, .intervalScore, .direction] {
      #expect(metric.value(of: comparison).isNaN, "\(metric)")
    }
    #expect(Metric.crps.value(of: comparison) == 0.5, "without intervals the score is the absolute error")
  }

  @Test func oneStepIsTheMetricOfThatStep() {
    for metric in MetricRegistry.builtIn.metrics where metric != .owa {
      var step = Self.comparison
      step.truth = [step.truth[1]]
      step.forecast = [step.forecast[1]]
      step.intervals = step.intervals.map { .init(level: $0.level, lower: [$0.lower[1]], upper: [$0.upper[1]]) }
      #expect(metric.value(of: [Self.comparison], step: 1) == metric.value(of: step), "\(metric)")
    }
  }

  @Test func directionCountsSides() {
    let comparison = Comparison(truth: [11, 9, 10, 12], forecast: [12, 11, 15, 10], origin: 10)
    #expect(Metric.direction.value(of: comparison) == 0.5, "right, wrong, left out, half")
  }

  @Test func higherIsBetterOnlyForDirection() {
    #expect(MetricRegistry.builtIn.metrics.filter { $0.isBetter(2, than: 1) } == [.direction])
    #expect(
      MetricRegistry.builtIn.metrics.filter { $0.isBetter(1, than: 2) }
        == MetricRegistry.builtIn.metrics.filter { $0.orientation == .lower })
    #expect(!Metric.mae.isBetter(.nan, than: 1) && !Metric.mae.isBetter(1, than: .nan))
  }

  @Test func requirementsHaveTwoSides() {
    #expect(Requirement(metric: .mase, .init(.below, 1)).isMet(by: 0.9))
    #expect(!Requirement(metric: .mase, .init(.below, 1)).isMet(by: 1))
    #expect(!Requirement(metric: .mase, .init(.below, 1)).isMet(by: .nan))
    #expect(Requirement(metric: .direction, .init(.above, 0.5)).isMet(by: 0.6))
  }

  @Test(arguments: [
    ("< 1.0", "below 1.0", false), ("<=1", "at most 1.0", true), ("> 1", "above 1.0", false),
    (">=  1e0", "at least 1.0", true),
  ])
  func boundsAreReadFromText(text: String, words: String, keepsItself: Bool) throws {
    let bound = try #require(ScoreBound(text))
    #expect(bound.description == words)
    #expect(bound.value == 1 && bound.isMet(by: 1) == keepsItself && !bound.isMet(by: .nan))
  }

  @Test(arguments: ["1", "= 1", "<", "< one", "< inf", " < 1", ""])
  func otherTextsAreNoBounds(text: String) { #expect(ScoreBound(text) == nil) }

  @Test func aMetricOfItsOwnIsOneValueAndALineOfRegistration() throws {
    let registry = MetricRegistry.builtIn.adding([.largestError])
    #expect(registry.metrics.map(\.name).last == "largest-error" && registry["largest-error"] == .largestError)
    #expect(registry.metrics.allSatisfy { $0.summary.hasSuffix(".") })
    #expect(Metric.largestError.value(of: Self.comparison) == 5)
    let metrics: [Metric] = [.largestError, .mae]
    let chain = Chain(
      transforms: [], shape: WindowShape(lookback: 1, horizon: 3), forecaster: Baseline.naive.forecaster(season: 1))
    let result = try Backtest(metrics: metrics, folds: 2).run(chain, on: airlinePanel(), context: FitContext())
    let card = result.scorecard(metrics: metrics)
    let expected = try result.keptFolds.map { fold in
      let judged = try #require(try result.judged(fold, 0))
      return zip(judged.truth, judged.points[0]).map { abs($0 - $1) }.max() ?? .nan
    }
    #expect(card.rows[0].perFold.map { $0[0] } == expected)
    #expect(card.value(.largestError) == expected.mean)
    // What is saved is read without the metric, and scored with it.
    let coder = ModelCoder(kinds: SavedKinds(), metrics: registry)
    let loaded = try coder.load(BacktestResult.self, from: coder.save(result).document) {
      throw SavingError.missingFile($0)
    }
    #expect(loaded.scorecard(metrics: metrics) == card)
  }

  @Test func aSavedMetricIsItsNameAndReadByTheRegistry() throws {
    let fallback = Fallback(baseline: .theta, metric: .largestError, score: 1, modelScore: 2)
    let coder = ModelCoder(kinds: SavedKinds(), metrics: .builtIn.adding([.largestError]))
    let document = try coder.save(fallback).document
    let text = String(decoding: document, as: UTF8.self)
    #expect(text == #"{"baseline":"theta","metric":"largest-error","modelScore":2,"score":1}"#)
    func read(_ coder: ModelCoder) throws -> Fallback {
      try coder.load(Fallback.self, from: document) { throw SavingError.missingFile($0) }
    }
    #expect(try read(coder) == fallback)
    #expect(throws: SavingError.unknownMetric("largest-error")) { try read(ModelCoder(kinds: SavedKinds())) }
  }

  @Test func sumsThatWereSavedBeforeAreRead() throws {
    let names: [Metric.Statistic.Name] = [Metric.mae, .owa, .nd].statistics.map(\.name)
    let text =
      #"[{"mean":{"_0":"mae"}},{"mean":{"_0":"smape"}},{"mean":{"_0":"mase"}},{"meanOfNaive2":{"_0":"smape"}},"#
      + #"{"meanOfNaive2":{"_0":"mase"}},{"errors":{}},{"sizes":{}}]"#
    let coder = ModelCoder(kinds: SavedKinds())
    #expect(String(decoding: try coder.save(names).document, as: UTF8.self) == text)
    let read = try coder.load([Metric.Statistic.Name].self, from: Data(text.utf8)) {
      throw SavingError.missingFile($0)
    }
    #expect(read == names)
  }
}
