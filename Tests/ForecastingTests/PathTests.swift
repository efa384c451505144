import Recurrent
import Testing
import TimeSeries

@testable import Forecasting

/// Sample paths of a fitted chain.
@Suite struct PathTests {
  static let shape = WindowShape(lookback: 7, horizon: 5)

  static func forecaster(_ kind: NetworkKind, _ head: HeadKind, members: Int = 1) -> RecurrentForecaster {
    var network = NetworkOptions(lookback: 7, horizon: 5)
    network.network = kind
    network.hidden = 4
    network.head = head
    var training = TrainingOptions()
    training.epochs = 3
    return RecurrentForecaster(network: network, training: training, validation: 0, levels: [0.8], members: members)
  }

  static let panel = Panel([series(wavy(60)), series(wavy(60, seed: 2).map { $0 * 100 }, name: "b")])

  @Test(arguments: [NetworkKind.stacked, .recursive])
  func pathsAreThoseOfTheForecastInItsOwnUnits(kind: NetworkKind) throws {
    // Behind a logarithm and a difference: every path is put back by itself.
    for transforms in [[Log() as any Transform, Difference(lag: 7)], [Normalize(.standard)]] {
      let chain = Chain(
        transforms: transforms, shape: Self.shape, forecaster: Self.forecaster(kind, .quantiles(levels: [0.8])))
      let fitted = try chain.fit(Self.panel.dropLast(0), context: FitContext())
      // A difference leaves its first steps without a value; the windows start behind them.
      let forecast = try fitted.forecast(after: Self.panel)
      let paths = try #require(try fitted.paths(after: Self.panel, count: 400, seed: 3))
      #expect(paths.count == 400)
      #expect(try fitted.paths(after: Self.panel, count: 400, seed: 3) == paths)
      #expect(try fitted.paths(after: Self.panel, count: 400, seed: 4) != paths)
      for (position, series) in forecast.series.enumerated() {
        #expect(paths[0].series[position].index == series.index)
        // The first step is not touched by what came before: its paths fill the interval.
        let first = paths.map { $0.series[position].point[0] }
        let band = try #require(series.intervals.first)
        let share = Double(first.count { band.lower[0] <= $0 && $0 <= band.upper[0] }) / 400
        // Quantiles end at the outermost level, so that all of what a direct network draws lies within; the interval of a
        // recursive one comes from two hundred paths itself.
        #expect(kind == .stacked ? share > 0.99 : (0.75...0.95).contains(share))
        #expect(abs(first.median - series.point[0]) < (band.upper[0] - band.lower[0]) / 5)
      }
    }
  }

  @Test func aPointForecasterDrawsNone() throws {
    let network = try Self.forecaster(.stacked, .gaussian).fit(Self.panel, shape: Self.shape, context: FitContext())
    #expect(try network.paths(after: Self.panel, count: 2, seed: 1)?.count == 2)
    var point = Self.forecaster(.stacked, .point)
    point.levels = []
    #expect(!point.drawsPaths)
    let fitted = try point.fit(Self.panel, shape: Self.shape, context: FitContext())
    #expect(try fitted.paths(after: Self.panel, count: 2, seed: 1) == nil)
    let naive = Chain(transforms: [], shape: Self.shape, forecaster: Baseline.naive.forecaster(season: nil))
    #expect(try naive.fit(Self.panel, context: FitContext()).paths(after: Self.panel, count: 2, seed: 1) == nil)
  }

  @Test func aSelectionDrawsFromWhatItChose() throws {
    let one = Self.forecaster(.stacked, .gaussian, members: 2)
    let selection = Selection([.init("one", one)], scope: .series, folds: 1)
    #expect(selection.drawsPaths && selection.readsCovariates)
    let fitted = try selection.fit(Self.panel, shape: Self.shape, context: FitContext())
    let alone = try one.fit(Self.panel, shape: Self.shape, context: FitContext())
    let paths = try fitted.paths(after: Self.panel, count: 3, seed: 1)
    #expect(paths?.count == 3)
    #expect(try paths == alone.paths(after: Self.panel, count: 3, seed: 1))
  }
}
