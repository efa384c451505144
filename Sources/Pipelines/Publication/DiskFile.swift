import Foundation
import PipelineFile

/// Whole files on disk, by the system's own calls, whose errors are kept apart.
enum DiskFile {
  /// Why a call failed, as the system numbers it.
  struct Fault: Error {
    let code: Int32
    /// The reason in words.
    var reason: String { String(cString: strerror(code)) }
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
  static func replace(_ path: String, with bytes: some Collection<UInt8>) throws(Fault) {
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
