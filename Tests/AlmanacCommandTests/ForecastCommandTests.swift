import Foundation
import Testing

/// `almanac forecast`: a CSV file in, a forecast out, and nothing more to say.
@Suite struct ForecastCommandTests {
  /// So few rows that no network is tried: the same bytes on every machine, and soon.
  private static let few = InitCommandTests.csv("month,visits", 40) {
    let wobble = [2.0, -3.5, 1, 4, -2.5, -3, 2][$0 % 7]
    return "\(2010 + $0 / 12)-\(InitCommandTests.pad($0 % 12 + 1)),\(InitCommandTests.wave($0, 12) + wobble)"
  }

  private func workspace(_ csv: String = few) throws -> Workspace {
    let workspace = try Workspace()
    try workspace.write(csv, to: "visits.csv")
    return workspace
  }

  @Test func aFileIsEnough() throws {
    let workspace = try workspace()
    let outcome = try workspace.almanac("forecast", "visits.csv")
    #expect(outcome.code == 0, "\(outcome.errors)")
    let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    #expect(lines[0] == "visits.csv: 1 series, 40 steps every 1mo.")
    #expect(lines[1].hasPrefix("  month   time: "))
    #expect(lines[2].hasPrefix("  visits  target: "))
    for piece in [
      "8 steps ahead, season 12, the usual one of 1mo; judged on ", "  seasonal-naive  mase ", "  ets ", "  theta ",
      "     time  forecast  ", "  2013-05  ", "  2013-12  ", "visits: history, forecast and its widest interval",
    ] { #expect(outcome.output.contains(piece), "\(piece) in\n\(outcome.output)") }
    #expect(outcome.output.contains("repeating the last season") && outcome.output.contains(" (MASE "))
  }

  @Test func aProgramReadsJSON() throws {
    let workspace = try workspace()
    let outcome = try workspace.almanac("forecast", "visits.csv", "--json", "--horizon", "3", "--levels", "0.5", "-q")
    #expect(outcome.code == 0, "\(outcome.errors)")
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    let series = try #require((object["forecast"] as? [[String: Any]])?.first)
    let steps = try #require(series["steps"] as? [[String: Any]])
    #expect(series["series"] as? String == "visits")
    #expect(steps.map { $0["time"] as? String } == ["2013-05", "2013-06", "2013-07"])
    let (lower, upper) = (steps[0]["lower"] as? [String: Double], steps[0]["upper"] as? [String: Double])
    let point = try #require(steps[0]["forecast"] as? Double)
    #expect(lower?["50"] ?? .infinity < point && upper?["50"] ?? -.infinity > point)
    #expect(object["worth"] is Bool)
    #expect((object["columns"] as? [[String: String]])?.map { $0["role"] } == ["time", "target"])
    #expect((object["members"] as? [[String: Any]])?.count ?? 0 > 3)
  }

  @Test func whatIsSavedRunsToTheSameBytes() throws {
    let workspace = try workspace()
    let outcome = try workspace.almanac("forecast", "visits.csv", "--save", "out/visits")
    #expect(outcome.code == 0, "\(outcome.errors)")
    let names = ["chart.gp", "chart.svg", "forecast.csv", "pipeline.yaml", "report.html", "scores.json"]
    #expect(workspace.files() == names.map { "out/visits/\($0)" } + ["visits.csv"])
    for name in names { #expect(outcome.output.contains("wrote out/visits/\(name)\n")) }
    let kept = try names.map { try workspace.bytes("out/visits/\($0)") }
    for name in names where name != "pipeline.yaml" {
      try FileManager.default.removeItem(atPath: workspace.path("out/visits/\(name)"))
    }
    let run = try workspace.almanac("run", "--quiet", "out/visits/pipeline.yaml")
    #expect(run.code == 0, "\(run.errors)")
    // The page of the run differs in one thing: what was assumed is known to the command that has assumed it.
    for (name, bytes) in zip(names, kept) where name != "report.html" {
      #expect(try workspace.bytes("out/visits/\(name)") == bytes, "\(name)")
    }
    #expect(workspace.exists("out/visits/report.html"))
    // The same once more is no other pipeline; one that somebody has changed is kept.
    #expect(try workspace.almanac("forecast", "visits.csv", "--save", "out/visits", "-q").code == 0)
    try workspace.write("mine", to: "out/visits/pipeline.yaml")
    let refused = try workspace.almanac("forecast", "visits.csv", "--save", "out/visits")
    #expect(refused.code == 73)
    #expect(refused.errors.hasSuffix("out/visits/pipeline.yaml is there already; remove it, or give another place\n"))
  }

  @Test func aFileOfTheForecast() throws {
    let workspace = try workspace()
    #expect(try workspace.almanac("forecast", "visits.csv", "-o", "f.csv", "-q").code == 0)
    #expect(try workspace.read("f.csv").hasPrefix("series,time,step,forecast,lower_80,upper_80,lower_95,upper_95\n"))
    let printed = try workspace.almanac("forecast", "visits.csv", "--output", "-")
    #expect(printed.output == (try workspace.read("f.csv")))
    let json = try workspace.almanac("forecast", "visits.csv", "-o", "f.json", "-q")
    #expect(json.code == 0)
    #expect(try workspace.read("f.json").hasPrefix("[\n"))
    let refused = try workspace.almanac("forecast", "visits.csv", "-o", "./visits.csv")
    #expect(refused.code == 78)
    #expect(refused.errors.contains("is the place of "))
    #expect(try workspace.read("visits.csv") == Self.few)
  }

  @Test func standardInputIsForecast() throws {
    let workspace = try workspace()
    let command = "'\(Workspace.binary.path)' forecast - --output - < visits.csv"
    let piped = try Workspace.run(URL(fileURLWithPath: "/bin/sh"), ["-c", command], in: workspace.folder)
    #expect(piped.code == 0, "\(piped.errors)")
    let direct = try workspace.almanac("forecast", "visits.csv", "--output", "-")
    #expect(piped.output == direct.output)
  }

  @Test func aForecastThatLosesIsNotGiven() throws {
    // A walk whose steps nobody can foresee, with a jump where it is judged.
    var (value, state) = (100.0, UInt64(7))
    let walk = InitCommandTests.csv("day,price", 60) { step in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      value += Double(state >> 33) / Double(1 << 30) - 1
      return "\(CovariateRunTests.day(step)),\((value * 100).rounded() / 100)"
    }
    let outcome = try workspace(walk).almanac("forecast", "visits.csv", "--json", "-q", "--budget", "2s")
    #expect(outcome.code == 0, "\(outcome.errors)")
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    let scores = try #require(object["scores"] as? [[String: Any]])
    let errors = scores.compactMap { ($0["values"] as? [String: Double])?["mase"] }
    // Whatever came: what is given is what the scores say.
    let isLost = errors[0] > errors[2]
    #expect(object["published"] as? String == (isLost ? "seasonal-naive" : "model"))
    #expect(object["worth"] as? Bool == (errors[0] < 0.97 * min(errors[1], errors[2])))
  }

  @Test(arguments: [
    (["forecast", "none.csv"], 66, "almanac: error: none.csv: no such file\n"),
    (
      ["forecast", "words.csv"], 65,
      "almanac: error: words.csv: no column holds numbers to forecast; is this the right file?\n"
    ),
    (
      ["forecast", "visits.csv", "--budget", "soon"], 64,
      "--budget wants a time of a second or more, such as 30s or 5m, not \"soon\""
    ),
    (
      ["forecast", "visits.csv", "--horizon", "41"], 65,
      "visits.csv: a horizon of 41 steps needs at least as many to learn from; there are 40; give a shorter --horizon, or bring more rows"
    ),
    (["forecast", "visits.csv", "--save", "x", "-o", "y"], 64, "--save keeps the forecast in its folder"),
    (["forecast", "visits.csv", "--json", "-o", "-"], 64, "--json and --output - both print the forecast"),
    (["forecast", "visits.csv", "--target", "sales"], 65, "sales"),
    (
      ["run", "visits.csv"], 78,
      "visits.csv looks like readings, not like a pipeline file; `almanac forecast visits.csv` forecasts them, and `almanac init visits.csv` writes a pipeline file\n"
    ),
    (["visits.csv"], 64, "almanac: error: to forecast a file, say so: `almanac forecast visits.csv`\n"),
    (
      ["visits.csv", "forecast", "--horizon", "3"], 64,
      "almanac: error: the command comes first: `almanac forecast visits.csv --horizon 3`\n"
    ),
    (["daily.yaml", "run"], 64, "almanac: error: the command comes first: `almanac run daily.yaml`\n"),
  ])
  func whatIsWrongIsSaid(words: [String], code: Int32, error: String) throws {
    let workspace = try workspace()
    try workspace.write("name,colour\nx,red\ny,blue\n", to: "words.csv")
    let outcome = try Workspace.run(Workspace.binary, words, in: workspace.folder)
    #expect(outcome.code == code, "\(outcome.output)\(outcome.errors)")
    #expect(outcome.errors.contains(error), "\(outcome.errors)")
    #expect(workspace.files() == ["visits.csv", "words.csv"])
  }

  @Test(arguments: [(rows: 16, horizon: 8), (rows: 11, horizon: 6), (rows: 9, horizon: 9)])
  func aHorizonOfMostOfTheRowsIsForecast(rows: Int, horizon: Int) throws {
    let lines = Self.few.split(separator: "\n").prefix(rows + 1)
    let workspace = try workspace(lines.joined(separator: "\n") + "\n")
    let outcome = try workspace.almanac(
      "forecast", "visits.csv", "--horizon", "\(horizon)", "-o", "f.csv", "--no-chart")
    #expect(outcome.code == 0, "\(outcome.errors)")
    // Where no whole horizon can be held back, nothing is judged, and that is said.
    #expect(outcome.output.contains("judged on 1 fold") == (rows - horizon >= horizon))
    #expect(outcome.output.contains("Not judged: there are too few rows") == (rows - horizon < horizon))
    let forecast = try workspace.read("f.csv").split(separator: "\n").dropFirst()
    #expect(forecast.count == horizon)
    for line in forecast {
      // forecast, lower_80, upper_80, lower_95, upper_95
      let numbers = line.split(separator: ",").suffix(5).compactMap { Double($0) }
      try #require(numbers.count == 5 && numbers.allSatisfy(\.isFinite), "\(line)")
      #expect(
        numbers[3] <= numbers[1] && numbers[1] < numbers[0] && numbers[0] < numbers[2] && numbers[2] <= numbers[4])
    }
  }

  /// What `forecast` does, but for the network, whose time a busy machine may not have.
  private func forecast(_ words: String..., in workspace: Workspace) throws -> Workspace.Outcome {
    let sketch = try Workspace.run(Workspace.binary, ["init"] + words + ["-o", "p.yaml"], in: workspace.folder)
    #expect(sketch.code == 0, "\(sketch.errors)")
    let outcome = try workspace.almanac(
      "run", "p.yaml", "--set", "auto.with.network=false", "--set", "write.with.path=f.csv")
    #expect(outcome.code == 0, "\(outcome.errors)")
    return outcome
  }

  /// Sales that are half as much again on promotion days, which come without a rule: each shop has seven of them ahead.
  @Test func whatIsKnownAheadCountsForAllCandidates() throws {
    let workspace = try Workspace()
    let rows = CovariateRunTests.shops()
    try workspace.write(rows, to: "shops.csv")
    let outcome = try forecast("shops.csv", in: workspace)
    #expect(outcome.errors.contains("(regress): what is known ahead counts in 2 of 2 series"))
    let sketch = try workspace.read("p.yaml")
    #expect(sketch.contains("#   promo   future: goes on for 7 rows after \"sales\" ends"), "\(sketch)")
    let promotions = rows.split(separator: "\n").compactMap { row -> Bool? in
      let cells = row.split(separator: ",", omittingEmptySubsequences: false)
      return cells[2].isEmpty ? cells[3] == "1" : nil
    }
    let forecast = try workspace.read("f.csv").split(separator: "\n").dropFirst()
    #expect(forecast.count == 14 && promotions.count == 14)
    for ((place, row), isPromoted) in zip(forecast.enumerated(), promotions) {
      let value = try #require(Double(row.split(separator: ",")[3]))
      let usual = place < 7 ? 40.5 : 80.5
      #expect(abs(value / (isPromoted ? usual * 1.5 : usual) - 1) < 0.1, "\(row) \(isPromoted)")
    }
  }

  /// Visits that nearly stop on holidays in Germany, of which two lie ahead.
  @Test func publicHolidaysAreKnownAhead() throws {
    let free: Set = [0, 88, 91, 121, 129, 140, 276, 359, 360]
    let rows = (0..<357).map { step in
      "\(CovariateRunTests.day(step)),\(free.contains(step) ? 12 : 50 + step % 7 * 2 + step * step % 5)\n"
    }
    let workspace = try workspace("day,visits\n" + rows.joined())
    let outcome = try forecast("visits.csv", "--country", "DE", "--horizon", "7", in: workspace)
    #expect(outcome.errors.contains("(regress): for each unit more: holiday ×0.2"), "\(outcome.errors)")
    let sketch = try workspace.read("p.yaml")
    #expect(sketch.contains("# - public holidays of DE: 7 in the rows, 2 in the steps to forecast"), "\(sketch)")
    #expect(sketch.contains("  - use: calendar  # known ahead\n    with: {country: DE}\n  - use: regress"))
    let forecast = try workspace.read("f.csv").split(separator: "\n").dropFirst().compactMap {
      Double($0.split(separator: ",")[3])
    }
    try #require(forecast.count == 7)
    for (step, value) in forecast.enumerated() {
      #expect([2, 3].contains(step) ? value < 25 : value > 45, "\(forecast)")
    }
  }

  @Test(arguments: [
    (
      ["--country", "UK"], 64,
      "--country knows no holidays of \"UK\"; two letters of ISO 3166 name a country, such as DE, GB or US"
    ),
    (["--country", "de"], 64, "--country knows no holidays of \"de\"; did you mean DE?"),
    (
      ["--country", "US"], 65,
      "(calendar): the holidays of US are known from 1990 to 2040, and there is a step at 1959-01-01; read later rows alone "
        + "(`where` of the source), or name a file with all dates (`holidays` in the place of `country`)"
    ),
    (["--country", "US", "--steps"], 65, "(calendar): the calendar cannot tell holidays: the rows have no times"),
  ])
  func holidaysThatAreNotKnownAreRefused(words: [String], code: Int32, error: String) throws {
    let rows = (0..<40).map { "\(1959 + $0 / 12)-\(InitCommandTests.pad($0 % 12 + 1))-01,\(50 + $0 * $0 % 7)\n" }
    let workspace = try workspace("month,visits\n" + rows.joined())
    let outcome = try Workspace.run(Workspace.binary, ["forecast", "visits.csv"] + words, in: workspace.folder)
    #expect(outcome.code == code && outcome.errors.contains(error), "\(outcome.errors)")
  }

  @Test func theHelpLeadsToIt() throws {
    let outcome = try workspace().almanac()
    #expect(outcome.output.split(separator: "\n")[1].hasPrefix("  almanac forecast sales.csv "))
  }

  @Test func aPlanShowsTheCandidates() throws {
    let workspace = try workspace()
    #expect(try workspace.almanac("init", "visits.csv", "-o", "p.yaml").code == 0)
    let plan = try workspace.almanac("plan", "p.yaml")
    #expect(plan.output.contains("candidates\n  naive, seasonal-naive, theta, ets, pretrained\n"), "\(plan.output)")
  }
}
