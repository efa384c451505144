import Foundation
import Testing

/// Covariates, calendar and sample paths as a person uses them: CSV columns, stages, files.
@Suite struct CovariateRunTests {
  static let days = 240
  static let horizon = 7

  /// The date a number of days after 1 January 2024.
  static func day(_ step: Int) -> String {
    let style = ISO8601DateFormatter()
    style.formatOptions = [.withFullDate]
    return style.string(from: Date(timeIntervalSince1970: 1_704_067_200 + 86_400 * Double(step)))
  }

  /// Sales of two shops that jump on promotion days, which come without a rule; known a week ahead. `ahead` are the
  /// rows after the last sale, `cell` may change any promotion.
  static func shops(ahead: Int = horizon, cell: (Int, Int, Int) -> String = { _, _, promo in "\(promo)" }) -> String {
    var state: UInt64 = 11
    func unit() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 40) / Double(1 << 24)
    }
    var rows = ""
    for shop in 0..<2 {
      for step in 0..<days + ahead {
        let promo = unit() < 0.25 ? 1 : 0
        let sales = Double(40 + 40 * shop) * (1 + Double(promo) / 2) + unit()
        rows +=
          "\(shop == 0 ? "A" : "B"),\(day(step)),\(step < days ? "\(sales)" : ""),\(cell(shop, step, promo)),"
          + "\(step < days ? "\(unit())" : ""),\(shop == 0 ? "north" : "south")\n"
      }
    }
    return "shop,day,sales,promo,rain,region\n" + rows
  }

  static let columns = "past: rain, future: promo, static: region"

  func workspace(
    rows: String = shops(), columns: String = columns, stages: String = "  - use: normalize",
    network: String =
      "{use: gru, with: {hidden: 8, epochs: 25, validation: 0, learning_rate: 0.01, level: median, spread: none, anchors: 0}}",
    write: String = ""
  ) throws -> Workspace {
    let workspace = try Workspace()
    try workspace.write(rows, to: "shops.csv")
    try workspace.write(
      """
      version: 1
      name: shops
      stages:
        - use: csv
          with: {path: shops.csv, layout: long, series: shop, time: day, target: sales\(columns.isEmpty ? "" : ", ")\(columns)}
      \(stages)
        - {use: window, with: {lookback: 14, horizon: \(Self.horizon)}}
        - \(network)
        - {use: evaluate, with: {folds: 2, refit: 0, metrics: [mae]}}
        - {use: write, with: {path: out.csv, scores: scores.json\(write)}}

      """, to: "shops.yaml")
    return workspace
  }

  func mae(_ workspace: Workspace) throws -> Double {
    let object = try JSONSerialization.jsonObject(with: workspace.bytes("scores.json")) as? [String: Any]
    let scores = try #require(object?["scores"] as? [String: [String: Double]])
    return try #require(scores["model"]?["mae"])
  }

  @Test func promotionsThatAreKnownAheadAreForecast() throws {
    let told = try workspace()
    let outcome = try told.almanac("run", "shops.yaml")
    #expect(outcome.code == 0, "\(outcome.errors)")
    let blind = try workspace(rows: Self.shops(ahead: 0), columns: "")
    // Without the names of the columns they would be targets.
    #expect(try blind.almanac("run", "shops.yaml").code == 0)
    #expect(try mae(told) < mae(blind) / 3)

    // The rows of the horizon were no readings: the forecast begins where the sales end.
    let rows = try told.read("out.csv").split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
    #expect(rows.count == 1 + 2 * Self.horizon)
    #expect(rows[1][..<3] == ["A", Self.day(Self.days), "1"])
    let promos = Self.shops().split(separator: "\n").dropFirst().map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    .filter { $0[2].isEmpty }.map { $0[3] == "1" }
    for (row, promo) in zip(rows.dropFirst(), promos) {
      let (level, value) = (row[0] == "A" ? 40.0 : 80, try #require(Double(row[3])))
      #expect(abs(value - level * (promo ? 1.5 : 1)) < level * 0.2, "\(row) \(promo)")
    }
  }

  @Test func whatIsKnownAheadChangesTheForecastAndLaterPastDoesNot() throws {
    let network = "{use: lstm, with: {hidden: 4, epochs: 2}}"
    func forecast(_ rows: String) throws -> String {
      let workspace = try workspace(rows: rows, network: network)
      #expect(try workspace.almanac("run", "shops.yaml", "-q").code == 0)
      return try workspace.read("out.csv")
    }
    let usual = try forecast(Self.shops())
    #expect(try forecast(Self.shops { _, step, promo in step == Self.days + 3 ? "\(1 - promo)" : "\(promo)" }) != usual)
    // Rain that stands in rows after the last sale is not looked at.
    let later = Self.shops().split(separator: "\n").map { row in
      var cells = row.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      if cells[2].isEmpty { cells[4] = "9" }
      return cells.joined(separator: ",")
    }
    #expect(try forecast(later.joined(separator: "\n") + "\n") == usual)
  }

  @Test func planAndModelShowCovariates() throws {
    let workspace = try workspace(
      network: "{use: gru, with: {hidden: 3, epochs: 1, lags: [28d, 2w]}}", write: ", model: net.safetensors")
    let plan = try workspace.almanac("plan", "shops.yaml")
    #expect(plan.code == 0, "\(plan.errors)")
    // Lags longer than the lookback, as durations.
    #expect(plan.output.contains("lags: [28, 14]"), "\(plan.output)")
    #expect(plan.output.contains("\n  covariates: past rain; future promo; static region\n"))
    #expect(try workspace.almanac("run", "shops.yaml", "-q").code == 0)
    let model = try workspace.almanac("model", "net.safetensors")
    #expect(model.output.contains("; covariates: 1 past, 1 future, 2 static\n"), "\(model.output)")
    let saved = try workspace.almanac("model", ".almanac/shops")
    #expect(
      saved.output.contains("\n  covariates: past rain; future promo; static region (2 texts)\n"), "\(saved.output)")
  }

  @Test func aHorizonThatIsNotKnownIsRefusedBeforeAnyTraining() throws {
    let message =
      "stages[0] (csv): series \"A\": the future covariate \"promo\" has no value at 2024-08-30, step 3 of the horizon "
      + "of 7; add rows with its values and an empty target after the last reading, shorten the horizon, or name it "
      + "under `past`"
    let short = try workspace(rows: Self.shops(ahead: 2))
    let gap = try workspace(rows: Self.shops { _, step, promo in step == Self.days + 2 ? "" : "\(promo)" })
    for workspace in [short, gap] {
      for command in ["run", "plan"] {
        let outcome = try workspace.almanac(command, "shops.yaml")
        #expect(outcome.code == 65)
        #expect(outcome.errors.contains(message), "\(outcome.errors)")
        #expect(!outcome.errors.contains("epoch"))
      }
    }
  }

  @Test func aSeriesThatIsNotKnownAheadMayBeLeftOut() throws {
    let workspace = try workspace(
      rows: Self.shops { shop, step, promo in shop == 1 && step >= Self.days ? "" : "\(promo)" },
      network: "{use: gru, with: {hidden: 3, epochs: 1}}")
    let text = try workspace.read("shops.yaml").replacing("stages:", with: "run: {on_series_error: skip}\nstages:")
    try workspace.write(text, to: "shops.yaml")
    let outcome = try workspace.almanac("run", "shops.yaml")
    #expect(outcome.code == 3, "\(outcome.errors)")
    #expect(
      outcome.errors.contains("series \"B\" is left out: series \"B\": the future covariate \"promo\" has no value"))
    #expect(try workspace.read("out.csv").split(separator: "\n").count == 1 + Self.horizon)
  }

  @Test func gapsAreFilledAndTold() throws {
    let workspace = try workspace(
      rows: Self.shops { shop, step, promo in step % 100 == 50 && shop == 0 ? "" : "\(promo)" },
      network: "{use: gru, with: {hidden: 3, epochs: 1}}")
    let outcome = try workspace.almanac("run", "shops.yaml")
    #expect(outcome.code == 0)
    #expect(
      outcome.errors.contains(
        "covariate \"promo\": 2 of 480 values were missing and took the value before them"), "\(outcome.errors)")
  }

  @Test func aForecasterWithoutEyesForThemSaysSo() throws {
    let workspace = try workspace(rows: Self.shops(ahead: 0), network: "{use: theta}")
    let outcome = try workspace.almanac("run", "shops.yaml")
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(
      outcome.errors.contains("stages[3] (theta) does not look at covariates; they change nothing"), "\(outcome.errors)"
    )
  }

  /// A year of days with more on weekends and on holidays, some of which fall into the horizon.
  func calendar(_ fields: String, frequency: String = "1d", holidays: String = "") throws -> Workspace {
    let workspace = try Workspace()
    let free = Set([40, 85, 120, 121, 170, 230, 260, 300, 333, 363])
    let rows = (0..<360).map { step in
      "\(Self.day(step)),\(10 + (step % 7 > 4 ? 5 : 0) + (free.contains(step) ? 20 : 0) + Double(step * step % 7) / 10)\n"
    }
    try workspace.write("day,visits\n" + rows.joined(), to: "visits.csv")
    try workspace.write(
      holidays.isEmpty ? "date,name\n" + free.sorted().map { "\(Self.day($0)),free\n" }.joined() : holidays,
      to: "holidays.csv")
    try workspace.write(
      """
      version: 1
      name: visits
      stages:
        - {use: csv, with: {path: visits.csv, time: day, target: visits}}
        - {use: resample, with: {every: \(frequency)}}
        - {use: calendar, with: \(fields)}
        - {use: normalize}
        - {use: window, with: {lookback: 14, horizon: 7}}
        - {use: gru, with: {hidden: 8, epochs: 60, learning_rate: 0.01, level: median, spread: none, anchors: 0, validation: 0}}
        - {use: write, with: {path: out.csv}}

      """, to: "visits.yaml")
    return workspace
  }

  @Test func holidaysOfTheHorizonAreKnown() throws {
    let workspace = try calendar("{features: day-of-week, holidays: holidays.csv}")
    let outcome = try workspace.almanac("run", "visits.yaml", "-q")
    #expect(outcome.code == 0, "\(outcome.errors)")
    let values = try workspace.read("out.csv").split(separator: "\n").dropFirst().map { row in
      try #require(Double(row.split(separator: ",")[3]))
    }
    // The fourth step, 363, is a holiday.
    let others = values.enumerated().filter { $0.offset != 3 }.map(\.element)
    #expect(values[3] > 24, "\(values)")
    #expect(others.allSatisfy { $0 < 20 }, "\(values)")
    let plan = try workspace.almanac("plan", "visits.yaml")
    #expect(plan.output.contains("features: [day-of-week]"), "\(plan.output)")
  }

  @Test(arguments: [
    (
      "{features: [day-of-week, hour]}", "1d", "", Int32(65),
      "stages[2] (calendar): hour tells nothing about steps of 1d, which are as long as a day or longer; leave it out"
    ),
    (
      "{holidays: none.csv}", "1d", "", 66, "stages[2] (calendar): none.csv: no such file"
    ),
    (
      "{holidays: holidays.csv}", "1d", "date\n2020-12-25\n", 65,
      "stages[2] (calendar): the list of holidays ends with 2020-12-25, more than a year before the last step to forecast, "
        + "2025-01-01; add the holidays of the years that are forecast"
    ),
    (
      "{holidays: holidays.csv}", "1d", "date\n2024-12-25\nEaster\n", 65,
      "stages[2] (calendar): holidays.csv:3: column \"date\": \"Easter\" is not an ISO 8601 time such as 2016-07-01 13:00; correct the file"
    ),
    (
      "{holidays: holidays.csv, holiday_names: nam}", "1d", "date,name\n2024-12-25,x\n", 65,
      "stages[2] (calendar): holidays.csv:1: there is no column \"nam\"; did you mean \"name\"? the columns are \"date\", \"name\""
    ),
    (
      "{}", "1d", "", 78,
      "visits.yaml:6:11: error: stages[2] (calendar): features or country or holidays must be given, for there is nothing to tell without them"
    ),
    (
      "{country: UK}", "1d", "", 78,
      "stages[2] (calendar): country knows no holidays of \"UK\"; two letters of ISO 3166 name a country, such as DE, GB or US"
    ),
    (
      "{country: de}", "1d", "", 78,
      "stages[2] (calendar): country knows no holidays of \"de\"; did you mean DE?"
    ),
    (
      "{country: DE, holiday_names: name}", "1d", "", 78,
      "stages[2] (calendar): holiday_names wants `holidays`, the file with their dates"
    ),
    (
      "{features: hour, before: 1}", "1d", "", 78,
      "stages[2] (calendar): before wants `country`, or `holidays`, a file with their dates"
    ),
  ])
  func whatTheCalendarCannotTell(
    fields: String, frequency: String, holidays: String, code: Int32, message: String
  ) throws {
    let workspace = try calendar(fields, frequency: frequency, holidays: holidays)
    let outcome = try workspace.almanac("run", "visits.yaml")
    #expect(outcome.code == code)
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
  }

  @Test func samplePathsAreWritten() throws {
    for (network, count) in [("recursive", 3), ("stacked", 100)] {
      let workspace = try workspace(
        columns: "future: promo", stages: "  - use: log",
        network: "{use: gru, with: {network: \(network), hidden: 4, epochs: 2, levels: [0.8]}}",
        write: ", samples: paths.csv\(count == 3 ? ", paths: 3" : "")")
      let outcome = try workspace.almanac("run", "shops.yaml", "--threads", "1")
      #expect(outcome.code == 0, "\(outcome.errors)")
      let first = try workspace.bytes("paths.csv")
      let rows = try workspace.read("paths.csv").split(separator: "\n").map {
        $0.split(separator: ",").map(String.init)
      }
      #expect(rows[0] == ["series", "time", "step", "path", "value"])
      #expect(rows.count == 1 + 2 * count * Self.horizon)
      #expect(rows[1][..<4] == ["A", Self.day(Self.days), "1", "1"])
      #expect(rows[rows.count - 1][..<4] == ["B", Self.day(Self.days + Self.horizon - 1), "7", "\(count)"])
      // In the readings' own units, not in logarithms.
      #expect(rows.dropFirst().allSatisfy { (10..<200).contains(Double($0[4]) ?? 0) })
      #expect(try workspace.almanac("run", "shops.yaml", "--threads", "2", "--force").code == 0)
      #expect(try workspace.bytes("paths.csv") == first)
    }
  }

  @Test func samplePathsOfAPointForecastAreRefused() throws {
    let workspace = try workspace(network: "{use: gru}", write: ", samples: paths.csv")
    let outcome = try workspace.almanac("validate", "shops.yaml")
    #expect(outcome.code == 78)
    #expect(
      (outcome.errors + outcome.output).contains(
        "stages[5] (write): samples wants a network with a head that gives a distribution: set `head` or `levels` of the "
          + "forecaster"), "\(outcome.errors)\(outcome.output)")
    let alone = try self.workspace(network: "{use: gru}", write: ", paths: 9")
    let paths = try alone.almanac("validate", "shops.yaml")
    #expect((paths.errors + paths.output).contains("paths wants `samples`, the file of the paths"))
  }

  @Test func fieldsThatDoNotFitAreRefused() throws {
    let rows = try Workspace()
    try rows.write("name,V1,V2\na,1,2\n", to: "rows.csv")
    try rows.write(
      """
      version: 1
      name: x
      stages:
        - {use: csv, with: {path: rows.csv, layout: rows, past: V2}}
        - {use: window, with: {lookback: 1, horizon: 1}}
        - {use: naive}
        - {use: write, with: {path: out.csv}}

      """, to: "x.yaml")
    let outcome = try rows.almanac("run", "x.yaml")
    #expect(outcome.code == 78)
    #expect(
      outcome.errors.contains(
        "past is for the layouts wide and long; in rows every cell behind the name is a value"), "\(outcome.errors)")
    // A decoder that reads covariates passes the check of the file, and is refused when there are none.
    let decoder = try workspace(
      columns: "past: rain, static: region",
      network: "{use: gru, with: {network: encoder-decoder, decoder_input: covariates}}")
    let text = try decoder.read("shops.csv").replacing(",promo,", with: ",x,")
    try decoder.write(text, to: "shops.csv")
    #expect(try decoder.almanac("validate", "shops.yaml").code == 0)
    let without = try decoder.almanac("run", "shops.yaml")
    #expect(without.code == 1)
    #expect(
      without.errors.contains(
        "decoder input is covariates, but must be correction or state when there are no future covariates"),
      "\(without.errors)")
    let past = try workspace(network: "{use: gru, with: {network: recursive}}")
    let recursive = try past.almanac("run", "shops.yaml")
    #expect(recursive.code == 65)
    #expect(
      recursive.errors.contains(
        "stages[3] (gru): network recursive reads its inputs in the horizon too, where the past covariate \"rain\" is not "
          + "known; choose another network, or leave the covariate out"), "\(recursive.errors)")
  }

  @Test func aModelIsTrainedAnewWhenItsCovariatesChange() throws {
    let workspace = try workspace(network: "{use: gru, with: {hidden: 3, epochs: 1}}")
    let text = try workspace.read("shops.yaml").replacing("stages:", with: "run: {retrain: never}\nstages:")
    try workspace.write(text, to: "shops.yaml")
    #expect(try workspace.almanac("run", "shops.yaml").code == 0)
    let again = try workspace.almanac("run", "shops.yaml", "--force")
    #expect(again.errors.contains("using the model of"), "\(again.errors)")
    try workspace.write(text.replacing("past: rain, ", with: ""), to: "shops.yaml")
    let other = try workspace.almanac("run", "shops.yaml")
    #expect(
      other.errors.contains("training anew: the covariates of stages[0] (csv) changed since the model was trained"),
      "\(other.errors)")
  }
}
