import Files

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

  /// The folder that a file names as `root`, seen from the file's own folder.
  package init(_ root: String, seenFrom file: String) {
    let root = FilePath(root)
    // Not resolved on disk: "pipelines/.." is "." whatever pipelines may be a link to.
    self.init(root.isAbsolute ? root.text : FilePath(file).parent.appending(root).simplified.text)
  }

  /// A path as the process sees it: itself when absolute, below the folder otherwise.
  public func resolve(_ file: FilePath) -> String {
    if isConfined {
      let parts = file.parts.filter { $0 != "." }.map { $0 == ".." ? "up" : $0 }
      return ([path] + parts).joined(separator: "/")
    }
    return FilePath(path).appending(file).text
  }
}
