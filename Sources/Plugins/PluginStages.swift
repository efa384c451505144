import Files
import Forecasting
import PipelineFile
import Pipelines
import Tabular
import TimeSeries

/// A stage that a plugin carries out. Its name and fields are those of the plugin, which
/// `StageDefinition.init(plugin:_:)` knows; what the protocol asks of the type stands for no plugin in particular.
protocol PluginStage: PipelineStage {
  var plugin: Plugin? { get }
  init(_ plugin: Plugin?)
}

extension PluginStage {
  static var name: String { "plugin" }
  static var summary: String { "Asks a program of its own." }
  static var example: String { "" }
  init() { self.init(nil) }
  init(from decoder: any Decoder) throws { self.init(nil) }

  // What a program gives may depend on more than what it is given.
  func inputs(below root: RootFolder) -> [String]? { nil }
}

extension Plugin? {
  /// The plugin; a stage that was made without one cannot do anything.
  fileprivate func asked() throws(PluginError) -> Plugin {
    guard let self else { throw PluginError(plugin: "plugin", call: "describe", fault: .noCommand) }
    return self
  }
}

struct PluginSource: SourceStage, PluginStage {
  let plugin: Plugin?
  init(_ plugin: Plugin?) { self.plugin = plugin }

  var outputs: [FilePath] { [plugin?.quarantine].compactMap { $0 } }

  func read(_ context: StageContext) throws -> SourceReadings { try plugin.asked().seeded(context.seed).read() }

  func inputs(below root: RootFolder) -> [String]? { nil }
}

struct PluginTransformStage: TransformStage, PluginStage {
  static let savedParts = PluginTransform.savedParts
  let plugin: Plugin?
  init(_ plugin: Plugin?) { self.plugin = plugin }

  func transform(in surroundings: ChainSurroundings) -> any Transform {
    PluginTransform(plugin: plugin?.seeded(surroundings.seed))
  }

  func adopt(_ fitted: any FittedTransform, in surroundings: ChainSurroundings) -> any FittedTransform {
    guard var part = fitted as? FittedPluginTransform else { return fitted }
    part.plugin = plugin?.seeded(surroundings.seed)
    return part
  }
}

struct PluginForecasterStage: ForecasterStage, PluginStage {
  static let savedParts = PluginForecaster.savedParts
  let plugin: Plugin?
  init(_ plugin: Plugin?) { self.plugin = plugin }

  func forecaster(in surroundings: ChainSurroundings) -> any Forecaster {
    PluginForecaster(plugin: plugin?.seeded(surroundings.seed))
  }

  func adopt(_ fitted: any FittedForecaster, in surroundings: ChainSurroundings) -> any FittedForecaster {
    guard var part = fitted as? FittedPluginForecaster else { return fitted }
    part.plugin = plugin?.seeded(surroundings.seed)
    return part
  }
}

struct PluginSink: SinkStage, PluginStage {
  let plugin: Plugin?
  init(_ plugin: Plugin?) { self.plugin = plugin }

  var outputs: [FilePath] {
    plugin.map { plugin in plugin.description.outputs.compactMap { plugin.value(of: $0).string.map { FilePath($0) } } }
      ?? []
  }

  func publish(_ forecast: PublishedForecast, to files: any OutputFiles, _ context: StageContext) throws {
    let made = try plugin.asked().seeded(context.seed).publish(
      pipeline: forecast.name, forecast: ForecastFile(forecast).csv(), history: forecast.panel,
      scores: try ScoreFile(forecast)?.json())
    for file in made { try files.write(file.bytes, to: file.path) }
  }
}

/// A transform that a plugin carries out: what it learned stays with the host between its calls.
struct PluginTransform: Transform {
  let plugin: Plugin?
  // Nobody knows.
  var isLocal: Bool { false }

  func fit(_ panel: Panel) throws -> FittedPluginTransform {
    let plugin = try plugin.asked()
    let facts = panel.pluginIndex.merging(["training": panel.trainingRange]) { _, new in new }
    return FittedPluginTransform(plugin: plugin, state: try plugin.fit(panel, facts), facts: facts)
  }
}

/// A plugin's transform with what it learned.
struct FittedPluginTransform: FittedTransform {
  static let kind = "plugin-transform"

  /// The program that does the work; a saved model does not hold it, and the pipeline gives it back.
  var plugin: Plugin?
  /// What `fit` left, opaque to the host.
  let state: [UInt8]?
  /// What every request says: index and training range.
  let facts: [String: JSONValue]

  private enum CodingKeys: String, CodingKey { case state, facts }

  func apply(_ panel: Panel) throws -> Panel { try plugin.asked().apply(panel, state: state, facts) }

  func invert(_ forecast: Forecast, history: Panel) throws -> Forecast {
    try plugin.asked().invert(forecast, history: history, state: state, facts)
  }
}

/// A forecaster that a plugin carries out.
struct PluginForecaster: Forecaster {
  let plugin: Plugin?

  var readsCovariates: Bool { true }

  func fit(_ panel: Panel, shape: WindowShape, context: FitContext) throws -> FittedPluginForecaster {
    let plugin = try plugin.asked()
    var facts = panel.pluginIndex
    facts["training"] = panel.trainingRange
    facts["lookback"] = .integer(shape.lookback)
    facts["horizon"] = .integer(shape.horizon)
    return FittedPluginForecaster(
      plugin: plugin, state: try plugin.fit(panel, facts), facts: facts, horizon: shape.horizon)
  }
}

/// A plugin's forecaster with what it learned.
struct FittedPluginForecaster: FittedForecaster {
  static let kind = "plugin-forecaster"

  /// The program that does the work, as above.
  var plugin: Plugin?
  /// What `fit` left, opaque to the host.
  let state: [UInt8]?
  /// What every request says: index, training range and shape.
  let facts: [String: JSONValue]
  let horizon: Int

  private enum CodingKeys: String, CodingKey { case state, facts, horizon }

  func fits(_ shape: WindowShape) -> Bool { horizon == shape.horizon }
  var remedy: String { "look at what its program answers" }

  func forecast(after history: Panel) throws -> Forecast {
    try plugin.asked().forecast(after: history, horizon: horizon, state: state, facts)
  }
}

extension StageDefinition {
  /// The definition of a stage that a plugin carries out, under a name of the pipeline file.
  ///
  /// - Parameter isDescribed: whether the description is the plugin's own.
  init(plugin call: PluginCall, _ description: PluginDescription, isDescribed: Bool = true) {
    let types: (any Stage.Type, StageRole, @Sendable (Plugin) -> any Stage) =
      switch description.role {
      case .source: (PluginSource.self, .source, { PluginSource($0) })
      case .transform: (PluginTransformStage.self, .transform, { PluginTransformStage($0) })
      case .forecaster: (PluginForecasterStage.self, .forecaster, { PluginForecasterStage($0) })
      case .sink: (PluginSink.self, .sink, { PluginSink($0) })
      }
    let (type, role, make) = types
    self.init(
      name: call.plugin.name, summary: description.summary, role: role, example: description.example, type: type,
      isDescribed: isDescribed, fields: { FieldSet(description.fields.map { ($0.definition.name, PluginField($0)) }) },
      make: { make(Plugin(call: call, description: description, values: $0)) })
  }
}
