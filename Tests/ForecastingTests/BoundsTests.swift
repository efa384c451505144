import Testing
import TimeSeries

@testable import Forecasting

@Suite struct BoundsTests {
  /// What becomes of a point and of an interval of one level, three steps each.
  func confined(
    _ bounds: Bounds, _ training: [Double], point: [Double], lower: [Double], upper: [Double]
  ) throws -> Forecast.Series {
    let panel = Panel([series(training)])
    let fitted = bounds.fit(panel)
    #expect(areSame(try fitted.apply(panel).series[0].values, training), "the readings stay as they are")
    let forecast = Forecast([
      .init(
        name: "a", index: panel.series[0].index.following(3), point: point,
        intervals: [.init(level: 0.8, lower: lower, upper: upper)])
    ])
    return try fitted.invert(forecast, history: panel).series[0]
  }

  @Test func whatIsNeverBelowZeroIsNotForecastThere() throws {
    let found = try confined(
      Bounds(), [0, 2.5, .nan, 7], point: [-1, 0.25, 9], lower: [-3, -1, 4], upper: [-0.5, 1.5, 12])
    #expect(found.point == [0, 0.25, 9])
    #expect(found.intervals[0].lower == [0, 0, 4] && found.intervals[0].upper == [0, 1.5, 12])
    let below = try confined(Bounds(), [-1, 2.5, 7], point: [-1, 0, 9], lower: [-3, -1, 4], upper: [0, 1, 12])
    #expect(below.point == [-1, 0, 9] && below.intervals[0].lower == [-3, -1, 4])
    let open = try confined(
      Bounds(floor: .none), [1.5, 2], point: [-1, 0, 9], lower: [-3, -1, 4], upper: [0, 1, 12])
    #expect(open.point == [-1, 0, 9])
  }

  @Test func aCeilingIsWhereReadingsStandOftenOrWhereItIsSaid() throws {
    let full = (0..<40).map { $0 % 10 == 0 ? 99.5 : Double($0) + 0.25 }
    let auto = Bounds(floor: .none, ceiling: .automatic)
    #expect(
      try confined(auto, full, point: [120, 99.5, 3], lower: [100, 1, 1], upper: [140, 120, 4]).intervals[0].upper
        == [99.5, 99.5, 4])
    #expect(
      try confined(auto, [1.5, 2, 3], point: [9, 9, 9], lower: [0, 0, 0], upper: [10, 10, 10]).point == [9, 9, 9])
    #expect(
      try confined(auto, [3.5, 3.5, 3.5], point: [9, 9, 9], lower: [0, 0, 0], upper: [10, 10, 10]).point == [9, 9, 9],
      "a level series tells of no ceiling")
    let given = Bounds(floor: .value(-2), ceiling: .value(5))
    #expect(
      try confined(given, [-9.5, 20], point: [-4, 0, 8], lower: [-9, -1, 6], upper: [0, 1, 9]).point == [-2, 0, 5])
  }

  @Test func wholeNumbersAreForecastWhereReadingsAreWholeAndNotFew() throws {
    let found = try confined(
      Bounds(), [120, 80, 95, 400], point: [10.4, 10.5, 3.2], lower: [8.2, 10.45, 3.1], upper: [12.9, 10.9, 3.15])
    #expect(found.point == [10, 11, 3])
    // The whole numbers from 8.2 to 12.9 are those from 9 to 12; where there is none, it is the point's own.
    #expect(found.intervals[0].lower == [9, 11, 3] && found.intervals[0].upper == [12, 11, 3])
    let few = try confined(Bounds(), [0, 1, 0, 2], point: [0.4, 0.3, 0.2], lower: [0, 0, 0], upper: [1.5, 1.5, 1.5])
    #expect(few.point == [0.4, 0.3, 0.2], "the mean of small counts says more than a whole number")
    let forced = try confined(
      Bounds(whole: true), [0, 1, 0, 2], point: [0.4, 0.6, 2.5], lower: [-1, 0, 2], upper: [1.5, 1.5, 3.9])
    #expect(forced.point == [0, 1, 3] && forced.intervals[0].upper == [1, 1, 3])
    let parts = try confined(
      Bounds(whole: false), [120, 80], point: [0.4, 1, 2], lower: [0, 0, 0], upper: [1, 1, 3])
    #expect(parts.point == [0.4, 1, 2])
  }

  @Test func whatIsNoNumberStaysForOthersToReport() throws {
    let found = try confined(
      Bounds(), [20, 30], point: [.nan, 1, .infinity], lower: [.nan, 0, 0], upper: [.nan, 2, .infinity])
    #expect(found.point[0].isNaN && found.point[2] == .infinity)
  }

  /// Calibration widens intervals in the units of the readings, after all transforms are undone.
  @Test(arguments: [[Bounds()] as [any Transform], [Fill(.linear), Bounds(), Detrend()]])
  func calibratedIntervalsKeepTheBounds(transforms: [any Transform]) throws {
    let cycle: [Double] = [0.2, 6.5, 0.1, 0.4]
    let values = (0..<80).map { step -> Double in cycle[step % 4] + Double(step * 7 % 5) / 10 }
    let panel = Panel([series(values)])
    func lowest(_ transforms: [any Transform]) throws -> Double {
      let chain = Chain(
        transforms: transforms, shape: WindowShape(lookback: 4, horizon: 4),
        forecaster: Baseline.naive.forecaster(season: 1, levels: [0.8]),
        calibration: Calibration(levels: [0.8], origins: 20))
      let found = try chain.fit(panel, context: FitContext()).forecast(after: panel).series[0]
      return found.intervals[0].lower.min() ?? 0
    }
    #expect(try lowest([]) < 0)
    #expect(try lowest(transforms) == 0)
  }

  @Test func eachSeriesHasItsOwnBounds() throws {
    let panel = Panel([series([1, 2.5], name: "a"), series([-1, 2.5], name: "b")])
    let fitted = Bounds().fit(panel)
    let forecast = Forecast(panel.series.map { .init(name: $0.name, index: $0.index.following(1), point: [-5]) })
    #expect(try fitted.invert(forecast, history: panel).series.map(\.point) == [[0], [-5]])
  }
}
