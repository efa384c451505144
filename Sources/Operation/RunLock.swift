import Files
import Foundation
import PipelineFile
import Pipelines

/// The lock of a state folder: one run holds it at a time. It ends with its process, however that ends.
public final class RunLock: Sendable {
  private let descriptor: Int32

  /// Takes the lock.
  ///
  /// - Parameters:
  ///   - folder: a state folder that exists.
  ///   - patience: how long to wait for another run to let it go.
  /// - Returns: nil where another run holds it still.
  /// - Throws: ``Failure`` of the kind `cannotWrite`.
  public init?(_ folder: StateFolder, patience: TimeSpan = TimeSpan(milliseconds: 0)) throws(Failure) {
    let path = folder.path(of: RunLock.name)
    descriptor = try RunLock.open(in: folder)
    let deadline = ContinuousClock.now + .milliseconds(patience.milliseconds)
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      let code = errno
      if code == EINTR { continue }
      guard code == EWOULDBLOCK else {
        throw Failure(.cannotWrite, "the lock \(path) cannot be taken: \(String(cString: strerror(code)))")
      }
      if ContinuousClock.now >= deadline { return nil }
      usleep(20_000)
    }
    // Who holds it, for the words of another run.
    let text = "\(ProcessInfo.processInfo.processIdentifier)\n"
    _ = ftruncate(descriptor, 0)
    _ = text.withCString { pwrite(descriptor, $0, strlen($0), 0) }
  }

  private static let name = "lock"

  /// Opens the lock, which only a plain file can be: whatever else stands there is put aside.
  private static func open(in folder: StateFolder) throws(Failure) -> Int32 {
    let path = folder.path(of: name)
    do throws(DiskFile.Fault) {
      let handle = try folder.open()
      let order = openat(handle.descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      defer { if order >= 0 { close(order) } }
      // One process at a time, or the new lock of another might be put aside.
      while order >= 0, flock(order, LOCK_EX) != 0, errno == EINTR {}
      _ = try? folder.putAside(name, unless: S_IFREG)
      if let entry = handle.status(of: name), entry.st_uid == geteuid(), entry.st_mode & 0o600 != 0o600 {
        fchmodat(handle.descriptor, name, 0o644, 0)
      }
      let flags = O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
      var file = openat(handle.descriptor, name, O_RDWR | O_CREAT | flags, 0o644)
      // The lock of another user may be taken, though not written to.
      if file < 0, errno == EACCES { file = openat(handle.descriptor, name, O_RDONLY | flags) }
      guard file >= 0 else { throw DiskFile.Fault(code: errno) }
      var entry = stat()
      if fstat(file, &entry) == 0, FolderHandle.Trust.state.mistrusts(entry, in: handle.status) {
        close(file)
        throw DiskFile.Fault(code: EACCES, path: path, stranger: entry.st_uid)
      }
      return file
    } catch {
      let advice =
        [EACCES, EPERM, EISDIR, ELOOP, ENXIO].contains(error.code) ? "; where no run is at work, remove it" : ""
      throw Failure(.cannotWrite, "the lock \(path) cannot be opened: \(error.reason)\(advice)")
    }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// The process that took the lock last.
  public static func holder(of folder: StateFolder) -> Int? {
    (try? folder.open().read(name, trust: .state)).flatMap {
      Int(String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
    }
  }

  /// The lock of a pipeline's state, taken as its `run.if_locked` says.
  ///
  /// - Returns: nil where another run is at work and this one is to be skipped.
  /// - Throws: ``Failure`` of the kind `locked` where another run is at work.
  public static func take(_ folder: StateFolder, policy: LockPolicy) throws(Failure) -> RunLock? {
    try folder.create()
    let patience = if case .wait(let span) = policy { span } else { TimeSpan(milliseconds: 0) }
    if let lock = try RunLock(folder, patience: patience) { return lock }
    if policy == .skip { return nil }
    let holder = holder(of: folder).map { " (process \($0))" } ?? ""
    let waited = if case .wait(let span) = policy { " still, after \(span)" } else { "" }
    throw Failure(
      .locked,
      "another run\(holder) holds the lock of \(folder.path)\(waited); wait for it, or set run.if_locked to skip or wait 5m"
    )
  }
}
