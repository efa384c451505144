import Foundation

/// The folder that a pipeline's paths are relative to.
public struct RootFolder: Sendable, Hashable {
  /// The folder, as the process sees it.
  public let path: String

  /// A folder.
  public init(_ path: String) { self.path = path }

  /// The place of a path: itself when absolute, below the folder otherwise.
  public func resolve(_ file: FilePath) -> String {
    file.text.hasPrefix("/") || path == "." ? file.text : path + "/" + file.text
  }
}

/// What a stage may use beside its fields.
public struct StageContext: Sendable {
  /// The folder that relative paths are taken from.
  public let root: RootFolder
  /// Where programs are looked for, as in PATH.
  public let searchPath: String

  /// A context under a root folder.
  public init(root: RootFolder, searchPath: String = "") {
    self.root = root
    self.searchPath = searchPath
  }
}

extension Pipeline {
  /// The folder that the pipeline's paths are relative to: `root`, seen from the file's own folder.
  public var rootFolder: RootFolder {
    if root.hasPrefix("/") { return RootFolder(root) }
    let folder = (file as NSString).deletingLastPathComponent
    // Not resolved on disk: "pipelines/.." is "." whatever pipelines may be a link to.
    var parts = folder.split(separator: "/").map(String.init)
    for part in root.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." { parts.removeLast() } else { parts.append(String(part)) }
    }
    let path = parts.joined(separator: "/")
    return RootFolder(folder.hasPrefix("/") ? "/" + path : path.isEmpty ? "." : path)
  }
}
