import CZlib
import CZstd
import TimeSeries

/// A way of packing that is undone while a text is read.
public enum Packing: String, Sendable, Hashable, CustomStringConvertible {
  /// RFC 1952.
  case gzip
  /// RFC 8878.
  case zstd

  public var description: String { rawValue }

  /// The library that unpacks it, with its version.
  package var library: String {
    switch self {
    case .gzip: "zlib \(String(cString: zlibVersion()))"
    case .zstd: "libzstd \(String(cString: ZSTD_versionString()))"
    }
  }

  /// So many bytes tell how a file is packed.
  static let markSize = 4

  /// How a file that begins so is packed; nil for one that is not.
  init?(mark: [UInt8]) {
    if mark.starts(with: [0x1F, 0x8B]) {
      self = .gzip
    } else if mark.starts(with: [0x28, 0xB5, 0x2F, 0xFD])
      || (0x50...0x5F).contains(mark.first ?? 0)
        && mark.dropFirst().starts(with: [0x2A, 0x4D, 0x18])
    {
      // The second is a frame to be skipped, which another follows.
      self = .zstd
    } else {
      return nil
    }
  }
}

/// Why packed bytes cannot be unpacked, and how far that went.
public struct UnpackingFault: Error, Sendable, Hashable {
  /// What is wrong.
  public enum Reason: Sendable, Hashable {
    /// The bytes are not what their packer writes; in words of its library.
    case damaged(String)
    /// The bytes end before their packer's end.
    case cut
    /// They stand for more text than a table of their size.
    case excess(times: Int)
  }

  /// How the bytes are packed.
  public var packing: Packing
  /// What is wrong.
  public var reason: Reason
  /// How many of the packed bytes were taken.
  public var at: Int
  /// How many bytes of text they gave.
  public var unpacked: Int
  /// The line of the text that was reached.
  public var line = 1

  func words(source: String) -> String {
    let reached = "\(counted(unpacked, "byte")) of text came before that, up to line \(line)"
    switch reason {
    case .damaged(let words):
      return "\(source): is damaged \(packing) at byte \(at): \(words); \(reached); get the file anew"
    case .cut:
      return
        "\(source): ends in the midst of what \(packing) packed, after byte \(at); \(reached); was it cut while it was "
        + "copied?"
    case .excess(let times):
      return
        "\(source):\(line): \(counted(at, "byte")) packed by \(packing) have come to \(unpacked) bytes of text and may be "
        + "endless; no table gives more than \(times) times its packed size; unpack it first to read it all "
        + "the same"
    }
  }
}

/// How much text packed bytes may stand for. A few kilobytes can stand for any amount of rows; a table that is meant has
/// times and numbers that differ, and packs to a fiftieth at the best.
struct UnpackingLimit {
  /// So many bytes of text may come of any file.
  var bytes = 1 << 24
  /// Beyond that, so many for each packed byte.
  var times = 200
}

/// Unpacks what gzip or zstd packed, piece by piece; several packed texts one after another are one text.
final class Unpacking {
  private enum Stream {
    case gzip(UnsafeMutablePointer<z_stream>)
    case zstd(OpaquePointer)
  }

  private let packing: Packing
  private let limit: UnpackingLimit
  private let stream: Stream
  private var taken = 0
  private var unpacked = 0
  // Between two packed texts, where the file may end.
  private var isBetween = true
  // More may come without further bytes, as the last piece was full.
  private var isFull = false
  // Tapes and disks fill the last block with zeros.
  private var isPadding = false
  private static let pieceSize = 1 << 16

  init(_ packing: Packing, limit: UnpackingLimit) {
    (self.packing, self.limit) = (packing, limit)
    switch packing {
    case .gzip:
      let zlib = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
      zlib.initialize(to: z_stream())
      // 15 bits of window, the most there are, and 16 for the gzip form. It fails for want of memory alone, and then the
      // first call to inflate says so.
      _ = inflateInit2_(zlib, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
      stream = .gzip(zlib)
    case .zstd:
      guard let zstd = ZSTD_createDStream() else { fatalError("no memory is left") }
      stream = .zstd(zstd)
    }
  }

  deinit {
    switch stream {
    case .gzip(let zlib):
      inflateEnd(zlib)
      zlib.deallocate()
    case .zstd(let zstd): ZSTD_freeDStream(zstd)
    }
  }

  /// Some of the text that packed bytes stand for; nil once all of them are taken.
  ///
  /// - Parameter at: which of the bytes comes next.
  func next(_ bytes: Span<UInt8>, _ at: inout Int) throws(UnpackingFault) -> [UInt8]? {
    while at < bytes.count || isFull {
      let (text, count) =
        switch stream {
        case .gzip(let zlib): try inflated(bytes.extracting(at...), zlib)
        case .zstd(let zstd): try decompressed(bytes.extracting(at...), zstd)
        }
      at += count
      taken += count
      unpacked += text.count
      if unpacked > limit.bytes, unpacked / limit.times > taken { throw fault(.excess(times: limit.times)) }
      if !text.isEmpty { return text }
    }
    return nil
  }

  /// Ends the packed bytes.
  func finish() throws(UnpackingFault) {
    if !isBetween { throw fault(.cut) }
  }

  private func fault(_ reason: UnpackingFault.Reason) -> UnpackingFault {
    UnpackingFault(packing: packing, reason: reason, at: taken, unpacked: unpacked)
  }

  private func inflated(
    _ bytes: Span<UInt8>, _ zlib: UnsafeMutablePointer<z_stream>
  ) throws(UnpackingFault) -> (text: [UInt8], taken: Int) {
    if isBetween, taken > 0, bytes[0] == 0 { isPadding = true }
    if isPadding {
      for at in bytes.indices where bytes[at] != 0 {
        taken += at
        throw fault(.damaged("something follows the zeros at its end"))
      }
      return ([], bytes.count)
    }
    var status = Z_OK
    let text = bytes.withUnsafeBufferPointer { packed in
      [UInt8](unsafeUninitializedCapacity: Unpacking.pieceSize) { text, count in
        // zlib only reads what the first points to.
        zlib.pointee.next_in = UnsafeMutablePointer(mutating: packed.baseAddress)
        zlib.pointee.avail_in = UInt32(packed.count)
        zlib.pointee.next_out = text.baseAddress
        zlib.pointee.avail_out = UInt32(text.count)
        status = inflate(zlib, Z_NO_FLUSH)
        count = text.count - Int(zlib.pointee.avail_out)
      }
    }
    let count = bytes.count - Int(zlib.pointee.avail_in)
    isFull = zlib.pointee.avail_out == 0 && status != Z_STREAM_END
    isBetween = status == Z_STREAM_END
    switch status {
    case Z_OK: break
    // Nothing was left to give after a full piece.
    case Z_BUF_ERROR: isFull = false
    case Z_STREAM_END: inflateReset(zlib)
    default:
      taken += count
      unpacked += text.count
      throw fault(.damaged(zlib.pointee.msg.map { String(cString: $0) } ?? String(cString: zError(status))))
    }
    return (text, count)
  }

  private func decompressed(
    _ bytes: Span<UInt8>, _ zstd: OpaquePointer
  ) throws(UnpackingFault) -> (text: [UInt8], taken: Int) {
    var left = 0
    var taken = 0
    let text = bytes.withUnsafeBufferPointer { packed in
      [UInt8](unsafeUninitializedCapacity: Unpacking.pieceSize) { text, count in
        var input = ZSTD_inBuffer(src: packed.baseAddress, size: packed.count, pos: 0)
        var output = ZSTD_outBuffer(dst: text.baseAddress, size: text.count, pos: 0)
        left = ZSTD_decompressStream(zstd, &output, &input)
        (count, taken) = (output.pos, input.pos)
      }
    }
    guard ZSTD_isError(left) == 0 else {
      self.taken += taken
      unpacked += text.count
      throw fault(.damaged(String(cString: ZSTD_getErrorName(left))))
    }
    if taken > 0 || !text.isEmpty { isBetween = left == 0 }
    isFull = text.count == Unpacking.pieceSize && !isBetween
    return (text, taken)
  }
}
