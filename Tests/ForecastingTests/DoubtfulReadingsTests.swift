import Testing
import TimeSeries

@testable import Forecasting

@Suite struct DoubtfulReadingsTests {
  private static let start = CivilTime(year: 2024, month: 1, day: 1).timestamp

  private func day(_ number: Int) -> Timestamp { Frequency.days(1).advance(Self.start, by: number) }

  private func series(_ name: String, _ times: [Timestamp]) -> Readings.Series {
    .init(name: name, times: times, values: times.indices.map { Double($0 % 7) })
  }

  private func daily(_ days: some Sequence<Int>, name: String = "a") -> Readings.Series { series(name, days.map(day)) }

  private func readings(_ series: [Readings.Series]) -> Readings { Readings(series, style: TimeStyle(form: .date)) }

  private func doubts(_ series: [Readings.Series], _ regularization: Regularization = Regularization()) throws
    -> [String]
  {
    let readings = readings(series)
    return regularization.doubts(in: readings, try regularization.apply(readings))
  }

  private func error(_ series: [Readings.Series], _ regularization: Regularization = Regularization()) -> String {
    do {
      _ = try regularization.apply(readings(series))
      return "no error"
    } catch { return "\(error)" }
  }

  @Test func aSeriesOfAnotherFrequencyIsRefused() throws {
    let months = series("m", (0..<6).map { Frequency.months(1).advance(Self.start, by: $0) })
    let ends = series("e", (0..<3).map { Frequency.months(1).advance(day(30), by: $0) })
    let weeks = daily((0..<20).map { 7 * $0 }, name: "w")
    for (other, own) in [(months, "1mo"), (ends, "1mo"), (weeks, "1w")] {
      #expect(
        error([daily(0..<170), other])
          == "series \"\(other.name)\" has a reading every \(own), others every 1d; put a resample stage with `every` after "
          + "the source")
      let asked = Regularization(every: .days(1))
      #expect(error([daily(0..<170), other], asked) == "no error")
      #expect(
        try doubts([daily(0..<170), other], asked)
          == ["series \"\(other.name)\" has a reading every \(own), but stands on steps of 1d"])
      let monthly = Regularization(every: .months(1))
      #expect(try doubts([daily(0..<170), other], monthly) == [])
    }
  }

  @Test func aColumnOfAnotherFrequencyIsRefused() {
    var sparse = daily(0..<170, name: "m")
    for position in sparse.values.indices where CivilTime(sparse.times[position]).day > 1 {
      sparse.values[position] = .nan
    }
    #expect(error([daily(0..<170), sparse]).hasPrefix("series \"m\" has a reading every 1mo, others every 1d; "))
  }

  @Test func gapsAreNoOtherFrequency() throws {
    // Sold now and then; weekdays beside all days; a few readings of something new; half of them lost.
    let now = daily((0..<170).filter { $0 * $0 % 11 < 6 }, name: "now")
    let weekdays = daily((0..<170).filter { $0 % 7 < 5 }, name: "weekdays")
    let new = daily([150, 152, 156], name: "new")
    #expect(try doubts([daily(0..<170), now, weekdays]) == [])
    #expect(error([daily(0..<170), new]) == "no error")
    let outage = Array(0..<60) + Array(110..<170)
    #expect(try doubts([daily(outage)]) == [])
  }

  @Test func oneReadingFarFromAllOthersIsRefused() throws {
    let future = Frequency.years(1).advance(day(0), by: 49)
    let past = Frequency.years(1).advance(day(0), by: -54)
    let far = series("a", (0..<120).map(day) + [future])
    let words =
      "series \"a\": 17778 steps of 1d without a reading lie between 2024-04-29 and 2073-01-01, more than half of all; "
      + "correct the times, or put a resample stage with `sparse: allow` after the source if they are meant"
    for every in [nil, Frequency.days(1)] {
      #expect(error([far], Regularization(every: every)) == words)
      #expect(
        error([series("b", (0..<130).map(day)), far], Regularization(every: every))
          == words.replacing("17778", with: "17768").replacing("2024-04-29", with: "2024-05-09"))
      #expect(error([series("a", [past] + (0..<120).map(day))], Regularization(every: every)).contains("1970-01-01"))
      let allowed = Regularization(every: every, allowsSparse: true)
      #expect(error([far], allowed) == "no error")
      #expect(try doubts([far], allowed) == [])
    }
    // The next year instead of this one.
    #expect(error([daily((0..<120) + [486])]).contains("366 steps of 1d without a reading"))
  }

  @Test func aLoneReadingThatMayBeRightIsTold() throws {
    #expect(
      try doubts([daily((0..<1000) + [1366])]) == [
        "series \"a\": 366 steps of 1d without a reading lie between 2026-09-26 and 2027-09-28; is the last time right? the "
          + "forecast begins after it"
      ])
    #expect(
      try doubts([daily([0] + (400..<1400))]) == [
        "series \"a\": 399 steps of 1d without a reading lie between 2024-01-01 and 2025-02-04; is the first time right?"
      ])
    // Where others have readings in between, it is a series that rests.
    #expect(try doubts([daily(0..<1400, name: "b"), daily((0..<1000) + [1366])]) == [])
    // Gaps of that length are usual there.
    #expect(try doubts([daily(Array(0..<500) + Array(700..<1200) + [1400])]) == [])
  }

  @Test func farMoreStepsThanReadingsAreToldOrRefused() throws {
    // Pairs of readings a minute apart, hours between them.
    let minutes: [Int64] = (0..<20).flatMap { (pair: Int64) -> [Int64] in [150 * pair, 150 * pair + 1] }
    let times = minutes.map { Timestamp(seconds: $0 * 60) }
    #expect(error([series("a", times)]).contains("choose a longer `every`"))
    #expect(error([series("a", times)], Regularization(every: .minutes(1))) == "no error")
    #expect(
      try doubts([series("a", times)], Regularization(every: .minutes(1)))
        == ["series \"a\": 2812 of 2852 steps of 1m have no reading"])
    #expect(try doubts([series("a", times)], Regularization(every: .minutes(1), allowsSparse: true)) == [])
    #expect(try doubts([series("a", times)], Regularization(every: .minutes(1), aggregate: .count)) == [])
  }

  @Test func manySeriesAreToldInThreeLines() throws {
    let some = (0..<10).map { number in
      daily((0..<30).map { 9 * $0 + $0 * $0 * (number % 3 + 1) % 5 }, name: "s\(number)")
    }
    let lines = try doubts([daily(0..<300)] + some)
    #expect(lines.count == 3 && lines[2].hasSuffix(" have no reading (and 7 more series like it)"), "\(lines)")
  }
}
