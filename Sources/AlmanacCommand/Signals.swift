import Dispatch
import Foundation
import Processes

/// Ends what is at work when the command is told to end: programs, which stand in process groups of their own that the
/// terminal's Ctrl-C does not reach, and the publication, which is undone. The command then ends by the same signal. One
/// that comes after the outcome of a run is settled changes nothing of it. A second signal ends the command at once. A
/// signal that is ignored already, as under nohup, stays so.
enum Signals {
  /// An interruption that signals bring, from now on to the end of the process.
  static func interruption() -> Interruption {
    let interruption = Interruption()
    interruption.adoptOrphans()
    // The source sees a signal only where its usual effect is switched off.
    let signals = [SIGINT, SIGTERM, SIGHUP].filter { !isIgnored(signal($0, SIG_IGN)) }
    for number in signals {
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        // The source may be given a signal that is still pending: left there, it would end the command by its usual
        // effect in the middle of the undoing.
        takePending(number)
        // A second signal, of whatever kind, does not wait for anything.
        for other in signals { signal(other, SIG_DFL) }
        interruption.interrupt(by: number) {
          // A parent may have left it blocked.
          var own = sigset_t()
          sigemptyset(&own)
          sigaddset(&own, number)
          pthread_sigmask(SIG_UNBLOCK, &own, nil)
          kill(getpid(), number)
          // The signal may come a moment later; the first process of a container is not ended by it at all.
          sleep(1)
          _exit(128 + number)
        }
        // The handler holds its source, which would otherwise end with this function.
        withExtendedLifetime(source) {}
      }
      source.activate()
    }
    return interruption
  }

  private static func isIgnored(_ handler: (@convention(c) (Int32) -> Void)?) -> Bool {
    unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  /// Waits for the signal to end this process, which has come: nobody may report what is only its consequence.
  static func waitForTheEnd() -> Never {
    while true { sleep(60) }
  }

  /// Takes a signal that waits to be delivered.
  private static func takePending(_ number: Int32) {
    var only = sigset_t()
    sigemptyset(&only)
    sigaddset(&only, number)
    var noTime = timespec()
    while sigtimedwait(&only, nil, &noTime) == number {}
  }
}
