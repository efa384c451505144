import Foundation

/// The files of a run, made beside their places and moved there together once all of them are whole.
///
/// Until ``commit()`` the files of the run before stay untouched; whatever was made and not moved is removed when the
/// publication is let go.
public final class Publication {
  private struct Staged {
    let path: FilePath
    let final: String
    let temporary: String
  }

  /// The folder that relative paths are taken from.
  public let root: RootFolder

  private var staged: [Staged] = []
  private var folders: Set<String> = []
  private let folderName: String

  /// A publication under a root folder.
  public init(root: RootFolder) {
    self.root = root
    folderName = ".almanac-\(ProcessInfo.processInfo.processIdentifier)"
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

  /// A place for the file of a path, where something else (gnuplot, say) makes it: under its own name, in a hidden
  /// folder beside its final place.
  public func stage(_ path: FilePath) throws(Failure) -> String {
    try prepare(path)
    let final = root.resolve(path)
    let folder = (final as NSString).deletingLastPathComponent + "/" + folderName
    let temporary = folder + "/" + (final as NSString).lastPathComponent
    if folders.insert(folder).inserted {
      do {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      } catch {
        throw Failure(.cannotWrite, "the folder of \(path.text) cannot be written to: \(reason(error))")
      }
    }
    staged.append(Staged(path: path, final: final, temporary: temporary))
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

  /// Moves every file to its place, and returns the paths.
  public func commit() throws(Failure) -> [FilePath] {
    for file in staged { try synchronize(file) }
    for file in staged where rename(file.temporary, file.final) != 0 {
      throw Failure(.cannotWrite, "\(file.path.text) cannot be put in place: \(String(cString: strerror(errno)))")
    }
    let published = staged.map(\.path)
    discard()
    return published
  }

  /// Removes what was made and not moved.
  public func discard() {
    for folder in folders { try? FileManager.default.removeItem(atPath: folder) }
    (staged, folders) = ([], [])
  }

  private func synchronize(_ file: Staged) throws(Failure) {
    let descriptor = open(file.temporary, O_RDONLY | O_CLOEXEC)
    defer { if descriptor >= 0 { close(descriptor) } }
    guard descriptor >= 0, fsync(descriptor) == 0 else {
      throw Failure(.cannotWrite, "\(file.path.text) was not made whole: \(String(cString: strerror(errno)))")
    }
  }

  private func reason(_ error: any Error) -> String {
    let error = error as NSError
    let cause = error.userInfo[NSUnderlyingErrorKey] as? NSError
    return cause.map { String(cString: strerror(Int32($0.code))) } ?? error.localizedDescription
  }
}
