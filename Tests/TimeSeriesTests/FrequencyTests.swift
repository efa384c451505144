import Testing

@testable import TimeSeries

@Suite struct FrequencyTests {
  @Test(arguments: ["15m", "1h", "1d", "2w", "1mo", "1q", "1y", "1bd", "30s", "100ms"])
  func durationsReadAndPrintAlike(text: String) {
    #expect(Frequency(text)?.description == text)
  }

  @Test(arguments: ["", "h", "0h", "-1d", "1 h", "1x", "1H", "99999999999999999999d"])
  func otherTextsAreNoDurations(text: String) {
    #expect(Frequency(text) == nil)
  }

  @Test func stepsAreCountedWhateverTheirSeason() {
    #expect(Frequency.steps.isCounted && Frequency.counted(season: 7).isCounted)
    #expect(Frequency.counted(season: 7) != .steps, "so that a pattern of `.steps` alone misses a season")
    #expect(!Frequency.days(1).isCounted && !Frequency.milliseconds(1).isCounted)
  }

  @Test func aMonthsLastDayDoesNotDrift() {
    let start = CivilTime(year: 2023, month: 10, day: 31).timestamp
    let months = (0...5).map { CivilTime(Frequency.months(1).advance(start, by: $0)) }
    #expect(months.map(\.day) == [31, 30, 31, 31, 29, 31])
    #expect(months.map(\.month) == [10, 11, 12, 1, 2, 3])
    #expect(months.last?.year == 2024)
  }

  @Test func businessDaysSkipWeekends() {
    let friday = CivilTime(year: 2017, month: 2, day: 10).timestamp
    let next = Frequency.businessDays(1).advance(friday, by: 1)
    #expect(CivilTime(next) == CivilTime(year: 2017, month: 2, day: 13))
    #expect(Frequency.businessDays(1).advance(next, by: -1) == friday)
  }

  @Test(arguments: [
    Frequency.steps, .minutes(15), .days(1), .businessDays(1), .businessDays(3), .months(1), .months(3), .years(1),
  ])
  func countingUndoesAdvancing(frequency: Frequency) {
    let start = CivilTime(year: 2020, month: 1, day: 29, hour: 7).timestamp
    for count in -800...800 {
      let time = frequency.advance(start, by: count)
      #expect(frequency.steps(to: time, from: start) == count)
      guard frequency != .steps else { continue }
      let later = Timestamp(milliseconds: time.milliseconds + 1)
      #expect(frequency.steps(to: later, from: start) == nil)
      #expect(frequency.stepsBelow(later, from: start) == count)
    }
  }

  @Test func everyDayOfEightCenturiesHasItsDate() {
    var expected = CivilTime(year: 1599, month: 12, day: 31)
    let first = expected.timestamp.day
    for day in first..<first + 292_200 {
      let civil = CivilTime(Timestamp(milliseconds: day * 86_400_000))
      #expect(civil == expected)
      #expect(civil.timestamp.day == day)
      expected.day += 1
      if expected.day > CivilTime.days(inMonth: expected.month, of: expected.year) {
        (expected.day, expected.month) = (1, expected.month + 1)
      }
      if expected.month > 12 { (expected.month, expected.year) = (1, expected.year + 1) }
    }
  }
}
