import Foundation
import Testing

@testable import Files

@Suite struct FilePathTests {
  @Test(arguments: [
    ("p", ".", "p"), ("é", ".", "é"), (".", ".", "."), ("..", ".", ".."), ("/", "/", ""), ("//", "/", ""),
    ("a/", ".", "a"), ("/a", "/", "a"), ("a/b", "a", "b"), ("a//b/", "a", "b"), ("/a/b", "/a", "b"), ("", ".", ""),
    ("a/é", "a", "é"), ("é/a", "é", "a"),
  ])
  func aPathHasAFolderAndAName(text: String, folder: FilePath, name: String) {
    #expect(FilePath(text).parent == folder)
    #expect(FilePath(text).name == name)
  }

  @Test(arguments: [
    ("a.csv", "a", "csv"), ("x/a.b.csv", "a.b", "csv"), (".hidden", ".hidden", ""), ("a", "a", ""), ("a.", "a", ""),
    ("é", "é", ""), ("", "", ""), ("..", "..", ""),
  ])
  func aNameHasAStemAndAnEnding(text: String, stem: String, ending: String) {
    #expect(FilePath(text).stem == stem)
    #expect(FilePath(text).ending == ending)
  }

  @Test(arguments: [
    ("a/./b", "a/b"), ("a/../b", "b"), ("../a", "../a"), ("a/../..", ".."), ("/..", "/"), ("/a//b/", "/a/b"), ("", "."),
    (".", "."), ("a/..", "."),
  ])
  func aPathIsSimplifiedByItsText(text: String, simple: FilePath) { #expect(FilePath(text).simplified == simple) }

  @Test(arguments: [("a", "b", "a/b"), ("a/", "b", "a/b"), ("/", "b", "/b"), (".", "b", "b"), ("a", "/b", "/b")])
  func aPathIsAppended(folder: String, path: FilePath, whole: FilePath) {
    #expect(FilePath(folder).appending(path) == whole)
  }

  @Test(arguments: ["a/", ".", "..", "a/.", "a/..", "/", ""])
  func aPathMayNameNothingButAFolder(text: String) { #expect(FilePath(text).namesFolder) }

  @Test(arguments: ["a", "é", "a/b", "-", ".a", "..."])
  func aPathMayNameAFile(text: String) { #expect(!FilePath(text).namesFolder) }
}

@Suite struct FilePathOnDiskTests {
  private let folder = FilePath(NSTemporaryDirectory()).appending(FilePath("files-\(UUID().uuidString)"))

  @Test func foldersAreMadeListedAndRemovedWithoutFollowingLinks() throws {
    defer { folder.remove() }
    let deep = folder.appending("a/b/c")
    try deep.makeFolder()
    try deep.makeFolder()
    #expect(deep.isFolder)
    try DiskFile.write(Array("kept".utf8), to: folder.appending("kept").text)
    #expect(symlink(folder.text, deep.appending("link").text) == 0)
    #expect(try folder.entries() == ["a", "kept"])
    folder.appending("a").remove()
    #expect(try folder.entries() == ["kept"])
    #expect(throws: DiskFile.Fault(code: ENOTDIR)) { try folder.appending("kept").makeFolder() }
    #expect(throws: DiskFile.Fault(code: ENOTDIR)) { try folder.appending("kept/below").makeFolder() }
  }

  @Test func contentsAreThoseOfRegularFilesAlone() throws {
    defer { folder.remove() }
    try folder.makeFolder()
    let (file, pipe) = (folder.appending("f"), folder.appending("p"))
    let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }
    try DiskFile.write(bytes, to: file.text)
    #expect(mkfifo(pipe.text, 0o600) == 0)
    #expect(file.contents().map(Array.init) == bytes)
    var pieces: [UInt8] = []
    #expect(file.readPieces { pieces += $0 })
    #expect(pieces == bytes)
    #expect(pipe.contents() == nil)
    #expect(!pipe.readPieces { pieces += $0 })
    #expect(folder.contents() == nil)
    #expect(FilePath("/proc/self/stat").contents()?.isEmpty == false)
  }

  @Test func aFileIsCreatedOnceAndNotThroughALink() throws {
    defer { folder.remove() }
    try folder.makeFolder()
    let (file, link) = (folder.appending("f"), folder.appending("l"))
    try DiskFile.create(file.text, with: [1])
    #expect(throws: DiskFile.Fault(code: EEXIST)) { try DiskFile.create(file.text, with: [2]) }
    #expect(symlink(folder.appending("elsewhere").text, link.text) == 0)
    #expect(throws: DiskFile.Fault(code: EEXIST)) { try DiskFile.create(link.text, with: [2]) }
    #expect(file.contents().map(Array.init) == [1])
  }
}

@Suite struct FilePlaceTests {
  private let folder = FilePath(NSTemporaryDirectory()).appending(FilePath("places-\(UUID().uuidString)"))

  private func place(_ path: FilePath) throws -> FilePlace { try #require(FilePlace(folder.appending(path))) }

  @Test func everyNameOfAFileIsOnePlace() throws {
    defer { folder.remove() }
    try folder.appending("deep").makeFolder()
    try DiskFile.write([1], to: folder.appending("in.csv").text)
    #expect(symlink("in.csv", folder.appending("soft").text) == 0)
    #expect(symlink("../soft", folder.appending("deep/chain").text) == 0)
    #expect(symlink(folder.text, folder.appending("self").text) == 0)
    #expect(link(folder.appending("in.csv").text, folder.appending("hard").text) == 0)
    let file = try place("in.csv")
    for other: FilePath in [
      "./in.csv", "deep/../in.csv", "deep//..//in.csv", "soft", "hard", "deep/chain", "self/in.csv", "self/self/hard",
    ] {
      #expect(try place(other) == file, "\(other)")
    }
    #expect(try place("deep") != file)
    #expect(try place("deep/in.csv") != file)
  }

  @Test func whatIsNotThereYetHasAPlaceToo() throws {
    defer { folder.remove() }
    try folder.makeFolder()
    #expect(symlink("new/out.csv", folder.appending("ahead").text) == 0)
    #expect(symlink("circle", folder.appending("circle").text) == 0)
    let file = try place("new/out.csv")
    for other: FilePath in ["./new//out.csv", "new/x/../out.csv", "x/../new/out.csv", "ahead"] {
      #expect(try place(other) == file, "\(other)")
    }
    #expect(try place("new/out") != file)
    #expect(FilePlace(folder.appending("circle")) == nil)
  }

  @Test func aPlaceLiesInsideOfFolders() throws {
    defer { folder.remove() }
    try folder.appending("state/deep").makeFolder()
    #expect(symlink("state", folder.appending("link").text) == 0)
    #expect(try place("link/deep/f").isInside(place("state")))
    #expect(try place("state").isInside(place("link")))
    #expect(try place("new/below/f").isInside(place("new/below")))
    #expect(try !place("new/f").isInside(place("new/below")))
    #expect(try !place("statef").isInside(place("state")))
    #expect(try !place("f").isInside(place("state")))
  }

  @Test(arguments: ["/dev", "/dev/null", "/dev/new", "/proc/self/fd", "/sys/x"])
  func devicesHaveNoPlaceForFiles(path: String) { #expect(FilePlace(FilePath(path))?.isAmongDevices != false) }

  @Test(arguments: ["/dev/shm/x", "/tmp/dev", "/devices/x"])
  func otherFoldersDo(path: String) { #expect(FilePlace(FilePath(path))?.isAmongDevices == false) }
}
