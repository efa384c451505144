import Testing

@testable import Tabular

@Suite struct DialectTableTests {
  @Test(arguments: cases) func isReadAsStated(_ file: SketchCase) {
    #expect(SketchOutcome(file.text).reading == file.reading, "\(file.name)")
    #expect(SketchOutcome(file.text).values == file.values, "\(file.name)")
  }

  static let cases: [SketchCase] = [
    SketchCase("a plain file", "date,sales", 20, "date[iso] > sales", "1 x 20: 2024-01-01=11.0 .. 2024-01-20=30.0") {
      "\(day($0)),\(whole($0))"
    },
    SketchCase("semicolons", "date;sales", 20, "date[iso] > sales | ;", "1 x 20: 2024-01-01=11.0 .. 2024-01-20=30.0") {
      "\(day($0));\(whole($0))"
    },
    SketchCase("tabs", "date\tsales", 20, "date[iso] > sales | tab", "1 x 20: 2024-01-01=11.0 .. 2024-01-20=30.0") {
      "\(day($0))\t\(whole($0))"
    },
    SketchCase("bars", "date|sales", 20, "date[iso] > sales | |", "1 x 20: 2024-01-01=11.0 .. 2024-01-20=30.0") {
      "\(day($0))|\(whole($0))"
    },
    SketchCase(
      "blanks behind commas", "date, sales", 20, "date[iso] > sales", "1 x 20: 2024-01-01=11.0 .. 2024-01-20=30.0"
    ) { "\(day($0)), \(whole($0))" },
    SketchCase(
      "quotes around all", "\"date\",\"sales\"", 20, "date[iso] > sales", "1 x 20: 2024-01-01=11.0 .. 2024-01-20=30.0"
    ) {
      "\"\(day($0))\",\"\(whole($0))\""
    },
    SketchCase(
      "a German export", "Datum;Umsatz", 20, "Datum[dd.MM.yyyy] > Umsatz | ; | decimal comma | groups point",
      "1 x 20: 01.01.2024=1512.05 .. 20.01.2024=2475.32"
    ) {
      "\(day($0, "dd.MM.yyyy"));\(grouped($0, ".", ","))"
    },
    SketchCase(
      "decimal commas in quotes", "date,value", 20, "date[iso] > value | decimal comma",
      "1 x 20: 2024-01-01=11.3 .. 2024-01-20=30.6"
    ) {
      "\(day($0)),\"\(tenths($0, ","))\""
    },
    SketchCase(
      "a Swiss export", "Datum;Betrag", 20, "Datum[dd.MM.yyyy] > Betrag | ; | groups apostrophe",
      "1 x 20: 01.01.2024=1512.05 .. 20.01.2024=2475.32"
    ) {
      "\(day($0, "dd.MM.yyyy"));\(grouped($0, "'", "."))"
    },
    SketchCase(
      "a French export", "Date;Montant", 20, "Date[dd/MM/yyyy] > Montant | ; | decimal comma | groups space",
      "1 x 20: 01/01/2024=1512.05 .. 20/01/2024=2475.32"
    ) {
      "\(day($0, "dd/MM/yyyy"));\(grouped($0, "\u{202F}", ","))"
    },
    SketchCase(
      "a mark of UTF-8 in front", "\u{FEFF}date,sales", 20, "date[iso] > sales",
      "1 x 20: 2024-01-01=11.0 .. 2024-01-20=30.0"
    ) {
      "\(day($0)),\(whole($0))"
    },
    SketchCase(
      "a comma in quotes", "date,note,sales", 20, "date[iso] > sales", "1 x 20: 2024-01-01=11.0 .. 2024-01-20=30.0"
    ) {
      "\(day($0)),\"rain, wind\",\(whole($0))"
    },
    SketchCase(
      "quotes in the middle of words", "date,size,sales", 20, "date[iso] > sales",
      "1 x 20: 2024-01-01=11.0 .. 2024-01-20=30.0"
    ) {
      "\(day($0)),3\" pipe \($0 % 3),\(whole($0))"
    },
    SketchCase(
      "a delimiter at the end of each row", "date,sales,", 20, "date[iso] > sales",
      "1 x 20: 2024-01-01=11.0 .. 2024-01-20=30.0"
    ) {
      "\(day($0)),\(whole($0)),"
    },
    SketchCase(
      "delimiters at the ends of rows only", "date,sales", 20, "date[iso] > sales",
      "1 x 20: 2024-01-01=11.0 .. 2024-01-20=30.0"
    ) {
      "\(day($0)),\(whole($0)),,"
    },
    SketchCase(
      "a delimiter in front of each row", ",date,sales", 20, "date[iso] > sales",
      "1 x 20: 2024-01-01=11.0 .. 2024-01-20=30.0"
    ) {
      ",\(day($0)),\(whole($0))"
    },
    SketchCase(
      "several blanks between the columns", "date        sales", 20, "date[iso] > sales | blanks",
      "1 x 20: 2024-01-01=11.0 .. 2024-01-20=30.0"
    ) {
      "\(day($0))  \(whole($0))"
    },
    SketchCase(
      "lines that say the delimiter", "sep=;\ndate;sales", 20, "date[iso] > sales | ; | skip 1",
      "1 x 20: 2024-01-01=11.0 .. 2024-01-20=30.0"
    ) {
      "\(day($0));\(whole($0))"
    },
    SketchCase(
      "blank lines between", "date,sales", 20, "date[iso] > sales", "1 x 20: 2024-01-01=11.0 .. 2024-01-20=30.0"
    ) { "\(day($0)),\(whole($0))\n" },
    SketchCase(
      "a tab in a comma file", "date,place,sales", 20, "date[iso] > sales", "1 x 20: 2024-01-01=11.0 .. 2024-01-20=30.0"
    ) {
      "\(day($0)),Old\tTown,\(whole($0))"
    },
    SketchCase(
      "bars in a Markdown table", "| date | sales |\n|---|---|", 20, "date[iso] > sales | | | skip below 1",
      "1 x 20: 2024-01-01=11.0 .. 2024-01-20=30.0"
    ) {
      "| \(day($0)) | \(whole($0)) |"
    },
    SketchCase(
      "a column with line ends in quotes", "date,note,sales", 20, "date[iso] > sales",
      "1 x 20: 2024-01-01=11.0 .. 2024-01-20=30.0"
    ) {
      "\(day($0)),\"one\ntwo\",\(whole($0))"
    },
    SketchCase(
      "semicolons with commas in texts", "date;place;sales", 20, "date[iso] > sales | ;",
      "1 x 20: 2024-01-01=11.0 .. 2024-01-20=30.0"
    ) {
      "\(day($0));Ulm, South, \($0 % 2 == 0 ? "a, b" : "c");\(whole($0))"
    },
    SketchCase(
      "a last row without an end", "date,sales", 20, after: "2024-01-21,30", "date[iso] > sales",
      "1 x 21: 2024-01-01=11.0 .. 2024-01-21=30.0"
    ) {
      "\(day($0)),\(whole($0))"
    },
  ]
}
