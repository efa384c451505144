import Testing

@testable import PipelineFile

@Suite struct HiddenValuesTests {
  private func hidden(_ pairs: [(String, String)]) -> HiddenValues {
    var hidden = HiddenValues()
    for (value, shown) in pairs { hidden.add(value, shown: shown) }
    return hidden
  }

  @Test func everyPlaceIsReplacedOnceAndTheLongestValueFirst() {
    let hidden = hidden([("hush", "${A}"), ("hush-hush", "${B}"), ("${A}", "no"), ("{A}x", "no")])
    #expect(hidden("hush, hush-hush and hushhush-hush") == "${A}, ${B} and ${A}${B}")
    #expect(hidden("hus h") == "hus h")
    #expect(hidden("") == "")
  }

  @Test func valuesAreFoundAsMessagesAndJSONShowThemAndWhereTheyAreCut() {
    let hidden = hidden([("a\tb\u{1B}\"\\c\nd", "${A}"), ("hush-hush-hush", "${B}")])
    for form in ["a\tb\u{1B}\"\\c\nd", #"a\tb\u{1B}"\c\nd"#, "a\\tb\\u{1B}\"\\c\nd", #"a\tb\u001B\"\\c\nd"#] {
      #expect(hidden("<\(form)>") == "<${A}>", "\(form)")
    }
    #expect(hidden("\"hush-hu…\" and \"hush…\"") == "\"${B}…\" and \"${B}…\"")
    #expect(hidden("hush-hu, hus…") == "hush-hu, hus…")
  }

  @Test func shortValuesAreLeftAlone() { #expect(hidden([("abc", "${A}"), ("", "${B}")])("abc") == "abc") }
}
