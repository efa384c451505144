import Foundation
import Testing

/// Input that can be read, but perhaps not as it was meant: nothing is merged, cut or moved without a word.
@Suite struct DoubtfulInputTests {
  private func pipeline(_ csv: String, _ more: String = "") -> String {
    """
    version: 1
    name: t
    stages:
      - use: csv
        with: {path: data.csv, time: t, \(csv)}
    \(more)  - {use: window, with: {lookback: 6, horizon: 3}}
      - {use: naive}
      - {use: write, with: {path: out.csv}}

    """
  }

  /// The times of the forecast, in the order of its rows.
  private func times(_ workspace: Workspace) throws -> [String] {
    try workspace.read("out.csv").split(separator: "\n").dropFirst().map {
      String($0.split(separator: ",", omittingEmptySubsequences: false)[1])
    }
  }

  /// Days from 2024-01-01 on.
  private func days(_ count: Int) -> [String] {
    (0..<count).map { day in
      String(Date(timeIntervalSince1970: 1_704_067_200 + 86_400 * Double(day)).ISO8601Format().prefix(10))
    }
  }

  // MARK: Letters

  private func latin(_ text: String, to name: String, in workspace: Workspace) throws {
    let bytes = text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
    try Data(bytes).write(to: workspace.folder.appendingPathComponent(name))
  }

  @Test func seriesInAnotherEncodingAreReadOrRefusedAndNeverMerged() throws {
    let workspace = try Workspace()
    let rows = days(20).enumerated().map { "\($1),Müller,\($0 % 7)\n\($1),Möller,\($0 % 5)\n" }
    try latin("t,who,v\n" + rows.joined(), to: "data.csv", in: workspace)
    try workspace.write(pipeline("layout: long, series: who, target: v"), to: "p.yaml")
    let refused = try workspace.almanac("run", "p.yaml")
    #expect(refused.code == 65)
    #expect(
      refused.errors.hasPrefix(
        "almanac: error: stages[0] (csv): data.csv:2: column \"who\": the byte 0xFC is no UTF-8 text\n"))
    #expect(refused.errors.contains("40 rows in all; set encoding: windows-1252 or latin-1 if the file was written so"))
    #expect(!workspace.exists("out.csv"))
    try workspace.write(pipeline("layout: long, series: who, target: v, encoding: latin-1"), to: "p.yaml")
    #expect(try workspace.almanac("run", "p.yaml").code == 0)
    let forecast = try workspace.read("out.csv")
    #expect(forecast.contains("\nMüller,") && forecast.contains("\nMöller,"))
  }

  @Test func aSketchNamesTheEncoding() throws {
    let workspace = try Workspace()
    let rows = days(40).enumerated().map { "\($1),Müller,\($0 % 7)\n\($1),Möller,\($0 % 5)\n" }
    try latin("t,who,v\n" + rows.joined(), to: "data.csv", in: workspace)
    let sketch = try workspace.almanac("init", "data.csv")
    #expect(sketch.output.contains("\n      encoding: windows-1252  # the file is no UTF-8 text\n"), "\(sketch.output)")
    #expect(sketch.output.contains(": 2 series, 40 steps every 1d."))
  }

  @Test func quarantinedRowsKeepTheirBytes() throws {
    let workspace = try Workspace()
    let rows = days(20).enumerated().map { "\($1),a,\($0 % 7)\n" }
    try latin("t,who,v\n" + rows.joined() + "2024-03-01,Mü,1\n", to: "data.csv", in: workspace)
    try workspace.write(
      pipeline("layout: long, series: who, target: v, bad_rows: quarantine, quarantine: bad.csv"), to: "p.yaml")
    let outcome = try workspace.almanac("run", "p.yaml")
    #expect(outcome.code == 0)
    #expect(outcome.errors.contains("left 1 bad row out"))
    #expect(try workspace.bytes("bad.csv").range(of: Data([0x4D, 0xFC])) != nil)
  }
}
