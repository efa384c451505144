import Forecasting
import Foundation
import Operation
import Stages
import TestSupport
import Testing

@testable import PipelineFile
@testable import Pipelines

/// Changes to texts, the same for the same seed.
struct Mutations {
  private var numbers: SeededNumbers

  init(seed: UInt64) { numbers = SeededNumbers(seed: seed) }

  mutating func below(_ bound: Int) -> Int { numbers.below(bound) }

  /// A name with one slip of the hand: a letter left out, doubled, or two swapped.
  mutating func slip(in name: String) -> String {
    var letters = Array(name)
    let at = below(letters.count)
    switch below(3) {
    case 0 where letters.count > 2: letters.remove(at: at)
    case 1 where at + 1 < letters.count: letters.swapAt(at, at + 1)
    default: letters.insert(letters[at], at: at)
    }
    return String(letters)
  }

  private static let pieces = [
    "{", "}", "[", "]", ":", ",", "-", "#", "&a ", "*a", "<<: ", "\"", "'", "|", ">", "?", "!", "!!int ", "%", "@", "`",
    "\t", "\n", "\r\n", "  ", "$", "${", "}", "${vars.horizon}", "~", "null", "-1", "1e400", "9223372036854775807",
    "1d", "0",
    "\u{0}", "\u{7f}", "\u{2028}", "é", "\u{E000}", "🧭", "---\n", "...\n", "- use: csv\n", "with: ", "x-",
    "version: 1\n",
  ]

  /// A text with a few random changes.
  mutating func mutated(_ text: String) -> String {
    var letters = Array(text)
    for _ in 0...below(3) {
      let at = below(max(1, letters.count))
      let end = min(letters.count, at + 1 + below(12))
      switch below(6) {
      case 0: if at < end { letters.removeSubrange(at..<end) }
      case 1:
        letters.insert(contentsOf: Array(Mutations.pieces[below(Mutations.pieces.count)]), at: min(at, letters.count))
      case 2: if at < end { letters.insert(contentsOf: letters[at..<end], at: below(letters.count)) }
      case 3: if below(4) == 0 { letters.removeSubrange(at...) }
      default:
        var lines = String(letters).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let (from, to) = (below(lines.count), below(lines.count))
        switch below(3) {
        case 0: lines.insert(lines[from], at: to)
        case 1: lines.remove(at: from)
        default: lines.swapAt(from, to)
        }
        letters = Array(lines.joined(separator: "\n"))
      }
    }
    return String(letters)
  }
}

@Suite struct MutationTests {
  /// Random changes to valid files: 1,500 in the ordinary run, as many as `ALMANAC_MUTATIONS` says otherwise.
  @Test func noChangedFileCrashesTheLoaderAndEveryRefusalHasAPlace() throws {
    let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let folder = repository.appending(path: "pipelines")
    var files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".yaml") }
      .sorted().map { try String(contentsOf: folder.appending(path: $0), encoding: .utf8) }
    files.append(try #require(FaultTable.shared).file)
    let count = ProcessInfo.processInfo.environment["ALMANAC_MUTATIONS"].flatMap(Int.init) ?? 1500
    var random = Mutations(seed: 11)
    var refused = 0
    for number in 0..<count {
      let text = random.mutated(files[number % files.count])
      let findings = reader().check(text, file: "load.yaml")
      let errors = findings.diagnostics.filter { $0.severity == .error }
      #expect(errors.isEmpty == !findings.pipelines.isEmpty, "\(text)")
      #expect(
        errors.allSatisfy { ($0.location?.line ?? 0) >= 1 && ($0.location?.column ?? 0) >= 1 }, "\(text)\n\(errors)")
      refused += errors.isEmpty ? 0 : 1
    }
    // The changes must be neither harmless nor all fatal, or the test shows little.
    #expect(refused > count / 2 && refused < count)
  }

  @Test func aliasesOfAliasesAreRefusedRatherThanUnfolded() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...12 { text += "a\(level): &a\(level) [\(String(repeating: "*a\(level - 1), ", count: 10))]\n" }
    let error = #expect(throws: PipelineFileError.self) { _ = try reader().read(text, file: "a.yaml") }
    #expect(error?.description.hasSuffix("the aliases unfold to more than 100000 values; write fewer of them") == true)
  }

  @Test(arguments: [
    (400, true, "a.yaml:1:104: error: lists and mappings nest deeper than 100 levels"),
    (400, false, "a.yaml:2:1: error: not YAML: did not find expected node content"),
    (101, true, "a.yaml:1:104: error: lists and mappings nest deeper than 100 levels"),
    // Far deeper, the parser itself gives up.
    (5000, true, "a.yaml:1:5: error: not YAML: Maximum nesting level reached, set with yaml_set_max_nest_level())"),
  ])
  func deepNestingIsRefused(levels: Int, isClosed: Bool, message: String) {
    let text = nested(levels, isClosed: isClosed)
    let error = #expect(throws: PipelineFileError.self) { _ = try reader().read(text, file: "a.yaml") }
    #expect(error?.description == message)
  }

  @Test func aHundredLevelsAreRead() {
    let messages = reader().check(nested(100), file: "a.yaml").diagnostics.map(\.message)
    #expect(messages.contains { $0.hasPrefix("unknown key \"a\"") } && !messages.contains { $0.contains("deeper") })
  }

  private func nested(_ levels: Int, isClosed: Bool = true) -> String {
    "a: " + String(repeating: "[", count: levels) + (isClosed ? String(repeating: "]", count: levels) : "")
  }
}
