import Recurrent
import Testing
import TimeSeries

@testable import Forecasting

/// A network that has learned nothing is the naive forecast that it corrects, exactly.
@Suite struct AnchorTests {
  static func untrained(
    _ cell: CellKind, _ kind: NetworkKind, anchors: [Int], change: (inout RecurrentForecaster) -> Void = { _ in }
  ) -> RecurrentForecaster {
    var options = NetworkOptions(lookback: 14, horizon: 9)
    options.cell = cell
    options.network = kind
    options.hidden = 4
    if kind == .segment { options.segment = 7 }
    if kind == .dilated { options.dilations = [[1, 2], [4]] }
    var training = TrainingOptions()
    training.epochs = 0
    var forecaster = RecurrentForecaster(network: options, training: training, validation: 0, anchors: anchors)
    change(&forecaster)
    return forecaster
  }

  static let panel = Panel([
    series(wavy(60)), series(wavy(60, seed: 9).map { $0 * 1e6 + 3 }, name: "b"),
    series(wavy(60, seed: 2).map { $0 / 7 - 3 }, name: "c"),
  ])

  func points(_ forecaster: any Forecaster) throws -> [[Double]] {
    try forecaster.fit(Self.panel, shape: WindowShape(lookback: 14, horizon: 9), context: FitContext())
      .forecast(after: Self.panel).series.map(\.point)
  }

  @Test(arguments: CellRegistry.builtIn.cells, NetworkKind.allCases)
  func zeroStepsOfTrainingLeaveTheNaiveForecast(cell: CellKind, kind: NetworkKind) throws {
    for (lag, baseline) in [(1, Baseline.naive), (7, .seasonalNaive)] {
      let naive = try points(baseline.forecaster(season: 7))
      #expect(try points(Self.untrained(cell, kind, anchors: [lag])) == naive)
      let embedded = Self.untrained(cell, kind, anchors: [lag]) {
        $0.network.seriesEmbedding = 2
        $0.network.scaling = WindowScaling(level: .median, spread: .deviation, recent: 7)
        $0.members = 3
      }
      #expect(try points(embedded) == naive)
    }
  }

  @Test(arguments: [HeadKind.quantiles(levels: [0.5, 0.8]), .gaussian, .studentT])
  func soDoesThePointForecastOfADistribution(head: HeadKind) throws {
    let naive = try points(Baseline.naive.forecaster(season: nil))
    let network = Self.untrained(.gru, .stacked, anchors: [1]) { $0.network.head = head }
    #expect(try points(network) == naive)
  }
}
