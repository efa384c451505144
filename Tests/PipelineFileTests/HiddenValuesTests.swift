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

  @Test func shortValuesAreLeftAlone() { #expect(hidden([("abc", "${A}"), ("", "${B}")])("abc") == "abc") }
}
