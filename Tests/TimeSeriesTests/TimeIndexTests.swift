import Foundation
import Testing

@testable import TimeSeries

@Suite struct TimeIndexTests {
  private func time(_ text: String) -> Timestamp {
    let parts = text.split(separator: "-").compactMap { Int($0) }
    return CivilTime(year: parts[0], month: parts[1], day: parts[2], hour: 6).timestamp
  }

  private func text(_ time: Timestamp) -> String { String(TimeStyle(form: .dateTime).text(of: time).prefix(10)) }

  /// The index that times seem to stand on.
  private func index(_ texts: [String]) throws -> TimeIndex {
    let times = texts.map(time)
    let frequency = try #require(Frequency.inferred(from: times))
    return TimeIndex(
      start: times[0], frequency: frequency, count: times.count, monthDay: Frequency.monthDay(of: times))
  }

  static let calendars: [(seen: [String], next: [String])] = [
    (["2023-12-31", "2024-01-31", "2024-02-29"], ["2024-03-31", "2024-04-30", "2024-05-31"]),
    (["2024-02-29", "2024-03-31", "2024-04-30"], ["2024-05-31", "2024-06-30", "2024-07-31"]),
    (["2024-04-30", "2024-05-31"], ["2024-06-30", "2024-07-31", "2024-08-31"]),
    (["2023-11-30", "2023-12-31"], ["2024-01-31", "2024-02-29", "2024-03-31"]),
    (["2023-02-28", "2023-03-31", "2023-04-30"], ["2023-05-31", "2023-06-30"]),
    // Quarters, halves and years.
    (["2023-06-30", "2023-09-30", "2023-12-31"], ["2024-03-31", "2024-06-30", "2024-09-30"]),
    (["2022-12-31", "2023-06-30"], ["2023-12-31", "2024-06-30"]),
    (["2021-02-28", "2022-02-28", "2023-02-28"], ["2024-02-29", "2025-02-28"]),
    (["2020-02-29", "2021-02-28"], ["2022-02-28", "2023-02-28", "2024-02-29", "2025-02-28"]),
    (["2099-11-30", "2099-12-31"], ["2100-01-31", "2100-02-28", "2100-03-31"]),
    // Days that only some months lack, but not their ends.
    (["2023-12-30", "2024-01-30", "2024-02-29"], ["2024-03-30", "2024-04-30", "2024-05-30"]),
    (["2022-12-29", "2023-01-29", "2023-02-28"], ["2023-03-29"]),
    (["2023-02-28", "2023-03-30", "2023-04-30"], ["2023-05-30", "2023-06-30"]),
    (["2024-02-28", "2024-03-28"], ["2024-04-28"]),
    (["2020-02-28", "2021-02-28"], ["2022-02-28", "2023-02-28", "2024-02-28"]),
  ]

  @Test(arguments: calendars)
  func whatFollowsFallsOnTheSameDayOfTheMonth(seen: [String], next: [String]) throws {
    let index = try index(seen)
    #expect(index.holds(seen.map(time)))
    let following = index.following(next.count)
    #expect((0..<next.count).map { text(following[$0]) } == next)
    // However often it is cut.
    var cut = index
    for _ in 0..<3 { cut = cut.rows(cut.count - 1..<cut.count) }
    #expect((0..<next.count).map { text(cut.following(next.count)[$0]) } == next)
    #expect(try JSONDecoder().decode(TimeIndex.self, from: JSONEncoder().encode(cut)) == cut)
  }

  @Test func stepsAreCountedFromACutAsFromTheStart() throws {
    let index = try index(["2019-10-31", "2019-11-30", "2019-12-31"])
    for from in -30...60 {
      let cut = index.rows(from..<from + 2)
      #expect(cut.offset(from: index) == from && index.offset(from: cut) == -from)
      for step in -30...60 {
        #expect(cut[step] == index[from + step])
        #expect(cut.steps(to: index[from + step]) == step)
        let later = Timestamp(milliseconds: cut[step].milliseconds + 1)
        #expect(cut.steps(to: later) == nil && cut.stepsBelow(later) == step)
      }
    }
  }

  @Test func anIndexOfAnEarlierVersionIsRead() throws {
    let old = Data(#"{"start":{"milliseconds":1706659200000},"frequency":{"months":{"_0":1}},"count":3}"#.utf8)
    let index = try JSONDecoder().decode(TimeIndex.self, from: old)
    #expect(index.monthDay == 31)
    #expect((0..<4).map { text(index[$0]) } == ["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30"])
    #expect(index == TimeIndex(start: index.start, frequency: .months(1), count: 3, monthDay: 31))
  }

  @Test func otherStepsHaveNoDayOfTheMonth() {
    let index = TimeIndex(start: time("2024-02-29"), frequency: .days(1), count: 2, monthDay: 31)
    #expect(index.monthDay == nil)
    #expect(text(index[1]) == "2024-03-01")
  }
}
