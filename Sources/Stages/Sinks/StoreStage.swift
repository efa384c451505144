import Databases
import Files
import PipelineFile
import Pipelines

/// Puts the forecast into a table.
struct StoreStage: SinkStage {
  static let name = "store"
  static let summary =
    "Puts the forecast into a table of an SQLite file, in the place of what came from the same origin."
  static let example = "{path: shop.db, table: forecasts}"

  @Field("The SQLite file; made where there is none.") var path: FilePath
  @Field(
    "The table; made where there is none, with the columns pipeline, series, origin, time, step, forecast, and lower_80, "
      + "upper_80 for each level.")
  var table = "forecasts"

  init() {}

  var changed: [FilePath] { [path] }

  func check() throws(FieldFault) {
    if table.isEmpty { throw FieldFault("table", "wants a name") }
  }

  func prepare(_ context: StageContext) throws {
    try SQLiteForecast.check(FilePath(context.root.resolve(path)), table: table)
  }

  func publish(_ forecast: PublishedForecast, to files: any OutputFiles, _ context: StageContext) throws {
    files.join(try SQLiteForecast(forecast, in: files.place(of: path), table: table))
  }

  /// What stands in a table by now only the table knows, so that every run puts its rows there.
  func inputs(below root: RootFolder) -> [String]? { nil }
}
