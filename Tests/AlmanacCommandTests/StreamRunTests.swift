import Foundation
import Testing

/// Readings from standard input, forecasts to standard output, on the built binary.
@Suite struct StreamRunTests {
  @Test func readingsComeAndForecastsGoAsStreams() throws {
    let workspace = try Workspace()
    try workspace.sales()
    #expect(try workspace.almanac("run", "sales.yaml", "-q").code == 0)
    let published = try workspace.read("out/sales.csv")
    try FileManager.default.removeItem(atPath: workspace.path("out"))
    try FileManager.default.removeItem(atPath: workspace.path(".almanac"))
    try FileManager.default.moveItem(atPath: workspace.path("sales.csv"), toPath: workspace.path("other.csv"))
    let command = "cat other.csv | '\(Workspace.binary.path)' run sales.yaml --input - --output - 2>errors"
    let piped = try Workspace.run(URL(fileURLWithPath: "/bin/sh"), ["-c", command], in: workspace.folder)
    #expect(piped.code == 0)
    #expect(piped.output == published)
    #expect(workspace.files() == ["errors", "other.csv", "sales.yaml"])
    #expect(!workspace.exists(".almanac/sales/history.sqlite"))
    let named = try workspace.almanac("run", "sales.yaml", "--input", "other.csv", "--output", "-", "-q")
    #expect(named.code == 0 && named.output == published)
    let bad = try Workspace.run(
      URL(fileURLWithPath: "/bin/sh"),
      ["-c", "printf 'month,sales\\n2010-01,a\\n' | '\(Workspace.binary.path)' run sales.yaml --input - --output -"],
      in: workspace.folder)
    #expect(bad.code == 65 && bad.output == "")
    #expect(bad.errors.contains("standard input:2"), "\(bad.errors)")
    let full = try Workspace.run(
      URL(fileURLWithPath: "/bin/sh"),
      ["-c", "'\(Workspace.binary.path)' run sales.yaml --input other.csv --output - -q >/dev/full"],
      in: workspace.folder)
    #expect(full.code == 73)
    #expect(
      full.errors
        == "almanac: error: the forecast cannot be written to standard output: No space left on device\n")
    #expect(try workspace.almanac("run", "sales.yaml", "--output", "x.csv").code == 64)
  }

  @Test func aFilterUsesTheSavedModelAndLeavesNothing() throws {
    let workspace = try Workspace()
    try workspace.sales(run: "retrain: never", method: "lstm\n    with: {hidden: 3, epochs: 2}")
    #expect(try workspace.almanac("run", "sales.yaml", "-q").code == 0)
    #expect(try workspace.almanac("run", "sales.yaml", "-q", "--force").code == 0)
    #expect(try workspace.runs().map { $0["model"] as? String } == ["reused", "trained"])
    let published = try workspace.read("out/sales.csv")
    func state() throws -> [String: Date?] {
      let folder = workspace.path(".almanac/sales")
      let names = FileManager.default.enumerator(atPath: folder)?.allObjects as? [String] ?? []
      return Dictionary(
        try names.map { name in
          (name, try FileManager.default.attributesOfItem(atPath: folder + "/" + name)[.modificationDate] as? Date)
        }
      ) { first, _ in first }
    }
    let before = try state()
    let outcome = try workspace.almanac("run", "sales.yaml", "--input", "sales.csv", "--output", "-")
    #expect(outcome.code == 0 && outcome.output == published)
    #expect(outcome.errors.contains("using the model of "))
    #expect(try state() == before)
  }

  @Test func seriesMayBeForecastInParts() throws {
    let workspace = try Workspace()
    let names = ["a", "b", "c"]
    let rows = names.enumerated().map { number, name in
      (0..<60).map {
        "\(name),2024-0\($0 / 28 + 1)-\($0 % 28 < 9 ? "0" : "")\($0 % 28 + 1),\($0 % 7 * 3 + $0 / 9 + number)\n"
      }
      .joined()
    }
    try workspace.write(
      """
      version: 1
      name: load
      stages:
        - use: csv
          with: {path: all.csv, time: day, target: load, layout: long, series: where}
        - use: resample
          with: {every: 1d, fill: previous}
        - use: window
          with: {lookback: 14, horizon: 3}
        - use: theta
        - use: write
          with: {path: out.csv}
      """, to: "load.yaml")
    func forecast(_ rows: [String]) throws -> [Substring] {
      try workspace.write("where,day,load\n" + rows.joined(), to: "part.csv")
      let outcome = try workspace.almanac("run", "load.yaml", "--input", "part.csv", "--output", "-", "-q")
      #expect(outcome.code == 0, "\(outcome.errors)")
      return Array(outcome.output.split(separator: "\n").dropFirst())
    }
    let whole = try forecast(rows)
    #expect(whole.count == 9)
    #expect(try forecast([rows[0]]) + forecast([rows[1], rows[2]]) == whole)
  }
}
