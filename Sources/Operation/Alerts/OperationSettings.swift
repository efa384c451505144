import Files
import PipelineFile
import Pipelines
import TimeSeries

/// What stands around a run that nobody watches: keys of `run` beside the others.
public struct OperationSettings: SettingsGroup {
  @Field("What a run does while another one of the same state is at work: fail, skip, or wait so long: wait 5m.")
  public var ifLocked = LockPolicy.fail
  @Field("How long runs are kept in the history, such as {keep: 90d}; null for no history.")
  public var history: HistorySettings? = HistorySettings()
  @Field("A file for the textfile collector of node_exporter, with times, exit code and scores of the last run.")
  public var metrics: FilePath?
  @Field("A service that expects to hear of every run: style (healthchecks or cronitor), url_file and timeout.")
  public var heartbeat: Heartbeat?
  @Field("A program to start when nothing was published, with its arguments; its environment says why.")
  public var onFailure: [String] = []

  /// A history of a year, and nothing else.
  public init() {}

  public static var commands: [String] { ["on_failure"] }
  public var outputs: [String: FilePath] { metrics.map { ["metrics": $0] } ?? [:] }
  public var inputs: [String: FilePath] { heartbeat.map { ["heartbeat": $0.addressFile] } ?? [:] }
}

extension PipelineDeclaration {
  /// What stands around its runs.
  public var operation: OperationSettings { file.settings(OperationSettings.self) }
}

extension FileGrammar {
  /// The grammar of pipeline files that may name these stages.
  public static func pipelines(_ stages: StageRegistry) -> FileGrammar {
    FileGrammar(stages: stages, settings: [RunSettings.self, OperationSettings.self])
  }
}

/// How long runs are kept.
public struct HistorySettings: FieldValue, Equatable {
  /// How long.
  public var keep = Frequency.years(1)

  public static var fieldKind: FieldKind { .table(keys: ["keep"], .duration) }

  /// A year.
  public init() {}

  public init(node: ConfigNode) throws(FieldFault) {
    for entry in try node.entries(among: ["keep"], example: "{keep: 90d}") { keep = try Frequency(node: entry.value) }
  }

  public var fieldText: String? { "{keep: \(keep)}" }
}

extension Heartbeat: FieldValue {
  public static var fieldKind: FieldKind { .table(keys: ["style", "url_file", "timeout"], .text) }

  public init(node: ConfigNode) throws(FieldFault) {
    var style: Style?
    var file: FilePath?
    var timeout = Heartbeat.usualTimeout
    let example = "{style: healthchecks, url_file: heartbeat.url}"
    for entry in try node.entries(among: ["style", "url_file", "timeout"], example: example) {
      switch entry.key {
      case "style": style = try Style(node: entry.value)
      case "url_file": file = try FilePath(node: entry.value)
      default: timeout = try TimeSpan(node: entry.value)
      }
    }
    guard let style, let file else {
      throw FieldFault("wants style and url_file, such as \(example)", at: node.location)
    }
    if timeout.milliseconds > 60_000 {
      throw FieldFault("timeout must be at most 60s, not \(timeout)", at: node["timeout"]?.location)
    }
    self.init(style: style, addressFile: file, timeout: timeout)
  }

  public var fieldText: String? {
    "{style: \(style.rawValue), url_file: \(addressFile.text), timeout: \(timeout)}"
  }
}
