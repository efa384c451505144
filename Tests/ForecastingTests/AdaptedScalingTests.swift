import Recurrent
import Testing
import TimeSeries

@testable import Forecasting

/// What a network does with readings when nobody has said how they are scaled, and with a lookback of its own.
@Suite struct AdaptedScalingTests {
  static func forecaster(change: (inout RecurrentForecaster) -> Void = { _ in }) -> RecurrentForecaster {
    var options = NetworkOptions(lookback: 14, horizon: 7)
    options.hidden = 4
    var training = TrainingOptions()
    training.epochs = 2
    var forecaster = RecurrentForecaster(network: options, training: training, validation: 0, adapts: true)
    change(&forecaster)
    return forecaster
  }

  static let shape = WindowShape(lookback: 14, horizon: 7)

  func fitted(
    _ values: [Double], behind transforms: [any Transform] = [], _ forecaster: RecurrentForecaster = forecaster()
  ) throws -> FittedRecurrentForecaster {
    let chain = Chain(transforms: transforms, shape: Self.shape, forecaster: forecaster)
    let fitted = try chain.fit(Panel([series(values)]), context: FitContext())
    return try #require(fitted.forecaster as? FittedRecurrentForecaster)
  }

  func learnsLogarithms(_ values: [Double], behind transforms: [any Transform] = []) throws -> Bool {
    let scaling = try fitted(values, behind: transforms).networks[0].options.scaling
    let usual = WindowScaling()
    #expect(
      scaling == usual || scaling == WindowScaling(level: usual.level, spread: .none, logarithm: true, factor: 5))
    return scaling.logarithm
  }

  @Test func readingsAboveZeroAreLearnedAsLogarithms() throws {
    let values = wavy(120)
    #expect(try learnsLogarithms(values))
    #expect(try !learnsLogarithms(values.map { $0 - 25 }), "some lie below zero")
    var few = values
    few[3] = 0
    #expect(try learnsLogarithms(few), "1 of 120 is zero")
    few[9] = 0
    #expect(try !learnsLogarithms(few), "2 of 120 are zero")
    few = values
    few[5] = .nan
    #expect(try learnsLogarithms(few, behind: [Fill(.linear)]), "a filled gap leaves the units as they are")
  }

  @Test func whoeverTransformsHasChosen() throws {
    #expect(try !learnsLogarithms(wavy(120), behind: [Log()]))
    #expect(try !learnsLogarithms(wavy(120), behind: [Clip(), Difference(lag: 1)]))
    #expect(try learnsLogarithms(wavy(120), behind: [Clip()]))
    // A member of an ensemble stands behind the same transforms.
    let panel = Panel([series(wavy(120))])
    let points = try [true, false].map { adapts in
      let network = Self.forecaster { $0.adapts = adapts }
      let ensemble = Ensemble([.init("net", network), .init("naive", Baseline.naive.forecaster(season: 7))])
      return try Chain(transforms: [Log()], shape: Self.shape, forecaster: ensemble)
        .fit(panel, context: FitContext()).forecast(after: panel).series[0].point
    }
    #expect(points[0] == points[1])
  }

  @Test func theUnitOfTheReadingsDoesNotMatter() throws {
    let panel = Panel([series(wavy(120))])
    let thousands = Panel([series(wavy(120).map { $0 * 1024 })])
    let one = try Self.forecaster().fit(panel, shape: Self.shape, context: FitContext()).forecast(after: panel)
    let other = try Self.forecaster().fit(thousands, shape: Self.shape, context: FitContext())
      .forecast(after: thousands)
    #expect(areClose(other.series[0].point, one.series[0].point.map { $0 * 1024 }, within: 1e-4))
  }

  @Test func aShorterLookbackSeesNothingOlder() throws {
    let short = Self.forecaster { $0.lookback = 5 }
    let values = wavy(120)
    let network = try fitted(values, short)
    #expect(network.networks[0].options.lookback == 5)
    var changed = values
    for step in 0..<(120 - 7) { changed[step] += 3 }
    let (before, after) = (Panel([series(values)]), Panel([series(changed)]))
    // The anchors are the last value and that of a week ago, the network sees five steps.
    #expect(try network.forecast(after: before).series[0].point == network.forecast(after: after).series[0].point)
    changed[116] += 3
    let seen = Panel([series(changed)])
    #expect(try network.forecast(after: before).series[0].point != network.forecast(after: seen).series[0].point)
  }
}
