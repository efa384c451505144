import Recurrent
import Testing
import TimeSeries

@testable import Forecasting

/// Covariates on the regular index, in slices, in the scales of a network.
@Suite struct CovariateTests {
  static func covariates(_ values: Covariates, count: Int) -> Series {
    Series(
      name: "a", index: TimeIndex(start: Timestamp(seconds: 0), frequency: .days(1), count: count),
      values: (0..<count).map { Double($0) }, covariates: values)
  }

  @Test func slicesCutThePastAndKeepTheFuture() {
    let series = Self.covariates(
      Covariates(
        past: [.init(name: "p", values: [0, 1, 2, 3])], future: [.init(name: "f", values: [0, 1, 2, 3, 4, 5])],
        statics: [.init(name: "s", value: .number(1))]), count: 4)
    let cut = Panel([series]).rows(from: [1], to: [3]).series[0]
    #expect(cut.covariates.past[0].values == [1, 2])
    #expect(cut.covariates.future[0].values == [1, 2, 3, 4, 5])
    #expect(cut.covariates.statics == series.covariates.statics)
    #expect(series.prefix(2).covariates.past[0].values == [0, 1])
    #expect(series.prefix(2).covariates.future[0].values == [0, 1, 2, 3, 4, 5])
    #expect(Panel([series]).dropLast(1).series[0].covariates.past[0].values == [0, 1, 2])
    #expect(series.with(values: [9, 9, 9, 9]).covariates == series.covariates)
  }

  static func readings(hours: [Int64], ahead: [Int64], past: [Double], future: [Double]) -> Readings {
    Readings(
      [
        .init(
          name: "a", times: hours.map { Timestamp(seconds: $0 * 3600) }, values: hours.map(Double.init),
          aheadTimes: ahead.map { Timestamp(seconds: $0 * 3600) },
          covariates: Covariates(
            past: [.init(name: "p", values: past)], future: [.init(name: "f", values: future)]))
      ], style: TimeStyle(form: .dateTime))
  }

  @Test func covariatesAreAggregatedAsTheyAreAskedFor() throws {
    let readings = Self.readings(
      hours: [0, 6, 24, 30], ahead: [36, 50, 56], past: [1, 3, 5, .nan], future: [0, 1, 0, 2, 4, 5, 7])
    let mean = try Regularization(every: .days(1), aggregate: .sum).apply(readings).series[0]
    #expect(mean.values == [6, 54])
    #expect(mean.covariates.past[0].values == [2, 5])
    // A row ahead within the last day of the target belongs to that day.
    #expect(mean.covariates.future[0].values == [0.5, 2, 6])
    let most = try Regularization(every: .days(1), covariates: .maximum).apply(readings).series[0]
    #expect(most.covariates.future[0].values == [1, 4, 7])
  }

  @Test func gapsTakeTheValueBeforeAndAreCountedButNotAhead() throws {
    let readings = Self.readings(
      hours: [0, 1, 2, 4], ahead: [5, 7], past: [.nan, 3, .nan, 4], future: [1, .nan, 2, 3, 4, 5])
    let series = try Regularization().apply(readings).series[0]
    #expect(series.count == 5)
    let past = series.covariates.past[0]
    #expect(areSame(past.values, [.nan, 3, 3, 3, 4]) && past.filled == 3)
    let future = series.covariates.future[0]
    #expect(areSame(future.values, [1, 1, 2, 2, 3, 4, .nan, 5]) && future.filled == 2)
    #expect(
      throws: CovariateError.missingAhead(series: "a", covariate: "f", time: "1970-01-01T06:00:00", step: 2, horizon: 3)
    ) {
      try Panel([series]).checkFutureCovariates(horizon: 3, style: readings.style)
    }
  }

  @Test func aRowAheadBetweenTheStepsIsRefused() {
    var readings = Self.readings(hours: [0, 1, 2], ahead: [3], past: [1, 2, 3], future: [1, 2, 3, 4])
    readings.series[0].aheadTimes = [Timestamp(seconds: 3 * 3600 + 60)]
    #expect(throws: ForecastingError.offIndex(series: "a", time: "1970-01-01T03:01:00", frequency: "1h")) {
      try Regularization().apply(readings)
    }
  }

  @Test func scalesComeFromTrainingRowsOfAllSeriesTogether() throws {
    var (a, b) = (
      Self.covariates(
        Covariates(
          past: [.init(name: "p", values: [1, 3])], future: [.init(name: "flag", values: [0, 1, 1, 1])],
          statics: [.init(name: "size", value: .number(10)), .init(name: "region", value: .text("x"))]), count: 2),
      Self.covariates(
        Covariates(
          past: [.init(name: "p", values: [5, 7])], future: [.init(name: "flag", values: [0, 0, 9, 9])],
          statics: [.init(name: "size", value: .number(20)), .init(name: "region", value: .text("b"))]), count: 2)
    )
    b.name = "b"
    let scaling = try CovariateScaling(Panel([a, b]))
    var numbers = SeriesNumbers(target: a.values)
    try scaling.add(a, to: &numbers)
    // Of 1, 3, 5 and 7 the mean is 4 and the deviation the root of 5.
    #expect(areClose(numbers.pastCovariates[0], [-3 / 5.0.squareRoot(), -1 / 5.0.squareRoot()]))
    // What stands behind the last row decides nothing: these are flags, and stay as they are.
    #expect(numbers.futureCovariates == [[0, 1, 1, 1]])
    #expect(numbers.staticCovariates == [-1, 0, 1])
    a.covariates.statics = [.init(name: "size", value: .missing), .init(name: "region", value: .text("new"))]
    try scaling.add(a, to: &numbers)
    #expect(numbers.staticCovariates == [0, 0, 0])
    #expect(scaling.summary == "past p; future flag; static size, region (2 texts)")
    a.covariates.past = []
    #expect(throws: CovariateError.absent(series: "a", covariate: "p")) { try scaling.add(a, to: &numbers) }
  }

  @Test func tooManyTextsAreRefused() {
    let panel = Panel(
      (0..<51).map { number in
        var series = Self.covariates(
          Covariates(statics: [.init(name: "id", value: .text("t\(number)"))]), count: 2)
        series.name = "\(number)"
        return series
      })
    #expect(throws: CovariateError.tooManyTexts(covariate: "id", count: 51, most: 50)) {
      try CovariateScaling(panel)
    }
  }

  @Test func theWordsOfTheErrors() {
    let words: [(CovariateError, String)] = [
      (
        .missingAhead(series: "a", covariate: "promo", time: "2024-01-04", step: 2, horizon: 7),
        "series \"a\": the future covariate \"promo\" has no value at 2024-01-04, step 2 of the horizon of 7; add rows with "
          + "its values and an empty target after the last reading, shorten the horizon, or name it under `past`"
      ),
      (
        .tooManyTexts(covariate: "id", count: 51, most: 50),
        "the static covariate \"id\" has 51 different texts, and 50 are the most that get an input each; group them into "
          + "fewer, write them as numbers, or leave it out and set `series_embedding`"
      ),
      (
        .absent(series: "a", covariate: "p"),
        "series \"a\" has no covariate \"p\", with which the model was fitted; bring the column, or fit it again"
      ),
      (
        .pastInRecursive(covariate: "rain"),
        "network recursive reads its inputs in the horizon too, where the past covariate \"rain\" is not known; choose "
          + "another network, or leave the covariate out"
      ),
      (
        .calendarWithoutTimes(feature: "hour"),
        "the calendar cannot tell hour: the rows have no times; name their column in the source (`time`), or leave the "
          + "stage out"
      ),
      (
        .constantFeature(feature: "hour", frequency: "1mo", cycle: "a day"),
        "hour tells nothing about steps of 1mo, which are as long as a day or longer; leave it out"
      ),
      (
        .holidaysEnd(last: "2022-12-26", end: "2024-01-31"),
        "the list of holidays ends with 2022-12-26, more than a year before the last step to forecast, 2024-01-31; add "
          + "the holidays of the years that are forecast"
      ),
    ]
    for (error, text) in words { #expect("\(error)" == text) }
  }
}
