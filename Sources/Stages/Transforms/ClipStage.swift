import Forecasting
import PipelineFile
import Pipelines

/// Draws outliers in.
struct ClipStage: TransformStage {
  static let name = "clip"
  static let summary = "Draws outliers in to the edge of what is usual in each series."
  static let example = "{deviations: 4, window: 168}"
  static let savedParts = Clip.savedParts

  @Field("How far from the median is usual, in median absolute deviations times 1.4826.", bounds: .above(0))
  var deviations = 5.0
  @Field(
    "Steps up to each value that tell what is usual for it; without it all training rows.",
    bounds: .steps(3))
  var window: StepSpan?

  init() {}

  func transform(in surroundings: ChainSurroundings) -> any Transform {
    Clip(deviations: deviations, window: window?.steps)
  }
}
