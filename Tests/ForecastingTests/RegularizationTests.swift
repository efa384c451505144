import Testing
import TimeSeries

@testable import Forecasting

@Suite struct RegularizationTests {
  func readings(_ pairs: [(Int64, Double)], form: TimeStyle.Form = .dateTime) -> Readings {
    Readings(
      [.init(name: "a", times: pairs.map { Timestamp(seconds: $0.0) }, values: pairs.map(\.1))],
      style: TimeStyle(form: form))
  }

  static let hours: [(Int64, Double)] = [(600, 1), (1200, 4), (3500, 10), (3600, 2), (7300, 6), (14_400, 8)]

  @Test(arguments: [
    (Regularization.Aggregate.mean, [5, 2, 6, .nan, 8]),
    (.sum, [15, 2, 6, .nan, 8]),
    (.median, [4, 2, 6, .nan, 8]),
    (.minimum, [1, 2, 6, .nan, 8]),
    (.maximum, [10, 2, 6, .nan, 8]),
    (.first, [1, 2, 6, .nan, 8]),
    (.last, [10, 2, 6, .nan, 8]),
    (.count, [3, 1, 1, 0, 1]),
  ])
  func aggregatesByTheHour(aggregate: Regularization.Aggregate, expected: [Double]) throws {
    let panel = try Regularization(every: .hours(1), aggregate: aggregate).apply(readings(Self.hours))
    let series = panel.series[0]
    #expect(series.index.start == Timestamp(seconds: 0))
    #expect(zip(series.values, expected).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }, "\(series.values)")
  }

  @Test func ownFrequencyIsFoundAndGapsStayOpen() throws {
    let panel = try Regularization().apply(readings([(0, 1), (60, 2), (120, 3), (300, 6)]))
    #expect(panel.series[0].index.frequency == .minutes(1))
    #expect(panel.series[0].values.prefix(3) == [1, 2, 3])
    #expect(panel.series[0].values[3].isNaN && panel.series[0].values[4].isNaN)
    #expect(panel.series[0].values[5] == 6)
  }

  @Test func aReadingBetweenTheStepsIsRefused() {
    #expect(throws: ForecastingError.offIndex(series: "a", time: "1970-01-01T00:02:30", frequency: "1m")) {
      try Regularization().apply(readings([(0, 1), (60, 2), (120, 2), (150, 3), (240, 4)]))
    }
  }

  @Test func aMuchTooFineIndexIsRefused() {
    #expect(throws: ForecastingError.tooSparse(series: "a", readings: 2, steps: 86_400_001, frequency: "1s")) {
      try Regularization(every: .seconds(1)).apply(readings([(0, 1), (86_400_000, 2)]))
    }
  }

  @Test(arguments: [
    ([1958, 3], 1, Frequency.months(1)), ([2000, 1], 3, .months(3)), ([1700, 1], 12, .years(1)),
  ])
  func calendarFrequencies(first: [Int], months: Int, expected: Frequency) throws {
    let start = CivilTime(year: first[0], month: first[1], day: 1).timestamp
    let times = (0..<30).map { Frequency.months(months).advance(start, by: $0) }
    #expect(Frequency.inferred(from: times) == expected)
  }

  private func day(_ year: Int, _ month: Int, _ day: Int) -> Timestamp {
    CivilTime(year: year, month: month, day: day).timestamp
  }

  @Test func seriesOfMonthEndsMayBeginInAnyMonth() throws {
    let ends = (1...24).map {
      day(2023 + ($0 - 1) / 12, ($0 - 1) % 12 + 1, CivilTime.days(inMonth: ($0 - 1) % 12 + 1, of: 2023 + ($0 - 1) / 12))
    }
    func series(_ name: String, _ times: [Timestamp]) -> Readings.Series {
      .init(name: name, times: times, values: times.indices.map(Double.init))
    }
    let panel = try Regularization().apply(
      Readings(
        [
          series("february", Array(ends[13...])), series("all", ends), series("one", [ends[3]]),
          series("gaps", [ends[1], ends[3], ends[8]]), series("tenth", [day(2024, 1, 10), day(2024, 2, 10)]),
        ], style: TimeStyle(form: .date)))
    #expect(panel.series.map(\.count) == [11, 24, 1, 8, 2])
    #expect(panel.series.allSatisfy { $0.index.frequency == .months(1) })
    for series in panel.series.dropLast() {
      let next = CivilTime(series.index.following(1).start)
      #expect(next.day == CivilTime.days(inMonth: next.month, of: next.year), "\(series.name)")
    }
    #expect(panel.series[3].values.map(\.isNaN) == [false, true, false, true, true, true, true, false])
    #expect(panel.series[4].index[2] == day(2024, 3, 10))
  }

  @Test func whatIsKnownAheadTellsTheDayOfTheMonthToo() throws {
    let years = [2021, 2022, 2023, 2024].map { day($0, 2, 28) }
    let readings = Readings.Series(
      name: "a", times: Array(years[..<3]), values: [1, 2, 3], aheadTimes: [years[3]],
      covariates: Covariates(future: [Covariate(name: "f", values: [1, 2, 3, 4])]))
    let panel = try Regularization().apply(Readings([readings], style: TimeStyle(form: .date)))
    #expect(panel.series[0].index[3] == years[3])
  }

  @Test("holidays of a trading calendar are no gaps, unless every weekday is asked for")
  func holidaysAreNoGaps() throws {
    let holidays = [day(2022, 4, 15), day(2022, 12, 26), day(2023, 4, 7), day(2023, 12, 25), day(2023, 12, 26)]
    let all = (0..<520).map { Frequency.businessDays(1).advance(day(2022, 1, 3), by: $0) }
    let times = all.filter { !holidays.contains($0) }
    let other = Array(times.dropFirst(40).enumerated().filter { $0.offset != 7 }.map(\.element))
    let readings = Readings(
      [
        .init(name: "a", times: times, values: times.indices.map(Double.init)),
        .init(name: "b", times: other, values: other.indices.map(Double.init)),
      ], style: TimeStyle(form: .date))
    let panel = try Regularization().apply(readings)
    #expect(panel.series.map(\.count) == [515, 475])
    #expect(panel.series[0].values == times.indices.map(Double.init))
    #expect(panel.series[1].values.filter(\.isNaN).count == 1 && panel.series[1].values[7].isNaN)
    #expect(panel.series[0].index.frequency == .businessDays(1) && panel.series[0].index.holds(times))
    // Good Friday of 2024 is closed, Easter Monday never was.
    let next = panel.series[0].index.following(66)
    #expect(next[0] == day(2024, 1, 1) && next[63] == day(2024, 3, 28) && next[64] == day(2024, 4, 1))
    #expect(
      Regularization().doubts(in: readings, panel) == [
        "weekdays on which no series has a reading are no steps: 5 days from 2022-04-15 to 2023-12-26; nor are those that "
          + "come back every year, 2024-03-29 the next of them"
      ])
    let filled = try Regularization(every: .businessDays(1)).apply(readings)
    #expect(filled.series[0].count == 520 && filled.series[0].values.filter(\.isNaN).count == 5)
  }

  @Test func tradingDaysAreBusinessDays() throws {
    let start = CivilTime(year: 2017, month: 2, day: 6).timestamp
    let times = (0..<20).filter { $0 != 9 }.map { Frequency.businessDays(1).advance(start, by: $0) }
    #expect(Frequency.inferred(from: times) == .businessDays(1))
    let daily = (0..<20).map { Frequency.days(1).advance(start, by: $0) }
    #expect(Frequency.inferred(from: daily) == .days(1))
  }
}
