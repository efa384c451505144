import Logging
import TimeSeries

/// Writes log lines as they are, with the level before warnings and worse.
struct TextLogHandler: LogHandler {
  var metadata: Logger.Metadata = [:]
  var logLevel: Logger.Level = .info

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let message = "\(event.message)".onOneLine
    Console.error(event.level >= .warning ? "almanac: \(event.level): \(message)" : message)
  }
}
