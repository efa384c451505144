import Forecasting
import Tabular
import TimeSeries

/// A stage that a plugin carries out. Its name and fields are those of the plugin, which
/// ``StageDefinition/init(plugin:)`` knows; what the protocol asks of the type stands for no plugin in particular.
protocol PluginStage: Stage {
  var plugin: Plugin? { get }
  init(_ plugin: Plugin?)
}

extension PluginStage {
  static var name: String { "plugin" }
  static var summary: String { "Asks a program of its own." }
  static var example: String { "" }
  init() { self.init(nil) }

  /// The plugin; a stage that was made without one cannot do anything.
  func asked() throws(PluginError) -> Plugin { try plugin.asked() }
}

extension Plugin? {
  /// The plugin, where there is one.
  fileprivate func asked() throws(PluginError) -> Plugin {
    guard let self else { throw PluginError(plugin: "plugin", call: "describe", fault: .noCommand) }
    return self
  }
}

extension SavedKinds {
  /// The kinds that a pipeline may hold without stages of others.
  public static let pipelines = SavedKinds.builtIn.adding([FittedPluginTransform.self, FittedPluginForecaster.self])
}

extension FittedChain {
  /// The chain with the plugins of its pipeline, which are not saved with it.
  func asking(_ pipeline: Pipeline) -> FittedChain {
    func plugin(_ stage: Any) -> Plugin? { (stage as? any PluginStage)?.plugin }
    let bound = transforms.enumerated().map { position, transform -> any FittedTransform in
      guard var part = transform as? FittedPluginTransform, pipeline.transforms.indices.contains(position) else {
        return transform
      }
      part.plugin = plugin(pipeline.transforms[position].stage)
      return part
    }
    guard var part = forecaster as? FittedPluginForecaster else {
      return FittedChain(transforms: bound, forecaster: forecaster, calibration: calibration)
    }
    part.plugin = plugin(pipeline.forecaster.stage)
    return FittedChain(transforms: bound, forecaster: part, calibration: calibration)
  }
}

struct PluginSource: SourceStage, PluginStage {
  let plugin: Plugin?
  init(_ plugin: Plugin?) { self.plugin = plugin }

  func read(_ context: StageContext) throws -> SourceReadings { try asked().read() }
}

struct PluginTransformStage: TransformStage, PluginStage {
  let plugin: Plugin?
  init(_ plugin: Plugin?) { self.plugin = plugin }

  func transform() -> any Transform { PluginTransform(stage: self) }
}

struct PluginForecasterStage: ForecasterStage, PluginStage {
  let plugin: Plugin?
  init(_ plugin: Plugin?) { self.plugin = plugin }

  func forecaster(for shape: WindowShape) -> any Forecaster { PluginForecaster(stage: self) }
}

struct PluginSink: SinkStage, PluginStage {
  let plugin: Plugin?
  init(_ plugin: Plugin?) { self.plugin = plugin }

  func outputs() -> [FilePath] {
    plugin.map { plugin in plugin.description.outputs.compactMap { plugin.value(of: $0).string.map { FilePath($0) } } }
      ?? []
  }

  func publish(_ result: RunResult, to publication: Publication, _ context: StageContext) throws {
    let files = try asked().publish(
      pipeline: result.name, forecast: ForecastFile(result).csv(), history: result.panel,
      scores: try ScoreFile(result)?.json())
    for file in files { try publication.write(file.bytes, to: file.path) }
  }
}

/// A transform that a plugin carries out: what it learned stays with the host between its calls.
struct PluginTransform: Transform {
  let stage: PluginTransformStage

  func fit(_ panel: Panel) throws -> any FittedTransform {
    let plugin = try stage.asked()
    let facts = panel.pluginIndex.merging(["training": panel.trainingRange]) { _, new in new }
    return FittedPluginTransform(plugin: plugin, state: try plugin.fit(panel, facts), facts: facts)
  }
}

/// A plugin's transform with what it learned.
struct FittedPluginTransform: FittedTransform, SavedPart {
  static let kind = "plugin-transform"

  /// The program that does the work; a saved model does not hold it, and the pipeline gives it back.
  var plugin: Plugin?
  /// What `fit` left, opaque to the host.
  let state: [UInt8]?
  /// What every request says: index and training range.
  let facts: [String: PluginValue]

  private enum CodingKeys: String, CodingKey { case state, facts }

  func apply(_ panel: Panel) throws -> Panel { try plugin.asked().apply(panel, state: state, facts) }

  func invert(_ forecast: Forecast, history: Panel) throws -> Forecast {
    try plugin.asked().invert(forecast, history: history, state: state, facts)
  }
}

/// A forecaster that a plugin carries out.
struct PluginForecaster: Forecaster {
  let stage: PluginForecasterStage

  var readsCovariates: Bool { true }

  func fit(_ panel: Panel, shape: WindowShape, context: FitContext) throws -> any FittedForecaster {
    let plugin = try stage.asked()
    var facts = panel.pluginIndex
    facts["training"] = panel.trainingRange
    facts["lookback"] = .integer(shape.lookback)
    facts["horizon"] = .integer(shape.horizon)
    return FittedPluginForecaster(
      plugin: plugin, state: try plugin.fit(panel, facts), facts: facts, horizon: shape.horizon)
  }
}

/// A plugin's forecaster with what it learned.
struct FittedPluginForecaster: FittedForecaster, SavedPart {
  static let kind = "plugin-forecaster"

  /// The program that does the work, as above.
  var plugin: Plugin?
  /// What `fit` left, opaque to the host.
  let state: [UInt8]?
  /// What every request says: index, training range and shape.
  let facts: [String: PluginValue]
  let horizon: Int

  private enum CodingKeys: String, CodingKey { case state, facts, horizon }

  func forecast(after history: Panel) throws -> Forecast {
    try plugin.asked().forecast(after: history, horizon: horizon, state: state, facts)
  }
}

extension StageDefinition {
  /// The definition of a stage that a plugin carries out, under a name of the pipeline file.
  init(plugin call: PluginCall, _ description: PluginDescription) {
    self.init(
      name: call.command.name, summary: description.summary, role: description.role, example: description.example,
      fields: description.fields.map(\.definition)
    ) {
      let plugin = Plugin(call, description)
      switch description.role {
      case .source: return PluginSource(plugin)
      case .transform: return PluginTransformStage(plugin)
      case .forecaster: return PluginForecasterStage(plugin)
      case .sink, .check, .window, .evaluator: return PluginSink(plugin)
      }
    }
  }
}
