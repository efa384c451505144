import Files
import Foundation
import PipelineFile
import Synchronization

/// The files of a run, made beside where they belong and moved there together once all of them are whole.
///
/// Until ``commit()`` the files of the run before stay untouched; whatever was made and not moved is removed when the
/// publication is let go. With a state folder the set is one transaction: every file is on the disk and a journal says
/// where it belongs before the first one moves; the moves follow each other within microseconds, in a process that
/// outlives the end of this one; a move that fails takes the earlier ones back; and the next run ends what a failing
/// machine has cut.
public final class Publication: OutputFiles {
  private struct Staged {
    /// How messages call it.
    let name: String
    let final: String
    let temporary: String
    /// Whether it is for readers, not for the next run.
    let path: FilePath?
  }

  /// The folder that relative paths are taken from.
  public let root: RootFolder
  /// The folder that keeps the journal and what goes to the next run; nil for neither.
  public let state: StateFolder?

  /// What may not be replaced, and the files of this publication.
  package var places = OutputPlaces()
  private var claimed: Set<String> = []
  private var staged: [Staged] = []
  private let folderName: String
  /// Whether some files could neither be moved nor moved back.
  private var isLeftToNextRun = false
  private let undo: Undo

  /// A publication under a root folder.
  public init(root: RootFolder, state: StateFolder? = nil) {
    self.root = root
    self.state = state
    // A name that stays the same from run to run, so that a run finds and removes what one that was killed has left.
    let owner = state.map { String(SHA256.hex(Array($0.absolutePath.utf8)).prefix(12)) }
    folderName = ".almanac-\(owner ?? "\(ProcessInfo.processInfo.processIdentifier)")"
    undo = Undo()
  }

  deinit { discard() }

  /// Undoes on the way out what was made so far; a publication that makes or moves files at this moment ends that first.
  final class Undo: Sendable {
    fileprivate struct Made {
      /// The hidden folders of what is on its way.
      var folders: Set<String> = []
      var isOver = false
    }

    fileprivate let made = Mutex(Made())

    /// Removes what was made and not moved. Nothing can be made or published afterwards.
    func callAsFunction() {
      made.withLock { made in
        made.isOver = true
        remove(made.folders)
      }
    }

    fileprivate func remove(_ folders: Set<String>) {
      for folder in folders {
        // A program that draws a chart may put a file there between two steps of the removal.
        for _ in 0..<3 where access(folder, F_OK) == 0 { FilePath(folder).remove() }
      }
    }

    /// Work that makes or moves files, which an interruption waits for or forestalls.
    fileprivate func making<Result>(
      _ work: (inout Set<String>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
      try made.withLock { made throws(Failure) in
        if made.isOver { throw Failure(.failed, "the run was told to end") }
        return try work(&made.folders)
      }
    }
  }

  /// What undoes the publication from another thread.
  var undoing: Undo { undo }

  /// Refuses a path that no file can be put at, whatever the folder it lies in.
  ///
  /// - Throws: ``Failure`` of the kind `cannotWrite`.
  func check(_ path: FilePath) throws(Failure) {
    if let fault = path.faultAsOutput { throw Failure(.cannotWrite, fault) }
    if let obstacle = FilePath(root.resolve(path)).obstacle { throw Failure(.cannotWrite, "\(path.text) \(obstacle)") }
  }

  /// Makes sure that a file could be put at a path, so that a long training does not end at a locked door, and removes
  /// what a run that was killed has left there.
  ///
  /// - Throws: ``Failure`` of the kind `cannotWrite`.
  public func prepare(_ path: FilePath) throws(Failure) {
    try check(path)
    let final = root.resolve(path)
    let folder = folder(of: final)
    do throws(DiskFile.Fault) { try FilePath(folder).makeFolder() } catch {
      throw Failure(.cannotWrite, "the folder of \(path.text) cannot be made: \(error.reason)")
    }
    guard access(folder, W_OK) == 0 else {
      throw Failure(
        .cannotWrite, "the folder of \(path.text) cannot be written to: \(String(cString: strerror(errno)))")
    }
    try claim(path, at: FilePath(final))
    let leftovers = folder + "/" + folderName
    if state != nil, !undo.made.withLock({ $0.folders.contains(leftovers) }), access(leftovers, F_OK) == 0 {
      FilePath(leftovers).remove()
    }
  }

  /// Takes a place for a file, which no other may have.
  private func claim(_ path: FilePath, at final: FilePath) throws(Failure) {
    guard claimed.insert(final.text).inserted else { return }
    if let fault = places.fault(at: final) { throw Failure(.cannotWrite, "\(path) \(fault)") }
    places.take(final, "\(path), which this run writes")
  }

  /// A path for the file, where something else (gnuplot, say) makes it: under its own name, in a hidden
  /// folder beside its own.
  public func stage(_ path: FilePath) throws(Failure) -> String {
    try prepare(path)
    return try stage(root.resolve(path), named: path.text, path: path)
  }

  /// Puts bytes at a path.
  public func write(_ bytes: [UInt8], to path: FilePath) throws(Failure) {
    let temporary = try stage(path)
    try undo.making { _ throws(Failure) in
      do throws(DiskFile.Fault) { try DiskFile.write(bytes, to: temporary) } catch {
        throw Failure(.cannotWrite, "\(path.text) cannot be written: \(error.reason)")
      }
    }
  }

  /// Puts files for the next run into a folder of the state folder, replacing the whole folder.
  func keep(_ files: [String: Data], in name: String) throws(Failure) {
    guard let state else { return }
    let temporary = try stage(state.path(of: name), named: state.path(of: name), path: nil)
    try undo.making { _ throws(Failure) in
      guard mkdir(temporary, 0o755) == 0 else {
        throw Failure(.cannotWrite, "\(state.path(of: name)) cannot be written: \(String(cString: strerror(errno)))")
      }
      for (file, data) in files.sorted(by: { $0.key < $1.key }) {
        do throws(DiskFile.Fault) { try DiskFile.write(data, to: temporary + "/" + file, isSynchronized: true) } catch {
          throw Failure(.cannotWrite, "\(state.path(of: name))/\(file) cannot be written: \(error.reason)")
        }
      }
    }
  }

  /// Puts a file for the next run into the state folder.
  func keep(_ data: Data, as name: String) throws(Failure) {
    guard let state else { return }
    let temporary = try stage(state.path(of: name), named: state.path(of: name), path: nil)
    try undo.making { _ throws(Failure) in
      do throws(DiskFile.Fault) { try DiskFile.write(data, to: temporary) } catch {
        throw Failure(.cannotWrite, "\(state.path(of: name)) cannot be written: \(error.reason)")
      }
    }
  }

  private func stage(_ final: String, named name: String, path: FilePath?) throws(Failure) -> String {
    let folder = folder(of: final) + "/" + folderName
    let temporary = folder + "/" + FilePath(final).name
    // A stage that writes to a path twice means its last word.
    staged.removeAll { $0.final == final }
    try undo.making { folders throws(Failure) in
      guard folders.insert(folder).inserted else { return }
      if state != nil { FilePath(folder).remove() }
      do throws(DiskFile.Fault) { try FilePath(folder).makeFolder() } catch {
        throw Failure(.cannotWrite, "the folder of \(name) cannot be written to: \(error.reason)")
      }
    }
    staged.append(Staged(name: name, final: final, temporary: temporary, path: path))
    return temporary
  }

  /// The files on their way to readers: where they are now, and where they are going to.
  var outputs: [(path: FilePath, made: String, final: String)] {
    staged.compactMap { file in file.path.map { ($0, file.temporary, file.final) } }
  }

  /// Moves every file to its path, and returns the paths.
  ///
  /// - Throws: ``Failure`` of the kind `cannotWrite`; the files of the run before are then untouched.
  public func commit() throws(Failure) -> [FilePath] {
    for file in staged { try synchronize(file.temporary, named: file.name) }
    let moves = staged.map { file in
      PublicationJournal.Move(
        made: absolute(file.temporary), path: absolute(file.final),
        identity: DiskFile.identity(of: file.temporary) ?? 0)
    }
    try undo.making { folders throws(Failure) in try move(moves, folders: folders.sorted()) }
    let published = staged.compactMap(\.path)
    // The names reach the disk while the journal is still there to repeat the moves.
    for folder in Set(staged.map { self.folder(of: $0.final) }) { try? DiskFile.synchronize(folder) }
    discard()
    if let state { PublicationJournal.remove(in: state) }
    return published
  }

  private func move(_ moves: [PublicationJournal.Move], folders: [String]) throws(Failure) {
    if let state {
      do {
        try PublicationJournal(moves: moves, folders: folders.map(absolute)).write(in: state)
      } catch {
        PublicationJournal.remove(in: state)
        throw Failure(.cannotWrite, "the journal in \(state.path) cannot be written: \(error.reason)")
      }
    }
    guard let (position, fault, isMixed) = PublicationJournal.carryOut(moves) else { return }
    let what = "\(staged[position].name) cannot be put in place: \(fault.reason)"
    if isMixed, state != nil {
      // What is on its way must stay for the next run.
      isLeftToNextRun = true
      throw Failure(.cannotWrite, "\(what); some files are new already, and the next run completes the set")
    }
    if let state { PublicationJournal.remove(in: state) }
    throw Failure(.cannotWrite, what)
  }

  /// Removes what was made and not moved.
  public func discard() {
    if isLeftToNextRun { return }
    undo.made.withLock { made in
      undo.remove(made.folders)
      made.folders = []
    }
    staged = []
  }

  private func synchronize(_ temporary: String, named name: String) throws(Failure) {
    do { try DiskFile.synchronize(temporary) } catch {
      throw Failure(.cannotWrite, "\(name) was not made whole: \(error.reason)")
    }
  }

  private func absolute(_ path: String) -> String { FilePath(path).absolute.text }

  private func folder(of path: String) -> String { FilePath(path).parent.text }
}
