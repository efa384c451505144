import Foundation
import Testing
import TimeSeries

@testable import Forecasting

@Suite struct CalendarFeaturesTests {
  /// From Monday, 1 January 2024.
  static func panel(_ count: Int, _ frequency: Frequency) -> Panel {
    Panel([series(wavy(count), start: 1_704_067_200, frequency: frequency)])
  }

  static func day(_ month: Int, _ day: Int, _ year: Int = 2024) -> Int64 {
    CivilTime(year: year, month: month, day: day).timestamp.day
  }

  func covariates(_ calendar: CalendarFeatures, _ count: Int, _ frequency: Frequency) throws -> [Covariate] {
    try calendar.apply(Self.panel(count, frequency)).series[0].covariates.future
  }

  @Test func featuresReachToTheEndOfTheHorizon() throws {
    let found = try covariates(CalendarFeatures([.dayOfWeek, .hour], ahead: 3), 30, .hours(6))
    #expect(found.map(\.name) == ["day-of-week.sin", "day-of-week.cos", "hour.sin", "hour.cos"])
    #expect(found.allSatisfy { $0.values.count == 33 && $0.isScaled })
    // The last of 33 quarter days begins at midnight.
    #expect(areClose(Array(found[2].values.suffix(4)), [1, 0, -1, 0]))
    for step in 0..<33 {
      let angle = 2 * .pi * Double(step / 4 % 7) / 7
      #expect(abs(found[0].values[step] - sin(angle)) < 1e-12 && abs(found[1].values[step] - cos(angle)) < 1e-12)
    }
  }

  // Python 3.11, pandas 3.1.1: pandas.date_range(start, periods=31, freq="h", tz=zone).hour, and .day_of_week
  @Test("hour and weekday are those of the zone, whichever way its clocks are changed")
  func featuresFollowTheZone() throws {
    let day = Array(0...23)
    let cases: [(String, Timestamp, [Int])] = [
      ("Europe/Berlin", hour(2024, 3, 30, 19), [20, 21, 22, 23, 0, 1] + Array(3...23) + [0, 1, 2, 3]),
      ("Europe/Berlin", hour(2024, 10, 26, 18), [20, 21, 22, 23, 0, 1, 2] + Array(2...23) + [0, 1]),
      ("America/New_York", hour(2024, 3, 10, 1), [20, 21, 22, 23, 0, 1] + Array(3...23) + [0, 1, 2, 3]),
      ("America/New_York", hour(2024, 11, 3, 0), [20, 21, 22, 23, 0, 1] + day.dropFirst() + [0, 1]),
    ]
    for (name, start, hours) in cases {
      let index = TimeIndex(
        start: start, frequency: .hours(1), count: 28, monthDay: nil, closed: .none, zone: try LocalZone(name))
      let panel = Panel([Series(name: "a", index: index, values: wavy(28))])
      let found = try CalendarFeatures([.hour, .dayOfWeek], encoding: .number, ahead: 3).apply(panel)
      let covariates = found.series[0].covariates.future
      #expect(areClose(covariates[0].values, hours.map { Double($0) / 24 - 0.5 }), "\(name) \(start)")
      // Saturday until midnight, then Sunday, and Monday at the end.
      let midnights = hours.indices.filter { hours[$0] == 0 }
      let weekdays = hours.indices.map { $0 < midnights[0] ? 5 : $0 < midnights[1] ? 6 : 0 }
      #expect(areClose(covariates[1].values, weekdays.map { Double($0) / 7 - 0.5 }), "\(name) \(start)")
    }
  }

  private func hour(_ year: Int, _ month: Int, _ day: Int, _ hour: Int) -> Timestamp {
    CivilTime(year: year, month: month, day: day, hour: hour).timestamp
  }

  @Test func oneNumberGoesFromMinusToPlusAHalf() throws {
    let found = try covariates(CalendarFeatures([.dayOfWeek], encoding: .number, ahead: 1), 6, .days(1))
    #expect(found.map(\.name) == ["day-of-week"])
    #expect(areClose(found[0].values, (0..<7).map { Double($0) / 7 - 0.5 }))
  }

  @Test func holidaysAreToldWithTheirNeighbours() throws {
    let holidays = [
      Holiday(name: "epiphany", days: [Self.day(1, 6)]), Holiday(name: "new-year", days: [Self.day(1, 1)]),
    ]
    let found = try covariates(
      CalendarFeatures([], holidays: holidays, before: 2, after: 1, ahead: 2), 6, .days(1))
    #expect(found.map(\.name) == ["epiphany", "new-year", "holiday-1", "holiday-2", "holiday+1"])
    #expect(
      found.map(\.values) == [
        [0, 0, 0, 0, 0, 1, 0, 0], [1, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 1, 0, 0, 0], [0, 0, 0, 1, 0, 0, 0, 0],
        [0, 1, 0, 0, 0, 0, 1, 0],
      ])
  }

  @Test func aHolidayIsTheWholeDayOfHoursAndIsCountedInLongerSteps() throws {
    let holidays = [Holiday(name: "holiday", days: [Self.day(1, 2), Self.day(1, 13), Self.day(2, 3)])]
    let calendar = CalendarFeatures([], holidays: holidays, ahead: 1)
    #expect(try covariates(calendar, 5, .hours(12))[0].values == [0, 0, 1, 1, 0, 0])
    #expect(try covariates(calendar, 2, .months(1))[0].values == [2, 1, 0])
    #expect(try covariates(calendar, 2, .weeks(1))[0].values == [1, 1, 0])
    // The 13th is the Saturday after a Friday, and no business day.
    #expect(try covariates(calendar, 10, .businessDays(1))[0].values == [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0])
  }

  @Test func aMonthThatIsReadAtItsEndHoldsItsOwnHolidays() throws {
    let holidays = [
      Holiday(name: "holiday", days: [Self.day(1, 31), Self.day(2, 1), Self.day(2, 29), Self.day(3, 29)])
    ]
    let start = Timestamp(milliseconds: Self.day(1, 31) * 86_400_000)
    let index = TimeIndex(start: start, frequency: .months(1), count: 3)
    for first in 0..<2 {
      let panel = Panel([Series(name: "a", index: index.rows(first..<3), values: Array(repeating: 1, count: 3 - first))]
      )
      let found = try CalendarFeatures([], holidays: holidays, ahead: 1).apply(panel).series[0].covariates.future
      #expect(found[0].values == Array([1, 2, 1, 0][first...]))
    }
  }

  @Test func whatTellsNothingIsRefused() {
    #expect(throws: CovariateError.constantFeature(feature: "hour", frequency: "1mo", cycle: "a day")) {
      try covariates(CalendarFeatures([.month, .hour], ahead: 1), 5, .months(1))
    }
    #expect(throws: CovariateError.calendarWithoutTimes(feature: "month")) {
      try covariates(CalendarFeatures([.month], ahead: 1), 5, .steps)
    }
    #expect(throws: CovariateError.calendarWithoutTimes(feature: "holidays")) {
      try covariates(CalendarFeatures([], holidays: [.init(name: "h", days: [1])], ahead: 1), 5, .steps)
    }
    let old = [Holiday(name: "h", days: [Self.day(12, 26, 2022)])]
    #expect(throws: CovariateError.holidaysEnd(last: "2022-12-26", end: "2024-01-10")) {
      try covariates(CalendarFeatures([], holidays: old, ahead: 5), 5, .days(1))
    }
  }

  @Test func oneApplicationServesAllOrigins() throws {
    let panel = Self.panel(20, .days(1))
    let calendar = CalendarFeatures([.dayOfWeek], holidays: [.init(name: "h", days: [Self.day(1, 9)])], ahead: 3)
    #expect(calendar.isCausal(over: panel))
    let whole = try calendar.apply(panel).series[0]
    let cut = try calendar.apply(Panel([panel.series[0].prefix(8)])).series[0]
    for (long, short) in zip(whole.prefix(8).covariates.future, cut.covariates.future) {
      #expect(Array(long.values.prefix(11)) == short.values)
    }
    #expect(cut.values == Array(panel.series[0].values.prefix(8)))
  }
}
