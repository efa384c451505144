import Synchronization

/// The end of this process before its work is done, by a signal: what must happen before, and whether it has come. It is
/// handed down to whoever starts programs or makes files.
///
/// A run comes to exactly one end. Either a signal comes first, and the run is interrupted: all that was asked for is
/// done, and the process ends by the signal. Or the run settles first what it came to, and a signal changes nothing
/// any more: what is left to do is done, and the process ends as it would have.
public final class Interruption: Sendable {
  private struct State {
    var works: [@Sendable (Int32) -> Void] = []
    /// What ends this process.
    var signal: Int32?
    var isSettled = false
  }

  /// The programs that run now; they end first.
  package let processes = ProcessGroups()
  private let state = Mutex(State())

  /// One that has not come.
  public init() {}

  /// Makes this process the one that orphans of its programs are handed to: whatever a program leaves behind ends with it,
  /// in whatever group or session it is by then. For a process that starts no programs of its own beside these.
  public func adoptOrphans() { processes.family.adoptOrphans() }

  /// Ends every program at once and does the work that was asked for, the latest first, because this process is told to
  /// end; does nothing where the run has settled what it came to.
  ///
  /// - Parameter then: is done before anyone can learn that the programs have ended.
  public func interrupt(by signal: Int32, then: () -> Void) {
    let isFirst = state.withLock { state in
      if state.isSettled || state.signal != nil { return false }
      state.signal = signal
      return true
    }
    guard isFirst else { return }
    processes.endAll {
      while let work = state.withLock({ $0.works.popLast() }) { work(signal) }
      then()
    }
  }

  /// Has work done when this process is told to end, before it does; the work is given the signal's number. Where it has
  /// been told already, the work is done at once.
  public func whenItComes(_ work: @escaping @Sendable (Int32) -> Void) {
    let signal = state.withLock { state in
      if state.signal == nil { state.works.append(work) }
      return state.signal
    }
    if let signal { work(signal) }
  }

  /// Passes the point of no return: what the run came to is decided, and no signal makes it anything else.
  ///
  /// - Returns: false where a signal came before; the run must then leave everything as it was.
  public func settle() -> Bool {
    state.withLock { state in
      if state.signal == nil { state.isSettled = true }
      return state.isSettled
    }
  }

  /// Whether this process has been told to end, and will.
  public var hasCome: Bool { state.withLock { $0.signal != nil } }
}
