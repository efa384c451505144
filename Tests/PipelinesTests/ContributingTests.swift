import Foundation
import Testing

/// Documents of the repository name files that are there.
@Suite struct ContributingTests {
  static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static let additions = ["A transform", "A forecaster", "A cell", "A metric", "A source", "A command"]

  private func text(_ path: String) throws -> String {
    try String(contentsOf: Self.repository.appending(path: path), encoding: .utf8)
  }

  private func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: Self.repository.appending(path: path).path)
  }

  /// A block with the word `files` below the heading: one path a line, and a few words on it.
  @Test(arguments: additions)
  func theFilesOfAnAdditionExist(heading: String) throws {
    let parts = try text("CONTRIBUTING.md").split(separator: "\n### ").map(String.init)
    let part = try #require(parts.first { $0.hasPrefix("\(heading)\n") }, "no such heading")
    let block = try #require(part.firstMatch(of: /\n```files\n([^`]*)\n```/), "no list of files")
    let lines = block.1.split(separator: "\n")
    #expect(lines.count >= 3)
    for line in lines {
      let path = String(line.prefix { $0 != " " })
      #expect(exists(path), "\(path) is not there")
    }
  }

  /// What stands between backquotes in the last column of the tables: suites and tests by name, and scripts.
  @Test func theTestsThatShowAPromiseExist() throws {
    let rows = try text("docs/trust.md").split(separator: "\n").filter { $0.hasPrefix("| ") && !$0.hasPrefix("| ---") }
    let names = rows.flatMap { row in
      (row.split(separator: "|").last ?? "").matches(of: /`([^`]+)`/).map { String($0.1) }
    }
    #expect(names.count > 40)
    let folder = Self.repository.appending(path: "Tests").path
    let files = (FileManager.default.enumerator(atPath: folder)?.allObjects as? [String] ?? []).filter {
      $0.hasSuffix(".swift")
    }
    let tests = try files.map { try text("Tests/\($0)") }.joined()
    for name in names {
      if name.hasPrefix("Scripts/") {
        #expect(exists(String(name.prefix { $0 != " " })), "\(name) is not there")
      } else {
        let isThere = ["func \(name)(", "func `\(name)`(", "struct \(name) {"].contains { tests.contains($0) }
        #expect(isThere, "no test is called \(name)")
      }
    }
  }
}
