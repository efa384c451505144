import Testing
import TimeSeries

@testable import Tabular

func table(_ text: String, _ format: CSVFormat = CSVFormat()) throws -> Table {
  try Table(csv: text.utf8.span, source: "data.csv", format: format)
}

/// A series as text: its name and each time with its value.
private func plain(_ readings: Readings) -> [String] {
  readings.series.map { series in
    let pairs = zip(series.times, series.values).map { "\(readings.style.plain.text(of: $0))=\($1)" }
    return ([series.name] + pairs).joined(separator: " ")
  }
}

@Suite struct ReadingsTests {
  private func read(_ text: String, _ layout: ReadingLayout, _ format: CSVFormat = CSVFormat()) throws -> [String] {
    plain(try table(text, format).readings(layout).readings)
  }

  @Test func eachTargetColumnIsASeries() throws {
    let text = "date,a,note,b\n2020-01-02,3,x,4\n2020-01-01,1,y,\n"
    #expect(
      try read(text, ReadingLayout(time: ["date"], targets: ["b", "a"])) == [
        "b 2020-01-01=nan 2020-01-02=4.0", "a 2020-01-01=1.0 2020-01-02=3.0",
      ])
  }

  @Test func withoutTargetsEveryOtherColumnIsOne() throws {
    #expect(try read("a,t,b\n1,2020,2\n", ReadingLayout(time: ["t"])) == ["a 2020-01-01=1.0", "b 2020-01-01=2.0"])
  }

  @Test func columnsOfTextOrNothingAreNoTargets() throws {
    #expect(try read("t,a,up,x\n2020,1,yes,\n2021,2,no,\n", ReadingLayout(time: ["t"])).count == 1)
    #expect(try read("t,a,b\n2020,,\n2021,2,1\n", ReadingLayout(time: ["t"])).count == 2)
  }

  @Test func withoutTimesRowsAreCounted() throws {
    #expect(try read("v\n5\n6\n", ReadingLayout()) == ["v 1=5.0 2=6.0"])
    #expect(
      try read("k,v\nx,5\ny,6\nx,7\n", ReadingLayout(.long(keys: ["k"]), targets: ["v"])) == [
        "x 1=5.0 2=7.0", "y 1=6.0",
      ])
  }

  @Test func aKeyColumnNamesTheSeries() throws {
    let text = "t,shop,sales,stock\n2020-02,B,1,2\n2020-01,A,3,4\n2020-01,B,5,6\n"
    let long = ReadingLayout.Arrangement.long(keys: ["shop"])
    #expect(
      try read(text, ReadingLayout(long, time: ["t"], targets: ["sales"])) == [
        "B 2020-01=5.0 2020-02=1.0", "A 2020-01=3.0",
      ])
    #expect(
      try read(text, ReadingLayout(long, time: ["t"])) == [
        "B/sales 2020-01=5.0 2020-02=1.0", "B/stock 2020-01=6.0 2020-02=2.0", "A/sales 2020-01=3.0",
        "A/stock 2020-01=4.0",
      ])
  }

  @Test func aRowCanBeASeries() throws {
    let text = "\"V1\",\"V2\",\"V3\",\"V4\"\n\"H1\",\"605\",\"586\",\"1\"\n\"H2\",\"3\",,\n\"H3\",,\"7\"\n"
    let expected = ["H1 1=605.0 2=586.0 3=1.0", "H2 1=3.0", "H3 1=nan 2=7.0"]
    #expect(try read(text, ReadingLayout(.rows(key: nil))) == expected)
    #expect(try read(text, ReadingLayout(.rows(key: "V1"))) == expected)
    let headless = CSVFormat(header: false)
    #expect(
      try read("H1,1\nH2,1,2,3\n", ReadingLayout(.rows(key: nil)), headless) == ["H1 1=1.0", "H2 1=1.0 2=2.0 3=3.0"])
    #expect(
      try read("1,2,H1\n3,4,H2\n", ReadingLayout(.rows(key: "3")), headless) == ["H1 1=1.0 2=2.0", "H2 1=3.0 2=4.0"])
  }

  @Test func missingTokensAreNaN() throws {
    let text = "v\n1\nNA\nnan\nNULL\nn/a\n-99.9\n \"\"\n2\n"
    #expect(
      try read(text, ReadingLayout(missing: ["N/A", "-99.9"])) == [
        "v 1=1.0 2=nan 3=nan 4=nan 5=nan 6=nan 7=nan 8=2.0"
      ])
  }

  @Test func decimalCommas() throws {
    #expect(
      try read(
        "t;v\n1.2.2020;3,25\n13.2.2020;1e-1\n", ReadingLayout(time: ["t"], numbers: NumberForm(decimalComma: true)))
        == [
          "v 2020-02-01=3.25 2020-02-13=0.1"
        ])
  }

  @Test func trailingEmptyCellsArePadding() throws {
    #expect(try read("t,v,\n2020,1,,\n2021,2\n", ReadingLayout(time: ["t"])) == ["v 2020-01-01=1.0 2021-01-01=2.0"])
  }

  @Test func styleAndFormatAreKept() throws {
    let slashes = try table("t,v\n1990/1/1 0:00,1\n").readings(ReadingLayout(time: ["t"]))
    #expect(slashes.timeFormat?.description == "yyyy/M/d H:mm")
    #expect(slashes.readings.style.form == .dateTime)
    let steps = try table("v\n1\n").readings(ReadingLayout())
    #expect(steps.timeFormat == nil)
    #expect(steps.readings.style == TimeStyle(form: .steps))
    #expect(steps.rowCount == 1)
  }

  @Test func oneOffsetKeepsItsWallClock() throws {
    let one = "t,v\n2020-01-01T00:00+05:30,1\n2020-01-01T01:00+05:30,2\n"
    let fixed = try table(one).readings(ReadingLayout(time: ["t"])).readings
    #expect(fixed.series[0].times[0] == CivilTime(year: 2020, month: 1, day: 1).timestamp)
    #expect(plain(fixed) == ["v 2020-01-01T00:00:00+05:30=1.0 2020-01-01T01:00:00+05:30=2.0"])
    let mixed = "t,v\n2020-10-25T02:30+02:00,1\n2020-10-25T02:30+01:00,2\n"
    #expect(
      try read(mixed, ReadingLayout(time: ["t"])) == ["v 2020-10-25T01:30:00+01:00=1.0 2020-10-25T02:30:00+01:00=2.0"])
  }

  @Test func aGivenFormatIsFollowed() throws {
    let layout = ReadingLayout(time: ["t"], timeFormat: try TimeFormat("M/d/yyyy"))
    #expect(try read("t,v\n1/2/2020,1\n", layout) == ["v 2020-01-02=1.0"])
  }

  @Test(arguments: 0..<40)
  func theOrderOfRowsDoesNotMatter(seed: Int) throws {
    var random = SplitMix(state: UInt64(seed))
    let style = TimeStyle(form: .dateTime)
    var rows = (0..<60).map { step in
      let time = Frequency.hours(1).advance(Timestamp(seconds: 1_500_000_000), by: step)
      return [style.text(of: time), step % 3 == 0 ? "a" : "b", String(step)]
    }
    func csv() -> [UInt8] {
      var writer = CSVWriter()
      writer.row(["t", "k", "v"])
      for row in rows { writer.row(row) }
      return writer.bytes
    }
    let layout = ReadingLayout(.long(keys: ["k"]), time: ["t"], targets: ["v"])
    let sorted = try Table(csv: csv().span, source: "s").readings(layout).readings
    rows.shuffle(using: &random)
    let shuffled = try Table(csv: csv().span, source: "s").readings(layout).readings
    #expect(Set(plain(sorted)) == Set(plain(shuffled)))
    #expect(sorted.series.allSatisfy { zip($0.times, $0.times.dropFirst()).allSatisfy { $0 < $1 } })
  }
}

@Suite struct QuarantineTests {
  private func quarantine(_ text: String, _ layout: ReadingLayout) throws -> (left: [String], out: [String]) {
    var layout = layout
    layout.badRows = .quarantine
    let result = try table(text).readings(layout)
    return (plain(result.readings), result.quarantined.map { "\($0.line) | \($0.reason) | \($0.text)" })
  }

  @Test func everyKindOfBadRow() throws {
    let text = """
      t,k,v
      2020-01-01,a,1
      2020-01-02,a,x
      never,a,3
      2020-01-04,a
      2020-01-05,a,5,6
      2020-01-06,a,inf
      2020-01-07,a,1e999
      2020-01-08,"",8
      ,a,9
      2020-01-01,a,10
      2020-01-01,b,11
      "2020-01-12
      ",a,"1,5"
      2020-01-13,b,13

      """
    let result = try quarantine(text, ReadingLayout(.long(keys: ["k"]), time: ["t"], targets: ["v"]))
    #expect(result.left == ["a 2020-01-01=1.0", "b 2020-01-01=11.0 2020-01-13=13.0"])
    #expect(
      result.out == [
        "3 | column \"v\": \"x\" is not a number | 2020-01-02,a,x",
        "4 | column \"t\": \"never\" is not an ISO 8601 time such as 2016-07-01 13:00 | never,a,3",
        "5 | 2 cells where there are 3 columns | 2020-01-04,a",
        "6 | 4 cells where there are 3 columns | 2020-01-05,a,5,6",
        "7 | column \"v\": \"inf\" is infinite | 2020-01-06,a,inf",
        "8 | column \"v\": \"1e999\" is infinite | 2020-01-07,a,1e999",
        "9 | column \"k\": the name of the series is empty | 2020-01-08,,8",
        "10 | column \"t\": the time is empty | ,a,9",
        "11 | column \"t\": the time \"2020-01-01\" of series \"a\" was read before, in line 2 | 2020-01-01,a,10",
        "13 | column \"t\": \"2020-01-12\\n\" is not an ISO 8601 time such as 2016-07-01 13:00 | "
          + "\"2020-01-12\n\",a,\"1,5\"",
      ])
  }

  @Test func theClockGoesBack() throws {
    let text =
      "timestamp,value\n2014-01-07 02:55:00,1\n2014-01-07 03:00:00,2\n2014-01-07 02:55:00,3\n2014-01-07 03:05:00,4\n"
    let result = try quarantine(text, ReadingLayout(time: ["timestamp"]))
    #expect(result.left == ["value 2014-01-07T02:55:00=1.0 2014-01-07T03:00:00=2.0 2014-01-07T03:05:00=4.0"])
    #expect(
      result.out == [
        "4 | column \"timestamp\": the time \"2014-01-07 02:55:00\" was read before, in line 2 | 2014-01-07 02:55:00,3"
      ])
  }

  @Test func ofThreeEqualTimesTheFirstRowStays() throws {
    let result = try quarantine("t,v\n2021,9\n2020,1\n2020,2\n2020,3\n", ReadingLayout(time: ["t"]))
    #expect(result.left == ["v 2020-01-01=1.0 2021-01-01=9.0"])
    #expect(
      result.out.map { $0.hasSuffix("in line 3 | 2020,2") || $0.hasSuffix("in line 3 | 2020,3") } == [true, true])
  }

  @Test func aRowIsUsedWholeOrNotAtAll() throws {
    let result = try quarantine("t,a,b\n2020,1,x\n2021,2,3\n", ReadingLayout(time: ["t"]))
    #expect(result.left == ["a 2021-01-01=2.0", "b 2021-01-01=3.0"])
  }

  @Test func withoutTimesABadRowLeavesItsStepOpen() throws {
    #expect(try quarantine("v\n1\nx\n3\n", ReadingLayout()).left == ["v 1=1.0 3=3.0"])
    let long = try quarantine("k,v\na,1\nb,5\na,x\na,3\n", ReadingLayout(.long(keys: ["k"])))
    #expect(long.left == ["a 1=1.0 3=3.0", "b 1=5.0"])
  }

  @Test func rowsOfSeries() throws {
    let text = "id,1,2\nA,1,2\nA,3,4\nB,x,1\nC,1,2,3\n,1\nD,5\n"
    let result = try quarantine(text, ReadingLayout(.rows(key: nil)))
    #expect(result.left == ["A 1=1.0 2=2.0", "D 1=5.0"])
    #expect(
      result.out == [
        "3 | column \"id\": the series \"A\" was read before, in line 2 | A,3,4",
        "4 | column \"1\": \"x\" is not a number | B,x,1",
        "5 | 4 cells where there are 3 columns | C,1,2,3",
        "6 | column \"id\": the name of the series is empty | ,1",
      ])
  }

  @Test func aCellPastTheLastColumnIsNamedByItsPosition() throws {
    let text = "A,1\nB,1,x\n"
    let table = try table(text, CSVFormat(header: false))
    let result = try table.readings(ReadingLayout(.rows(key: nil), badRows: .quarantine))
    #expect(result.quarantined.map(\.reason) == ["column \"3\": \"x\" is not a number"])
  }
}
