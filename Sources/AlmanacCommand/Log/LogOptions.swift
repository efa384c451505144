import ArgumentParser
import Logging
import Pipelines

/// How a run reports what it does on standard error.
struct LogOptions: ParsableArguments {
  @Option(help: "What is logged: trace, debug, info, notice, warning, error or critical.")
  var logLevel = Logger.Level.info

  @Option(help: "How: lines of text, or one JSON object a line.")
  var logFormat = LogFormat.text

  @Flag(name: .shortAndLong, help: "Say nothing unless something is wrong: warnings and errors alone.")
  var quiet = false

  /// The lowest level that is logged.
  var level: Logger.Level { quiet ? max(logLevel, .warning) : logLevel }

  /// A logger of a run.
  func logger(run: String) -> Logger {
    let (format, version) = (logFormat, almanacVersion)
    var logger = Logger(label: "almanac") { _ in
      switch format {
      case .text: TextLogHandler()
      case .json: JSONLogHandler(run: run, version: version)
      }
    }
    logger.logLevel = level
    return logger
  }
}

/// How log lines look.
enum LogFormat: String, ExpressibleByArgument, CaseIterable {
  case text, json
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
