import Files
import Foundation
import PipelineFile

/// The folder that keeps what a run leaves for the next one of the same pipeline: the lock, the saved model, checkpoints,
/// and the record of what was published.
///
/// It stands at `.almanac/NAME` below the pipeline's root, so that it moves with the pipeline and the user's other
/// outputs, and two pipelines of one folder do not meet; `run.state` puts it elsewhere. Nothing in it is needed to
/// read what was published, and a run makes it anew where it was removed.
public struct StateFolder: Sendable, Hashable {
  /// The folder, as the process sees it.
  public let path: String

  /// A state folder at a path; it need not exist.
  public init(path: String) { self.path = path }

  /// The path of something in the folder.
  public func path(of name: String) -> String { path + "/" + name }

  /// The folder from the top of the file system.
  var absolutePath: String {
    FilePath(path).absolute.text
  }

  /// Brings a publication to its end that an earlier run began and could not end. The lock must be held.
  ///
  /// - Parameter warn: is given, in words, what could not be used and was put aside.
  /// - Throws: ``Failure`` of the kind `cannotWrite`.
  public func finishPublication(warn: (String) -> Void = { _ in }) throws(Failure) {
    try PublicationJournal.finish(in: self, warn: warn)
  }

  /// Whether there is a publication to bring to its end that this user has begun.
  public var hasOwnPublication: Bool {
    (try? open())?.status(of: PublicationJournal.name)?.st_uid == geteuid()
  }

  /// Whether an interrupted run has left trainings that ``RunState/resumes`` goes on with.
  public var holdsCheckpoints: Bool {
    let names = try? FilePath(path(of: Runner.checkpoints)).entries()
    return names?.contains { $0.hasPrefix("training-") } ?? false
  }

  /// The folder, opened.
  package func open() throws(DiskFile.Fault) -> FolderHandle { try FolderHandle(path, trust: .state) }

  /// All of a plain file in the folder that no stranger has put there.
  func read(_ name: String) throws(DiskFile.Fault) -> Data { try open().read(name, trust: .state) }

  /// Takes something out of the way that no run can have left, and keeps it under another name.
  ///
  /// - Parameter kind: what may stand there, such as `S_IFREG`; nil for nothing. A folder that may not be moved to
  ///   another one, being closed or another user's, may not.
  /// - Returns: the other name; that of the entry where it stays.
  /// - Throws: ``Failure`` of the kind `cannotWrite`.
  @discardableResult
  package func putAside(_ name: String, unless kind: mode_t? = nil) throws(Failure) -> String {
    do throws(DiskFile.Fault) {
      let folder = try open()
      guard let entry = folder.status(of: name) else { return name }
      let isOpen = entry.st_uid == geteuid() && entry.st_mode & 0o700 == 0o700
      let isMovable = kind != S_IFDIR || isOpen || geteuid() == 0
      if entry.st_mode & S_IFMT == kind, isMovable { return name }
      var (other, number) = ("\(name).damaged-1", 1)
      while folder.status(of: other) != nil {
        number += 1
        other = "\(name).damaged-\(number)"
      }
      guard renameat(folder.descriptor, name, folder.descriptor, other) == 0 else { throw DiskFile.Fault(code: errno) }
      return other
    } catch {
      throw Failure(
        .cannotWrite,
        "\(self.path(of: name)) is not what a run has left, and cannot be put aside: \(error.reason); "
          + "remove it")
    }
  }

  /// Makes the folder where it is not there.
  ///
  /// - Throws: ``Failure`` of the kind `cannotWrite`.
  public func create() throws(Failure) {
    let parent = FilePath(path).parent
    let isFirst = parent.name == ".almanac" && !parent.exists
    let folder: FolderHandle
    do throws(DiskFile.Fault) {
      var made: [String] = []
      folder = try FolderHandle(path, trust: .state, making: 0o755) { made.append($0) }
      // The journal of a publication is of no use in a folder that a power cut takes away.
      for path in made { try FolderHandle(FilePath(path).parent.text, trust: .state).synchronize() }
      // What a run keeps for itself is no part of anyone's sources.
      if isFirst {
        try? DiskFile.write(Array("*\n".utf8), to: ".gitignore", in: FolderHandle(parent.text, trust: .state))
      }
    } catch {
      throw Failure(.cannotWrite, "the state folder \(path) \(words(for: error))")
    }
    guard faccessat(folder.descriptor, ".", W_OK, 0) == 0 else {
      throw Failure(
        .cannotWrite, "the state folder \(path) cannot be written to: \(String(cString: strerror(errno)))")
    }
  }

  private func words(for fault: DiskFile.Fault) -> String {
    if fault.stranger != nil { return "cannot be used: \(fault.reason); set run.state to a folder of your own" }
    guard fault.code == ENOTDIR, let part = fault.path else { return "cannot be made: \(fault.reason)" }
    return "cannot be made: \(part) is no folder; move it away, or set run.state to another folder"
  }
}

extension StateFolder {
  /// The folder of a pipeline, where `run.state` does not put it elsewhere.
  fileprivate init(of pipeline: String, state: FilePath?, root: RootFolder) {
    // A name may hold what no file may.
    let safe = String(pipeline.map { $0 == "/" || $0 == "\0" ? "-" : $0 })
    let folder = safe == "." || safe == ".." ? "-" : safe
    self.init(path: root.resolve(state ?? FilePath(".almanac/\(folder)")))
  }

  /// The folder of a pipeline whose file is not yet read further than its tree.
  init(of root: ConfigNode, in file: String) {
    self.init(
      of: root["name"]?.text ?? "", state: root["run"]?["state"]?.text.map { FilePath($0) },
      root: RootFolder(root["root"]?.text ?? ".", seenFrom: file))
  }

  /// Makes a file of the folder anew, whole or not at all; the folder is made where it is not there.
  ///
  /// - Throws: ``Failure`` of the kind `cannotWrite`.
  package func replace(_ name: String, with bytes: [UInt8]) throws(Failure) {
    try create()
    do throws(DiskFile.Fault) { try DiskFile.replace(name, in: open(), with: bytes, mode: 0o600) } catch {
      throw Failure(.cannotWrite, "\(self.path(of: name)) cannot be written: \(error.reason)")
    }
  }
}

extension PipelineDeclaration {
  /// Where the pipeline's runs keep what they leave for the next.
  public var stateFolder: StateFolder { StateFolder(of: name, state: run.state, root: rootFolder) }
}
