import Databases
import Files
import PipelineFile
import Pipelines
import Tabular

/// Reads what DuckDB's command can read.
struct QueryStage: SourceStage {
  static let name = "query"
  static let summary = "Reads series from Parquet, JSON, CSV or a database by DuckDB's command."
  static let example = "{from: readings/*.parquet, series: store, time: day, target: sold}"

  @Field("A file, a pattern such as sales/*.parquet, or a folder of Parquet files, partitioned (store=a/…) or not.")
  var from: FilePath?
  @Field(
    "One SELECT of DuckDB's SQL in place of `from`, such as SELECT * FROM 'sales.parquet' WHERE store = 'a'; paths in it "
      + "are seen from the pipeline's root.") var sql: String?
  @Field("A table, or schema and table, of `database` or `postgres` in place of `from`.") var table: String?
  @Field("A DuckDB or SQLite file whose tables `sql` or `table` may name; it is only read.") var database: FilePath?
  @Field(
    "A Postgres server whose tables they may name, such as host=db dbname=shop; it is only read, and DuckDB's extension "
      + "postgres must be installed.", secret: true) var postgres: String?
  var rows = RowFields()
  @Field("The place of DuckDB's command; without it the `duckdb` of the search path.") var program: FilePath?
  @Field("Memory that DuckDB works in; what needs more goes to the disk.", unit: "MB", bounds: .between(64, 16_777_216))
  var memory = 1024
  @Field("Threads that DuckDB works on; one where `sql` asks `postgres`.", bounds: .between(1, 1024)) var threads = 2

  init() {}

  func check() throws(FieldFault) {
    let given = [from != nil, sql != nil, table != nil].count { $0 }
    if given == 0 { throw FieldFault("from", "is missing: give a file, or `sql`, or `table` of a database") }
    if given > 1 { throw FieldFault(sql == nil ? "table" : "sql", "stands in place of the other: give one") }
    if database != nil, postgres != nil { throw FieldFault("postgres", "stands in place of `database`: give one") }
    if table != nil, database == nil, postgres == nil {
      throw FieldFault("table", "wants `database` or `postgres`, where it stands")
    }
    if from != nil, database != nil || postgres != nil {
      throw FieldFault("from", "is a file; give `table` or `sql` of the database")
    }
    for (field, text) in [("sql", sql), ("table", table), ("postgres", postgres)]
    where text?.unicodeScalars.contains("\0") == true {
      throw FieldFault(field, "holds the character NUL")
    }
    try rows.check()
  }

  func read(_ context: StageContext) throws -> SourceReadings {
    // A function of the extension, such as postgres_execute, uses the connection that another thread reads by: both then
    // wait for each other.
    let threads = sql != nil && postgres != nil ? 1 : threads
    let duckDB = try DuckDB(program, memory: memory, threads: threads, secret: postgres, in: context)
    return try context.withFolder { folder in
      let file = folder.appending("rows.csv")
      let before = stamps(below: context.root)
      let statement = rows.query(context).statement(from: source(context.root))
      do throws(DuckDBError) {
        try duckDB.run(
          attachment(context.root) + ["COPY (\(statement)) TO \(file.text.sqlText) (FORMAT csv, HEADER)"],
          in: folder)
      } catch {
        guard error.isOfStatement else { throw error }
        throw FieldFault(sql == nil ? table == nil ? "from" : "table" : "sql", "cannot be carried out: \(error)")
      }
      // DuckDB may open a file more than once.
      guard stamps(below: context.root) == before else {
        throw TabularError.changedWhileRead(path: from?.text ?? "")
      }
      guard file.exists else { throw DuckDBError.refused("nothing, and gave no rows") }
      return try rows.query(context).readings(
        of: file, named: from?.text ?? "the rows of `\(sql == nil ? "table" : "sql")`")
    }
  }

  /// What stands behind FROM. A text of the user is a text there too, which DuckDB itself takes for one SELECT or refuses.
  private func source(_ root: RootFolder) -> String {
    if let sql { return "query(\(sql.sqlText))" }
    if let table {
      let parts = table.split(separator: ".", maxSplits: 1).map { String($0).sqlName }
      return (["source"] + parts).joined(separator: ".")
    }
    return place(root).map { ($0.isFolder ? $0.appending("**/*.parquet") : $0).text.sqlText } ?? from?.text.sqlText
      ?? ""
  }

  /// Where `from` leads on this machine; nil where it leads to another.
  private func place(_ root: RootFolder) -> FilePath? {
    from.flatMap { $0.text.contains("://") ? nil : FilePath(root.resolve($0)).absolute }
  }

  /// The statements that make the tables of a database known.
  private func attachment(_ root: RootFolder) -> [String] {
    let target: String
    if let database {
      target = "\(FilePath(root.resolve(database)).absolute.text.sqlText) AS source (READ_ONLY)"
    } else if let postgres {
      target = "\(postgres.sqlText) AS source (READ_ONLY, TYPE postgres)"
    } else {
      return []
    }
    return ["ATTACH \(target)", "USE source"]
  }

  /// What tells whether the files of `from` have changed.
  private func stamps(below root: RootFolder) -> [[Int64]?] {
    from == nil ? [] : (inputs(below: root) ?? []).map { FilePath($0).stamp }
  }

  /// A statement may read whatever it likes; what files hold is known where only they are read.
  func inputs(below root: RootFolder) -> [String]? {
    if table != nil, let database { return [root.resolve(database)] }
    guard let place = place(root), !place.text.contains("**") else { return nil }
    return place.isFolder ? place.filesBelow.map(\.text) : place.matches.map(\.text)
  }

  var usesNetwork: Bool { postgres != nil || from?.text.contains("://") == true || sql?.contains("://") == true }
}
