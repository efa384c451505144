import Glibc
import Synchronization

/// All that this process has started, and what came of it.
///
/// A program may leave children behind that have left its process group. They are found as what they become: orphans,
/// which the system hands to the nearest process that adopts them.
package final class ProcessFamily: Sendable {
  private struct State {
    /// The programs that run now.
    var running: Set<pid_t> = []
    /// Those that were ended from here; whoever started them has yet to collect them.
    var uncollected: Set<pid_t> = []
    /// The children that were there before the orphans were adopted; nil where none are.
    var strangers: Set<pid_t>?
  }

  private let state = Mutex(State())
  /// How long orphans are ended again and again, where more come of them than end.
  private static let patience = Duration.seconds(2)

  /// A family without members.
  package init() {}

  /// Makes this process the one that orphans of its programs are handed to, so that they can be ended with them. It must
  /// start no programs but those of the family.
  package func adoptOrphans() {
    state.withLock { state in
      guard state.strangers == nil, becomeSubreaper() else { return }
      state.strangers = Set(ProcessFamily.children)
    }
  }

  func began(_ leader: pid_t) { state.withLock { _ = $0.running.insert(leader) } }

  /// Forgets a program that has been collected, and ends what it left behind; that waits while others run, whose orphans
  /// cannot be told from its own.
  func ended(_ leader: pid_t) {
    state.withLock { state in
      state.running.remove(leader)
      state.uncollected.remove(leader)
      if state.running.isEmpty { ProcessFamily.endOrphans(in: state) }
    }
  }

  /// Ends programs and what came of them; the programs stay there to be collected by whoever started them.
  func end(_ leaders: Set<pid_t>) {
    state.withLock { state in
      let found = ProcessTable()
      for leader in leaders {
        kill(-leader, SIGKILL)
        // It may have gone into another group.
        kill(leader, SIGKILL)
        for entry in found.descendants(of: leader) where entry.identity.isAtWork { kill(entry.id, SIGKILL) }
      }
      state.running.subtract(leaders)
      state.uncollected.formUnion(leaders)
      ProcessFamily.endOrphans(in: state)
    }
  }

  /// Ends all children but those that were there before, run now, or wait to be collected, until there are no more.
  private static func endOrphans(in state: State) {
    guard let strangers = state.strangers, hasChildren else { return }
    let last = ContinuousClock.now + patience
    // What is killed makes orphans of its children in turn, which become children of this process. Nothing is slept
    // through here: a process may go on as its own child faster than a pause is over.
    repeat {
      var isDone = true
      for child in children where !strangers.contains(child) && !state.running.contains(child) {
        if state.uncollected.contains(child) {
          if ProcessTable.Entry(child)?.hasEnded == false { isDone = false }
        } else if kill(child, SIGKILL) == 0 {
          isDone = false
          waitpid(child, nil, WNOHANG)
        }
      }
      if isDone { return }
      sched_yield()
    } while ContinuousClock.now < last
  }

  /// The children of this process, those that have ended among them.
  private static var children: [pid_t] {
    // The system's own list is quick where it is there, and may miss one while others come and go; the table does not.
    let quick = ProcessTable.names(in: "/proc/self/task").flatMap { task in
      (smallFile("/proc/self/task/\(task)/children") ?? []).split(separator: UInt8(ascii: " "))
        .compactMap { pid_t(String(decoding: $0, as: UTF8.self)) }
    }
    if !quick.isEmpty { return quick }
    let own = getpid()
    return ProcessTable().entries.filter { $0.parent == own }.map(\.id)
  }

  private static var hasChildren: Bool {
    var info = siginfo_t()
    return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0
  }
}

private func becomeSubreaper() -> Bool {
  // prctl takes a changing number of arguments, which Swift cannot call by its declaration.
  let adopt = dlsym(nil, "prctl").map {
    unsafeBitCast(
      $0, to: (@convention(c) (CInt, CUnsignedLong, CUnsignedLong, CUnsignedLong, CUnsignedLong) -> CInt).self)
  }
  let setChildSubreaper: CInt = 36
  return adopt?(setChildSubreaper, 1, 0, 0, 0) == 0
}
