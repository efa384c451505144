import Files
import Glibc
import TimeSeries

/// A file, or what comes through a pipe, that is read from its beginning to its end.
package struct InputFile: ~Copyable {
  private let path: String
  private let descriptor: Int32
  private let deadline: ContinuousClock.Instant?
  /// The bytes read so far.
  private(set) var bytesRead = 0
  private var before = stat()
  private static let pieceSize = 1 << 20

  /// The file at a path.
  ///
  /// - Parameter deadline: when to wait no longer for a pipe whose other end gives nothing; nil for never.
  package init(_ path: String, until deadline: ContinuousClock.Instant? = nil) throws(TabularError) {
    (self.path, self.deadline) = (path, deadline)
    // To open a pipe would wait for somebody to open its other end.
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else {
      let code = errno
      throw code == ENOENT || code == ENOTDIR
        ? .noSuchFile(path: path, near: InputFile.neighbour(of: path)) : InputFile.unreadable(path, code)
    }
    _ = fstat(descriptor, &before)
  }

  /// The file in the same folder that was most likely meant by a path; nil where none is near.
  private static func neighbour(of path: String) -> String? {
    let wanted = FilePath(path)
    guard let names = try? wanted.parent.entries().filter({ !$0.hasPrefix(".") }) else { return nil }
    return closestMatch(to: wanted.name, among: names).map { path.dropLast(wanted.name.count) + $0 }
  }

  /// Whether a plain file of a size stands at a path, which can be read more than once.
  static func isPlain(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && status.st_size > 0
  }

  /// Goes back to the beginning of a plain file, which ends where it did when it was opened.
  mutating func rewind() {
    lseek(descriptor, 0, SEEK_SET)
    bytesRead = 0
  }

  /// Standard input.
  package init(standardInputUntil deadline: ContinuousClock.Instant?) throws(TabularError) {
    (path, self.deadline) = ("standard input", deadline)
    descriptor = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
    guard descriptor >= 0 else { throw InputFile.unreadable(path, errno) }
  }

  /// The file's size in bytes when it was opened; 0 where it has none, as a pipe.
  package var size: Int { max(0, Int(before.st_size)) }

  // Files of the system's own have no size, though there is something to read; standard input may be read already.
  private var isSized: Bool { before.st_mode & S_IFMT == S_IFREG && before.st_size > 0 }

  /// How the file has changed since it was opened, once it is read; nil for one that has not, and for a pipe. A file
  /// that another was moved over is whole, and has not changed.
  var change: FileChange? {
    var now = stat()
    guard isSized, fstat(descriptor, &now) == 0 else { return nil }
    let isSame = now.st_mtim.tv_sec == before.st_mtim.tv_sec && now.st_mtim.tv_nsec == before.st_mtim.tv_nsec
    if isSame, now.st_size == before.st_size { return nil }
    return FileChange(before: size, after: Int(now.st_size), isGrowth: now.st_size > before.st_size)
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// The next bytes; nil at the end. A file that grows while it is read ends where it did when it was opened.
  package mutating func next() throws(TabularError) -> [UInt8]? {
    let most = isSized ? min(InputFile.pieceSize, size - bytesRead) : InputFile.pieceSize
    if most == 0 { return nil }
    var code: Int32 = 0
    var bytes: [UInt8] = []
    repeat {
      try wait()
      code = 0
      bytes = [UInt8](unsafeUninitializedCapacity: most) { buffer, count in
        let got = read(descriptor, buffer.baseAddress, buffer.count)
        if got < 0 { code = errno }
        count = max(0, got)
      }
    } while code == EINTR || code == EAGAIN
    guard code == 0 else { throw code == EISDIR ? .isFolder(path: path) : InputFile.unreadable(path, code) }
    bytesRead += bytes.count
    return bytes.isEmpty ? nil : bytes
  }

  /// Returns when there is something to read, or nothing more will come.
  private func wait() throws(TabularError) {
    // What a file holds is there.
    if isSized { return }
    var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    while true {
      let left = deadline.map { $0 - .now }
      if let left, left <= .zero { throw .outOfTime(path: path) }
      // Looked at again every minute, so that no time is too long for the system.
      let most = min(left ?? .seconds(60), .seconds(60))
      if poll(&waiting, 1, Int32((most / .milliseconds(1)).rounded(.up))) > 0 { return }
    }
  }

  private static func unreadable(_ path: String, _ code: Int32) -> TabularError {
    var text = [CChar](repeating: 0, count: 256)
    guard strerror_r(code, &text, text.count) == 0 else { return .unreadable(path: path, reason: "error \(code)") }
    let reason = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return .unreadable(path: path, reason: String(decoding: reason, as: UTF8.self))
  }
}

/// A file that changed while it was read.
package struct FileChange: Sendable, Equatable {
  /// Its size in bytes when it was opened.
  package var before: Int
  /// Its size after it was read.
  package var after: Int
  /// Whether it only became longer, as far as can be told.
  package var isGrowth: Bool
}
