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
    let path = folder.path(of: "lock")
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw Failure(.cannotWrite, "the lock \(path) cannot be opened: \(String(cString: strerror(errno)))")
    }
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

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// The process that took the lock last.
  public static func holder(of folder: StateFolder) -> Int? {
    FilePath(folder.path(of: "lock")).contents().flatMap {
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
