import Foundation
import GRDB
import PipelineFile
import Synchronization
import TestSupport
import Testing
import TimeSeries

@testable import Operation
@testable import Pipelines

/// The history of runs: what is kept, and that nothing that is wrong with it stops a run.
@Suite struct RunHistoryTests {
  /// A folder of its own, and the warnings of its histories.
  private final class Place: Sendable {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("history-\(UUID().uuidString)").path
    let warnings = Mutex<[String]>([])
    var path: String { folder + "/state/history.sqlite" }

    init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func history(keep: Frequency = .years(1), wait: TimeInterval = 0.1) -> RunHistory {
      RunHistory(path: path, keep: keep, wait: wait) { [self] text in warnings.withLock { $0.append(text) } }
    }

    var files: [String] {
      ((try? FileManager.default.contentsOfDirectory(atPath: folder + "/state")) ?? []).sorted()
    }
  }

  private func record(_ id: String, at moment: Int64 = 1_780_000_000_000, process: ProcessIdentity = .own) -> RunRecord
  {
    RunRecord(
      id: id, pipeline: "load", file: "load.yaml", started: Timestamp(milliseconds: moment), process: process,
      version: "1", pipelineHash: "0")
  }

  private func finish(_ record: RunRecord) -> RunRecord {
    var record = record
    (record.state, record.exitCode, record.ended) = (.published, 0, record.started + 1500)
    record.scores = ["model": ["mase": 0.5]]
    record.published = ["out/a.csv"]
    return record
  }

  @Test func whatIsWrittenIsRead() throws {
    let place = try Place()
    let history = place.history()
    let first = record("20260528T202640.000Z-1")
    history.begin(first)
    history.end(finish(first))
    let second = record("20260528T202641.000Z-2", at: 1_780_000_001_000)
    history.begin(second)
    history.end(finish(second))
    let runs = try RunHistory.runs(at: place.path)
    #expect(runs == [finish(second), finish(first)])
    #expect(runs[0].seconds == 1.5)
    #expect(try RunHistory.runs(at: place.path, last: 1).map(\.id) == [second.id])
    #expect(try RunHistory.runs(at: place.path, id: "20260528T202640").map(\.id) == [first.id])
    #expect(try RunHistory.runs(at: place.folder + "/none.sqlite") == [])
    #expect(place.warnings.withLock { $0 } == [])
    // Nothing stands beside the file between two runs.
    #expect(place.files == ["history.sqlite"])
  }

  @Test func aRunWithoutAnEndWorksOrWasKilled() throws {
    let place = try Place()
    let history = place.history()
    history.begin(record("20260528T202640.000Z-1"))
    let gone = ProcessIdentity(boot: ProcessIdentity.own.boot, id: ProcessIdentity.own.id, start: 1)
    history.begin(record("20260528T202641.000Z-2", at: 1_780_000_001_000, process: gone))
    let other = place.history()
    let orphans = Mutex<[String]>([])
    let third = record("20260528T202642.000Z-3", at: 1_780_000_002_000)
    // The first history writes in turn; its end waits for what it was told before.
    history.end(record("20260528T202640.000Z-1"))
    #expect(try RunHistory.runs(at: place.path).map(\.state) == [.killed, .running])
    other.begin(third) { lost in orphans.withLock { $0.append(lost.id) } }
    other.end(finish(third))
    #expect(try RunHistory.runs(at: place.path).map(\.state) == [.published, .killed, .running])
    #expect(orphans.withLock { $0 } == ["20260528T202641.000Z-2"])
  }

  @Test func oldRunsAreDropped() throws {
    let place = try Place()
    let history = place.history(keep: .days(90))
    let day: Int64 = 86_400_000
    for (name, age) in [("a", 91), ("b", 89), ("c", 0)] {
      history.end(finish(record(name, at: 1_780_000_000_000 - Int64(age) * day)))
    }
    #expect(try RunHistory.runs(at: place.path).map(\.id) == ["c", "b"])
  }

  @Test func `a clock that ran ahead once loses no run and is told of once`() throws {
    let place = try Place()
    let (day, start): (Int64, Int64) = (86_400_000, 1_780_000_000_000)
    func run(_ name: String, at moment: Int64) {
      let history = place.history(keep: .days(90))
      history.begin(record(name, at: moment))
      history.end(finish(record(name, at: moment)))
    }
    for number in 0..<40 { run("run-\(number)", at: start + Int64(number) * day) }
    // Two nights in the year 2100.
    let ahead = start + 27_000 * day
    run("ahead-1", at: ahead)
    run("ahead-2", at: ahead + day)
    #expect(try RunHistory.runs(at: place.path).count == 42)
    #expect(place.warnings.withLock { $0 } == [])
    run("back", at: start + 42 * day)
    #expect(
      place.warnings.withLock { $0 } == [
        "the run before this one began at 2100-05-01T20:26:40Z, which is later than now: the clock was ahead then, or is "
          + "behind now"
      ])
    // The newest is the one that began last, whatever the clock said.
    #expect(try RunHistory.runs(at: place.path, last: 2).map(\.id) == ["back", "ahead-2"])
    for number in 43..<132 { run("run-\(number)", at: start + Int64(number) * day) }
    #expect(try RunHistory.runs(at: place.path).count == 43 + 89)
    // The runs since the jump span the time to keep: those before are old for sure.
    run("last", at: start + 133 * day)
    #expect(try RunHistory.runs(at: place.path).map(\.id).suffix(2) == ["run-44", "run-43"])
    #expect(place.warnings.withLock { $0 }.count == 1)
  }

  @Test func `a clock that stands still at the beginning loses no run`() throws {
    let place = try Place()
    let history = place.history(keep: .days(90))
    history.end(finish(record("a")))
    history.end(finish(record("b", at: 1000)))
    history.end(finish(record("c", at: Int64.max / 2)))
    history.end(finish(record("d", at: 1_780_000_100_000)))
    #expect(try RunHistory.runs(at: place.path).map(\.id) == ["d", "c", "b", "a"])
  }

  @Test(arguments: ["", "-journal"])
  func `a folder in the place of the history is put aside`(ending: String) throws {
    let place = try Place()
    try FileManager.default.createDirectory(atPath: place.path + ending + "/inner", withIntermediateDirectories: true)
    if ending.isEmpty {
      #expect(throws: HistoryError.noFile(path: place.path)) { _ = try RunHistory.runs(at: place.path) }
    }
    place.history().end(finish(record("a")))
    #expect(try RunHistory.runs(at: place.path).map(\.id) == ["a"])
    #expect(place.files.count == 2 && place.files[0].hasPrefix("history.damaged-"))
    #expect(place.warnings.withLock { $0 }.count == 1)
  }

  @Test func `what a run that was killed was writing does not hide the runs before`() throws {
    let (place, killed) = (try Place(), try Place())
    for number in 0..<200 {
      place.history().end(finish(record("run-\(number)", at: 1_780_000_000_000 + Int64(number))))
    }
    let writer = try DatabaseQueue(path: place.path)
    try FileManager.default.createDirectory(atPath: killed.folder + "/state", withIntermediateDirectories: true)
    try writer.inDatabase { db in
      // Pages leave the memory before the end of the transaction, as those of a larger one do.
      try db.execute(sql: "PRAGMA cache_size = 1; BEGIN IMMEDIATE; UPDATE run SET record = '', state = 'lost'")
      for ending in ["", "-journal"] {
        try FileManager.default.copyItem(atPath: place.path + ending, toPath: killed.path + ending)
      }
      try db.execute(sql: "ROLLBACK")
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: killed.path + "-journal")).count > 512)
    #expect(try RunHistory.runs(at: killed.path).count == 200)
    #expect(killed.files == ["history.sqlite"])
  }

  @Test func `a pipe in the place of the history is not waited for`() throws {
    let place = try Place()
    try FileManager.default.createDirectory(atPath: place.folder + "/state", withIntermediateDirectories: true)
    #expect(mkfifo(place.path, 0o644) == 0)
    #expect(throws: HistoryError.noFile(path: place.path)) { _ = try RunHistory.runs(at: place.path) }
    place.history().end(finish(record("a")))
    #expect(try RunHistory.runs(at: place.path).map(\.id) == ["a"])
  }

  @Test(arguments: ["CREATE TABLE run (x)", "PRAGMA user_version = 1", "CREATE TABLE run (id TEXT PRIMARY KEY)"])
  func `tables that are not those of a history are put aside`(statement: String) throws {
    let place = try Place()
    try FileManager.default.createDirectory(atPath: place.folder + "/state", withIntermediateDirectories: true)
    let other = try DatabaseQueue(path: place.path)
    try other.write { try $0.execute(sql: statement) }
    try other.close()
    place.history().end(finish(record("a")))
    #expect(try RunHistory.runs(at: place.path).map(\.id) == ["a"])
    #expect(place.files.count == 2)
    #expect(place.warnings.withLock { $0 }.count == 1)
  }

  @Test func `an empty file is a history without runs, and one without rights is given them`() throws {
    let place = try Place()
    try FileManager.default.createDirectory(atPath: place.folder + "/state", withIntermediateDirectories: true)
    try Data().write(to: URL(fileURLWithPath: place.path))
    #expect(try RunHistory.runs(at: place.path) == [])
    place.history().end(finish(record("a")))
    #expect(chmod(place.path, 0) == 0)
    place.history().end(finish(record("b")))
    #expect(try RunHistory.runs(at: place.path).map(\.id) == ["b", "a"])
    #expect(place.warnings.withLock { $0 } == [])
  }

  @Test(arguments: [
    "not a database, and long enough to be looked at by it, at that: \(String(repeating: "x", count: 200))"
  ])
  func aDamagedFileIsPutAside(content: String) throws {
    let place = try Place()
    try FileManager.default.createDirectory(atPath: place.folder + "/state", withIntermediateDirectories: true)
    try Data(content.utf8).write(to: URL(fileURLWithPath: place.path))
    #expect(throws: HistoryError.self) { _ = try RunHistory.runs(at: place.path) }
    let history = place.history()
    history.begin(record("a"))
    history.end(finish(record("a")))
    #expect(try RunHistory.runs(at: place.path).map(\.id) == ["a"])
    let aside = try #require(place.files.first)
    #expect(aside.hasPrefix("history.damaged-") && place.files.count == 2)
    #expect(
      place.warnings.withLock { $0 }
        == ["the history of runs was damaged; it is kept as \(aside), and a new one begins"])
    #expect(try String(contentsOfFile: place.folder + "/state/" + aside, encoding: .utf8) == content)
  }

  @Test func aFileThatBreaksLaterIsPutAsideToo() throws {
    let place = try Place()
    let history = place.history()
    for number in 0..<40 { history.end(finish(record("run-\(number)", at: 1_780_000_000_000 + Int64(number)))) }
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: place.path))
    // The header stays, the pages behind it do not.
    try file.seek(toOffset: 4096)
    try file.write(contentsOf: Data(repeating: 0xAA, count: 40_000))
    try file.close()
    let next = place.history()
    next.begin(record("after"))
    next.end(finish(record("after")))
    #expect(try RunHistory.runs(at: place.path).map(\.id) == ["after"])
    #expect(place.warnings.withLock { $0 }.count == 1)
  }

  @Test func aLockedFileIsWaitedForAndThenToldOnce() throws {
    let place = try Place()
    place.history().end(finish(record("a")))
    let holder = try DatabaseQueue(path: place.path)
    try holder.inDatabase { db in
      try db.execute(sql: "BEGIN EXCLUSIVE")
      let history = place.history()
      history.begin(record("b"))
      history.end(finish(record("b")))
      try db.execute(sql: "ROLLBACK")
    }
    #expect(
      place.warnings.withLock { $0 }
        == ["this run is not recorded: the history \(place.path) cannot be written: database is locked"])
    #expect(try RunHistory.runs(at: place.path).map(\.id) == ["a"])
  }

  @Test func aPlaceThatCannotBeMadeIsToldOnce() throws {
    let place = try Place()
    try Data().write(to: URL(fileURLWithPath: place.folder + "/state"))
    let history = place.history()
    history.begin(record("a"))
    history.end(finish(record("a")))
    let warnings = place.warnings.withLock { $0 }
    #expect(warnings.count == 1)
    #expect(
      warnings.first?.hasPrefix("this run is not recorded: the history \(place.path) cannot be written: ") == true)
  }

  @Test func aFileOfALaterAlmanacStaysAsItIs() throws {
    let place = try Place()
    try FileManager.default.createDirectory(atPath: place.folder + "/state", withIntermediateDirectories: true)
    let later = try DatabaseQueue(path: place.path)
    try later.write { try $0.execute(sql: "CREATE TABLE other (x); PRAGMA user_version = 2") }
    try later.close()
    let before = try Data(contentsOf: URL(fileURLWithPath: place.path))
    place.history().end(finish(record("a")))
    #expect(try Data(contentsOf: URL(fileURLWithPath: place.path)) == before)
    #expect(throws: HistoryError.newer(path: place.path)) { _ = try RunHistory.runs(at: place.path) }
    #expect(
      place.warnings.withLock { $0 } == [
        "this run is not recorded: the history \(place.path) cannot be written: \(place.path) is of a later almanac"
      ])
  }

  @Test func aProcessIsNotTakenForALaterOneOfItsNumber() {
    let own = ProcessIdentity.own
    #expect(own.isAlive)
    #expect(own.start > 0 && !own.boot.isEmpty)
    #expect(!ProcessIdentity(boot: own.boot, id: own.id, start: own.start + 1).isAlive)
    #expect(!ProcessIdentity(boot: "other", id: own.id, start: own.start).isAlive)
  }

  @Test func namesOfRunsSortByTime() {
    let moment = Timestamp(milliseconds: 1_777_617_000_125)
    #expect(RunIdentifier.new(at: moment, process: 47) == "20260501T063000.125Z-47")
    #expect(RunIdentifier.isPrefix("20260501T0630") && RunIdentifier.isPrefix("20260501T"))
    #expect(!RunIdentifier.isPrefix("20260501.yaml") && !RunIdentifier.isPrefix("load.yaml"))
  }

  @Test func fingerprintsTellOneValueFromAnother() {
    func readings(_ value: Double, name: String = "a") -> Readings {
      Readings(
        [.init(name: name, times: [Timestamp(seconds: 0), Timestamp(seconds: 60)], values: [1, value])],
        style: TimeStyle(form: .dateTime))
    }
    #expect(readings(2).fingerprint == readings(2).fingerprint)
    #expect(readings(2).fingerprint.count == 16)
    #expect(Set([2, 2.5, -2, .nan].map { readings($0).fingerprint }).count == 4)
    #expect(readings(2).fingerprint != readings(2, name: "b").fingerprint)
  }
}
