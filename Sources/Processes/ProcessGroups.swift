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
  /// All programs of this process, those of other sets too.
  package let family: ProcessFamily

  /// No groups yet.
  package init(in family: ProcessFamily = ProcessFamily()) { self.family = family }

  /// Ends every group at once, with what has left it, and lets no new one start.
  ///
  /// - Parameter then: is done before anyone can learn that the groups have ended.
  package func endAll(then: () -> Void = {}) {
    state.withLock { state in
      state.isClosed = true
      family.end(state.running)
      then()
    }
  }

  /// Starts a group, unless all are being ended; `start` returns its leader, or nil where that failed.
  func start(_ start: () -> pid_t?) -> pid_t? {
    state.withLock { state in
      guard !state.isClosed, let leader = start() else { return nil }
      state.running.insert(leader)
      family.began(leader)
      return leader
    }
  }

  /// Forgets a group, and ends what it left behind. The leader is collected by `collect` under the same lock, so that its id cannot pass to another
  /// group while it still counts as running.
  func end(_ leader: pid_t, collect: () -> Void) {
    state.withLock { state in
      collect()
      state.running.remove(leader)
      family.ended(leader)
    }
  }
}
