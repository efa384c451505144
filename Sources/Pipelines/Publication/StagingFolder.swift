import Files
import Foundation

/// A hidden folder beside the places of files that are on their way: made by this process alone, open to nobody else, and
/// locked as long as the process works with it. What one that was killed has left is told by its lock, which has ended.
final class StagingFolder: Sendable {
  /// The folder.
  let handle: FolderHandle
  private let parent: FolderHandle
  private let name: String

  var path: String { handle.path }

  /// A new folder.
  ///
  /// - Parameter owner: what the folders of one pipeline are known by: letters and digits.
  /// - Throws: ``DiskFile/Fault``
  init(in parent: FolderHandle, owner: String) throws(DiskFile.Fault) {
    while true {
      var generator = SystemRandomNumberGenerator()
      let name = StagingFolder.prefix(of: owner) + String(generator.next() as UInt64, radix: 36)
      let handle: FolderHandle
      do throws(DiskFile.Fault) { handle = try parent.makeFolder(name, mode: 0o700) } catch {
        // Not even a guess that hits can put anything into our way.
        if error.code == EEXIST { continue }
        throw error
      }
      // A file system without locks has none that could be waited for: its leftovers stay.
      flock(handle.descriptor, LOCK_EX | LOCK_NB)
      // Somebody who clears up may have been faster than the lock.
      if let found = parent.status(of: name), found.st_ino == handle.status.st_ino {
        (self.parent, self.name, self.handle) = (parent, name, handle)
        return
      }
    }
  }

  /// Removes it with all that stands in it.
  func remove() { parent.remove(name) }

  /// Removes what processes of one pipeline that were killed have left in a folder.
  static func removeLeftovers(in parent: FolderHandle, owner: String) {
    let prefix = prefix(of: owner)
    for name in parent.names where name.hasPrefix(prefix) {
      guard let entry = parent.status(of: name), entry.st_uid == geteuid(), let handle = try? parent.folder(name),
        flock(handle.descriptor, LOCK_EX | LOCK_NB) == 0
      else { continue }
      parent.remove(name)
      withExtendedLifetime(handle) {}
    }
  }

  private static func prefix(of owner: String) -> String { ".almanac-\(owner)-" }
}
