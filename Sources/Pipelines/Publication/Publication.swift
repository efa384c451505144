import Files
import Foundation
import PipelineFile
import Synchronization

/// The files of a run, made beside where they belong and moved there together once all of them are whole.
///
/// Until ``commit(settle:)`` the files of the run before stay untouched; whatever was made and not moved is removed when the
/// publication is let go. With a state folder the set is one transaction: every file is on the disk and a journal says
/// where it belongs before the first one moves; the moves follow each other within microseconds, in a process that
/// outlives the end of this one; a move that fails takes the earlier ones back; and the next run ends what a failing
/// machine has cut.
///
/// What is no file (``OutputTransaction``) is committed right before the journal is written: until then all of it can be
/// taken back, and a commit that fails leaves the files untouched. Where the files then cannot be moved, it is undone. A
/// machine that fails between the two leaves the record of the run before, so that the next run does the work again.
///
/// Files are made in folders that nobody else can open, prepare or guess the name of (`StagingFolder`), and no link or
/// folder is followed that a stranger may have put into a folder where everyone may write.
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
  private var transactions: [any OutputTransaction] = []
  private let owner: String
  /// Whether some files could neither be moved nor moved back.
  private var isLeftToNextRun = false
  private let undo: Undo

  /// A publication under a root folder.
  ///
  /// - Parameters:
  ///   - state: where the journal stands; nil for none.
  ///   - owner: whose files they are, where there is no state: what one that was killed has left is removed by the next
  ///     of the same owner.
  public init(root: RootFolder, state: StateFolder? = nil, owner: String = "") {
    (self.root, self.state) = (root, state)
    let name = state.map { "state \($0.absolutePath)" } ?? "files \(owner) of \(root.path)"
    self.owner = String(SHA256.hex(Array(name.utf8)).prefix(12))
    undo = Undo()
  }

  deinit { discard() }

  /// Undoes on the way out what was made so far; a publication that makes or moves files at this moment ends that first.
  final class Undo: Sendable {
    fileprivate struct Made {
      /// The folders of outputs, open, by their paths.
      var parents: [String: FolderHandle] = [:]
      /// The hidden folders of what is on its way, by those that they stand in.
      var staging: [String: StagingFolder] = [:]
      /// Folders for outputs that were not there before, the outer ones first.
      var folders: [String] = []
      var isOver = false
    }

    fileprivate let made = Mutex(Made())

    /// Removes what was made and not moved. Nothing can be made or published afterwards.
    func callAsFunction() {
      made.withLock { made in
        made.isOver = true
        clear(&made)
      }
    }

    fileprivate func clear(_ made: inout Made) {
      for folder in made.staging.values { folder.remove() }
      // One that anything was moved to, by whomever, stays.
      for folder in made.folders.reversed() { rmdir(folder) }
      (made.staging, made.folders) = ([:], [])
    }

    /// Work that makes or moves files, which an interruption waits for or forestalls.
    fileprivate func making<Result>(_ work: (inout Made) throws(Failure) -> Result) throws(Failure) -> Result {
      try made.withLock { made throws(Failure) in
        if made.isOver { throw Failure(.failed, "the run was told to end") }
        return try work(&made)
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
    try claim(path, at: FilePath(final))
    try undo.making { made throws(Failure) in _ = try open(folder(of: final), named: path.text, &made) }
  }

  /// The folder of an output, made where it is not there.
  private func open(_ folder: String, named name: String, _ made: inout Undo.Made) throws(Failure) -> FolderHandle {
    if let open = made.parents[folder] {
      if open.isStillThere { return open }
      // Somebody took it away while the run was at work.
      made.staging[folder] = nil
    }
    var new: [String] = []
    defer { made.folders += new }
    let handle: FolderHandle
    do throws(DiskFile.Fault) {
      handle = try FolderHandle(folder, making: 0o777) { new.append($0) }
    } catch {
      let hint = error.stranger == nil ? "" : "; give a folder of your own"
      throw Failure(.cannotWrite, "the folder of \(name) cannot be made: \(error.reason)\(hint)")
    }
    guard faccessat(handle.descriptor, ".", W_OK, 0) == 0 else {
      throw Failure(.cannotWrite, "the folder of \(name) cannot be written to: \(String(cString: strerror(errno)))")
    }
    StagingFolder.removeLeftovers(in: handle, owner: owner)
    made.parents[folder] = handle
    return handle
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
    return try stage(root.resolve(path), named: path.text, path: path) { _, _ in }
  }

  /// Leaves a file out that was to be made, and was not; the one of the run before stays.
  public func withdraw(_ path: FilePath) {
    let final = root.resolve(path)
    for file in staged where file.final == final { unlink(file.temporary) }
    staged.removeAll { $0.final == final }
  }

  /// The place of a file that is changed where it is; its folder is there then.
  public func place(of path: FilePath) throws(Failure) -> FilePath {
    try check(path)
    let final = root.resolve(path)
    try undo.making { made throws(Failure) in _ = try open(folder(of: final), named: path.text, &made) }
    return FilePath(final)
  }

  /// Has something appear together with the files that is none.
  public func join(_ transaction: any OutputTransaction) { transactions.append(transaction) }

  /// Puts bytes at a path.
  public func write(_ bytes: [UInt8], to path: FilePath) throws(Failure) {
    try prepare(path)
    _ = try stage(root.resolve(path), named: path.text, path: path) { folder, name throws(DiskFile.Fault) in
      try DiskFile.write(bytes, to: name, in: folder)
    }
  }

  /// Puts bytes at a path that are made piece by piece.
  public func write(to path: FilePath, pieces: ((_ piece: [UInt8]) -> Void) -> Void) throws(Failure) {
    try prepare(path)
    _ = try stage(root.resolve(path), named: path.text, path: path) { folder, name throws(DiskFile.Fault) in
      try DiskFile.write(to: name, in: folder, pieces: pieces)
    }
  }

  /// Puts files for the next run into a folder of the state folder, replacing the whole folder.
  func keep(_ files: [String: Data], in name: String) throws(Failure) {
    guard let state else { return }
    let path = state.path(of: name)
    try state.putAside(name, unless: S_IFDIR)
    _ = try stage(path, named: path, path: nil) { folder, name throws(DiskFile.Fault) in
      let inner = try folder.makeFolder(name, mode: 0o700)
      for (file, data) in files.sorted(by: { $0.key < $1.key }) {
        try DiskFile.write(data, to: file, in: inner, mode: 0o600)
      }
    }
  }

  /// Puts a file for the next run into the state folder.
  func keep(_ data: Data, as name: String) throws(Failure) {
    guard let state else { return }
    let path = state.path(of: name)
    try state.putAside(name, unless: S_IFREG)
    _ = try stage(path, named: path, path: nil) { folder, name throws(DiskFile.Fault) in
      try DiskFile.write(data, to: name, in: folder, mode: 0o600)
    }
  }

  private func stage(
    _ final: String, named name: String, path: FilePath?,
    make: (FolderHandle, String) throws(DiskFile.Fault) -> Void
  ) throws(Failure) -> String {
    let file = FilePath(final).name
    let temporary = try undo.making { made throws(Failure) in
      let parent = folder(of: final)
      let handle = try open(parent, named: name, &made)
      do throws(DiskFile.Fault) {
        let folder: StagingFolder
        if let open = made.staging[parent] {
          folder = open
        } else {
          folder = try StagingFolder(in: handle, owner: owner)
          made.staging[parent] = folder
        }
        // A stage that writes to a path twice means its last word.
        folder.handle.remove(file)
        try make(folder.handle, file)
        return folder.handle.path(of: file)
      } catch {
        throw Failure(.cannotWrite, "\(name) cannot be written: \(error.reason)")
      }
    }
    staged.removeAll { $0.final == final }
    staged.append(Staged(name: name, final: final, temporary: temporary, path: path))
    return temporary
  }

  /// The files on their way to readers: where they are now, and where they are going to.
  var outputs: [(path: FilePath, made: String, final: String)] {
    staged.compactMap { file in file.path.map { ($0, file.temporary, file.final) } }
  }

  /// Moves every file to its path, and returns the paths.
  ///
  /// - Parameter settle: asked right before the first file moves, when all that could fail before is done: whether the
  ///   set may appear still. What comes of it is then what the run came to.
  /// - Throws: ``Failure`` of the kind `cannotWrite`; the files of the run before are then untouched.
  public func commit(settle: () -> Bool = { true }) throws(Failure) -> [FilePath] {
    for file in staged { try synchronize(file.temporary, named: file.name) }
    let moves = staged.map { file in
      PublicationJournal.Move(
        made: absolute(file.temporary), path: absolute(file.final),
        identity: DiskFile.identity(of: file.temporary) ?? 0)
    }
    try undo.making { made throws(Failure) in
      try synchronize(made)
      if !settle() { throw Failure(.failed, "the run was told to end") }
      try committing { () throws(Failure) in try move(moves, folders: made.staging.values.map(\.path).sorted()) }
      // What stands in them is published.
      made.folders = []
      // The names reach the disk while the journal is still there to repeat the moves.
      for folder in made.parents.values { try? folder.synchronize() }
    }
    let published = staged.compactMap(\.path)
    discard()
    if let state { PublicationJournal.remove(in: state) }
    return published
  }

  /// Commits what is no file, and then does work; where either fails, all is as it was.
  private func committing(_ work: () throws(Failure) -> Void) throws(Failure) {
    var committed: [any OutputTransaction] = []
    do {
      for transaction in transactions {
        try transaction.commit()
        committed.append(transaction)
      }
      try work()
    } catch {
      var failure = error as? Failure ?? Failure(error)
      // What is left to the next run belongs to it.
      if !isLeftToNextRun {
        for transaction in committed.reversed() {
          do { try transaction.undo() } catch {
            failure.message += "; and what was published beside it stays: \(error)"
          }
        }
      }
      throw failure
    }
  }

  /// Brings the names of all that was made to the disk: a journal that outlives what it names would be of no use.
  private func synchronize(_ made: Undo.Made) throws(Failure) {
    do throws(DiskFile.Fault) {
      for folder in made.staging.values { try folder.handle.synchronize() }
      for folder in made.parents.values { try folder.synchronize() }
      for folder in made.folders { try FolderHandle(self.folder(of: folder)).synchronize() }
    } catch {
      throw Failure(.cannotWrite, "the folders of the outputs cannot be brought to the disk: \(error.reason)")
    }
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
    undo.made.withLock { undo.clear(&$0) }
    (staged, transactions) = ([], [])
  }

  private func synchronize(_ temporary: String, named name: String) throws(Failure) {
    let descriptor = Glibc.open(temporary, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    let code = descriptor < 0 || (fsync(descriptor) != 0 && errno != EINVAL) ? errno : 0
    if descriptor >= 0 { close(descriptor) }
    if code != 0 {
      throw Failure(.cannotWrite, "\(name) was not made whole: \(DiskFile.Fault(code: code).reason)")
    }
  }

  private func absolute(_ path: String) -> String { FilePath(path).absolute.text }

  private func folder(of path: String) -> String { FilePath(path).parent.text }
}
