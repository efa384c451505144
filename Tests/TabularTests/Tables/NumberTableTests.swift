import Testing

@testable import Tabular

@Suite struct NumberTableTests {
  @Test(arguments: cases) func isReadAsStated(_ file: SketchCase) {
    #expect(SketchOutcome(file.text).reading == file.reading, "\(file.name)")
    #expect(SketchOutcome(file.text).values == file.values, "\(file.name)")
  }

  static let cases: [SketchCase] = [
    SketchCase(
      "dollars with commas", "date,revenue", 20, "date[iso] > revenue | groups comma | units $",
      "1 x 20: 2024-01-01=1512.05 .. 2024-01-20=2475.32"
    ) {
      "\(day($0)),\"$\(grouped($0, ",", "."))\""
    },
    SketchCase(
      "euros behind", "Datum;Umsatz", 20, "Datum[dd.MM.yyyy] > Umsatz | ; | decimal comma | groups point | units €",
      "1 x 20: 01.01.2024=1512.05 .. 20.01.2024=2475.32"
    ) {
      "\(day($0, "dd.MM.yyyy"));\(grouped($0, ".", ",")) €"
    },
    SketchCase(
      "two currencies in a column", "date,revenue", 20,
      "ask: column \"revenue\" cannot be read as numbers: its cells have different units: $, €", ""
    ) {
      "\(day($0)),\($0 % 2 == 0 ? "$" : "€")\(tenths($0))"
    },
    SketchCase(
      "kilograms and grams in a column", "date,weight", 20,
      "ask: column \"weight\" cannot be read as numbers: its cells have different units: g, kg", ""
    ) {
      "\(day($0)),\(whole($0)) \($0 % 2 == 0 ? "kg" : "g")"
    },
    SketchCase(
      "a few grams among kilograms", "date,weight", 30, "date[iso] > weight | units kg",
      "1 x 29: 2024-01-01=11.0 .. 2024-01-30=17.0, 1 set aside"
    ) {
      "\(day($0)),\(whole($0)) \($0 == 12 ? "g" : "kg")"
    },
    SketchCase(
      "per cent", "date,share", 20, "date[iso] > share | units %", "1 x 20: 2024-01-01=11.3 .. 2024-01-20=30.6"
    ) { "\(day($0)),\(tenths($0))%" },
    SketchCase(
      "per cent in some rows only", "date,share", 20,
      "ask: column \"share\" cannot be read as numbers: some cells are per cent, others fractions of 1", ""
    ) {
      "\(day($0)),\($0 % 2 == 0 ? "\(whole($0))%" : "0.\(whole($0))")"
    },
    SketchCase(
      "degrees", "time,temp", 20, "time[iso] > temp | units °C",
      "1 x 20: 2024-01-01 00:00=11.3 .. 2024-01-01 19:00=30.6"
    ) {
      "\(hour($0)),\(tenths($0)) °C"
    },
    SketchCase(
      "thousands as K", "date,followers", 20, "date[iso] > followers | K",
      "1 x 20: 2024-01-01=1110000.0 .. 2024-01-20=30600.0"
    ) {
      "\(day($0)),\($0 % 3 == 0 ? "1.\(whole($0))M" : "\(tenths($0))K")"
    },
    SketchCase("parentheses", "date,cash", 20, "date[iso] > cash", "1 x 20: 2024-01-01=-11.3 .. 2024-01-20=30.6") {
      "\(day($0)),\($0 % 3 == 0 ? "(\(tenths($0)))" : tenths($0))"
    },
    SketchCase(
      "a minus behind", "date;cash", 20, "date[iso] > cash | ; | decimal comma",
      "1 x 20: 2024-01-01=-11.3 .. 2024-01-20=30.6"
    ) {
      "\(day($0));\(tenths($0, ","))\($0 % 3 == 0 ? "-" : "")"
    },
    SketchCase(
      "commas before three digits, whole", "date,visitors", 20, "date[iso] > visitors | groups comma",
      "1 x 20: 2024-01-01=1000.0 .. 2024-01-20=2703.0"
    ) {
      "\(day($0)),\"\($0 % 9 + 1),\(String(1000 + ($0 * 37) % 1000 % 999).dropFirst())\""
    },
    SketchCase(
      "commas before three digits between semicolons", "date;visitors", 20, "date[iso] > visitors | ; | decimal comma",
      "1 x 20: 2024-01-01=1.0 .. 2024-01-20=2.703"
    ) {
      "\(day($0));\($0 % 9 + 1),\(String(1000 + ($0 * 37) % 999).dropFirst())"
    },
    SketchCase(
      "points before three digits", "date;visitors", 20, "date[dd.MM.yyyy] > visitors | ;",
      "1 x 20: 01.01.2024=1.0 .. 20.01.2024=2.703"
    ) {
      "\(day($0, "dd.MM.yyyy"));\($0 % 9 + 1).\(String(1000 + ($0 * 37) % 999).dropFirst())"
    },
    SketchCase(
      "points before three digits above whole numbers", "Datum;Besucher", 20,
      "Datum[dd.MM.yyyy] > Besucher | ; | decimal comma | groups point", "1 x 20: 01.01.2024=987.0 .. 20.01.2024=2703.0"
    ) {
      "\(day($0, "dd.MM.yyyy"));\($0 % 4 == 0 ? "987" : "\($0 % 9 + 1).\(String(1000 + ($0 * 37) % 999).dropFirst())")"
    },
    SketchCase(
      "points that group millions", "Datum;Besucher", 20,
      "Datum[dd.MM.yyyy] > Besucher | ; | decimal comma | groups point",
      "1 x 20: 01.01.2024=1000000.0 .. 20.01.2024=1703122.0"
    ) {
      "\(day($0, "dd.MM.yyyy"));1.\(String(1000 + ($0 * 37) % 999).dropFirst()).\(String(1000 + ($0 * 59) % 999).dropFirst())"
    },
    SketchCase(
      "three decimals behind a point", "date,rate", 20, "date[iso] > rate", "1 x 20: 2024-01-01=1.0 .. 2024-01-20=1.703"
    ) {
      "\(day($0)),1.\(String(1000 + ($0 * 37) % 999).dropFirst())"
    },
    SketchCase(
      "one column of points and one of commas", "date;price;weight", 20, "date[iso] > price | ;",
      "1 x 20: 2024-01-01=14.05 .. 2024-01-20=34.32"
    ) {
      "\(day($0));\(cents($0, "."));\(cents($0, ","))"
    },
    SketchCase(
      "Indian groups", "date,rupees", 20,
      "ask: column \"rupees\" cannot be read as numbers: numbers such as \"1,11,000\" are written in another way than others of the file, or in none that is known",
      ""
    ) {
      "\(day($0)),\"1,\(whole($0)),\(String(1000 + $0 * 37).dropFirst())\""
    },
    SketchCase(
      "powers of ten", "date,flux", 20, "date[iso] > flux", "1 x 20: 2024-01-01=0.000113 .. 2024-01-20=0.000306"
    ) { "\(day($0)),\(tenths($0))E-05" },
    SketchCase("leading zeros", "date,value", 20, "date[iso] > value", "1 x 20: 2024-01-01=11.0 .. 2024-01-20=30.0") {
      "\(day($0)),000\(whole($0))"
    },
    SketchCase("plus signs", "date,change", 20, "date[iso] > change", "1 x 20: 2024-01-01=11.3 .. 2024-01-20=-30.6") {
      "\(day($0)),\($0 % 2 == 0 ? "+" : "-")\(tenths($0))"
    },
    SketchCase(
      "a minus of its own letter", "date,change", 20, "date[iso] > change",
      "1 x 20: 2024-01-01=11.3 .. 2024-01-20=-30.6"
    ) {
      "\(day($0)),\($0 % 2 == 0 ? "" : "\u{2212}")\(tenths($0))"
    },
    SketchCase("an apostrophe in front, as spreadsheets write it", "date,value", 20, "nothing", "") {
      "\(day($0)),'\(whole($0))"
    },
    SketchCase("formulas of a spreadsheet", "date,value", 20, "nothing", "") { "\(day($0)),=\"\(whole($0))\"" },
    SketchCase(
      "fewer than and more than", "date,value", 20,
      "ask: column \"value\" cannot be read as numbers: 5 of 20 cells are no numbers, such as \"<0.5\"", ""
    ) {
      "\(day($0)),\($0 % 4 == 0 ? "<0.5" : tenths($0))"
    },
    SketchCase(
      "fractions of bytes", "date,size", 20,
      "ask: column \"size\" cannot be read as numbers: its cells have different units: GB, MB", ""
    ) {
      "\(day($0)),\(tenths($0)) \($0 % 2 == 0 ? "MB" : "GB")"
    },
    SketchCase("durations", "date,duration", 20, "nothing", "") { "\(day($0)),00:\(whole($0)):1\($0 % 10)" },
    SketchCase(
      "volumes with M in all rows", "Date,Price,Vol.", 20, "Date[iso] > Price | units M",
      "1 x 20: 2024-01-01=14.05 .. 2024-01-20=34.32"
    ) {
      "\(day($0)),\(cents($0)),\(tenths($0))M"
    },
    SketchCase("yes and no", "date,open", 20, "nothing", "") { "\(day($0)),\($0 % 3 == 0 ? "yes" : "no")" },
    SketchCase(
      "infinite values", "date,value", 40, "date[iso] > value",
      "1 x 39: 2024-01-01=11.3 .. 2024-02-09=36.6, 1 set aside"
    ) {
      "\(day($0)),\($0 == 7 ? "inf" : tenths($0))"
    },
    SketchCase("mostly words, few numbers", "date,result", 20, "nothing", "") {
      "\(day($0)),\($0 % 10 == 0 ? "5" : "pending")"
    },
    SketchCase(
      "a fifth of the cells are words", "date,result", 20,
      "ask: column \"result\" cannot be read as numbers: 4 of 20 cells are no numbers, such as \"see note\"", ""
    ) {
      "\(day($0)),\($0 % 5 == 0 ? "see note" : tenths($0))"
    },
  ]
}
