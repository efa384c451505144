import Forecasting
import Operation
import PipelineFile
import TestSupport
import Testing
import TimeSeries

@testable import Pipelines
@testable import Stages

/// What is said of readings that are old, stuck, full of gaps, or of the future.
@Suite struct InputCheckTests {
  private let style = TimeStyle(form: .date)
  private let day: Int64 = 86_400_000

  /// Daily readings from 2026-01-01 on; NaN is a missing one.
  private func findings(
    _ check: String, _ series: [(String, [Double])], nowOnDay now: Double? = nil
  ) throws -> [CheckFinding] {
    let start = CivilTime(year: 2026, month: 1, day: 1).timestamp
    let index = { (count: Int) in TimeIndex(start: start, frequency: .days(1), count: count) }
    let readings = Readings(
      series.map { name, values in
        let present = values.indices.filter { !values[$0].isNaN }
        return .init(name: name, times: present.map { index(values.count)[$0] }, values: present.map { values[$0] })
      }, style: style)
    let panel = Panel(series.map { Series(name: $0, index: index($1.count), values: $1) })
    let moment = now.map { Timestamp(milliseconds: start.milliseconds + Int64($0 * Double(day))) }
    let stage =
      try #require(registry()["check"]).read(
        ConfigNode(flow: "{\(check)}"), at: Location(line: 1, column: 1), suggestingFrom: registry()
      ).stage as? InputCheckStage
    return try #require(stage).findings(in: readings, panel, now: moment)
  }

  @Test func ageOfTheNewestReading() throws {
    let check = "newest: {warn: 2d, error: 7d}"
    let values: [Double] = [1, 2, 3]
    #expect(try findings(check, [("a", values)], nowOnDay: 4) == [])
    let warned = try findings(check, [("a", values)], nowOnDay: 5.25)
    #expect(
      warned.map(\.message) == [
        "series \"a\": the newest reading is of 2026-01-03, 3d 6h ago, more than 2d; is it still delivered?"
      ])
    #expect(warned.map(\.isError) == [false])
    let refused = try findings(check, [("a", values)], nowOnDay: 9.5)
    #expect(refused.map(\.kind) == [.tooOld] && refused.map(\.isError) == [true])
    #expect(refused[0].message.contains("7d 12h ago, more than 1w"))
    // A missing value at the end is no reading.
    #expect(try findings(check, [("a", values + [.nan, .nan])], nowOnDay: 5.25).count == 1)
  }

  @Test func readingsLaterThanNow() throws {
    let message = "series \"a\": 2 readings are later than now, the last of 2026-01-03; is a clock or a zone wrong?"
    #expect(try findings("", [("a", [1, 2, 3])], nowOnDay: 0.5).map(\.message) == [message])
    #expect(try findings("", [("a", [1, 2, 3])], nowOnDay: 2) == [])
    let found = try findings("future: error", [("a", [1, 2, 3])], nowOnDay: 1)
    #expect(found.map(\.isError) == [true] && found.map(\.kind) == [.badData])
    #expect(found[0].message.hasPrefix("series \"a\": 1 reading is later than now"))
    #expect(try findings("future: ignore", [("a", [1, 2, 3])], nowOnDay: 0.5) == [])
    // Without times there is no now.
    #expect(try findings("", [("a", [1, 2, 3])]) == [])
  }

  @Test func `a row of the future does not make old readings young`() throws {
    let check = "newest: {warn: 2d, error: 7d}, future: ignore"
    let values: [Double] = [1, 2, 3] + Array(repeating: .nan, count: 40) + [4]
    #expect(try findings(check, [("a", values)], nowOnDay: 4) == [])
    let old = try findings(check, [("a", values)], nowOnDay: 10)
    #expect(old.map(\.kind) == [.tooOld] && old.map(\.isError) == [true])
    #expect(old[0].message.hasPrefix("series \"a\": the newest reading is of 2026-01-03, 8d ago"))
    // What is stamped by the end of its period is no more than a step ahead.
    #expect(try findings(check, [("a", [1, 2, 3, 4])], nowOnDay: 2.5) == [])
    let none = try findings(check, [("a", [1, 2, 3])], nowOnDay: -5)
    #expect(none.map(\.kind) == [.tooOld] && none.map(\.isError) == [true])
    #expect(none[0].message.hasPrefix("series \"a\": every reading is later than now, from 2026-01-01 on"))
  }

  @Test func sensorsThatAreStuck() throws {
    let check = "flat: {warn: 3, error: 5}"
    #expect(try findings(check, [("a", [4, 4, 4, 4, 4, 1, 2, 2])]) == [])
    let stuck = try findings(check, [("a", [1, 2, .nan, 2, 2])])
    #expect(stuck.map(\.message) == ["series \"a\": the last 3 values are all 2.0; is the sensor stuck?"])
    #expect(try findings(check, [("a", [1, 2, 2, 2, 2, 2])]).map(\.isError) == [true])
  }

  @Test func longGaps() throws {
    var check = "gaps: {warn: 2}"
    let values: [Double] = [1, .nan, .nan, 2, .nan, .nan, .nan, 3, 1, 2]
    #expect(
      try findings(check, [("a", values)]).map(\.message) == [
        "series \"a\": 3 steps from 2026-01-05 on have no reading, more than 2"
      ])
    check = "gaps: {warn: 3}"
    #expect(try findings(check, [("a", values)]) == [])
    check = "gaps: {warn: 2}, within: 3"
    #expect(try findings(check, [("a", values)]).count == 0)
    check = "gaps: {warn: 2}, within: 4"
    #expect(try findings(check, [("a", values)]).count == 1)
  }

  @Test func manySeriesAreCountedAndErrorsComeFirst() throws {
    let check = "flat: {warn: 2, error: 4}"
    let series = (1...5).map { ("s\($0)", $0 == 4 ? [1.0, 2, 2, 2, 2] : [1.0, 3, 3]) }
    let found = try findings(check, series)
    #expect(found.count == 3)
    #expect(found[0].message.hasPrefix("series \"s4\"") && found[0].isError)
    #expect(found[2].message.hasSuffix("is the sensor stuck? (and 2 more series like it)"))
  }

  @Test func theClockOnTheReadingsOwnWall() throws {
    let clock = try #require(Clock("2026-05-01T06:30:00+02:00"))
    #expect(clock.instant == CivilTime(year: 2026, month: 5, day: 1, hour: 4, minute: 30).timestamp)
    let ahead = TimeStyle(form: .dateTime, zone: .offset(minutes: 120))
    #expect(clock.time(in: ahead) == CivilTime(year: 2026, month: 5, day: 1, hour: 6, minute: 30).timestamp)
    let local = Clock(instant: clock.instant, offset: 3_600_000)
    let wall = CivilTime(year: 2026, month: 5, day: 1, hour: 5, minute: 30).timestamp
    #expect(local.time(in: TimeStyle(form: .dateTime)) == wall)
    #expect(local.time(in: TimeStyle(form: .epoch(.seconds))) == clock.instant)
    #expect(clock.time(in: TimeStyle(form: .steps)) == nil)
    #expect(Clock("tomorrow") == nil)
  }
}
