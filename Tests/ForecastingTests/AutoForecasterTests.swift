import Foundation
import Testing
import TimeSeries

@testable import Forecasting

/// `AutoForecaster`: what it tries, what it takes, and what it says of it.
@Suite struct AutoForecasterTests {
  /// A budget that trains no longer than a test should.
  static let quick = 0.1

  private func fit(
    _ panel: Panel, horizon: Int, levels: [Double] = [], threads: Int = 1
  ) throws -> FittedAuto {
    try AutoForecaster(levels: levels, budget: Self.quick).fit(
      panel, shape: WindowShape(lookback: 2 * horizon, horizon: horizon, padding: .always),
      context: FitContext(threads: threads))
  }

  private static let months = Frequency.months(1)

  private static func monthly(_ values: [Double], name: String = "a") -> Panel {
    Panel([series(values, name: name, frequency: months)])
  }

  @Test func aSeasonIsForecastBetterThanByRepeatingIt() throws {
    let panel = Self.monthly(Array(airline.prefix(132)))
    let found = try fit(panel, horizon: 12).forecast(after: panel).series[0].point
    let truth = Array(airline.suffix(12))
    let naive = Array(airline[120..<132])
    func error(_ values: [Double]) -> Double { zip(values, truth).map { abs($0 - $1) }.mean }
    #expect(error(found) < 0.5 * error(naive))
  }

  @Test func whatWouldTakeMostOfTheBudgetIsNoCandidate() throws {
    let many = Panel((0..<100).map { series(airline, name: "s\($0)", frequency: Self.months) })
    let shape = WindowShape(lookback: 24, horizon: 12, padding: .always)
    func candidates(_ panel: Panel, budget: Double) -> String {
      AutoForecaster(budget: budget, network: false).candidates(on: panel, shape: shape).joined()
    }
    #expect(candidates(many, budget: 60) == "naive, seasonal-naive, theta, ets, pretrained")
    #expect(
      candidates(many, budget: 2)
        == "naive, seasonal-naive, theta, pretrained; not ets, which would take some 1 second for 100 series")
    // Of a long series ets looks at the newest rows alone.
    let long = Panel([series(wavy(200_000))])
    #expect(candidates(long, budget: 2).contains("theta, ets"))
    // The report says it too.
    let fitted = try AutoForecaster(budget: 2, network: false).fit(many, shape: shape, context: FitContext())
    let report = try #require(fitted.memberReports.first { $0.name == "ets" })
    #expect(report.remark == "would take some 1 second for 100 series" && report.weight == nil)
  }

  @Test func everyCandidateIsReportedAndSharesSumToOne() throws {
    let reports = try fit(Self.monthly(airline), horizon: 12).memberReports
    #expect(reports.map(\.name) == ["naive", "seasonal-naive", "theta", "ets", "pretrained", "gru"])
    #expect(reports.allSatisfy { $0.error != nil })
    #expect(abs(reports.reduce(0) { $0 + ($1.weight ?? 0) } - 1) < 1e-12)
    #expect(reports[0].weight == 0)
  }

  @Test func intervalsHoldThePointAndEachOther() throws {
    let panel = Self.monthly(airline)
    let found = try fit(panel, horizon: 12, levels: [0.95, 0.5]).forecast(after: panel).series[0]
    #expect(found.intervals.map(\.level) == [0.5, 0.95])
    for step in 0..<12 {
      let (narrow, wide) = (found.intervals[0], found.intervals[1])
      #expect(wide.lower[step] < narrow.lower[step] && narrow.lower[step] < found.point[step])
      #expect(wide.upper[step] > narrow.upper[step] && narrow.upper[step] > found.point[step])
    }
  }

  /// Demand of 0 on three days of four: its mean is 1.
  private static func demand(_ count: Int, seed: UInt64) -> [Double] {
    var generator = SplitMix(state: seed)
    return (0..<count).map { _ in generator.unit() < 0.25 ? 2 + 4 * generator.unit() : 0 }
  }

  @Test func manyZerosAreForecastByTheirMean() throws {
    let panel = Panel([
      series(Self.demand(200, seed: 3), name: "parts"), series(wavy(200), name: "regular"),
    ])
    let fitted = try fit(panel, horizon: 7)
    #expect(fitted.memberReports.map(\.name) == ["regular", "intermittent"])
    #expect(fitted.memberReports.map(\.series) == [["regular"], ["parts"]])
    let found = try fitted.forecast(after: panel)
    #expect(found.series.map(\.name) == ["parts", "regular"])
    #expect(abs(found.series[0].point.mean - 1) < 0.3)
  }

  @Test(arguments: [1, 2, 3, 5, 8, 13])
  func shortSeriesAreForecast(count: Int) throws {
    let panel = Panel([series((0..<count).map { 3 + Double($0 % 3) })])
    let found = try fit(panel, horizon: 4, levels: [0.8]).forecast(after: panel).series[0]
    #expect(found.point.count == 4 && found.point.allSatisfy(\.isFinite))
    #expect(found.intervals.count == 1 && found.intervals[0].lower.allSatisfy(\.isFinite))
  }

  @Test func whatCannotBeFittedIsLeftOutWithTheReason() throws {
    var values = wavy(120)
    values[60] = .nan
    let reports = try fit(Panel([series(values)]), horizon: 7).memberReports
    let network = try #require(reports.first { $0.name == "gru" })
    #expect(network.remark?.contains("1 value is missing") == true)
    #expect(network.weight == 0 && network.error == nil)
    #expect(reports.filter { $0.name != "gru" }.allSatisfy { $0.remark == nil })
  }

  @Test func threadsChangeNothing() throws {
    let panel = Panel((0..<3).map { series(wavy(40, seed: $0 + 1), name: "s\($0)") })
    let (one, two) = try (fit(panel, horizon: 3), fit(panel, horizon: 3, threads: 2))
    #expect(try one.forecast(after: panel) == two.forecast(after: panel))
    #expect(one.memberReports == two.memberReports)
  }

  @Test func theTrialEndsAHorizonBeforeTheRowsDo() throws {
    let panel = Panel([series(wavy(100)), series(wavy(60), name: "b")])
    let plan = try #require(TrialPlan(panel, horizon: 7, season: 7))
    #expect(plan.judged == [0, 1])
    #expect(plan.origins.last == [93, 53])
    #expect(zip(plan.origins, plan.origins.dropFirst()).allSatisfy { $0[0] < $1[0] })
    let trial = Trial(plan, of: panel, judging: .regular)
    #expect(trial.training.series.map(\.count) == plan.origins[0])
  }

  @Test(arguments: [(135, 105), (118, 105), (110, 78)])
  func theTrialLeavesTwoSeasonsToLearnFromWhereItCan(rows: Int, first: Int) throws {
    // With less than two of its years a method of one series would be judged without the season that its forecast has.
    let plan = try #require(TrialPlan(Panel([series(wavy(rows))]), horizon: 8, season: 52))
    #expect(plan.origins[0][0] >= first && plan.origins.count >= 3, "\(plan.origins)")
    #expect(plan.origins.last == [rows - 8])
  }

  @Test func aTrialOfNothingIsNone() {
    #expect(TrialPlan(Panel([series([1, 2, 3])]), horizon: 4, season: 1) == nil)
  }

  @Test func oneThatIsFarAheadIsTakenAlone() throws {
    // A pure cycle of seven: repeating it makes no error at all.
    let panel = Panel([series((0..<140).map { Double([3, 8, 1, 9, 4, 7, 2][$0 % 7]) })])
    let reports = try fit(panel, horizon: 7).memberReports
    // Others that make none share it.
    #expect(reports.first { $0.name == "seasonal-naive" }?.weight ?? 0 > 0.15)
    #expect(reports.first { $0.name == "naive" }?.weight == 0)
    let found = try fit(panel, horizon: 7).forecast(after: panel).series[0].point
    #expect(zip(found, [3, 8, 1, 9, 4, 7, 2]).allSatisfy { abs($0 - $1) < 0.1 })
  }

  @Test func aTrialOfFewRowsIsDrawnTowardsWhatIsToBeExpected() throws {
    // Equal errors: the naive forecasts weigh less than what beats them as a rule.
    let panel = Panel([series(wavy(40))])
    let plan = try #require(TrialPlan(panel, horizon: 3, season: 7))
    let candidates = AutoCandidate.regular(panel, seasons: [7]).filter {
      ["seasonal-naive", "pretrained"].contains($0.name)
    }
    var trial = Trial(plan, of: panel, judging: .regular)
    let forecasts = plan.origins.map { ends in
      Forecast([
        Forecast.Series(
          name: "s", index: panel.series[0].index.prefix(ends[0]).following(3), point: [9, 9, 9],
          intervals: [.init(level: 0.68, lower: [8, 8, 8], upper: [10, 10, 10])])
      ])
    }
    for position in candidates.indices { trial.add(forecasts, as: position) }
    let shares = try #require(AutoChoice(trial, candidates)).shares
    #expect(try #require(shares[0]) < 0.35 && #require(shares[1]) > 0.65, "\(shares)")
  }

  @Test func errorsOfWhatHasLearnedFromFewerRowsCountForLess() throws {
    // The same forecasts of the same last rows: once with few rows to learn from, once with many.
    func reach(_ rows: Int) throws -> (share: Double, first: Double) {
      let panel = Panel((0..<30).map { series(Array(wavy(400, seed: $0 + 1).suffix(rows)), name: "s\($0)") })
      var plan = try #require(TrialPlan(panel, horizon: 3, season: 7))
      plan.origins = [plan.judged.map { _ in rows - 3 }]
      var trial = Trial(plan, of: panel, judging: .regular)
      let forecast = Forecast(
        panel.series.map { series in
          Forecast.Series(
            name: series.name, index: series.index.prefix(rows - 3).following(3), point: [9, 9, 9],
            intervals: [.init(level: 0.68, lower: [8, 8, 8], upper: [10, 10, 10])])
        })
      trial.add([forecast], as: 0)
      let choice = AutoChoice(rule: .single, shares: [0: 1], reference: 0, errors: nil)
      let found = try #require(trial.reaches(of: choice, levels: [0.8]))
      return (Double(rows - 3) / Double(rows), found[0][0])
    }
    let (few, many) = (try reach(12), try reach(300))
    #expect(few.share < 0.8 && many.share > 0.98)
    // What is expected without any error is the same for both, and counts for a little.
    let wanted = pow(few.share / many.share, 0.35)
    #expect(few.first < many.first && few.first / many.first > wanted - 0.02 && few.first / many.first < wanted + 0.05)
  }

  @Test func deviationsThatAreFarTooSmallAtSomeStepsAreNotTaken() throws {
    let panel = Panel((0..<40).map { series(wavy(60, seed: $0 + 1), name: "s\($0)") })
    var plan = try #require(TrialPlan(panel, horizon: 4, season: 7))
    plan.origins = [plan.judged.map { _ in 56 }]
    let candidates = AutoCandidate.regular(panel, seasons: [7]).filter {
      ["naive", "seasonal-naive"].contains($0.name)
    }
    var trial = Trial(plan, of: panel, judging: .regular)
    /// The same points, with deviations that differ from one series to the next by a factor.
    func forecast(_ factor: Double) -> Forecast {
      Forecast(
        panel.series.enumerated().map { number, series in
          let point = series.values.suffix(4).map { $0 + (number % 4 < 2 ? 1.0 : -1.0) }
          let width = number % 2 == 0 ? 1 : factor
          return Forecast.Series(
            name: series.name, index: series.index.prefix(56).following(4), point: point,
            intervals: [.init(level: 0.68, lower: point.map { $0 - width }, upper: point.map { $0 + width })])
        })
    }
    trial.add([forecast(0.01)], as: 0)
    trial.add([forecast(1)], as: 1)
    let first = AutoChoice(rule: .weighted, shares: [0: 0.6, 1: 0.4], reference: 0, errors: nil)
    let other = AutoChoice(rule: .weighted, shares: [0: 0.6, 1: 0.4], reference: 1, errors: nil)
    #expect(
      try #require(trial.intervalScore(of: first, level: 0.8)) > 5 * #require(
        trial.intervalScore(of: other, level: 0.8)))
    #expect(first.withBestIntervals(trial, candidates).reference == 1)
    #expect(other.withBestIntervals(trial, candidates).reference == 1)
    // One that is hardly better is not taken.
    trial.add([forecast(0.99)], as: 0)
    #expect(first.withBestIntervals(trial, candidates).reference == 0)
  }

  @Test func theUsualSeasonNeedsToBeThereOnceAndAHalf() {
    func seasons(_ rows: Int) -> [Int] {
      AutoForecaster.seasons(of: Self.monthly((0..<rows).map { Double(100 + ($0 * 7919) % 13) }))
    }
    #expect(seasons(18) == [12] && seasons(17) == [])
  }

  @Test func aPanelIsJudgedFromThreeOriginsAtTheLeast() throws {
    let panel = Panel((0..<400).map { series(wavy(120, seed: $0 + 1), name: "s\($0)") })
    #expect(try #require(TrialPlan(panel, horizon: 7, season: 7)).origins.count == 3)
  }

  @Test func aBudgetSetsTheUpdatesOfTheNetwork() throws {
    let panel = Self.monthly(airline)
    let shape = WindowShape(lookback: 24, horizon: 12)
    func words(_ budget: Double) -> String { AutoForecaster(budget: budget).candidates(on: panel, shape: shape)[0] }
    #expect(words(0.1).hasSuffix("gru (64 units, 100 updates of 32 windows)"))
    #expect(words(600).hasSuffix("gru (64 units, 2000 updates of 32 windows, the mean of 5)"))
  }

  @Test func thePretrainedNetworkIsTunedWhereThereIsTimeForIt() throws {
    let shape = WindowShape(lookback: 24, horizon: 12, padding: .always)
    func words(_ panel: Panel, _ budget: Double) -> String {
      AutoForecaster(budget: budget).candidates(on: panel, shape: shape)[0]
    }
    #expect(words(Self.monthly(airline), 600).contains("tuned (pretrained, 400 updates at the most)"))
    #expect(!words(Self.monthly(airline), 0.1).contains("tuned"))
    #expect(!words(Self.monthly(Array(airline.prefix(40))), 60).contains("tuned"))
    let panel = Self.monthly(airline)
    let fitted = try AutoForecaster(budget: 40).fit(panel, shape: shape, context: FitContext())
    let tuned = try #require(fitted.memberReports.first { $0.name == "tuned" })
    #expect((tuned.error ?? .infinity) < 2)
  }

  @Test func hoursOfManySeriesAreTunedForLonger() {
    func words(_ count: Int) -> String {
      AutoForecaster(seasons: [24], budget: 10_000).candidates(
        on: Panel((0..<count).map { series(wavy(150, seed: UInt64($0 + 1)), name: "s\($0)") }),
        shape: WindowShape(lookback: 48, horizon: 24, padding: .always))[0]
    }
    #expect(words(100).contains("tuned (pretrained, 2000 updates at the most)"))
    #expect(words(99).contains("tuned (pretrained, 400 updates at the most)"))
  }

  @Test func aSeasonCountsWhereAFifthOfTheSeriesShowIt() {
    func seasons(of count: Int) -> [Int] {
      var noise = SplitMix(state: 3)
      return AutoForecaster.seasons(
        of: Panel(
          (0..<count).map { number in
            let values = (0..<1008).map { step in
              let week = number == 0 && step / 24 % 7 == 6 ? 3.0 : 0
              return Double(step % 24 / 6) + week + Double(noise.next() % 1000) / 1000
            }
            return series(values, name: "s\(number)", frequency: .counted(season: 24))
          }))
    }
    #expect(seasons(of: 5) == [24, 168])
    #expect(seasons(of: 6) == [24])
  }

  @Test func intervalsAreThoseAskedForWhenTheTimeIsSpent() throws {
    let panel = Self.monthly(airline)
    var context = FitContext()
    context.end = .now - .seconds(1)
    let fitted = try AutoForecaster(levels: [0.8]).fit(
      panel, shape: WindowShape(lookback: 24, horizon: 12, padding: .always), context: context)
    #expect(fitted.isCutShort)
    let found = try fitted.forecast(after: panel).series[0]
    #expect(found.intervals.map(\.level) == [0.8])
    #expect(zip(found.intervals[0].lower, found.intervals[0].upper).allSatisfy { $0 < $1 })
  }
}
