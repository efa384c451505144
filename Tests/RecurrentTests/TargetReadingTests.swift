import Testing

@testable import Recurrent

/// What a network reads of the target at each step.
@Suite struct TargetReadingTests {
  private static func options(_ lookback: Int) -> NetworkOptions {
    var options = NetworkOptions(lookback: lookback, horizon: 2)
    options.reading = .changes
    options.maskChannel = true
    options.lags = [3]
    options.scaling = WindowScaling(level: .last, spread: .none)
    return options
  }

  private static func rows(_ target: [Double], origin: Int, lookback: Int) -> [[Double]] {
    let options = options(lookback)
    let batch = WindowBatch<Double>(options: options, rows: 1, positions: 1)
    let set = WindowSet(
      series: [SeriesNumbers(target: target)], lookback: lookback, horizon: 2,
      windows: [.init(series: 0, origin: origin)])
    batch.gather(set, [0][...])
    return (0..<lookback).map { step in (0..<options.channels).map { batch.past.base[step * options.channels + $0] } }
  }

  /// To the last bits, for the level of the window is taken off and cancels.
  private static func areClose(_ rows: [[Double]], _ others: [[Double]]) -> Bool {
    rows.count == others.count
      && zip(rows, others).allSatisfy { row, other in
        row.count == other.count && zip(row, other).allSatisfy { abs($0 - $1) < 1e-12 }
      }
  }

  @Test func changesAreThoseSinceTheStepBeforeTheMeanSoFarAndTheLag() {
    // Change, distance from the mean so far, whether it is known, change since three steps before.
    let found = Self.rows([4, 6, 11, 5, 9], origin: 4, lookback: 4)
    let (third, fourth) = (5 - 22.0 / 3, 9 - 31.0 / 4)
    let expected: [[Double]] = [[0, 0, 1, 0], [5, 2.5, 1, 0], [-6, third, 1, 1], [4, fourth, 1, 3]]
    #expect(Self.areClose(found, expected))
  }

  @Test func missingValuesAreSteppedOver() {
    let found = Self.rows([4, .nan, 11, 5, .nan], origin: 4, lookback: 5)
    let fourth = 5 - 20.0 / 3
    let expected: [[Double]] = [[0, 0, 1, 0], [0, 0, 0, 0], [7, 3.5, 1, 0], [-6, fourth, 1, 1], [0, 0, 0, 0]]
    #expect(Self.areClose(found, expected))
  }

  @Test func whatComesBeforeTheSeriesIsUnknown() {
    let expected: [[Double]] = [[0, 0, 0, 0], [0, 0, 1, 0], [2, 1, 1, 0]]
    #expect(Self.areClose(Self.rows([4, 6], origin: 1, lookback: 3), expected))
  }

  @Test func nothingOfAStepDependsOnLaterOnes() {
    let values: [Double] = [4, 6, 11, 5, 9, 30]
    var other = values
    other[5] = -100
    let (found, changed) = (Self.rows(values, origin: 5, lookback: 6), Self.rows(other, origin: 5, lookback: 6))
    #expect(Self.areClose(Array(found.dropLast()), Array(changed.dropLast())))
    #expect(found.last != changed.last)
  }

  @Test func aPositionBeforeTheSeriesIsNotJudged() {
    let batch = WindowBatch<Double>(options: Self.options(4), rows: 1, positions: 4)
    let set = WindowSet(
      series: [SeriesNumbers(target: [4, 6, 11, 5])], lookback: 4, horizon: 2, windows: [.init(series: 0, origin: 1)])
    batch.gather(set, [0][...])
    let known = (0..<4).map { position in (0..<2).map { batch.targets.base[position * 2 + $0].isFinite } }
    let expected: [[Bool]] = [[false, false], [false, false], [true, true], [true, true]]
    #expect(known == expected)
  }

  @Test func aNetworkThatFeedsItsForecastsBackReadsValues() {
    var options = Self.options(4)
    options.network = .recursive
    #expect(throws: RecurrentError.self) { try options.check() }
  }
}
