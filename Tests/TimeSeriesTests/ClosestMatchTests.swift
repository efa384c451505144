import Testing

@testable import TimeSeries

@Suite struct ClosestMatchTests {
  // The pairs and distances of the textbook examples of optimal string alignment.
  @Test(arguments: [
    ("kitten", "sitting", 3), ("saturday", "sunday", 3), ("ca", "abc", 3), ("teh", "the", 1), ("", "abc", 3),
    ("abc", "", 3), ("same", "same", 0),
  ])
  func distances(a: String, b: String, expected: Int) {
    #expect(editDistance(Array(a), Array(b)) == expected)
    #expect(editDistance(Array(b), Array(a)) == expected)
  }

  @Test func aSlipOfTheHandIsMended() {
    let fields = ["hidden", "layers", "epochs", "validation", "OT"]
    #expect(closestMatch(to: "hiden", among: fields) == "hidden")
    #expect(closestMatch(to: "lyaers", among: fields) == "layers")
    #expect(closestMatch(to: "EPOCHS", among: fields) == "epochs")
    #expect(closestMatch(to: "valdiaton", among: fields) == "validation")
    #expect(closestMatch(to: "ot", among: fields) == "OT")
  }

  @Test func strangersAreNotSuggested() {
    #expect(closestMatch(to: "price", among: ["hidden", "layers", ""]) == nil)
    #expect(closestMatch(to: "x", among: ["y"]) == nil)
    #expect(closestMatch(to: "", among: ["a"]) == nil)
    #expect(closestMatch(to: "name", among: []) == nil)
  }

  @Test func theNearestAndThenTheFirstWins() {
    #expect(closestMatch(to: "tims", among: ["tins", "time", "tims2"]) == "tins")
    #expect(closestMatch(to: "datetime", among: ["date_time", "datetimes", "datetime "]) == "date_time")
  }
}
