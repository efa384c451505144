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

  var moves: [Move]
  /// Folders that hold nothing but what was on its way.
  var folders: [String]

  private static func path(in state: StateFolder) -> String { state.path(of: "publication.json") }

  /// Writes the journal to the disk.
  func write(in state: StateFolder) throws(DiskFile.Fault) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(self) else { throw DiskFile.Fault(code: EINVAL) }
    try DiskFile.replace(PublicationJournal.path(in: state), with: data)
  }

  /// Takes the journal away, when there is nothing left to do.
  static func remove(in state: StateFolder) { unlink(path(in: state)) }

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
  /// - Returns: whether there was anything to end.
  /// - Throws: ``Failure`` of the kind `cannotWrite` where a file cannot be moved.
  @discardableResult
  static func finish(in state: StateFolder) throws(Failure) -> Bool {
    let path = path(in: state)
    guard let data = FilePath(path).contents() else { return false }
    guard let journal = try? JSONDecoder().decode(PublicationJournal.self, from: data) else {
      throw Failure(.cannotWrite, "\(path) is damaged; look at the published files, and remove it")
    }
    // A file that is neither on its way nor where it belongs was taken by somebody else, who decides over it.
    let open = journal.moves.filter { DiskFile.identity(of: $0.made) == $0.identity }
    if let (position, fault, _) = carryOut(open) {
      throw Failure(
        .cannotWrite,
        "the publication that was interrupted cannot be brought to its end: \(open[position].path): \(fault.reason)")
    }
    for folder in journal.folders { FilePath(folder).remove() }
    remove(in: state)
    return !open.isEmpty
  }
}
