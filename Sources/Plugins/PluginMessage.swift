import PipelineFile
import Pipelines
import Tabular

/// A line that a plugin prints while it works.
enum PluginMessage: Hashable, Sendable {
  case log(isWarning: Bool, String)
  case progress(done: Int, of: Int)
  case rejectedRow(QuarantinedRow)
  case result(PluginResult)
  case error(Failure.Kind, String)

  /// Reads a line; the fault says what is wrong with it.
  init(_ line: [UInt8]) throws(Unreadable) {
    guard let value = JSONValue(json: line) else { throw Unreadable(reason: "not JSON") }
    guard value.members != nil else { throw Unreadable(reason: "no JSON object") }
    func text(_ key: String) throws(Unreadable) -> String {
      guard let text = value[key]?.string else { throw Unreadable(reason: "`\(key)` wants a text") }
      return text
    }
    func count(_ key: String) throws(Unreadable) -> Int {
      guard let count = value[key]?.integer, count >= 0 else {
        throw Unreadable(reason: "`\(key)` wants a whole number from 0 on")
      }
      return count
    }
    switch value["type"]?.string {
    case "log":
      let level = value["level"]?.string ?? "info"
      guard level == "info" || level == "warning" else {
        throw Unreadable(reason: "`level` wants info or warning, not \"\(level)\"")
      }
      self = .log(isWarning: level == "warning", try text("message"))
    case "progress": self = .progress(done: try count("done"), of: try count("of"))
    case "rejected_row":
      self = .rejectedRow(
        QuarantinedRow(line: try count("line"), reason: try text("reason"), text: value["text"]?.string ?? ""))
    case "result": self = .result(try PluginResult(value))
    case "error":
      let kinds: [String: Failure.Kind] = ["failed": .failed, "bad_data": .badData, "no_input": .noInput]
      guard let kind = kinds[value["kind"]?.string ?? "failed"] else {
        throw Unreadable(reason: "`kind` wants failed, bad_data or no_input")
      }
      self = .error(kind, try text("message"))
    case let type?:
      throw Unreadable(reason: "`type` wants log, progress, rejected_row, result or error, not \"\(type)\"")
    case nil: throw Unreadable(reason: "it has no `type`")
    }
  }

  /// Why a line is no message.
  struct Unreadable: Error { let reason: String }
}

/// What a plugin has made: names of files in the output folder.
struct PluginResult: Hashable, Sendable {
  /// The file of the data that was asked for.
  var file: String?
  /// Its rows, the header not counted.
  var rows: Int?
  /// The file of what was learned.
  var state: String?
  /// The files to publish, by the field that holds their path.
  var files: [String: String] = [:]

  fileprivate init(_ value: JSONValue) throws(PluginMessage.Unreadable) {
    func text(_ value: JSONValue?, _ key: String) throws(PluginMessage.Unreadable) -> String? {
      guard let value, value != .null else { return nil }
      guard let text = value.string else { throw .init(reason: "`\(key)` wants a file's name") }
      return text
    }
    file = try text(value["file"], "file")
    state = try text(value["state"], "state")
    if let count = value["rows"] {
      guard let number = count.integer, number >= 0 else {
        throw .init(reason: "`rows` wants a whole number from 0 on")
      }
      rows = number
    }
    guard let published = value["files"] else { return }
    guard let entries = published.members else { throw .init(reason: "`files` wants an object of fields and files") }
    for (field, name) in entries { files[field] = try text(name, "files") }
  }
}
