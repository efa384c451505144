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
    try workspace.write(pipeline("layout: long, series: who, target: v, encoding: utf-8"), to: "p.yaml")
    let refused = try workspace.almanac("run", "p.yaml")
    #expect(refused.code == 65)
    #expect(
      refused.errors.hasPrefix(
        "almanac: error: stages[0] (csv): data.csv:2: column \"who\": the byte 0xFC is no UTF-8 text\n"))
    #expect(refused.errors.contains("40 rows in all; set encoding: windows-1252 or latin-1 if the file was written so"))
    #expect(!workspace.exists("out.csv"))
    for encoding in ["", ", encoding: latin-1"] {
      try workspace.write(pipeline("layout: long, series: who, target: v" + encoding), to: "p.yaml")
      let read = try workspace.almanac("run", "p.yaml", "--force")
      #expect(read.code == 0)
      let warning = "data.csv:2: the byte 0xFC is no UTF-8 text; the file is read as windows-1252"
      #expect(read.errors.contains(warning) == encoding.isEmpty, "\(read.errors)")
      let forecast = try workspace.read("out.csv")
      #expect(forecast.contains("\nMüller,") && forecast.contains("\nMöller,"))
    }
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
      pipeline("layout: long, series: who, target: v, encoding: utf-8, bad_rows: quarantine, quarantine: bad.csv"),
      to: "p.yaml")
    let outcome = try workspace.almanac("run", "p.yaml")
    #expect(outcome.code == 0)
    #expect(outcome.errors.contains("left 1 bad row out"))
    #expect(try workspace.bytes("bad.csv").range(of: Data([0x4D, 0xFC])) != nil)
  }

  // MARK: Ends of months

  /// The last days of every so many months from one on.
  private func ends(_ count: Int, from first: (year: Int, month: Int), every months: Int = 1) -> [String] {
    (0..<count).map { step in
      let month = first.month - 1 + step * months
      let (year, number) = (first.year + month / 12, month % 12 + 1)
      let isLeap = year % 4 == 0
      let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][number - 1]
      return "\(year)-\(number < 10 ? "0" : "")\(number)-\(days)"
    }
  }

  @Test(arguments: [
    ((2020, 1), 1, ["2024-01-31", "2024-02-29", "2024-03-31"]),
    ((2020, 2), 1, ["2024-02-29", "2024-03-31", "2024-04-30"]),
    ((2019, 4), 1, ["2023-04-30", "2023-05-31", "2023-06-30"]),
    ((2012, 6), 3, ["2024-06-30", "2024-09-30", "2024-12-31"]),
    ((2011, 2), 3, ["2023-02-28", "2023-05-31", "2023-08-31"]),
    ((1974, 2), 12, ["2022-02-28", "2023-02-28", "2024-02-29"]),
  ])
  func aForecastOfMonthEndsEndsItsMonths(first: (Int, Int), every: Int, expected: [String]) throws {
    let workspace = try Workspace()
    let rows = ends(48, from: first, every: every).enumerated().filter { $0.offset != 7 }
    try workspace.write("t,v\n" + rows.map { "\($1),\($0 * $0 % 17)\n" }.joined(), to: "data.csv")
    try workspace.write(
      pipeline("target: v", "  - {use: resample, with: {fill: linear}}\n  - {use: deseasonalize, with: {season: 2}}\n")
        + "  - {use: plot, with: {path: chart.gp}}\n", to: "p.yaml")
    let outcome = try workspace.almanac("run", "p.yaml")
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(try times(workspace) == expected)
    let plan = try workspace.almanac("plan", "p.yaml")
    #expect(plan.output.contains("47 readings of 1 series, 48 steps of "), "\(plan.output)")
  }

  @Test func aSavedModelGoesOnFromTheEndOfAMonth() throws {
    let workspace = try Workspace()
    func write(_ steps: Range<Int>) throws {
      let rows = ends(60, from: (2020, 1)).enumerated().filter { steps.contains($0.offset) }
      try workspace.write("t,v\n" + rows.map { "\($1),\([5, 1, 9, 3][$0 % 4])\n" }.joined(), to: "data.csv")
    }
    let text = pipeline("target: v").replacingOccurrences(
      of: "use: naive", with: "use: seasonal-naive, with: {season: 4}")
    try workspace.write(text.replacingOccurrences(of: "stages:", with: "run: {retrain: never}\nstages:"), to: "p.yaml")
    try write(0..<40)
    #expect(try workspace.almanac("run", "p.yaml").code == 0)
    try write(13..<49)
    let outcome = try workspace.almanac("run", "p.yaml")
    #expect(outcome.code == 0 && outcome.errors.contains("using the model of "), "\(outcome.errors)")
    #expect(try times(workspace) == ["2024-02-29", "2024-03-31", "2024-04-30"])
    let values = try workspace.read("out.csv").split(separator: "\n").dropFirst().map { $0.split(separator: ",")[3] }
    #expect(values == ["1", "9", "3"])
  }

  // MARK: Ends of files

  @Test func aLastRowThatMayBeCutIsSetAsideCountedAndKept() throws {
    let workspace = try Workspace()
    let rows = days(20).enumerated().map { "\($1),\(100 + $0)\n" }.joined()
    try workspace.write("t,v\n" + rows + "2024-01-21,1", to: "data.csv")
    try workspace.write(pipeline("target: v"), to: "p.yaml")
    let outcome = try workspace.almanac("run", "p.yaml")
    #expect(outcome.code == 0)
    #expect(
      outcome.errors.contains(
        "data.csv:22: the last row has no line end, so it may be cut; \"2024-01-21,1\" is set aside; end each line when the "
          + "file is written, or set last_row: take if its last line never has an end"), "\(outcome.errors)")
    #expect(outcome.errors.contains("left 1 bad row out"))
    #expect(try times(workspace)[0] == "2024-01-21")
    #expect(try workspace.read("out.csv").contains(",1,119\n"))
    let plan = try workspace.almanac("plan", "p.yaml").output
    #expect(plan.contains("the last row has no line end") && plan.contains("1 row is left out"), "\(plan)")

    try workspace.write(pipeline("target: v, bad_rows: quarantine, quarantine: bad.csv"), to: "p.yaml")
    #expect(try workspace.almanac("run", "p.yaml").code == 0)
    #expect(
      try workspace.read("bad.csv")
        == "line,reason,row\n22,\"the last row has no line end, so it may be cut\",\"2024-01-21,1\"\n")

    try workspace.write(pipeline("target: v, last_row: take"), to: "p.yaml")
    let taken = try workspace.almanac("run", "p.yaml")
    #expect(taken.code == 0 && !taken.errors.contains("line end"))
    #expect(try times(workspace)[0] == "2024-01-22")
  }

  // MARK: Frequencies and gaps

  @Test func aMonthlySeriesBesideADailyOneIsNotForecastDailyWithoutAWord() throws {
    let workspace = try Workspace()
    let rows = days(170).map { "\($0),day,\($0.utf8.reduce(0) { $0 + Int($1) } % 9)\n" }
    let months = days(170).filter { $0.hasSuffix("-01") }.enumerated().map { "\($1),month,\($0)\n" }
    try workspace.write("t,k,v\n" + (rows + months).joined(), to: "data.csv")
    let csv = "layout: long, series: k, target: v"
    try workspace.write(pipeline(csv, "  - {use: resample, with: {fill: linear}}\n"), to: "p.yaml")
    for command in ["run", "plan"] {
      let refused = try workspace.almanac(command, "p.yaml")
      #expect(refused.code == 65)
      #expect(
        refused.errors.contains(
          "stages[1] (resample): series \"month\" has a reading every 1mo, others every 1d; put a resample stage with "
            + "`every` after the source"), "\(refused.errors)")
    }
    #expect(!workspace.exists("out.csv"))
    try workspace.write(pipeline(csv, "  - {use: resample, with: {every: 1d, fill: linear}}\n"), to: "p.yaml")
    let told = try workspace.almanac("run", "p.yaml")
    #expect(told.code == 0)
    #expect(told.errors.contains("series \"month\" has a reading every 1mo, but stands on steps of 1d"))
    #expect(try workspace.almanac("plan", "p.yaml").output.contains("but stands on steps of 1d"))
  }

  @Test(arguments: [
    "", "  - {use: resample, with: {fill: linear}}\n", "  - {use: resample, with: {every: 1d, fill: linear}}\n",
  ])
  func oneRowInAnotherCenturyDoesNotMoveTheForecastThere(resample: String) throws {
    let workspace = try Workspace()
    for row in ["2073-01-01,5\n", "2073-01-01,\n"] {
      let rows = days(120).enumerated().map { "\($1),\($0 % 7)\n" }
      try workspace.write("t,v\n" + rows.joined() + row, to: "data.csv")
      try workspace.write(pipeline("target: v", resample), to: "p.yaml")
      let outcome = try workspace.almanac("run", "p.yaml")
      #expect(outcome.code == 65)
      #expect(
        outcome.errors.contains(
          "series \"v\": 17778 steps of 1d without a reading lie between 2024-04-29 and 2073-01-01, more than half of all; "
            + "correct the times, or put a resample stage with `sparse: allow` after the source if they are meant"),
        "\(outcome.errors)")
      #expect(!workspace.exists("out.csv"))
    }
  }

  @Test func aLoneLastRowIsTold() throws {
    let workspace = try Workspace()
    let rows = days(420).enumerated().filter { $0.offset < 300 || $0.offset == 419 }.map { "\($1),\($0 % 7)\n" }
    try workspace.write("t,v\n" + rows.joined(), to: "data.csv")
    try workspace.write(pipeline("target: v", "  - {use: resample, with: {fill: linear}}\n"), to: "p.yaml")
    let outcome = try workspace.almanac("run", "p.yaml")
    #expect(outcome.code == 0)
    #expect(outcome.errors.contains("is the last time right? the forecast begins after it"), "\(outcome.errors)")
    try workspace.write(
      pipeline("target: v", "  - {use: resample, with: {fill: linear, sparse: allow}}\n"), to: "p.yaml")
    #expect(try !workspace.almanac("run", "p.yaml").errors.contains("the last time"))
  }
}
