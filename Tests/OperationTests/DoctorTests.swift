import Foundation
import TestSupport
import Testing
import TimeSeries

@testable import Operation

/// What the doctor says of machines that are made for it: folders, and programs that are scripts.
@Suite struct DoctorTests {
  /// A machine that lacks nothing, in a folder of its own.
  private func machine(_ folder: TemporaryFolder) throws -> Doctor.Machine {
    for name in ["project", "tmp", "bin", "fonts/truetype/liberation"] {
      try FileManager.default.createDirectory(atPath: "\(folder.path)/\(name)", withIntermediateDirectories: true)
    }
    try Data().write(to: URL(filePath: "\(folder.path)/fonts/truetype/liberation/LiberationSans-Regular.ttf"))
    try program("gnuplot", "echo gnuplot 5.4 patchlevel 4", in: folder)
    try program("curl", "", in: folder)
    try program("duckdb", "echo v1.5.6 '(Variegata)'", in: folder)
    return Doctor.Machine(
      folder: "\(folder.path)/project", temporaryFolder: "\(folder.path)/tmp", searchPath: "\(folder.path)/bin",
      environment: [:], fontFolders: ["\(folder.path)/none", "\(folder.path)/fonts"], processor: ("AVX2", true),
      memory: 4 << 30, now: Timestamp(milliseconds: 1_800_000_000_000))
  }

  private func program(_ name: String, _ script: String, in folder: TemporaryFolder) throws {
    let path = "\(folder.path)/bin/\(name)"
    try Data("#!/bin/sh\n\(script)\n".utf8).write(to: URL(filePath: path))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
  }

  private func finding(_ subject: String, _ machine: Doctor.Machine) throws -> Doctor.Finding {
    try #require(Doctor(machine).findings().first { $0.subject == subject })
  }

  @Test func `a machine that lacks nothing is well, and nothing is written`() throws {
    let folder = try TemporaryFolder()
    let findings = Doctor(try machine(folder)).findings()
    #expect(findings.allSatisfy { $0.state == .well && $0.remedy == nil }, "\(findings)")
    #expect(Set(findings.map(\.subject)).count == findings.count)
    #expect(
      findings.contains { $0.subject == "gnuplot" && $0.detail == "5.4 patchlevel 4 (\(folder.path)/bin/gnuplot)" })
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/project").isEmpty)
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/tmp").isEmpty)
  }

  @Test(arguments: [
    ("exit 1", "does not say its version"), ("echo other 9", "does not say its version"),
    ("echo gnuplot 4.6 patchlevel 6", "is gnuplot 4.6 patchlevel 6"), ("yes gnuplot", "does not say its version"),
  ])
  func `a gnuplot of no use is limited, with a remedy`(script: String, words: String) throws {
    let folder = try TemporaryFolder()
    let machine = try machine(folder)
    try program("gnuplot", script, in: folder)
    let found = try finding("gnuplot", machine)
    #expect(found.state == .limited)
    #expect(found.detail == "\(folder.path)/bin/gnuplot \(words)")
    #expect(found.remedy?.hasPrefix("install ") == true)
  }

  @Test func `what is not installed is limited, for forecasts are made without it`() throws {
    let folder = try TemporaryFolder()
    var machine = try machine(folder)
    machine.searchPath = ""
    machine.fontFolders = []
    machine.processor = ("baseline", false)
    machine.memory = 10 << 20
    for subject in ["gnuplot", "curl", "duckdb", "fonts", "processor", "memory"] {
      let found = try finding(subject, machine)
      #expect(found.state == .limited && found.remedy != nil, "\(found)")
    }
    #expect(!Doctor(machine).findings().contains { $0.state == .missing })
  }

  @Test func `places that cannot be written to are missing, and say what stands there`() throws {
    let folder = try TemporaryFolder()
    var machine = try machine(folder)
    machine.temporaryFolder = "\(folder.path)/nowhere"
    try Data().write(to: URL(filePath: "\(folder.path)/project/.almanac"))
    let temporary = try finding("temporary files", machine)
    #expect(temporary.state == .missing)
    #expect(temporary.detail == "\(folder.path)/nowhere is not there")
    #expect(temporary.remedy == "set TMPDIR to a folder that you may write to")
    let state = try finding("state", machine)
    #expect(state.state == .missing)
    #expect(state.detail == "\(folder.path)/project/.almanac is a file, no folder")
  }

  @Test(arguments: [(0, false), (1_735_689_599_999, false), (1_735_689_600_000, true), (4_102_444_800_000, false)])
  func `a clock before 2025 or after 2099 is wrong`(milliseconds: Int64, isWell: Bool) throws {
    let folder = try TemporaryFolder()
    var machine = try machine(folder)
    machine.now = Timestamp(milliseconds: milliseconds)
    let found = try finding("clock", machine)
    #expect(found.state == (isWell ? .well : .missing))
    #expect((found.remedy == nil) == isWell)
  }
}
