import Foundation

/// A file without a name for what is too large to be held in memory: it is gone when the process ends, in whatever way.
package final class ScratchFile: Sendable {
  /// Why there is no file, or why it takes no more.
  package struct Fault: Error, Hashable {
    /// The folder whose file system it is in.
    package let folder: String
    /// The reason in words.
    package let reason: String
  }

  private let descriptor: Int32
  private let folder: String

  /// A new file, empty.
  ///
  /// - Parameter folder: a folder on the file system that holds it.
  /// - Throws: ``Fault``
  package init(in folder: String) throws(Fault) {
    self.folder = folder
    // O_TMPFILE, which the headers show to GNU programs alone.
    var descriptor = open(folder, 0o20200000 | O_RDWR | O_CLOEXEC, 0o600)
    if descriptor < 0 {
      // Not every file system has such files: one that loses its name at once is the next best.
      var name = Array((folder + "/.almanac-scratch-XXXXXX").utf8CString)
      descriptor = mkstemp(&name)
      guard descriptor >= 0 else { throw Fault(folder: folder, reason: String(cString: strerror(errno))) }
      unlink(&name)
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Puts numbers at a place, counted in numbers from the beginning; what was never put is 0.
  ///
  /// - Throws: ``Fault``, above all where the disk is full.
  package func put(_ numbers: [Double], at place: Int) throws(Fault) {
    var code: Int32 = 0
    numbers.withUnsafeBytes { bytes in
      var done = 0
      while done < bytes.count, let base = bytes.baseAddress {
        let count = pwrite(descriptor, base + done, bytes.count - done, off_t(place * 8 + done))
        if count < 0, errno == EINTR { continue }
        if count <= 0 {
          code = count < 0 ? errno : EIO
          return
        }
        done += count
      }
    }
    if code != 0 { throw Fault(folder: folder, reason: String(cString: strerror(code))) }
  }

  /// So many numbers from a place on.
  ///
  /// - Throws: ``Fault``
  package func numbers(at place: Int, count: Int) throws(Fault) -> [Double] {
    var code: Int32 = 0
    let numbers = [Double](unsafeUninitializedCapacity: count) { buffer, filled in
      let bytes = UnsafeMutableRawBufferPointer(buffer)
      var done = 0
      while done < bytes.count, let base = bytes.baseAddress {
        let read = pread(descriptor, base + done, bytes.count - done, off_t(place * 8 + done))
        if read < 0, errno == EINTR { continue }
        if read < 0 { code = errno }
        if read <= 0 { break }
        done += read
      }
      if done < bytes.count { memset(bytes.baseAddress! + done, 0, bytes.count - done) }
      filled = count
    }
    if code != 0 { throw Fault(folder: folder, reason: String(cString: strerror(code))) }
    return numbers
  }
}
