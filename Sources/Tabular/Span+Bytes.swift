import Glibc

extension Span<UInt8> {
  /// Whether both have the same bytes.
  @inline(__always)
  func isSame(as other: Span<UInt8>) -> Bool {
    guard count == other.count else { return false }
    return withUnsafeBufferPointer { own in
      other.withUnsafeBufferPointer { other in
        guard let a = own.baseAddress, let b = other.baseAddress else { return true }
        return memcmp(a, b, own.count) == 0
      }
    }
  }

  /// Whether it is a text, byte by byte.
  func isText(_ text: String) -> Bool { isSame(as: text.utf8.span) }
}
