import Foundation
import Testing

@testable import Processes

/// Programs that do what they should not, under the supervisor.
@Suite struct ChildProcessTests {
  /// A script of the shell.
  private func process(_ script: String, timeout: Duration = .seconds(30)) -> ChildProcess {
    ChildProcess(
      executable: "/bin/sh", arguments: ["sh", "-c", script], environment: ["PATH": "/usr/bin:/bin"], folder: "/",
      input: .file("/dev/null"), timeout: timeout)
  }

  /// The numbers that a script prints, and how it ended.
  private func run(_ process: ChildProcess) throws -> (ending: ChildProcess.Ending, printed: [pid_t]) {
    var printed: [UInt8] = []
    let ending = try process.run(in: ProcessGroups()) { _, bytes in
      bytes.extracting(first: min(bytes.count, 1000)).withUnsafeBufferPointer { printed.append(contentsOf: $0) }
      return true
    }
    return (
      ending, String(decoding: printed.prefix(1000), as: UTF8.self).split(separator: "\n").compactMap { pid_t($0) }
    )
  }

  /// Whether a process ends within ten seconds.
  private func ends(_ id: pid_t) -> Bool {
    for _ in 0..<1000 where ProcessTable.Entry(id).map({ !$0.hasEnded }) ?? false { usleep(10_000) }
    return ProcessTable.Entry(id)?.hasEnded ?? true
  }

  @Test(arguments: ["yes", "yes >&2", "head -c 3000000 /dev/zero; sleep 300"])
  func `a program that prints without end is ended`(script: String) throws {
    var process = process(script, timeout: .seconds(60))
    process.mostPrinted = 2_000_000
    let start = ContinuousClock.now
    #expect(try run(process).ending == .tooMuchOutput(bytes: 2_000_000))
    #expect(ContinuousClock.now - start < .seconds(30))
  }

  @Test func `the two outputs are counted apart`() throws {
    var process = process("head -c 900 /dev/zero; head -c 900 /dev/zero >&2")
    process.mostPrinted = 1000
    #expect(try run(process).ending == .exited(0))
  }

  @Test func `a program that takes all memory is ended, its children too`() throws {
    // tail keeps a line that does not end.
    var process = process("setsid tail /dev/zero & echo $!; wait", timeout: .seconds(60))
    process.mostMemory = 200 << 20
    let (ending, printed) = try run(process)
    #expect(ending == .tooMuchMemory(bytes: 200 << 20))
    #expect(printed.count == 1 && ends(printed[0]))
  }

  @Test func `no program may take all memory of the machine`() {
    #expect(process("").mostMemory <= AvailableMemory.most / 4 * 3)
    #expect(AvailableMemory.most <= Int(ProcessInfo.processInfo.physicalMemory))
  }

  @Test func `children in sessions of their own end with a program that is out of time`() throws {
    let process = process(
      "setsid sleep 300 & echo $!; setsid sh -c 'setsid sleep 300 & echo $!; wait' & wait", timeout: .seconds(1))
    let (ending, printed) = try run(process)
    #expect(ending == .outOfTime)
    #expect(printed.count == 2 && printed.allSatisfy(ends))
  }

  @Test func `a child in a session of its own ends with a program that ends by itself`() throws {
    let (ending, printed) = try run(process("setsid sleep 300 >/dev/null 2>&1 & echo $!; sleep 0.5"))
    #expect(ending == .exited(0))
    #expect(printed.count == 1 && printed.allSatisfy(ends))
  }

  @Test func `a program that goes into the group of its parent is ended all the same`() throws {
    let script =
      "python3 -c 'import os, time; os.setpgid(0, os.getpgid(os.getppid())); print(os.getpid(), flush=True); time.sleep(300)'"
    let (ending, printed) = try run(process("exec " + script, timeout: .seconds(2)))
    #expect(ending == .outOfTime)
    #expect(printed.count == 1 && printed.allSatisfy(ends))
  }

  @Test func `signals that are ignored here have their usual effect in a program`() throws {
    let before = signal(SIGUSR2, SIG_IGN)
    defer { signal(SIGUSR2, before) }
    #expect(try run(process("kill -USR2 $$; exit 0")).ending == .signalled(SIGUSR2))
  }

  @Test func `what descends from a process is found`() throws {
    let own = getpid()
    let table = ProcessTable()
    #expect(table.entries.contains { $0.id == own })
    let parent = try #require(table.entries.first { $0.id == own }?.parent)
    #expect(table.descendants(of: parent).contains { $0.id == own })
    #expect(!table.descendants(of: parent) { $0.id == own }.contains { $0.id == own })
  }
}
