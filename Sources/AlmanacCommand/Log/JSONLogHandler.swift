import Logging
import PipelineFile
import Pipelines
import Synchronization
import TimeSeries

/// Writes one JSON object a line: `time`, `level`, `run`, `event`, `stage`, `message` and `fields`. The first line of a
/// run has the event `log` and the version of this form, so that readers can refuse one that they do not know.
struct JSONLogHandler: LogHandler {
  /// The version of the lines; it rises when a reader of the one before would go wrong.
  static let format = 1

  var metadata: Logger.Metadata = [:]
  var logLevel: Logger.Level = .info
  private let beginning: Beginning

  /// The first line, which is written when there is a second: a quiet run that is well has none.
  private final class Beginning: Sendable {
    let run: String
    let version: String
    private let isWritten = Mutex(false)

    init(run: String, version: String) { (self.run, self.version) = (run, version) }

    func writeOnce() {
      isWritten.withLock { isWritten in
        if isWritten { return }
        isWritten = true
        Console.error(
          JSONLogHandler.line(
            .info, run: run, message: "almanac \(version)",
            metadata: ["event": "log", "format": .stringConvertible(JSONLogHandler.format), "version": "\(version)"]))
      }
    }
  }

  init(run: String, version: String) { beginning = Beginning(run: run, version: version) }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    beginning.writeOnce()
    let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
    Console.error(Self.line(event.level, run: beginning.run, message: "\(event.message)", metadata: all))
  }

  private static func line(
    _ level: Logger.Level, run: String, message: String, metadata: Logger.Metadata
  ) -> String {
    let now = TimeStyle(form: .dateTime, zone: .utc).text(of: Clock.system.instant)
    let fields = metadata.filter { $0.key != "event" && $0.key != "stage" }.sorted { $0.key < $1.key }
    return JSONValue([
      ("time", .text(now)), ("level", .text(level.rawValue)), ("run", .text(run)),
      ("event", metadata["event"].map { .text("\($0)") } ?? "message"),
      ("stage", metadata["stage"].map { .text("\($0)") }), ("message", .text(message)),
      ("fields", fields.isEmpty ? nil : JSONValue(fields.map { ($0.key, value($0.value)) })),
    ]).line
  }

  private static func value(_ value: Logger.Metadata.Value) -> JSONValue {
    switch value {
    case .string(let text): .text(text)
    case .stringConvertible(let number as Int): .integer(number)
    case .stringConvertible(let number as Double): .number(number)
    case .stringConvertible(let other): .text(other.description)
    case .array(let items): .list(items.map(Self.value))
    case .dictionary(let members): JSONValue(members.sorted { $0.key < $1.key }.map { ($0.key, Self.value($0.value)) })
    }
  }
}
