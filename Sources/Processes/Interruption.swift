import Synchronization

/// The end of this process before its work is done, by a signal: what must happen before, and whether it has come. It is
/// handed down to whoever starts programs or makes files.
public final class Interruption: Sendable {
  private struct State {
    var works: [@Sendable (Int32) -> Void] = []
    /// What ends this process.
    var signal: Int32?
  }

  /// The programs that run now; they end first.
  package let processes = ProcessGroups()
  private let state = Mutex(State())

  /// One that has not come.
  public init() {}

  /// Makes this process the one that orphans of its programs are handed to: whatever a program leaves behind ends with it,
  /// in whatever group or session it is by then. For a process that starts no programs of its own beside these.
  public func adoptOrphans() { processes.family.adoptOrphans() }

  /// Ends every program at once and does the work that was asked for, because this process is told to end.
  ///
  /// - Parameter then: is done before anyone can learn that the programs have ended.
  public func interrupt(by signal: Int32, then: () -> Void) {
    processes.endAll {
      let works = state.withLock { state in
        state.signal = signal
        return state.works
      }
      for work in works { work(signal) }
      then()
    }
  }

  /// Has work done when this process is told to end, before it does; the work is given the signal's number. Where it has
  /// been told already, the work is done at once.
  public func whenItComes(_ work: @escaping @Sendable (Int32) -> Void) {
    let signal = state.withLock { state in
      state.works.append(work)
      return state.signal
    }
    if let signal { work(signal) }
  }

  /// Whether this process has been told to end.
  public var hasCome: Bool { state.withLock { $0.signal != nil } }
}
