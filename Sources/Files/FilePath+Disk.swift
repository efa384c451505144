import Foundation

/// What can stand at a path.
package enum FileKind: Sendable, Hashable {
  case file, folder, pipe, socket, device

  init(_ mode: mode_t) {
    switch mode & S_IFMT {
    case S_IFREG: self = .file
    case S_IFDIR: self = .folder
    case S_IFIFO: self = .pipe
    case S_IFSOCK: self = .socket
    default: self = .device
    }
  }

  /// With its article, for messages.
  package var words: String {
    switch self {
    case .file: "a file"
    case .folder: "a folder"
    case .pipe: "a named pipe"
    case .socket: "a socket"
    case .device: "a device"
    }
  }
}

// What stands at a path, by the system's own calls.
extension FilePath {
  /// The folder that relative paths are seen from.
  package static var workingFolder: FilePath {
    guard let path = getcwd(nil, 0) else { return "." }
    defer { free(path) }
    return FilePath(String(cString: path))
  }

  /// The path from the top of the file system; `.` and `..` stay in it.
  package var absolute: FilePath { FilePath.workingFolder.appending(self) }

  /// What stands there, behind links; nil for nothing.
  package var kind: FileKind? {
    var status = stat()
    return stat(text, &status) == 0 ? FileKind(status.st_mode) : nil
  }

  /// Whether anything stands there, behind links.
  package var exists: Bool { kind != nil }

  /// Whether a folder stands there, behind links.
  package var isFolder: Bool { kind == .folder }

  /// Where a link leads, as it is written in it; nil for anything but a link.
  package var linkTarget: FilePath? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink(text, &buffer, buffer.count)
    return count < 0 ? nil : FilePath(String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self))
  }

  /// All bytes of a regular file; nil where there is none that can be read.
  package func contents() -> Data? { try? DiskFile.read(text) }

  /// Hands over the bytes of a regular file piece by piece, for files that may be larger than the memory; one that grows
  /// meanwhile ends where it did.
  ///
  /// - Returns: whether all of it could be read; false where there is no such file.
  package func readPieces(_ take: (UnsafeRawBufferPointer) -> Void) -> Bool {
    let descriptor = open(text, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, FileKind(status.st_mode) == .file else { return false }
    // Files of the system's own tell no size.
    var left = status.st_size > 0 ? Int(status.st_size) : Int.max
    return withUnsafeTemporaryAllocation(byteCount: min(left, 1 << 18), alignment: 64) { piece in
      while left > 0 {
        let count = read(descriptor, piece.baseAddress, min(piece.count, left))
        if count < 0, errno == EINTR { continue }
        if count < 0 { return false }
        if count == 0 { break }
        take(UnsafeRawBufferPointer(rebasing: piece[..<count]))
        left -= count
      }
      return true
    }
  }

  /// The names in a folder, sorted, without `.` and `..`.
  package func entries() throws(DiskFile.Fault) -> [String] {
    guard let stream = opendir(text) else { throw DiskFile.Fault(code: errno) }
    defer { closedir(stream) }
    return FilePath.names(in: stream).sorted()
  }

  private static func names(in stream: OpaquePointer) -> [String] {
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: $0.pointee)) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  /// Makes the folder, and those above it, where they are not there.
  package func makeFolder(mode: mode_t = 0o777) throws(DiskFile.Fault) {
    if mkdir(text, mode) == 0 { return }
    var code = errno
    if code == ENOENT, parent != self, !text.isEmpty {
      try parent.makeFolder(mode: mode)
      if mkdir(text, mode) == 0 { return }
      code = errno
    }
    // What cannot be made may be there all the same: the top of a file system, say.
    if isFolder { return }
    throw DiskFile.Fault(code: code == EEXIST ? ENOTDIR : code)
  }

  /// Removes a file, or a folder with all that is in it. Links are removed, not followed.
  package func remove() { FilePath.remove(text, in: AT_FDCWD) }

  private static func remove(_ name: String, in folder: Int32) {
    if unlinkat(folder, name, 0) == 0 || errno == ENOENT { return }
    let descriptor = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    guard let stream = fdopendir(descriptor) else {
      close(descriptor)
      return
    }
    for entry in names(in: stream) { remove(entry, in: descriptor) }
    closedir(stream)
    _ = unlinkat(folder, name, AT_REMOVEDIR)
  }
}
