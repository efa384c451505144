import Files
import Foundation

/// A process that cannot be taken for a later one with the same number: the boot of the machine, the number, and the
/// moment of its start.
public struct ProcessIdentity: Codable, Sendable, Hashable {
  /// The boot of the machine; empty where the system does not say.
  public var boot: String
  /// The number.
  public var id: Int32
  /// Clock ticks from the boot to its start; 0 where the system does not say.
  public var start: UInt64

  /// An identity with its parts.
  public init(boot: String, id: Int32, start: UInt64) { (self.boot, self.id, self.start) = (boot, id, start) }

  /// This process.
  public static var own: ProcessIdentity {
    let id = ProcessInfo.processInfo.processIdentifier
    return ProcessIdentity(boot: currentBoot, id: id, start: startTime(of: id) ?? 0)
  }

  /// Whether it still works, as far as this machine knows; a process of another machine does not.
  public var isAlive: Bool {
    boot == ProcessIdentity.currentBoot && ProcessIdentity.startTime(of: id) == start
  }

  private static var currentBoot: String {
    (read("/proc/sys/kernel/random/boot_id") ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// The 22nd field of the process's stat file; the second is in parentheses and may hold anything.
  private static func startTime(of id: Int32) -> UInt64? {
    guard let text = read("/proc/\(id)/stat"), let end = text.lastIndex(of: ")") else { return nil }
    let fields = text[text.index(after: end)...].split(separator: " ")
    return fields.count > 19 && fields[0] != "Z" ? UInt64(fields[19]) : nil
  }

  private static func read(_ path: String) -> String? {
    FilePath(path).contents().map { String(decoding: $0, as: UTF8.self) }
  }
}
