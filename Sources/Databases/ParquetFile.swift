import Files
import Pipelines

/// A forecast as a Parquet file: names and times of its series, whole steps, and numbers.
package struct ParquetFile: Sendable {
  private let csv: [UInt8]
  private let columns: [String]
  private let time: String

  /// The file of rows that stand in CSV with a header of these columns: a name, a time, and numbers.
  ///
  /// - Parameter time: one of the times; all are written in one form.
  package init(csv: [UInt8], columns: [String], time: String) {
    (self.csv, self.columns, self.time) = (csv, columns, time)
  }

  /// Writes the file. A time is a DATE, a TIMESTAMP (WITH TIME ZONE where it names one), a BIGINT for a count, or
  /// a text in any other form.
  package func write(to path: FilePath, by duckDB: DuckDB, _ context: StageContext) throws {
    try context.withFolder { folder in
      let rows = folder.appending("rows.csv")
      do throws(DiskFile.Fault) { try DiskFile.write(csv, to: rows.text) } catch {
        throw Failure(
          .cannotWrite, "the forecast cannot be kept among the temporary files: \(error.reason); set TMPDIR")
      }
      let types = columns.enumerated().map { number, name in
        let type = number == 0 ? "VARCHAR" : number == 1 ? timeType : name == "step" ? "INTEGER" : "DOUBLE"
        return "\(name.sqlText): \(type.sqlText)"
      }
      try duckDB.run(
        [
          "COPY (SELECT * FROM read_csv(\(rows.text.sqlText), header = true, quote = '\"', escape = '\"', delim = ',', "
            + "auto_detect = false, columns = {\(types.joined(separator: ", "))})) TO "
            + "\(path.absolute.text.sqlText) (FORMAT parquet)"
        ], in: folder)
    }
  }

  /// The type of times that are written as this one is.
  private var timeType: String {
    let date = /\d{4}-\d\d-\d\d/
    let moment = /\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?/
    let zoned = /\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d(:?\d\d)?)/
    if time.wholeMatch(of: date) != nil { return "DATE" }
    if time.wholeMatch(of: moment) != nil { return "TIMESTAMP" }
    if time.wholeMatch(of: zoned) != nil { return "TIMESTAMPTZ" }
    return time.wholeMatch(of: /-?\d{1,18}/) == nil ? "VARCHAR" : "BIGINT"
  }
}
