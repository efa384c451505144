import Testing

@testable import Tabular

@Suite struct MarkerTableTests {
  @Test(arguments: cases) func isReadAsStated(_ file: SketchCase) {
    #expect(SketchOutcome(file.text).reading == file.reading, "\(file.name)")
    #expect(SketchOutcome(file.text).values == file.values, "\(file.name)")
  }

  static let cases: [SketchCase] = [
    SketchCase("NA", "date,value", 20, "date[iso] > value", "1 x 20: 2024-01-01=11.3 .. 2024-01-20=30.6, 1 missing") {
      "\(day($0)),\($0 == 5 ? "NA" : tenths($0))"
    },
    SketchCase(
      "-999", "date,value", 20, "date[iso] > value | missing -999",
      "1 x 20: 2024-01-01=11.3 .. 2024-01-20=30.6, 1 missing"
    ) {
      "\(day($0)),\($0 == 5 ? "-999" : tenths($0))"
    },
    SketchCase(
      "-9999.0", "date,value", 20, "date[iso] > value | missing -9999.0",
      "1 x 20: 2024-01-01=11.3 .. 2024-01-20=30.6, 1 missing"
    ) {
      "\(day($0)),\($0 == 5 ? "-9999.0" : tenths($0))"
    },
    SketchCase(
      "9999 thrice", "date,value", 30, "date[iso] > value | missing 9999",
      "1 x 30: 2024-01-01=11.3 .. 2024-01-30=17.6, 3 missing"
    ) {
      "\(day($0)),\($0 % 10 == 5 ? "9999" : tenths($0))"
    },
    SketchCase(
      "-99 among true values near it", "date,value", 30, "date[iso] > value",
      "1 x 30: 2024-01-01=-33.0 .. 2024-01-30=-51.0"
    ) {
      "\(day($0)),\($0 == 5 ? "-99" : "-\(whole($0) * 3)")"
    },
    SketchCase(
      "stars", "date,value", 20, "date[iso] > value | missing ***",
      "1 x 20: 2024-01-01=11.3 .. 2024-01-20=30.6, 1 missing"
    ) {
      "\(day($0)),\($0 == 5 ? "***" : tenths($0))"
    },
    SketchCase(
      "words", "date,value", 30, "date[iso] > value | missing n.d.",
      "1 x 30: 2024-01-01=11.3 .. 2024-01-30=17.6, 1 missing"
    ) {
      "\(day($0)),\($0 == 5 ? "n.d." : tenths($0))"
    },
    SketchCase(
      "faults of a spreadsheet", "date,value", 30, "date[iso] > value | missing #DIV/0!",
      "1 x 30: 2024-01-01=11.3 .. 2024-01-30=17.6, 1 missing"
    ) {
      "\(day($0)),\($0 == 5 ? "#DIV/0!" : tenths($0))"
    },
    SketchCase(
      "a word that is no marker", "date,value", 30, "date[iso] > value",
      "1 x 29: 2024-01-01=11.3 .. 2024-01-30=17.6, 1 set aside"
    ) {
      "\(day($0)),\($0 == 5 ? "broken" : tenths($0))"
    },
    SketchCase(
      "a marker in more than a tenth of the rows", "date,value", 30, "date[iso] > value | missing Missing",
      "1 x 30: 2024-01-01=nan .. 2024-01-30=17.6, 6 missing"
    ) {
      "\(day($0)),\($0 % 5 == 0 ? "Missing" : tenths($0))"
    },
    SketchCase(
      "missing rows at the end", "date,value", 30, "date[iso] > value",
      "1 x 30: 2024-01-01=11.3 .. 2024-01-30=nan, 3 missing"
    ) {
      "\(day($0)),\($0 > 26 ? "" : tenths($0))"
    },
    SketchCase(
      "a point in Stata's way", "date,value", 30, "date[iso] > value",
      "1 x 30: 2024-01-01=nan .. 2024-01-30=17.6, 8 missing"
    ) {
      "\(day($0)),\($0 % 4 == 0 ? "." : tenths($0))"
    },
    SketchCase(
      "two points of Eurostat", "date,value", 30, "date[iso] > value | missing :",
      "1 x 30: 2024-01-01=nan .. 2024-01-30=17.6, 8 missing"
    ) {
      "\(day($0)),\($0 % 4 == 0 ? ":" : tenths($0))"
    },
    SketchCase(
      "flags behind numbers", "date,value", 30, "date[iso] > value | units p",
      "1 x 30: 2024-01-01=11.3 .. 2024-01-30=17.6"
    ) {
      "\(day($0)),\(tenths($0))\($0 % 4 == 0 ? " p" : "")"
    },
    SketchCase(
      "zero for no value stays", "date,value", 30, "date[iso] > value", "1 x 30: 2024-01-01=11.3 .. 2024-01-30=17.6"
    ) {
      "\(day($0)),\($0 == 4 ? "0" : tenths($0))"
    },
    SketchCase(
      "two dots of the World Bank", "date,value", 30, "date[iso] > value | missing ..",
      "1 x 30: 2024-01-01=nan .. 2024-01-30=17.6, 8 missing"
    ) {
      "\(day($0)),\($0 % 4 == 0 ? ".." : tenths($0))"
    },
    SketchCase(
      "backslash N", "date,value", 30, "date[iso] > value | missing \\N",
      "1 x 30: 2024-01-01=11.3 .. 2024-01-30=17.6, 1 missing"
    ) {
      "\(day($0)),\($0 == 4 ? "\\N" : tenths($0))"
    },
    SketchCase(
      "blanks for no value", "date,value", 30, "date[iso] > value",
      "1 x 30: 2024-01-01=11.3 .. 2024-01-30=17.6, 1 missing"
    ) {
      "\(day($0)),\($0 == 4 ? "   " : tenths($0))"
    },
    SketchCase(
      "words in quotes", "date,value", 30, "date[iso] > value", "1 x 30: 2024-01-01=11.3 .. 2024-01-30=17.6, 1 missing"
    ) {
      "\(day($0)),\"\($0 == 4 ? "NULL" : tenths($0))\""
    },
    SketchCase(
      "a sentinel that differs from its like", "date,a,b", 30, "date[iso] > a,b | missing -9999,-999",
      "2 x 30: 2024-01-01=11.3 .. 2024-01-30=17.6, 2 missing"
    ) {
      "\(day($0)),\($0 == 4 ? "-999" : tenths($0)),\($0 == 6 ? "-9999" : tenths($0 + 1))"
    },
    SketchCase(
      "trace amounts of rain", "date,rain", 30,
      "error: data.csv: 3 of 30 rows cannot be used, more than the 5 % that may be set aside:\ndata.csv:6: column \"rain\": \"T\" is not a number (and 2 more such)\nset missing: [\"T\"] if it means no value, or raise most_bad_rows if the rest is what you want",
      ""
    ) { "\(day($0)),\($0 % 9 == 4 ? "T" : tenths($0))" },
  ]
}
