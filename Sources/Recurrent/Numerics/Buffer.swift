import Glibc

/// A block of numbers that is allocated once and reused in every pass.
///
/// Starts as zeros, on a 64-byte boundary. A class, because its memory must outlive the calls that hold its address. Not
/// checked: whoever hands it to several threads lets each write a part of its own, or one write before the others read.
final class Buffer<S: Scalar>: @unchecked Sendable {
  let count: Int
  let base: UnsafeMutablePointer<S>

  init(_ count: Int) {
    self.count = count
    let bytes = max(count, 1) * MemoryLayout<S>.stride
    let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    base = raw.bindMemory(to: S.self, capacity: max(count, 1))
    base.clear(max(count, 1))
  }

  deinit { UnsafeMutableRawPointer(base).deallocate() }

  func clear() { clear(count) }

  /// Sets the first `length` numbers to zero.
  func clear(_ length: Int) { base.clear(length) }

  func fill(with values: [S]) {
    values.withUnsafeBufferPointer { source in
      if let start = source.baseAddress { base.update(from: start, count: min(count, source.count)) }
    }
  }

  var array: [S] { Array(UnsafeBufferPointer(start: base, count: count)) }
}

/// Numbers of a pass forward, and the gradient that comes back for them.
struct Activations<S: Scalar> {
  private let forward: Buffer<S>
  private let backward: Buffer<S>

  init(_ count: Int) {
    forward = Buffer(count)
    backward = Buffer(count)
  }

  var values: UnsafeMutablePointer<S> { forward.base }
  var gradient: UnsafeMutablePointer<S> { backward.base }
}

extension UnsafeMutablePointer where Pointee: Scalar {
  /// Sets `count` numbers to zero. Zero is all bits clear in every scalar, and this stays fast in code that is shared by
  /// all of them.
  func clear(_ count: Int) { memset(self, 0, count * MemoryLayout<Pointee>.stride) }
}
