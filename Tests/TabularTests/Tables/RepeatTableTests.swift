import Testing

@testable import Tabular

@Suite struct RepeatTableTests {
  @Test(arguments: cases) func isReadAsStated(_ file: SketchCase) {
    #expect(SketchOutcome(file.text).reading == file.reading, "\(file.name)")
    #expect(SketchOutcome(file.text).values == file.values, "\(file.name)")
  }

  static let cases: [SketchCase] = [
    SketchCase(
      "receipts", "date,receipt,total", 40, "date[iso] > total | sum",
      "1 x 10: 2024-01-01=100.38 .. 2024-01-10=117.19999999999999"
    ) { "\(day($0 / 4)),\($0 + 1000),\(cents($0))" },
    SketchCase(
      "receipts with a shop", "date,branch,total", 60, "date[iso] > total | sum",
      "1 x 10: 2024-01-01=162.75 .. 2024-01-10=168.57"
    ) {
      "\(day($0 / 6)),\(["A", "B", "C"][$0 * 7 % 3]),\(cents($0))"
    },
    SketchCase(
      "orders with quantities", "InvoiceDate,Quantity,UnitPrice", 40, "InvoiceDate[iso] > Quantity | sum",
      "1 x 10: 2024-01-01=85.0 .. 2024-01-10=101.0"
    ) { "\(day($0 / 4)),\(whole($0)),\(cents($0))" },
    SketchCase(
      "the same row twice", "date,sales", 42, "date[iso] > sales | mean", "1 x 41: 2024-01-01=11.0 .. 2024-02-10=22.0"
    ) {
      "\(day($0 - ($0 > 20 ? 1 : 0))),\(whole($0 - ($0 > 20 ? 1 : 0)))"
    },
    SketchCase(
      "all rows twice", "date,temp", 40,
      "ask: 50 % of the rows have the time of another, and no column names series: are they events, to be counted, summed or averaged for each time?",
      ""
    ) { "\(day($0 / 2)),\(tenths($0 / 2))" },
    SketchCase(
      "events with strengths", "time,magnitude", 40,
      "ask: 65 % of the rows have the time of another, and no column names series: are they events, to be counted, summed or averaged for each time?",
      ""
    ) { "\(day($0 / 3)),\(tenths($0))" },
    SketchCase(
      "temperatures several times a day, day only", "date,temp", 40,
      "ask: 75 % of the rows have the time of another, and no column names series: are they events, to be counted, summed or averaged for each time?",
      ""
    ) {
      "\(day($0 / 4)),\(tenths($0))"
    },
    SketchCase(
      "log lines", "timestamp,level,message", 40,
      "ask: 75 % of the rows have the time of another, and no column names series: are they events, to be counted, summed or averaged for each time?",
      ""
    ) {
      "\(hour($0 / 4)),\($0 % 3 == 0 ? "WARN" : "INFO"),done \($0)"
    },
    SketchCase(
      "an hour twice in autumn", "time,load", 40, "time[iso] > load | mean",
      "1 x 39: 2024-01-01 00:00=11.0 .. 2024-01-02 14:00=36.0"
    ) { "\(hour($0 > 20 ? $0 - 1 : $0)),\(whole($0))" },
    SketchCase(
      "stamps of minutes with several readings", "time,value", 60,
      "ask: 84 % of the rows have the time of another, and no column names series: are they events, to be counted, summed or averaged for each time?",
      ""
    ) {
      "\(hour($0 / 6)),\(tenths($0))"
    },
    SketchCase(
      "versions of a value", "date,revision,value", 40, "date[iso] > value | by revision",
      "2 x 20: 2024-01-01=11.3 .. 2024-01-20=18.9"
    ) {
      "\(day($0 / 2)),\($0 % 2 + 1),\(tenths($0))"
    },
    SketchCase(
      "employees by department and day", "date,dept,shift,staff", 48, "date[iso] > staff | by dept+shift",
      "4 x 12: 2024-01-01=11.0 .. 2024-01-12=29.0"
    ) { "\(day($0 / 4)),\($0 / 2 % 2 == 0 ? "x" : "y"),\($0 % 2 == 0 ? "early" : "late"),\(whole($0))" },
    SketchCase(
      "a key with one double", "date,store,sales", 41, "date[iso] > sales | by store | mean",
      "2 x 20: 2024-01-01=11.0 .. 2024-01-20=18.0"
    ) {
      "\(day(min($0, 39) / 2)),\(min($0, 39) % 2 == 0 ? "a" : "b"),\(whole($0))"
    },
  ]
}
