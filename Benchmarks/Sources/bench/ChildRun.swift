import Foundation

/// A program run to its end, with what it took.
struct ChildRun {
  /// Seconds by the clock.
  var seconds: Double
  /// Seconds of the processor, all threads together.
  var processor: Double
  /// The most memory that it held at once, in bytes.
  var peak: Int

  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  /// - Parameters:
  ///   - environment: replaces or joins that of this process.
  ///   - log: what the program says, on both streams.
  init(_ program: String, _ arguments: [String], environment: [String: String], log: String) throws {
    let all = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
    let words = ([program] + arguments).map { strdup($0) }
    let settings = all.map { strdup("\($0)=\($1)") }
    defer { for pointer in words + settings { free(pointer) } }
    var files = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&files)
    defer { posix_spawn_file_actions_destroy(&files) }
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&files, 1, log, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    posix_spawn_file_actions_adddup2(&files, 1, 2)
    let start = Taken.now
    var process = pid_t()
    let code = posix_spawn(&process, program, &files, nil, words + [nil], settings + [nil])
    guard code == 0 else { throw Failure(description: "\(program): \(String(cString: strerror(code)))") }
    var status: Int32 = 0
    var usage = rusage()
    while wait4(process, &status, 0, &usage) == -1, errno == EINTR {}
    seconds = (Taken.now - start).clock
    processor = [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) * 1e-6 }
    peak = usage.ru_maxrss * 1024
    guard status == 0 else {
      let said = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
      throw Failure(description: "\(program) \(arguments.joined(separator: " ")) failed:\n\(said)")
    }
  }
}
