import Foundation
import Testing

/// `almanac test`: tests inside the pipeline file.
@Suite struct PipelineTestCommandTests {
  static func tests(_ text: String) -> String { LanguageCommandTests.pipeline + "tests:\n" + text }

  static let rows = """
        input:
          rows: |
            day,load
    \((1...20).map { "        2024-01-\(BadInputTests.pad($0)),\($0 == 20 ? "broken" : "\($0 * $0 % 7)")" }.joined(separator: "\n"))

    """

  @Test func testsThatHold() throws {
    let workspace = try LanguageCommandTests.workspace(
      Self.tests(
        """
          - name: bad rows are set aside
        \(Self.rows)    expect: {rejected: 1, rows: 2, finite: true, scores: {mae: "< 1e6", rmse: ">= 0"}}
          - name: another horizon
            set: {window.with.horizon: 3, model.with.validation: 3}
            expect: {rows: 3}
          - name: another file
            input: {path: short.csv}
            expect: {exit: 65, message: "too few"}
          - name: a bad setting
            set: {model.with.hidden: 0}
            expect: {exit: 78, message: "hidden must be 1 to 4096, not 0"}

        """))
    try workspace.write(BadInputTests.readings(5), to: "short.csv")
    let before = workspace.files()
    let outcome = try workspace.almanac("test", "p.yaml")
    #expect(outcome.errors == "")
    #expect(
      outcome.output == """
        ok    bad rows are set aside
        ok    another horizon
        ok    another file
        ok    a bad setting
        4 of 4 tests hold

        """)
    #expect(outcome.code == 0)
    #expect(workspace.files() == before)
    #expect(try workspace.almanac("validate", "p.yaml").code == 0)
  }

  @Test func atAFixedMomentLaterReadingsAreNotThereYet() throws {
    let workspace = try LanguageCommandTests.workspace(
      Self.tests(
        """
          - name: the first days are too few
            now: 2024-01-05
            expect: {exit: 65, message: "too few"}
          - name: a month is enough
            now: 2024-02-01T12:00
            expect: {rows: 2}

        """))
    let outcome = try workspace.almanac("test", "p.yaml")
    #expect(outcome.output.hasSuffix("2 of 2 tests hold\n"), "\(outcome.output)")
    let wrong = try workspace.read("p.yaml").replacing("now: 2024-01-05", with: "now: some day")
    try workspace.write(wrong, to: "p.yaml")
    #expect(
      try workspace.almanac("validate", "p.yaml").errors.contains(
        "tests[0]: now wants a time such as 2024-05-01 or 2024-05-01T13:00, not \"some day\""))
  }

  @Test func testsThatDoNotHoldSayWhatCame() throws {
    let workspace = try LanguageCommandTests.workspace(
      Self.tests(
        """
          - name: counts
            expect: {rejected: 3, rows: 4, scores: {mae: "< 0"}, message: "x"}
          - name: codes
            set: {evaluate.with.folds: 25}
            expect: {rows: 2}
          - name: measured
            set: {evaluate.with.metrics: mae}
            expect: {scores: {mase: "< 1"}}

        """))
    let outcome = try workspace.almanac("test", "p.yaml")
    #expect(outcome.code == 1)
    let lines = outcome.output.split(separator: "\n").map(String.init)
    #expect(
      Array(lines.prefix(5).map { $0.replacing(/came [0-9.]+$/, with: "came N") }) == [
        "FAIL  counts", "      message: expected \"x\", came none", "      rejected: expected 3, came N",
        "      rows: expected 4, came N", "      mae: expected < 0, came N",
      ])
    #expect(lines[5] == "FAIL  codes")
    #expect(
      lines[6].hasPrefix("      exit: expected 0, came 65 (stages[3] (evaluate): series \"load\" has 40 steps, too few")
    )
    #expect(
      Array(lines[7...]) == [
        "      rows: nothing came, for the run failed", "FAIL  measured",
        "      mase: expected < 1, but it is not measured; add it to evaluate", "0 of 3 tests hold",
      ])
    #expect(workspace.files() == ["data.csv", "p.yaml"])
  }

  @Test func nothingIsPublishedOutsideTheTestsFolder() throws {
    let workspace = try LanguageCommandTests.workspace()
    let text = Self.tests("  - name: holds\n").replacingOccurrences(
      of: "path: out/forecast.csv", with: "path: \(workspace.path("absolute.csv"))"
    ).replacingOccurrences(of: "quarantine: out/bad.csv", with: "quarantine: ../../bad.csv")
    try workspace.write(text, to: "a/b/p.yaml")
    try workspace.write(BadInputTests.readings(40), to: "a/b/data.csv")
    let before = workspace.files()
    let outcome = try workspace.almanac("test", "a/b/p.yaml")
    #expect(outcome.output == "ok    holds\n1 of 1 test holds\n")
    #expect(workspace.files() == before)
  }

  @Test func filterAndMissingTests() throws {
    let workspace = try LanguageCommandTests.workspace(
      Self.tests("  - name: first\n    expect: {rows: 2}\n  - name: second\n    expect: {rows: 9}\n"))
    #expect(try workspace.almanac("test", "p.yaml", "--filter", "first").code == 0)
    let none = try workspace.almanac("test", "p.yaml", "--filter", "third")
    #expect(none.code == 1)
    #expect(none.errors == "almanac: error: p.yaml: no test has such a name\n")
    try workspace.write(LanguageCommandTests.pipeline, to: "p.yaml")
    let empty = try workspace.almanac("test", "p.yaml")
    #expect(empty.code == 1)
    #expect(empty.errors == "almanac: error: p.yaml: there are no tests; add some under `tests`\n")
    #expect(try workspace.almanac("test", "none.yaml").code == 66)
  }
}
