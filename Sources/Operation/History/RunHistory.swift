import Files
import Foundation
internal import GRDB
import PipelineFile
import Pipelines
import Synchronization
import TimeSeries

/// The runs of a pipeline, in an SQLite file that a run may lose without harm.
///
/// The file is in rollback-journal mode: a kill at any moment leaves a journal that the next process undoes, nothing
/// stands beside the file in between, and it works on file systems without shared memory, where write-ahead logging does
/// not. Two processes at once wait for each other. Whatever is wrong with the file is reported once, and the run goes on.
public final class RunHistory: Sendable {
  /// The newest form of the file.
  static let form = 1
  /// The most runs that are kept, however young.
  static let most = 10_000

  /// The file.
  public let path: String
  /// How long runs are kept.
  public let keep: Frequency

  /// The library that keeps it, with its version.
  package static var library: String {
    let version = try? DatabaseQueue().read { try String.fetchOne($0, sql: "SELECT sqlite_version()") }
    return "SQLite \((version ?? nil) ?? "")"
  }

  /// Where the history of a pipeline lies: in its state folder.
  public static func path(of pipeline: PipelineDeclaration) -> String { path(in: pipeline.stateFolder) }

  /// Where the history lies in a state folder.
  public static func path(in folder: StateFolder) -> String { folder.path(of: "history.sqlite") }

  private let wait: TimeInterval
  private let warn: @Sendable (String) -> Void
  // Work happens here in turn, so that a run need not wait for the disk when it begins.
  private let turns = DispatchQueue(label: "almanac.history")
  private let state = Mutex(State())

  private struct State {
    var database: DatabaseQueue?
    /// Set by the first fault: nothing more is tried, and nothing more is said.
    var isLost = false
  }

  /// A history that is opened when something is first written.
  ///
  /// - Parameters:
  ///   - wait: how many seconds another process may hold the file.
  ///   - warn: is given, once, why runs are not recorded.
  public init(path: String, keep: Frequency, wait: TimeInterval = 2, warn: @escaping @Sendable (String) -> Void) {
    (self.path, self.keep, self.wait, self.warn) = (path, keep, wait, warn)
  }

  /// Writes down that a run began, without waiting for it.
  ///
  /// - Parameter orphan: is given, before the first word of this run, of the last run where it was killed.
  public func begin(_ record: RunRecord, orphan: @escaping @Sendable (RunRecord) -> Void = { _ in }) {
    turns.async { [self] in
      attempt { database in
        try database.write { db in
          for var lost in try RunHistory.records(db, "WHERE state = 'running'", []) {
            guard lost.standing(isAlive: \.isAlive) == .killed else { continue }
            lost.state = .killed
            try RunHistory.put(lost, db)
            if lost.id == (try RunHistory.records(db, "ORDER BY rowid DESC LIMIT 1", []).first?.id) { orphan(lost) }
          }
          if let last = try RunHistory.records(db, "ORDER BY rowid DESC LIMIT 1", []).first,
            RunHistory.plausible(last.started) > record.started + RunHistory.tolerance
          {
            warn(
              "the run before this one began at \(RunHistory.text(last.started)), which is later than now: the clock was "
                + "ahead then, or is behind now")
          }
          try RunHistory.put(record, db)
        }
      }
    }
  }

  /// Writes down how a run ended, and drops the runs that are too old.
  public func end(_ record: RunRecord) {
    turns.sync {
      attempt { database in
        try database.write { db in
          try RunHistory.put(record, db)
          try drop(at: Timestamp(milliseconds: RunHistory.plausible(record.started)), db)
        }
      }
    }
  }

  /// Drops the runs that are too old, and those beyond the most that are kept.
  ///
  /// A clock that jumps makes no run old: where more than the time to keep lies between two runs that followed each other,
  /// or the later one has the earlier time, the runs before stay until those since span the time to keep themselves. Runs
  /// follow each other as they were written down.
  private func drop(at now: Timestamp, _ db: Database) throws {
    let oldest = keep.advance(now, by: -1).milliseconds
    let times = try Row.fetchAll(db, sql: "SELECT rowid, started FROM run ORDER BY rowid DESC").map { row in
      (number: row[0] as Int64, started: RunHistory.plausible(Int64.fromDatabaseValue(row[1]) ?? 0))
    }
    // The first run since the clock jumped last, of which all that began later is known to be young.
    var first = times.startIndex
    while first + 1 < times.count {
      let (later, earlier) = (times[first].started, times[first + 1].started)
      if keep.advance(Timestamp(milliseconds: min(later, earlier)), by: 1).milliseconds < max(later, earlier) { break }
      first += 1
    }
    let since = times[..<min(first + 1, times.count)]
    for run in since where run.started < oldest {
      try db.execute(sql: "DELETE FROM run WHERE rowid = ?", arguments: [run.number])
    }
    if let start = since.last, start.started < oldest {
      try db.execute(sql: "DELETE FROM run WHERE rowid < ?", arguments: [start.number])
    }
    try db.execute(
      sql: "DELETE FROM run WHERE rowid NOT IN (SELECT rowid FROM run ORDER BY rowid DESC LIMIT ?)",
      arguments: [RunHistory.most])
  }

  /// How much later than now the run before may have begun, in milliseconds, before a word is lost on it.
  private static let tolerance: Int64 = 60_000

  private static func text(_ milliseconds: Int64) -> String {
    Date(timeIntervalSince1970: Double(plausible(milliseconds)) / 1000).ISO8601Format()
  }

  /// A time between the years 1970 and 9999: calendars need not reckon with what a damaged row may hold.
  private static func plausible(_ milliseconds: Int64) -> Int64 { min(max(0, milliseconds), 253_370_764_800_000) }

  /// The runs of a file, the newest first; a run that was killed says so.
  ///
  /// - Parameters:
  ///   - last: at most so many.
  ///   - id: only runs whose name begins so.
  /// - Throws: ``HistoryError``
  public static func runs(at path: String, last: Int? = nil, id: String = "") throws(HistoryError) -> [RunRecord] {
    guard let kind = FilePath(path).kind else { return [] }
    guard kind == .file else { throw .noFile(path: path) }
    do {
      do { return try runs(at: path, isReadOnly: true, last: last, id: id) } catch let error as DatabaseError {
        // What a run that was killed was writing is undone by a reader that may write.
        guard access(path + "-journal", F_OK) == 0 else { throw error }
        return try runs(at: path, isReadOnly: false, last: last, id: id)
      }
    } catch let error as HistoryError {
      throw error
    } catch {
      throw .unreadable(path: path, reason: RunHistory.reason(error))
    }
  }

  private static func runs(at path: String, isReadOnly: Bool, last: Int?, id: String) throws -> [RunRecord] {
    var configuration = Configuration()
    configuration.readonly = isReadOnly
    configuration.busyMode = .timeout(2)
    return try DatabaseQueue(path: path, configuration: configuration).read { db in
      if try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0 > form { throw HistoryError.newer(path: path) }
      // An empty file is what a run has left that was killed right at its beginning.
      guard try db.tableExists("run") else { return [] }
      let found = try records(
        db, "WHERE substr(id, 1, length(?)) = ? ORDER BY rowid DESC LIMIT ?", [id, id, last ?? -1])
      return found.map { record in
        var record = record
        record.state = record.standing(isAlive: \.isAlive)
        return record
      }
    }
  }

  // MARK: - Keeping out of the run's way

  private func attempt(_ work: (DatabaseQueue) throws -> Void) {
    guard !state.withLock({ $0.isLost }) else { return }
    do {
      do { try work(open()) } catch let error where RunHistory.isDamage(error) {
        let other = try moveAside()
        warn("the history of runs was damaged; it is kept as \(other), and a new one begins")
        try work(open())
      }
    } catch {
      state.withLock { $0.isLost = true }
      warn("\(HistoryError.notWritten(path: path, reason: RunHistory.reason(error)))")
    }
  }

  private func open() throws -> DatabaseQueue {
    if let database = state.withLock({ $0.database }) { return database }
    let folder = FilePath(path).parent.text
    try StateFolder(path: folder).create()
    try check(StateFolder(path: folder))
    var configuration = Configuration()
    configuration.busyMode = .timeout(wait)
    let database = try DatabaseQueue(path: path, configuration: configuration)
    // Before anything is written, so that a file of a later almanac stays as it is.
    let version = try database.read { try Int.fetchOne($0, sql: "PRAGMA user_version") ?? 0 }
    if version > RunHistory.form { throw HistoryError.newer(path: path) }
    if version == 0 {
      try database.write { db in
        try db.execute(
          sql: """
            CREATE TABLE IF NOT EXISTS run (
              id TEXT NOT NULL PRIMARY KEY, pipeline TEXT NOT NULL, started INTEGER NOT NULL, ended INTEGER,
              state TEXT NOT NULL, exit_code INTEGER, record TEXT NOT NULL);
            CREATE INDEX IF NOT EXISTS run_started ON run (started);
            PRAGMA user_version = \(RunHistory.form);
            """)
      }
    }
    state.withLock { $0.database = database }
    return database
  }

  /// Makes sure that the file and its journal are plain ones that no stranger has put there, and may be written to.
  private func check(_ state: StateFolder) throws {
    let folder = try state.open()
    for name in [FilePath(path).name, FilePath(path).name + "-journal"] {
      guard let entry = folder.status(of: name) else { continue }
      if entry.st_mode & S_IFMT != S_IFREG { throw HistoryError.noFile(path: folder.path(of: name)) }
      if FolderHandle.Trust.state.mistrusts(entry, in: folder.status) {
        throw DiskFile.Fault(code: EACCES, path: folder.path(of: name), stranger: entry.st_uid)
      }
      // One that may be read and not written is so on purpose.
      if entry.st_uid == geteuid(), entry.st_mode & 0o400 == 0 {
        fchmodat(folder.descriptor, name, entry.st_mode & 0o7777 | 0o600, 0)
      }
    }
    // Made here, where no link can lead elsewhere.
    let file = openat(folder.descriptor, FilePath(path).name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
    if file >= 0 { close(file) }
  }

  /// Whether a file has to be begun anew: it is damaged, or something else altogether.
  private static func isDamage(_ error: any Error) -> Bool {
    if case HistoryError.noFile = error { return true }
    guard let error = error as? DatabaseError else { return false }
    // An error of a statement: the tables are not those of a history.
    return [.SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_ERROR, .SQLITE_MISMATCH, .SQLITE_CONSTRAINT]
      .contains(error.resultCode)
  }

  /// Puts the damaged file away under another name, its journal too: it would be played back into the new file.
  private func moveAside() throws -> String {
    let database = state.withLock { state in
      defer { state.database = nil }
      return state.database
    }
    try? database?.close()
    let stamp = RunIdentifier.new()
    let stem = path.hasSuffix(".sqlite") ? String(path.dropLast(7)) : path
    let other = stem + ".damaged-\(stamp).sqlite"
    for ending in ["-journal", "-wal", "-shm"] { rename(path + ending, other + ending) }
    guard rename(path, other) == 0 || errno == ENOENT else { throw DiskFile.Fault(code: errno) }
    return FilePath(other).name
  }

  // MARK: - Rows

  private static func put(_ record: RunRecord, _ db: Database) throws {
    let text = String(decoding: try JSONEncoder().encode(record), as: UTF8.self)
    try db.execute(
      sql: """
        INSERT INTO run (id, pipeline, started, ended, state, exit_code, record) VALUES (?,?,?,?,?,?,?)
        ON CONFLICT (id) DO UPDATE SET pipeline = excluded.pipeline, started = excluded.started, ended = excluded.ended,
          state = excluded.state, exit_code = excluded.exit_code, record = excluded.record
        """,
      arguments: [
        record.id, record.pipeline, record.started, record.ended, record.state.rawValue, record.exitCode, text,
      ])
  }

  private static func records(
    _ db: Database, _ condition: String, _ arguments: StatementArguments
  ) throws -> [RunRecord] {
    // A row that this almanac does not understand must not keep the next run from being written down.
    try String.fetchAll(
      db, sql: "SELECT ifnull(CAST(record AS TEXT), '') FROM run \(condition)", arguments: arguments
    ).compactMap {
      try? JSONDecoder().decode(RunRecord.self, from: Data($0.utf8))
    }
  }

  private static func reason(_ error: any Error) -> String {
    switch error {
    case let error as DatabaseError where error.resultCode == .SQLITE_READONLY:
      "it may only be read; let the user who runs the pipeline write to it, or remove it"
    case let error as DatabaseError: error.message ?? "\(error.resultCode)"
    case let error as HistoryError: error.description
    case let failure as Failure: failure.message
    case let fault as DiskFile.Fault: fault.reason
    default: (error as NSError).localizedDescription
    }
  }
}

/// Why a history cannot be read, or is not written.
public enum HistoryError: Error, Equatable, Sendable {
  /// The file cannot be opened or is damaged; the reason is SQLite's own word.
  case unreadable(path: String, reason: String)
  /// A run cannot be written down.
  case notWritten(path: String, reason: String)
  /// It, or its journal, is something else than a file.
  case noFile(path: String)
  /// A later almanac made it.
  case newer(path: String)
}

extension HistoryError: CustomStringConvertible {
  /// What is wrong and what to do.
  public var description: String {
    switch self {
    case .unreadable(let path, let reason):
      "the history \(path) cannot be read: \(reason); the next run puts a damaged one aside and begins a new one"
    case .notWritten(let path, let reason):
      "this run is not recorded: the history \(path) cannot be written: \(reason)"
    case .noFile(let path):
      "\(path) is no plain file; the next run puts it aside and begins a new history"
    case .newer(let path):
      "\(path) is of a later almanac"
    }
  }
}
