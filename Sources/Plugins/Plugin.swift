import Files
import Forecasting
import PipelineFile
import Pipelines
import Tabular
import TimeSeries

/// A plugin that has said what it is, with the values of its fields: what the stages below ask.
struct Plugin: Sendable {
  let call: PluginCall
  let description: PluginDescription
  let values: FieldReadings
  /// Where its randomness comes from.
  var seed: UInt64 = 1

  init(call: PluginCall, description: PluginDescription, values: FieldReadings) {
    (self.call, self.description, self.values) = (call, description, values)
  }

  /// The same with another seed.
  func seeded(_ seed: UInt64) -> Plugin {
    var plugin = self
    plugin.seed = seed
    return plugin
  }

  func can(_ call: PluginDescription.Call) -> Bool { description.calls.contains(call) }

  /// The value of a field; null where it has none.
  func value(of field: String) -> JSONValue { (values[field] as? PluginField.Reading)?.value ?? .null }

  func ask(
    _ word: PluginDescription.Call, inputs: [String: (name: String, bytes: [UInt8])] = [:],
    _ more: [String: JSONValue] = [:]
  ) throws(PluginError) -> PluginCall.Outcome {
    var request = more
    request["fields"] = JSONValue(
      Dictionary(
        description.fields.map { ($0.definition.name, value(of: $0.definition.name)) },
        uniquingKeysWith: { first, _ in first }))
    return try call.ask(word.rawValue, inputs: inputs, seed: seed, request)
  }

  /// Where a source wants the rows that it left out to be kept.
  var quarantine: FilePath? { value(of: "quarantine").string.map { FilePath($0) } }

  /// The readings of a source.
  func read() throws -> SourceReadings {
    let outcome = try ask(.read)
    let bytes = try file(of: outcome, for: .read)
    let table = try Table(
      csv: bytes.span, source: "plugin \"\(call.plugin.name)\"",
      format: CSVFormat(delimiter: .byte(UInt8(ascii: ",")), encoding: .utf8))
    try table.checkDistinctNames()
    if let rows = outcome.result.rows, rows != table.rowCount {
      throw fault(.read, .badResult(reason: "`rows` says \(rows), the file has \(table.rowCount)"))
    }
    var layout = ReadingLayout(table.columns.contains("series") ? .long(keys: ["series"]) : .wide)
    // An answer is whole, or none.
    layout.lastRow = .take
    layout.time = table.columns.contains("time") ? ["time"] : []
    return SourceReadings(
      try table.readings(layout).readings, rejected: outcome.rejected, rejectedPath: quarantine)
  }

  /// What is learned from rows; nil where the plugin learns nothing.
  func fit(_ panel: Panel, _ more: [String: JSONValue]) throws(PluginError) -> [UInt8]? {
    guard can(.fit) else { return nil }
    let outcome = try ask(.fit, inputs: ["input": ("input.csv", PluginData.csv(panel))], more)
    guard let state = outcome.result.state else {
      throw fault(.fit, .badResult(reason: "it names no `state`, the file with what was learned"))
    }
    return outcome.files[state]
  }

  /// Values in place of those of a panel.
  func apply(
    _ panel: Panel, state: [UInt8]?, _ more: [String: JSONValue]
  ) throws(PluginError) -> Panel {
    let outcome = try ask(.apply, inputs: inputs(PluginData.csv(panel), state: state), more)
    let bytes = try file(of: outcome, for: .apply)
    do { return try PluginData.panel(bytes, rows: outcome.result.rows, like: panel) } catch {
      throw fault(.apply, error)
    }
  }

  /// A forecast in the units from before ``apply(_:state:_:)``.
  func invert(
    _ forecast: Forecast, history: Panel, state: [UInt8]?, _ more: [String: JSONValue]
  ) throws(PluginError) -> Forecast {
    guard can(.invert) else { return forecast }
    var inputs = inputs(PluginData.csv(forecast), state: state)
    inputs["history"] = ("history.csv", PluginData.csv(history))
    let outcome = try ask(.invert, inputs: inputs, more)
    let bytes = try file(of: outcome, for: .invert)
    do throws(PluginError.Fault) {
      let inverted = try PluginData.forecast(bytes, rows: outcome.result.rows, like: forecast)
      let levels = { (forecast: Forecast) in forecast.series.first?.intervals.map(\.level) ?? [] }
      guard levels(inverted) == levels(forecast) else {
        throw .badResult(reason: "the columns of the levels are not those that were given")
      }
      return inverted
    } catch { throw fault(.invert, error) }
  }

  /// The steps after the last row of each series.
  func forecast(
    after history: Panel, horizon: Int, state: [UInt8]?, _ more: [String: JSONValue]
  ) throws(PluginError) -> Forecast {
    let blank = Forecast(
      history.series.map {
        .init(name: $0.name, index: $0.index.following(horizon), point: Array(repeating: .nan, count: horizon))
      })
    var inputs = inputs(PluginData.csv(history), state: state)
    inputs["future"] = ("future.csv", PluginData.csv(horizon, stepsAfter: history))
    let outcome = try ask(.forecast, inputs: inputs, more)
    let bytes = try file(of: outcome, for: .forecast)
    do throws(PluginError.Fault) {
      let forecast = try PluginData.forecast(bytes, rows: outcome.result.rows, like: blank)
      try checkLevels(of: forecast)
      return forecast
    } catch { throw fault(.forecast, error) }
  }

  /// Refuses levels that are not those of the forecasts before: what is judged at one origin must be what is given at another.
  private func checkLevels(of forecast: Forecast) throws(PluginError.Fault) {
    guard let levels = forecast.series.first?.intervals.map(\.level) else { return }
    let fields = JSONValue(description.fields.map { ($0.definition.name, value(of: $0.definition.name)) })
    let first = call.host.firstLevels(levels, of: "\(call.plugin.name) \(fields.line)")
    if levels != first {
      let texts = [first, levels].map { $0.isEmpty ? "none" : $0.map { "\($0)" }.joined(separator: ", ") }
      throw .badResult(
        reason: "its bounds are of other levels than before (\(texts[0]) first, now \(texts[1])); give the same always")
    }
  }

  /// The files that a sink publishes, by the field with their path.
  ///
  /// - Parameters:
  ///   - pipeline: what it is called.
  ///   - forecast: as CSV.
  ///   - scores: as JSON; nil where nothing was judged.
  func publish(
    pipeline: String, forecast: [UInt8], history: Panel, scores: [UInt8]?
  ) throws(PluginError) -> [(path: FilePath, bytes: [UInt8])] {
    var inputs = ["input": ("forecast.csv", forecast), "history": ("history.csv", PluginData.csv(history))]
    if let scores { inputs["scores"] = ("scores.json", scores) }
    let outcome = try ask(.publish, inputs: inputs, ["pipeline": .text(pipeline)])
    let wanted = description.outputs.filter { value(of: $0) != .null }
    if let other = outcome.result.files.keys.sorted().first(where: { !wanted.contains($0) }) {
      throw fault(.publish, .badResult(reason: "`files` names \"\(other)\", which is no output with a path"))
    }
    var published: [(path: FilePath, bytes: [UInt8])] = []
    for field in wanted {
      guard let name = outcome.result.files[field], let bytes = outcome.files[name], let path = value(of: field).string
      else { throw fault(.publish, .badResult(reason: "`files` has nothing for \"\(field)\"")) }
      published.append((FilePath(path), bytes))
    }
    return published
  }

  private func inputs(_ csv: [UInt8], state: [UInt8]?) -> [String: (name: String, bytes: [UInt8])] {
    var inputs = ["input": (name: "input.csv", bytes: csv)]
    if let state { inputs["state"] = ("state", state) }
    return inputs
  }

  private func file(of outcome: PluginCall.Outcome, for word: PluginDescription.Call) throws(PluginError) -> [UInt8] {
    guard let name = outcome.result.file, let bytes = outcome.files[name] else {
      throw fault(word, .badResult(reason: "it names no `file`"))
    }
    return bytes
  }

  private func fault(_ word: PluginDescription.Call, _ fault: PluginError.Fault) -> PluginError {
    PluginError(plugin: call.plugin.name, call: word.rawValue, fault: fault)
  }
}

extension Panel {
  /// What a request says of the rows that something is fitted on.
  var trainingRange: JSONValue {
    let filled = series.filter { $0.count > 0 }
    guard let first = filled.min(by: { $0.index.start < $1.index.start }),
      let last = filled.max(by: { $0.index[$0.count - 1] < $1.index[$1.count - 1] })
    else { return JSONValue(["rows": .integer(0), "from": .null, "to": .null] as [String: JSONValue]) }
    return JSONValue([
      "rows": .integer(series.reduce(0) { $0 + $1.count }),
      "from": .text(TimeStyle(forPluginsOf: first.index).text(of: first.index.start)),
      "to": .text(TimeStyle(forPluginsOf: last.index).text(of: last.index[last.count - 1])),
    ])
  }

  /// What a request says of the index.
  var pluginIndex: [String: JSONValue] {
    let frequency = series.first?.index.frequency ?? .steps
    return ["frequency": .text(frequency.description), "season": .integer(frequency.usualSeason)]
  }
}
