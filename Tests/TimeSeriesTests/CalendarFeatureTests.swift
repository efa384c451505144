import Testing
import TimeSeries

@Suite struct CalendarFeatureTests {
  private func time(_ year: Int, _ month: Int, _ day: Int, _ hour: Int = 0, _ minute: Int = 0) -> Timestamp {
    CivilTime(year: year, month: month, day: day, hour: hour, minute: minute).timestamp
  }

  @Test func phasesAreSharesOfTheCycle() {
    #expect(CalendarFeature.minute.phase(of: time(2024, 5, 1, 6, 45)) == 0.75)
    #expect(CalendarFeature.hour.phase(of: time(2024, 5, 1, 6, 30)) == 6.5 / 24)
    // A Monday and the Sunday before it; also before 1970.
    #expect(CalendarFeature.dayOfWeek.phase(of: time(2024, 1, 1)) == 0)
    #expect(CalendarFeature.dayOfWeek.phase(of: time(2023, 12, 31, 23)) == 6.0 / 7)
    #expect(CalendarFeature.dayOfWeek.phase(of: time(1969, 12, 29)) == 0)
    #expect(CalendarFeature.dayOfMonth.phase(of: time(2024, 2, 29)) == 28.0 / 29)
    #expect(CalendarFeature.dayOfYear.phase(of: time(2024, 12, 31)) == 365.0 / 366)
    #expect(CalendarFeature.dayOfYear.phase(of: time(2023, 12, 31)) == 364.0 / 365)
    #expect(CalendarFeature.month.phase(of: time(2024, 12, 31)) == 11.0 / 12)
  }

  // python3 -c "import datetime as d; print([d.date(*x).isocalendar()[1] for x in
  // [(2020,12,31),(2021,1,3),(2021,1,4),(2024,12,30),(2026,12,31),(1965,1,3)]])"
  @Test func weeksAreThoseOfISO8601() {
    let days = [(2020, 12, 31), (2021, 1, 3), (2021, 1, 4), (2024, 12, 30), (2026, 12, 31), (1965, 1, 3)]
    #expect(days.map { CalendarFeature.week.phase(of: time($0.0, $0.1, $0.2)) * 53 + 1 } == [53, 53, 1, 1, 53, 53])
  }

  @Test func stepsMustBeShorterThanTheCycle() {
    func telling(_ frequency: Frequency) -> [String] {
      CalendarFeature.allCases.filter { $0.tells(of: frequency) }.map(\.rawValue)
    }
    #expect(telling(.minutes(15)) == CalendarFeature.allCases.map(\.rawValue))
    #expect(telling(.hours(1)) == CalendarFeature.allCases.dropFirst().map(\.rawValue))
    #expect(telling(.days(1)) == ["day-of-week", "day-of-month", "day-of-year", "week", "month"])
    #expect(telling(.businessDays(1)) == telling(.days(1)))
    #expect(telling(.weeks(1)) == ["day-of-month", "day-of-year", "week", "month"])
    #expect(telling(.months(1)) == ["day-of-year", "week", "month"])
    #expect(telling(.years(1)).isEmpty)
    #expect(telling(.steps).isEmpty)
  }
}
