/// A path as it was written. Only its text is looked at: no link is followed here, and nothing on disk is asked.
///
/// This is the one type that takes paths apart; what stands at a path is asked of the system in `FilePath+Disk.swift`.
public struct FilePath: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
  /// The path as it was written.
  public var text: String

  /// A path.
  public init(_ text: String) { self.text = text }
  public init(stringLiteral text: String) { self.text = text }
  public var description: String { text }

  /// Whether it stands for standard input or output.
  public var isStandardStream: Bool { text == "-" }

  /// Whether it begins at the top of the file system.
  public var isAbsolute: Bool { text.utf8.first == FilePath.slash }

  /// Whether it can only name a folder, by how it is written: `a/`, `.`, `..`, `a/..`.
  public var namesFolder: Bool { text.utf8.last == FilePath.slash || ["", ".", ".."].contains(name) }

  private static let slash = UInt8(ascii: "/")

  /// The names between slashes, `.` and `..` among them.
  package var parts: [String] { text.utf8.split(separator: FilePath.slash).map { String(decoding: $0, as: UTF8.self) } }

  /// The last name: `b` of `a/b` and of `a/b/`; empty for `/`.
  package var name: String { parts.last ?? "" }

  /// The folder: `a` of `a/b` and of `a/b/`, `/` of `/a`, and `.` of `a`.
  package var parent: FilePath {
    let bytes = Array(text.utf8)
    var end = bytes.count
    func drop(while condition: (UInt8) -> Bool) { while end > 0, condition(bytes[end - 1]) { end -= 1 } }
    drop { $0 == FilePath.slash }
    drop { $0 != FilePath.slash }
    drop { $0 == FilePath.slash }
    if end == 0 { return isAbsolute ? "/" : "." }
    return FilePath(String(decoding: bytes[..<end], as: UTF8.self))
  }

  /// The last name without its ending: `b` of `a/b.csv`, and `.b` of `a/.b`.
  package var stem: String { String(name[..<endOfStem]) }

  /// What stands behind the last dot of the last name: `csv` of `a/b.csv`; empty without one.
  package var ending: String { String(name[endOfStem...].dropFirst()) }

  private var endOfStem: String.Index {
    let name = name
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex, name != ".." else { return name.endIndex }
    return dot
  }

  /// A path below this one; an absolute one stays what it is.
  package func appending(_ path: FilePath) -> FilePath {
    if path.isAbsolute || text == "." || text.isEmpty { return path }
    return FilePath(text.utf8.last == FilePath.slash ? text + path.text : "\(text)/\(path.text)")
  }

  /// The path without `.`, doubled slashes, and `..` behind a name. Links are not looked at, so that `a/../b` is `b`
  /// whatever `a` may be a link to.
  package var simplified: FilePath {
    var kept: [String] = []
    for part in parts where part != "." {
      if part == "..", let last = kept.last, last != ".." {
        kept.removeLast()
      } else if part != ".." || !isAbsolute {
        kept.append(part)
      }
    }
    let path = kept.joined(separator: "/")
    return FilePath(isAbsolute ? "/" + path : path.isEmpty ? "." : path)
  }

  /// The path with a number before its ending: `co2.2.safetensors`.
  public func numbered(_ number: Int) -> FilePath {
    let name = text.lastIndex(of: "/").map { text.index(after: $0) } ?? text.startIndex
    guard let dot = text[name...].lastIndex(of: ".") else { return FilePath("\(text).\(number)") }
    return FilePath("\(text[..<dot]).\(number)\(text[dot...])")
  }
}
