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

  @Test(arguments: [
    "README.md", "CONTRIBUTING.md", "SECURITY.md", "Benchmarks/README.md", "sample-data/README.md", "docs/plugins.md",
    "docs/unattended.md",
  ])
  func linksLeadSomewhere(document: String) throws {
    let folder = document.split(separator: "/").dropLast().map { "\($0)/" }.joined()
    for link in try text(document).matches(of: /\]\(([^)# ]+)(#[^)]*)?\)/) where !link.1.contains("://") {
      #expect(exists(folder + link.1), "\(link.1) is not there")
    }
  }
}
