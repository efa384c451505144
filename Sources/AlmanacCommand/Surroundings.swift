import Files
import Forecasting
import Foundation
import PipelineFile
import Pipelines
import Plugins
import Processes
import Tabular

/// What the process was started with.
enum Surroundings {
  /// The environment; a shell that gives no PATH, such as that of a bare service, stands for the usual one.
  static var environment: [String: String] {
    var environment = ProcessInfo.processInfo.environment
    if environment["PATH"]?.isEmpty ?? true { environment["PATH"] = "/usr/local/bin:/usr/bin:/bin" }
    return environment
  }

  /// Whether a terminal may be given colours: NO_COLOR is not set, and the terminal is no plain one.
  static var wantsColours: Bool {
    (environment["NO_COLOR"] ?? "").isEmpty && ![nil, "", "dumb"].contains(environment["TERM"])
  }

  /// Whether letters beyond ASCII are shown, by the locale.
  static var writesUnicode: Bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
    return locale.uppercased().contains("UTF-8") || locale.uppercased().contains("UTF8")
  }

  /// Where programs are looked for.
  static var searchPath: String { environment["PATH"] ?? "" }

  /// The folder for files of a moment.
  static var temporaryFolder: String {
    environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
  }

  /// What plugins are started by: their files lie where the environment wants temporary files, and they end with the
  /// command.
  static func pluginHost(
    _ interruption: Interruption = Signals.interruption(), mayStart: Bool = true
  ) -> PluginHost {
    PluginHost(interruption: interruption, temporaryFolder: temporaryFolder, mayStart: mayStart)
  }

  /// What the stages of a pipeline may use of this process.
  static func context(
    of pipeline: PipelineDeclaration, _ interruption: Interruption = Interruption()
  ) -> StageContext {
    StageContext(
      root: pipeline.rootFolder, searchPath: searchPath, environment: environment, interruption: interruption)
  }

  /// The memory that this process may still take.
  static var memory: MemoryBudget? {
    AvailableMemory.now.map { MemoryBudget(bytes: $0.bytes, limit: "\($0.limit)") }
  }

  /// Hands on what comes through standard input, piece by piece, until it ends.
  static func standardInput(_ deadline: ContinuousClock.Instant?, _ take: (Span<UInt8>) throws -> Void) throws {
    var input = try InputFile(standardInputUntil: deadline)
    while let piece = try input.next() { try take(piece.span) }
  }

  /// The file of this command.
  static var program: String {
    FilePath("/proc/self/exe").linkTarget?.text ?? CommandLine.arguments[0]
  }

  /// The present user; nil for root, and for a user without a name.
  static var user: String? {
    let id = getuid()
    guard id != 0, let entry = getpwuid(id) else { return nil }
    return String(cString: entry.pointee.pw_name)
  }
}
