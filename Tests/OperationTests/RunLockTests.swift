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

  @Test(arguments: ["a folder", "a folder with files", "a link", "a pipe"])
  func `whatever stands in the lock's place is put aside`(what: String) throws {
    let folder = try TemporaryFolder()
    try folder.write("victim", to: "victim")
    let path = folder.path + "/lock"
    switch what {
    case "a folder": #expect(mkdir(path, 0o755) == 0)
    case "a folder with files": try folder.write("", to: "lock/inner")
    case "a link": #expect(symlink(folder.path + "/victim", path) == 0)
    default: #expect(mkfifo(path, 0o644) == 0)
    }
    let state = StateFolder(path: folder.path)
    let lock = try #require(try RunLock.take(state, policy: .fail))
    #expect(try RunLock.take(state, policy: .skip) == nil)
    #expect(folder.read("victim") == "victim")
    #expect(access(folder.path + "/lock.damaged-1", F_OK) == 0 || what == "a link")
    withExtendedLifetime(lock) {}
  }

  @Test(arguments: ["", "rubbish", "99999999999999999999"])
  func `what a lock says is no reason to fail`(text: String) throws {
    let folder = try TemporaryFolder()
    try folder.write(text, to: "lock")
    #expect(try RunLock.take(StateFolder(path: folder.path), policy: .fail) != nil)
  }
}
