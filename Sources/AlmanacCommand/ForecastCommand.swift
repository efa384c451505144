import ArgumentParser
import Charts
import Files
import Forecasting
import Foundation
import Operation
import PipelineFile
import Pipelines
import Processes
import Stages
import TimeSeries

struct ForecastCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "forecast",
    abstract: "Forecasts a CSV file, with nothing more to say: `almanac forecast sales.csv`.",
    discussion:
      "It finds out what the file holds, tries several forecasters on its last rows, judges and combines them, prints the "
      + "forecast, and says whether it is worth more than repeating the last season. Nothing is written unless --output "
      + "or --save asks for it; --save keeps the pipeline that this amounts to, which `almanac run` carries out again, "
      + "with forecast, scores, chart and a report; --report writes that page alone. Exit codes: 0 forecast, 1 failed, "
      + "64 wrong usage, 65 nothing to forecast in the file, 66 no such file, 73 an output cannot be written.\n\n"
      + examples(
        "almanac forecast sales.csv", "almanac forecast sales.csv --horizon 12 --budget 10s --output next.csv",
        "almanac forecast shops.csv --series shop --save shops", "almanac forecast shops.csv --save shops --train",
        "almanac forecast shops.csv --save shops --shard 1/16"))

  @OptionGroup var table: SketchArguments

  @Option(help: ArgumentHelp("The time that it may take, such as 30s or 5m.", valueName: "time"))
  var budget = ForecastCommand.usualBudget

  private static let usualBudget = "60s"

  @Option(
    name: .shortAndLong, help: "A file for the forecast: JSON where it ends in .json, CSV otherwise.",
    completion: .file())
  var output: String?

  @Option(
    help: ArgumentHelp("A folder for pipeline, forecast, scores, chart and report.", valueName: "folder"),
    completion: .directory)
  var save: String?

  @Option(
    help: ArgumentHelp(
      "A page about the forecast: one HTML file with charts and tables, which can be sent to anybody.",
      valueName: "file"),
    completion: .file(extensions: ["html"]))
  var report: String?

  @Flag(
    help: ArgumentHelp(
      "With --save, for very many series: judge and train on some of them, keep the model for --shard, and forecast "
        + "nothing yet."))
  var train = false

  @Option(
    help: ArgumentHelp(
      "With --save, after --train: forecast the third of sixteen parts of the series, and leave it in the folder's parts "
        + "for `almanac gather`.", valueName: "3/16"),
    transform: SeriesShard.argument)
  var shard: SeriesShard?

  @Flag(help: "Print the forecast, the scores and what was assumed as one JSON object.")
  var json = false

  @Option(help: ArgumentHelp("Where the randomness of a training comes from.", valueName: "number"))
  var seed: Int?

  @OptionGroup var closing: ChartOption

  @OptionGroup var resources: ResourceOptions

  @OptionGroup var logging: LogOptions

  func validate() throws {
    guard let span = TimeSpan(budget), span.milliseconds >= 1000 else {
      throw ValidationError("--budget wants a time of a second or more, such as 30s or 5m, not \"\(budget)\"")
    }
    if output != nil, save != nil {
      throw ValidationError("--save keeps the forecast in its folder, beside all else; leave --output out")
    }
    if json, output == "-" { throw ValidationError("--json and --output - both print the forecast; leave one out") }
    if train || shard != nil {
      let what = train ? "--train" : "--shard"
      if train, shard != nil { throw ValidationError("--train comes first, once, and --shard after it; leave one out") }
      if save == nil { throw ValidationError("\(what) wants --save: the folder of pipeline, model and parts") }
      if json || output != nil || report != nil {
        throw ValidationError("\(what) prints no forecast: leave --json, --output and --report to `almanac gather`")
      }
      let said =
        table.said + (budget == ForecastCommand.usualBudget ? [] : ["--budget"]) + (seed == nil ? [] : ["--seed"])
      if shard != nil, let first = said.first {
        throw ValidationError("--shard forecasts as --train has decided; leave \(first) out")
      }
    }
    if let seed, seed < 0 { throw ValidationError("--seed wants a number from 0 on, not \(seed)") }
  }

  func run() throws {
    if let save, train || shard != nil { return try runInShards(in: FilePath(save)) }
    let report = RunReport(logging, run: RunIdentifier.new(), isWatched: Console.isWatched)
    do { try run(report) } catch { throw report.fail(error) ?? error }
  }

  private func run(_ report: RunReport) throws {
    let began = ContinuousClock.now
    let interruption = Signals.interruption()
    interruption.whenItComes { _ in report.interrupt("no forecast was written; a smaller --budget ends sooner") }
    // What comes through standard input is read twice: by whoever finds out what it is, and by the pipeline.
    let input = table.csv == "-" ? try BufferedInput() : nil
    let read = { @Sendable (deadline: ContinuousClock.Instant?, take: (Span<UInt8>) throws -> Void) throws in
      try input?.read(take) ?? Surroundings.standardInput(deadline, take)
    }
    let sketch = try table.sketch(standardInput: read)
    if speaks { for line in sketch.summary { Console.line(line) } }
    let gnuplot = try? Gnuplot(searching: Surroundings.searchPath, environment: Surroundings.environment)
    let text = sketch.yaml(for: places(drawsPictures: gnuplot != nil))
    let file = save.map { FilePath($0).appending("pipeline.yaml").text }
    var pipeline = try SketchArguments.reader.read(text, file: file ?? "almanac forecast")
    pipeline.isStreaming = save == nil && self.report == nil && (output ?? "-") == "-"
    if let file { try keep(text, at: file) }
    var context = Surroundings.context(of: pipeline, interruption)
    context.standardInput = read
    var runner = Runner(
      pipeline, threads: resources.threadCount, context: context,
      events: { report.report($0) })
    runner.assumptions = sketch.summary
    runner.memory = resources.memory
    runner.settle = { interruption.settle() }
    let result: RunResult
    do { result = try runner.run() } catch {
      if !interruption.settle() { Signals.waitForTheEnd() }
      throw error
    }
    report.clear()
    let seconds = (ContinuousClock.now - began) / .seconds(1)
    let answer = ForecastAnswer(result.published, sketch: sketch, seconds: seconds)
    if json || output == "-" {
      let bytes = json ? try answer.json() : ForecastFile(result.published).csv()
      if let reason = Console.output(bytes) {
        throw Failure(.cannotWrite, "the forecast cannot be written to standard output: \(reason)")
      }
    }
    guard speaks else { return }
    for line in answer.lines { Console.line(line) }
    if !closing.noChart { ClosingChart(interruption: interruption).show(result.published) }
    Console.line("took \(String(format: "%.1f", seconds)) s")
    for path in (file.map { [$0] } ?? []) + result.files.map(\.text) { Console.line("wrote \(path.onOneLine)") }
  }

  /// Trains for shards, or forecasts one of them, by the pipeline of a folder.
  private func runInShards(in folder: FilePath) throws {
    let file = folder.appending("pipeline.yaml").text
    var session = RunSession(file: file, options: try PipelineOptions.parse([]), resources: resources, logging: logging)
    session.showsChart = false
    if let shard {
      try reportingFailures {
        guard !FilePath(file).exists else { return }
        throw Failure(
          .noInput,
          "there is no \(file) to forecast a shard by; `almanac forecast \(table.csv) --save \(folder) --train` makes it"
        )
      }
      let origin = ShardFile.Origin(file: file, session.options, input: table.csv)
      session.options.replaceInput(with: table.csv)
      session.shard = (shard, folder.appending("parts"), origin)
      return try session.run()
    }
    try reportingFailures {
      let sketch = try table.sketch()
      if speaks { for line in sketch.summary { Console.line(line) } }
      let gnuplot = try? Gnuplot(searching: Surroundings.searchPath, environment: Surroundings.environment)
      try keep(sketch.yaml(for: places(drawsPictures: gnuplot != nil)), at: file)
    }
    session.trainsAlone = true
    try session.run()
    if speaks {
      Console.line(
        "next: `almanac forecast \(table.csv) --save \(folder) --shard 1/4`, up to 4/4 or how many there are,")
      Console.line("then: `almanac gather \(folder.appending("parts"))`")
    }
  }

  /// Whether there are words for a person on standard output.
  private var speaks: Bool { !json && !logging.quiet && output != "-" }

  private func places(drawsPictures: Bool) -> SketchPlaces {
    var places = SketchPlaces(directory: FilePath.workingFolder.text)
    places.command = "forecast"
    places.budget = TimeSpan(budget)
    places.seed = seed
    places.isForShards = train
    places.drawsPictures = drawsPictures
    places.folder = save
    places.file = save.map { FilePath($0).appending("pipeline.yaml").text }
    places.forecast = output == "-" ? nil : output
    places.report = report ?? save.map { FilePath($0).appending("report.html").text }
    places.writesReportAlone = save == nil && places.forecast == nil && report != nil
    return places
  }

  /// Keeps the pipeline; the same one may be there already.
  private func keep(_ text: String, at path: String) throws(Failure) {
    if let kept = FilePath(path).contents(), kept == Data(text.utf8) { return }
    try PipelineFiles.create(path, with: text)
  }
}
