import Files
import Foundation
internal import GRDB
import Pipelines
import TimeSeries

/// The rows of a forecast on their way into a table of an SQLite file.
///
/// They are in the database by then, in a transaction that is still open: nobody sees them, nothing but the disk can keep
/// them from being committed, and whatever ends the process takes them back.
package final class SQLiteForecast: OutputTransaction {
  private let path: FilePath
  private let table: String
  private let database: DatabaseQueue
  private let isNewFile: Bool
  private var isCommitted = false
  private var isNewTable = false
  private static let patience: TimeInterval = 10

  /// The columns of every forecast; those of its intervals follow.
  static let columns = ["pipeline", "series", "origin", "time", "step", "forecast"]

  /// Puts a forecast into a table, in the place of what the same pipeline forecast before from the same origin of the
  /// same series. The table is made where there is none.
  ///
  /// - Parameter path: the file, as the process sees it; made where there is none, in a folder that is there.
  package init(_ forecast: PublishedForecast, in path: FilePath, table: String) throws(SQLiteError) {
    (self.path, self.table, isNewFile) = (path, table, !path.exists)
    do {
      var configuration = Configuration()
      // The transaction outlives this call, and ends with the publication.
      configuration.allowsUnsafeTransactions = true
      configuration.busyMode = .timeout(SQLiteForecast.patience)
      database = try DatabaseQueue(path: path.text, configuration: configuration)
    } catch { throw .notStored(path, table: table, SQLiteError.words(error)) }
    do {
      isNewTable = try database.writeWithoutTransaction { db in
        try db.beginTransaction(.immediate)
        return try SQLiteForecast.put(forecast, into: table, path, db)
      }
    } catch {
      rollBack()
      throw error as? SQLiteError ?? .notStored(path, table: table, SQLiteError.words(error))
    }
  }

  deinit { rollBack() }

  /// Makes sure that a table that is there could hold a forecast.
  ///
  /// - Parameter levels: those of its intervals; nil where they are not known yet.
  package static func check(_ path: FilePath, table: String) throws(SQLiteError) {
    guard path.exists else { return }
    do {
      var configuration = Configuration()
      (configuration.readonly, configuration.busyMode) = (true, .timeout(patience))
      try DatabaseQueue(path: path.text, configuration: configuration).read { db in
        guard try db.tableExists(table) || db.viewExists(table) else { return }
        let found = try db.columns(in: table).map(\.name)
        let others = found.filter { !columns.contains($0) && !$0.hasPrefix("lower_") && !$0.hasPrefix("upper_") }
        if !others.isEmpty || !columns.allSatisfy(found.contains) {
          throw SQLiteError.otherColumns(path, table: table, found: found, wanted: columns)
        }
      }
      if access(path.text, W_OK) != 0 {
        throw SQLiteError.notStored(path, table: table, String(cString: strerror(errno)))
      }
    } catch let error as SQLiteError {
      throw error
    } catch { throw .notStored(path, table: table, SQLiteError.words(error)) }
  }

  /// - Returns: whether the table was made.
  private static func put(
    _ forecast: PublishedForecast, into table: String, _ path: FilePath, _ db: Database
  ) throws -> Bool {
    let bounds = ForecastFile.boundNames(of: forecast.series)
    let isNew = try !db.tableExists(table) && !db.viewExists(table)
    if isNew {
      let intervals = bounds.map { ", \($0.sqlName) REAL" }.joined()
      try db.execute(
        sql: """
          CREATE TABLE \(table.sqlName) (
            pipeline TEXT NOT NULL, series TEXT NOT NULL, origin TEXT NOT NULL, time TEXT NOT NULL, step INTEGER NOT NULL,
            forecast REAL NOT NULL\(intervals), PRIMARY KEY (pipeline, series, origin, step))
          """)
    }
    let (found, wanted) = (try db.columns(in: table).map(\.name), columns + bounds)
    guard Set(found) == Set(wanted) else {
      throw SQLiteError.otherColumns(path, table: table, found: found, wanted: wanted)
    }
    // What was there is kept beside, in case that the other outputs cannot be published after all.
    try db.execute(sql: "CREATE TEMP TABLE replaced AS SELECT * FROM main.\(table.sqlName) WHERE 0")
    try db.execute(sql: "CREATE TEMP TABLE put (series TEXT, origin TEXT)")
    let keys = "pipeline = ? AND series = ? AND origin = ?"
    let keep = try db.makeStatement(
      sql: "INSERT INTO temp.replaced SELECT * FROM main.\(table.sqlName) WHERE \(keys)")
    let delete = try db.makeStatement(sql: "DELETE FROM main.\(table.sqlName) WHERE \(keys)")
    let note = try db.makeStatement(sql: "INSERT INTO temp.put VALUES (?, ?)")
    let insert = try db.makeStatement(
      sql: "INSERT INTO main.\(table.sqlName) (\(wanted.map(\.sqlName).joined(separator: ", "))) VALUES "
        + "(\(wanted.map { _ in "?" }.joined(separator: ", ")))")
    for series in forecast.series {
      let origin = forecast.style.text(of: series.index[-1])
      let key: StatementArguments = [forecast.name, series.name, origin]
      try keep.execute(arguments: key)
      try delete.execute(arguments: key)
      try note.execute(arguments: [series.name, origin])
      for step in series.point.indices {
        try insert.execute(
          arguments: [
            forecast.name, series.name, origin, forecast.style.text(of: series.index[step]), step + 1,
            series.point[step],
          ] + StatementArguments(series.intervals.flatMap { [$0.lower[step], $0.upper[step]] }))
      }
    }
    try db.execute(sql: "CREATE TEMP TABLE whose AS SELECT ? AS pipeline", arguments: [forecast.name])
    return isNew
  }

  package func commit() throws {
    do { try database.writeWithoutTransaction { try $0.commit() } } catch {
      throw SQLiteError.notStored(path, table: table, SQLiteError.words(error))
    }
    isCommitted = true
  }

  package func undo() throws {
    do {
      try database.write { db in
        if isNewTable { return try db.execute(sql: "DROP TABLE main.\(table.sqlName)") }
        try db.execute(
          sql: """
            DELETE FROM main.\(table.sqlName) WHERE pipeline = (SELECT pipeline FROM temp.whose)
              AND (series, origin) IN (SELECT series, origin FROM temp.put);
            INSERT INTO main.\(table.sqlName) SELECT * FROM temp.replaced;
            """)
      }
    } catch { throw SQLiteError.notStored(path, table: table, SQLiteError.words(error)) }
  }

  /// Lets go of what is not committed.
  private func rollBack() {
    if !isCommitted { try? database.writeWithoutTransaction { if $0.isInsideTransaction { try $0.rollback() } } }
    try? database.close()
    // What SQLite has made for a table that never was.
    if !isCommitted, isNewFile, path.contents()?.isEmpty == true { unlink(path.text) }
  }
}
