import Forecasting
import TimeSeries

/// A pipeline that may run: every stage read and checked, in an order that makes sense.
public struct Pipeline: Sendable {
  /// A stage with the place that it has in the file.
  public struct Step<Role>: Sendable where Role: Sendable {
    /// What the file calls it: its `name`, or what it uses.
    public let name: String
    /// The stage that it uses.
    public let use: String
    /// Its position among the stages, from 0.
    public let position: Int
    /// The stage, as what it is for.
    public let stage: Role

    /// How messages call it: `stages[4] (lstm)`.
    public var label: String { "stages[\(position)] (\(name))" }
  }

  /// The file as it was named by the user.
  public let file: String
  /// What the pipeline is called.
  public let name: String
  /// A sentence on it, for charts and reports.
  public let description: String?
  /// The folder that paths are relative to, relative to the file's own folder.
  public let root: String
  /// The settings of a run.
  public let run: RunSettings

  /// Reads the readings.
  public let source: Step<any SourceStage>
  /// Look whether they are fresh and plausible.
  public let checks: [Step<any CheckStage>]
  /// Prepare them, in this order.
  public let transforms: [Step<any TransformStage>]
  /// Says what the forecaster sees and what it forecasts.
  public let window: Step<any WindowStage>
  /// Forecasts.
  public let forecaster: Step<any ForecasterStage>
  /// Judges, if the file asks for it.
  public let evaluator: Step<any EvaluatorStage>?
  /// Publish, in this order.
  public let sinks: [Step<any SinkStage>]
  /// What its plugins share.
  public let plugins: PluginSession
  /// What the file says should come out, for `almanac test`.
  public let tests: [PipelineTest]
  /// What is probably not as meant, though the pipeline runs.
  public let warnings: [Diagnostic]
  /// Whether a field holds a duration that becomes steps only when the readings tell their frequency.
  public let needsFrequency: Bool
  /// How long the forecaster may take in one run, over all its fits.
  public let forecasterTimeout: TimeSpan?

  /// Where outputs go in place of the root; nil for the root itself.
  public var publicationFolder: RootFolder?

  /// Whether nothing is published and the forecast itself is what the run is for: a filter between two streams.
  public var isStreaming = false

  /// The moment at which it runs, for tests: later readings are not there yet; nil for all of them.
  public var now: Timestamp?

  /// The file's values, and who read them.
  let origin: Origin

  struct Origin: Sendable {
    let reader: PipelineReader
    let tree: FileTree
  }

  /// The pipeline with every duration turned into steps of a frequency.
  ///
  /// - Throws: ``PipelineFileError`` where a duration is no whole number of steps, or stages do not fit together with the
  ///   numbers that came out.
  public func settled(on frequency: Frequency) throws(PipelineFileError) -> Pipeline {
    guard needsFrequency else { return self }
    var settled = try origin.reader.assemble(origin.tree, file: file, frequency: frequency)
    settled.publicationFolder = publicationFolder
    settled.now = now
    settled.isStreaming = isStreaming
    return settled
  }

  /// Every stage in the order of the file.
  public var steps: [Step<any Stage>] {
    func step<Role>(_ step: Step<Role>) -> Step<any Stage>? {
      (step.stage as? any Stage).map {
        Step<any Stage>(name: step.name, use: step.use, position: step.position, stage: $0)
      }
    }
    let middle = [step(window), step(forecaster), evaluator.flatMap { step($0) }]
    return ([step(source)] + checks.map { step($0) } + transforms.map { step($0) } + middle + sinks.map { step($0) })
      .compactMap { $0 }
  }

  /// Reads the input as a run would.
  ///
  /// - Throws: ``Failure`` with the words of the run.
  public func checkInput() throws(Failure) {
    _ = try Failure.placing(source.label) { try source.stage.read(StageContext(root: rootFolder)) }
  }

  /// Everything that is fitted: the transforms and the forecaster, with the window between them.
  public var chain: Chain {
    let shape = window.stage.shape()
    let surroundings = TransformSurroundings(root: rootFolder, shape: shape)
    return Chain(
      transforms: transforms.map { $0.stage.transform(in: surroundings) }, shape: shape,
      forecaster: forecaster.stage.forecaster(for: shape), calibration: forecaster.stage.calibration)
  }
}
