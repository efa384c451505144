import Foundation
import Testing

/// `almanac init`: what it writes for a CSV file validates and runs.
@Suite struct InitCommandTests {
  struct Sample: CustomTestStringConvertible, Sendable {
    var name: String
    var csv: String
    /// Lines that the file must have.
    var lines: [String]
    /// Pieces that it must not have.
    var absent: [String] = []
    var testDescription: String { name }
  }

  static let samples: [Sample] = [
    Sample(
      name: "monthly", csv: csv("month,passengers", 96) { "\(2010 + $0 / 12)-\(pad($0 % 12 + 1)),\(wave($0, 12))" },
      lines: [
        "      time: month", "      target: passengers", "      lookback: 24  # 2 seasons", "      horizon: 12",
        "      season: 12  # the usual one of 1mo", "      folds: 3",
      ], absent: ["resample", "delimiter", "layout"]),
    Sample(
      name: "half a century of months",
      csv: csv("month,passengers", 600) { "\(1970 + $0 / 12)-\(pad($0 % 12 + 1)),\(wave($0, 12))" },
      lines: ["      horizon: 12", "      folds: 5"]),
    Sample(
      name: "daily-with-gaps",
      csv: csv("date,visits", 120) { number in
        number % 11 == 5 || number == 40 ? nil : "\(day(number)),\(wave(number, 7))"
      },
      lines: [
        "  - use: resample", "      fill: linear  # what stands in a gap", "      horizon: 14",
        "      season: 7  # the usual one of 1d", "      lookback: 28  # 4 seasons",
      ], absent: ["every:"]),
    Sample(
      name: "hourly",
      csv: csv("time,load", 24 * 14) { "\(day($0 / 24))T\(pad($0 % 24)):00:00Z,\(wave($0, 24))" },
      lines: [
        "      lookback: 48  # 2 seasons", "      horizon: 24", "      season: 24  # the usual one of 1h",
        "      folds: 4",
      ]),
    Sample(
      name: "off-the-grid",
      csv: csv("time,load", 24 * 8) { "\(day($0 / 24))T\(pad($0 % 24)):0\($0 % 7 == 3 ? 2 : 0):00,\(wave($0, 24))" },
      lines: ["      every: 1h  # the readings' most common distance"]),
    Sample(
      name: "long",
      csv: csv("date,shop,sales", 160) { number in
        let shop = ["north", "south"][number % 2]
        return "\(day(number / 2)),\(shop),\(wave(number / 2, 7))"
      },
      lines: [
        "      layout: long  # a row is one time of one series", "      series: shop", "      time: date",
        "      target: sales",
      ]),
    Sample(
      name: "no-times", csv: csv("value", 110) { "\(wave($0, 10))" },
      lines: ["      target: value", "      season: 10  # found in the values", "      lookback: 20  # 2 seasons"],
      absent: ["time:", "resample"]),
    Sample(
      name: "semicolons",
      csv: csv("Monat;Wert", 60) {
        "1.\($0 % 12 + 1).\(2015 + $0 / 12);\("\(wave($0, 12))".replacingOccurrences(of: ".", with: ","))"
      },
      lines: ["      delimiter: \";\"", "      decimal: \",\"", "      time: Monat", "      target: Wert"]),
    Sample(
      name: "no-header", csv: csv(nil, 60) { "\(day($0)),\(wave($0, 7))" },
      lines: ["      header: false  # columns are called 1, 2, 3 and so on", "      time: 1", "      target: 2"]),
    Sample(
      name: "very short", csv: csv("year,x", 9) { "\(2000 + $0),\($0 * $0 % 5)" },
      lines: ["      horizon: 1", "      folds: 3"]),
    Sample(
      name: "bad rows", csv: csv("date,x", 60) { "\(day($0)),\($0 == 7 ? "x7" : "\(wave($0, 7))")" },
      lines: ["      bad_rows: quarantine  # some rows cannot be used; they are kept aside"]),
  ]

  static func csv(_ header: String?, _ rows: Int, _ row: (Int) -> String?) -> String {
    ([header] + (0..<rows).map(row)).compactMap { $0.map { $0 + "\n" } }.joined()
  }

  static func pad(_ number: Int) -> String { BadInputTests.pad(number) }

  /// The date a number of days after 1 January 2023, for less than 181 days.
  static func day(_ number: Int) -> String {
    var (month, rest) = (0, number)
    let lengths = [31, 28, 31, 30, 31, 30]
    while rest >= lengths[month] { (month, rest) = (month + 1, rest - lengths[month]) }
    return "2023-\(pad(month + 1))-\(pad(rest + 1))"
  }

  /// A wave with a slow rise, in hundredths.
  static func wave(_ step: Int, _ season: Int) -> Double {
    let angle = 2 * Double.pi * Double(step) / Double(season)
    return ((100 + 20 * sin(angle) + 0.05 * Double(step)) * 100).rounded() / 100
  }

  @Test(arguments: samples)
  func whatItWritesValidatesAndRuns(sample: Sample) throws {
    let workspace = try Workspace()
    let file = "data/\(sample.name).csv"
    try workspace.write(sample.csv, to: file)
    let printed = try workspace.almanac("init", file)
    #expect(printed.code == 0, "\(printed.errors)")
    let lines = printed.output.split(separator: "\n").map(String.init)
    for line in sample.lines { #expect(lines.contains(line), "\(line) in\n\(printed.output)") }
    for piece in sample.absent { #expect(!printed.output.contains(piece), "\(piece) in\n\(printed.output)") }

    let written = try workspace.almanac("init", file, "--output", "pipelines/new.yaml")
    #expect(written.code == 0)
    #expect(written.output == "wrote pipelines/new.yaml; `almanac run pipelines/new.yaml` carries it out\n")
    let check = try workspace.almanac("validate", "--inputs", "pipelines/new.yaml")
    #expect(check.code == 0)
    #expect(check.errors == "")
    let run = try workspace.almanac(
      "run", "--quiet", "pipelines/new.yaml", "--set", "auto.with.budget=1s")
    #expect(run.code == 0, "\(run.errors)")
    let name = sample.name.replacingOccurrences(of: " ", with: "-")
    #expect(workspace.exists("forecasts/\(name).csv"))
    #expect(workspace.exists("plots/\(name).svg"))
  }

  @Test(arguments: [
    ("none.csv", nil, 66, "almanac: error: none.csv: no such file\n"),
    ("a.csv", "", 65, "almanac: error: a.csv: the file is empty\n"),
    (
      "a.csv", "name,colour\nx,red\ny,blue\n", 65,
      "almanac: error: a.csv: no column holds numbers to forecast; is this the right file?\n"
    ),
    (
      "a.csv", "year,x\n2001,1\n2002,3\n2003,2\n", 65,
      "almanac: error: a.csv: series \"x\" has 3 steps; a forecast needs at least 8\n"
    ),
  ])
  func whatCannotBeSketched(file: String, csv: String?, code: Int32, error: String) throws {
    let workspace = try Workspace()
    if let csv { try workspace.write(csv, to: file) }
    let outcome = try workspace.almanac("init", file, "--output", "new.yaml")
    #expect(outcome.code == code)
    #expect(outcome.errors == error)
    #expect(!workspace.exists("new.yaml"))
  }

  @Test func aDashIsStandardOutput() throws {
    let workspace = try Workspace()
    try workspace.write(Self.samples[0].csv, to: "a.csv")
    let outcome = try workspace.almanac("init", "a.csv", "--output", "-")
    #expect(outcome.code == 0)
    #expect(outcome.output == (try workspace.almanac("init", "a.csv").output))
    #expect(!workspace.exists("-"))
  }

  @Test func anExistingFileIsKept() throws {
    let workspace = try Workspace()
    try workspace.write(Self.samples[0].csv, to: "a.csv")
    try workspace.write("mine", to: "new.yaml")
    let outcome = try workspace.almanac("init", "a.csv", "--output", "new.yaml")
    #expect(outcome.code == 73)
    #expect(outcome.errors == "almanac: error: new.yaml is there already; remove it, or give another place\n")
    #expect(try workspace.read("new.yaml") == "mine")
  }

  @Test func whatAPersonSaysStandsInTheFile() throws {
    let workspace = try Workspace()
    try workspace.write(Self.samples[0].csv, to: "a.csv")
    let outcome = try workspace.almanac("init", "a.csv", "--season", "6", "--horizon", "5", "--levels", "0.9")
    #expect(outcome.code == 0)
    for line in [
      "      horizon: 5", "      levels: [0.9]", "      seasons: [6]", "      season: 6",
      "      on_worse_than: seasonal-naive  # its forecast is published where the model loses to it",
    ] { #expect(outcome.output.contains(line + "\n"), "\(line) in\n\(outcome.output)") }
    let none = try workspace.almanac("init", "a.csv", "--season", "0")
    #expect(none.code == 64)
    #expect(none.errors.contains("--season wants a number of steps above 0, not 0"))
  }

  @Test func outputsElsewhereFindTheirInput() throws {
    let workspace = try Workspace()
    try workspace.write(Self.samples[0].csv, to: "here/a.csv")
    let folder = workspace.path("elsewhere")
    #expect(try workspace.almanac("init", "here/a.csv", "-o", folder + "/new.yaml").code == 0)
    #expect(try workspace.almanac("validate", "--inputs", folder + "/new.yaml").code == 0)
  }

  @Test func pricesOfWorkingDaysHaveNoSeasonUnlessTheyShowOne() throws {
    let workspace = try Workspace()
    func days(_ value: (Int) -> Double) -> String {
      var text = "day,close\n"
      // 2024-01-01 is a Monday.
      for day in 0..<360 where day % 7 < 5 {
        let date = Date(timeIntervalSince1970: 1_704_067_200 + Double(day) * 86_400)
        text += "\(date.ISO8601Format().prefix(10)),\(value(day))\n"
      }
      return text
    }
    var (walk, state) = (100.0, UInt64(7))
    try workspace.write(
      days { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        walk += Double(state >> 40) / 16_777_216 - 0.5
        return walk
      }, to: "prices.csv")
    try workspace.write(days { 100 + 20 * Double($0 % 7) + Double($0 % 3) }, to: "visits.csv")
    let prices = try workspace.almanac("init", "prices.csv")
    #expect(prices.code == 0 && prices.output.contains("on_worse_than: naive "), "\(prices.output)\(prices.errors)")
    let visits = try workspace.almanac("init", "visits.csv")
    #expect(visits.output.contains("on_worse_than: seasonal-naive "), "\(visits.output)\(visits.errors)")
    try workspace.write(prices.output, to: "prices.yaml")
    let plan = try workspace.almanac("plan", "prices.yaml")
    #expect(
      plan.output.contains("pretrained") && !plan.output.contains("seasonal-naive,"), "\(plan.output)\(plan.errors)")
  }
}
