import Glibc

/// A file that is read from its beginning to its end.
struct InputFile: ~Copyable {
  private let path: String
  private let descriptor: Int32
  private static let pieceSize = 1 << 20

  init(_ path: String) throws(TabularError) {
    self.path = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      let code = errno
      throw code == ENOENT || code == ENOTDIR ? .noSuchFile(path: path) : InputFile.unreadable(path, code)
    }
  }

  /// The file's size in bytes; 0 where it has none, as a pipe.
  var size: Int {
    var status = stat()
    return fstat(descriptor, &status) == 0 && status.st_size > 0 ? Int(status.st_size) : 0
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// The next bytes; nil at the end.
  mutating func next() throws(TabularError) -> [UInt8]? {
    var code: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: InputFile.pieceSize) { buffer, count in
      var got = read(descriptor, buffer.baseAddress, buffer.count)
      while got < 0, errno == EINTR { got = read(descriptor, buffer.baseAddress, buffer.count) }
      if got < 0 { code = errno }
      count = max(0, got)
    }
    guard code == 0 else { throw code == EISDIR ? .isFolder(path: path) : InputFile.unreadable(path, code) }
    return bytes.isEmpty ? nil : bytes
  }

  private static func unreadable(_ path: String, _ code: Int32) -> TabularError {
    var text = [CChar](repeating: 0, count: 256)
    guard strerror_r(code, &text, text.count) == 0 else { return .unreadable(path: path, reason: "error \(code)") }
    let reason = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return .unreadable(path: path, reason: String(decoding: reason, as: UTF8.self))
  }
}
