import Foundation
import Testing

@testable import TimeSeries

@Suite struct ClosedDaysTests {
  private static func day(_ text: String) -> Timestamp {
    let parts = text.split(separator: "-").compactMap { Int($0) }
    return CivilTime(year: parts[0], month: parts[1], day: parts[2]).timestamp
  }

  private static func text(_ time: Timestamp) -> String { TimeStyle(form: .date).text(of: time) }

  /// The weekdays of some years, without those on which something is closed.
  private static func weekdays(_ years: ClosedRange<Int>, without closed: Set<String>) -> [Timestamp] {
    let (first, last) = (day("\(years.lowerBound)-01-01"), day("\(years.upperBound)-12-31"))
    return (first.day...last.day).filter { BusinessDays.weekday($0) < 5 }
      .map { Timestamp(milliseconds: $0 * Timestamp.millisecondsPerDay) }.filter { !closed.contains(text($0)) }
  }

  // Those of pandas 3.1.1: USFederalHolidayCalendar().holidays("2015-01-01", "2026-12-31"), weekends left out. Juneteenth is one
  // since 2021, and a holiday of a weekend is on the Friday before it or the Monday after it.
  private static let federal = """
    2015-01-01 2015-01-19 2015-02-16 2015-05-25 2015-07-03 2015-09-07 2015-10-12 2015-11-11 2015-11-26 2015-12-25
    2016-01-01 2016-01-18 2016-02-15 2016-05-30 2016-07-04 2016-09-05 2016-10-10 2016-11-11 2016-11-24 2016-12-26
    2017-01-02 2017-01-16 2017-02-20 2017-05-29 2017-07-04 2017-09-04 2017-10-09 2017-11-10 2017-11-23 2017-12-25
    2018-01-01 2018-01-15 2018-02-19 2018-05-28 2018-07-04 2018-09-03 2018-10-08 2018-11-12 2018-11-22 2018-12-25
    2019-01-01 2019-01-21 2019-02-18 2019-05-27 2019-07-04 2019-09-02 2019-10-14 2019-11-11 2019-11-28 2019-12-25
    2020-01-01 2020-01-20 2020-02-17 2020-05-25 2020-07-03 2020-09-07 2020-10-12 2020-11-11 2020-11-26 2020-12-25
    2021-01-01 2021-01-18 2021-02-15 2021-05-31 2021-06-18 2021-07-05 2021-09-06 2021-10-11 2021-11-11 2021-11-25
    2021-12-24 2021-12-31 2022-01-17 2022-02-21 2022-05-30 2022-06-20 2022-07-04 2022-09-05 2022-10-10 2022-11-11
    2022-11-24 2022-12-26 2023-01-02 2023-01-16 2023-02-20 2023-05-29 2023-06-19 2023-07-04 2023-09-04 2023-10-09
    2023-11-10 2023-11-23 2023-12-25 2024-01-01 2024-01-15 2024-02-19 2024-05-27 2024-06-19 2024-07-04 2024-09-02
    2024-10-14 2024-11-11 2024-11-28 2024-12-25 2025-01-01 2025-01-20 2025-02-17 2025-05-26 2025-06-19 2025-07-04
    2025-09-01 2025-10-13 2025-11-11 2025-11-27 2025-12-25 2026-01-01 2026-01-19 2026-02-16 2026-05-25 2026-06-19
    2026-07-03 2026-09-07 2026-10-12 2026-11-11 2026-11-26 2026-12-25
    """.split { $0 == " " || $0 == "\n" }.map(String.init)

  // The same of a calendar of 1 January, GoodFriday, EasterMonday, 1 May, 25 and 26 December, which is that of the
  // European payments.
  private static let european = """
    2015-01-01 2015-04-03 2015-04-06 2015-05-01 2015-12-25 2016-01-01 2016-03-25 2016-03-28 2016-12-26 2017-04-14
    2017-04-17 2017-05-01 2017-12-25 2017-12-26 2018-01-01 2018-03-30 2018-04-02 2018-05-01 2018-12-25 2018-12-26
    2019-01-01 2019-04-19 2019-04-22 2019-05-01 2019-12-25 2019-12-26 2020-01-01 2020-04-10 2020-04-13 2020-05-01
    2020-12-25 2021-01-01 2021-04-02 2021-04-05 2022-04-15 2022-04-18 2022-12-26 2023-04-07 2023-04-10 2023-05-01
    2023-12-25 2023-12-26 2024-01-01 2024-03-29 2024-04-01 2024-05-01 2024-12-25 2024-12-26 2025-01-01 2025-04-18
    2025-04-21 2025-05-01 2025-12-25 2025-12-26 2026-01-01 2026-04-03 2026-04-06 2026-05-01 2026-12-25
    """.split { $0 == " " || $0 == "\n" }.map(String.init)

  @Test("holidays are seen in the data, and those of later years follow from them", arguments: [federal, european])
  func rulesAreThoseOfTheCalendar(_ holidays: [String]) {
    let seen = holidays.filter { $0 < "2024" }
    let times = Self.weekdays(2015...2023, without: Set(seen))
    let closed = ClosedDays(between: [times])
    #expect(closed.days.seen.map(Self.text) == seen.filter { $0 > Self.text(times[0]) })
    let ahead = closed.days.ahead.map(Self.text)
    #expect(ahead.filter { $0 < "2027" } == holidays.filter { $0 > "2024" })
    #expect(ahead.allSatisfy { $0 < "2044" })
  }

  @Test("two years are enough for a rule, one is not, and a day that was open once follows none")
  func rulesNeedTwoYears() {
    let holidays: Set = ["2022-12-26", "2023-12-26", "2023-05-08", "2022-08-15"]
    let closed = ClosedDays(between: [Self.weekdays(2022...2023, without: holidays)])
    #expect(closed.seen == 4)
    #expect(Set(closed.days.ahead.map { Self.text($0).suffix(5) }) == ["12-26"])
  }

  @Test("days on which another series has a reading are open")
  func allSeriesTell() {
    let holidays: Set = ["2022-12-26", "2023-12-26"]
    let (one, other) = (
      Self.weekdays(2022...2023, without: holidays), [Self.day("2022-12-26"), Self.day("2023-12-26")]
    )
    #expect(ClosedDays(between: [one, other]).isEmpty)
  }

  @Test("many days, a long stretch and a few readings are no holidays, nor is anything of weekends")
  func gapsAreNoHolidays() {
    let all = Self.weekdays(2022...2023, without: [])
    #expect(ClosedDays(between: [all]).isEmpty)
    #expect(ClosedDays(between: [all.enumerated().filter { $0.offset % 8 != 3 }.map(\.element)]).isEmpty)
    #expect(ClosedDays(between: [Array(all[..<100] + all[108...])]).isEmpty)
    #expect(!ClosedDays(between: [Array(all[..<100] + all[107...])]).isEmpty)
    #expect(ClosedDays(between: [Array(all[..<20] + all[21..<50])]).isEmpty)
    #expect(ClosedDays(between: [all.filter { $0 != all[50] } + [Self.day("2024-01-06")]]).isEmpty)
    #expect(ClosedDays(between: [[Timestamp]]()).isEmpty)
  }

  // Python 3.11, dateutil 2.9: [easter(y).isoformat() for y in (1900, 1954, 1961, 1981, 2000, 2019, 2024, 2025, 2038, 2049,
  // 2076, 2100)]
  @Test func eastersAreThoseOfTheChurch() {
    let known = [
      "1900-04-15", "1954-04-18", "1961-04-02", "1981-04-19", "2000-04-23", "2019-04-21", "2024-03-31", "2025-04-20",
      "2038-04-25", "2049-04-18", "2076-04-19", "2100-03-28",
    ]
    for date in known {
      let year = Int(date.prefix(4)) ?? 0
      #expect(YearlyDays.easter(of: year) == Self.day(date).day, "\(date)")
    }
  }

  @Test("an index steps over closed days, wherever it is cut, and is read as it was written")
  func indexStepsOverThem() throws {
    let times = Self.weekdays(2015...2023, without: Set(Self.federal)).map {
      Timestamp(milliseconds: $0.milliseconds + 16 * 3_600_000)
    }
    let closed = ClosedDays(between: [times])
    let index = TimeIndex(
      start: times[0], frequency: .businessDays(1), count: times.count, monthDay: nil, closed: closed)
    #expect(times.indices.allSatisfy { index[$0] == times[$0] })
    #expect(index.places(of: times).steps == Array(times.indices) && index.holds(times))
    #expect((0..<13).map { Self.text(index.following(13)[$0]).prefix(10) }.last == "2024-01-19")
    #expect(!(0..<13).map { Self.text(index.following(13)[$0]).prefix(10) }.contains("2024-01-15"))
    // 4 July 2023, a Tuesday: the step before it lasts until the day after.
    let third = try #require(times.firstIndex { Self.text($0).hasPrefix("2023-07-03") })
    let fourth = Timestamp(milliseconds: times[third].milliseconds + Timestamp.millisecondsPerDay)
    #expect(index.stepsBelow(fourth) == third && index.steps(to: fourth) == nil)
    #expect(index.stepsBelow(Timestamp(milliseconds: times[third].milliseconds - 1)) == third - 1)
    for from in [-300, -1, 0, 7, 1000, 2500] {
      let cut = index.rows(from..<from + 2)
      #expect(cut.offset(from: index) == from)
      for step in stride(from: -400, to: 400, by: 7) {
        #expect(cut[step] == index[from + step])
        #expect(cut.steps(to: cut[step]) == step)
      }
    }
    #expect(try JSONDecoder().decode(TimeIndex.self, from: JSONEncoder().encode(index)) == index)
    let damaged =
      #"{"start":{"milliseconds":0},"frequency":{"businessDays":{"_0":1}},"count":3,"#
      + #""closed":{"numbers":[5,5],"seen":1}}"#
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(TimeIndex.self, from: Data(damaged.utf8)) }
  }
}
