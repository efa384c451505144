import Files
import PipelineFile
import Pipelines
import Processes

/// DuckDB's command, which reads Parquet, JSON, CSV and databases, and writes Parquet.
///
/// It works on a database in memory, reads no start-up file of the user, installs nothing, and its configuration is locked
/// before the first statement runs. Statements come through standard input, each in one line, so that no line of a text
/// that somebody wrote can begin with the dot of a command of the shell; and nobody who lists processes sees them.
package struct DuckDB: Sendable {
  private let executable: String
  private let context: StageContext
  private let memory: Int
  private let threads: Int
  private let secret: String?

  /// The name that the program is looked for by.
  package static let name = "duckdb"
  /// How to come by it.
  package static let remedy = "install it with `pip install duckdb-cli`, or from https://duckdb.org/install"
  /// How long it may take where the run has no end.
  private static let usualTime = Duration.seconds(3600)
  /// How much of what it prints is kept, in bytes.
  private static let longestMessage = 8192

  /// The program that a stage may use.
  ///
  /// - Parameters:
  ///   - program: its place, or its name on the search path; nil for the usual one.
  ///   - memory: the megabytes that it may work in; what needs more goes to the disk, where that is possible.
  ///   - threads: how many it may start.
  ///   - secret: what no message may show.
  /// - Throws: ``DuckDBError/missing(reason:)``.
  package init(
    _ program: FilePath?, memory: Int = 1024, threads: Int = 2, secret: String? = nil, in context: StageContext
  ) throws(DuckDBError) {
    (self.context, self.memory, self.threads, self.secret) = (context, memory, threads, secret)
    do throws(ProgramPath.Fault) {
      let path = program.map { $0.text.contains("/") ? FilePath(context.root.resolve($0)).absolute.text : $0.text }
      executable = try ProgramPath.find(path ?? DuckDB.name, in: ".", searchPath: context.searchPath)
    } catch {
      switch error {
      case .unnamed, .notFound(DuckDB.name): throw .missing(reason: "\(DuckDB.name) is not on the PATH")
      default: throw .missing(reason: "\(error)")
      }
    }
  }

  /// Carries statements out, from the folder that the pipeline's paths are relative to.
  ///
  /// - Parameters:
  ///   - statements: each in one line, without its semicolon.
  ///   - folder: where it may put what is too large for the memory.
  package func run(_ statements: [String], in folder: FilePath) throws(DuckDBError) {
    let settings = [
      "SET memory_limit = '\(memory)MB'", "SET threads = \(threads)",
      "SET temp_directory = \(folder.appending("spilled").text.sqlText)", "SET TimeZone = 'UTC'",
      "SET autoinstall_known_extensions = false", "SET allow_community_extensions = false",
      "SET lock_configuration = true",
    ]
    let script = (settings + statements).map { "\($0);\n" }.joined()
    let time = ProgramTime(usual: DuckDB.usualTime, until: context.deadline)
    let process = ChildProcess(
      executable: executable, arguments: [executable, "-init", "/dev/null", "-batch", "-bail"],
      environment: context.environment,
      folder: context.root.path, input: .bytes(Array(script.utf8)), timeout: time.duration,
      // Beside what it works in it has buffers of its own.
      mostMemory: (2 * memory + 512) << 20)
    var said: [UInt8] = []
    let ending: ChildProcess.Ending
    do throws(ChildProcess.StartError) {
      ending = try process.run(in: context.interruption.processes) { stream, bytes in
        guard stream == .errors else { return true }
        bytes.extracting(first: min(DuckDB.longestMessage - said.count, bytes.count)).withUnsafeBufferPointer {
          said.append(contentsOf: $0)
        }
        return true
      }
    } catch { throw .missing(reason: "\(executable) cannot be started: \(error.reason)") }
    var words = DuckDB.complaint(in: String(decoding: said, as: UTF8.self))
    if let secret { words = words.replacing(secret, with: "…") }
    switch ending {
    case .exited(0): return
    case .exited(let code): throw .refused(words.isEmpty ? "it ended with code \(code) and said nothing" : words)
    case .signalled(let signal): throw .ended(signal: signal)
    case .outOfTime: throw .outOfTime(seconds: (time.duration / .seconds(1) * 10).rounded() / 10)
    case .tooMuchMemory(let bytes): throw .tooMuchMemory(megabytes: bytes >> 20)
    case .tooMuchOutput, .stopped: throw .refused("it printed more than it may")
    }
  }

  /// What it says is wrong, on one line: the statement that it repeats is none that the user has written.
  static func complaint(in message: String) -> String {
    let lines = message.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
    return lines.prefix { !$0.hasPrefix("LINE ") }.filter { !$0.isEmpty }.joined(separator: "; ")
  }
}

/// Why DuckDB's command has not done what it was asked for.
package enum DuckDBError: Error, Hashable, Sendable {
  /// The program is not there, or cannot be started.
  case missing(reason: String)
  /// It refuses; in its own words.
  case refused(String)
  /// A signal ended it.
  case ended(signal: Int32)
  /// Its time was over.
  case outOfTime(seconds: Double)
  /// It took more memory than it may.
  case tooMuchMemory(megabytes: Int)

  /// Whether what it was asked for is wrong, rather than what it met.
  package var isOfStatement: Bool {
    guard case .refused(let words) = self else { return false }
    return ["Parser Error", "Binder Error", "Catalog Error", "Syntax Error"].contains { words.hasPrefix($0) }
  }
}

extension DuckDBError: FailureCause, CustomStringConvertible {
  /// What is wrong, and what to do.
  package var description: String {
    switch self {
    case .missing(let reason): "DuckDB's command is needed, and \(reason); \(DuckDB.remedy)"
    case .refused(let words) where words.hasPrefix("Out of Memory"): "DuckDB says: \(words); set more `memory`"
    case .refused(let words): "DuckDB says: \(words)"
    case .ended(let signal): "DuckDB was ended by signal \(signal) before it was done"
    case .outOfTime(let seconds): "DuckDB was ended after \(seconds) seconds, when the time of the run was over"
    case .tooMuchMemory(let megabytes): "DuckDB was ended when it took more than \(megabytes) MB of memory"
    }
  }

  package var failureKind: Failure.Kind {
    switch self {
    case .missing, .ended, .tooMuchMemory: .failed
    case .refused(let words):
      words.hasPrefix("IO Error") ? .noInput : words.hasPrefix("Out of Memory") ? .failed : .badData
    case .outOfTime: .outOfTime
    }
  }
}

extension String {
  /// As a text of SQL, in one line whatever it holds.
  package var sqlText: String {
    // By scalars: a quote with an accent behind it is one character, and not the same as a quote.
    var (text, isEscaped) = ("", false)
    for scalar in unicodeScalars {
      switch scalar {
      case "'": text += "''"
      case "\\", "\n", "\r":
        text += scalar == "\\" ? "\\\\" : scalar == "\n" ? "\\n" : "\\r"
        isEscaped = true
      default: text.unicodeScalars.append(scalar)
      }
    }
    return "\(isEscaped ? "E" : "")'\(text)'"
  }

  /// As a name of SQL; names are in one line.
  package var sqlName: String {
    let lines = unicodeScalars.map { $0 == "\"" ? "\"\"" : $0 == "\n" || $0 == "\r" ? " " : "\($0)" }
    return "\"\(lines.joined())\""
  }
}
