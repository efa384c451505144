import Forecasting
import PipelineFile
import Pipelines

/// Takes out what covariates explain.
struct RegressStage: TransformStage {
  static let name = "regress"
  static let summary = "Takes out of each series what covariates known ahead explain of it; its forecast gets it back."
  static let example = "{season: 7}"
  static let savedParts = CovariateRegression.savedParts

  @Field(
    "Each value is compared with those one season before and after; without it the season after which values are most alike.",
    bounds: .steps(1))
  var season: StepSpan?

  init() {}

  func transform(in surroundings: ChainSurroundings) -> any Transform { CovariateRegression(season: season?.steps) }
}
