import PipelineFile

/// A stage of a pipeline as what it is for.
public struct PipelinePart<Role: Sendable>: Sendable {
  /// The stage as the file declares it.
  public let declaration: StageDeclaration
  /// The stage.
  public let stage: Role

  /// Nil for a stage of another role, or one whose fields are at fault.
  init?(_ declaration: StageDeclaration) {
    guard let stage = declaration.stage as? Role else { return nil }
    (self.declaration, self.stage) = (declaration, stage)
  }

  /// What the file calls it: its `name`, or what it uses.
  public var name: String { declaration.name }

  /// How messages call it: `stages[4] (lstm)`.
  public var label: String { declaration.label }
}

/// The stages of a pipeline by what they are for.
public struct PipelineParts: Sendable {
  /// Reads the readings.
  public let source: PipelinePart<any SourceStage>
  /// Look whether they are fresh and plausible.
  public let checks: [PipelinePart<any CheckStage>]
  /// Prepare them, in this order.
  public let transforms: [PipelinePart<any TransformStage>]
  /// Says what the forecaster sees and what it forecasts.
  public let window: PipelinePart<any WindowStage>
  /// Forecasts.
  public let forecaster: PipelinePart<any ForecasterStage>
  /// Judges, if the file asks for it.
  public let evaluator: PipelinePart<any EvaluatorStage>?
  /// Publish, in this order.
  public let sinks: [PipelinePart<any SinkStage>]

  /// Nil where a role is missing.
  init?(_ stages: [StageDeclaration]) {
    func all<Role>(_ role: StageRole) -> [PipelinePart<Role>] {
      stages.filter { $0.role == role }.compactMap { PipelinePart($0) }
    }
    func first<Role>(_ role: StageRole) -> PipelinePart<Role>? {
      stages.first { $0.role == role }.flatMap { PipelinePart($0) }
    }
    guard let source: PipelinePart<any SourceStage> = first(.source),
      let window: PipelinePart<any WindowStage> = first(.window),
      let forecaster: PipelinePart<any ForecasterStage> = first(.forecaster)
    else { return nil }
    (self.source, self.window, self.forecaster, evaluator) = (source, window, forecaster, first(.evaluator))
    (checks, transforms, sinks) = (all(.check), all(.transform), all(.sink))
  }
}
