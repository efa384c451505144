import Files
import Foundation
import PipelineFile
import TestSupport
import Testing

@testable import Pipelines

/// What appears with the files of a run and is no file: in which order, and what becomes of it where something fails.
@Suite struct OutputTransactionTests {
  /// Notes what is asked of it.
  private final class Transaction: OutputTransaction {
    var asked: [String] = []
    var onCommit: () throws -> Void = {}

    func commit() throws {
      asked.append("commit")
      try onCommit()
    }

    func undo() { asked.append("undo") }
  }

  private func publication(_ folder: TemporaryFolder) throws -> (Publication, Transaction, Transaction) {
    try FileManager.default.createDirectory(atPath: "\(folder.path)/out", withIntermediateDirectories: true)
    try Data("old".utf8).write(to: URL(filePath: "\(folder.path)/out/a.csv"))
    let publication = Publication(root: RootFolder(folder.path))
    try publication.write(Array("new".utf8), to: "out/a.csv")
    let (first, second) = (Transaction(), Transaction())
    publication.join(first)
    publication.join(second)
    return (publication, first, second)
  }

  private func text(_ folder: TemporaryFolder) -> String? {
    FilePath("\(folder.path)/out/a.csv").contents().map { String(decoding: $0, as: UTF8.self) }
  }

  @Test func `it is committed before the first file moves`() throws {
    let folder = try TemporaryFolder()
    let (publication, first, second) = try publication(folder)
    second.onCommit = { #expect(text(folder) == "old" && first.asked == ["commit"]) }
    _ = try publication.commit()
    #expect(text(folder) == "new" && second.asked == ["commit"])
  }

  @Test func `a run that is told to end commits nothing`() throws {
    let folder = try TemporaryFolder()
    let (publication, first, _) = try publication(folder)
    #expect(throws: Failure.self) { try publication.commit { false } }
    #expect(first.asked.isEmpty && text(folder) == "old")
  }

  @Test func `a commit that fails undoes those before it, and leaves the files`() throws {
    let folder = try TemporaryFolder()
    let (publication, first, second) = try publication(folder)
    second.onCommit = { throw Failure(.cannotWrite, "no") }
    #expect(throws: Failure.self) { try publication.commit() }
    #expect(first.asked == ["commit", "undo"] && second.asked == ["commit"] && text(folder) == "old")
  }

  @Test func `where a file cannot be moved, all that was committed is undone`() throws {
    let folder = try TemporaryFolder()
    let (publication, first, second) = try publication(folder)
    second.onCommit = { FilePath("\(folder.path)/out").remove() }
    #expect(throws: Failure.self) { try publication.commit() }
    #expect(first.asked == ["commit", "undo"] && second.asked == ["commit", "undo"])
  }
}
