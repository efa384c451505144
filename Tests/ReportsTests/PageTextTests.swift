import Testing

@testable import Reports

@Suite struct PageTextTests {
  @Test func everyScalarThatMarksIsEscaped() {
    #expect(PageText().escapeText("<b>&\"'</b>") == "&lt;b&gt;&amp;&quot;&#39;&lt;/b&gt;")
    // A mark that combines with it makes another character of a quote, which is one all the same.
    #expect(PageText().escapeText("\"\u{301} onclick=x <\u{338}b") == "&quot;\u{301} onclick=x &lt;\u{338}b")
    #expect(PageText().escapeText("a\u{0}b\u{1B}[2Jc\u{FFFF}") == "a b [2Jc\u{FFFD}")
    #expect(PageText().escapeText("温度 é\n") == "温度 é\n")
  }

  @Test func jsonEndsNoScript() {
    var json = PageJSON()
    json.list(["</script><!--", "a\"b\\c", "\u{2028}\u{301}", "é"]) { $0.string($1) }
    #expect(json.text == #"["\u003C/script\u003E\u003C!--","a\"b\\c","\u2028"# + "\u{301}\",\"é\"]")
    var numbers = PageJSON()
    numbers.list([1, 0.1, -2.5e300, .nan, .infinity, 1e15, 3]) { $0.number($1) }
    #expect(numbers.text == "[1,0.1,-2.5e+300,null,null,1000000000000000.0,3]")
    var short = PageJSON()
    short.list([1.0 / 3, 370.123456789, 1e300, .nan]) { $0.short($1) }
    #expect(short.text == "[0.33333334,370.12344,1e+300,null]")
  }

  @Test(arguments: [
    (0, "0"), (371.451234, "371.451"), (-0.5, "−0.5"), (1_234_567.8, "1234568"), (0.00012345678, "0.000123457"),
    (1e-9, "1e-09"), (.nan, "–"), (100, "100"), (999_999.96, "1000000"), (-1e20, "−1e+20"),
  ])
  func numbersHaveSixDigits(_ value: Double, _ text: String) { #expect(significant(value) == text) }

  @Test func numbersOfAColumnHaveTheSameDecimals() {
    #expect(aligned([370.85, 371.1534, -0.5]) == ["370.850", "371.153", "−0.500"])
    #expect(aligned([1, 2000, .nan]) == ["1", "2000", "–"])
    #expect(aligned([0.12345, 1.5], digits: 4) == ["0.123", "1.500"])
    #expect(aligned([1e-7, 0]) == ["1e-07", "0"])
  }
}
