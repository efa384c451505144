import Testing
import TimeSeries

@testable import Forecasting

/// Changing any value after an origin changes nothing in the forecasts from it: for every transform with every
/// forecaster, fitted at each origin or once.
@Suite struct LeakageTests {
  static let members = [
    Ensemble.Member("naive", Baseline.naive.forecaster(season: nil)),
    Ensemble.Member("theta", Baseline.theta.forecaster(season: nil)),
  ]

  static let forecasters: [Ensemble.Member] =
    Baseline.allCases.filter { $0 != .ets }.map {
      Ensemble.Member($0.rawValue, $0.forecaster(season: nil, levels: [0.8]))
    } + [
      .init("ensemble", Ensemble(members, combination: .weighted(folds: 2))),
      .init("selection", Selection(members, scope: .series, folds: 2)),
    ]

  static let shape = WindowShape(lookback: 7, horizon: 5)

  static func values() -> [Double] {
    var values = wavy(63)
    for step in [20, 21, 50] { values[step] = .nan }
    values[33] = 90
    return values
  }

  @Test(arguments: TransformTests.all)
  func rowsAfterAnOriginChangeNothing(transform: TransformTests.Case) throws {
    var generator = SplitMix(state: 11)
    var forecasters = Self.forecasters
    // The automatic choice fits every smoothing model; behind one transform it has shown what it can see.
    if transform.name == "standard" { forecasters.append(.init("ets", Baseline.ets.forecaster(season: nil))) }
    for forecaster in forecasters {
      let chain = Chain(
        transforms: [Fill(.linear), transform.transform], shape: Self.shape, forecaster: forecaster.forecaster)
      for refitEvery in [1, 0] {
        let backtest = Backtest(metrics: [.mae], folds: 2, refitEvery: refitEvery)
        let before = try backtest.run(chain, on: Panel([series(Self.values())]), context: FitContext())
        for fold in before.keptFolds {
          var changed = Self.values()
          for step in before.origins[fold][0]..<changed.count {
            changed[step] = generator.unit() < 0.2 ? .nan : 15 + 30 * generator.unit()
          }
          let after = try backtest.run(chain, on: Panel([series(changed)]), context: FitContext())
          #expect(try after.forecasts(fold) == before.forecasts(fold), "\(forecaster.name), fold \(fold)")
        }
      }
    }
  }

  @Test func aNetworkIsNoExceptionBehindEveryTransform() throws {
    let network = RecurrentForecaster(
      network: .init(lookback: 7, horizon: 5), training: .init(), validation: 5, refit: true)
    var small = network
    small.network.hidden = 3
    small.training.epochs = 2
    for transform in TransformTests.all {
      let chain = Chain(transforms: [Fill(.linear), transform.transform], shape: Self.shape, forecaster: small)
      let backtest = Backtest(metrics: [.mae], folds: 2)
      let before = try backtest.run(chain, on: Panel([series(Self.values())]), context: FitContext())
      var changed = Self.values()
      for step in before.origins[0][0]..<changed.count { changed[step] = 15 + Double(step * step % 31) }
      let after = try backtest.run(chain, on: Panel([series(changed)]), context: FitContext())
      #expect(try after.forecasts(0) == before.forecasts(0), "\(transform.name)")
    }
  }
}

extension BacktestResult {
  /// All that was forecast at a fold, without what came.
  fileprivate func forecasts(_ fold: Int) throws -> [[[Double]]?] {
    try judged(fold).map { judged in
      judged.map { $0.points + $0.intervals.flatMap { [$0.lower, $0.upper] } }
    }
  }
}
