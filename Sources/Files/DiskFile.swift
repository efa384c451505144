import Foundation

/// Whole files on disk, by the system's own calls, whose errors are kept apart.
package enum DiskFile {
  /// Why a call failed, as the system numbers it.
  package struct Fault: Error, Hashable {
    package let code: Int32
    /// What it is about, where that is a part of the path that was asked for.
    package var path: String?
    /// The user who put something there that is not believed, where that is the reason.
    package var stranger: uid_t?

    package init(code: Int32, path: String? = nil, stranger: uid_t? = nil) {
      (self.code, self.path, self.stranger) = (code, path, stranger)
    }

    /// The reason in words.
    package var reason: String {
      guard let stranger, let path else { return String(cString: strerror(code)) }
      return "\(path) belongs to another user (\(stranger)), in a folder where others may write"
    }
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
    // Files of the system's own tell no size, and others may have grown since.
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(descriptor, &piece, piece.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw .notPlain }
      if count == 0 { return bytes }
      bytes += piece[..<count]
      if bytes.count > most { throw .tooLarge }
    }
  }

  /// Writes all bytes to a new file, and to the disk under it if wanted.
  ///
  /// - Parameter mode: who may read it, before the process's mask; 0600 for what is nobody else's business.
  package static func write(
    _ bytes: some Collection<UInt8>, to path: String, mode: mode_t = 0o644, isSynchronized: Bool = false
  ) throws(Fault) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw Fault(code: errno) }
    defer { close(descriptor) }
    try write(bytes, to: descriptor, isSynchronized: isSynchronized)
  }

  /// Writes all bytes to a file that must not be there yet, not even as a link to nothing.
  package static func create(_ path: String, with bytes: some Collection<UInt8>, mode: mode_t = 0o644) throws(Fault) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw Fault(code: errno) }
    defer { close(descriptor) }
    do throws(Fault) { try write(bytes, to: descriptor, isSynchronized: false) } catch {
      unlink(path)
      throw error
    }
  }

  private static func write(
    _ bytes: some Collection<UInt8>, to descriptor: Int32, isSynchronized: Bool
  ) throws(Fault) {
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
  package static func synchronize(_ path: String) throws(Fault) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Fault(code: errno) }
    defer { close(descriptor) }
    // Some file systems keep no folders to bring anywhere.
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw Fault(code: errno) }
  }

  /// Replaces a file by bytes, whole or not at all.
  package static func replace(
    _ path: String, with bytes: some Collection<UInt8>, mode: mode_t = 0o644
  ) throws(Fault) {
    let temporary = path + ".new"
    do throws(Fault) {
      try write(bytes, to: temporary, mode: mode, isSynchronized: true)
      guard rename(temporary, path) == 0 else { throw Fault(code: errno) }
    } catch {
      unlink(temporary)
      throw error
    }
    try synchronize(FilePath(path).parent.text)
  }

  /// Makes a new file of bytes, and brings it to the disk.
  ///
  /// - Throws: ``Fault``, also where something stands there.
  package static func write(
    _ bytes: some Collection<UInt8>, to name: String, in folder: FolderHandle, mode: mode_t = 0o644
  ) throws(Fault) {
    let descriptor = openat(
      folder.descriptor, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw Fault(code: errno, path: folder.path(of: name)) }
    defer { close(descriptor) }
    do throws(Fault) { try write(bytes, to: descriptor, isSynchronized: true) } catch {
      throw Fault(code: error.code, path: folder.path(of: name))
    }
  }

  /// Makes a new file of pieces, which are written as they come, and brings it to the disk.
  ///
  /// - Throws: ``Fault``, also where something stands there.
  package static func write(
    to name: String, in folder: FolderHandle, mode: mode_t = 0o644, pieces: ((_ piece: [UInt8]) -> Void) -> Void
  ) throws(Fault) {
    let descriptor = openat(
      folder.descriptor, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw Fault(code: errno, path: folder.path(of: name)) }
    defer { close(descriptor) }
    var fault: Fault?
    pieces { piece in
      guard fault == nil else { return }
      do throws(Fault) { try write(piece, to: descriptor, isSynchronized: false) } catch { fault = error }
    }
    if fault == nil, fsync(descriptor) != 0 { fault = Fault(code: errno) }
    if let fault { throw Fault(code: fault.code, path: folder.path(of: name)) }
  }

  /// Replaces a file by bytes, whole or not at all, and brings it to the disk.
  package static func replace(
    _ name: String, in folder: FolderHandle, with bytes: some Collection<UInt8>, mode: mode_t = 0o644
  ) throws(Fault) {
    let temporary = name + ".new"
    do throws(Fault) {
      // One that was killed in the midst of this has left it.
      folder.remove(temporary)
      try write(bytes, to: temporary, in: folder, mode: mode)
      guard renameat(folder.descriptor, temporary, folder.descriptor, name) == 0 else { throw Fault(code: errno) }
    } catch {
      folder.remove(temporary)
      throw error
    }
    try folder.synchronize()
  }

  /// All of a plain file, which may be reached by links: no folder, and nothing that would have to be waited for.
  ///
  /// - Throws: ``Fault``; of the code `EINVAL` where it is no plain file.
  package static func read(_ path: String) throws(Fault) -> Data {
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw Fault(code: errno, path: path) }
    defer { close(descriptor) }
    return try contents(of: descriptor, path)
  }

  /// All of an open plain file.
  static func contents(of descriptor: Int32, _ path: String) throws(Fault) -> Data {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw Fault(code: EINVAL, path: path)
    }
    var data = Data(count: Int(status.st_size))
    var done = 0
    while true {
      if done == data.count { data.count += done == Int(status.st_size) ? 1 : 1 << 16 }
      let room = data.count - done
      let count = data.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress.map { $0 + done }, room) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw Fault(code: errno, path: path) }
      if count == 0 { break }
      done += count
    }
    data.count = done
    return data
  }

  /// What distinguishes a file from every other one of its file system; nil where there is none.
  package static func identity(of path: String) -> UInt64? {
    var status = stat()
    return lstat(path, &status) == 0 ? UInt64(status.st_ino) : nil
  }
}
