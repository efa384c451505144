import Forecasting
import PipelineFile
import Pipelines
import TimeSeries

/// Sends a plugin the requests that a good one answers well, the bad ones among them.
public struct PluginConformance {
  /// One check with what came of it.
  public struct Finding: Sendable, CustomStringConvertible {
    /// What was checked.
    public var name: String
    /// What is wrong and what to do; nil where it passed.
    public var fault: String?

    /// `ok    NAME`, or `FAIL  NAME: FAULT`
    public var description: String { fault.map { "FAIL  \(name): \($0)" } ?? "ok    \(name)" }
  }

  private let call: PluginCall
  private let fields: String?

  /// A suite for a plugin; `fields` is the YAML of its `with`, its own example where none is given.
  public init(_ plugin: PluginDeclaration, host: PluginHost, fields: String? = nil) {
    call = PluginCall(plugin: plugin, host: host)
    self.fields = fields
  }

  /// Carries the checks out, in an order that is always the same, and reports each.
  public func run(report: (Finding) -> Void) {
    let description: PluginDescription
    do {
      description = try call.describe()
      report(Finding(name: "describes itself"))
    } catch {
      return report(Finding(name: "describes itself", fault: error.message))
    }
    let plugin: Plugin
    do {
      plugin = try Plugin(call, description, with: fields ?? description.example)
      report(Finding(name: "its fields can be read"))
    } catch {
      let hint = fields == nil ? "correct its `example`, or give --with" : "correct --with"
      return report(Finding(name: "its fields can be read", fault: "\(error.message); \(hint)"))
    }
    report(
      finding("describes itself alike twice") {
        let again = try call.describe()
        return again == description ? nil : "the second description is another one"
      })
    let word = PluginDescription.Call.allCases.first { description.calls.contains($0) } ?? .read
    report(
      refuses("refuses another protocol") {
        _ = try call.ask(
          word.rawValue, inputs: ["input": ("input.csv", PluginData.csv(Sample.usual.panel))],
          ["protocol": 999, "fields": JSONValue([:] as [String: JSONValue])])
      })
    report(refuses("refuses a request that is no JSON") { _ = try call.ask(raw: Array("no request\n".utf8)) })
    report(refuses("refuses an empty standard input") { _ = try call.ask(raw: []) })
    report(
      refuses("refuses a call that it does not know") {
        _ = try call.ask("almanac-check", inputs: [:], ["fields": JSONValue([:] as [String: JSONValue])])
      })
    report(
      finding("answers a usual request") {
        try Outcome(plugin, Sample.usual).check(isRefusalAllowed: description.role == .source)
      })
    report(
      finding("answers alike twice") {
        try Outcome(plugin, Sample.usual) == Outcome(plugin, Sample.usual)
          ? nil : "the same request with the same seed gave something else; take all randomness from `seed`"
      })
    guard description.role != .source else { return }
    for sample in Sample.odd {
      report(finding(sample.name) { try Outcome(plugin, sample).check(isRefusalAllowed: true) })
    }
  }

  private func finding(_ name: String, _ work: () throws -> String?) -> Finding {
    do { return Finding(name: name, fault: try work()) } catch {
      return Finding(name: name, fault: (error as? PluginError)?.message ?? "\(error)")
    }
  }

  /// A request that must be refused in words: by an `error` message, and nothing else.
  private func refuses(_ name: String, _ work: () throws -> Void) -> Finding {
    do {
      try work()
      return Finding(name: name, fault: "it gave a result; answer with an `error` message")
    } catch {
      guard let error = error as? PluginError else { return Finding(name: name, fault: "\(error)") }
      if case .refused = error.fault { return Finding(name: name) }
      return Finding(name: name, fault: "\(error.message); answer with an `error` message")
    }
  }
}

/// What a plugin makes of a panel.
private enum Outcome: Equatable {
  case values([[Double]])
  case files([[UInt8]])
  case refused(String)

  init(_ plugin: Plugin, _ sample: Sample) throws {
    do { self = try Outcome(answerOf: plugin, to: sample) } catch let error as PluginError {
      guard case .refused(_, let message) = error.fault else { throw error }
      self = .refused(message)
    }
  }

  private init(answerOf plugin: Plugin, to sample: Sample) throws {
    let panel = sample.panel
    var facts = panel.pluginIndex
    facts["training"] = panel.trainingRange
    switch plugin.description.role {
    case .source:
      self = .values(try plugin.read().readings.series.map(\.values))
    case .transform:
      let state = try plugin.fit(panel, facts)
      let prepared = try plugin.apply(panel, state: state, facts)
      let inverted = try plugin.invert(sample.forecast, history: panel, state: state, facts)
      // Missing values are not equal to themselves.
      self = .values(prepared.series.map { $0.values.map { $0.isNaN ? .infinity : $0 } } + inverted.series.map(\.point))
    case .forecaster:
      facts["lookback"] = .integer(Sample.season)
      facts["horizon"] = .integer(Sample.horizon)
      let state = try plugin.fit(panel, facts)
      let forecast = try plugin.forecast(after: panel, horizon: Sample.horizon, state: state, facts)
      self = .values(forecast.series.flatMap { [$0.point] + $0.intervals.flatMap { [$0.lower, $0.upper] } })
    case .sink:
      let files = try plugin.publish(
        pipeline: "check", forecast: PluginData.csv(sample.forecast), history: panel, scores: nil)
      self = .files(files.map(\.bytes))
    }
  }

  func check(isRefusalAllowed: Bool) -> String? {
    if case .refused(let message) = self, !isRefusalAllowed { return "it was refused: \(message)" }
    return nil
  }
}

/// A panel to ask about.
private struct Sample {
  static let season = 12
  static let horizon = 6

  var name: String
  var panel: Panel

  init(_ name: String, series: String = "load", _ values: [Double]) {
    self.name = name
    // 1 January 2015.
    let index = TimeIndex(start: Timestamp(seconds: 1_420_070_400), frequency: .months(1), count: values.count)
    panel = Panel([Series(name: series, index: index, values: values)])
  }

  /// Four years of months with a season, a trend and one spike.
  static let usual: Sample = {
    var values: [Double] = []
    for step in 0..<48 {
      let season = Double(step * 7 % 12)
      values.append(100 + Double(step) / 2 + season + (step == 20 ? 90 : 0))
    }
    return Sample("usual", values)
  }()

  /// Each may be refused in words, or answered with a result of the right form.
  static var odd: [Sample] {
    let values = usual.panel.series.first?.values ?? []
    var two = Sample("keeps several series apart", series: "north, \"old\"", values)
    two.panel.series.append(Series(name: "south", index: two.panel.series[0].index, values: values.map { -$0 }))
    var none = Sample("bears an input without rows", [])
    none.panel.series = []
    return [
      Sample("bears empty cells", values.enumerated().map { $0.offset % 5 == 2 ? .nan : $0.element }),
      Sample("bears nothing but empty cells", values.map { _ in .nan }),
      none,
      Sample("bears a single row", [42]),
      Sample("bears values that are all equal", values.map { _ in 42 }),
      Sample("bears very small and very large values", values.map { $0 * ($0 > 110 ? 1e150 : 1e-150) }),
      two,
      Sample("bears a very long line", series: String(repeating: "long", count: 50_000), values),
    ]
  }

  /// A forecast of the panel, to be inverted or published.
  var forecast: Forecast {
    Forecast(
      panel.series.map { series in
        let point = (0..<Sample.horizon).map { 100 + Double($0) }
        return .init(
          name: series.name, index: series.index.following(Sample.horizon), point: point,
          intervals: [.init(level: 0.8, lower: point.map { $0 - 5 }, upper: point.map { $0 + 5 })])
      })
  }
}

extension Plugin {
  /// A plugin with the fields of a piece of YAML.
  fileprivate init(_ call: PluginCall, _ description: PluginDescription, with yaml: String) throws(FieldFault) {
    let definition = StageDefinition(plugin: call, description)
    var node: ConfigNode?
    if !yaml.isEmpty {
      switch YAMLReader.read(yaml, file: description.name) {
      case .success(let tree): node = tree.root
      case .failure(let error): throw FieldFault(error.diagnostics.first?.message ?? "not YAML")
      }
    }
    let reading = definition.read(
      node, at: Location(line: 1, column: 1), suggestingFrom: StageRegistry(definitions: [definition], scores: []))
    if let fault = reading.faults.first { throw fault }
    self.init(call: call, description: description, values: reading.values)
  }
}
