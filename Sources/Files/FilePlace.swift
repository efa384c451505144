import Glibc

/// Where a path leads, whatever it is called: two paths of one place are one file.
///
/// What is there is known by its device and number, behind links and for every name that it has; what is not there yet by
/// the nearest folder that is, and the names below it.
package struct FilePlace: Hashable, Sendable {
  fileprivate struct Node: Hashable, Sendable {
    var device: UInt64
    var number: UInt64
  }

  private let node: Node
  /// The names below it that are not there yet.
  private let rest: [String]
  /// The folders that lead there, from the top.
  private let above: [Node]
  /// The place as a path from the top, without links.
  package let path: FilePath

  // The system follows no more.
  private static let mostLinks = 40

  /// The place of a path, as the process sees it; nil where links lead in a circle.
  package init?(_ path: FilePath) {
    var open = Array(path.absolute.parts.reversed())
    var folder: FilePath = "/"
    var rest: [String] = []
    var links = 0
    guard let top = Node(folder, following: true) else { return nil }
    var nodes = [top]
    while let part = open.popLast() {
      if part == "." { continue }
      if part == ".." {
        if !rest.isEmpty {
          rest.removeLast()
        } else if nodes.count > 1 {
          nodes.removeLast()
          folder = folder.parent
        }
        continue
      }
      guard rest.isEmpty else {
        rest.append(part)
        continue
      }
      let next = folder.appending(FilePath(part))
      if let target = next.linkTarget {
        links += 1
        if links > FilePlace.mostLinks { return nil }
        if target.isAbsolute { (folder, nodes) = ("/", [top]) }
        open += target.parts.reversed()
      } else if let found = Node(next, following: false) {
        folder = next
        nodes.append(found)
      } else {
        rest.append(part)
      }
    }
    node = nodes.removeLast()
    self.rest = rest
    above = nodes
    self.path = rest.reduce(folder) { $0.appending(FilePath($1)) }
  }

  package static func == (a: FilePlace, b: FilePlace) -> Bool { a.node == b.node && a.rest == b.rest }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(node)
    hasher.combine(rest)
  }

  /// Whether it lies in a folder, however deep, or is that folder.
  package func isInside(_ folder: FilePlace) -> Bool {
    if self == folder { return true }
    if folder.rest.isEmpty { return node == folder.node || above.contains(folder.node) }
    return node == folder.node && rest.starts(with: folder.rest)
  }

  /// Whether the system keeps devices and processes there, and no files; `/dev/shm` holds files in memory.
  package var isAmongDevices: Bool {
    let parts = path.parts
    return ["dev", "proc", "sys"].contains(parts.first) && !parts.starts(with: ["dev", "shm"])
  }
}

extension FilePlace.Node {
  fileprivate init?(_ path: FilePath, following: Bool) {
    var status = stat()
    guard (following ? stat(path.text, &status) : lstat(path.text, &status)) == 0 else { return nil }
    self.init(device: UInt64(status.st_dev), number: UInt64(status.st_ino))
  }
}
