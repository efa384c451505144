import Glibc

/// The processes of this machine, as /proc shows them at one moment; empty where there is no /proc.
struct ProcessTable {
  /// A process for all time: its start tells it from a later one with the same id.
  struct Identity: Hashable {
    let id: pid_t
    let start: UInt64

    /// Whether it is still there and has not ended.
    var isAtWork: Bool {
      guard let now = Entry(id) else { return false }
      return now.identity == self && !now.hasEnded
    }
  }

  /// One process.
  struct Entry {
    let identity: Identity
    let parent: pid_t
    /// Whether it has ended and only waits to be collected.
    let hasEnded: Bool

    var id: pid_t { identity.id }
  }

  let entries: [Entry]

  init() { entries = Self.names(in: "/proc").compactMap { Entry($0) } }

  /// The names in a folder of /proc that are numbers.
  static func names(in path: String) -> [pid_t] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var found: [pid_t] = []
    while let item = readdir(folder) {
      let id = withUnsafePointer(to: &item.pointee.d_name) { name in
        name.withMemoryRebound(to: CChar.self, capacity: 256) { atoi($0) }
      }
      if id > 0 { found.append(id) }
    }
    return found
  }

  /// Every process that descends from one, those that have ended among them.
  ///
  /// - Parameter isLeftOut: whether a process, and what descends from it, does not count.
  func descendants(of root: pid_t, except isLeftOut: (Entry) -> Bool = { _ in false }) -> [Entry] {
    let children = Dictionary(grouping: entries) { $0.parent }
    var found: [Entry] = []
    var open = [root]
    while let parent = open.popLast() {
      let own = (children[parent] ?? []).filter { !isLeftOut($0) }
      found += own
      open += own.map(\.id)
    }
    return found
  }
}

extension ProcessTable.Entry {
  /// A process; nil where there is none of this id.
  init?(_ id: pid_t) {
    guard let bytes = smallFile("/proc/\(id)/stat") else { return nil }
    // The name, in parentheses, may hold anything; behind it stand state, parent, and the start as the 20th.
    let text = bytes[((bytes.lastIndex(of: UInt8(ascii: ")")) ?? -1) + 1)...]
    let words = text.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
    guard words.count > 19, let parent = pid_t(words[1]), let start = UInt64(words[19]) else { return nil }
    self.init(
      identity: .init(id: id, start: start), parent: parent, hasEnded: words[0] == "Z" || words[0] == "X")
  }
}

extension Sequence<ProcessTable.Entry> {
  /// How much memory they take together, in bytes: what several share counts once.
  func memory(beyond limit: Int) -> Int {
    // What is resident counts shared pages in each; only where that is too much is it worth the work to look closely.
    let page = Int(getpagesize())
    let resident = reduce(0) { $0 + (smallFile("/proc/\($1.id)/statm").flatMap { Self.word(1, of: $0) } ?? 0) * page }
    if resident <= limit { return resident }
    return reduce(0) { sum, entry in
      let lines = smallFile("/proc/\(entry.id)/smaps_rollup")?.split(separator: UInt8(ascii: "\n")) ?? []
      let share = lines.first { $0.starts(with: Array("Pss:".utf8)) }.flatMap { Self.word(1, of: Array($0)) }
      let alone = smallFile("/proc/\(entry.id)/statm").flatMap { Self.word(1, of: $0) }.map { $0 * page }
      return sum + (share.map { $0 << 10 } ?? alone ?? 0)
    }
  }

  private static func word(_ position: Int, of bytes: [UInt8]) -> Int? {
    let words = bytes.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
    return words.indices.contains(position) ? Int(String(decoding: words[position], as: UTF8.self)) : nil
  }
}

/// The first 16 KiB of a file of /proc or /sys; nil where it cannot be read.
func smallFile(_ path: String) -> [UInt8]? {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return nil }
  defer { close(descriptor) }
  var bytes = [UInt8](repeating: 0, count: 1 << 14)
  let count = read(descriptor, &bytes, bytes.count)
  return count < 0 ? nil : Array(bytes[..<count])
}
