import AccuracyScores
import Foundation

/// How well the committed pipelines forecast public data, beside published figures.
struct AccuracyBenchmark: Benchmark {
  static let name = "accuracy"
  static let summary = "runs the pipelines of pipelines/benchmarks on public data, beside published figures"
  static let options = [
    "--data FOLDER: holds m4, ett and classic",
    "--only NAME,NAME: these alone; what several begin with, such as pretrained, names them all",
    "--seeds N: seeds 1 to N of each; without it 5 of air-passengers and 1 of the others",
    "names: \(AccuracyCase.all.map(\.name).joined(separator: " "))",
  ]

  private let data: URL
  private let cases: [AccuracyCase]
  private let seeds: Int?
  private let binary: String
  private let pipelines: URL
  private let made: URL

  init(options: [String]) throws {
    var options = Options(options)
    guard let folder = try options.value("--data") else {
      throw UsageError(description: "--data is missing: the folder that holds m4, ett and classic")
    }
    let wanted = try options.value("--only").map { $0.split(separator: ",").map(String.init) }
    seeds = try options.number("--seeds")
    try options.end()
    let known = AccuracyCase.all.map(\.name)
    /// A name, or what several begin with.
    func names(_ word: String, _ name: String) -> Bool { name == word || name.hasPrefix(word + "-") }
    if let unknown = wanted?.first(where: { word in !known.contains { names(word, $0) } }) {
      throw UsageError(
        description: "--only: nothing is called \"\(unknown)\"; there are \(known.joined(separator: ", "))")
    }
    cases = AccuracyCase.all.filter { one in wanted?.contains { names($0, one.name) } ?? true }
    data = URL(fileURLWithPath: folder)
    let environment = ProcessInfo.processInfo.environment
    guard let binary = environment["BENCH_ALMANAC"], let pipelines = environment["BENCH_PIPELINES"],
      let made = environment["BENCH_MADE"]
    else {
      throw UsageError(
        description: "BENCH_ALMANAC, BENCH_PIPELINES and BENCH_MADE are not set; start this through Scripts/bench")
    }
    self.binary = binary
    self.pipelines = URL(fileURLWithPath: pipelines)
    self.made = URL(fileURLWithPath: made)
  }

  func run() throws -> JSON {
    let table = Table(columns: [
      .init(title: "case", width: 28, isText: true), .init(title: "measure", width: 7, isText: true),
      .init(title: "ours", width: 7), .init(title: "seeds", width: 15), .init(title: "bar", width: 6),
      .init(title: "met", width: 3), .init(title: "seconds", width: 7), .init(title: "MB", width: 5),
      .init(title: "published", width: 40, isText: true),
    ])
    table.printHead()
    var results: [JSON] = []
    var found: [String: [Outcome]] = [:]
    for one in cases {
      if let missing = missing(for: one) {
        table.printRow([one.name, "skipped: \(missing) is not there"])
        results.append(.object(["name": .text(one.name), "skipped": .text("\(missing) is not there")]))
        continue
      }
      let runs = try (1...(seeds ?? one.seeds)).map { try run(one, seed: $0) }
      results.append(report(one, runs, in: table))
      found[one.name] = runs
    }
    for total in AccuracyTotal.all {
      let names = AccuracyCase.all.map(\.name).filter { $0.hasPrefix(total.cases) }
      let parts = names.compactMap { found[$0] }
      if parts.count == names.count { results.append(report(total, parts, in: table)) }
    }
    return .object(["benchmark": .text(Self.name), "cases": .list(results)])
  }

  /// One seed of one case.
  private struct Outcome {
    /// In the order of the measures.
    var scores: [Double]
    /// The values that were judged, where they are known.
    var points = 0
    var child: ChildRun
  }

  private func file(of one: AccuracyCase) -> URL { pipelines.appendingPathComponent("\(one.pipeline).yaml") }

  private func missing(for one: AccuracyCase) -> String? {
    if !one.pipeline.isEmpty, !FileManager.default.fileExists(atPath: file(of: one).path) {
      return "pipelines/benchmarks/\(one.pipeline).yaml"
    }
    return one.inputs.first { !FileManager.default.fileExists(atPath: data.appendingPathComponent($0).path) }
  }

  private func run(_ one: AccuracyCase, seed: Int) throws -> Outcome {
    let folder = made.appendingPathComponent("\(one.name)/seed-\(seed)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    if case .lastRows(let count, _) = one.judge {
      try rows(of: one).dropLast(count).joined(separator: "\n").appending("\n").write(
        to: folder.appendingPathComponent("known.csv"), atomically: true, encoding: .utf8)
    }
    let child = try ChildRun(
      binary, words(of: one, seed: seed, in: folder),
      environment: ["DATA": data.path, "FORECASTS": folder.path],
      log: folder.appendingPathComponent("log.txt").path)
    let scores = try self.scores(of: one, in: folder)
    try JSON.object(
      Dictionary(zip(one.measures, scores.map { JSON.number($0) })) { first, _ in first }
    ).line().write(to: folder.appendingPathComponent("judged.json"), atomically: true, encoding: .utf8)
    return Outcome(scores: scores, points: try points(of: one), child: child)
  }

  private func words(of one: AccuracyCase, seed: Int, in folder: URL) -> [String] {
    let input: [String]
    switch one.judge {
    case .m4, .scores, .overSeasonalNaive, .panel:
      let settings = (one.settings + ["run.seed=\(seed)"]).flatMap { ["--set", $0] }
      return ["run", "--force", file(of: one).path] + settings
    case .defaults(let horizon, let season, _, _):
      input = [data.appendingPathComponent(one.inputs[0]).path, "--horizon", "\(horizon)", "--season", "\(season)"]
    case .lastRows(let horizon, _):
      input = [folder.appendingPathComponent("known.csv").path, "--horizon", "\(horizon)"]
    }
    let output = folder.appendingPathComponent("forecast.csv").path
    return ["forecast"] + input + ["--seed", "\(seed)", "--budget", "5m", "--threads", "2", "--output", output]
  }

  /// The lines of the first input, its header first.
  private func rows(of one: AccuracyCase) throws -> [Substring] {
    let text = try String(contentsOf: data.appendingPathComponent(one.inputs[0]), encoding: .utf8)
    return text.split(whereSeparator: \.isNewline)
  }

  private func scores(of one: AccuracyCase, in folder: URL) throws -> [Double] {
    func text(_ file: URL) throws -> String { try String(contentsOf: file, encoding: .utf8) }
    switch one.judge {
    case .lastRows(let count, let season):
      let values = try rows(of: one).dropFirst().map { row in
        guard let value = row.split(separator: ",").last.flatMap({ Double($0) }) else {
          throw ChildRun.Failure(description: "\(one.inputs[0]): \(row) does not end in a number")
        }
        return value
      }
      let truth = values.suffix(count)
      let forecasts = try SeriesFile(forecasts: text(folder.appendingPathComponent("forecast.csv"))).values
      guard let forecast = forecasts.first?.value, forecasts.count == 1, forecast.count == count else {
        throw ChildRun.Failure(description: "\(one.name): no forecast of one series and \(count) steps")
      }
      let season = values.dropLast(count).suffix(season)
      let repeated = (0..<count).map { season[season.startIndex + $0 % season.count] }
      func error(_ forecast: [Double]) -> Double {
        zip(truth, forecast).reduce(0) { $0 + abs($1.0 - $1.1) } / Double(count)
      }
      return [error(forecast), error(repeated)]
    case .defaults(let horizon, let season, let scale, _), .panel(let horizon, let season, let scale, _):
      let train = try SeriesFile(rows: text(data.appendingPathComponent(one.inputs[0])))
      let test = try SeriesFile(rows: text(data.appendingPathComponent(one.inputs[1])))
      let forecasts = try SeriesFile(forecasts: text(folder.appendingPathComponent("\(one.outputName).csv")))
      let naive2 = Naive2.forecasts(after: train, horizon: horizon, season: scale == 1 ? 1 : season)
      let ours = try M4Score(of: forecasts, train: train, test: test, season: scale)
      let reference = try M4Score(of: naive2, train: train, test: test, season: scale)
      var found = [
        "smape": ours.smape, "mase": ours.mase, "mape": ours.mape, "owa": ours.owa(beside: reference),
      ]
      let file = try text(folder.appendingPathComponent("\(one.outputName).csv"))
      for level in AccuracyCase.levels {
        let bounds = try ["lower", "upper"].map { try SeriesFile(forecasts: file, column: "\($0)_\(level)") }
        found["in \(level) %"] = try Coverage(of: bounds[0], bounds[1], test: test).furthest(from: Double(level))
      }
      return one.measures.compactMap { found[$0] }
    case .m4(let group, let season):
      let train = try SeriesFile(rows: text(data.appendingPathComponent("m4/\(group)-train.csv")))
      let test = try SeriesFile(rows: text(data.appendingPathComponent("m4/\(group)-test.csv")))
      let forecasts = try SeriesFile(forecasts: text(folder.appendingPathComponent("\(one.pipeline).csv")))
      let horizon = test.values[test.names.first ?? ""]?.count ?? 0
      let naive2 = Naive2.forecasts(after: train, horizon: horizon, season: season)
      let ours = try M4Score(of: forecasts, train: train, test: test, season: season)
      let reference = try M4Score(of: naive2, train: train, test: test, season: season)
      return [ours.owa(beside: reference), ours.smape, ours.mase]
    case .scores(let names):
      return try names.map { try score($0, of: "model", one, in: folder) }
    case .overSeasonalNaive(let name):
      return [try score(name, of: "model", one, in: folder) / score(name, of: "seasonal-naive", one, in: folder)]
    }
  }

  /// A score from the scores file of a pipeline.
  private func score(_ name: String, of whose: String, _ one: AccuracyCase, in folder: URL) throws -> Double {
    struct Scores: Decodable {
      var scores: [String: [String: Double?]]
    }
    let file = folder.appendingPathComponent("\(one.pipeline).scores.json")
    let all = try JSONDecoder().decode(Scores.self, from: Data(contentsOf: file)).scores
    guard let value = all[whose]?[name] ?? nil else {
      throw ChildRun.Failure(description: "\(file.path) has no \(name) of \(whose)")
    }
    return value
  }

  /// The values of the test file of a panel.
  private func points(of one: AccuracyCase) throws -> Int {
    guard case .defaults = one.judge else { return 0 }
    let text = try String(contentsOf: data.appendingPathComponent(one.inputs[1]), encoding: .utf8)
    return try SeriesFile(rows: text).values.values.reduce(0) { $0 + $1.count }
  }

  /// Prints a row of what several cases have together.
  private func report(_ total: AccuracyTotal, _ parts: [[Outcome]], in table: Table) -> JSON {
    let points = parts.map { Double($0[0].points) }
    let values = parts[0].indices.map { seed in
      zip(parts, points).reduce(0) { $0 + $1.0[seed].scores[0] * $1.1 } / points.reduce(0, +)
    }
    let mean = values.reduce(0, +) / Double(values.count)
    let seconds = parts.reduce(0) { $0 + median($1.map(\.child.seconds)) }
    table.printRow([
      total.name, total.measure, mean.fixed(2), "\((values.min() ?? mean).fixed(2))–\((values.max() ?? mean).fixed(2))",
      total.bar.fixed(2), mean <= total.bar ? "yes" : "NO", seconds.fixed(0), "",
      total.published.map { "\($0.method) \($0.value.formatted)" }.joined(separator: ", "),
    ])
    return .object([
      "name": .text(total.name), "scores": .object([total.measure: .list(values.map { .number($0) })]),
      "bar": .number(total.bar), "seconds": .rounded(seconds),
    ])
  }

  /// Prints a row a measure.
  private func report(_ one: AccuracyCase, _ runs: [Outcome], in table: Table) -> JSON {
    let seconds = median(runs.map(\.child.seconds))
    let peak = runs.map(\.child.peak).max() ?? 0
    var measures: [String: JSON] = [:]
    for (place, name) in one.measures.enumerated() {
      let values = runs.map { $0.scores[place] }
      let mean = values.reduce(0, +) / Double(values.count)
      let digits = mean < 1 ? 4 : mean < 10 ? 3 : 2
      let (least, most) = (values.min() ?? mean, values.max() ?? mean)
      let spread = values.count > 1 ? "\(least.fixed(digits))–\(most.fixed(digits))" : "1"
      let isFirst = place == 0
      table.printRow([
        isFirst ? one.name : "", name, mean.fixed(digits), spread,
        isFirst ? one.bar?.fixed(3) ?? "" : "", isFirst ? one.bar.map { mean <= $0 ? "yes" : "NO" } ?? "" : "",
        isFirst ? seconds.fixed(0) : "", isFirst ? "\(peak / 1_000_000)" : "",
        isFirst ? one.published.map { "\($0.method) \($0.value.formatted)" }.joined(separator: ", ") : "",
      ])
      measures[name] = .list(values.map { .number($0) })
    }
    return .object([
      "name": .text(one.name), "scores": .object(measures), "bar": one.bar.map { .number($0) } ?? .null,
      "seconds": .rounded(seconds), "processor_seconds": .rounded(median(runs.map(\.child.processor))),
      "peak_bytes": .count(peak),
      "published": .object(
        Dictionary(one.published.map { ($0.method, .number($0.value)) }) { first, _ in first }),
    ])
  }
}

extension Double {
  /// As published: three digits below 10, two above.
  fileprivate var formatted: String { fixed(self < 10 ? 3 : 2) }
}
