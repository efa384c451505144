import Testing
import TimeSeries

@testable import Forecasting

@Suite struct ExactSumTests {
  private func sum(_ values: some Sequence<Double>) -> Double {
    var sum = ExactSum()
    for value in values { sum.add(value) }
    return sum.value
  }

  @Test func `what cancels is gone and what is small stays`() {
    #expect(sum([1e308, 1, -1e308]) == 1)
    #expect(sum([1, 1e100, 1, -1e100]) == 2)
    #expect(sum(Array(repeating: 0.1, count: 10)) == 1)
    #expect(sum([]) == 0)
    let least = Double.leastNonzeroMagnitude
    #expect(sum([least, least]) == 2 * least)
    #expect(sum([least, -least]) == 0)
    #expect(sum([-2.5]) == -2.5)
    #expect(sum([.greatestFiniteMagnitude, .greatestFiniteMagnitude]) == .infinity)
    #expect(sum([.infinity, 1]) == .infinity)
    #expect(sum([.infinity, -.infinity]).isNaN)
  }

  @Test func `of two doubles as near the even one is taken, and the least that lies behind decides`() {
    let half = 0x1p-53
    #expect(sum([1, half]) == 1)
    #expect(sum([1, half, 0x1p-1000]) == 1.nextUp)
    #expect(sum([1.nextUp, half]) == 1.nextUp.nextUp)
    #expect(sum([1.nextUp, half, -0x1p-1000]) == 1.nextUp)
    #expect(sum([-1, -half, -0x1p-1000]) == -(1.nextUp))
  }

  /// Every sum of two doubles is rounded as the processor rounds it.
  @Test func `two numbers add up as the processor adds them`() {
    var numbers = SeededNumbers(seed: 3)
    for _ in 0..<20_000 {
      let (a, b) = (numbers.any, numbers.any)
      #expect(sum([a, b]) == a + b, "\(a) \(b)")
    }
  }

  @Test func `order and grouping change nothing`() {
    var numbers = SeededNumbers(seed: 4)
    let values = (0..<3000).map { _ in numbers.any }
    let whole = sum(values)
    #expect(sum(values.reversed()) == whole)
    #expect(sum(values.sorted()) == whole)
    for parts in [2, 7, 100] {
      var joined = ExactSum()
      for part in 0..<parts {
        var one = ExactSum()
        for position in stride(from: part, to: values.count, by: parts) { one.add(values[position]) }
        let settled = one.settled
        joined.add(ExactSum(digits: settled.digits, lowest: settled.lowest, infinite: settled.infinite) ?? ExactSum())
      }
      #expect(joined.value == whole)
    }
  }

  @Test func `a million additions of large and small numbers are carried on`() {
    var sum = ExactSum()
    for _ in 0..<500_000 {
      sum.add(1e300)
      sum.add(-0x1p-1070)
    }
    var large = ExactSum()
    for _ in 0..<500_000 { large.add(-1e300) }
    sum.add(large)
    #expect(sum.value == -500_000 * 0x1p-1070)
  }

  @Test func `digits that no sum has are refused`() {
    #expect(ExactSum(digits: [1 << 40], lowest: 0, infinite: 0) == nil)
    #expect(ExactSum(digits: [1], lowest: -1, infinite: 0) == nil)
    #expect(ExactSum(digits: Array(repeating: 0, count: 100), lowest: 0, infinite: 0) == nil)
  }

  @Test func `the backtest of a panel is that of its parts put together`() throws {
    var numbers = SeededNumbers(seed: 5)
    let panel = Panel(
      (0..<9).map { series in
        Series(
          name: "s\(series)",
          index: TimeIndex(start: Timestamp(milliseconds: 0), frequency: .days(1), count: 12 + 5 * series),
          values: (0..<12 + 5 * series).map { _ in 10 + numbers.between(-3, 3) })
      })
    var backtest = Backtest(metrics: [.mae, .rmse, .mase, .smape])
    (backtest.folds, backtest.season, backtest.anomalies) = (3, 4, .widest)
    let shape = WindowShape(lookback: 4, horizon: 4)
    let chain = Chain(
      transforms: [], shape: shape, forecaster: Baseline.ses.forecaster(season: 4, levels: [0.5, 0.9]))
    let whole = try backtest.run(chain, on: panel, context: FitContext())
    var part = backtest
    part.isOfPart = true
    // The first part alone has series that are too short for the first fold, and nothing else.
    let places = [[0], [8, 2, 5], [1, 3, 4, 6, 7]]
    let parts = try places.map { places in
      let own = Panel(places.map { panel.series[$0] })
      let found = try part.run(chain, on: own, context: FitContext())
      var writer = PackedWriter()
      var bytes: [UInt8] = []
      try found.pack(into: &writer) { bytes += $0 }
      var reader = PackedReader(bytes + writer.take())
      let read = try BacktestResult(from: &reader, of: own, by: backtest)
      try reader.end()
      return (result: read, places: places)
    }
    let joined = try BacktestResult(joining: parts, of: panel)
    let (one, other) = (whole.scorecard(metrics: backtest.metrics), joined.scorecard(metrics: backtest.metrics))
    #expect("\(one)" == "\(other)")
    #expect(whole.origins == joined.origins && whole.origins[0][0] == 0)
    #expect(whole.keptFolds == 0..<3 && joined.keptFolds == 0..<3)
    for fold in 0..<3 { #expect(try "\(whole.judged(fold))" == "\(joined.judged(fold))") }
    func anomalies(_ result: BacktestResult) -> [String] {
      (result.readings?.rows ?? []).map { rows in "\(rows.sorted { $0.key < $1.key })" }
    }
    #expect(anomalies(whole) == anomalies(joined) && anomalies(whole).count == 9)
    #expect(whole.readings?.level == joined.readings?.level)
    #expect(throws: SavingError.self) {
      var reader = PackedReader([1, 2, 3])
      _ = try BacktestResult(from: &reader, of: panel, by: backtest)
    }
  }
}

/// Numbers that look random, the same for the same seed (Vigna's SplitMix64).
private struct SeededNumbers {
  var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func between(_ lower: Double, _ upper: Double) -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return lower + (upper - lower) * Double((z ^ (z >> 31)) >> 11) / 0x1p53
  }

  /// Numbers of all sizes and signs.
  var any: Double {
    mutating get {
      let size = Int(between(-300, 300))
      return between(-1, 1) * Double(sign: .plus, exponent: size, significand: 1)
    }
  }
}
