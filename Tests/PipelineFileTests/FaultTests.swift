import Forecasting
import Foundation
import Operation
import Stages
import TestSupport
import Testing

@testable import PipelineFile
@testable import Pipelines

/// Faulty files: one valid file, and one change to it each, with all messages that it must give.
///
/// The same table is held against the built command and against the JSON Schema.
struct FaultTable: Decodable {
  struct Fault: Decodable, CustomTestStringConvertible, Sendable {
    var old: String
    var new: String
    /// Line, column and words, one line a fault.
    var message: String
    /// Whether a JSON Schema can tell.
    var schema: Bool
    var testDescription: String { "\(old) -> \(new)" }
  }

  var file: String
  var faults: [Fault]

  func text(_ fault: Fault) -> String {
    var text = file
    if let range = text.range(of: fault.old) { text.replaceSubrange(range, with: fault.new) }
    return text
  }

  static let shared: FaultTable? = {
    let fixture = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/faults.json")
    return (try? Data(contentsOf: fixture)).flatMap { try? JSONDecoder().decode(FaultTable.self, from: $0) }
  }()
}

@Suite struct FaultTests {
  @Test func theTableIsReadAndItsFileIsValid() throws {
    let table = try #require(FaultTable.shared)
    #expect(table.faults.count >= 100)
    #expect(try reader().read(table.file, file: "load.yaml").warnings == [])
  }

  @Test(arguments: FaultTable.shared?.faults ?? [])
  func everyFaultHasItsPlaceAndWords(fault: FaultTable.Fault) throws {
    let table = try #require(FaultTable.shared)
    #expect(table.file.contains(fault.old))
    let text = table.text(fault)
    let error = #expect(throws: PipelineFileError.self) { _ = try reader().read(text, file: "load.yaml") }
    let errors = error?.diagnostics.filter { $0.severity == .error }.map(\.description) ?? []
    #expect(errors == fault.message.split(separator: "\n").map { "load.yaml:\($0)" })
    #expect(reader().check(text, file: "load.yaml").diagnostics == error?.diagnostics)
  }

  @Test func everyNearNameIsSuggested() throws {
    let registry = registry()
    var random = Mutations(seed: 5)
    for stage in registry.stages {
      for _ in 0..<4 {
        let slip = random.slip(in: stage.name)
        guard registry[slip] == nil else { continue }
        #expect(registry.hint(forUnknownStage: slip).hasPrefix("; did you mean"), "\(stage.name) as \(slip)")
      }
      for field in stage.fields {
        let slip = random.slip(in: field.name)
        guard !stage.fields.contains(where: { $0.name == slip }) else { continue }
        let hint = registry.hint(forUnknownField: slip, of: stage)
        #expect(hint.hasPrefix("; did you mean"), "\(field.name) as \(slip)")
        guard case .choice(let words) = field.kind else { continue }
        for word in words where word.count > 2 {
          let slip = random.slip(in: word)
          #expect(words.contains(slip) || didYouMean(slip, among: words) != "", "\(word) as \(slip)")
        }
      }
    }
  }
}
