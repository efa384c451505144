import CFileSwap
import Files
import Foundation
import PipelineFile

/// A publication that is about to happen, written down before the first file moves: whatever ends the process in the
/// midst of it, whoever looks next can bring it to its end.
struct PublicationJournal: Codable {
  /// A file, or folder, on its way to its path.
  struct Move: Codable, Hashable {
    /// Where it was made.
    var made: String
    /// Where it belongs.
    var path: String
    /// What distinguishes it from what stood there before.
    var identity: UInt64

    private enum CodingKeys: String, CodingKey {
      case made, identity
      case path = "place"
    }
  }

  /// The newest form of a journal; one that says none is of the first.
  static let newest = 1

  var format: Int? = newest
  var moves: [Move]
  /// Folders that hold nothing but what was on its way.
  var folders: [String]

  init(moves: [Move], folders: [String]) { (self.moves, self.folders) = (moves, folders) }

  static let name = "publication.json"

  /// Writes the journal to the disk.
  func write(in state: StateFolder) throws(DiskFile.Fault) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(self) else { throw DiskFile.Fault(code: EINVAL) }
    try DiskFile.replace(PublicationJournal.name, in: state.open(), with: data, mode: 0o600)
  }

  /// Takes the journal away, when there is nothing left to do.
  static func remove(in state: StateFolder) { unlink(state.path(of: name)) }

  /// Moves everything to where it belongs, or nothing.
  ///
  /// - Returns: the position of the move that failed and why; nil where all went well.
  static func carryOut(_ moves: [Move]) -> (position: Int, fault: DiskFile.Fault, isMixed: Bool)? {
    var texts: [UnsafeMutablePointer<CChar>?] = []
    for move in moves { texts += [strdup(move.made), strdup(move.path), strdup(move.made + ".old")] }
    defer { for text in texts { free(text) } }
    let swaps = moves.indices.map { position in
      fs_swap(made: texts[3 * position], place: texts[3 * position + 1], old: texts[3 * position + 2])
    }
    let outcome = fs_swap_all(swaps, Int32(swaps.count))
    if outcome.error == 0 { return nil }
    return (Int(outcome.position), DiskFile.Fault(code: outcome.error), outcome.is_mixed)
  }

  /// Ends what an earlier run began: a publication whose journal is there is brought to its end. The lock must be held.
  ///
  /// A journal that cannot be believed is put aside: what the interrupted run had on its way is then lost, and a run sees
  /// by the digests of the outputs whether it has to publish them anew.
  ///
  /// - Parameter warn: is given, in words, what was put aside.
  /// - Returns: whether there was anything to end.
  /// - Throws: ``Failure`` of the kind `cannotWrite` where a file cannot be moved.
  @discardableResult
  static func finish(in state: StateFolder, warn: (String) -> Void = { _ in }) throws(Failure) -> Bool {
    guard let folder = try? state.open(), let entry = folder.status(of: name) else { return false }
    let journal: PublicationJournal
    do throws(Doubt) { journal = try PublicationJournal(entry, in: folder) } catch {
      let other = try state.putAside(name)
      warn(
        "\(state.path(of: name)), the journal of a publication that was interrupted, \(error.reason): it is kept as "
          + "\(other), and outputs that do not belong together are published anew")
      return false
    }
    if let format = journal.format, format > newest {
      throw Failure(
        .cannotWrite,
        "\(state.path(of: name)) is of a later almanac; run that one once, or remove the file to publish anew")
    }
    // A file that is neither on its way nor where it belongs was taken by somebody else, who decides over it.
    let open = journal.moves.filter { DiskFile.identity(of: $0.made) == $0.identity }
    func fail(_ path: String, _ fault: DiskFile.Fault) -> Failure {
      Failure(
        .cannotWrite,
        "the publication that was interrupted cannot be brought to its end: \(path): \(fault.reason); mend that, or "
          + "remove \(state.path(of: name)) to publish anew")
    }
    for move in open {
      do throws(DiskFile.Fault) {
        _ = try FolderHandle(FilePath(move.made).parent.text)
        _ = try FolderHandle(FilePath(move.path).parent.text, making: 0o777)
      } catch { throw fail(move.path, error) }
    }
    if let (position, fault, _) = carryOut(open) { throw fail(open[position].path, fault) }
    for path in Set(journal.moves.map { FilePath($0.path).parent.text }) { try? FolderHandle(path).synchronize() }
    for path in journal.folders where FilePath(path).name.hasPrefix(".almanac-") {
      _ = try? FolderHandle(FilePath(path).parent.text).remove(FilePath(path).name)
    }
    remove(in: state)
    return !open.isEmpty
  }

  /// Why a journal is not believed.
  private struct Doubt: Error { let reason: String }

  private init(_ entry: stat, in folder: FolderHandle) throws(Doubt) {
    guard entry.st_mode & S_IFMT == S_IFREG else { throw Doubt(reason: "is no plain file") }
    // It says which file takes the place of which.
    guard entry.st_uid == geteuid() else { throw Doubt(reason: "belongs to another user (\(entry.st_uid))") }
    let data: Data
    do throws(DiskFile.Fault) { data = try folder.read(PublicationJournal.name, trust: .state) } catch {
      throw Doubt(reason: "cannot be read (\(error.reason))")
    }
    do { self = try JSONDecoder().decode(PublicationJournal.self, from: data) } catch {
      guard let format = JSONValue(json: data)?["format"]?.integer, format > PublicationJournal.newest else {
        throw Doubt(reason: "is damaged")
      }
      self = PublicationJournal(moves: [], folders: [])
      self.format = format
    }
  }
}
