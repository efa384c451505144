import Databases
import Files
import PipelineFile
import Pipelines

/// Writes the forecast and its scores.
struct WriteStage: SinkStage {
  static let name = "write"
  static let summary = "Writes the forecast as CSV, JSON or Parquet, and its scores as CSV or JSON."
  static let example = "{path: forecasts/co2.csv, scores: forecasts/co2.scores.json}"

  @Field(
    "The forecast file; `.json` at its end makes it JSON, `.parquet` Parquet by DuckDB's command, anything else CSV.")
  var path: FilePath
  @Field("What the columns of a CSV or Parquet file are called.") var columns = ForecastFile.Columns.almanac
  @Field("The file of the scores: JSON, or CSV where it ends in `.csv`; overall, by fold, series and step.") var scores:
    FilePath?
  @Field("The trained network, as a safetensors file; of several members a file each, the second with .2 in its name.")
  var model: FilePath?
  @Field("Gates and states of the network over each series' last window, as CSV.") var gates: FilePath?
  @Field("How much each step of the lookback counts in each step of the forecast, as CSV; for networks with attention.")
  var attention: FilePath?
  @Field(
    "Possible futures of each series, as CSV: `series,time,step,path,value`. Recursive networks feed each value back; "
      + "others draw each step from its distribution, neighbouring steps with correlated ranks.")
  var samples: FilePath?
  @Field("For Parquet: the place of DuckDB's command; without it the `duckdb` of the search path.") var program:
    FilePath?
  @Field("For samples: paths of each series; without it 100.", bounds: .between(1, 100_000)) var paths: Int?

  init() {}

  var outputs: [FilePath] { [path] + [scores, model, gates, attention, samples].compactMap { $0 } }

  func outputs(networks: Int) -> [FilePath] {
    outputs + (model.map { model in networks < 2 ? [] : (2...networks).map(model.numbered) } ?? [])
  }

  func check() throws(FieldFault) {
    if program != nil, !isParquet { throw FieldFault("program", "wants a `path` that ends in .parquet") }
    if paths != nil, samples == nil { throw FieldFault("paths", "wants `samples`, the file of the paths") }
  }

  func check(beside rest: StageSurroundings) throws(FieldFault) {
    if scores != nil, rest.backtest == nil {
      throw FieldFault("scores", "asks for an evaluate stage before it; nothing is judged without one")
    }
    if samples != nil, rest.drawsPaths == false {
      throw FieldFault(
        "samples", "wants a network with a head that gives a distribution: set `head` or `levels` of the forecaster")
    }
  }

  /// A number and a row of text for each step of a path.
  func bytes(forRows rows: Double) -> Double { samples == nil ? 0 : rows * Double(paths ?? 100) * 80 }

  private var isParquet: Bool { path.text.hasSuffix(".parquet") }

  func prepare(_ context: StageContext) throws {
    if isParquet { _ = try DuckDB(program, in: context) }
  }

  func publish(_ forecast: PublishedForecast, to files: any OutputFiles, _ context: StageContext) throws {
    let file = ForecastFile(forecast)
    if isParquet {
      let time = forecast.series.first.map { forecast.style.text(of: $0.index[0]) } ?? ""
      try ParquetFile(csv: file.csv(columns: columns), columns: file.names(columns), time: time)
        .write(to: FilePath(files.stage(path)), by: DuckDB(program, threads: 1, in: context), context)
    } else if path.text.hasSuffix(".json") {
      try files.write(file.json(), to: path)
    } else {
      try files.write(to: path) { file.csv(columns: columns, pieces: $0) }
    }
    if let scores, let card = forecast.scores, let report = ScoreFile(forecast) {
      let isCSV = scores.text.hasSuffix(".csv")
      try files.write(
        isCSV ? ScoreFile.csv(card, series: forecast.panel.series.map(\.name)) : report.json(), to: scores)
    }
    // A baseline in the model's place has no network.
    if forecast.fallback != nil { return }
    if let model { try write(forecast.weightFiles(), to: model, files) }
    if let samples {
      try write(try PathFile(forecast, count: paths ?? 100).map { [$0.csv] } ?? [], to: samples, files)
    }
    guard gates != nil || attention != nil else { return }
    let activations = try ActivationFile(forecast)
    if let gates { try write(activations.isEmpty ? [] : [activations.gates()], to: gates, files) }
    if let attention { try write(activations.attention().map { [$0] } ?? [], to: attention, files) }
  }

  private func write(_ made: [[UInt8]], to path: FilePath, _ files: any OutputFiles) throws {
    if made.isEmpty {
      throw Failure(.failed, "\(path.text): the forecaster has nothing of the kind; leave the field out")
    }
    for (number, bytes) in made.enumerated() {
      try files.write(bytes, to: number == 0 ? path : path.numbered(number + 1))
    }
  }
}

extension ForecastFile.Columns: FieldChoice {}
