import Foundation
import Testing

/// Forecasts of the built command name times as the readings do.
@Suite struct TimeFormRunTests {
  private func run(_ times: [String], fields: String = "", steps: String = "") throws -> (Workspace, Workspace.Outcome)
  {
    let workspace = try Workspace()
    let rows = times.enumerated().map { "\"\($1)\",\($0 % 4 + $0)" }
    try workspace.write((["when,load"] + rows).joined(separator: "\n") + "\n", to: "data.csv")
    try workspace.write(
      """
      version: 1
      name: forms
      stages:
        - {use: csv, with: {path: data.csv, time: when, target: load\(fields)}}\(steps)
        - {use: window, with: {lookback: 4, horizon: 2}}
        - {use: naive}
        - {use: evaluate, with: {folds: 1, forecasts: folds.csv}}
        - {use: write, with: {path: out.csv}}
        - {use: write, with: {path: out.json, format: json}}
        - {use: plot, with: {path: out.gp, render: []}}

      """, to: "p.yaml")
    return (workspace, try workspace.almanac("run", "p.yaml"))
  }

  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  @Test(arguments: [
    (months.map { "\($0)-12" }, ["Jan-13", "Feb-13"]),
    ((1...12).map { "\($0)/1/2019" } + ["1/1/2020", "2/1/2020"], ["3/1/2020", "4/1/2020"]),
    ((1...36).map { "\(($0 + 11) / 12)-" + String(101 + ($0 - 1) % 12).dropFirst() }, ["4-01", "4-02"]),
    ((42...53).map { "2020-W\($0)" }, ["2021-W01", "2021-W02"]),
    ((1...8).map { "\(2000 + ($0 - 1) / 4) Q\(($0 - 1) % 4 + 1)" }, ["2002 Q1", "2002 Q2"]),
    ((0..<12).map { "\(1_700_000_000_000 + $0 * 300_000)" }, ["1700003600000", "1700003900000"]),
    ((10...23).map { "2024-01-01 \($0):00" }, ["2024-01-02 00:00", "2024-01-02 01:00"]),
    (
      (10...23).map { "01/13/2024 \($0 < 13 ? $0 : $0 - 12):30 \($0 < 12 ? "AM" : "PM")" },
      ["01/14/2024 12:30 AM", "01/14/2024 1:30 AM"]
    ),
    ((10...23).map { "2024-01-01T\($0):00:00" }, ["2024-01-02T00:00:00", "2024-01-02T01:00:00"]),
    ((10...31).map { "\($0).12.2023" }, ["01.01.2024", "02.01.2024"]),
    ((2000...2012).map { "\($0)" }, ["2013", "2014"]),
  ])
  func forecastsHaveTheFormOfTheReadings(times: [String], next: [String]) throws {
    let (workspace, outcome) = try run(times)
    #expect(outcome.code == 0, "\(outcome.errors)")
    func column(_ name: String, _ position: Int) throws -> [String] {
      try workspace.read(name).split(separator: "\n").dropFirst().map {
        String($0.split(separator: ",")[position]).trimmingCharacters(in: ["\""])
      }
    }
    #expect(try column("out.csv", 1) == next)
    #expect(try column("folds.csv", 3) == times.suffix(2))
    let entries = try JSONSerialization.jsonObject(with: workspace.bytes("out.json")) as? [[String: Any]]
    let steps = try #require(entries?.first?["steps"] as? [[String: Any]])
    #expect(steps.map { $0["time"] as? String } == next)
  }

  @Test func whatThePatternCannotHoldIsISOThroughout() throws {
    let (workspace, outcome) = try run(
      (10...31).map { "\($0).12.2023" }, steps: "\n  - {use: regularize, with: {every: 12h}}\n  - {use: impute}")
    #expect(outcome.code == 0, "\(outcome.errors)")
    let times = try workspace.read("out.csv").split(separator: "\n").dropFirst().map { $0.split(separator: ",")[1] }
    #expect(times == ["2023-12-31T12:00:00", "2024-01-01T00:00:00"])
  }

  @Test func daysThatCanBeMonthsAreAsked() throws {
    let texts = (1...12).map { "\($0 < 10 ? "0" : "")\($0)/03/2024" }
    let (_, outcome) = try run(texts)
    #expect(outcome.code != 0)
    #expect(
      outcome.errors.contains(
        "\"01/03/2024\" can be read as dd/MM/yyyy (1 March 2024 to 12 March 2024, a day apart) or as MM/dd/yyyy (3 January 2024 "
          + "to 3 December 2024, a month apart); set time_format: dd/MM/yyyy or MM/dd/yyyy"), "\(outcome.errors)")
    let (workspace, said) = try run(texts, fields: ", time_format: MM/dd/yyyy")
    #expect(said.code == 0 && (try workspace.read("out.csv")).contains("01/03/2025"), "\(said.errors)")
  }
}
