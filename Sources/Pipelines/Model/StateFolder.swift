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
  /// - Throws: ``Failure`` of the kind `cannotWrite`.
  public func finishPublication() throws(Failure) { try PublicationJournal.finish(in: self) }

  /// Makes the folder where it is not there.
  ///
  /// - Throws: ``Failure`` of the kind `cannotWrite`.
  public func create() throws(Failure) {
    let parent = FilePath(path).parent
    let isFirst = parent.name == ".almanac" && !parent.exists
    do throws(DiskFile.Fault) { try FilePath(path).makeFolder() } catch {
      throw Failure(.cannotWrite, "the state folder \(path) cannot be made: \(error.reason)")
    }
    // What a run keeps for itself is no part of anyone's sources.
    if isFirst { try? DiskFile.create(parent.appending(".gitignore").text, with: Array("*\n".utf8)) }
    guard access(path, W_OK) == 0 else {
      throw Failure(
        .cannotWrite, "the state folder \(path) cannot be written to: \(String(cString: strerror(errno)))")
    }
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
    do throws(DiskFile.Fault) { try DiskFile.replace(self.path(of: name), with: bytes) } catch {
      throw Failure(.cannotWrite, "\(self.path(of: name)) cannot be written: \(error.reason)")
    }
  }
}

extension PipelineDeclaration {
  /// Where the pipeline's runs keep what they leave for the next.
  public var stateFolder: StateFolder { StateFolder(of: name, state: run.state, root: rootFolder) }
}
