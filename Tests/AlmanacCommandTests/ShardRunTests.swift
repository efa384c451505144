import Foundation
import Testing

/// Runs of parts of the series, and what becomes of them together, on the built binary.
@Suite struct ShardRunTests {
  private static let evaluate =
    "  - {use: evaluate, with: {folds: 2, metrics: [mae, rmse, mase, smape], forecasts: folds.csv}}\n"

  /// Sixty monthly series of several lengths, the rows of all mixed as times come.
  static func csv(series: Int = 60, months: Int = 40, change: (Int, Int) -> String? = { _, _ in nil }) -> String {
    var text = "shop,month,sold\n"
    for month in 0..<months {
      for shop in 0..<series where month >= shop % 9 {
        let time = "\(2020 + month / 12)-\(month % 12 < 9 ? "0" : "")\(month % 12 + 1)"
        let value = 50 + shop + 10 * (month % 12) + (shop * 31 + month * 17) % 7
        text += "shop-\(shop),\(time),\(change(shop, month) ?? "\(value)")\n"
      }
    }
    return text
  }

  static func workspace(
    _ forecaster: String = "{use: ets, with: {levels: [0.8]}}", run: String = "{}", evaluate: String = evaluate,
    csv: String = csv(), window: String = "{horizon: 3}", source: String = ""
  ) throws -> Workspace {
    let workspace = try Workspace()
    try workspace.write(csv, to: "sold.csv")
    func scores(_ path: String) -> String { evaluate.isEmpty ? "" : ", scores: \(path)" }
    try workspace.write(
      """
      version: 1
      name: sold
      run: \(run)
      stages:
        - {use: csv, with: {path: sold.csv, time: month, target: sold, layout: long, series: shop\(source)}}
        - {use: window, with: \(window)}
        - \(forecaster)
      \(evaluate)  - {use: write, with: {path: out.csv\(scores("scores.json"))}}
        - {use: write, with: {path: out.json\(scores("scores.csv"))}}

      """, to: "sold.yaml")
    return workspace
  }

  private static let outputs = ["out.csv", "out.json", "scores.json", "scores.csv", "folds.csv"]

  /// Runs all shards into a folder.
  static func shards(_ workspace: Workspace, _ count: Int, into folder: String = "parts", _ options: String...) throws {
    for part in 1...count {
      let outcome = try Workspace.run(
        Workspace.binary, ["run", "sold.yaml", "--shard", "\(part)/\(count)", "--into", folder] + options,
        in: workspace.folder)
      try #require(outcome.code == 0, "\(outcome.errors)")
    }
  }

  /// What the one run publishes, and then what the shards do.
  private func both(_ workspace: Workspace, _ count: Int, _ options: String...) throws -> (
    one: [Data], gathered: [Data]
  ) {
    let one = try workspace.almanac("run", "sold.yaml")
    try #require(one.code == 0, "\(one.errors)")
    let names = Self.outputs.filter(workspace.exists)
    let first = try names.map(workspace.bytes)
    for name in names { try FileManager.default.removeItem(atPath: workspace.path(name)) }
    try Self.shards(workspace, count)
    #expect(Self.outputs.allSatisfy { !workspace.exists($0) })
    let gathered = try workspace.almanac("gather", "parts")
    try #require(gathered.code == 0, "\(gathered.errors)")
    return (first, try names.map(workspace.bytes))
  }

  @Test(arguments: [
    "{use: ets, with: {levels: [0.8]}}", "{use: theta}",
    "{use: seasonal-naive, with: {season: 12, levels: [0.5, 0.9]}}",
    "{use: ensemble, with: {members: [{use: theta}, {use: ets}], combine: mean}}",
  ])
  func `four shards gathered are the one run, to the byte`(forecaster: String) throws {
    let (one, gathered) = try both(Self.workspace(forecaster), 4)
    #expect(one.count == 5 && one == gathered)
  }

  @Test func `more shards than series are as good, and so are series without a backtest`() throws {
    let (one, gathered) = try both(
      Self.workspace(evaluate: "", csv: Self.csv(series: 3)), 7)
    #expect(one.count == 2 && one == gathered)
    // A part may hold nothing but series that are too short to be judged.
    let ragged =
      Self.csv(series: 12, months: 30).split(separator: "\n").filter { line in
        !line.hasPrefix("shop-3,") && !line.hasPrefix("shop-7,") || line.contains(",2022-0")
      }.joined(separator: "\n") + "\n"
    let (whole, parts) = try both(Self.workspace(csv: ragged), 12)
    #expect(whole.count == 5 && whole == parts)
  }

  @Test func `several targets, wide tables and folders of files are cut into shards too`() throws {
    let workspace = try Workspace()
    func compare(_ source: String) throws {
      try workspace.write(
        "version: 1\nname: t\nstages:\n  - {use: csv, with: {\(source)}}\n  - {use: window, with: {horizon: 2}}\n"
          + "  - {use: drift}\n  - {use: write, with: {path: out.csv}}\n", to: "sold.yaml")
      #expect(try workspace.almanac("run", "sold.yaml", "--force").code == 0)
      let one = try workspace.bytes("out.csv")
      try workspace.write("", to: "out.csv")
      try Self.shards(workspace, 3)
      let outcome = try workspace.almanac("gather", "parts", "--force")
      #expect(outcome.code == 0, "\(outcome.errors)")
      #expect(try workspace.bytes("out.csv") == one)
    }
    let days = (1...9).map { "2024-01-0\($0)" }
    try workspace.write(
      "k,t,a,b,c\n"
        + days.flatMap { day in ["x", "y", "z"].map { "\($0),\(day),\(day.suffix(1)),7,\($0 == "x" ? 1 : 2)\n" } }
        .joined(), to: "long.csv")
    try compare("path: long.csv, time: t, target: [a, b, c], layout: long, series: k")
    try workspace.write(
      "t,a,b,c,d,e\n" + days.map { "\($0),\($0.suffix(1)),7,3,\($0.suffix(1)),4\n" }.joined(), to: "wide.csv")
    try compare("path: wide.csv, time: t")
    for name in ["p", "q", "r", "s"] {
      try workspace.write("t,v\n" + days.map { "\($0),\($0.suffix(1))\n" }.joined(), to: "files/\(name).csv")
    }
    try compare("path: files, time: t")
    try workspace.write("a,1,2,3,4\nb,5,6,7,8\nc,1,1,2,2\n", to: "rows.csv")
    try compare("path: rows.csv, layout: rows, header: false")
  }

  @Test func `the history and the record are those of a run, and gathering again does nothing`() throws {
    let workspace = try Self.workspace()
    try Self.shards(workspace, 4)
    let first = try workspace.almanac("gather", "parts")
    #expect(first.code == 0 && first.output.contains("published out.csv"), "\(first.errors)")
    let again = try workspace.almanac("gather", "parts")
    #expect(again.code == 0 && again.output.hasPrefix("nothing to do: "))
    // The one run would come to the same.
    #expect(try workspace.almanac("run", "sold.yaml").output.hasPrefix("nothing to do: "))
    let before = try Self.outputs.map(workspace.bytes)
    #expect(try workspace.almanac("gather", "parts", "--force").output.contains("published out.csv"))
    #expect(try Self.outputs.map(workspace.bytes) == before)
    let history = try workspace.almanac("runs", "sold.yaml", "--json").output
    let runs = try #require(try JSONSerialization.jsonObject(with: Data(history.utf8)) as? [[String: Any]])
    #expect(runs.map { $0["state"] as? String }.filter { $0 == "published" }.count == 2)
    #expect(runs.allSatisfy { $0["exitCode"] as? Int ?? 0 == 0 })
  }

  @Test func `rows in another order go to the same shards and come to the same forecasts`() throws {
    let workspace = try Self.workspace()
    try Self.shards(workspace, 4)
    let lines = Self.csv().split(separator: "\n").map(String.init)
    let turned = ([lines[0]] + lines.dropFirst().reversed()).joined(separator: "\n") + "\n"
    let first = try (1...4).map { try workspace.bytes("parts/\($0)-of-4.json") }
    try workspace.write(turned, to: "sold.csv")
    // The series stand in the order of the file that is gathered, as in the one run.
    #expect(try workspace.almanac("gather", "parts").code == 0)
    let gathered = try Self.outputs.map(workspace.bytes)
    #expect(try workspace.almanac("run", "sold.yaml", "--force").code == 0)
    #expect(try Self.outputs.map(workspace.bytes) == gathered)
    try Self.shards(workspace, 4)
    func fingerprints(_ manifests: [Data]) throws -> [String] {
      try manifests.map { data in
        let manifest = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        return "\(manifest["readings"] ?? "") \(manifest["panel"] ?? "") \(manifest["series"] ?? "")"
      }
    }
    #expect(try fingerprints(first) == fingerprints((1...4).map { try workspace.bytes("parts/\($0)-of-4.json") }))
  }

  @Test func `missing, doubled and mixed shards are refused with words, and nothing is published`() throws {
    let workspace = try Self.workspace()
    let none = try workspace.almanac("gather", "nowhere")
    #expect(none.code == 66 && none.errors.contains("there is no folder nowhere"))
    try FileManager.default.createDirectory(atPath: workspace.path("parts"), withIntermediateDirectories: true)
    let empty = try workspace.almanac("gather", "parts")
    #expect(empty.code == 66)
    #expect(empty.errors.contains("there are no shards in parts; `almanac run FILE --shard 1/N --into DIR` makes one"))

    try Self.shards(workspace, 4)
    try Self.shards(workspace, 4, into: "others")
    let twice = try workspace.almanac("gather", "parts", "others")
    #expect(twice.code == 65)
    #expect(
      twice.errors.contains(
        "shard 1/4 is there twice: parts/1-of-4.json and others/1-of-4.json; leave one of them out"))

    for name in ["2-of-4.json", "3-of-4.json"] {
      try FileManager.default.removeItem(atPath: workspace.path("parts/\(name)"))
    }
    let missing = try workspace.almanac("gather", "parts")
    #expect(missing.code == 66)
    #expect(missing.errors.contains("shard 2/4 is missing in parts, and 1 more: `almanac run "))
    #expect(missing.errors.contains("sold.yaml --shard 2/4 --into parts` makes it"))

    try FileManager.default.removeItem(atPath: workspace.path("parts"))
    try Self.shards(workspace, 4)
    let other = try workspace.almanac("run", "sold.yaml", "--shard", "2/3", "--into", "parts")
    #expect(other.code == 0)
    let mixed = try workspace.almanac("gather", "parts")
    #expect(
      mixed.code == 65 && mixed.errors.contains("are of 4 and of 3 shards; keep those of one run"), "\(mixed.errors)")
    try FileManager.default.removeItem(atPath: workspace.path("parts/2-of-3.json"))

    #expect(
      try workspace.almanac("run", "sold.yaml", "--shard", "2/4", "--into", "parts", "--set", "window.horizon=4").code
        == 0)
    let pipelines = try workspace.almanac("gather", "parts")
    #expect(pipelines.code == 65 && pipelines.errors.contains("are of different pipelines"), "\(pipelines.errors)")
    #expect(Self.outputs.allSatisfy { !workspace.exists($0) })
    #expect(try workspace.almanac("run", "sold.yaml", "--shard", "2/4", "--into", "parts").code == 0)
    #expect(try workspace.almanac("gather", "parts").code == 0)
  }

  @Test func `an input or a pipeline that changed since is told, and the shards that saw it run again mend it`() throws
  {
    let workspace = try Self.workspace()
    try Self.shards(workspace, 4)
    // shop-0 is of the second of four parts.
    try workspace.write(Self.csv { $0 == 0 && $1 == 39 ? "99" : nil }, to: "sold.csv")
    let changed = try workspace.almanac("gather", "parts")
    #expect(changed.code == 65)
    let words = "the input is not the one that shard "
    #expect(changed.errors.contains(words), "\(changed.errors)")
    let shard = try #require(changed.errors.split(separator: words).last?.prefix(3))
    #expect(try workspace.almanac("run", "sold.yaml", "--shard", String(shard), "--into", "parts").code == 0)
    #expect(try workspace.almanac("gather", "parts").code == 0)
    let gathered = try Self.outputs.map(workspace.bytes)
    #expect(try workspace.almanac("run", "sold.yaml", "--force").code == 0)
    #expect(try Self.outputs.map(workspace.bytes) == gathered)

    try workspace.write(workspace.read("sold.yaml").replacing("horizon: 3", with: "horizon: 5"), to: "sold.yaml")
    let pipeline = try workspace.almanac("gather", "parts")
    #expect(pipeline.code == 65 && pipeline.errors.contains("the shards are of another pipeline than "))
    #expect(try Self.outputs.map(workspace.bytes) == gathered)
  }

  @Test func `a part that is cut, or that a manifest does not know, is told`() throws {
    let workspace = try Self.workspace()
    try Self.shards(workspace, 2)
    let part = try workspace.bytes("parts/2-of-2.part")
    try part.dropLast(8).write(to: workspace.folder.appending(path: "parts/2-of-2.part"))
    let cut = try workspace.almanac("gather", "parts")
    #expect(cut.code == 65)
    #expect(cut.errors.contains("2-of-2.part is not what its manifest says; run shard 2/2 again"), "\(cut.errors)")
    try workspace.write("{}", to: "parts/2-of-2.json")
    #expect(
      try workspace.almanac("gather", "parts").errors.contains("parts/2-of-2.json is no manifest of a shard; remove it")
    )
    try workspace.write("{\"form\": 3}", to: "parts/2-of-2.json")
    #expect(try workspace.almanac("gather", "parts").errors.contains("has the form 3, and this almanac reads 2"))
  }

  @Test func `a shard that is killed leaves nothing that counts, and the next one nothing of it`() throws {
    let workspace = try Self.workspace(csv: Self.csv(series: 400, months: 60))
    let program = try BackgroundProgram(
      [Workspace.binary.path, "run", "sold.yaml", "--shard", "1/1", "--into", "parts"], in: workspace.folder)
    let deadline = ContinuousClock.now + .seconds(60)
    func hidden() -> [String] { workspace.files().filter { $0.contains("/.almanac-") } }
    while !workspace.exists("parts"), ContinuousClock.now < deadline { usleep(2000) }
    program.end(by: SIGKILL)
    #expect(!workspace.exists("parts/1-of-1.json"))
    #expect(try workspace.almanac("gather", "parts").code == 66)
    #expect(try workspace.almanac("run", "sold.yaml", "--shard", "1/1", "--into", "parts").code == 0)
    #expect(hidden().isEmpty)
    #expect(try workspace.almanac("gather", "parts").code == 0)
  }

  @Test func `series that cannot be forecast are told together, and the exit code is that of the one run`() throws {
    // Readings that are never there, in several parts.
    let csv = Self.csv { shop, _ in [4, 9, 17, 33].contains(shop) ? "" : nil }
    let workspace = try Self.workspace(run: "{on_series_error: skip}", csv: csv)
    let one = try workspace.almanac("run", "sold.yaml")
    #expect(one.code == 3)
    let first = try Self.outputs.map(workspace.bytes)
    func failures(_ outcome: Workspace.Outcome) -> [Substring] {
      outcome.errors.split(separator: "\n").filter {
        $0.contains("is left out") || $0.contains("could not be forecast")
      }
    }
    var codes: [Int32] = []
    for part in 1...4 {
      codes.append(try workspace.almanac("run", "sold.yaml", "--shard", "\(part)/4", "--into", "parts").code)
    }
    #expect(Set(codes).isSubset(of: [0, 3]) && codes.contains(3))
    let gathered = try workspace.almanac("gather", "parts", "--force")
    #expect(gathered.code == 3)
    #expect(failures(gathered) == failures(one) && failures(one).count == 5, "\(gathered.errors)")
    #expect(try Self.outputs.map(workspace.bytes) == first)
    // Where one is enough to stop, its shard leaves nothing.
    let strict = try Self.workspace(csv: csv)
    let stopped = try (1...4).map { part in
      try strict.almanac("run", "sold.yaml", "--shard", "\(part)/4", "--into", "parts").code
    }
    #expect(stopped.contains(65))
    #expect(try strict.almanac("gather", "parts").code == 66)
  }

  @Test func `what the pipeline requires is asked of all series together`() throws {
    let workspace = try Self.workspace(
      evaluate: "  - {use: evaluate, with: {folds: 1, metrics: [mase], require: {mase: \"< 0.0001\"}}}\n")
    let one = try workspace.almanac("run", "sold.yaml")
    try Self.shards(workspace, 2)
    let gathered = try workspace.almanac("gather", "parts")
    #expect(one.code == 4 && gathered.code == 4)
    #expect(gathered.errors == one.errors)
  }

  @Test func `what is learned of all series is refused, with what to do`() throws {
    func refused(_ forecaster: String, run: String = "{}", evaluate: String = Self.evaluate) throws -> Workspace.Outcome
    {
      try Self.workspace(forecaster, run: run, evaluate: evaluate).almanac(
        "run", "sold.yaml", "--shard", "1/4", "--into", "parts")
    }
    let gru = try refused("{use: gru, with: {hidden: 2, epochs: 1}}")
    #expect(gru.code == 78)
    #expect(
      gru.errors.contains(
        "stages[2] (gru): no shard can be run: it learns of all series together, and a shard has only its own; train once with "
          + "`almanac run sold.yaml --train`, with `run: {retrain: never}` in the file"), "\(gru.errors)")
    #expect(try refused("{use: auto}").errors.contains("it learns of all series together"))
    #expect(
      try refused("{use: ensemble, with: {members: [{use: theta}, {use: ets}], combine: weighted}}").errors
        .contains("it learns of all series together"))
    #expect(
      try refused("{use: ets, with: {levels: [0.8], calibration: auto}}").errors
        .contains("`calibration` counts the errors of all series together"))
    #expect(
      try refused("{use: ets}", evaluate: "  - {use: evaluate, with: {on_worse_than: naive}}\n").errors
        .contains("`on_worse_than` is decided by the scores of all series"))
    #expect(
      try refused("{use: ets}", evaluate: "  - {use: evaluate, with: {train: 0.7, test: 0.2}}\n").errors
        .contains("`train` cuts as many folds as the shortest of all series has room for; give `folds`"))
    #expect(
      try refused("{use: ets}", run: "{retrain: every 7d}").errors.contains("shards want never, for a saved model"))
    let untrained = try refused("{use: gru, with: {hidden: 2, epochs: 1}}", run: "{retrain: never}")
    #expect(untrained.code == 66)
    #expect(
      untrained.errors.contains(
        "a shard trains nothing, and there is no saved model yet; train once with `almanac run sold.yaml --train`"))
  }

  @Test func `what does not go with a shard is refused`() throws {
    let workspace = try Self.workspace()
    for (words, part) in [
      (["--shard", "1/4"], "--shard and --into go together"), (["--into", "parts"], "--shard and --into go together"),
      (["--shard", "5/4", "--into", "parts"], "wants a part and the number of parts such as 3/16, not \"5/4\""),
      (["--shard", "1/4", "--into", "parts", "--output", "-"], "leave --output, --report, --now and --resume to"),
    ] {
      let outcome = try Workspace.run(Workspace.binary, ["run", "sold.yaml"] + words, in: workspace.folder)
      #expect(outcome.code == 64 && outcome.errors.contains(part), "\(outcome.errors)")
    }
  }

  @Test func `shards of standard input are gathered with the same input`() throws {
    let workspace = try Self.workspace()
    #expect(try workspace.almanac("run", "sold.yaml").code == 0)
    let one = try workspace.bytes("out.csv")
    for part in 1...2 {
      let words = "\(Workspace.binary.path) run sold.yaml --input - --shard \(part)/2 --into parts <sold.csv"
      #expect(
        try Workspace.run(URL(fileURLWithPath: "/bin/sh"), ["-c", words], in: workspace.folder).code == 0)
    }
    let asked = try workspace.almanac("gather", "parts")
    #expect(asked.code == 66 && asked.errors.contains("the shards have read standard input; give the same again"))
    try FileManager.default.removeItem(atPath: workspace.path("out.csv"))
    #expect(try workspace.almanac("gather", "parts", "--input", "sold.csv").code == 0)
    #expect(try workspace.bytes("out.csv") == one)
  }

  @Test func `very many series are forecast part by part, to the same bytes, and nothing of them is kept`() throws {
    let months = ["2024-01", "2024-02", "2024-03", "2024-04"]
    let csv =
      "shop,month,sold\n"
      + (0..<20_050).map { shop in
        months.enumerated().map { "shop-\(shop),\($1),\((shop * 7 + $0 * 3) % 101)\n" }.joined()
      }.joined()
    let workspace = try Self.workspace("{use: drift, with: {levels: [0.8]}}", evaluate: "", csv: csv)
    let outcome = try workspace.almanac("run", "sold.yaml")
    try #require(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("forecast 10000 of 20050 series; "))
    #expect(outcome.errors.contains("forecast 20050 of 20050 series; "))
    #expect(!workspace.exists(".almanac/sold/model"))
    let one = try ["out.csv", "out.json"].map(workspace.bytes)
    // Each of these is small enough to be fitted at once.
    try Self.shards(workspace, 2)
    #expect(try workspace.almanac("gather", "parts", "--force").code == 0)
    #expect(try ["out.csv", "out.json"].map(workspace.bytes) == one)
    // The lowest and the highest value of each series' line, by hand: the drift is a third of last less first.
    let lines = String(decoding: one[0], as: UTF8.self).split(separator: "\n")
    #expect(lines.count == 1 + 3 * 20_050)
    let first = lines[1].split(separator: ",")
    #expect(first[0] == "shop-0" && first[1] == "2024-05" && Double(first[3]) == 12)
  }

  // MARK: A saved network

  private static let gru = "{use: gru, with: {hidden: 3, epochs: 2, validation: 0, levels: [0.8]}}"

  @Test(arguments: ["{lookback: 6, horizon: 3}", "{lookback: 6, horizon: 3, sample: 20}"])
  func `a saved network forecasts in shards as it does in one run`(window: String) throws {
    let workspace = try Self.workspace(
      Self.gru.replacing(", levels: [0.8]", with: ""), run: "{retrain: never}", evaluate: "", window: window)
    let trained = try workspace.almanac("run", "sold.yaml")
    try #require(trained.code == 0, "\(trained.errors)")
    try workspace.write(Self.csv(months: 41), to: "sold.csv")
    let (one, gathered) = try both(workspace, 4)
    #expect(one.count == 2 && one == gathered)
    #expect(try workspace.almanac("run", "sold.yaml", "--force").errors.contains("using the model of"))
  }

  @Test func `a network that learned from a sample forecasts all series, new ones too, behind transforms`() throws {
    let workspace = try Self.workspace(
      "{use: normalize}\n  - " + Self.gru, run: "{retrain: never}", evaluate: "",
      window: "{lookback: 6, horizon: 3, sample: 20}")
    // Transforms stand before the window.
    let lines = try workspace.read("sold.yaml").split(separator: "\n").map(String.init)
    let place = try #require(lines.firstIndex { $0.contains("use: normalize") })
    var turned = lines
    turned.insert(turned.remove(at: place), at: place - 1)
    try workspace.write(turned.joined(separator: "\n") + "\n", to: "sold.yaml")
    let trained = try workspace.almanac("run", "sold.yaml")
    try #require(trained.code == 0, "\(trained.errors)")
    #expect(try workspace.read("out.csv").split(separator: "\n").count == 1 + 60 * 3)
    let model = try workspace.read(".almanac/sold/model/model.json")
    #expect(model.components(separatedBy: "\"name\":\"shop-").count - 1 == 20)
    let before = try workspace.read("out.csv").split(separator: "\n")
    // Forty more series, and one row more of each.
    try workspace.write(Self.csv(series: 100, months: 41), to: "sold.csv")
    let (one, gathered) = try both(workspace, 4)
    #expect(one == gathered)
    #expect(String(decoding: one[0], as: UTF8.self).split(separator: "\n").count == 1 + 100 * 3)
    #expect(before.count == 181)
    let reused = try workspace.almanac("run", "sold.yaml", "--force")
    #expect(reused.errors.contains("using the model of"))
  }

  @Test func `another model than the shards had is told`() throws {
    let workspace = try Self.workspace(
      Self.gru, run: "{retrain: never}", evaluate: "", window: "{lookback: 6, horizon: 3, sample: 20}")
    #expect(try workspace.almanac("run", "sold.yaml").code == 0)
    try Self.shards(workspace, 2)
    try FileManager.default.removeItem(atPath: workspace.path(".almanac/sold/model"))
    #expect(try workspace.almanac("run", "sold.yaml", "--force").code == 0)
    let outcome = try workspace.almanac("gather", "parts", "--force")
    #expect(outcome.code == 65)
    #expect(
      outcome.errors.contains("the shards were forecast by another saved model than the one in "), "\(outcome.errors)")
  }

  @Test func `a sample is not for what must have learned from every series`() throws {
    let embedded = "{use: gru, with: {hidden: 2, epochs: 1, series_embedding: 2}}"
    for forecaster in [embedded, "{use: select, with: {members: [{use: naive}, {use: theta}]}}"] {
      let workspace = try Self.workspace(forecaster, evaluate: "", window: "{lookback: 6, horizon: 3, sample: 20}")
      let outcome = try workspace.almanac("run", "sold.yaml")
      #expect(outcome.code == 78)
      #expect(
        outcome.errors.contains("sample is for what forecasts series that it has not learned from"),
        "\(outcome.errors)")
    }
    // Calibrated intervals follow the errors of all series.
    let workspace = try Self.workspace(
      Self.gru.replacing("0.8]", with: "0.8], calibration: auto"), run: "{retrain: never}", evaluate: "",
      window: "{lookback: 6, horizon: 3}")
    #expect(try workspace.almanac("run", "sold.yaml").code == 0)
    let outcome = try workspace.almanac("run", "sold.yaml", "--shard", "1/2", "--into", "parts")
    #expect(outcome.code == 78)
    #expect(
      outcome.errors.contains(
        "its intervals follow the errors of all series; set `sample` of the window stage, and train once more"))
  }
}
