import Forecasting

/// A pipeline that may run: every stage read and checked, in an order that makes sense.
public struct Pipeline: Sendable {
  /// A stage with the place that it has in the file.
  public struct Step<Role>: Sendable where Role: Sendable {
    /// What the file calls it: its `name`, or what it uses.
    public let name: String
    /// Its position among the stages, from 0.
    public let position: Int
    /// The stage, as what it is for.
    public let stage: Role

    /// How messages call it: `stages[4] (lstm)`.
    public var label: String { "stages[\(position)] (\(name))" }
  }

  /// The settings of a run, under `run`.
  public struct RunSettings: Sendable, Equatable {
    /// Where all randomness comes from.
    public var seed: UInt64 = 1
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

  /// Everything that is fitted: the transforms and the forecaster, with the window between them.
  public var chain: Chain {
    let shape = window.stage.shape()
    return Chain(
      transforms: transforms.map { $0.stage.transform() }, shape: shape,
      forecaster: forecaster.stage.forecaster(for: shape))
  }
}
