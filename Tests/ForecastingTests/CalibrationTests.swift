import Foundation
import Testing
import TimeSeries

@testable import Forecasting

@Suite struct CalibrationTests {
  /// Forecasts zero, with bounds of a reach around it where levels are asked for.
  struct Zero: Forecaster, UnsavedForecaster {
    var levels: [Double] = []
    var reach = 1.0
    var horizon = 1
    func fit(_ panel: Panel, shape: WindowShape, context: FitContext) -> Zero {
      Zero(levels: levels, reach: reach, horizon: shape.horizon)
    }
    func forecast(after history: Panel) -> Forecast {
      let point = Array(repeating: 0.0, count: horizon)
      return Forecast(
        history.series.map {
          .init(
            name: $0.name, index: $0.index.following(horizon), point: point,
            intervals: levels.map { level in
              .init(level: level, lower: point.map { $0 - reach }, upper: point.map { $0 + reach })
            })
        })
    }
  }

  /// Forecasts how many rows it was fitted on.
  struct RowCount: Forecaster, UnsavedForecaster {
    var rows = 0.0
    var horizon = 1
    func fit(_ panel: Panel, shape: WindowShape, context: FitContext) -> RowCount {
      RowCount(rows: Double(panel.series[0].count), horizon: shape.horizon)
    }
    func forecast(after history: Panel) -> Forecast {
      Forecast(
        history.series.map {
          .init(
            name: $0.name, index: $0.index.following(horizon), point: Array(repeating: rows, count: horizon))
        })
    }
  }

  /// Series of noise whose spread differs from one to the next and from step to step of a short season.
  static func noise(series count: Int, rows: Int, seed: UInt64 = 5) -> Panel {
    var generator = SplitMix(state: seed)
    return Panel(
      (0..<count).map { position in
        let spread = pow(3, Double(position % 4))
        return series(
          (0..<rows).map { _ in spread * generator.normal() }, name: "\(position)", frequency: .steps)
      })
  }

  func fitted(
    _ forecaster: any Forecaster, _ panel: Panel, horizon: Int = 2, lookback: Int = 4, _ calibration: Calibration
  ) throws -> FittedChain {
    try Chain(
      transforms: [], shape: WindowShape(lookback: lookback, horizon: horizon), forecaster: forecaster,
      calibration: calibration
    ).fit(panel, context: FitContext())
  }

  @Test func theReachIsTheErrorOfItsRankInEachStep() throws {
    // Changes of 1 up to the last rows, so that every scale is 1; the errors of a forecast of zero are the values.
    var values = (0..<20).map { Double($0 % 2) }
    values += [1, -2, 3, -4, 5]
    let panel = Panel([series(values, frequency: .steps)])
    // Four origins, horizon 2: step 1 meets 1, −2, 3, −4 and step 2 meets −2, 3, −4, 5.
    func reaches(_ level: Double) throws -> [Double] {
      let chain = try fitted(Zero(), panel, Calibration(levels: [level], origins: 4, season: 1))
      let scale = WindowDifference(values, season: 1, window: 4)
      #expect(scale.scale(before: 20) == 1)
      let errors = (0..<2).map { step in
        (0..<4).map { abs(values[20 + $0 + step]) / scale.scale(before: 20 + $0) }.sorted()
      }
      let rank = Int((5 * level).rounded(.up))
      let found = try chain.forecast(after: panel).series[0].intervals[0]
      for step in 0..<2 {
        let wanted = errors[step][rank - 1] * scale.scale(before: 25)
        #expect(abs(found.upper[step] - wanted) < 1e-5 && found.lower[step] == -found.upper[step])
      }
      return found.upper
    }
    // ⌈5 · 0.8⌉ is the largest of four, ⌈5 · 0.6⌉ the third.
    #expect(try zip(reaches(0.6), reaches(0.8)).allSatisfy { $0 < $1 })
  }

  @Test(arguments: [(0.5, 1), (0.8, 4), (0.9, 9), (0.95, 19), (0.99, 99)])
  func aLevelTakesSoManyErrors(level: Double, count: Int) {
    #expect(Calibration.fewestErrors(for: level) == count)
  }

  @Test func whatIsSmallestIsFoundWithoutSorting() {
    var generator = SplitMix(state: 3)
    for count in [1, 2, 3, 10, 101] {
      let values = (0..<count).map { _ in Float(generator.next() % 7) }
      for position in 0..<count {
        var copy = values
        #expect(copy.smallest(position) == values.sorted()[position])
      }
    }
  }

  @Test func intervalsHoldWhatTheyPromiseInEachThird() throws {
    let panel = Self.noise(series: 60, rows: 140)
    let chain = Chain(
      transforms: [], shape: WindowShape(lookback: 20, horizon: 6), forecaster: Zero(),
      calibration: Calibration(levels: [0.8, 0.95], origins: 20))
    let result = try Backtest(metrics: [.mae], folds: 6, refitEvery: 0).run(chain, on: panel, context: FitContext())
    let intervals = result.scorecard(metrics: [.mae]).rows[0].intervals
    #expect(intervals.map(\.level) == [0.8, 0.95])
    for interval in intervals {
      #expect(abs(interval.coverage - interval.level) < 0.02, "\(interval)")
      #expect(interval.coverageByThird.count == 3)
      #expect(interval.coverageByThird.allSatisfy { abs($0 - interval.level) < 0.03 }, "\(interval)")
    }
  }

  @Test(arguments: [0.1, 40])
  func intervalsOfTheForecasterAreWidenedOrNarrowed(reach: Double) throws {
    let panel = Self.noise(series: 60, rows: 140)
    let chain = Chain(
      transforms: [], shape: WindowShape(lookback: 20, horizon: 6), forecaster: Zero(levels: [0.8], reach: reach),
      calibration: Calibration(levels: [0.8], origins: 20))
    let result = try Backtest(metrics: [.mae], folds: 6, refitEvery: 0).run(chain, on: panel, context: FitContext())
    let interval = try #require(result.scorecard(metrics: [.mae]).rows[0].intervals.first)
    #expect(abs(interval.coverage - 0.8) < 0.02, "\(interval)")
    let own = Chain(
      transforms: [], shape: chain.shape, forecaster: Zero(levels: [0.8], reach: reach))
    let before = try Backtest(metrics: [.mae], folds: 6, refitEvery: 0).run(own, on: panel, context: FitContext())
    #expect(abs(before.scorecard(metrics: [.mae]).rows[0].intervals[0].coverage - 0.8) > 0.1)
  }

  @Test func theMeasuredChainHasNotSeenTheRowsItIsMeasuredOn() throws {
    // The rows rise by one, and the forecast is how many were fitted on: 40 for what is published, 40 − 2 − 5 + 1 for what
    // is measured. Its errors at horizon 1 from 34 rows on: 0, 1, 2, 3, 4.
    let panel = Panel([series((0..<40).map { Double($0) }, frequency: .steps)])
    let chain = try fitted(RowCount(), panel, Calibration(levels: [0.5], origins: 5, season: 1))
    let found = try chain.forecast(after: panel).series[0]
    #expect(found.point == [40, 40])
    #expect(found.intervals[0].upper == [42, 43])
  }

  @Test func manyOriginsAtOnceAreThoseOneByOne() throws {
    let panel = Self.noise(series: 3, rows: 120)
    let chain = try fitted(
      Zero(), panel.dropLast(50), horizon: 3, Calibration(levels: [0.5, 0.8], origins: 12))
    let ends = [50, 49, 30, 7, 0].map { left in panel.series.map { $0.count - left } }
    let together = try chain.forecasts(on: panel, before: ends)
    let single = try ends.map { try chain.forecast(after: panel.rows(before: $0)) }
    #expect(together == single)
    #expect(together[0] != together[4])
  }

  @Test func intervalsFollowTheSeriesAfterTheTraining() throws {
    // The scale of a window is far back and small: only the newest errors tell that the noise has grown.
    var generator = SplitMix(state: 8)
    let calm = (0..<200).map { _ in generator.normal() }
    let wild = (0..<60).map { _ in 5 * generator.normal() }
    let panel = Panel([series(calm + wild, frequency: .steps)])
    let chain = try fitted(
      Zero(), panel.dropLast(60), horizon: 2, lookback: 4, Calibration(levels: [0.8], origins: 30))
    func width(_ rows: Int) throws -> Double {
      let scale = WindowDifference(panel.series[0].values, season: 1, window: 4).scale(before: rows)
      return try chain.forecast(after: panel.rows(before: [rows])).series[0].intervals[0].upper[0] / scale
    }
    #expect(try width(200) != width(260))
  }

  @Test func widerLevelsHoldNarrowerOnesAndThePoint() throws {
    let panel = Self.noise(series: 2, rows: 100)
    let chain = try fitted(
      Zero(levels: [0.5, 0.8], reach: 200), panel, Calibration(levels: [0.8, 0.5], origins: 10))
    for series in try chain.forecast(after: panel).series {
      #expect(series.intervals.map(\.level) == [0.5, 0.8])
      let (narrow, wide) = (series.intervals[0], series.intervals[1])
      for step in 0..<2 {
        #expect(wide.lower[step] <= narrow.lower[step] && narrow.lower[step] <= series.point[step])
        #expect(wide.upper[step] >= narrow.upper[step] && narrow.upper[step] >= series.point[step])
      }
    }
  }

  @Test func whatWasMeasuredIsKeptAsData() throws {
    let panel = Self.noise(series: 2, rows: 60)
    let chain = try fitted(Zero(), panel, Calibration(levels: [0.5], origins: 10))
    let calibration = try #require(chain.calibration)
    let again = try JSONDecoder().decode(FittedCalibration.self, from: JSONEncoder().encode(calibration))
    #expect(again == calibration)
    let restored = FittedChain(transforms: [], forecaster: chain.forecaster, calibration: again)
    #expect(try restored.forecast(after: panel) == chain.forecast(after: panel))
  }

  @Test func tooFewRowsAreRefusedInWords() {
    let panel = Panel([series(wavy(40))])
    let few = #expect(throws: ChainError.self) {
      _ = try fitted(Zero(), panel, Calibration(levels: [0.95], origins: 10))
    }
    #expect(
      few.map { "\($0.error)" }
        == "an interval of level 0.95 takes at least 19 errors of each step, but 10 origins of 1 series give 10; raise "
        + "`calibration`, ask for a lower level, or bring more rows")
    let short = #expect(throws: ChainError.self) {
      _ = try fitted(Zero(), panel, Calibration(levels: [0.95], origins: 35))
    }
    #expect(
      short.map { "\($0.error)" }
        == "series \"a\" has 40 steps, too few: lookback 4 + horizon 2 before 35 origins of the calibration needs 42; "
        + "shorten lookback, horizon, validation or folds, or bring more rows")
  }

  @Test func rowsThatAllowTooFewErrorsAreNoReasonToStop() throws {
    // Twelve rows, horizon 4: one origin, four errors, none of a step beside another.
    let panel = Panel([series(wavy(12))])
    let levels = [0.8, 0.95]
    let theta = Baseline.theta.forecaster(season: 1, levels: levels)
    let shape = WindowShape(lookback: 8, horizon: 4)
    let own = try Chain(transforms: [], shape: shape, forecaster: theta).fit(panel, context: FitContext())
    let chain = try Chain(
      transforms: [], shape: shape, forecaster: theta, calibration: Calibration(levels: levels, season: 1)
    ).fit(panel, context: FitContext())
    let (given, found) = (
      try own.forecast(after: panel).series[0], try chain.forecast(after: panel).series[0]
    )
    #expect(found.point == given.point)
    #expect(found.intervals.map(\.level) == levels)
    for (calibrated, own) in zip(found.intervals, given.intervals) {
      #expect(zip(calibrated.upper, calibrated.lower).allSatisfy { $0.isFinite && $1.isFinite && $0 > $1 })
      #expect(calibrated != own)
    }
    #expect(
      chain.calibration?.remark
        == "1 error of each step is too few to calibrate an interval of level 0.95: errors of several steps are taken "
        + "together, and the interval is drawn towards the forecaster's own intervals")
    // What is saved of it says the same.
    let calibration = try #require(chain.calibration)
    let again = try JSONDecoder().decode(FittedCalibration.self, from: JSONEncoder().encode(calibration))
    #expect(again == calibration && again.growth?.count == 4)
  }

  @Test func withoutAnyErrorIntervalsAreThoseOfTheNaiveForecast() throws {
    // Changes of 1 in each of five rows, three of which the horizon takes: nothing could be learned from the others.
    let panel = Panel([series([0, 1, 0, 1, 0], frequency: .steps)])
    let chain = try fitted(Zero(), panel, horizon: 3, lookback: 2, Calibration(levels: [0.8], season: 2))
    let found = try chain.forecast(after: panel).series[0].intervals[0]
    // scipy.stats.t.ppf(0.9, 6) * math.sqrt(math.pi / 2), a season later times math.sqrt(2).
    let wanted = [1.804466232, 1.804466232, 2.551900619]
    let scale = WindowDifference([0, 1, 0, 1, 0], season: 2, window: 4).scale(before: 5)
    #expect(zip(found.upper, wanted).allSatisfy { abs($0 - $1 * scale) < 1e-6 }, "\(found.upper)")
    #expect(found.lower == found.upper.map { -$0 })
    #expect(
      chain.calibration?.remark
        == "no errors can be measured for the calibration of intervals: those of the seasonal naive forecast are taken")
  }

  @Test func aShortSeriesDoesNotTakeTheErrorsOfTheOthersAway() throws {
    let long = Self.noise(series: 60, rows: 60)
    let short = series([1, 3, 2, 4, 1, 2], name: "short", frequency: .steps)
    let panel = Panel(long.series + [short])
    let calibration = Calibration(levels: [0.8, 0.95], season: 1)
    let shape = WindowShape(lookback: 8, horizon: 4)
    let plan = try calibration.plan(for: panel, shape: shape)
    #expect(plan.measured == Array(0..<60) && plan.errors >= 19)
    let chain = try Chain(transforms: [], shape: shape, forecaster: Zero(), calibration: calibration).fit(
      panel, context: FitContext())
    #expect(chain.calibration?.remark == nil)
    let forecast = try chain.forecast(after: panel)
    #expect(forecast.series.allSatisfy { $0.intervals.count == 2 })
    // The short series has the reach of the others, on its own scale.
    let scales = panel.series.map { WindowDifference($0.values, season: 1, window: 8).scale(before: $0.count) }
    let reaches = zip(forecast.series, scales).map { $0.intervals[1].upper[2] / $1 }
    #expect(reaches.allSatisfy { abs($0 - reaches[0]) < 1e-9 * reaches[0] })
  }

  @Test func fewErrorsHoldAboutWhatTheyPromise() throws {
    var (held, all) = ([0.0, 0.0], 0.0)
    for seed in 1...120 {
      var generator = SplitMix(state: UInt64(seed))
      let panel = Panel([series((0..<24).map { _ in generator.normal() }, frequency: .steps)])
      let chain = try fitted(
        Zero(), panel.dropLast(4), horizon: 4, lookback: 4, Calibration(levels: [0.8, 0.95], season: 1))
      let found = try chain.forecast(after: panel.dropLast(4)).series[0].intervals
      for step in 0..<4 {
        let value = panel.series[0].values[20 + step]
        for (place, interval) in found.enumerated() where (interval.lower[step]...interval.upper[step]).contains(value)
        {
          held[place] += 1
        }
        all += 1
      }
    }
    // The naive forecast's intervals grow, those of noise do not: rather too wide than too narrow.
    #expect((0.78...0.97).contains(held[0] / all) && (0.93...1).contains(held[1] / all), "\(held) of \(all)")
  }

  @Test func aChainThatFewRowsCannotFitIsNotMeasured() throws {
    /// Refuses fewer rows than it was made for.
    struct Choosy: Forecaster {
      func fit(_ panel: Panel, shape: WindowShape, context: FitContext) throws -> Zero {
        guard panel.series[0].count >= 20 else { throw ForecastingError.training("20 rows are wanted") }
        return Zero(levels: [0.8], reach: 2, horizon: shape.horizon)
      }
    }
    let panel = Panel([series(wavy(20))])
    let chain = try fitted(Choosy(), panel, Calibration(levels: [0.8], season: 1))
    #expect(try chain.forecast(after: panel).series[0].intervals[0].upper == [2, 2])
    #expect(
      chain.calibration?.remark
        == "no errors can be measured for the calibration of intervals: the forecaster's own intervals are taken")
    #expect(throws: ChainError.self) {
      _ = try fitted(Choosy(), panel, Calibration(levels: [0.8], origins: 5, season: 1))
    }
  }

  @Test func aNetworkThatKeepsItsValidationRowsUnseenIsMeasuredOnThem() throws {
    var network = RecurrentForecaster(
      network: .init(lookback: 7, horizon: 3), training: .init(), validation: 30, refit: false)
    network.network.hidden = 3
    network.training.epochs = 1
    let fits = Counter()
    struct Counted: Forecaster {
      var forecaster: RecurrentForecaster
      var counter: Counter
      func fit(_ panel: Panel, shape: WindowShape, context: FitContext) throws -> FittedRecurrentForecaster {
        counter.add(panel.series[0].count)
        return try forecaster.fit(panel, shape: shape, context: context)
      }
    }
    let panel = Panel([series(wavy(120))])
    for (refit, rows) in [(false, [120]), (true, [120, 98])] {
      network.refit = refit
      _ = try fitted(
        Counted(forecaster: network, counter: fits), panel, horizon: 3, lookback: 7,
        Calibration(levels: [0.8], origins: 20))
      #expect(fits.takeAll() == rows)
    }
  }

  /// Counts across copies of a value, which one thread makes.
  final class Counter: @unchecked Sendable {
    private var values: [Int] = []
    func add(_ value: Int) { values.append(value) }
    func takeAll() -> [Int] {
      defer { values = [] }
      return values
    }
  }
}
