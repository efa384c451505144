import Forecasting
import Recurrent
import SyntheticSeries
import TimeSeries

/// The synthetic series that the network of a kind learns from.
struct TrainingSeries {
  let kind: PretrainedKind
  private let generator: SeriesGenerator

  init(_ kind: PretrainedKind) {
    self.kind = kind
    let (lookback, horizon) = (kind.network.lookback, kind.horizon)
    // Growth and unrest of a step, as shares: what economic and physical readings of this frequency show.
    let (shortest, growth, unrest) =
      switch kind {
      case .plain: (6, 0.02, 0.06)
      case .quarterly: (8, 0.006, 0.03)
      case .monthly: (14, 0.002, 0.04)
      case .daily: (16, 0, 0.06)
      case .weekly: (40, 0.001, 0.05)
      case .hourly: (60, 0, 0.05)
      }
    var generator = SeriesGenerator(
      seasons: kind.seasons, lengths: shortest + horizon...lookback + (kind.seasons.last ?? 0) + horizon,
      growth: growth, unrest: unrest)
    if kind == .hourly { generator.sensors = 0.8 }
    self.generator = generator
  }

  /// The last window of each series: every position of it is an origin.
  func windows(count: Int, seed: UInt64) -> WindowSet {
    var numbers: [SeriesNumbers] = []
    numbers.reserveCapacity(count)
    for number in 0..<count {
      var values = generator.series(number, seed: seed)
      let lossScale = kind.lossScale(of: Array(values.dropLast(kind.horizon)))
      Self.mask(&values, number, seed)
      numbers.append(SeriesNumbers(target: values, lossScale: lossScale))
    }
    return WindowSet(
      series: numbers, lookback: kind.network.lookback, horizon: kind.horizon,
      windows: numbers.indices.map { .init(series: $0, origin: numbers[$0].target.count - kind.horizon - 1) })
  }

  /// Some series miss values here and there, or many in a row.
  private static func mask(_ values: inout [Double], _ number: Int, _ seed: UInt64) {
    var generator = RandomGenerator(seed: seed, stream: number, index: 1)
    guard generator.uniform() < 0.08, values.count > 24 else { return }
    if generator.uniform() < 0.5 {
      for step in values.indices where generator.uniform() < 0.1 { values[step] = .nan }
    } else {
      let start = generator.index(below: values.count / 2)
      for step in start..<(start + generator.index(below: values.count / 4)) { values[step] = .nan }
    }
  }
}
