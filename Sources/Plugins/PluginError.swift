import Pipelines

/// Why a plugin was not accepted: what it did, where, and what to do.
public struct PluginError: Error, Hashable, Sendable {
  /// What happened.
  public enum Fault: Error, Hashable, Sendable {
    /// There is no command.
    case noCommand
    /// Whoever reads its file does not start it.
    case notAllowed
    /// The program is not where programs are looked for.
    case notFound(program: String)
    /// The program's file is there, though it cannot be run.
    case notExecutable(program: String)
    /// The system would not start it.
    case notStarted(reason: String)
    /// It took longer than it may.
    case outOfTime(seconds: Double)
    /// It was not done when the run's time was over.
    case runOutOfTime(seconds: Double)
    /// It took more memory than it may.
    case tooMuchMemory(bytes: Int)
    /// It ended with a code other than 0.
    case exited(code: Int32, lastWords: String?)
    /// It was ended by a signal.
    case signalled(Int32, lastWords: String?)
    /// It printed a line that is no message.
    case notAMessage(line: String, reason: String)
    /// It printed a line of more bytes than are read.
    case lineTooLong(bytes: Int)
    /// It printed more than is read.
    case tooMuchOutput(bytes: Int)
    /// It ended without a result or an error.
    case noResult(lastWords: String?)
    /// It went on after its result or error.
    case afterResult(line: String)
    /// Its description cannot be used.
    case badDescription(reason: String)
    /// It speaks other versions of the protocol.
    case otherProtocol([Int])
    /// Its result cannot be used.
    case badResult(reason: String)
    /// It says itself why it cannot do it.
    case refused(Failure.Kind, message: String)
    /// Its folder cannot be made or written.
    case noFolder(reason: String)
  }

  /// What the pipeline file calls the plugin.
  public var plugin: String
  /// What it was asked for: `describe`, `fit` and so on.
  public var call: String
  /// What happened.
  public var fault: Fault

}

extension PluginError: FailureCause {
  package var failureKind: Failure.Kind {
    switch fault {
    case .refused(let kind, _): kind
    case .runOutOfTime: .outOfTime
    default: .failed
    }
  }
}

extension PluginError: CustomStringConvertible {
  /// What is wrong, with the plugin's name, and what to do.
  public var description: String { "plugin \"\(plugin)\": \(message)" }

  /// What is wrong and what to do.
  public var message: String {
    switch fault {
    case .noCommand: "`command` is empty; name the program and its arguments"
    case .notAllowed: "`\(call)` would start it, which reading its file does not; give --plugins to allow that"
    case .notFound(let program) where program.contains("/"):
      "there is no program \(program); paths in `command` are relative to the pipeline's root"
    case .notFound(let program): "the program \"\(program)\" is not on the PATH; install it, or correct `command`"
    case .notExecutable(let program):
      "\(program) may not be executed; allow it (chmod +x), or name its interpreter in `command`"
    case .notStarted(let reason): "it cannot be started: \(reason)"
    case .outOfTime(let seconds):
      "`\(call)` was not done after \(seconds.fieldText ?? "") s, and it was ended; raise its `timeout`, or look for what "
        + "it waits for"
    case .runOutOfTime(let seconds):
      "`\(call)` was not done after \(seconds.fieldText ?? "") s, when the time of the run was over, and it was ended; raise "
        + "run.timeout"
    case .tooMuchMemory(let bytes): "`\(call)` took more than \(bytes >> 20) MB of memory, and it was ended"
    case .exited(let code, let words): "`\(call)` ended with code \(code)\(PluginError.quoted(words))"
    case .signalled(let signal, let words): "`\(call)` was ended by signal \(signal)\(PluginError.quoted(words))"
    case .notAMessage(let line, let reason):
      "`\(call)` printed a line that is no message (\(reason)): \(line.quotedExcerpt); only messages belong on standard "
        + "output, everything else on standard error"
    case .lineTooLong(let bytes):
      "`\(call)` printed a line of more than \(bytes) bytes; data belongs in files in the output folder"
    case .tooMuchOutput(let bytes):
      "`\(call)` printed more than \(bytes) bytes; data belongs in files in the output folder"
    case .noResult(let words): "`\(call)` ended without a result or an error\(PluginError.quoted(words))"
    case .afterResult(let line):
      "`\(call)` went on after its last message: \(line.quotedExcerpt); a result or an error comes last"
    case .badDescription(let reason): "its description cannot be used: \(reason)"
    case .otherProtocol(let versions):
      "it speaks protocol \(versions.map(String.init).joined(separator: ", ")), this almanac \(PluginProtocol.version); "
        + "install a version of either that fits"
    case .badResult(let reason): "the result of `\(call)` cannot be used: \(reason)"
    case .refused(_, let message): message
    case .noFolder(let reason): "there is no folder for its files: \(reason)"
    }
  }

  private static func quoted(_ words: String?) -> String {
    words.map { "; the last that it wrote on standard error: \($0.quotedExcerpt)" } ?? ""
  }
}

extension String {
  /// The text in quotes for a message: cut where it is long, control characters replaced.
  var quotedExcerpt: String {
    let shown = prefix(120).map { $0.unicodeScalars.allSatisfy { $0.value < 32 || $0.value == 127 } ? "\u{FFFD}" : $0 }
    return "\"\(String(shown))\(count > 120 ? "…" : "")\""
  }
}
