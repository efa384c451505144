import Foundation
import Testing

/// Forms of CSV files through `init` and `run` of the built command.
@Suite struct CSVFormRunTests {
  /// The pipeline that `init` writes, with a forecaster that takes no time, and no chart.
  private func pipeline(_ workspace: Workspace, _ arguments: String...) throws -> String {
    let outcome = try Workspace.run(Workspace.binary, ["init"] + arguments, in: workspace.folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    guard let forecaster = outcome.output.range(of: "  - use: auto"),
      let sink = outcome.output.range(of: "  - use: write"),
      let chart = outcome.output.range(of: "  - use: plot")
    else {
      Issue.record("no forecaster or chart in\n\(outcome.output)")
      return ""
    }
    let write = outcome.output[sink.lowerBound..<chart.lowerBound].replacing(/, scores: [^}]*/, with: "")
    return outcome.output[..<forecaster.lowerBound] + "  - use: naive\n" + write
  }

  /// The forecast file that a pipeline makes.
  private func forecast(_ workspace: Workspace, _ pipeline: String, _ name: String) throws -> [String] {
    try workspace.write(pipeline, to: "p.yaml")
    let outcome = try workspace.almanac("run", "--quiet", "p.yaml")
    #expect(outcome.code == 0, "\(outcome.errors)")
    return try workspace.read("forecasts/\(name).csv").split(separator: "\n").map(String.init)
  }

  private func days(_ count: Int, _ row: (Int, String) -> String) -> String {
    (0..<count).map { row($0, InitCommandTests.day($0)) + "\n" }.joined()
  }

  @Test func aReportWithTitlesTotalsAndCurrency() throws {
    let workspace = try Workspace()
    let months = (0..<36).map { month -> String in
      let name = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][month % 12]
      let total = month % 12 == 11 ? "\(2012 + month / 12) total,\"$99,999\"\n" : ""
      return "\(name)-\(12 + month / 12),\"$\(1 + month % 3),\(100 + month)\"\n" + total
    }
    try workspace.write("Sales by month,\n,\nMonth,Sales\n" + months.joined(), to: "report.csv")
    let text = try pipeline(workspace, "report.csv")
    for line in [
      "      skip: 2  # lines above the table", "      time_format: MMM-yy", "      thousands: \",\"",
      "      units: [\"$\"]",
      "# - 3 rows of totals left out, such as \"2012 total\"",
    ] { #expect(text.contains(line + "\n"), "\(line) in\n\(text)") }
    #expect(try forecast(workspace, text, "report")[1] == "Sales,Jan-15,1,3135")
  }

  @Test func localTimesOfAPlace() throws {
    let workspace = try Workspace()
    // The night of 29 October 2023: the clock is put back from 3 to 2.
    let hours = ["00", "01", "02", "02"] + (3..<24).map { InitCommandTests.pad($0) }
    let night = hours.enumerated().map { "2023-10-29 \($1):00,\($0)\n" }.joined()
    let before = (0..<24).map { "2023-10-28 \(InitCommandTests.pad($0)):00,\($0)\n" }.joined()
    try workspace.write("time,load\n" + before + night, to: "local.csv")
    let zoned = try pipeline(workspace, "local.csv", "--zone", "Europe/Berlin", "--horizon", "2")
    #expect(zoned.contains("# local.csv: 1 series, 49 steps every 1h.\n"))
    #expect(zoned.contains("      zone: Europe/Berlin\n"))
    #expect(
      try forecast(workspace, zoned, "local").dropFirst().map { $0.prefix(21) }
        == ["load,2023-10-30 00:00,", "load,2023-10-30 01:00,"].map { $0.prefix(21) })
    let wall = try workspace.almanac("init", "local.csv")
    #expect(
      wall.output.contains(
        "# - 1 row has the time of another; rows of one time become their mean; if a clock was put back"))
    let unknown = try workspace.almanac("init", "local.csv", "--zone", "Europe/Berln")
    #expect(unknown.code == 64)
    #expect(unknown.errors.contains("did you mean Europe/Berlin?"))
  }

  /// The weekdays from 2 January 2017 to 20 December 2019 on which an exchange is open.
  private static let tradingDays: [String] = {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    let first = calendar.date(from: DateComponents(year: 2017, month: 1, day: 2)) ?? .now
    return (0..<1083).compactMap { number in
      let date = calendar.date(byAdding: .day, value: number, to: first) ?? first
      let parts = calendar.dateComponents([.year, .month, .day, .weekday], from: date)
      let (month, day, weekday) = (parts.month ?? 0, parts.day ?? 0, parts.weekday ?? 0)
      let isClosed = weekday == 1 || weekday == 7 || month == 12 && [25, 26].contains(day)
      return isClosed ? nil : "\(parts.year ?? 0)-\(InitCommandTests.pad(month))-\(InitCommandTests.pad(day))"
    }
  }()

  @Test("a forecast of closing prices steps over the holidays that come back every year, and says so")
  func holidaysAreSteppedOver() throws {
    let workspace = try Workspace()
    let rows = Self.tradingDays.enumerated().map { "\($1),\(100 + $0 % 5)\n" }.joined()
    try workspace.write("Date,Close\n" + rows, to: "close.csv")
    let text = try pipeline(workspace, "close.csv", "--horizon", "5")
    #expect(text.contains("# close.csv: 1 series, \(Self.tradingDays.count) steps every 1bd.\n"))
    #expect(!text.contains("resample"))
    #expect(
      try forecast(workspace, text, "close").dropFirst().map { $0.dropFirst(6).prefix(10) }
        == ["2019-12-23", "2019-12-24", "2019-12-27", "2019-12-30", "2019-12-31"])
    let plan = try workspace.almanac("plan", "p.yaml")
    #expect(
      (plan.output + plan.errors).contains(
        "weekdays on which no series has a reading are no steps: 4 days from 2017-12-25 to 2018-12-26; nor are those that come "
          + "back every year, 2019-12-25 the next of them"))
  }

  @Test("steps across are read, and a packed file gives its name without the packing")
  func stepsInTheHeader() throws {
    let workspace = try Workspace()
    let header = "id,state," + (1...60).map { "d_\($0)" }.joined(separator: ",")
    let rows = (0..<4).map { row in
      "item_\(row),CA," + (0..<60).map { "\(row + $0 % 7)" }.joined(separator: ",") + "\n"
    }
    try workspace.write(header + "\n" + rows.joined(), to: "sales.csv")
    #expect(
      try Workspace.run(URL(fileURLWithPath: "/bin/sh"), ["-c", "gzip sales.csv"], in: workspace.folder).code == 0)
    let text = try pipeline(workspace, "sales.csv.gz", "--horizon", "2")
    #expect(text.contains("name: sales\n"))
    #expect(text.contains("      time_format: \"d_#\"\n") && text.contains("      season: 7"))
    #expect(
      try forecast(workspace, text, "sales").prefix(3) == [
        "series,time,step,forecast", "item_0,61,1,3", "item_0,62,2,3",
      ])
  }

  @Test("rows at no regular distance are events, and nothing is made of them by itself")
  func eventsAreRefused() throws {
    let workspace = try Workspace()
    let rows = days(90) { number, day in
      let minute = InitCommandTests.pad(number * 7 % 60)
      return "\(day) 08:\(minute),\(number)\n\(day) 09:\(minute),\(number % 5)"
    }
    try workspace.write("Created,Amount\n" + rows, to: "payments.csv")
    let refused = try workspace.almanac("init", "payments.csv")
    #expect(refused.code == 65)
    #expect(refused.errors.hasPrefix("almanac: error: payments.csv: the rows come at no regular distance, and "))
    #expect(refused.errors.contains("a stage `resample` with every, such as 1d, and aggregate: sum, count or mean"))
  }

  @Test func rowsByConditionAndSeveralFilesAsOnePanel() throws {
    let workspace = try Workspace()
    for store in ["north", "south"] {
      let rows = days(40) { number, day in "\(day),open,\(number % 7 + (store == "north" ? 0 : 10))\n\(day),closed,0" }
      try workspace.write("date,state,sales\n" + rows, to: "data/\(store).csv")
    }
    let text = try pipeline(workspace, "data/*.csv", "--where", "state == open", "--horizon", "1")
    #expect(text.contains("      where: state == open\n"))
    let name = try #require(text.split(separator: "\n").first { $0.hasPrefix("name: ") }?.dropFirst(6))
    #expect(
      try forecast(workspace, text, String(name)) == [
        "series,time,step,forecast", "north,2023-02-10,1,4", "south,2023-02-10,1,14",
      ])
    let bad = try workspace.almanac("init", "data", "--where", "state = open")
    #expect(bad.code == 64)
    #expect(bad.errors.contains("--where: at 7: "))
    let none = try workspace.almanac("init", "data/*.tsv")
    #expect(none.code == 66)
    #expect(none.errors.contains("no file matches data/*.tsv"))
  }

  @Test func rowsOfOneTimeAreSummedOrAskedFor() throws {
    let workspace = try Workspace()
    let receipts = days(40) { number, day in "\(day),\(number % 5).5\n\(day),1" }
    try workspace.write("date,total\n" + receipts, to: "receipts.csv")
    let text = try pipeline(workspace, "receipts.csv", "--horizon", "1")
    #expect(text.contains("      repeated: sum  # rows of one time become one\n"))
    #expect(try forecast(workspace, text, "receipts")[1] == "total,2023-02-10,1,5.5")
    try workspace.write("date,magnitude\n" + receipts, to: "events.csv")
    let refused = try workspace.almanac("init", "events.csv")
    #expect(refused.code == 65)
    #expect(refused.errors.contains("50 % of the rows have the time of another"))
    #expect(refused.errors.contains("--repeated count, or --repeated mean"))
    #expect(try workspace.almanac("init", "events.csv", "--repeated", "max").output.contains("      repeated: max  #"))
  }

  @Test func tooManyBadRowsStopTheRunWithWhatTheyHaveInCommon() throws {
    let workspace = try Workspace()
    try workspace.write("date,v\n" + days(40) { $0 % 10 == 3 ? "\($1),1,018" : "\($1),\(900 + $0)" }, to: "v.csv")
    let outcome = try workspace.almanac("init", "v.csv")
    #expect(outcome.code == 65)
    #expect(
      outcome.errors == """
        almanac: error: v.csv: 4 of 40 rows cannot be used, more than the 5 % that may be set aside:
        v.csv:5: 3 cells where there are 2 columns (and 3 more such)
        put cells that hold the delimiter, such as 1,018, into quotes where the file is written, or raise most_bad_rows if \
        the rest is what you want

        """)
    let pipeline = """
      version: 1
      name: v
      stages:
        - use: csv
          with: {path: v.csv, time: date, target: v, bad_rows: quarantine, quarantine: q.csv, most_bad_rows: 0.2}
        - {use: window, with: {lookback: 2, horizon: 1}}
        - use: naive
        - {use: write, with: {path: out.csv}}
      """
    try workspace.write(pipeline, to: "p.yaml")
    #expect(try workspace.almanac("run", "--quiet", "p.yaml").code == 0)
    #expect(try workspace.read("q.csv").split(separator: "\n").count == 5)
  }

  @Test func aYearByMonthsAndTimesInTheHeader() throws {
    let workspace = try Workspace()
    let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let years = (0..<4).map { year in
      "\(2000 + year)," + (1...12).map { "\(year * 100 + $0)" }.joined(separator: ",") + ",9\n"
    }
    try workspace.write("Year,\(names.joined(separator: ",")),Annual\n" + years.joined(), to: "matrix.csv")
    let matrix = try pipeline(workspace, "matrix.csv", "--horizon", "1")
    #expect(matrix.contains("# - left out: \"Annual\"\n"))
    #expect(try forecast(workspace, matrix, "matrix")[1] == "value,2004 Jan,1,312")
    let header = (1...20).map { "1/\($0)/20" }.joined(separator: ",")
    let rows = ["north", "south"].map { name in "\(name),51.5," + (1...20).map { "\($0)" }.joined(separator: ",") + "\n"
    }
    try workspace.write("Region,Lat,\(header)\n" + rows.joined(), to: "across.csv")
    let across = try pipeline(workspace, "across.csv", "--horizon", "1")
    #expect(try forecast(workspace, across, "across").dropFirst() == ["north,1/21/20,1,20", "south,1/21/20,1,20"])
  }

  @Test func eventsAtAnyMomentComeOnAGridThatPeopleCountIn() throws {
    let workspace = try Workspace()
    let rows = (0..<200).map { number in
      let second = number * 50 + number * number * 17 % 47
      return "2024-05-01T\(InitCommandTests.pad(second / 3600)):\(InitCommandTests.pad(second / 60 % 60)):"
        + "\(InitCommandTests.pad(second % 60))Z,\(number % 9)\n"
    }
    try workspace.write("time,latency\n" + rows.joined(), to: "events.csv")
    let outcome = try workspace.almanac("init", "events.csv")
    #expect(outcome.output.contains("# - the readings come at no regular distance; the mean of each 1m is taken\n"))
  }

  @Test func whatIsAmbiguousIsRefusedWithBothReadings() throws {
    let workspace = try Workspace()
    try workspace.write("Date,n\n" + (1...12).map { "0\($0)".suffix(2) + "/03/2024,\($0)\n" }.joined(), to: "a.csv")
    let outcome = try workspace.almanac("init", "a.csv")
    #expect(outcome.code == 65)
    #expect(outcome.errors.contains("dd/MM/yyyy (1 March 2024 to 12 March 2024, a day apart)"))
    #expect(outcome.errors.contains("MM/dd/yyyy (3 January 2024 to 3 December 2024, a month apart)"))
    #expect(outcome.errors.contains("--dayfirst, or --no-dayfirst"))
    #expect(try workspace.almanac("init", "a.csv", "--dayfirst").output.contains("      time_format: dd/MM/yyyy\n"))
    #expect(try workspace.almanac("init", "a.csv", "--no-dayfirst").output.contains("every 1mo."))
  }
}
