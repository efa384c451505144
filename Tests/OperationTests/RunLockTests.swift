import Foundation
import PipelineFile
import TestSupport
import Testing

@testable import Operation
@testable import Pipelines

@Suite struct RunLockTests {
  @Test func `one holds the lock, and the others are told who`() throws {
    let folder = try TemporaryFolder()
    let state = StateFolder(path: folder.path)
    let lock = try #require(try RunLock.take(state, policy: .fail))
    #expect(try RunLock.take(state, policy: .skip) == nil)
    let process = ProcessInfo.processInfo.processIdentifier
    func refusal(_ policy: LockPolicy) -> Failure? {
      do { _ = try RunLock.take(state, policy: policy) } catch { return error }
      return nil
    }
    #expect(refusal(.fail)?.kind == .locked)
    #expect(
      refusal(.fail)?.message
        == "another run (process \(process)) holds the lock of \(folder.path); wait for it, or set run.if_locked to skip "
        + "or wait 5m")
    #expect(
      refusal(.wait(TimeSpan(milliseconds: 50)))?.message
        == "another run (process \(process)) holds the lock of \(folder.path) still, after 50ms; wait for it, or set "
        + "run.if_locked to skip or wait 5m")
    withExtendedLifetime(lock) {}
  }

  @Test func `the lock ends with who held it`() throws {
    let folder = try TemporaryFolder()
    do { _ = try RunLock.take(StateFolder(path: folder.path), policy: .fail) }
    #expect(try RunLock.take(StateFolder(path: folder.path), policy: .fail) != nil)
  }
}
