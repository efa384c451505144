import Foundation
import Testing

/// Foundation's calls for paths and files end the process at some paths, such as those of one letter.
@Suite struct SourceTests {
  private static let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Sources")

  static let forbidden =
    #"\b(FileManager|FileHandle|FileWrapper|NSString|NSURL|NSData|NSTemporaryDirectory|URLComponents|lastPathComponent"#
    + #"|deletingLastPathComponent|appendingPathComponent|pathExtension|deletingPathExtension|pathComponents"#
    + #"|standardizingPath|expandingTildeInPath|contentsOfFile|fileURLWithPath|filePath:)\b|\bURL\b[(?>,]|: URL\b|Data\(contentsOf"#

  private static var pattern: Regex<AnyRegexOutput> {
    get throws { try Regex(forbidden).wordBoundaryKind(.simple) }
  }

  @Test func noSourceCallsFoundationForPaths() throws {
    let pattern = try Self.pattern
    let files = try #require(FileManager.default.enumerator(at: Self.sources, includingPropertiesForKeys: nil))
    var count = 0
    for case let file as URL in files where file.pathExtension == "swift" {
      count += 1
      let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
      for (number, line) in lines.enumerated() where !line.drop(while: { $0 == " " }).hasPrefix("//") {
        #expect(line.firstMatch(of: pattern) == nil, "\(file.lastPathComponent):\(number + 1): \(line)")
      }
    }
    #expect(count > 100)
  }

  @Test(arguments: [
    "FileManager.default", "URL(fileURLWithPath: path)", "(path as NSString).x", "let folder: URL",
    "Data(contentsOf: x)",
  ])
  func theCallsAreFound(line: String) throws { #expect(try line.firstMatch(of: Self.pattern) != nil) }
}
