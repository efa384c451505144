import Foundation
import Synchronization
import TimeSeries

/// What a plugin tells while it works.
public enum PluginEvent: Sendable, Hashable {
  /// A message for the log.
  case log(isWarning: Bool, String)
  /// So much is done, of so much.
  case progress(done: Int, of: Int)
  /// A line of its standard error.
  case standardError(String)
}

/// What the plugins of one pipeline share: where their files go, who listens to them, and what a run is called.
public final class PluginSession: Sendable {
  /// The process groups of the plugins that work now.
  public let processes: ProcessGroups
  /// The folder for the files of each call; they are removed when it ends.
  public let temporaryFolder: String

  private struct State {
    var run: String
    var seed: UInt64 = 1
    var listener: @Sendable (String, PluginEvent) -> Void = { _, _ in }
  }

  private let folders = Mutex<Set<String>>([])
  private let endings = Mutex<[@Sendable () -> Void]>([])
  private let state = Mutex(State(run: PluginSession.newRun()))

  /// A session to which nobody listens yet.
  public init(processes: ProcessGroups = ProcessGroups(), temporaryFolder: String = "/tmp") {
    self.processes = processes
    self.temporaryFolder = temporaryFolder
  }

  /// Begins a run: `events` is told what plugins tell, with the plugin's name.
  public func begin(seed: UInt64, events: @escaping @Sendable (String, PluginEvent) -> Void) {
    state.withLock { $0 = State(run: PluginSession.newRun(), seed: seed, listener: events) }
  }

  /// Ends every plugin at once and removes its files, because this process is told to end.
  ///
  /// - Parameter then: is done before anyone can learn that the plugins have ended.
  public func interrupt(then: () -> Void) {
    processes.endAll {
      for folder in folders.withLock({ $0 }) { try? FileManager.default.removeItem(atPath: folder) }
      for ending in endings.withLock({ $0 }) { ending() }
      then()
    }
  }

  /// Has work done when this process is told to end, before it does.
  public func atInterruption(_ work: @escaping @Sendable () -> Void) { endings.withLock { $0.append(work) } }

  /// Takes note of the folder of a call while it is there.
  func holding<Result, Fault: Error>(_ folder: CallFolder, _ work: () throws(Fault) -> Result) throws(Fault) -> Result {
    _ = folders.withLock { $0.insert(folder.path) }
    defer {
      folder.remove()
      _ = folders.withLock { $0.remove(folder.path) }
    }
    return try work()
  }

  /// What the run is called; a plugin may put it into its log.
  var run: String { state.withLock { $0.run } }

  /// Where randomness comes from.
  var seed: UInt64 { state.withLock { $0.seed } }

  func tell(_ plugin: String, _ event: PluginEvent) {
    let listener = state.withLock { $0.listener }
    listener(plugin, event)
  }

  /// The time now, and the process: no two runs of one machine have both.
  private static func newRun() -> String {
    "\(TimeStyle(form: .dateTime, zone: .utc).text(of: .now))-\(ProcessInfo.processInfo.processIdentifier)"
  }
}

extension Timestamp {
  /// The present moment in UTC.
  static var now: Timestamp { Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }
}
