import Foundation
import Recurrent
import Testing
import TimeSeries

@testable import Forecasting

/// The networks that come with the program.
@Suite struct PretrainedForecasterTests {
  private static let months = Frequency.months(1)

  private func forecast(
    _ values: [Double], horizon: Int = 12, levels: [Double] = [], frequency: Frequency = months
  ) throws -> Forecast.Series {
    let panel = Panel([series(values, frequency: frequency)])
    let fitted = try PretrainedForecaster(levels: levels).fit(
      panel, shape: WindowShape(lookback: 24, horizon: horizon), context: FitContext())
    return try fitted.forecast(after: panel).series[0]
  }

  @Test(arguments: PretrainedKind.allCases)
  func everyKindHasItsNetwork(kind: PretrainedKind) throws {
    let network = try PretrainedNetwork(shipped: kind).network
    #expect(network.options == kind.network)
    // What has learned no longer repeats the last value.
    let turn = 2 * Double.pi / Double(kind.seasons.first ?? 9)
    let history: [Double] = (0..<3 * network.options.lookback).map { 100 + 20 * sin(turn * Double($0)) }
    let answers = try PretrainedNetwork(kind, network).forecasts(after: [history], horizon: 3, levels: [])
    #expect(Set(answers[0].point).count == 3)
  }

  @Test func aSeasonIsContinuedBetterThanByRepeatingIt() throws {
    let found = try forecast(Array(airline.prefix(132))).point
    let truth = Array(airline.suffix(12))
    func error(_ values: [Double]) -> Double { zip(values, truth).map { abs($0 - $1) }.mean }
    #expect(error(found) < 0.6 * error(Array(airline[120..<132])), "\(error(found))")
  }

  @Test func otherUnitsGiveTheSameForecastInThem() throws {
    let own = try forecast(airline, levels: [0.8])
    let other = try forecast(airline.map { $0 * 1e6 }, levels: [0.8])
    #expect(areClose(other.point.map { $0 / 1e6 }, own.point, within: 1e-4))
    #expect(areClose(other.intervals[0].upper.map { $0 / 1e6 }, own.intervals[0].upper, within: 1e-4))
  }

  @Test func readingsBelowZeroMayStandAnywhere() throws {
    let values: [Double] = (0..<90).map { step in
      let wave = 10 * sin(Double(step) * .pi / 6)
      return wave - 3 + Double(step % 5)
    }
    let own = try forecast(values).point
    let lower = try forecast(values.map { $0 - 500 }).point
    #expect(areClose(lower.map { $0 + 500 }, own, within: 1e-3))
    #expect(own.contains { $0 < 0 })
  }

  @Test func aContextHidesWhatLiesBeforeIt() throws {
    func forecast(_ values: [Double], context: Int?) throws -> [Double] {
      let panel = Panel([series(values, frequency: Self.months)])
      let fitted = try PretrainedForecaster(context: context).fit(
        panel, shape: WindowShape(lookback: 24, horizon: 6), context: FitContext())
      return try fitted.forecast(after: panel).series[0].point
    }
    let last = Array(airline.suffix(30))
    let all = try forecast(airline, context: nil)
    #expect(try forecast(airline, context: 30) == forecast(last, context: nil))
    #expect(try forecast(airline, context: 30) != all)
    #expect(try forecast(airline, context: 1_000_000) == all)
    // Where nothing in it is known, what was known last.
    let gap = airline + [Double](repeating: .nan, count: 5)
    #expect(try forecast(gap, context: 3) == forecast([airline[143]] + gap.suffix(5), context: nil))
  }

  @Test func hoursOfALowRatioAreSeenUpsideDownToo() throws {
    let network = try PretrainedNetwork(shipped: .hourly)
    /// How far the forecast of a wave turned upside down is from its forecast turned upside down, as a share of the range.
    func asymmetry(_ low: Double, _ high: Double) throws -> Double {
      let up = (0..<400).map { step in
        let wave = sin(Double(step) * .pi / 12) + 0.3 * sin(Double(step) * .pi / 84)
        return low + (high - low) * (wave + 1.3) / 2.6
      }
      let down = up.map { low + high - $0 }
      let found = try network.forecasts(after: [up, down], horizon: 6, levels: [])
      return zip(found[0].point, found[1].point).map { abs($0 + $1 - low - high) / (high - low) }.max() ?? 0
    }
    // What it sees both ways it forecasts both ways; the smallest values of a high ratio it sees from above alone.
    #expect(try asymmetry(-2, 3) < 1e-4)
    #expect(try asymmetry(50, 100) < 1e-4)
    #expect(try asymmetry(1, 100) > 1e-3)
  }

  @Test func aSeriesThatNeverMovesStaysWhereItIs() throws {
    let found = try forecast([Double](repeating: -7.5, count: 30), levels: [0.8])
    #expect(found.point.allSatisfy { $0 == -7.5 })
    #expect(found.intervals[0].lower.allSatisfy { $0 == -7.5 })
  }

  @Test func twoReadingsAreEnough() throws {
    let found = try forecast([3, 5], levels: [0.8])
    #expect(found.point.allSatisfy { $0.isFinite })
    #expect(zip(found.intervals[0].lower, found.point).allSatisfy { $0 <= $1 })
  }

  @Test func missingReadingsAreSteppedOver() throws {
    var values = airline
    for step in [20, 21, 22, 90, 100, 143] { values[step] = .nan }
    let found = try forecast(values).point
    let whole = try forecast(airline).point
    #expect(found.allSatisfy { $0.isFinite })
    #expect(zip(found, whole).allSatisfy { abs($0 - $1) < 0.3 * $1 })
  }

  @Test func aSeriesWithoutAnyReadingIsRefused() {
    #expect(throws: ForecastingError.nothingRead(series: "a")) {
      try forecast([Double](repeating: .nan, count: 20))
    }
  }

  @Test func beyondItsHorizonTheNetworkGoesOnAndIsLessSure() throws {
    let found = try forecast(airline, horizon: 60, levels: [0.5, 0.8, 0.95, 0.99])
    #expect(found.point.count == 60 && found.point.allSatisfy { $0.isFinite })
    for (narrow, wide) in zip(found.intervals, found.intervals.dropFirst()) {
      #expect(zip(narrow.lower, wide.lower).allSatisfy { $0 >= $1 })
      #expect(zip(narrow.upper, wide.upper).allSatisfy { $0 <= $1 })
    }
    let widths = zip(found.intervals[1].upper, found.intervals[1].lower).map { $0 - $1 }
    #expect(widths[24..<36].reduce(0, +) > widths[0..<12].reduce(0, +))
    // The season is still there.
    let last = Array(found.point.suffix(12))
    let highest = try #require(last.max())
    #expect(highest > 1.1 * last.mean)
  }

  @Test func severalOriginsGiveWhatEachGivesAlone() throws {
    let panel = Panel([
      series(airline, frequency: Self.months), series(airline.reversed(), name: "b", frequency: Self.months),
    ])
    let fitted = try PretrainedForecaster(levels: [0.8]).fit(
      panel, shape: WindowShape(lookback: 24, horizon: 6), context: FitContext())
    let ends = [[50, 144], [100, 90], [144, 144]]
    let together = try fitted.forecasts(on: panel, before: ends)
    let alone = try ends.map { try fitted.forecast(after: panel.rows(before: $0)) }
    #expect(together == alone)
  }

  @Test func aSeasonThatNoNetworkKnowsIsRefusedWithThoseThatAre() {
    let panel = Panel([series(wavy(90))])
    let error = #expect(throws: ForecastingError.self) {
      try PretrainedForecaster(seasons: [5]).fit(
        panel, shape: WindowShape(lookback: 24, horizon: 6), context: FitContext())
    }
    #expect(error == .noPretrained(season: 5))
    #expect(
      error?.description
        == "there is no pretrained network for a season of 5 steps; there are some for none, 4, 12, 7, 52, 24 and 168, and "
        + "multiples of 24; set `seasons`, or take another forecaster")
  }

  @Test func aDayOfMoreStepsThanHoursIsSeveralSeriesOfHours() throws {
    let values: [Double] = (0..<700).map { step in
      let day = Double(step) * 2 * .pi / 48
      return 50 + 10 * sin(day) + (step % 2 == 0 ? 3 : -3) + Double(step % 7)
    }
    func points(_ values: [Double], seasons: [Int], horizon: Int) throws -> Forecast.Series {
      let panel = Panel([series(values)])
      let fitted = try PretrainedForecaster(seasons: seasons, levels: [0.8]).fit(
        panel, shape: WindowShape(lookback: 24, horizon: horizon), context: FitContext())
      return try fitted.forecast(after: panel).series[0]
    }
    let found = try points(values, seasons: [48, 336], horizon: 21)
    for phase in 0..<2 {
      let hours = stride(from: phase, to: 700, by: 2).map { values[$0] }
      let alone = try points(hours, seasons: [24], horizon: 11)
      for step in stride(from: phase, to: 21, by: 2) {
        #expect(found.point[step] == alone.point[step / 2])
        #expect(found.intervals[0].upper[step] == alone.intervals[0].upper[step / 2])
      }
    }
    // Fewer readings than an hour has: the last one stands for those that are not there.
    #expect(try points([4, 6, 5], seasons: [288], horizon: 14).point.allSatisfy(\.isFinite))
  }

  @Test func valuesAreThinnedSoThatTheNextOneIsThatOfTheirPhase() {
    let values: [Double] = [0, 1, 2, 3, 4, 5, 6]
    #expect((0..<3).map { values.thinned(every: 3, phase: $0) } == [[1, 4], [2, 5], [0, 3, 6]])
    #expect([1, .nan].thinned(every: 3, phase: 0) == [1])
  }

  @Test func aHandfulOfUpdatesChangesLess() throws {
    let panel = Panel([series(wavy(500))])
    let points = try [nil, 20, 400].map { most in
      var forecaster = PretrainedForecaster(fineTuning: .light)
      forecaster.mostUpdates = most
      return try forecaster.fit(panel, shape: WindowShape(lookback: 24, horizon: 7), context: FitContext())
        .forecast(after: panel).series[0].point
    }
    #expect(points[0] == points[2] && points[0] != points[1])
  }

  @Test func fineTuningLearnsWhatThePanelHasInCommon() throws {
    // Every third step falls by half: no season of the frequency, and nothing that it has met.
    let panel = Panel(
      (0..<30).map { number in
        series(
          (0..<60).map { ($0 % 3 == 0 ? 50.0 : 100) * (1 + Double(number) / 10) }, name: "\(number)",
          frequency: .months(12))
      })
    let (history, truth) = (panel.dropLast(6), panel.series[4].values.suffix(6))
    func error(_ tuning: PretrainedForecaster.FineTuning) throws -> Double {
      let fitted = try PretrainedForecaster(fineTuning: tuning).fit(
        history, shape: WindowShape(lookback: 12, horizon: 6), context: FitContext())
      return zip(try fitted.forecast(after: history).series[4].point, truth).map { abs($0 - $1) }.mean
    }
    let (tuned, untuned) = (try error(.full), try error(.none))
    #expect(tuned < 0.75 * untuned, "\(tuned) after, \(untuned) before")
  }

  @Test func tuningGivesTheSameBytesOnAnyNumberOfThreads() throws {
    let panel = Panel([series(wavy(120)), series(wavy(90, seed: 3), name: "b")])
    let forecasts = try [1, 3].map { threads in
      try PretrainedForecaster(fineTuning: .light).fit(
        panel, shape: WindowShape(lookback: 24, horizon: 7), context: FitContext(threads: threads)
      ).forecast(after: panel)
    }
    #expect(forecasts[0] == forecasts[1])
  }
}
