import Foundation

/// An open folder. What is made, read and removed through it stays in this very folder, whatever becomes of its path.
package final class FolderHandle: Sendable {
  /// The folder's path, for messages and for programs that know nothing of handles.
  package let path: String
  package let descriptor: Int32

  // Only with search permission; the headers show it to GNU programs alone.
  private static let pathOnly: Int32 = 0o10000000

  private init(path: String, descriptor: Int32) { (self.path, self.descriptor) = (path, descriptor) }

  deinit { close(descriptor) }

  /// How much is believed of what stands in folders that others may write to.
  package enum Trust {
    /// For outputs: nothing that a stranger has put into a folder that everyone may write to, such as /tmp.
    case outputs
    /// For what runs keep for each other: nor what a stranger has put into a folder of a group.
    case state

    /// Whether an entry of a folder may be the work of a stranger: neither of this user, nor of root, nor of the
    /// folder's owner.
    package func mistrusts(_ entry: stat, in folder: stat) -> Bool {
      if entry.st_uid == geteuid() || entry.st_uid == 0 || entry.st_uid == folder.st_uid { return false }
      return folder.st_mode & (self == .state ? 0o022 : 0o002) != 0
    }
  }

  /// Opens a folder part by part, following no link and entering no folder that a stranger may have put there.
  ///
  /// - Parameters:
  ///   - mode: that of folders that are not there yet; nil makes none.
  ///   - made: is given the path of every folder that was made.
  /// - Throws: ``DiskFile/Fault``
  package convenience init(
    _ path: String, trust: Trust = .outputs, making mode: mode_t? = nil, made: (String) -> Void = { _ in }
  ) throws(DiskFile.Fault) {
    var current = try FolderHandle.descriptor(of: FilePath(path).isAbsolute ? "/" : ".", in: AT_FDCWD)
    var isDone = false
    defer { if !isDone { close(current) } }
    var way = FilePath(path).isAbsolute ? "/" : ""
    var parts = Array(FilePath(path).parts.reversed())
    var links = 0
    while let part = parts.popLast() {
      if part == "." { continue }
      let shown = way + part
      var entry = stat()
      if fstatat(current, part, &entry, AT_SYMLINK_NOFOLLOW) != 0 {
        guard errno == ENOENT, let mode else { throw DiskFile.Fault(code: errno, path: shown) }
        if mkdirat(current, part, mode) == 0 {
          made(shown)
        } else if errno != EEXIST {
          throw DiskFile.Fault(code: errno, path: shown)
        }
        guard fstatat(current, part, &entry, AT_SYMLINK_NOFOLLOW) == 0 else {
          throw DiskFile.Fault(code: errno, path: shown)
        }
      }
      var folder = stat()
      guard fstat(current, &folder) == 0 else { throw DiskFile.Fault(code: errno, path: shown) }
      if part != "..", trust.mistrusts(entry, in: folder) {
        throw DiskFile.Fault(code: EACCES, path: shown, stranger: entry.st_uid)
      }
      if entry.st_mode & S_IFMT == S_IFLNK {
        links += 1
        let target = try FolderHandle.link(part, in: current)
        guard links <= 40 else { throw DiskFile.Fault(code: ELOOP, path: shown) }
        parts += FilePath(target).parts.reversed()
        guard FilePath(target).isAbsolute else { continue }
        close(current)
        current = try FolderHandle.descriptor(of: "/", in: AT_FDCWD)
        way = "/"
      } else {
        let next: Int32
        do throws(DiskFile.Fault) { next = try FolderHandle.descriptor(of: part, in: current) } catch {
          throw DiskFile.Fault(code: error.code, path: shown)
        }
        close(current)
        current = next
        way = shown + "/"
      }
    }
    isDone = true
    self.init(path: path.isEmpty ? "." : path, descriptor: current)
  }

  /// A folder that is made here, and was not there before.
  package func makeFolder(_ name: String, mode: mode_t) throws(DiskFile.Fault) -> FolderHandle {
    guard mkdirat(descriptor, name, mode) == 0 else { throw DiskFile.Fault(code: errno, path: path(of: name)) }
    return FolderHandle(
      path: path(of: name), descriptor: try FolderHandle.descriptor(of: name, in: descriptor, flags: O_RDONLY))
  }

  /// A folder that stands here and is no link.
  package func folder(_ name: String) throws(DiskFile.Fault) -> FolderHandle {
    FolderHandle(
      path: path(of: name), descriptor: try FolderHandle.descriptor(of: name, in: descriptor, flags: O_RDONLY))
  }

  /// The path of an entry.
  package func path(of name: String) -> String { (path == "/" ? "" : path) + "/" + name }

  /// What stands here under a name, links not followed; nil for nothing.
  package func status(of name: String) -> stat? {
    var entry = stat()
    return fstatat(descriptor, name, &entry, AT_SYMLINK_NOFOLLOW) == 0 ? entry : nil
  }

  /// All of a plain file that stands here.
  ///
  /// - Throws: ``DiskFile/Fault``: of the code `EINVAL` where it is no plain file, with a stranger where it is one's.
  package func read(_ name: String, trust: Trust) throws(DiskFile.Fault) -> Data {
    let file = openat(descriptor, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    // What a link is called by this call is no word for people.
    guard file >= 0 else { throw DiskFile.Fault(code: errno == ELOOP ? EINVAL : errno, path: path(of: name)) }
    defer { close(file) }
    var entry = stat()
    guard fstat(file, &entry) == 0 else { throw DiskFile.Fault(code: errno, path: path(of: name)) }
    if trust.mistrusts(entry, in: status) {
      throw DiskFile.Fault(code: EACCES, path: path(of: name), stranger: entry.st_uid)
    }
    return try DiskFile.contents(of: file, path(of: name))
  }

  /// The folder itself.
  package var status: stat {
    var own = stat()
    return fstat(descriptor, &own) == 0 ? own : stat()
  }

  /// Whether its path leads to it still.
  package var isStillThere: Bool {
    var found = stat()
    let own = status
    return stat(path, &found) == 0 && found.st_ino == own.st_ino && found.st_dev == own.st_dev
  }

  /// The names of its entries; none where it cannot be read.
  package var names: [String] {
    let own = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard own >= 0, let list = fdopendir(own) else {
      if own >= 0 { close(own) }
      return []
    }
    defer { closedir(list) }
    var names: [String] = []
    while let entry = readdir(list) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  /// Removes an entry, a folder with all that stands in it; a link is removed and not followed.
  ///
  /// - Returns: whether nothing stands there any more.
  @discardableResult
  package func remove(_ name: String) -> Bool {
    // Most entries are files, and the system itself tells whether it is one.
    if unlinkat(descriptor, name, 0) == 0 || errno == ENOENT { return true }
    guard errno == EISDIR || errno == EPERM else { return false }
    // Somebody may put a file there between two steps: a program that was killed a moment ago, say.
    for attempt in 0..<50 {
      if attempt > 0 { usleep(2000) }
      if unlinkat(descriptor, name, AT_REMOVEDIR) == 0 || errno == ENOENT { return true }
      var folder = try? folder(name)
      if folder == nil, let entry = status(of: name), entry.st_mode & S_IFMT == S_IFDIR, entry.st_uid == geteuid() {
        fchmodat(descriptor, name, 0o700, 0)
        folder = try? self.folder(name)
      }
      guard let folder else { return false }
      for inner in folder.names where !folder.remove(inner) { return false }
    }
    return false
  }

  /// Brings the names in the folder to the disk.
  package func synchronize() throws(DiskFile.Fault) {
    let own = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    // One that may be written to and not read cannot be asked.
    guard own >= 0 else { return }
    defer { close(own) }
    // Some file systems keep no folders to bring anywhere.
    guard fsync(own) == 0 || errno == EINVAL else { throw DiskFile.Fault(code: errno, path: path) }
  }

  private static func descriptor(
    of name: String, in folder: Int32, flags: Int32 = pathOnly
  ) throws(DiskFile.Fault) -> Int32 {
    let found = openat(folder, name, flags | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard found >= 0 else { throw DiskFile.Fault(code: errno, path: name) }
    return found
  }

  private static func link(_ name: String, in folder: Int32) throws(DiskFile.Fault) -> String {
    var text = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlinkat(folder, name, &text, text.count)
    guard count >= 0 else { throw DiskFile.Fault(code: errno, path: name) }
    return String(decoding: text[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
