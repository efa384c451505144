import Forecasting
import PipelineFile
import Pipelines

/// Turns each value into its change since some steps before.
struct DifferenceStage: TransformStage {
  static let name = "difference"
  static let summary = "Turns each value into its change since some steps before; takes trends and seasons out."
  static let example = "{lag: 12}"
  static let savedParts = Difference.savedParts

  @Field("How many steps back; a season's length takes the season out.", bounds: .steps(1))
  var lag: StepSpan = 1

  init() {}

  func transform(in surroundings: ChainSurroundings) -> any Transform { Difference(lag: lag.steps) }
}
