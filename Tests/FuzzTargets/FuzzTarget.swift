/// A reader of bytes from outside, and what must hold of it whatever the bytes are.
///
/// Every input must be read or refused with an error: a trap, a hang and more memory than the input warrants are
/// faults by themselves. What must hold beyond that throws a ``Finding``.
package struct FuzzTarget: Sendable {
  /// What `Scripts/fuzz` calls it; the folder of its corpus.
  package let name: String
  /// Bytes of the longest input that a fuzzer makes.
  package let longest: Int
  /// Pieces of text from which a fuzzer makes inputs.
  package let words: [String]
  /// Inputs that are made rather than kept, such as files of the present format.
  package let seeds: @Sendable () throws -> [[UInt8]]
  /// Reads one input.
  package let check: @Sendable ([UInt8]) throws -> Void

  init(
    _ name: String, longest: Int, words: [String], seeds: @escaping @Sendable () throws -> [[UInt8]] = { [] },
    check: @escaping @Sendable ([UInt8]) throws -> Void
  ) {
    (self.name, self.longest, self.words, self.seeds, self.check) = (name, longest, words, seeds, check)
  }

  /// All of them.
  package static let all: [FuzzTarget] = [csv, bytes, times, pipeline, weights, model, plugin]
}

/// Something that must not be.
package struct Finding: Error, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }

  /// Throws a finding where something does not hold.
  static func unless(_ holds: Bool, _ description: @autoclosure () -> String) throws(Finding) {
    if !holds { throw Finding(description()) }
  }
}

/// What `work` gives; nil where it refuses. A finding is passed on.
func unlessRefused<Result>(_ work: () throws -> Result) throws(Finding) -> Result? {
  do { return try work() } catch let finding as Finding { throw finding } catch { return nil }
}
