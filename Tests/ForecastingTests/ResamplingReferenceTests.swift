import Testing
import TimeSeries

@testable import Forecasting

/// Resampling beside pandas 3.1.1 (Python 3.11).
///
///     v = pandas.Series(values, index=pandas.to_datetime(times, format="ISO8601"))
///     r = v.resample(rule)               # "12h", "MS", "QS"; "W-MON" with label="left", closed="left"
///     r.mean(), r.sum(min_count=1), r.median(), r.min(), r.max(), r.first(), r.last(), r.count()
@Suite struct ResamplingReferenceTests {
  private static let times = [
    "2024-02-28 22:10:00", "2024-02-28 22:40:00", "2024-02-28 23:59:59", "2024-02-29 00:00", "2024-02-29 07:30",
    "2024-03-01 00:00", "2024-03-03 23:00", "2024-03-04 12:00", "2024-03-31 05:00", "2024-04-01 00:00",
  ]
  private static let values = [1.5, -2.25, 4.0, 8.5, .nan, 3.0, 7.25, -1.0, 0.5, 10.0]

  private func time(_ text: String) throws -> Timestamp {
    var reader = TimeReader(format: .iso)
    return try reader.read(text)
  }

  private static let all: [Regularization.Aggregate] = [
    .mean, .sum, .median, .minimum, .maximum, .first, .last, .count,
  ]
  private static let weeks: [[Double]] = [
    [3.6666666666666665, -1, .nan, .nan, 0.5, 10], [22, -1, .nan, .nan, 0.5, 10], [3.5, -1, .nan, .nan, 0.5, 10],
    [-2.25, -1, .nan, .nan, 0.5, 10], [8.5, -1, .nan, .nan, 0.5, 10], [1.5, -1, .nan, .nan, 0.5, 10],
    [7.25, -1, .nan, .nan, 0.5, 10], [6, 1, 0, 0, 1, 1],
  ]
  private static let months: [[Double]] = [
    [2.9375, 2.4375, 10], [11.75, 9.75, 10], [2.75, 1.75, 10], [-2.25, -1, 10], [8.5, 7.25, 10], [1.5, 3, 10],
    [8.5, 0.5, 10], [4, 4, 1],
  ]
  private static let quarters: [[Double]] = [
    [2.6875, 10], [21.5, 10], [2.25, 10], [-2.25, 10], [8.5, 10], [1.5, 10], [0.5, 10], [8, 1],
  ]
  // The first eleven of 66.
  private static let halfDays: [[Double]] = [
    [3.25 / 3, 8.5], [3.25, 8.5], [1.5, 8.5], [-2.25, 8.5], [4, 8.5], [1.5, 8.5], [4, 8.5], [3, 1],
  ].enumerated().map { position, first in
    let gap = position == 7 ? 0 : Double.nan
    let ones: [Double] = position == 7 ? [1, 1, 1] : [3, 7.25, -1]
    return first + [gap, ones[0], gap, gap, gap, gap, ones[1], gap, ones[2]]
  }

  static let references: [(every: Frequency, start: String, steps: Int, values: [[Double]])] = [
    (.hours(12), "2024-02-28 12:00", 66, halfDays), (.weeks(1), "2024-02-26", 6, weeks),
    (.months(1), "2024-02-01", 3, months), (.months(3), "2024-01-01", 2, quarters),
  ]

  @Test("readings of a step become one value as in pandas", arguments: references)
  func stepsAreThoseOfPandas(_ reference: (every: Frequency, start: String, steps: Int, values: [[Double]])) throws {
    let readings = Readings(
      [.init(name: "a", times: try Self.times.map(time), values: Self.values)], style: TimeStyle(form: .dateTime))
    for (aggregate, expected) in zip(Self.all, reference.values) {
      let series = try Regularization(every: reference.every, aggregate: aggregate, allowsSparse: true)
        .apply(readings).series[0]
      #expect(series.index.start == (try time(reference.start)) && series.count == reference.steps)
      let found = series.values.prefix(expected.count).map { $0.isNaN ? Double.infinity : $0 }
      #expect(found == expected.map { $0.isNaN ? .infinity : $0 }, "\(aggregate) every \(reference.every)")
    }
  }

  // pandas.Series(range(n), index=pandas.date_range(start, periods=n, freq="h", tz=zone)).resample("1D").sum(), .count()
  static let zones: [(zone: String, start: String, hours: Int, sums: [Double], counts: [Double])] = [
    ("Europe/Berlin", "2024-03-30 19:00", 31, [6, 345, 114], [4, 23, 4]),
    ("Europe/Berlin", "2024-10-26 18:00", 33, [6, 400, 122], [4, 25, 4]),
    ("America/New_York", "2024-03-10 01:00", 31, [6, 345, 114], [4, 23, 4]),
    ("America/New_York", "2024-11-03 00:00", 33, [6, 400, 122], [4, 25, 4]),
  ]

  @Test("days of a zone have 23 and 25 hours where clocks are changed, as in pandas", arguments: zones)
  func daysAreThoseOfTheZone(
    _ reference: (zone: String, start: String, hours: Int, sums: [Double], counts: [Double])
  ) throws {
    let zone = try LocalZone(reference.zone)
    let start = try time(reference.start)
    let times = (0..<reference.hours).map { Frequency.hours(1).advance(start, by: $0) }
    let readings = Readings(
      [.init(name: "a", times: times, values: times.indices.map(Double.init))],
      style: TimeStyle(form: .dateTime, zone: .local(zone, hasOffset: false)))
    for (aggregate, expected) in [(Regularization.Aggregate.sum, reference.sums), (.count, reference.counts)] {
      let days = Regularization(every: .days(1), aggregate: aggregate)
      let series = try days.apply(readings.onClock(ofSteps: .days(1))).series[0]
      #expect(series.values == expected)
      #expect(series.index.start == Timestamp(milliseconds: zone.local(of: start).day * 86_400_000))
    }
    // Hours stay hours, and know the clock that tells them.
    let hours = try Regularization().apply(readings.onClock(ofSteps: nil)).series[0]
    #expect(hours.count == reference.hours && hours.index.zone == zone && hours.index.start == start)
  }
}
