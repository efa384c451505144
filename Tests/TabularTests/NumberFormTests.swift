import Testing

@testable import Tabular

@Suite struct NumberFormTests {
  /// Text, how numbers are written, and the number; nil for none.
  private static let cases: [(String, NumberForm, Double?)] = [
    ("1,512.33", NumberForm(grouping: .comma), 1512.33), ("1512.33", NumberForm(grouping: .comma), 1512.33),
    ("12,345,678", NumberForm(grouping: .comma), 12_345_678), ("1,51", NumberForm(grouping: .comma), nil),
    ("1,5123", NumberForm(grouping: .comma), nil), ("12345,678", NumberForm(grouping: .comma), nil),
    ("0,512", NumberForm(grouping: .comma), nil), ("1,512", NumberForm(), nil),
    (",512", NumberForm(grouping: .comma), nil),
    ("1,512,", NumberForm(grouping: .comma), nil), ("1,512.3,4", NumberForm(grouping: .comma), nil),
    ("1.512,33", NumberForm(decimalComma: true, grouping: .point), 1512.33),
    ("1.512", NumberForm(decimalComma: true, grouping: .point), 1512),
    ("1.5", NumberForm(decimalComma: true, grouping: .point), nil), ("1,5", NumberForm(decimalComma: true), 1.5),
    ("1 512,33", NumberForm(decimalComma: true, grouping: .space), 1512.33),
    ("1\u{A0}512,33", NumberForm(decimalComma: true, grouping: .space), 1512.33),
    ("1\u{202F}512\u{2009}000", NumberForm(grouping: .space), 1_512_000),
    ("1'512.33", NumberForm(grouping: .apostrophe), 1512.33), ("1\u{2019}512", NumberForm(grouping: .apostrophe), 1512),
    ("(1,234.50)", NumberForm(grouping: .comma), -1234.5), ("250.00-", NumberForm(), -250), ("(15)", NumberForm(), -15),
    ("-(15)", NumberForm(), nil), ("--15", NumberForm(), nil), ("-15-", NumberForm(), nil), ("()", NumberForm(), nil),
    ("\u{2212}7.5", NumberForm(), -7.5), ("+7", NumberForm(), 7),
    ("$12,366.12", NumberForm(grouping: .comma, units: ["$"]), 12366.12), ("-$5", NumberForm(units: ["$"]), -5),
    ("$-5", NumberForm(units: ["$"]), -5), ("($5)", NumberForm(units: ["$"]), -5), ("5 €", NumberForm(units: ["€"]), 5),
    ("12.5 °C", NumberForm(units: ["°C"]), 12.5), ("-0.3%", NumberForm(units: ["%"]), -0.3),
    ("12 g", NumberForm(units: ["kg"]), nil),
    ("12.5 °C", NumberForm(), nil), ("$", NumberForm(units: ["$"]), nil), ("", NumberForm(units: ["$"]), nil),
    ("845.3K", NumberForm(suffixes: true), 845_300), ("1.020M", NumberForm(suffixes: true), 1_020_000),
    ("2b", NumberForm(suffixes: true), 2e9), ("+1.2K", NumberForm(suffixes: true), 1200),
    ("1e3K", NumberForm(suffixes: true), nil),
    ("K", NumberForm(suffixes: true), nil), ("845.3K", NumberForm(), nil),
    ("$1.2M", NumberForm(units: ["$"], suffixes: true), 1_200_000), ("3.127E-05", NumberForm(), 3.127e-5),
    ("1.11e+06", NumberForm(grouping: .comma), 1.11e6), ("12 34", NumberForm(), nil), ("1/2", NumberForm(), nil),
    ("0x1F", NumberForm(), nil), ("nan", NumberForm(), nil),
  ]

  @Test(arguments: cases)
  func aTextIsOneNumberOrNone(text: String, form: NumberForm, number: Double?) {
    #expect(form.number(text.utf8.span) == number, "\(text)")
  }

  @Test func aNumberAmongMissingTextsStandsForAllThatAreEqual() throws {
    let layout = ReadingLayout(time: ["t"], missing: ["-999"])
    let series = try table("t,v\n2020,-999.0\n2021,-999\n2022,4\n").readings(layout).readings.series
    #expect(series[0].values.map(\.isNaN) == [true, true, false])
  }
}
