import Databases
import Files
import PipelineFile
import Pipelines

/// Reads a table of an SQLite file.
struct SQLiteStage: SourceStage {
  static let name = "sqlite"
  static let summary = "Reads series from a table of an SQLite file, or what a statement gives."
  static let example = "{path: shop.db, table: sales, series: shop, time: day, target: sold}"

  @Field("The file; it is only read.") var path: FilePath
  @Field("The table or view.") var table: String?
  @Field("One SELECT in place of `table`.") var sql: String?
  var rows = RowFields()

  init() {}

  func check() throws(FieldFault) {
    if table == nil, sql == nil { throw FieldFault("table", "is missing: give a table, or `sql`") }
    if table != nil, sql != nil { throw FieldFault("sql", "stands in place of `table`: give one") }
    try rows.check()
  }

  func read(_ context: StageContext) throws -> SourceReadings {
    try context.withFolder { folder in
      let file = folder.appending("rows.csv")
      let database = SQLiteRows(FilePath(context.root.resolve(path)), until: context.deadline)
      do throws(SQLiteError) {
        try database.write(table.map { .table($0) } ?? .statement(sql ?? ""), rows.query(context), to: file)
      } catch {
        guard case .refused = error else { throw error }
        throw FieldFault(sql == nil ? "table" : "sql", "cannot be carried out: \(error)")
      }
      return try rows.query(context).readings(
        of: file, named: table.map { "the table \($0) of \(path)" } ?? "the rows of `sql`")
    }
  }

  /// What was committed last may still stand in the log beside the file.
  func inputs(below root: RootFolder) -> [String]? {
    let file = root.resolve(path)
    return [file] + [file + "-wal"].filter { FilePath($0).exists }
  }
}
