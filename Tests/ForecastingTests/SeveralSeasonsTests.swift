import Foundation
import Testing
import TimeSeries

@testable import Forecasting

/// Six weeks of hours with a day, a week, a slow trend and noise.
let weeks: [Double] = {
  var generator = SplitMix(state: 5)
  let week: [Double] = [0, 2, 5, 3, 1, -5, -6]
  return (0..<1008).map { step in
    let time = Double(step)
    let day = 10 * sin(2 * .pi * time / 24) + 4 * cos(2 * .pi * time / 12)
    let level = 100 + time / 500 + 4 * generator.unit()
    return level + day + week[step / 24 % 7]
  }
}()

@Suite struct FoundSeasonsTests {
  func found(_ values: [Double], _ frequency: Frequency) -> FoundSeasons {
    FoundSeasons(in: series(values, frequency: frequency))
  }

  @Test func aDayAndAWeekAreFound() {
    #expect(found(weeks, .hours(1)).periods == [24, 168])
    #expect(found(weeks, .counted(season: 24)).periods == [24, 168])
    #expect(found(Array(weeks.prefix(167)), .hours(1)).periods == [24], "three weeks are needed")
  }

  @Test func aYearOfDaysIsFoundAndNoWeekThatIsNotThere() {
    var generator = SplitMix(state: 3)
    let days = (0..<1500).map { day -> Double in
      let year = -8 * cos(2 * .pi * Double(day) / 365)
      return 12 + year + 3 * generator.normal()
    }
    #expect(found(days, .days(1)).periods == [365])
  }

  @Test func swingsThatGrowAreMultiplied() {
    #expect(found(airline, .months(1)) == FoundSeasons(in: airline, candidates: [12], proposing: false))
    #expect(found(airline, .months(1)).kind == .multiplicative)
    #expect(found(airline.map { $0 - 300 }, .months(1)).kind == .additive)
  }

  @Test func stepsWithoutTimesProposeTheirSeason() {
    var generator = SplitMix(state: 8)
    let cycle: [Double] = [4, 9, 1, 1, 6, 3, 2, 8, 5, 5, 0]
    let values = (0..<400).map { step -> Double in 40 + cycle[step % 11] + generator.normal() }
    #expect(found(values, .steps).periods == [11])
  }

  /// Wandering looks like a season to whoever looks at autocorrelations alone.
  @Test(arguments: [Frequency.hours(1), .days(1), .months(1), .months(3), .steps])
  func wanderingAndNoiseAreNoSeason(frequency: Frequency) {
    var wrong = 0
    for seed in 1...40 {
      var generator = SplitMix(state: UInt64(seed))
      var level = 0.0
      let noise = (0..<1200).map { _ in generator.normal() }
      let walk = noise.map { change -> Double in
        level += change
        return level
      }
      wrong += found(noise, frequency).periods.count + found(walk, frequency).periods.count
    }
    #expect(wrong <= 4, "\(frequency): \(wrong) of 80")
  }

  @Test(arguments: [1, 2, 3, 8, 35])
  func shortAndLevelSeriesHaveNone(count: Int) {
    for frequency in [Frequency.hours(1), .days(1), .months(1), .steps] {
      #expect(found(Array(repeating: 3, count: count), frequency).periods.isEmpty)
      #expect(found((0..<count).map(Double.init), frequency).periods.isEmpty)
    }
  }
}

@Suite struct SeasonalDecompositionTests {
  // statsmodels 0.15.0: MSTL(np.log(y), periods=12).fit().seasonal[-12:]
  @Test func aSeasonIsCloseToThatOfLocalRegressions() throws {
    let expected = [
      -0.089366, -0.162191, -0.054632, -0.035615, 8.2e-05, 0.139334, 0.275045, 0.268803, 0.065464, -0.060913, -0.213241,
      -0.123545,
    ]
    let parts = SeasonalDecomposition(airline.map { log($0) }, periods: [12])
    #expect(zip(parts.parts[0].suffix(12), expected).allSatisfy { abs($0 - $1) < 0.04 })
  }

  @Test func partsAddUpAndTheNextCyclesGoOn() throws {
    let parts = SeasonalDecomposition(weeks, periods: [24, 168])
    let rest = parts.rest(of: weeks)
    for step in weeks.indices {
      #expect(abs(rest[step] + parts.parts[0][step] + parts.parts[1][step] - weeks[step]) < 1e-9)
    }
    #expect(parts.next.map(\.count) == [24, 168])
  }
}

@Suite struct SeveralSeasonsTests {
  func forecast(
    _ method: SeveralSeasons, _ values: [Double], horizon: Int, frequency: Frequency = .hours(1), after: [Double]? = nil
  ) throws -> Forecast.Series {
    let fitted = try LocalForecaster(method, levels: [0.8]).fit(
      Panel([series(values, frequency: frequency)]), shape: WindowShape(lookback: 1, horizon: horizon),
      context: FitContext())
    return try fitted.forecast(after: Panel([series(after ?? values, frequency: frequency)])).series[0]
  }

  func error(_ forecast: [Double], _ truth: ArraySlice<Double>) -> Double {
    zip(forecast, truth).reduce(0) { $0 + abs($1.0 - $1.1) } / Double(truth.count)
  }

  @Test func aDayAndAWeekAreForecastTogether() throws {
    let past = Array(weeks.prefix(840))
    let truth = weeks[840...]
    let found = try forecast(SeveralSeasons(method: Baseline.ses.method), past, horizon: 168)
    let day = (0..<168).map { past[past.count - 24 + $0 % 24] }
    let week = Array(past.suffix(168))
    #expect(error(found.point, truth) < 0.9 * error(week, truth), "\(error(found.point, truth))")
    #expect(error(found.point, truth) < 0.5 * error(day, truth))
    let inside = zip(found.intervals[0].lower, found.intervals[0].upper).enumerated().count {
      ($1.0...$1.1).contains(truth[840 + $0])
    }
    #expect(inside > 100, "\(inside) of 168")
  }

  @Test func withoutASeasonItIsTheMethodItself() throws {
    var generator = SplitMix(state: 2)
    let line = (0..<40).map { 3 + Double($0) / 10 + generator.unit() }
    let method = ExponentialSmoothing(.dampedHolt, name: "damped-holt")
    let fitted = SeveralSeasons(method: method).suited(to: .years(1)).fit(line, season: 1)
    #expect(
      fitted.forecast(after: line, offset: 0, horizon: 5)
        == method.fit(line, season: 1).forecast(after: line, offset: 0, horizon: 5))
  }

  @Test func givenSeasonsNeedTwoCycles() throws {
    let fitted = SeveralSeasons(periods: [168, 24, 600]).fit(weeks, season: 1)
    #expect(fitted.parameters.first?.value.hasSuffix(", 24 and 168 steps") == true)
  }

  /// Rows that begin elsewhere keep their place in the season, however few they are.
  @Test(arguments: [30, 400, 900])
  func rowsFromElsewhereKeepTheirPhase(first: Int) throws {
    let method = SeveralSeasons(periods: [24, 168], method: Baseline.ses.method)
    let whole = method.fit(weeks, season: 24)
    let all = whole.forecast(after: weeks, offset: 0, horizon: 48).point
    let cut = whole.forecast(after: Array(weeks[first...]), offset: first, horizon: 48).point
    #expect(zip(all, cut).allSatisfy { abs($0 - $1) < 2 })
  }

  @Test func multipliedSeasonsStayAboveZeroAndFinite() throws {
    let steep = (0..<96).map { month -> Double in
      let year = 1 + 0.3 * sin(2 * .pi * Double(month) / 12)
      return exp(Double(month) / 4) * year
    }
    let found = try forecast(SeveralSeasons(), steep, horizon: 60, frequency: .months(1))
    let largest = steep.max() ?? 0
    #expect(found.point.allSatisfy { $0 > 0 && $0 <= 10 * largest * 1.0001 })
    #expect(found.intervals[0].upper.allSatisfy { $0.isFinite })
    // What no logarithm takes is no end of a run.
    let broken = try forecast(SeveralSeasons(), steep, horizon: 3, frequency: .months(1), after: steep + [-4, 0])
    #expect(broken.point.allSatisfy { $0.isFinite })
  }

  @Test(arguments: [1, 2, 5, 23, 24, 48])
  func shortSeriesAreForecast(count: Int) throws {
    let found = try forecast(SeveralSeasons(), Array(weeks.prefix(count)), horizon: 9)
    #expect(found.point.allSatisfy { $0.isFinite })
  }
}
