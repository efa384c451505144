import Files
import Foundation
import PipelineFile
import Stages
import TestSupport
import Testing

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
    try folder.write("new", to: ".hidden/x.csv")
    try folder.write("old", to: "x.csv")
    try folder.write("new", to: "y.csv")
    func move(_ name: String) -> PublicationJournal.Move {
      let made = folder.path + "/.hidden/" + name
      let identity = DiskFile.identity(of: made) ?? DiskFile.identity(of: folder.path + "/" + name) ?? 0
      return .init(made: made, path: folder.path + "/" + name, identity: identity)
    }
    // The first file moved, the second did not.
    try PublicationJournal(moves: [move("y.csv"), move("x.csv")], folders: [folder.path + "/.hidden"]).write(in: state)
    #expect(try PublicationJournal.finish(in: state))
    #expect(folder.files == ["x.csv", "y.csv"])
    #expect(folder.read("x.csv") == "new")
    #expect(try !PublicationJournal.finish(in: state))
  }

  @Test func `a journal that cannot be read is named`() throws {
    let folder = try TemporaryFolder()
    try folder.write("{", to: "publication.json")
    let failure = #expect(throws: Failure.self) { try StateFolder(path: folder.path).finishPublication() }
    #expect(
      failure?.message
        == "\(folder.path)/publication.json is damaged; look at the published files, and remove it")
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
