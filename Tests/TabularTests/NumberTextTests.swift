import Testing

@testable import Tabular

@Suite struct NumberTextTests {
  private func number(_ text: String, comma: Bool = false) -> Double? { text.utf8.span.decimalNumber(comma: comma) }

  @Test(arguments: [
    "0", "-0", "+7", "007", "3.", ".5", "-.5e1", "1e5", "1E-05", "9007199254740993", "9007199254740993.0",
    "1.3400000333786009", "0.1", "123456789012345678901234567890", "2.2250738585072014e-308", "5e-324", "1e-400",
    "4.9e-324",
    "8.5e22", "1e23", "9999999999999999999", "0.9999999999999999999", "100000000000000000000.5", "1e-19", "1.5e+3",
    "0.000000000000000000000000000123",
  ])
  func asTheStandardLibraryReadsThem(text: String) {
    #expect(number(text)?.bitPattern == Double(text.hasSuffix(".") ? "3.0" : text)?.bitPattern)
  }

  // Seventeen to nineteen digits cannot go through one floating-point division.
  @Test func manyDigitsRoundAsInTheStandardLibrary() {
    var random = SplitMix(state: 11)
    for _ in 0..<20_000 {
      let digits = String(random.next() % 10_000_000_000_000_000_000)
      let point = Int(random.next() % UInt64(digits.count + 1))
      let text = digits.prefix(point) + "." + digits.dropFirst(point)
      #expect(number(String(text)) == Double("0" + text + "0"), "\(text)")
    }
  }

  @Test(arguments: [
    "", " ", "-", "+", ".", "e5", "1e", "1e+", "1.2.3", "1 2", "1,5", "nan", "inf", "0x10", "1_000", "--1", "1e5.0",
    "٣",
  ])
  func otherTextsAreNoNumbers(text: String) {
    #expect(number(text) == nil)
  }

  @Test func spacesAndCommas() {
    #expect(number(" 12.5\t") == 12.5)
    #expect(number("3,25", comma: true) == 3.25)
    #expect(number("1,3400000333786009", comma: true) == 1.3400000333786009)
    #expect(number("12345678901234567890123,5", comma: true) == 12345678901234567890123.5)
    #expect(number("3.25", comma: true) == nil)
  }

  @Test func tooLargeIsInfinite() {
    #expect(number("1e999") == .infinity)
    #expect(number("-1e999999999999999999999") == -.infinity)
  }

  private func isInfinity(_ text: String) -> Bool { text.utf8.span.spellsInfinity }

  @Test func infinityInWords() {
    for text in ["inf", "-Inf", "+INFINITY", "∞"] { #expect(isInfinity(text)) }
    for text in ["", "-", "info", "infinite loop"] { #expect(!isInfinity(text)) }
  }
}
