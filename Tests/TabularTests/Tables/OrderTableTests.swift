import Testing

@testable import Tabular

@Suite struct OrderTableTests {
  @Test(arguments: cases) func isReadAsStated(_ file: SketchCase) {
    #expect(SketchOutcome(file.text).reading == file.reading, "\(file.name)")
    #expect(SketchOutcome(file.text).values == file.values, "\(file.name)")
  }

  static let cases: [SketchCase] = [
    SketchCase("newest first", "date,value", 20, "date[iso] > value", "1 x 20: 2024-01-02=30.0 .. 2024-01-21=11.0") {
      "\(day(20 - $0)),\(whole($0))"
    },
    SketchCase("no order at all", "date,value", 20, "date[iso] > value", "1 x 20: 2024-01-01=11.0 .. 2024-01-20=26.0") {
      "\(day($0 * 7 % 20)),\(whole($0))"
    },
    SketchCase("gaps", "date,value", 20, "date[iso] > value", "1 x 20: 2024-01-01=11.0 .. 2024-01-23=30.0") {
      "\(day($0 + $0 / 5)),\(whole($0))"
    },
    SketchCase("days of work", "date,close", 20, "date[iso] > close", "1 x 20: 2024-01-01=14.05 .. 2024-01-26=34.32") {
      "\(day($0 / 5 * 7 + $0 % 5)),\(cents($0))"
    },
    SketchCase(
      "one bad time", "date,value", 30, "date[iso] > value", "1 x 29: 2024-01-01=11.0 .. 2024-01-30=17.0, 1 set aside"
    ) {
      "\($0 == 9 ? "2024-13-45" : day($0)),\(whole($0))"
    },
    SketchCase(
      "one row too long", "date,value", 30, "date[iso] > value",
      "1 x 29: 2024-01-01=11.0 .. 2024-01-30=17.0, 1 set aside"
    ) {
      "\(day($0)),\(whole($0))\($0 == 9 ? ",5" : "")"
    },
    SketchCase(
      "thousands without quotes", "date,value", 30,
      "error: data.csv: 10 of 30 rows cannot be used, more than the 5 % that may be set aside:\ndata.csv:2: 3 cells where there are 2 columns (and 9 more such)\nput cells that hold the delimiter, such as 1,018, into quotes where the file is written, or raise most_bad_rows if the rest is what you want",
      ""
    ) {
      "\(day($0)),\($0 % 3 == 0 ? "1,0\(whole($0))" : "9\(whole($0))")"
    },
    SketchCase(
      "decimal commas without quotes", "date,value", 30,
      "error: data.csv:1: the header names 2 columns, but every row has 3 cells; correct the header", ""
    ) { "\(day($0)),\(tenths($0, ","))" },
    SketchCase(
      "one row too short", "date,a,b", 30, "date[iso] > a,b | short rows",
      "2 x 30: 2024-01-01=11.0 .. 2024-01-30=17.0, 1 missing"
    ) {
      "\(day($0)),\(whole($0))\($0 == 9 ? "" : ",\(whole($0 + 1))")"
    },
    SketchCase(
      "names that come twice", "time,value,value", 20, "time[iso] > value,value 2",
      "2 x 20: 2024-01-01 00:00=11.0 .. 2024-01-01 19:00=30.0"
    ) {
      "\(hour($0)),\(whole($0)),\(whole($0 + 1))"
    },
    SketchCase(
      "a name that is empty", "date,,value", 20, "date[iso] > value", "1 x 20: 2024-01-01=11.0 .. 2024-01-20=30.0"
    ) { "\(day($0)),note \($0),\(whole($0))" },
    SketchCase(
      "names with blanks and signs", "Date,Sales (k€)", 20, "Date[iso] > Sales (k€)",
      "1 x 20: 2024-01-01=11.0 .. 2024-01-20=30.0"
    ) {
      "\(day($0)),\(whole($0))"
    },
    SketchCase(
      "a time in the last column", "value,when", 20, "when[iso] > value",
      "1 x 20: 2024-01-01 00:00=11.3 .. 2024-01-01 19:00=30.6"
    ) {
      "\(tenths($0)),\(hour($0))"
    },
    SketchCase(
      "one row more than none", "date,value", 1, "date[iso] > value", "1 x 1: 2024-01-01=11.0 .. 2024-01-01=11.0"
    ) { "\(day($0)),\(whole($0))" },
    SketchCase("a header alone", "date,value", 0, "error: data.csv: there is no row below the header", ""),
    SketchCase(
      "decimal times of days", "date,value", 24,
      "ask: column \"date\" seems to say times, such as \"2024-01-01.0\", in a form that is not known", ""
    ) { "\(day($0 / 4)).\($0 % 4 * 25),\(whole($0))" },
  ]
}
