import CHeap
import Glibc

/// How much memory this process may still take, and what limits it.
package struct AvailableMemory: Sendable, Hashable {
  /// What sets a limit.
  package enum Limit: Sendable, Hashable {
    /// That of the address space, which `ulimit -v` sets.
    case addressSpace
    /// That of the data, which `ulimit -d` sets.
    case data
    /// That of the control group, which containers and services set.
    case controlGroup
    /// What the machine has free.
    case machine
  }

  /// The bytes that are left.
  package var bytes: Int
  /// What leaves no more.
  package var limit: Limit

  /// So many bytes under a limit.
  package init(bytes: Int, limit: Limit) { (self.bytes, self.limit) = (bytes, limit) }

  /// What is left now; nil where nothing tells.
  package static var now: AvailableMemory? { AvailableMemory(system: SystemFiles(), limits: ResourceLimits.own) }

  /// The tightest of the limits.
  init?(system: SystemFiles, limits: ResourceLimits) {
    let found: [AvailableMemory] = [
      limits.addressSpace.flatMap { limit in
        system.status("VmSize").map { .init(bytes: limit - $0, limit: .addressSpace) }
      },
      limits.data.flatMap { limit in system.status("VmData").map { .init(bytes: limit - $0, limit: .data) } },
      system.controlGroupRoom.map { .init(bytes: $0, limit: .controlGroup) },
      system.machineRoom.map { .init(bytes: $0, limit: .machine) },
    ].compactMap { $0 }
    guard var least = found.min(by: { $0.bytes < $1.bytes }) else { return nil }
    least.bytes = max(0, least.bytes)
    self = least
  }

  /// The most that this process and its children may take together, in bytes, whatever is taken by now: what the machine
  /// has, or the tightest control group where that is less.
  package static var most: Int {
    let machine = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
    return min(machine > 0 ? machine : .max, SystemFiles().controlGroupLimit ?? .max)
  }

  /// The least room in a limited address space that a command can begin in: stacks of a few threads, and some work.
  private static let least = 64 << 20

  /// Prepares this process for a limited address space, before its first thread begins. Threads then share one heap, for
  /// those of their own would reserve 64 MB each.
  ///
  /// - Returns: why the process cannot begin, as its threads could not; nil where it can.
  package static func prepare() -> String? {
    let limits = ResourceLimits.own
    guard limits.addressSpace != nil || limits.data != nil else { return nil }
    heap_share_among_threads()
    guard let left = AvailableMemory(system: SystemFiles(), limits: limits), left.bytes < least,
      left.limit == .addressSpace || left.limit == .data
    else { return nil }
    return
      "\(left.bytes >> 20) MB of memory are left under \(left.limit), and at least \(least >> 20) MB are needed to "
      + "begin; raise the limit"
  }
}

extension AvailableMemory.Limit: CustomStringConvertible {
  /// The limit in words.
  package var description: String {
    switch self {
    case .addressSpace: "the limit of the address space (ulimit -v)"
    case .data: "the limit of the data (ulimit -d)"
    case .controlGroup: "the memory limit of the control group"
    case .machine: "what this machine has free"
    }
  }
}

/// The soft limits of a process, in bytes; nil for none.
struct ResourceLimits {
  var addressSpace: Int?
  var data: Int?

  static var own: ResourceLimits {
    ResourceLimits(addressSpace: soft(RLIMIT_AS), data: soft(RLIMIT_DATA))
  }

  private static func soft(_ resource: __rlimit_resource) -> Int? {
    var limit = rlimit()
    let isKnown = getrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0
    return isKnown && limit.rlim_cur < rlim_t(Int.max) ? Int(limit.rlim_cur) : nil
  }
}

/// What Linux says of memory in its files.
struct SystemFiles {
  /// The text of a file; nil where it cannot be read.
  var text: @Sendable (String) -> String? = { path in
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 4096)
    while bytes.count < 1 << 20 {
      let count = fread(&part, 1, part.count, file)
      if count == 0 { break }
      bytes += part[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// A size of this process.
  func status(_ name: String) -> Int? { kilobytes(name, in: "/proc/self/status") }

  /// What the machine can still give without taking it from anyone.
  var machineRoom: Int? {
    kilobytes("MemAvailable", in: "/proc/meminfo").map { $0 + (kilobytes("SwapFree", in: "/proc/meminfo") ?? 0) }
  }

  /// What the control groups of this process leave, the tightest of them; nil for no limit.
  var controlGroupRoom: Int? {
    controlGroups.compactMap { group in
      guard let limit = number(group.limit), let used = number(group.used) else { return nil }
      let cached = words(group.statistics).first { $0.first.map { $0 == group.reclaimable } ?? false }?.last
      // A file that was read and can be read again gives way.
      return limit - max(0, used - (cached.flatMap { Int($0) } ?? 0))
    }.min()
  }

  /// The tightest limit of the control groups of this process; nil for none.
  var controlGroupLimit: Int? { controlGroups.compactMap { number($0.limit) }.min() }

  /// The files of a control group that tell of memory.
  private struct ControlGroup {
    let limit: String
    let used: String
    let statistics: String
    /// What counts as used in the statistics, though it gives way.
    let reclaimable: Substring

    init(folder: String, isSecond: Bool) {
      limit = folder + (isSecond ? "/memory.max" : "/memory.limit_in_bytes")
      used = folder + (isSecond ? "/memory.current" : "/memory.usage_in_bytes")
      statistics = folder + "/memory.stat"
      reclaimable = isSecond ? "inactive_file" : "total_inactive_file"
    }
  }

  /// The control groups of this process and those around them, of the second version and the first.
  private var controlGroups: [ControlGroup] {
    (text("/proc/self/cgroup") ?? "").split(separator: "\n").flatMap { line -> [ControlGroup] in
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { return [] }
      let isSecond = parts[0] == "0" && parts[1].isEmpty
      guard isSecond || parts[1].split(separator: ",").contains("memory") else { return [] }
      let top = isSecond ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory"
      return folders(of: parts[2], below: top).map { ControlGroup(folder: $0, isSecond: isSecond) }
    }
  }

  /// The folder of a group and those of the groups around it. Within a container the names outside are not there, and
  /// the top is the container's own group.
  private func folders(of group: Substring, below top: String) -> [String] {
    let names = group.split(separator: "/")
    return (0...names.count).map { top + names.prefix($0).map { "/" + $0 }.joined() }
  }

  private func number(_ path: String) -> Int? {
    words(path).first?.first.flatMap { Int($0) }.flatMap { $0 >= 0 && $0 < 1 << 60 ? $0 : nil }
  }

  private func kilobytes(_ name: String, in path: String) -> Int? {
    guard let line = words(path).first(where: { $0.first.map { $0 == name + ":" } ?? false }), line.count >= 2,
      let count = Int(line[1]), count >= 0, count < 1 << 50
    else { return nil }
    return count << 10
  }

  private func words(_ path: String) -> [[Substring]] {
    (text(path) ?? "").split(separator: "\n").map { $0.split { $0 == " " || $0 == "\t" } }
  }
}
