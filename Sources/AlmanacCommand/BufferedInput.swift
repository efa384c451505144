import Files
import Foundation
import Pipelines

/// Everything that came through standard input, to be read more than once.
final class BufferedInput: Sendable {
  private let bytes: [UInt8]

  /// Reads to the end.
  init() throws {
    var bytes: [UInt8] = []
    try Surroundings.standardInput(nil) { piece in
      piece.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
    }
    self.bytes = bytes
  }

  /// Hands all of it on.
  func read(_ take: (Span<UInt8>) throws -> Void) throws {
    try bytes.withUnsafeBufferPointer { try take($0.span) }
  }
}
