import Testing

@testable import Tabular

@Suite struct WordsTableTests {
  private static let files =
    DialectTableTests.cases + FrameTableTests.cases + NumberTableTests.cases + TimeTableTests.cases
    + RoleTableTests.cases + LayoutTableTests.cases + RepeatTableTests.cases + MarkerTableTests.cases
    + OrderTableTests.cases + ExportTableTests.cases

  @Test func eachFileHasANameOfItsOwn() {
    #expect(Set(WordsTableTests.files.map(\.name)).count == WordsTableTests.files.count)
  }

  @Test(arguments: words) func aSketchSaysWhatItAssumes(_ name: String, _ lines: [String]) throws {
    let file = try #require(WordsTableTests.files.first { $0.name == name })
    #expect(try SketchWords(file.text).lines == lines, "\(name)")
  }

  static let words: [(String, [String])] = [
    (
      "a German export",
      [
        "- decimals stand behind a comma",
        "- points group the digits of thousands",
        "Datum = time, certain: its texts are times (dd.MM.yyyy)",
        "Umsatz = target, likely: the only measure",
      ]
    ),
    (
      "lines of settings",
      [
        "- 4 lines above the table left out (\"Station\")",
        "- \"temp\" is taken for the target; others could be: \"hum\"",
        "time = time, certain: its texts are times (iso)",
        "temp = target, guess: the first of 2 measures, or the one named as such",
        "hum = past, likely: another measure; not used unless named",
      ]
    ),
    (
      "two rows of names",
      [
        "- line 2 holds more names, of which none is used: sales, cost, sales, cost",
        "- columns 2, 3 are all named \"North\"; they are called \"North\", \"North 2\"",
        "- columns 4, 5 are all named \"South\"; they are called \"South\", \"South 2\"",
        "- \"North\" is taken for the target; others could be: \"North 2\", \"South\", \"South 2\"",
        "date = time, certain: its texts are times (iso)",
        "North = target, guess: the first of 4 measures, or the one named as such",
        "North 2 = past, likely: another measure; not used unless named",
        "South = past, likely: another measure; not used unless named",
        "South 2 = past, likely: another measure; not used unless named",
      ]
    ),
    (
      "a pandas index",
      [
        "1 = index, likely: numbers the rows",
        "date = time, certain: its texts are times (iso)",
        "value = target, likely: the only measure",
      ]
    ),
    (
      "a grand total in German",
      [
        "- decimals stand behind a comma",
        "- points group the digits of thousands",
        "- 1 row of totals left out, such as \"Gesamt\"",
        "Datum = time, certain: its texts are times (dd.MM.yyyy)",
        "Umsatz = target, likely: the only measure",
      ]
    ),
    (
      "a file of the USGS",
      [
        "- 1 line of remarks above the table, beginning with #, left out",
        "- line 3 holds units, no readings",
        "agency_cd = constant, certain: \"USGS\" in every row",
        "site_no = constant, certain: 01646500 in every row",
        "datetime = time, certain: its texts are times (iso)",
        "discharge = target, likely: the only measure",
      ]
    ),
    (
      "per cent in some rows only",
      [
        "- \"share\" is not used: some cells are per cent, others fractions of 1",
        "date = time, certain: its texts are times (iso)",
        "share = text, likely: some cells are per cent, others fractions of 1",
        "? column \"share\" cannot be read as numbers: some cells are per cent, others fractions of 1 []",
      ]
    ),
    (
      "kilograms and grams in a column",
      [
        "- \"weight\" is not used: its cells have different units: g, kg",
        "date = time, certain: its texts are times (iso)",
        "weight = text, likely: its cells have different units: g, kg",
        "? column \"weight\" cannot be read as numbers: its cells have different units: g, kg []",
      ]
    ),
    (
      "points before three digits",
      [
        "- a point before three digits, as in 1.000, is read as a decimal mark; it may be that it groups digits (decimal: \",\", thousands: \".\")",
        "date = time, certain: its texts are times (dd.MM.yyyy)",
        "visitors = target, likely: the only measure",
      ]
    ),
    (
      "one column of points and one of commas",
      [
        "- \"weight\" is not used: numbers such as \"14,05\" are written in another way than others of the file, or in none that is known",
        "date = time, certain: its texts are times (iso)",
        "price = target, likely: the only measure",
        "weight = text, likely: numbers such as \"14,05\" are written in another way than others of the file, or in none that is known",
      ]
    ),
    (
      "thousands as K",
      [
        "- K, M and B stand for thousands, millions and thousand millions",
        "date = time, certain: its texts are times (iso)",
        "followers = target, likely: the only measure",
      ]
    ),
    (
      "created and updated",
      [
        "- \"updated_at\" says times too; \"created_at\" is taken, for it comes first",
        "created_at = time, certain: its texts are times (iso)",
        "updated_at = time again, likely: times; another column is used",
        "amount = target, likely: the only measure",
      ]
    ),
    (
      "serial days of a spreadsheet",
      [
        "date = time, certain: its numbers are times (steps)",
        "value = target, likely: the only measure",
        "? column \"date\": 45292 looks like the number of a day in a spreadsheet; write dates where the file is made, or have the rows counted [time_format: steps | steps, where the rows are only counted]",
      ]
    ),
    (
      "date and half hours from 1 to 48",
      [
        "- \"SETTLEMENT_PERIOD\" names the series, 48 of them",
        "SETTLEMENT_DATE = time, certain: its texts are times (iso)",
        "SETTLEMENT_PERIOD = key, likely: with the time it names each row but once",
        "ND = target, likely: the only measure",
        "? column \"SETTLEMENT_PERIOD\" numbers the parts of a day, which are no series; write the time of day where the file is made [series: SETTLEMENT_PERIOD, a series for each part of the day]",
      ]
    ),
    (
      "names of months only",
      [
        "- no column of times; rows are numbered as steps",
        "month = text, certain: 12 different texts",
        "value = target, likely: the only measure",
        "? column \"month\" seems to say times, such as \"January\", in a form that is not known [time_format, such as dd.MM.yyyy | time: another column | steps, where the rows are only counted]",
      ]
    ),
    (
      "numbers of orders",
      [
        "order_id = index, likely: numbers that name something",
        "date = time, certain: its texts are times (iso)",
        "amount = target, likely: the only measure",
      ]
    ),
    (
      "prices of shares",
      [
        "- \"Adj Close\" is taken for the target; others could be: \"Open\", \"High\", \"Low\", \"Close\", \"Volume\"",
        "Date = time, certain: its texts are times (iso)",
        "Open = past, likely: another measure; not used unless named",
        "High = past, likely: another measure; not used unless named",
        "Low = past, likely: another measure; not used unless named",
        "Close = past, likely: another measure; not used unless named",
        "Adj Close = target, guess: the first of 6 measures, or the one named as such",
        "Volume = past, likely: another measure; not used unless named",
      ]
    ),
    (
      "known ahead",
      [
        "- \"sales\" ends 7 rows before the file does: the columns that go on are known ahead",
        "date = time, certain: its texts are times (iso)",
        "sales = target, likely: the only measure",
        "price = future, likely: goes on for 7 rows after \"sales\" ends",
        "promo = future, likely: goes on for 7 rows after \"sales\" ends",
      ]
    ),
    (
      "cumulative seconds",
      [
        "time = time, certain: its texts are times (iso)",
        "elapsed_s = index, likely: goes on by the same step in each row",
        "power = target, likely: the only measure",
      ]
    ),
    (
      "a day by hours",
      [
        "Date = time, certain: its texts are times (iso)",
        "H1 = target, likely: measures of one kind, a series each",
        "H2 = target, likely: measures of one kind, a series each",
        "H3 = target, likely: measures of one kind, a series each",
        "H4 = target, likely: measures of one kind, a series each",
        "H5 = target, likely: measures of one kind, a series each",
        "H6 = target, likely: measures of one kind, a series each",
        "H7 = target, likely: measures of one kind, a series each",
        "H8 = target, likely: measures of one kind, a series each",
        "H9 = target, likely: measures of one kind, a series each",
        "H10 = target, likely: measures of one kind, a series each",
        "H11 = target, likely: measures of one kind, a series each",
        "H12 = target, likely: measures of one kind, a series each",
        "H13 = target, likely: measures of one kind, a series each",
        "H14 = target, likely: measures of one kind, a series each",
        "H15 = target, likely: measures of one kind, a series each",
        "H16 = target, likely: measures of one kind, a series each",
        "H17 = target, likely: measures of one kind, a series each",
        "H18 = target, likely: measures of one kind, a series each",
        "H19 = target, likely: measures of one kind, a series each",
        "H20 = target, likely: measures of one kind, a series each",
        "H21 = target, likely: measures of one kind, a series each",
        "H22 = target, likely: measures of one kind, a series each",
        "H23 = target, likely: measures of one kind, a series each",
        "H24 = target, likely: measures of one kind, a series each",
        "? columns \"H1\" to \"H24\" are the parts of a day, which are no series; write a row for each where the file is made [target: the columns to forecast, each by itself from day to day]",
      ]
    ),
    (
      "statics of stores",
      [
        "- \"store\" names the series, 2 of them",
        "date = time, certain: its texts are times (iso)",
        "store = key, likely: with the time it names each row but once",
        "city = static, likely: one for each series",
        "size = static, likely: one for each series",
        "sales = target, likely: the only measure",
      ]
    ),
    (
      "our world in data",
      [
        "- \"Entity\" names the series, 2 of them",
        "Entity = key, likely: with the time it names each row but once",
        "Code = static, likely: one for each series",
        "Year = time, certain: its numbers are times (yyyy)",
        "Cases = target, likely: the only measure",
      ]
    ),
    (
      "events with strengths",
      [
        "time = time, certain: its texts are times (iso)",
        "magnitude = target, likely: the only measure",
        "? 65 % of the rows have the time of another, and no column names series: are they events, to be counted, summed or averaged for each time? [repeated: count | repeated: mean | repeated: sum | repeated: max | series: the column that names them]",
      ]
    ),
    (
      "orders with quantities",
      [
        "- several rows have one time (75 % of them): \"Quantity\" is summed over them (repeated: sum)",
        "InvoiceDate = time, certain: its texts are times (iso)",
        "Quantity = target, likely: an amount, which is summed",
        "UnitPrice = past, likely: numbers of single rows",
      ]
    ),
    (
      "-999",
      [
        "- -999 looks like no value, in 1 cell: it is far from all others; take it out of `missing` if it is a reading",
        "date = time, certain: its texts are times (iso)",
        "value = target, likely: the only measure",
      ]
    ),
    (
      "a marker in more than a tenth of the rows",
      [
        "- \"Missing\" means no value, in 6 cells",
        "date = time, certain: its texts are times (iso)",
        "value = target, likely: the only measure",
      ]
    ),
    (
      "names that come twice",
      [
        "- columns 2, 3 are all named \"value\"; they are called \"value\", \"value 2\"",
        "time = time, certain: its texts are times (iso)",
        "value = target, likely: measures of one kind, a series each",
        "value 2 = target, likely: measures of one kind, a series each",
      ]
    ),
  ]
}
