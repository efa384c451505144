import Testing
import TimeSeries

@testable import Tabular

/// Covariates in a table: which rows are readings, and what is said about each series.
@Suite struct CovariateColumnTests {
  private func read(_ text: String, _ layout: ReadingLayout) throws -> [Readings.Series] {
    try table(text).readings(layout).readings.series
  }

  private func same(_ values: [Double], _ others: [Double]) -> Bool {
    values.count == others.count && zip(values, others).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
  }

  @Test func rowsAfterTheLastTargetAreKnownAheadAndNoReadings() throws {
    let text = """
      day,sales,rain,promo
      2024-01-04,,9,1
      2024-01-01,5,1,0
      2024-01-03,7,3,
      2024-01-02,,2,1
      2024-01-05,,,0

      """
    let layout = ReadingLayout(time: ["day"], targets: ["sales"], past: ["rain"], future: ["promo"])
    let series = try read(text, layout)
    try #require(series.count == 1)
    let days = (0..<5).map { Timestamp(seconds: 1_704_067_200 + 86_400 * $0) }
    #expect(series[0].times == Array(days[..<3]))
    #expect(series[0].aheadTimes == Array(days[3...]))
    #expect(same(series[0].values, [5, .nan, 7]))
    #expect(series[0].covariates.past == [Covariate(name: "rain", values: [1, 2, 3])])
    #expect(series[0].covariates.future[0].name == "promo")
    #expect(same(series[0].covariates.future[0].values, [0, 1, .nan, 1, 0]))
  }

  @Test func withoutFutureColumnsATrailingGapStaysAGap() throws {
    let series = try read(
      "day,y,x\n2024-01-01,1,5\n2024-01-02,,6\n", ReadingLayout(time: ["day"], targets: ["y"], past: ["x"]))
    #expect(same(series[0].values, [1, .nan]))
    #expect(series[0].aheadTimes.isEmpty)
    #expect(series[0].covariates.past == [Covariate(name: "x", values: [5, 6])])
  }

  @Test func targetsOfAWideTableShareCovariates() throws {
    let text = "day,a,b,x\n2024-01-01,1,4,7\n2024-01-02,2,,8\n2024-01-03,,,9\n"
    // No target is named: those that are no covariate.
    let series = try read(text, ReadingLayout(time: ["day"], future: ["x"]))
    #expect(series.map(\.name) == ["a", "b"])
    #expect(series.map(\.times.count) == [2, 2])
    #expect(same(series[1].values, [4, .nan]))
    for series in series { #expect(series.covariates.future == [Covariate(name: "x", values: [7, 8, 9])]) }
  }

  @Test func eachSeriesOfALongTableHasItsOwn() throws {
    let text = """
      shop,day,sales,price,region,size
      A,2024-01-01,5,1.5,north,3
      B,2024-01-01,6,2.5,south,
      A,2024-01-02,,1,,
      B,2024-01-02,7,2,south,
      B,2024-01-03,,3,,

      """
    let layout = ReadingLayout(
      .long(keys: ["shop"]), time: ["day"], targets: ["sales"], future: ["price"], statics: ["region", "size"])
    let series = try read(text, layout)
    #expect(series.map(\.times.count) == [1, 2])
    #expect(series.map(\.aheadTimes.count) == [1, 1])
    #expect(series.map { $0.covariates.future[0].values } == [[1.5, 1], [2.5, 2, 3]])
    #expect(
      series.map(\.covariates.statics) == [
        [.init(name: "region", value: .text("north")), .init(name: "size", value: .number(3))],
        [.init(name: "region", value: .text("south")), .init(name: "size", value: .missing)],
      ])
  }

  @Test func numbersBesideATextAreTexts() throws {
    let text = "k,y,code\na,1,7\nb,2,x\n"
    let series = try read(text, ReadingLayout(.long(keys: ["k"]), targets: ["y"], statics: ["code"]))
    #expect(series.map(\.covariates.statics[0].value) == [.text("7"), .text("x")])
  }

  @Test func aMomentCutsThePastAndKeepsWhatIsKnownAhead() throws {
    let text = "day,y,x,z\n2024-01-01,1,5,1\n2024-01-02,2,6,2\n2024-01-03,3,7,3\n2024-01-04,,8,4\n"
    let readings = try table(text).readings(
      ReadingLayout(time: ["day"], targets: ["y"], past: ["x"], future: ["z"])
    ).readings.until(Timestamp(seconds: 1_704_067_200 + 86_400))
    let series = readings.series[0]
    #expect(series.values == [1, 2])
    #expect(series.aheadTimes.count == 2)
    #expect(series.covariates.past[0].values == [5, 6])
    #expect(series.covariates.future[0].values == [1, 2, 3, 4])
  }

  @Test(arguments: [
    (
      "k,y,r\na,1,n\na,2,s\n", ReadingLayout(.long(keys: ["k"]), targets: ["y"], statics: ["r"]),
      "data.csv:3: column \"r\": \"s\", but series \"a\" has \"n\" in line 2; a static covariate never changes; correct "
        + "the file, or set bad_rows: quarantine to go on without such rows"
    ),
    (
      "y,r\n1,n\n2,s\n", ReadingLayout(targets: ["y"], statics: ["r"]),
      "data.csv:3: column \"r\": \"s\", but the series has \"n\" in line 2; a static covariate never changes; correct "
        + "the file, or set bad_rows: quarantine to go on without such rows"
    ),
    (
      "y,x\n1,\n2,NA\n", ReadingLayout(targets: ["y"], past: ["x"]),
      "data.csv: there is no value in column \"x\": every cell of 2 rows is empty or missing"
    ),
    (
      "y,x\n1,5\n2,6\n", ReadingLayout(targets: ["y"], past: ["x"], future: ["x"]),
      "data.csv: column \"x\" is asked for twice; time, series, each target and each covariate are columns of their own"
    ),
    (
      "y,rain\n1,5\n2,6\n", ReadingLayout(targets: ["y"], past: ["rian"]),
      "data.csv:1: there is no column \"rian\"; did you mean \"rain\"? the columns are \"y\", \"rain\""
    ),
    (
      "y,x\n1,5\n2,wet\n", ReadingLayout(targets: ["y"], past: ["x"]),
      "data.csv:3: column \"x\": \"wet\" is not a number; set missing: [\"wet\"] if it means no value, or set "
        + "bad_rows: quarantine to go on without such rows"
    ),
  ])
  func whatIsWrongIsSaid(text: String, layout: ReadingLayout, message: String) throws {
    #expect { try read(text, layout) } throws: { "\($0)" == message }
  }

  @Test func timesOfAColumnAreReadOrRefused() throws {
    #expect(
      try table("date,name\n2024-12-25,x\n2024-12-26,y\n").times(column: 0)
        == [Timestamp(seconds: 1_735_084_800), Timestamp(seconds: 1_735_171_200)])
    #expect {
      try table("date,name\n2024-12-25,x\nsoon,y\n").times(column: 0)
    } throws: {
      "\($0)"
        == "data.csv:3: column \"date\": \"soon\" is not an ISO 8601 time such as 2016-07-01 13:00; correct the file"
    }
    #expect {
      try table("date,name\n2024-12-25,x\n,y\n").times(column: 0)
    } throws: {
      "\($0)" == "data.csv:3: column \"date\": the time is empty; correct the file"
    }
  }
}
