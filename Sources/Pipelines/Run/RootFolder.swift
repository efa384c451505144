import Foundation

/// The folder that a pipeline's paths are relative to.
public struct RootFolder: Sendable, Hashable {
  /// The folder, as the process sees it.
  public let path: String

  /// Whether every path, absolute ones and those with `..` too, lands below the folder.
  public let isConfined: Bool

  /// A folder.
  public init(_ path: String, isConfined: Bool = false) {
    self.path = path
    self.isConfined = isConfined
  }

  /// The place of a path: itself when absolute, below the folder otherwise.
  public func resolve(_ file: FilePath) -> String {
    if isConfined {
      let parts = file.text.split(separator: "/").filter { $0 != "." }.map { $0 == ".." ? "up" : String($0) }
      return ([path] + parts).joined(separator: "/")
    }
    return file.text.hasPrefix("/") || path == "." ? file.text : path + "/" + file.text
  }
}

/// What a stage may use beside its fields.
public struct StageContext: Sendable {
  /// The folder that relative paths are taken from.
  public let root: RootFolder
  /// Where programs are looked for, as in PATH.
  public let searchPath: String
  /// All of standard input.
  ///
  /// - Throws: ``Failure`` where it is not there to be read.
  public let standardInput: @Sendable () throws -> [UInt8]

  /// A context under a root folder.
  public init(
    root: RootFolder, searchPath: String = "", standardInput: (@Sendable () throws -> [UInt8])? = nil
  ) {
    self.root = root
    self.searchPath = searchPath
    self.standardInput =
      standardInput ?? { throw Failure(.noInput, "standard input is read by `almanac run` alone; give a file") }
  }
}

extension Pipeline {
  /// The folder that the pipeline's paths are relative to: `root`, seen from the file's own folder.
  public var rootFolder: RootFolder {
    RootFolder(root, seenFrom: file)
  }
}

extension RootFolder {
  /// The folder that a file names as `root`, seen from the file's own folder.
  init(_ root: String, seenFrom file: String) {
    if root.hasPrefix("/") {
      self.init(root)
      return
    }
    let folder = (file as NSString).deletingLastPathComponent
    // Not resolved on disk: "pipelines/.." is "." whatever pipelines may be a link to.
    var parts = folder.split(separator: "/").map(String.init)
    for part in root.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." { parts.removeLast() } else { parts.append(String(part)) }
    }
    let path = parts.joined(separator: "/")
    self.init(folder.hasPrefix("/") ? "/" + path : path.isEmpty ? "." : path)
  }
}
