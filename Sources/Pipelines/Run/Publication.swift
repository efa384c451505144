import Foundation

/// The files of a run, made beside their places and moved there together once all of them are whole.
///
/// Until ``commit()`` the files of the run before stay untouched; whatever was made and not moved is removed when the
/// publication is let go.
public final class Publication {
  private struct Staged {
    let final: String
    let temporary: String
  }

  /// The folder that relative paths are taken from.
  public let root: RootFolder

  private var staged: [Staged] = []
  private let token: String

  /// A publication under a root folder.
  public init(root: RootFolder) {
    self.root = root
    token = "\(ProcessInfo.processInfo.processIdentifier)"
  }

  deinit { discard() }

  /// Makes sure that a file could be put at a path, so that a long training does not end at a locked door.
  ///
  /// - Throws: ``Failure`` of the kind `cannotWrite`.
  public func prepare(_ path: FilePath) throws(Failure) {
    let place = root.resolve(path)
    let folder = (place as NSString).deletingLastPathComponent
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: place, isDirectory: &isFolder), isFolder.boolValue {
      throw Failure(.cannotWrite, "\(path.text) is a folder; give the path of a file")
    }
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw Failure(.cannotWrite, "the folder of \(path.text) cannot be made: \(reason(error))")
    }
    guard access(folder, W_OK) == 0 else {
      throw Failure(
        .cannotWrite, "the folder of \(path.text) cannot be written to: \(String(cString: strerror(errno)))")
    }
  }

  /// A place beside `path` where something else (gnuplot, say) makes the file.
  public func stage(_ path: FilePath) throws(Failure) -> String {
    try prepare(path)
    let final = root.resolve(path)
    let name = (final as NSString).lastPathComponent
    let folder = (final as NSString).deletingLastPathComponent
    let temporary = "\(folder)/.\(name).almanac-\(token)"
    staged.append(Staged(final: final, temporary: temporary))
    return temporary
  }

  /// Puts bytes at a path.
  public func write(_ bytes: [UInt8], to path: FilePath) throws(Failure) {
    let temporary = try stage(path)
    do {
      try Data(bytes).write(to: URL(fileURLWithPath: temporary))
    } catch {
      throw Failure(.cannotWrite, "\(path.text) cannot be written: \(reason(error))")
    }
  }

  /// Moves every file to its place, and returns the places.
  public func commit() throws(Failure) -> [String] {
    for file in staged { try synchronize(file) }
    for file in staged where rename(file.temporary, file.final) != 0 {
      throw Failure(.cannotWrite, "\(file.final) cannot be put in place: \(String(cString: strerror(errno)))")
    }
    defer { staged = [] }
    return staged.map(\.final)
  }

  /// Removes what was made and not moved.
  public func discard() {
    for file in staged { unlink(file.temporary) }
    staged = []
  }

  private func synchronize(_ file: Staged) throws(Failure) {
    let descriptor = open(file.temporary, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0, fsync(descriptor) == 0 else {
      throw Failure(.cannotWrite, "\(file.final) was not made whole: \(String(cString: strerror(errno)))")
    }
    close(descriptor)
  }

  private func reason(_ error: any Error) -> String {
    let error = error as NSError
    let cause = error.userInfo[NSUnderlyingErrorKey] as? NSError
    return cause.map { String(cString: strerror(Int32($0.code))) } ?? error.localizedDescription
  }
}
