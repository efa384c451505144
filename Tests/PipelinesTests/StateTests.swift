import Files
import Foundation
import PipelineFile
import Stages
import Synchronization
import TestSupport
import Testing
import TimeSeries

@testable import Pipelines

@Suite struct SHA256Tests {
  // FIPS 180-4, and `sha256sum` for the lengths around a block.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (String(repeating: "a", count: 64), "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"),
    (String(repeating: "a", count: 1000), "41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3"),
  ])
  func `digests are those of the standard`(text: String, digest: String) {
    #expect(SHA256.hex(Array(text.utf8)) == digest)
    #expect(SHA256.hex(Data(text.utf8)) == digest)
  }

  @Test func `digests do not depend on the pieces that the bytes come in nor on what the processor can do`() throws {
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
    for count in Array(0...130) + [1000] {
      let whole = SHA256.hex(bytes[..<count])
      for (piece, isNative) in [(1, true), (63, true), (64, false), (100, false)] {
        var hash = SHA256(isNative: isNative)
        for start in stride(from: 0, to: count, by: piece) {
          bytes[start..<min(start + piece, count)].withUnsafeBytes { hash.add($0) }
        }
        #expect(hash.hex() == whole, "\(count) bytes by \(piece)")
      }
    }
    let folder = try TemporaryFolder()
    try folder.write("abc", to: "f")
    #expect(SHA256.hex(contentsOf: FilePath(folder.path + "/f")) == SHA256.hex(Array("abc".utf8)))
    #expect(SHA256.hex(contentsOf: FilePath(folder.path)) == nil)
  }
}

@Suite struct PublicationTransactionTests {
  @Test func `a set appears whole, in place of the one before`() throws {
    let folder = try TemporaryFolder()
    try folder.write("old", to: "a/x.csv")
    let state = StateFolder(path: folder.path + "/state")
    try state.create()
    let publication = Publication(root: RootFolder(folder.path), state: state)
    try publication.write(Array("new".utf8), to: "a/x.csv")
    try publication.write(Array("new too".utf8), to: "b/y.csv")
    try publication.keep(["m.json": Data("m".utf8)], in: "model")
    #expect(folder.read("a/x.csv") == "old")
    #expect(try publication.commit() == ["a/x.csv", "b/y.csv"])
    #expect(folder.read("a/x.csv") == "new")
    #expect(folder.files == ["a/x.csv", "b/y.csv", "state/model/m.json"])
    // A folder takes the place of a folder.
    let second = Publication(root: RootFolder(folder.path), state: state)
    try second.keep(["n.json": Data("n".utf8)], in: "model")
    _ = try second.commit()
    #expect(folder.files == ["a/x.csv", "b/y.csv", "state/model/n.json"])
  }

  @Test func `a file that was not made whole keeps the whole set back`() throws {
    let folder = try TemporaryFolder()
    try folder.write("old", to: "x.csv")
    let state = StateFolder(path: folder.path + "/state")
    try state.create()
    let publication = Publication(root: RootFolder(folder.path), state: state)
    try publication.write(Array("new".utf8), to: "x.csv")
    _ = try publication.stage("y.csv")
    let failure = #expect(throws: Failure.self) { try publication.commit() }
    #expect(failure?.kind == .cannotWrite)
    #expect(failure?.message == "y.csv was not made whole: No such file or directory")
    #expect(folder.read("x.csv") == "old")
    publication.discard()
    #expect(folder.files == ["x.csv"])
  }

  @Test func `nothing is made once an interruption has undone it`() throws {
    let folder = try TemporaryFolder()
    try folder.write("old", to: "x.csv")
    let state = StateFolder(path: folder.path + "/state")
    try state.create()
    let publication = Publication(root: RootFolder(folder.path), state: state)
    try publication.write(Array("new".utf8), to: "x.csv")
    publication.undoing()
    #expect(folder.files == ["x.csv"])
    let attempts: [() throws -> Void] = [
      { try publication.write(Array("new".utf8), to: "y.csv") },
      { try publication.keep(Data("m".utf8), as: "m.json") },
      { try publication.keep(["m.json": Data("m".utf8)], in: "model") },
      { _ = try publication.stage("z.csv") },
    ]
    for attempt in attempts {
      #expect(throws: Failure.self) { try attempt() }
    }
    #expect(throws: Failure.self) { try publication.commit() }
    #expect(folder.files == ["x.csv"])
    #expect(folder.read("x.csv") == "old")
  }

  @Test func `moves are carried out together or not at all`() throws {
    let folder = try TemporaryFolder()
    for name in ["made-1", "made-2"] { try folder.write("new", to: name) }
    try folder.write("old", to: "one")
    func move(_ made: String, _ place: String) -> PublicationJournal.Move {
      .init(made: folder.path + "/" + made, path: folder.path + "/" + place, identity: 0)
    }
    let failed = try #require(
      PublicationJournal.carryOut([move("made-1", "one"), move("made-2", "fresh"), move("absent", "two")]))
    #expect(failed.position == 2 && failed.fault.code == ENOENT && !failed.isMixed)
    #expect(folder.files == ["made-1", "made-2", "one"])
    #expect(folder.read("one") == "old" && folder.read("made-1") == "new")
    #expect(PublicationJournal.carryOut([move("made-1", "one"), move("made-2", "fresh")]) == nil)
    #expect(folder.read("one") == "new" && folder.read("fresh") == "new")
  }

  @Test func `a publication that was cut is brought to its end`() throws {
    let folder = try TemporaryFolder()
    let state = StateFolder(path: folder.path + "/state")
    try state.create()
    try folder.write("new", to: ".almanac-x/x.csv")
    try folder.write("old", to: "x.csv")
    try folder.write("new", to: "y.csv")
    func move(_ name: String) -> PublicationJournal.Move {
      let made = folder.path + "/.almanac-x/" + name
      let identity = DiskFile.identity(of: made) ?? DiskFile.identity(of: folder.path + "/" + name) ?? 0
      return .init(made: made, path: folder.path + "/" + name, identity: identity)
    }
    // The first file moved, the second did not.
    try PublicationJournal(moves: [move("y.csv"), move("x.csv")], folders: [folder.path + "/.almanac-x"]).write(
      in: state)
    #expect(try PublicationJournal.finish(in: state))
    #expect(folder.files == ["x.csv", "y.csv"])
    #expect(folder.read("x.csv") == "new")
    #expect(try !PublicationJournal.finish(in: state))
  }

  @Test func `a set that may not appear any more is undone`() throws {
    let folder = try TemporaryFolder()
    try folder.write("old", to: "x.csv")
    let state = StateFolder(path: folder.path + "/state")
    try state.create()
    let publication = Publication(root: RootFolder(folder.path), state: state)
    try publication.write(Array("new".utf8), to: "x.csv")
    try publication.write(Array("new".utf8), to: "fresh/deep/y.csv")
    let failure = #expect(throws: Failure.self) { try publication.commit { false } }
    #expect(failure?.message == "the run was told to end")
    publication.undoing()
    #expect(folder.files == ["x.csv"])
    #expect(folder.read("x.csv") == "old")
    // Nor do folders stay that were made for it.
    #expect(access(folder.path + "/fresh", F_OK) != 0)
  }

  @Test func `a folder that somebody made meanwhile is not taken away`() throws {
    let folder = try TemporaryFolder()
    let publication = Publication(root: RootFolder(folder.path))
    try publication.write(Array("new".utf8), to: "x.csv")
    try folder.write("theirs", to: "x.csv/inner")
    let failure = #expect(throws: Failure.self) { try publication.commit() }
    #expect(failure?.message == "x.csv cannot be put in place: Is a directory")
    publication.discard()
    #expect(folder.files == ["x.csv/inner"])
  }

  @Test func `a folder of outputs that is taken away meanwhile is made anew`() throws {
    let folder = try TemporaryFolder()
    let publication = Publication(root: RootFolder(folder.path))
    try publication.prepare("out/x.csv")
    try FileManager.default.removeItem(atPath: folder.path + "/out")
    try publication.write(Array("new".utf8), to: "out/x.csv")
    _ = try publication.commit()
    #expect(folder.files == ["out/x.csv"])
  }

  @Test func `what a publication that was killed has left is removed by the next of its owner`() throws {
    let folder = try TemporaryFolder()
    let owner = String(SHA256.hex(Array("files mine of \(folder.path)".utf8)).prefix(12))
    try folder.write("half", to: ".almanac-\(owner)-dead/x.csv")
    try folder.write("theirs", to: ".almanac-ffffffffffff-dead/x.csv")
    let first = Publication(root: RootFolder(folder.path), owner: "mine")
    try first.write(Array("1".utf8), to: "x.csv")
    #expect(folder.files.count { $0.hasPrefix(".almanac-\(owner)-") } == 1)
    // One that is at work is left alone.
    let second = Publication(root: RootFolder(folder.path), owner: "mine")
    try second.write(Array("2".utf8), to: "x.csv")
    _ = try first.commit()
    #expect(folder.read("x.csv") == "1")
    _ = try second.commit()
    #expect(folder.files == [".almanac-ffffffffffff-dead/x.csv", "x.csv"])
    #expect(folder.read("x.csv") == "2")
  }
}

/// What strangers prepare in folders where everyone may write, as /tmp is.
@Suite struct StrangerTests {
  /// A user who is neither this one nor root; only root can make something in their name.
  private static let stranger: uid_t = 65_534
  private static let isRoot = geteuid() == 0

  private func give(_ path: String) throws {
    try #require(lchown(path, Self.stranger, Self.stranger) == 0)
  }

  /// A folder that everyone may write to.
  private func sharedFolder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try #require(chmod(folder.path, 0o1777) == 0)
    return folder
  }

  @Test func `staging folders cannot be guessed, opened or prepared by others`() throws {
    let folder = try sharedFolder()
    let names = try (0..<2).map { _ in
      let publication = Publication(root: RootFolder(folder.path), owner: "mine")
      let path = try publication.stage("x.csv")
      var status = stat()
      #expect(lstat(FilePath(path).parent.text, &status) == 0 && status.st_mode & 0o7777 == 0o700)
      return path
    }
    #expect(Set(names).count == 2)
    let handle = try FolderHandle(folder.path)
    try folder.write("victim", to: "victim")
    for name in ["link", "dangling"] {
      #expect(symlink(folder.path + (name == "link" ? "/victim" : "/none"), folder.path + "/" + name) == 0)
      let fault = #expect(throws: DiskFile.Fault.self) { try DiskFile.write(Array("mine".utf8), to: name, in: handle) }
      #expect(fault?.code == EEXIST)
    }
    #expect(folder.files.contains("none") == false)
    #expect(folder.read("victim") == "victim")
  }

  @Test(.enabled(if: isRoot), arguments: [false, true])
  func `no folder or link of a stranger is entered for an output`(isLink: Bool) throws {
    let (folder, home) = (try sharedFolder(), try TemporaryFolder())
    try home.write("victim", to: "x.csv")
    let path = folder.path + "/out"
    #expect((isLink ? symlink(home.path, path) : mkdir(path, 0o777)) == 0)
    try give(path)
    let publication = Publication(root: RootFolder(folder.path))
    let failure = #expect(throws: Failure.self) { try publication.write(Array("mine".utf8), to: "out/x.csv") }
    #expect(failure?.kind == .cannotWrite)
    #expect(
      failure?.message
        == "the folder of out/x.csv cannot be made: \(path) belongs to another user (65534), in a folder "
        + "where others may write; give a folder of your own")
    #expect(home.read("x.csv") == "victim")
    // In a folder of one's own it is there on purpose.
    #expect(chmod(folder.path, 0o755) == 0)
    try publication.write(Array("mine".utf8), to: "out/x.csv")
    _ = try publication.commit()
    #expect((isLink ? home.read("x.csv") : folder.read("out/x.csv")) == "mine")
  }

  @Test(.enabled(if: isRoot), arguments: [".almanac", ".almanac/load"], [0o777, 0o1777, 0o775] as [mode_t])
  func `no state is kept where a stranger wants it`(part: String, mode: mode_t) throws {
    let (folder, home) = (try TemporaryFolder(), try TemporaryFolder())
    #expect(mkdir(folder.path + "/.almanac", 0o755) == 0 || part == ".almanac")
    if part == ".almanac" { rmdir(folder.path + "/.almanac") }
    let path = folder.path + "/" + part
    #expect(symlink(home.path, path) == 0)
    try give(path)
    #expect(chmod(FilePath(path).parent.text, mode) == 0)
    let failure = #expect(throws: Failure.self) { try StateFolder(path: folder.path + "/.almanac/load").create() }
    #expect(
      failure?.message.contains("\(path) belongs to another user (65534), in a folder where others may write") == true)
    #expect(failure?.message.hasSuffix("; set run.state to a folder of your own") == true)
    #expect(home.files == [])
  }

  @Test(.enabled(if: isRoot)) func `a journal of a stranger moves nothing`() throws {
    let (folder, home) = (try TemporaryFolder(), try TemporaryFolder())
    try home.write("victim", to: "keys")
    try folder.write("theirs", to: ".almanac-x/keys")
    let state = StateFolder(path: folder.path + "/state")
    try state.create()
    let made = folder.path + "/.almanac-x/keys"
    let move = PublicationJournal.Move(
      made: made, path: home.path + "/keys", identity: try #require(DiskFile.identity(of: made)))
    try PublicationJournal(moves: [move], folders: [folder.path + "/.almanac-x"]).write(in: state)
    try give(state.path(of: "publication.json"))
    var warnings: [String] = []
    try state.finishPublication { warnings.append($0) }
    #expect(home.read("keys") == "victim")
    #expect(folder.files == [".almanac-x/keys", "state/publication.json.damaged-1"])
    #expect(warnings.count == 1 && warnings[0].contains("belongs to another user (65534): it is kept as"))
    // Neither does one that a link leads to.
    #expect(rename(state.path(of: "publication.json.damaged-1"), home.path + "/journal") == 0)
    #expect(chown(home.path + "/journal", 0, 0) == 0)
    #expect(symlink(home.path + "/journal", state.path(of: "publication.json")) == 0)
    try state.finishPublication { warnings.append($0) }
    #expect(home.read("keys") == "victim")
    #expect(warnings.count == 2 && warnings[1].contains("is no plain file: it is kept as"))
  }
}

/// Each file of the state folder in every condition that nobody wants: no night is lost, or words say what to do.
@Suite struct DamagedStateTests {
  @Test(arguments: ["", "{", "rubbish", "[]", "{\"moves\": 1}", "{\"moves\": [], \"folders\": 3}"])
  func `a damaged journal is put aside`(text: String) throws {
    let folder = try TemporaryFolder()
    let state = StateFolder(path: folder.path)
    try folder.write(text, to: "publication.json")
    var warnings: [String] = []
    try state.finishPublication { warnings.append($0) }
    #expect(folder.files == ["publication.json.damaged-1"])
    #expect(folder.read("publication.json.damaged-1") == text)
    #expect(
      warnings == [
        "\(folder.path)/publication.json, the journal of a publication that was interrupted, is damaged: it is kept as "
          + "publication.json.damaged-1, and outputs that do not belong together are published anew"
      ])
    try state.finishPublication { warnings.append($0) }
    #expect(warnings.count == 1)
  }

  @Test func `a journal of a later almanac is left to that one`() throws {
    let folder = try TemporaryFolder()
    for text in [#"{"format": 2, "steps": []}"#, #"{"format": 2, "moves": [], "folders": []}"#] {
      try folder.write(text, to: "publication.json")
      let failure = #expect(throws: Failure.self) { try StateFolder(path: folder.path).finishPublication() }
      #expect(
        failure?.message == "\(folder.path)/publication.json is of a later almanac; run that one once, or remove the "
          + "file to publish anew")
      #expect(folder.read("publication.json") == text)
    }
  }

  @Test func `a journal of an earlier almanac is followed`() throws {
    let folder = try TemporaryFolder()
    try folder.write("new", to: ".almanac-0123456789ab/x.csv")
    try folder.write("old", to: "x.csv")
    let (made, place) = (folder.path + "/.almanac-0123456789ab/x.csv", folder.path + "/x.csv")
    let identity = try #require(DiskFile.identity(of: made))
    try folder.write(
      "{\"folders\":[\"\(FilePath(made).parent.text)\"],\"moves\":[{\"identity\":\(identity),\"made\":\"\(made)\","
        + "\"place\":\"\(place)\"}]}", to: "state/publication.json")
    #expect(try PublicationJournal.finish(in: StateFolder(path: folder.path + "/state")))
    #expect(folder.files == ["x.csv"] && folder.read("x.csv") == "new")
  }

  @Test func `a publication that cannot be ended says how it can`() throws {
    let folder = try TemporaryFolder()
    let state = StateFolder(path: folder.path + "/state")
    try state.create()
    try folder.write("new", to: ".almanac-x/x.csv")
    try folder.write("theirs", to: "x.csv/inner")
    let made = folder.path + "/.almanac-x/x.csv"
    let move = PublicationJournal.Move(
      made: made, path: folder.path + "/x.csv", identity: try #require(DiskFile.identity(of: made)))
    try PublicationJournal(moves: [move], folders: []).write(in: state)
    let failure = #expect(throws: Failure.self) { try state.finishPublication() }
    #expect(
      failure?.message
        == "the publication that was interrupted cannot be brought to its end: \(folder.path)/x.csv: Is a "
        + "directory; mend that, or remove \(state.path)/publication.json to publish anew")
    #expect(folder.read("x.csv/inner") == "theirs")
    // A folder of outputs that is gone is made anew.
    try FileManager.default.removeItem(atPath: folder.path + "/x.csv")
    let other = PublicationJournal.Move(made: made, path: folder.path + "/gone/x.csv", identity: move.identity)
    try PublicationJournal(moves: [other], folders: [folder.path + "/.almanac-x"]).write(in: state)
    try state.finishPublication()
    #expect(folder.files == ["gone/x.csv"])
  }

  @Test func `a file in the way of the state is named`() throws {
    let folder = try TemporaryFolder()
    try folder.write("", to: ".almanac")
    let failure = #expect(throws: Failure.self) { try StateFolder(path: folder.path + "/.almanac/load").create() }
    #expect(
      failure?.message == "the state folder \(folder.path)/.almanac/load cannot be made: \(folder.path)/.almanac is no "
        + "folder; move it away, or set run.state to another folder")
  }
}

/// A clock that ran ahead, or is behind.
@Suite struct ClockTests {
  @Test(arguments: ["every 7d", "never"])
  func `a model of the future is told of, and trained anew where its age counts`(retrain: String) throws {
    let folder = try TemporaryFolder()
    let rows = (0..<60).map { day in
      "2024-\(day < 30 ? "06" : "07")-\(day % 30 < 9 ? "0" : "")\(day % 30 + 1),\(10 + day % 7)\n"
    }
    try folder.write("day,load\n" + rows.joined(), to: "load.csv")
    let text = """
      version: 1
      name: load
      run: {retrain: \(retrain)}
      stages:
        - use: csv
          with: {path: load.csv, time: day, target: load}
        - use: window
          with: {lookback: 14, horizon: 7}
        - use: theta
        - use: write
          with: {path: out.csv}
      """
    var pipeline = try reader().read(text, file: folder.path + "/load.yaml")
    try pipeline.stateFolder.create()
    let warnings = Mutex<[String]>([])
    func run() throws -> ModelUse? {
      let state = RunState(folder: pipeline.stateFolder, identity: nil, coder: pipeline.coder)
      let runner = Runner(pipeline, threads: 1, context: StageContext(root: pipeline.rootFolder), state: state) {
        event in
        if case .warning(let text) = event { warnings.withLock { $0.append(text) } }
      }
      return try runner.run().modelUse
    }
    pipeline.now = CivilTime(year: 2060, month: 1, day: 1).timestamp
    _ = try run()
    #expect(warnings.withLock { $0 } == [])
    pipeline.now = nil
    let use = try run()
    #expect(
      warnings.withLock { $0 } == [
        "the saved model says that it was trained at 2060-01-01T00:00:00Z, which is later than now: the clock was ahead "
          + "then, or is behind now"
      ])
    if retrain == "never" {
      guard case .reused = use else { return #expect(Bool(false), "\(String(describing: use))") }
    } else {
      #expect(
        use
          == .trained(
            reason: "the saved model is of the future, so its age is not known; run.retrain is every 1w"))
      // The model is of today now.
      guard case .reused = try run() else { return #expect(Bool(false)) }
      #expect(warnings.withLock { $0 }.count == 1)
    }
  }
}

@Suite struct RunSettingsTests {
  static func faults(_ run: String) -> [String] {
    let text = """
      version: 1
      name: a
      run: \(run)
      stages:
        - use: csv
          with: {path: a.csv}
        - use: window
          with: {lookback: 4, horizon: 2}
        - use: naive
        - use: write
          with: {path: b.csv}
      """
    do {
      _ = try reader().read(text, file: "a.yaml")
      return []
    } catch { return error.diagnostics.map { "\($0)" } }
  }

  @Test(arguments: [
    "{retrain: always}", "{retrain: never}", "{retrain: every 7d}", "{retrain: when worse}", "{if_locked: skip}",
    "{if_locked: wait 90s}", "{timeout: 20m, on_series_error: keep}", "{state: /tmp/x}", "{seed: 0}",
  ])
  func `settings are read`(run: String) { #expect(Self.faults(run) == []) }

  @Test(arguments: [
    (
      "{retrain: sometimes}",
      "a.yaml:3:16: error: run: retrain wants always, never, when worse, or every so often such as every 7d, not \"sometimes\""
    ),
    (
      "{retrain: every 2mo}",
      "a.yaml:3:16: error: run: retrain wants always, never, when worse, or every so often such as every 7d, not \"every 2mo\""
    ),
    (
      "{if_locked: wait}",
      "a.yaml:3:18: error: run: if_locked wants fail, skip, or wait so long such as wait 5m, not \"wait\""
    ),
    (
      "{timeout: 1mo}",
      "a.yaml:3:16: error: run: timeout wants a length of time such as 90s, 15m, 2h or 7d, not \"1mo\""
    ),
    (
      "{on_series_error: go}",
      "a.yaml:3:24: error: run: on_series_error wants stop, skip, keep, not \"go\""
    ),
    ("{warm_start: true}", "a.yaml:3:19: error: run: warm_start is for recurrent networks; naive trains none"),
    ("{fine_tune: m}", "a.yaml:3:18: error: run: fine_tune is for recurrent networks; naive trains none"),
  ])
  func `settings that cannot be are refused`(run: String, message: String) { #expect(Self.faults(run) == [message]) }
}
