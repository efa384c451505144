import Foundation
import Testing

/// A folder of its own for one test, in which the built binary runs.
final class Workspace {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("almanac-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  struct Outcome {
    var code: Int32
    var output: String
    var errors: String
  }

  func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  func write(_ text: String, to name: String) throws {
    let file = folder.appendingPathComponent(name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  /// Copies a file or a folder to where it belongs to whoever runs the tests, which Foundation's copy of a folder does not.
  func bring(_ source: URL, as name: String) throws {
    let outcome = try Workspace.run(
      URL(fileURLWithPath: "/bin/cp"), ["-R", source.path, path(name)], in: folder)
    guard outcome.code == 0 else { throw Missing(what: outcome.errors) }
  }

  /// What a test needs and is not there.
  struct Missing: Error { var what: String }

  func read(_ name: String) throws -> String {
    try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
  }

  func bytes(_ name: String) throws -> Data { try Data(contentsOf: folder.appendingPathComponent(name)) }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

  /// Every file below the folder, hidden ones too; what runs keep for themselves in `.almanac` is left out.
  func files() -> [String] {
    let found = FileManager.default.enumerator(atPath: folder.path)?.allObjects as? [String] ?? []
    var isFolder: ObjCBool = false
    return found.filter { !$0.contains(".almanac/") }.filter {
      !(FileManager.default.fileExists(atPath: path($0), isDirectory: &isFolder) && isFolder.boolValue)
    }.sorted()
  }

  /// Runs `almanac` with arguments, from the workspace.
  func almanac(_ arguments: String..., environment: [String: String] = [:]) throws -> Outcome {
    try Workspace.run(Workspace.binary, arguments, in: folder, environment: environment)
  }

  /// Runs `almanac` on a terminal of 61 columns; its output and its errors come as one.
  func terminal(_ arguments: [String], environment: [String: String] = [:]) throws -> Outcome {
    let python = """
      import os, pty, sys, fcntl, termios, struct
      id, master = pty.fork()
      if id == 0:
          fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 61, 0, 0))
          os.execv(sys.argv[1], sys.argv[1:])
      text = b""
      while True:
          try: part = os.read(master, 65536)
          except OSError: break
          if not part: break
          text += part
      sys.stdout.buffer.write(text)
      """
    return try Workspace.run(
      URL(fileURLWithPath: "/usr/bin/env"), ["python3", "-c", python, Workspace.binary.path] + arguments, in: folder,
      environment: environment)
  }

  /// How long a program may run, in seconds; under a sanitizer and on a busy machine too.
  private static let longestRun = 1200.0

  /// Runs a program to its end.
  static func run(
    _ program: URL, _ arguments: [String], in folder: URL, environment: [String: String] = [:]
  ) throws -> Outcome {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
    process.standardInput = FileHandle.nullDevice
    // Files rather than pipes: nothing can then wait for a reader.
    let output = FileManager.default.temporaryDirectory.appendingPathComponent("out-\(UUID().uuidString)")
    let errors = FileManager.default.temporaryDirectory.appendingPathComponent("err-\(UUID().uuidString)")
    defer {
      try? FileManager.default.removeItem(at: output)
      try? FileManager.default.removeItem(at: errors)
    }
    for file in [output, errors] { try Data().write(to: file) }
    let handles = [try FileHandle(forWritingTo: output), try FileHandle(forWritingTo: errors)]
    (process.standardOutput, process.standardError) = (handles[0], handles[1])
    try process.run()
    // The program has its own of them. A process that is kept for the end below would hold ours open until then.
    for handle in handles { try handle.close() }
    // What hangs fails its test rather than all of them.
    let number = process.processIdentifier
    let end = DispatchWorkItem { kill(number, SIGKILL) }
    DispatchQueue.global().asyncAfter(deadline: .now() + longestRun, execute: end)
    process.waitUntilExit()
    end.cancel()
    return Outcome(
      code: process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus,
      output: try String(contentsOf: output, encoding: .utf8), errors: try String(contentsOf: errors, encoding: .utf8))
  }

  /// Whether the machine has a python3 that can import these modules.
  static func hasPython(with modules: String...) -> Bool {
    let words = ["python3", "-c", "import \(modules.joined(separator: ", "))"]
    return (try? run(URL(fileURLWithPath: "/usr/bin/env"), words, in: repository).code) == 0
  }

  /// DuckDB's command, of the search path or of `Scripts/test`; nil where there is none that this user can start.
  static let duckDB: String? = {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let folders = path.split(separator: ":").map(String.init) + [repository.appending(path: ".build/tools/bin").path]
    return folders.map { "\($0)/duckdb" }.first { program in
      FileManager.default.isExecutableFile(atPath: program)
        && (try? run(URL(filePath: program), ["--version"], in: repository).code) == 0
    }
  }()

  /// The search path with DuckDB's command on it.
  static let pathWithDuckDB = {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return duckDB.map { "\(URL(filePath: $0).deletingLastPathComponent().path):\(path)" } ?? path
  }()

  /// Has DuckDB carry out a statement in the workspace.
  func duckDB(_ statement: String) throws {
    let program = URL(filePath: try #require(Workspace.duckDB))
    let outcome = try Workspace.run(program, ["-init", "/dev/null", "-c", statement], in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
  }

  /// Copies the command into the workspace, by a program of its own: what this process opens for writing stays open in a
  /// child that another test has just started, and until it is closed there the system runs no such file (ETXTBSY).
  func copyBinary() throws {
    let copy = try Workspace.run(
      URL(fileURLWithPath: "/bin/cp"), [Workspace.binary.path, path("almanac")], in: folder)
    try #require(copy.code == 0, "\(copy.errors)")
  }

  /// Whether a sanitizer is built in (`Scripts/sanitize`), which takes address space, memory and time of its own.
  static let isSanitized = ProcessInfo.processInfo.environment["ALMANAC_SANITIZER"] != nil

  /// What keeps the sanitizer's options where `env -i` takes the environment away, as words of a shell; empty without one.
  static let sanitizerOptions = ["ASAN_OPTIONS", "TSAN_OPTIONS"].compactMap { name in
    ProcessInfo.processInfo.environment[name].map { "\(name)='\($0)'" }
  }.joined(separator: " ")

  /// The command, built beside the test bundle.
  static var binary: URL {
    // The test bundle stands in the products folder, whatever the configuration.
    let bundle = Bundle.allBundles.map(\.bundleURL).first { $0.pathExtension == "xctest" } ?? Bundle.main.bundleURL
    let folder = bundle.pathExtension == "xctest" ? bundle.deletingLastPathComponent() : bundle
    return folder.appendingPathComponent("almanac")
  }

  /// The top of the repository.
  static var repository: URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  }
}

/// A program that works on while a test goes on. It inherits no open file of the tests but standard ones, so that nobody
/// who waits for another program's end waits for this one.
final class BackgroundProgram {
  let id: pid_t
  private var status: Int32?

  init(_ arguments: [String], in folder: URL) throws {
    let start = """
      import os, signal, sys
      os.closerange(3, 4096)
      signal.pthread_sigmask(signal.SIG_SETMASK, [])
      for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP): signal.signal(number, signal.SIG_DFL)
      silent = os.open("/dev/null", os.O_RDWR)
      for number in (0, 1, 2): os.dup2(silent, number)
      os.closerange(3, 4096)
      os.chdir(sys.argv[1])
      os.execvp(sys.argv[2], sys.argv[2:])
      """
    let words = ["env", "python3", "-c", start, folder.path] + arguments
    var pointers: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    var id: pid_t = 0
    let code = posix_spawn(&id, "/usr/bin/env", nil, nil, &pointers, environ)
    if code != 0 { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EIO) }
    self.id = id
  }

  /// Ends it by a signal, and returns the one that it ended by; 0 where it ended by itself.
  @discardableResult
  func end(by signal: Int32) -> Int32 {
    if let status { return status & 0x7F }
    kill(id, signal)
    var found: Int32 = 0
    while waitpid(id, &found, 0) < 0, errno == EINTR {}
    status = found
    return found & 0x7F
  }

  deinit { end(by: SIGKILL) }
}
