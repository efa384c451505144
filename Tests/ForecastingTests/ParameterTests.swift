import Recurrent
import Testing
import TimeSeries

@testable import Forecasting

/// What fitted forecasters say of themselves.
@Suite struct ParameterTests {
  static let shape = WindowShape(lookback: 12, horizon: 6)

  static func parameters(
    _ forecaster: any Forecaster, _ panel: Panel = airlinePanel(), shape: WindowShape = shape
  ) throws -> [ForecasterParameter] {
    try forecaster.fit(panel, shape: shape, context: FitContext()).parameters
  }

  static func text(_ parameters: [ForecasterParameter]) -> [String] {
    parameters.map { ($0.series.map { "\($0): " } ?? "") + "\($0.name) \($0.value)" }
  }

  @Test func smoothingSaysItsFormAndWhatBelongsToIt() throws {
    let damped = ExponentialSmoothing(SmoothingForm(error: .multiplicative, trend: .damped, season: .multiplicative))
    let found = try Self.parameters(LocalForecaster(damped))
    #expect(found.map(\.name) == ["form", "alpha", "beta", "gamma", "phi"])
    #expect(found[0].value == "(M,Ad,M)")
    let fitted = damped.fitted(to: airline, season: 12).model
    #expect(found[1].value == fitted.alpha.text() && found[4].value == fitted.damping.text())
    #expect(found[2].value == (fitted.alpha * fitted.trendShare).text(), "beta is alpha times beta*")
    #expect(try Self.parameters(Baseline.ses.forecaster(season: 1)).map(\.name) == ["form", "alpha"])
    #expect(try Self.parameters(Baseline.holt.forecaster(season: 1)).map(\.name) == ["form", "alpha", "beta"])
    #expect(SmoothingForm.simple.description == "(A,N,N)")
  }

  @Test func simpleMethodsSayWhatTheyHave() throws {
    func text(_ baseline: Baseline) throws -> [String] {
      Self.text(try Self.parameters(baseline.forecaster(season: nil)))
    }
    #expect(try text(.naive) == [])
    #expect(try text(.mean) == [])
    #expect(try text(.seasonalNaive) == ["season 12"])
    #expect(try text(.drift) == ["drift 2.238"])
    #expect(try text(.naive2) == ["season multiplicative, 12 steps"])
    let theta = try text(.theta)
    #expect(theta[0] == "season multiplicative, 12 steps")
    #expect(theta[1].hasPrefix("alpha 0.") && theta[2].hasPrefix("drift 1.") && theta.count == 3)
  }

  @Test func seriesThatDifferSaySoByName() throws {
    let panel = Panel([series([1, 2, 3, 4], name: "b"), series([1, 3, 5, 7], name: "a")])
    #expect(Self.text(try Self.parameters(LocalForecaster(DriftMethod()), panel)) == ["a: drift 2", "b: drift 1"])
    #expect(
      Self.text(try Self.parameters(LocalForecaster(NaiveMethod(isSeasonal: true), season: 2), panel)) == ["season 2"])
  }

  @Test func aNetworkSaysItsShapeAndSize() throws {
    let forecaster = PathTests.forecaster(.stacked, .point, members: 2)
    var plain = forecaster
    plain.levels = []
    let fitted = try plain.fit(PathTests.panel, shape: PathTests.shape, context: FitContext())
    #expect(
      Self.text(fitted.parameters) == [
        "network stacked", "cell lstm", "layers 1", "hidden units 4", "weights \(fitted.networks[0].parameterCount)",
        "networks 2",
      ])
  }

  @Test func membersAreNamedBeforeWhatIsTheirs() throws {
    let members = [
      Ensemble.Member("s", LocalForecaster(NaiveMethod(isSeasonal: true))), .init("d", LocalForecaster(DriftMethod())),
    ]
    #expect(
      Self.text(try Self.parameters(Ensemble(members)))
        == ["members s, d", "combination median", "s: season 12", "d: drift 2.238"])
    #expect(
      Self.text(try Self.parameters(Ensemble(members, combination: .mean))) == [
        "members s, d", "combination mean", "s: weight 0.5", "s: season 12", "d: weight 0.5", "d: drift 2.238",
      ])
    #expect(
      Self.text(try Self.parameters(Ensemble(members, combination: .weighted(folds: 2))))[1]
        == "combination weighted mean")
  }

  @Test func aChoiceIsSaidOnceOrForEachSeries() throws {
    let lines = (0..<40).map { Double($0) }
    let swings = (0..<40).map { Double($0 % 4) }
    let candidates = [
      Ensemble.Member("s", LocalForecaster(NaiveMethod(isSeasonal: true), season: 4)),
      .init("d", LocalForecaster(DriftMethod())),
    ]
    func text(_ panel: Panel) throws -> [String] {
      Self.text(try Self.parameters(Selection(candidates, scope: .series, folds: 2), panel))
    }
    #expect(try text(Panel([series(lines, name: "a")])) == ["choice d", "d: drift 1"])
    #expect(
      try text(Panel([series(lines, name: "a"), series(swings, name: "b")]))
        == ["a: choice d", "b: choice s", "s: season 4", "a: d: drift 1"])
  }
}
