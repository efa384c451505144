import Testing
import TimeSeries

@testable import Forecasting

@Suite struct CovariateImportanceTests {
  /// Forecasts 20 and ten times the promotions that are known ahead.
  private struct Promotions: UnsavedForecaster {
    func forecast(after history: Panel) throws -> Forecast {
      Forecast(
        history.series.map { series in
          let ahead =
            series.covariates.future.first { $0.name == "promo" }?.values.dropFirst(series.count).prefix(4) ?? []
          return .init(name: series.name, index: series.index.following(4), point: ahead.map { 20 + 10 * $0 })
        })
    }
  }

  /// Promotions that all is due to, and the weather, which nothing is.
  private func panel(_ count: Int = 2, facts: Bool = false) -> Panel {
    var panel = CovariateForecastTests.promotions(80, series: count)
    for position in panel.series.indices {
      var generator = SplitMix(state: UInt64(position + 90))
      panel.series[position].covariates.past = [
        .init(name: "weather", values: (0..<80).map { _ in generator.normal() })
      ]
      if facts { panel.series[position].covariates.statics = [.init(name: "shop", value: .number(Double(position)))] }
    }
    return panel
  }

  @Test func whatTheForecastRestsOnCountsAndNothingElseDoes() throws {
    let chain = FittedChain(transforms: [], forecaster: Promotions())
    let found = try chain.covariateImportance(on: panel(facts: true), horizon: 4, seed: 1)
    #expect(found.map(\.name) == ["weather", "promo", "shop"])
    #expect(found[0].growth == 0 && found[2].growth == 0)
    // A shuffled promotion is wrong on 42 of 100 days, by 10; noise alone is off by 0.4 a day.
    #expect(found[1].growth > 5 && found[1].growth < 15, "\(found[1].growth)")
  }

  @Test func theSameSeedDrawsTheSameShuffles() throws {
    let chain = FittedChain(transforms: [], forecaster: Promotions())
    let found = try (1...2).map { _ in try chain.covariateImportance(on: panel(), horizon: 4, seed: 7) }
    #expect(found[0] == found[1])
    #expect(try chain.covariateImportance(on: panel(), horizon: 4, seed: 8) != found[0])
  }

  @Test func aNetworkRestsOnWhatItHasLearnedFrom() throws {
    let panel = CovariateForecastTests.promotions(200)
    let chain = Chain(
      transforms: [], shape: CovariateForecastTests.shape, forecaster: CovariateForecastTests.forecaster(20))
    let found = try chain.fit(panel, context: FitContext()).covariateImportance(on: panel, horizon: 4, seed: 1)
    #expect(found.map(\.name) == ["promo"])
    #expect(found[0].growth > 0.2, "\(found[0].growth)")
  }

  @Test func withoutCovariatesOrRowsThereIsNothing() throws {
    let chain = FittedChain(transforms: [], forecaster: Promotions())
    let bare = CovariateForecastTests.promotions(80, knows: false)
    #expect(try chain.covariateImportance(on: bare, horizon: 4, seed: 1).isEmpty)
    #expect(try chain.covariateImportance(on: Panel([]), horizon: 4, seed: 1).isEmpty)
    #expect(try chain.covariateImportance(on: panel().dropLast(76), horizon: 4, seed: 1).isEmpty)
  }
}
