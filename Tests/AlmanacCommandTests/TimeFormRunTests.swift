import Foundation
import Testing

/// Forecasts of the built command name times as the readings do.
@Suite struct TimeFormRunTests {
  private func run(_ times: [String], fields: String = "") throws -> (Workspace, Workspace.Outcome) {
    let workspace = try Workspace()
    let rows = times.enumerated().map { "\"\($1)\",\($0 % 4 + $0)" }
    try workspace.write((["when,load"] + rows).joined(separator: "\n") + "\n", to: "data.csv")
    try workspace.write(
      """
      version: 1
      name: forms
      stages:
        - {use: csv, with: {path: data.csv, time: when, target: load\(fields)}}
        - {use: window, with: {lookback: 4, horizon: 2}}
        - {use: naive}
        - {use: evaluate, with: {folds: 1, forecasts: folds.csv}}
        - {use: write, with: {path: out.csv}}
        - {use: write, with: {path: out.json}}
        - {use: plot, with: {path: out.gp, render: []}}

      """, to: "p.yaml")
    return (workspace, try workspace.almanac("run", "p.yaml"))
  }

  /// Readings' times, and the two that follow.
  private struct Column: Sendable {
    var times: [String]
    var next: [String]

    init(_ numbers: ClosedRange<Int>, _ next: [String], _ text: (Int) -> String) {
      (times, self.next) = (numbers.map(text), next)
    }
  }

  private static let columns: [Column] = {
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    func halfDay(_ hour: Int) -> String { hour < 12 ? "\(hour):30 AM" : hour == 12 ? "12:30 PM" : "\(hour - 12):30 PM" }
    return [
      Column(0...11, ["Jan-13", "Feb-13"]) { months[$0] + "-12" },
      Column(0...13, ["3/1/2020", "4/1/2020"]) { "\($0 % 12 + 1)/1/\(2019 + $0 / 12)" },
      Column(0...35, ["4-01", "4-02"]) { "\($0 / 12 + 1)-" + two($0 % 12 + 1) },
      Column(42...53, ["2021-W01", "2021-W02"]) { "2020-W\($0)" },
      Column(0...7, ["2002 Q1", "2002 Q2"]) { "\(2000 + $0 / 4) Q\($0 % 4 + 1)" },
      Column(0...11, ["1700003600000", "1700003900000"]) { "\(1_700_000_000_000 + $0 * 300_000)" },
      Column(10...23, ["2024-01-02 00:00", "2024-01-02 01:00"]) { "2024-01-01 \($0):00" },
      Column(9...23, ["01/14/2024 12:30 AM", "01/14/2024 1:30 AM"]) { "01/13/2024 " + halfDay($0) },
      Column(10...23, ["2024-01-02T00:00:00", "2024-01-02T01:00:00"]) { "2024-01-01T\($0):00:00" },
      Column(10...31, ["01.01.2024", "02.01.2024"]) { "\($0).12.2023" },
      Column(2000...2012, ["2013", "2014"]) { "\($0)" },
    ]
  }()

  @Test(arguments: columns.indices)
  func forecastsHaveTheFormOfTheReadings(position: Int) throws {
    let (times, next) = (Self.columns[position].times, Self.columns[position].next)
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

  @Test func daysThatCanBeMonthsAreAsked() throws {
    let texts = (1...12).map { "\($0 < 10 ? "0" : "")\($0)/03/2024" }
    let (_, outcome) = try run(texts)
    #expect(outcome.code != 0)
    #expect(
      outcome.errors.contains(
        "\"01/03/2024\" can be read as dd/MM/yyyy (1 March 2024 to 12 March 2024, a day apart) or as MM/dd/yyyy (3 January 2024 "
          + "to 3 December 2024, a month apart); set time_format: dd/MM/yyyy or MM/dd/yyyy"), "\(outcome.errors)")
    let (workspace, said) = try run(texts, fields: ", time_format: MM/dd/yyyy")
    #expect(said.code == 0, "\(said.errors)")
    #expect(try workspace.read("out.csv").contains("01/03/2025"))
  }
}
