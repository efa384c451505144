import CSHA256
import Files

/// The SHA-256 digest of bytes (FIPS 180-4), which shows whether files are what they were.
package struct SHA256 {
  private var state: [UInt32] = [
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
  ]
  /// The bytes that do not fill a block yet.
  private var rest: [UInt8] = []
  private var count: UInt64 = 0
  private let isNative: Bool

  /// Whether this processor has instructions for it.
  package static var isNative: Bool { sha256_is_native() }

  /// A digest of nothing yet.
  ///
  /// - Parameter isNative: whether the processor's own instructions are used; no digest depends on it.
  init(isNative: Bool = sha256_is_native()) { self.isNative = isNative && sha256_is_native() }

  /// The digest of bytes in hexadecimal.
  package static func hex(_ bytes: some Collection<UInt8>) -> String {
    var hash = SHA256()
    if bytes.withContiguousStorageIfAvailable({ hash.add(UnsafeRawBufferPointer($0)) }) == nil {
      Array(bytes).withUnsafeBytes { hash.add($0) }
    }
    return hash.hex()
  }

  /// The digest of a regular file in hexadecimal, of which no more than a piece is in memory; nil where there is none that
  /// can be read.
  package static func hex(contentsOf path: FilePath) -> String? {
    var hash = SHA256()
    return path.readPieces { hash.add($0) } ? hash.hex() : nil
  }

  /// Takes the next bytes.
  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    count += UInt64(bytes.count)
    var bytes = bytes[...]
    if !rest.isEmpty {
      let missing = min(64 - rest.count, bytes.count)
      rest += bytes.prefix(missing)
      bytes = bytes.dropFirst(missing)
      guard rest.count == 64 else { return }
      rest.withUnsafeBufferPointer { sha256_add(&state, $0.baseAddress, 1, isNative) }
      rest.removeAll(keepingCapacity: true)
    }
    let blocks = UnsafeRawBufferPointer(rebasing: bytes.prefix(bytes.count / 64 * 64)).assumingMemoryBound(
      to: UInt8.self)
    if !blocks.isEmpty { sha256_add(&state, blocks.baseAddress, blocks.count / 64, isNative) }
    rest += bytes.dropFirst(blocks.count)
  }

  /// The digest of all that was taken.
  consuming func hex() -> String {
    // A bit, zeros, and the length in bits in the last eight bytes of a block.
    let bits = count * 8
    var tail: [UInt8] = [0x80]
    tail += Array(repeating: 0, count: (rest.count < 56 ? 55 : 119) - rest.count)
    tail += (0..<8).map { UInt8(truncatingIfNeeded: bits >> (56 - 8 * UInt64($0))) }
    tail.withUnsafeBytes { add($0) }
    return state.map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 8 - digits.count) + digits
    }.joined()
  }
}
