import Glibc
import Synchronization

/// The process groups that run now, so that whoever ends this process can end them first: a group of its own gets no
/// signal from the terminal.
package final class ProcessGroups: Sendable {
  private struct State {
    var running: Set<pid_t> = []
    var isClosed = false
  }

  private let state = Mutex(State())

  /// No groups yet.
  package init() {}

  /// Ends every group at once, and lets no new one start.
  ///
  /// - Parameter then: is done before anyone can learn that the groups have ended.
  package func endAll(then: () -> Void = {}) {
    state.withLock { state in
      state.isClosed = true
      for group in state.running { kill(-group, SIGKILL) }
      then()
    }
  }

  /// Starts a group, unless all are being ended; `start` returns its leader, or nil where that failed.
  func start(_ start: () -> pid_t?) -> pid_t? {
    state.withLock { state in
      guard !state.isClosed, let leader = start() else { return nil }
      state.running.insert(leader)
      return leader
    }
  }

  /// Forgets a group. The leader is collected by `collect` under the same lock, so that its id cannot pass to another
  /// group while it still counts as running.
  func end(_ leader: pid_t, collect: () -> Void) {
    state.withLock { state in
      collect()
      state.running.remove(leader)
    }
  }
}
