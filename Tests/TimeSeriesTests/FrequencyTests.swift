import Foundation
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

  @Test(arguments: ["1000y", "12000mo", "4000q", "52178w", "261000bd"])
  func `a duration of a thousand years is the longest`(text: String) {
    #expect(Frequency(text) != nil && !Frequency.isTooLong(text))
    let more = "\((Int(text.prefix { $0.isNumber }) ?? 0) + 1000)" + text.drop { $0.isNumber }
    #expect(Frequency(more) == nil && Frequency.isTooLong(more))
    #expect(!Frequency.isTooLong("0y") && !Frequency.isTooLong("1000000x") && !Frequency.isTooLong("many"))
  }

  @Test(arguments: [
    Frequency.steps, .milliseconds(1), .milliseconds(4_000_000_000_000_000), .days(1), .businessDays(1),
    .businessDays(261_000), .months(1), .months(12_000),
  ])
  func `steps of any number stay within the range of times`(frequency: Frequency) {
    for start in [Timestamp(seconds: 0), Timestamp.range.lowerBound, Timestamp.range.upperBound] {
      for count in [0, 1, 1 << 31, 1 << 53, Int.max, Int.min, -1] {
        let time = frequency.advance(start, by: count)
        #expect(Timestamp.range.contains(time))
        #expect(count == 0 || (count > 0) == (time >= start) || time == start)
        _ = frequency.stepsBelow(time, from: start)
        _ = frequency.floor(time)
        for form in [TimeStyle.Form.steps, .epoch(.seconds), .month, .date, .dateTime] {
          #expect(!TimeStyle(form: form).text(of: time).isEmpty)
        }
      }
    }
  }

  @Test func `an index that no series stands on is not read`() throws {
    let index = TimeIndex(start: Timestamp(seconds: 0), frequency: .months(1), count: 3)
    let text = String(decoding: try JSONEncoder().encode(index), as: UTF8.self)
    #expect(try JSONDecoder().decode(TimeIndex.self, from: Data(text.utf8)) == index)
    for (old, new) in [
      (#""count":3"#, #""count":-1"#), (#""count":3"#, #""count":4611686018427387904"#),
      (#""_0":1"#, #""_0":0"#), (#""_0":1"#, #""_0":9223372036854775807"#),
      (#""milliseconds":0"#, #""milliseconds":9223372036854775807"#),
    ] {
      let damaged = text.replacing(old, with: new)
      #expect(damaged != text)
      #expect(throws: DecodingError.self) { try JSONDecoder().decode(TimeIndex.self, from: Data(damaged.utf8)) }
    }
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
