import Files
import Foundation
internal import GRDB
import Pipelines
import Tabular

/// An SQLite file that rows are read from.
package struct SQLiteRows: Sendable {
  private let path: FilePath
  private let deadline: ContinuousClock.Instant?
  private static let patience: TimeInterval = 10
  private static let pieceSize = 1 << 20

  /// The file at a path, as the process sees it.
  ///
  /// - Parameter deadline: when the time of the run is over.
  package init(_ path: FilePath, until deadline: ContinuousClock.Instant?) {
    (self.path, self.deadline) = (path, deadline)
  }

  /// What rows are asked for.
  package enum Source: Sendable {
    /// Those of a table or view.
    case table(String)
    /// Those of one SELECT.
    case statement(String)
  }

  /// Writes rows as CSV, a few at a time: a file of any size is never whole in memory. The database is only read, in one
  /// transaction, so that all rows are of one state.
  package func write(_ source: Source, _ query: RowQuery, to file: FilePath) throws(SQLiteError) {
    guard path.exists else { throw .noFile(path) }
    do {
      var configuration = Configuration()
      (configuration.readonly, configuration.busyMode) = (true, .timeout(SQLiteRows.patience))
      let database = try DatabaseQueue(path: path.text, configuration: configuration)
      // Weakly: the queue holds the alarm until its time, though it was called off long before.
      let alarm = DispatchWorkItem { [weak database] in database?.interrupt() }
      defer { alarm.cancel() }
      if let deadline {
        let left = max(.zero, deadline - .now) / .seconds(1)
        DispatchQueue.global().asyncAfter(deadline: .now() + min(left, 1e9), execute: alarm)
      }
      try database.read { db in
        let (table, columns) = try SQLiteRows.table(of: source, db)
        let rows: RowCursor
        do { rows = try Row.fetchCursor(db, sql: query.statement(from: table, columns: columns)) } catch {
          throw SQLiteError.refused(SQLiteError.words(error))
        }
        try SQLiteRows.write(rows, to: file)
      }
    } catch let error as SQLiteError {
      throw error
    } catch let error as DatabaseError where error.resultCode == .SQLITE_INTERRUPT {
      throw .outOfTime(path)
    } catch { throw .failed(path, SQLiteError.words(error)) }
  }

  /// What stands behind FROM, and its columns. Of a text only one statement is taken that reads and gives rows.
  private static func table(of source: Source, _ db: Database) throws -> (table: String, columns: [String]) {
    do {
      switch source {
      case .table(let name):
        return (name.sqlName, try db.makeStatement(sql: "SELECT * FROM \(name.sqlName)").columnNames)
      case .statement(let text):
        let statement = try db.makeStatement(sql: text)
        guard statement.isReadonly, statement.columnCount > 0 else {
          throw SQLiteError.refused("one SELECT is wanted, and no other statement")
        }
        return ("(\(statement.sql)\n)", statement.columnNames)
      }
    } catch let error as SQLiteError {
      throw error
    } catch { throw SQLiteError.refused(SQLiteError.words(error)) }
  }

  private static func write(_ rows: RowCursor, to file: FilePath) throws {
    guard let stream = fopen(file.text, "wxe") else { throw SQLiteError.unwritable(String(cString: strerror(errno))) }
    var isOpen = true
    defer { if isOpen { fclose(stream) } }
    var writer = CSVWriter()
    func flush() throws {
      let count = writer.bytes.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, stream) }
      guard count == writer.bytes.count else { throw SQLiteError.unwritable(String(cString: strerror(errno))) }
      writer = CSVWriter()
    }
    writer.row(rows.columnNames)
    while let row = try rows.next() {
      for value in row.databaseValues {
        switch value.storage {
        case .null: writer.cell("")
        case .int64(let number): writer.cell(Int(number))
        case .double(let number): writer.cell(number)
        case .string(let text): writer.cell(text)
        case .blob(let bytes): writer.cell(String(decoding: bytes, as: UTF8.self))
        }
      }
      writer.endRow()
      if writer.bytes.count >= pieceSize { try flush() }
    }
    try flush()
    isOpen = false
    guard fclose(stream) == 0 else { throw SQLiteError.unwritable(String(cString: strerror(errno))) }
  }
}

/// Why an SQLite file cannot be read, or written to.
package enum SQLiteError: Error, Hashable, Sendable {
  /// There is no such file.
  case noFile(FilePath)
  /// The statement is wrong; in SQLite's words.
  case refused(String)
  /// The file is damaged, locked or none of SQLite; in its words.
  case failed(FilePath, String)
  /// The time of the run was over.
  case outOfTime(FilePath)
  /// The rows cannot be put into a file of a moment; the system's word.
  case unwritable(String)
  /// The table has other columns than a forecast.
  case otherColumns(FilePath, table: String, found: [String], wanted: [String])
  /// Rows cannot be put into the table; in SQLite's words.
  case notStored(FilePath, table: String, String)

  static func words(_ error: any Error) -> String {
    (error as? DatabaseError).map { $0.message ?? "\($0.resultCode)" } ?? "\(error)"
  }
}

extension SQLiteError: FailureCause, CustomStringConvertible {
  /// What is wrong, and what to do.
  package var description: String {
    switch self {
    case .noFile(let path): "\(path): no such file"
    case .refused(let words): "SQLite says: \(words)"
    case .failed(let path, let words): "\(path): SQLite says: \(words)"
    case .outOfTime(let path): "\(path): the time of the run was over before all rows were read"
    case .unwritable(let reason): "the rows cannot be kept among the temporary files: \(reason); set TMPDIR"
    case .otherColumns(let path, let table, let found, let wanted):
      "\(path): the table \(table) has the columns \(found.joined(separator: ", ")), and a forecast has "
        + "\(wanted.joined(separator: ", ")); give another `table`"
    case .notStored(let path, let table, let words):
      "\(path): the forecast cannot be put into the table \(table): SQLite says: \(words)"
    }
  }

  package var failureKind: Failure.Kind {
    switch self {
    case .noFile: .noInput
    case .refused, .failed: .badData
    case .outOfTime: .outOfTime
    case .unwritable, .otherColumns, .notStored: .cannotWrite
    }
  }
}
