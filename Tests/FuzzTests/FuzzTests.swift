import Foundation
import FuzzTargets
import Testing

/// A short run of what `Scripts/fuzz` does for as long as one likes: the corpora, and seeded changes to them.
@Suite struct FuzzTests {
  /// The committed inputs of a reader, sorted by name: ordinary ones to begin with, and those that were faults once.
  static func corpus(of target: FuzzTarget) throws -> [(name: String, bytes: [UInt8])] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Corpus/\(target.name)")
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map { name in
      (name, Array(try Data(contentsOf: folder.appending(path: name))))
    }
  }

  @Test(arguments: FuzzTarget.all.map(\.name))
  func `kept inputs and changes to them are read or refused`(name: String) throws {
    let target = try #require(FuzzTarget.all.first { $0.name == name })
    let kept = try Self.corpus(of: target)
    #expect(!kept.isEmpty)
    for (name, bytes) in kept {
      do { try target.check(bytes) } catch { Issue.record("\(name): \(error)") }
    }
    let inputs = kept.map(\.bytes) + (try target.seeds())
    var mutator = Mutator(seed: 7)
    for number in 0..<300 {
      let bytes = mutator.input(from: inputs, for: target)
      do { try target.check(bytes) } catch {
        Issue.record("input \(number), in base64 \(Data(bytes).base64EncodedString()): \(error)")
        return
      }
    }
  }

  @Test func `the same seed makes the same inputs, another seed others`() throws {
    let target = try #require(FuzzTarget.all.first)
    let corpus = try Self.corpus(of: target).map(\.bytes)
    func inputs(seed: UInt64) -> [[UInt8]] {
      var mutator = Mutator(seed: seed)
      return (0..<20).map { _ in mutator.input(from: corpus, for: target) }
    }
    #expect(inputs(seed: 7) == inputs(seed: 7))
    #expect(inputs(seed: 7) != inputs(seed: 8))
  }
}
