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

  // The system follows no more.
  private static let mostLinks = 40

  /// The place of a path, as the process sees it; nil where links lead in a circle.
  package init?(_ path: FilePath) {
    // A relative path is not made absolute: the names above may be no text.
    guard let top = Node("/"), var nodes = path.isAbsolute ? [top] : Node.working else { return nil }
    var folder: FilePath = path.isAbsolute ? "/" : "."
    var open = Array(path.parts.reversed())
    var rest: [String] = []
    var links = 0
    while let part = open.popLast() {
      if part == "." { continue }
      if part == ".." {
        if !rest.isEmpty {
          rest.removeLast()
        } else if nodes.count > 1 {
          nodes.removeLast()
          folder = folder == "." ? ".." : folder.name == ".." ? FilePath("\(folder)/..") : folder.parent
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
      } else if let found = Node(next) {
        folder = next
        nodes.append(found)
      } else {
        rest.append(part)
      }
    }
    node = nodes.removeLast()
    self.rest = rest
    above = nodes
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
    let nodes = above + [node]
    func isBelow(_ folder: FilePath) -> Bool { Node(folder).map { nodes.contains($0) } ?? false }
    return ["/dev", "/proc", "/sys"].contains(where: isBelow) && !isBelow("/dev/shm")
  }
}

extension FilePlace.Node {
  /// What stands at a path, and not where it leads.
  fileprivate init?(_ path: FilePath) {
    var status = stat()
    guard lstat(path.text, &status) == 0 else { return nil }
    self.init(device: UInt64(status.st_dev), number: UInt64(status.st_ino))
  }

  /// The working folder with those above it, from the top; nil where it is gone.
  fileprivate static var working: [Self]? {
    var (folder, nodes): (FilePath, [Self]) = (".", [])
    while let node = Self(folder), node != nodes.last {
      nodes.append(node)
      folder = FilePath("\(folder)/..")
    }
    return nodes.isEmpty ? nil : nodes.reversed()
  }
}
