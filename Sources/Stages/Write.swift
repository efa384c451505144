import Pipelines

/// Writes the forecast and its scores.
struct Write: SinkStage {
  static let name = "write"
  static let summary = "Writes the forecast as CSV or JSON, and the scores as JSON."
  static let example = "{path: forecasts/co2.csv, scores: forecasts/co2.scores.json}"

  @Field("The forecast file; `.json` at its end makes it JSON, anything else CSV.") var path: FilePath
  @Field("What the columns of a CSV file are called.") var columns = ForecastFile.Columns.almanac
  @Field("The file of the scores, as JSON.") var scores: FilePath?

  init() {}

  func outputs() -> [FilePath] { [path] + [scores].compactMap { $0 } }

  func check(beside rest: StageSurroundings) throws(FieldFault) {
    if scores != nil, rest.backtest == nil {
      throw FieldFault("scores", "asks for an evaluate stage before it; nothing is judged without one")
    }
  }

  func publish(_ result: RunResult, to publication: Publication, _ context: StageContext) throws {
    let file = ForecastFile(result)
    try publication.write(path.text.hasSuffix(".json") ? file.json() : file.csv(columns: columns), to: path)
    if let scores, let report = ScoreFile(result) { try publication.write(report.json(), to: scores) }
  }
}

extension ForecastFile.Columns: FieldChoice {}
