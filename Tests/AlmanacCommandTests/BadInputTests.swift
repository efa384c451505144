import Foundation
import Testing

/// Every way in which a person can hand the wrong thing to `almanac run`: one clear error, the right exit code, and
/// nothing half written.
@Suite struct BadInputTests {
  struct Case: CustomTestStringConvertible {
    var name: String
    var csv: String? = BadInputTests.readings(40)
    var stages: String = BadInputTests.stages()
    var code: Int32
    var error: String
    var testDescription: String { name }
  }

  static func readings(_ count: Int, value: (Int) -> String = { "\($0 * $0 % 17)" }) -> String {
    "day,load\n" + (0..<count).map { "2024-0\($0 / 31 + 1)-\(pad($0 % 31 + 1)),\(value($0))\n" }.joined()
  }

  static func pad(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  static func stages(
    csv: String = "{path: data.csv, time: day, target: load}", window: String = "{lookback: 6, horizon: 2}",
    more: String = "", write: String = "{path: out/forecast.csv}"
  ) -> String {
    """
      - use: csv
        with: \(csv)
    \(more)  - use: window
        with: \(window)
      - use: lstm
        with: {hidden: 3, epochs: 1, validation: 2}
      - use: write
        with: \(write)
      - use: plot
        with: {path: out/chart.gp, render: [svg]}

    """
  }

  static let cases: [Case] = [
    Case(
      name: "missing file", csv: nil, code: 66,
      error: "almanac: error: stages[0] (csv): data.csv: no such file"),
    Case(name: "empty file", csv: "", code: 65, error: "almanac: error: stages[0] (csv): data.csv: the file is empty"),
    Case(
      name: "header only", csv: "day,load\n", code: 65,
      error: "almanac: error: stages[0] (csv): data.csv: there is no row below the header"),
    Case(
      name: "no such column", stages: stages(csv: "{path: data.csv, time: day, target: laod}"), code: 65,
      error: "almanac: error: stages[0] (csv): data.csv:1: there is no column \"laod\"; did you mean \"load\"?"),
    Case(
      name: "text in the target", csv: readings(40) { $0 == 7 ? "broken" : "\($0 * $0 % 17)" }, code: 65,
      error: "almanac: error: stages[0] (csv): data.csv:9: column \"load\": \"broken\" is not a number"),
    Case(
      name: "one row", csv: readings(1), code: 65,
      error: "almanac: error: stages[0] (csv): series \"load\": one reading does not tell a frequency"),
    Case(
      name: "too short", csv: readings(5), code: 65,
      error:
        "almanac: error: stages[2] (lstm): series \"load\" has 5 steps, too few: 2 steps to see + horizon 2 + validation 2 needs 6; "
    ),
    Case(
      name: "all values equal", csv: readings(40) { _ in "4.5" }, code: 65,
      error: "almanac: error: stages[0] (csv): series \"load\": all 40 values are 4.5; there is nothing to learn"),
    Case(
      name: "infinite value", csv: readings(40) { $0 == 3 ? "inf" : "\($0 * $0 % 17)" }, code: 65,
      error: "almanac: error: stages[0] (csv): data.csv:5: column \"load\": \"inf\" is infinite"),
    Case(
      name: "missing value without a fill", csv: readings(40) { $0 == 3 ? "NaN" : "\($0 * $0 % 17)" }, code: 65,
      error: "almanac: error: stages[2] (lstm): series \"load\": 1 value is missing, the first at "),
    Case(
      name: "unknown stage", stages: stages().replacingOccurrences(of: "use: lstm", with: "use: lstmm"), code: 78,
      error: "p.yaml:8:10: error: stages[2]: unknown stage \"lstmm\"; did you mean \"lstm\"?"),
    Case(
      name: "unknown field", stages: stages().replacingOccurrences(of: "hidden", with: "hiden"), code: 78,
      error: "p.yaml:9:12: error: stages[2] (lstm): unknown field \"hiden\"; did you mean \"hidden\"?"),
    Case(
      name: "wrong type", stages: stages(window: "{lookback: many, horizon: 2}"), code: 78,
      error: "p.yaml:7:22: error: stages[1] (window): lookback wants a number of steps, or a duration such as 1d, not "
        + "\"many\""),
    Case(
      name: "impossible order",
      stages: stages().replacingOccurrences(of: "- use: csv", with: "- use: normalize\n  - use: csv"),
      code: 78,
      error: "p.yaml:5:10: error: stages[1] (csv): a source cannot follow a transform (normalize); the order is "
        + "source, check, transform, window, forecaster, evaluator, sink"),
    Case(
      name: "unwritable output", stages: stages(write: "{path: data.csv/forecast.csv}"), code: 73,
      error: "almanac: error: stages[3] (write): the folder of data.csv/forecast.csv cannot be made: "),
    Case(name: "not YAML", stages: "  - use: [csv\n", code: 78, error: "p.yaml:5:1: error: not YAML: "),
    Case(
      name: "logarithm of zero", stages: stages(more: "  - use: log\n"), code: 65,
      error: "almanac: error: stages[1] (log): series \"load\": the logarithm of 0.0 does not exist"),
    Case(
      name: "worse than required",
      stages: stages().replacingOccurrences(
        of: "  - use: write", with: "  - use: evaluate\n    with: {folds: 2, require: {mae: \"< 0\"}}\n  - use: write"),
      code: 4, error: "almanac: error: stages[3] (evaluate): mae is "),
  ]

  @Test(arguments: cases)
  func oneClearErrorAndNothingWritten(example: Case) throws {
    let workspace = try Workspace()
    if let csv = example.csv { try workspace.write(csv, to: "data.csv") }
    try workspace.write("version: 1\nname: test\nstages:\n" + example.stages, to: "p.yaml")
    let before = workspace.files()
    let outcome = try workspace.almanac("run", "p.yaml")
    #expect(outcome.code == example.code)
    let lines = outcome.errors.split(separator: "\n").filter { $0.contains("error:") }
    #expect(lines.count == 1)
    #expect(lines.first?.hasPrefix(example.error) == true, "\(lines.first ?? "")")
    #expect(outcome.output.isEmpty || example.code == 4)
    #expect(workspace.files() == before)
  }

  @Test func aMissingPipelineFileIsNoInput() throws {
    let outcome = try Workspace().almanac("run", "nowhere.yaml")
    #expect(outcome.code == 66)
    #expect(
      outcome.errors
        == "almanac: error: there is no pipeline file nowhere.yaml; `almanac init DATA.csv --output nowhere.yaml` writes one\n"
    )
  }

  @Test func wrongUsageIs64() throws {
    #expect(try Workspace().almanac("run").code == 64)
    #expect(try Workspace().almanac("fly").code == 64)
  }

  @Test func aFailedRunLeavesTheLastForecast() throws {
    let workspace = try Workspace()
    try workspace.write(Self.readings(40), to: "data.csv")
    try workspace.write("version: 1\nname: test\nstages:\n" + Self.stages(), to: "p.yaml")
    #expect(try workspace.almanac("run", "p.yaml").code == 0)
    let published = try ["out/forecast.csv", "out/chart.gp", "out/chart.svg"].map { try workspace.bytes($0) }
    try workspace.write("day,load\n2024-01-01,none at all\n", to: "data.csv")
    #expect(try workspace.almanac("run", "p.yaml").code == 65)
    #expect(try ["out/forecast.csv", "out/chart.gp", "out/chart.svg"].map { try workspace.bytes($0) } == published)
    #expect(workspace.files() == ["data.csv", "out/chart.gp", "out/chart.svg", "out/forecast.csv", "p.yaml"])
  }
}
