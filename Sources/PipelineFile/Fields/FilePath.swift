/// A file or folder, relative to the pipeline's root unless absolute.
public struct FilePath: FieldValue, Hashable, ExpressibleByStringLiteral {
  /// The path as it was written.
  public var text: String
  public static var fieldKind: FieldKind { .path }
  public init(node: ConfigNode) throws(FieldFault) {
    text = try node.text(as: .path)
    if text.isEmpty { throw FieldFault("wants a path, not an empty text", at: node.location) }
  }
  /// A path.
  public init(_ text: String) { self.text = text }
  public init(stringLiteral text: String) { self.text = text }
  public var fieldText: String? { text }

  /// Whether it stands for standard input or output.
  public var isStandardStream: Bool { text == "-" }

  /// The path with a number before its ending: `co2.2.safetensors`.
  public func numbered(_ number: Int) -> FilePath {
    let name = text.lastIndex(of: "/").map { text.index(after: $0) } ?? text.startIndex
    guard let dot = text[name...].lastIndex(of: ".") else { return FilePath("\(text).\(number)") }
    return FilePath("\(text[..<dot]).\(number)\(text[dot...])")
  }
}

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
    if root.hasPrefix("/") {
      self.init(root)
      return
    }
    let folder = parentFolder(of: file)
    // Not resolved on disk: "pipelines/.." is "." whatever pipelines may be a link to.
    var parts = folder.split(separator: "/").map(String.init)
    for part in root.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." { parts.removeLast() } else { parts.append(String(part)) }
    }
    let path = parts.joined(separator: "/")
    self.init(folder.hasPrefix("/") ? "/" + path : path.isEmpty ? "." : path)
  }

  /// A path as the process sees it: itself when absolute, below the folder otherwise.
  public func resolve(_ file: FilePath) -> String {
    if isConfined {
      let parts = file.text.split(separator: "/").filter { $0 != "." }.map { $0 == ".." ? "up" : String($0) }
      return ([path] + parts).joined(separator: "/")
    }
    return file.text.hasPrefix("/") || path == "." ? file.text : path + "/" + file.text
  }
}

/// The folder of a path: `a` of `a/b`, `/` of `/a`, and the empty text of `a`.
package func parentFolder(of path: String) -> String {
  let trimmed = path.count > 1 && path.hasSuffix("/") ? path.dropLast() : path[...]
  guard let slash = trimmed.lastIndex(of: "/") else { return "" }
  return slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
}

/// The last part of a path: `b` of `a/b`.
package func lastPart(of path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }
