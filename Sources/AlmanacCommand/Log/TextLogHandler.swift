import Logging

/// Writes log lines as they are, with the level before warnings and worse.
struct TextLogHandler: LogHandler {
  var metadata: Logger.Metadata = [:]
  var logLevel: Logger.Level = .info

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    Console.error(event.level >= .warning ? "almanac: \(event.level): \(event.message)" : "\(event.message)")
  }
}
