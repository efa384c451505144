/// One pipeline of `pipelines/benchmarks` with what it is judged by.
struct AccuracyCase {
  /// How its forecasts are judged.
  enum Judge {
    /// The forecast file against the competition's test file: sMAPE, MASE and OWA.
    case m4(group: String, season: Int)
    /// Scores of the model in the scores file, which the pipeline's own evaluate stage made.
    case scores([String])
    /// The same, over that of the seasonal naive forecast.
    case overSeasonalNaive(String)
    /// What `almanac forecast` gives of the first input, knowing the horizon and the season alone, against the second: sMAPE,
    /// MASE by the season of the scale, the mean absolute percentage error, and how many values lie within the intervals, in
    /// the third of the horizon that is furthest from what they promise.
    case defaults(horizon: Int, season: Int, scale: Int, by: String)
    /// What `almanac forecast` gives of the first input without its last rows, knowing nothing but their number, against
    /// these: the mean absolute error, and what repeating the last season would have. The file has a column of times and one
    /// of values.
    case lastRows(Int, season: Int)
    /// The forecast file of the pipeline, judged like that.
    case panel(horizon: Int, season: Int, scale: Int, by: String)
  }

  /// What somebody else's method reached.
  struct Published {
    var method: String
    var value: Double
  }

  var name: String
  /// The file's name, without `.yaml`.
  var pipeline: String
  /// Values that are set in it.
  var settings: [String] = []
  /// Files of the data folder that it reads.
  var inputs: [String]
  var judge: Judge
  /// How many seeds are run unless told otherwise.
  var seeds = 1
  /// What the first measure must stay below; nil where nothing is promised.
  var bar: Double?
  /// By the first measure.
  var published: [Published]

  /// Of the intervals that a panel's forecast has, in per cent.
  static let levels = [80, 95]

  /// What its forecast file is called, without `.csv`.
  var outputName: String { pipeline.isEmpty ? "forecast" : pipeline }

  /// The measures, the deciding one first.
  var measures: [String] {
    switch judge {
    case .m4: ["owa", "smape", "mase"]
    case .scores(let names): names
    case .overSeasonalNaive(let name): [name]
    case .lastRows: ["mae", "seasonal naive"]
    case .defaults(_, _, _, let first), .panel(_, _, _, let first):
      [first] + ["smape", "mase", "mape", "owa"].filter { $0 != first } + Self.levels.map { "in \($0) %" }
    }
  }
}

extension AccuracyCase {
  static let all: [AccuracyCase] =
    [
      AccuracyCase(
        name: "m4-hourly", pipeline: "m4-hourly", inputs: ["m4/Hourly-train.csv", "m4/Hourly-test.csv"],
        judge: .m4(group: "Hourly", season: 24), bar: 0.42,
        published: [
          .init(method: "best entry", value: 0.410), .init(method: "ES-RNN", value: 0.440),
          .init(method: "seasonal naive", value: 0.627), .init(method: "neuralforecast LSTM", value: 0.70),
        ]),
      AccuracyCase(
        name: "m4-weekly", pipeline: "m4-weekly", inputs: ["m4/Weekly-train.csv", "m4/Weekly-test.csv"],
        judge: .m4(group: "Weekly", season: 1), bar: 0.72,
        published: [
          .init(method: "best entry", value: 0.739), .init(method: "ES-RNN", value: 0.851),
          .init(method: "neuralforecast LSTM", value: 1.19),
        ]),
      AccuracyCase(
        name: "air-passengers", pipeline: "air-passengers", inputs: ["classic/AirPassengers.csv"],
        judge: .scores(["mae", "smape", "mase"]), seeds: 5, bar: 16,
        published: [.init(method: "seasonal naive", value: 47.83)]),
      AccuracyCase(
        name: "etth1-ot", pipeline: "etth1-ot", inputs: ["ett/ETTh1.csv"], judge: .scores(["mae", "mse"]), bar: 0.133,
        published: [.init(method: "naive", value: 0.1329), .init(method: "seasonal naive", value: 0.1664)]),
    ]
    + defaults
    + pretrained
    + longHorizon(
      "etth1", "ETTh1", [0.351, 0.392, 0.423, 0.466], short: [0.368, 0.408, 0.444, 0.446],
      settings: [[], ["vars.first=336"], ["vars.first=336"], ["vars.first=96", "vars.first_segment=24"]])
    + longHorizon(
      "etth2", "ETTh2", [0.276, 0.341, 0.364, 0.403], short: nil,
      settings: [[], [], ["vars.rate=0.0003"], ["vars.rate=0.0003"]])

  /// The four horizons of one file of the long-horizon tables, all of one pipeline with the variable `horizon`.
  ///
  /// - Parameter settings: what else is set for each of them, as was chosen on validation rows.
  private static func longHorizon(
    _ name: String, _ file: String, _ long: [Double], short: [Double]?, settings: [[String]]
  ) -> [AccuracyCase] {
    [96, 192, 336, 720].enumerated().map { place, horizon in
      let best = min(long[place], short?[place] ?? long[place])
      return AccuracyCase(
        name: "\(name)-\(horizon)", pipeline: name, settings: ["vars.horizon=\(horizon)"] + settings[place],
        inputs: ["ett/\(file).csv"],
        judge: .scores(["mse", "mae"]), bar: best * 1.02,
        published: [.init(method: "SegRNN, lookback 720", value: long[place])]
          + (short.map { [.init(method: "SegRNN, lookback 96", value: $0[place])] } ?? []))
    }
  }
}

/// Cases whose first measure, weighted by the values that each judges, is told as one: the published averages of M3 and of the
/// tourism competition are means over all values.
struct AccuracyTotal {
  var name: String
  /// What the names of its cases begin with.
  var cases: String
  var measure: String
  var bar: Double
  var published: [AccuracyCase.Published]

  static let all = [
    AccuracyTotal(
      name: "auto-m3", cases: "auto-m3-", measure: "smape", bar: 12.37,
      published: [.init(method: "N-BEATS", value: 12.37), .init(method: "Theta", value: 13.01)]),
    AccuracyTotal(
      name: "auto-tourism", cases: "auto-tourism-", measure: "mape", bar: 18.9,
      published: [.init(method: "N-BEATS", value: 18.47)]),
  ]
}

extension AccuracyCase {
  /// The panels with nothing but what `almanac forecast` finds out by itself.
  private static let defaults: [AccuracyCase] =
    [
      panel("M3-Yearly", 6, 1, "smape", [("N-BEATS", 15.9), ("Theta", 16.90)]),
      panel("M3-Quarterly", 8, 4, "smape", [("N-BEATS", 8.84), ("Theta", 8.96)]),
      panel("M3-Monthly", 18, 12, "smape", [("N-BEATS", 13.1), ("Theta", 13.85)]),
      panel("M3-Other", 8, 1, "smape", [("N-BEATS", 4.24), ("Theta", 4.41)]),
      panel("Tourism-Yearly", 4, 1, "mape", []),
      panel("Tourism-Quarterly", 8, 4, "mape", []),
      panel("Tourism-Monthly", 24, 12, "mape", [("ETS", 21.15)]),
      AccuracyCase(
        name: "auto-air-passengers", pipeline: "", inputs: ["classic/AirPassengers.csv"],
        judge: .lastRows(12, season: 12), seeds: 3, bar: 14,
        published: [.init(method: "our tuned pipeline", value: 13.4)]),
      AccuracyCase(
        name: "auto-temperatures", pipeline: "", inputs: ["classic/daily-min-temperatures.csv"],
        judge: .lastRows(14, season: 365), seeds: 3, published: []),
      AccuracyCase(
        name: "auto-m4-hourly", pipeline: "", inputs: ["m4/Hourly-train.csv", "m4/Hourly-test.csv"],
        judge: .defaults(horizon: 48, season: 24, scale: 24, by: "owa"), seeds: 3, bar: 0.42,
        published: [.init(method: "best entry", value: 0.410)]),
      AccuracyCase(
        name: "auto-m4-weekly", pipeline: "", inputs: ["m4/Weekly-train.csv", "m4/Weekly-test.csv"],
        judge: .defaults(horizon: 13, season: 52, scale: 1, by: "owa"), seeds: 3, bar: 0.74,
        published: [.init(method: "best entry", value: 0.739)]),
    ]

  /// The networks that come with the program, which have seen none of these series.
  private static let pretrained: [AccuracyCase] =
    [
      pretrained("panels/M3-Monthly", 18, 12, "owa", 0.82, [("Theta", 0.83)]),
      pretrained("panels/M3-Quarterly", 8, 4, "owa", 0.88, [("Theta", 0.91)]),
      pretrained("panels/M3-Yearly", 6, 1, "owa", 0.86, [("Theta", 0.91)]),
      pretrained("panels/Tourism-Monthly", 24, 12, "mase", 1.50, [("ETS", 1.53), ("Theta", 1.67)]),
      pretrained("panels/Tourism-Quarterly", 8, 4, "mase", 1.57, [("ETS", 1.59), ("Theta", 1.67)]),
      pretrained("m4/Weekly", 13, 52, scale: 1, "owa", 0.90, []),
      pretrained("m4/Hourly", 48, 24, "mase", 0.95, [("TiRex", 0.722), ("Reverso-550K", 0.862)]),
    ]
    + ["ETTh1", "ETTh2"].map { file in
      AccuracyCase(
        name: "pretrained-\(file.lowercased())", pipeline: "pretrained-ett", settings: ["vars.file=\(file)"],
        inputs: ["ett/\(file).csv"], judge: .overSeasonalNaive("mase"), bar: 0.92,
        published: [.init(method: "TiRex, all ETT tasks", value: 0.867), .init(method: "TempoPFN", value: 0.905)])
    }

  private static func pretrained(
    _ file: String, _ horizon: Int, _ season: Int, scale: Int? = nil, _ measure: String, _ bar: Double,
    _ published: [(String, Double)]
  ) -> AccuracyCase {
    let name = file.split(separator: "/").joined(separator: "-").replacing("panels-", with: "").lowercased()
    return AccuracyCase(
      name: "pretrained-\(name)", pipeline: "pretrained",
      settings: ["vars.panel=\(file)", "vars.horizon=\(horizon)", "vars.season=\(season)"],
      inputs: ["\(file)-train.csv", "\(file)-test.csv"],
      judge: .panel(horizon: horizon, season: season, scale: scale ?? season, by: measure), bar: bar,
      published: published.map { .init(method: $0.0, value: $0.1) })
  }

  private static func panel(
    _ name: String, _ horizon: Int, _ season: Int, _ measure: String, _ published: [(String, Double)]
  ) -> AccuracyCase {
    AccuracyCase(
      name: "auto-\(name.lowercased())", pipeline: "", inputs: ["panels/\(name)-train.csv", "panels/\(name)-test.csv"],
      judge: .defaults(horizon: horizon, season: season, scale: season, by: measure), seeds: 3, bar: nil,
      published: published.map { .init(method: $0.0, value: $0.1) })
  }
}
