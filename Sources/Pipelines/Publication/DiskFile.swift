import Foundation
import PipelineFile

/// Whole files on disk, by the system's own calls, whose errors are kept apart.
package enum DiskFile {
  /// Why a call failed, as the system numbers it.
  package struct Fault: Error {
    let code: Int32
    /// The reason in words.
    package var reason: String { String(cString: strerror(code)) }
  }

  /// Why a file is not read.
  package enum Refusal: Error, Hashable {
    /// It is not there.
    case missing
    /// It is a folder, a pipe, a device or a link, or may not be read.
    case notPlain
    /// It holds more bytes than are read.
    case tooLarge
  }

  /// Whether a path leads to a plain file, which can be read without waiting for anybody, and again.
  package static func isPlain(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// All bytes of a plain file that holds at most so many; nothing that could wait or never end is read.
  package static func read(_ path: String, most: Int, following: Bool = true) throws(Refusal) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (following ? 0 : O_NOFOLLOW))
    guard descriptor >= 0 else { throw errno == ENOENT || errno == ENOTDIR ? .missing : .notPlain }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { throw .notPlain }
    guard status.st_size <= most else { throw .tooLarge }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Int(status.st_size))
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(descriptor, &piece, piece.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw .notPlain }
      if count == 0 { return bytes }
      bytes += piece[..<count]
      // It may have grown since.
      if bytes.count > most { throw .tooLarge }
    }
  }

  /// Writes all bytes to a new file, and to the disk under it if wanted.
  static func write(_ bytes: some Collection<UInt8>, to path: String, isSynchronized: Bool = false) throws(Fault) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Fault(code: errno) }
    defer { close(descriptor) }
    var code: Int32 = 0
    func put(_ buffer: UnsafeBufferPointer<UInt8>) {
      var done = 0
      while done < buffer.count, let base = buffer.baseAddress {
        let count = Glibc.write(descriptor, base + done, buffer.count - done)
        if count < 0, errno == EINTR { continue }
        if count <= 0 {
          code = count < 0 ? errno : EIO
          return
        }
        done += count
      }
    }
    if bytes.withContiguousStorageIfAvailable(put) == nil { Array(bytes).withUnsafeBufferPointer(put) }
    if code == 0, isSynchronized, fsync(descriptor) != 0 { code = errno }
    guard code == 0 else { throw Fault(code: code) }
  }

  /// Brings what was written to a file, or the names in a folder, to the disk.
  static func synchronize(_ path: String) throws(Fault) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Fault(code: errno) }
    defer { close(descriptor) }
    // Some file systems keep no folders to bring anywhere.
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw Fault(code: errno) }
  }

  /// Replaces a file by bytes, whole or not at all.
  package static func replace(_ path: String, with bytes: some Collection<UInt8>) throws(Fault) {
    let temporary = path + ".new"
    do throws(Fault) {
      try write(bytes, to: temporary, isSynchronized: true)
      guard rename(temporary, path) == 0 else { throw Fault(code: errno) }
    } catch {
      unlink(temporary)
      throw error
    }
    try synchronize(parentFolder(of: path))
  }

  /// What distinguishes a file from every other one of its file system; nil where there is none.
  static func identity(of path: String) -> UInt64? {
    var status = stat()
    return lstat(path, &status) == 0 ? UInt64(status.st_ino) : nil
  }
}
