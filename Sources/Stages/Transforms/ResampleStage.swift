import Forecasting
import PipelineFile
import Pipelines
import TimeSeries

/// Puts readings on a regular index and closes gaps.
struct ResampleStage: RegularizingStage {
  static let name = "resample"
  static let summary = "Puts readings on a regular index and closes gaps."
  static let example = "{every: 1mo, aggregate: mean, fill: linear, max_gap: 3}"
  static let savedParts = Fill.savedParts

  @Field("Distance of the steps; without it the readings' own.") var every: Frequency?
  @Field("How the readings of one step become one value.") var aggregate = Regularization.Aggregate.mean
  @Field("How the readings of a covariate in one step become one value.")
  var aggregateCovariates = Regularization.Aggregate.mean
  @Field(
    "What becomes of readings that are far fewer than steps, or alone at an end: refused or told of, or allowed.")
  var sparse = Sparse.refuse
  @Field("What stands in a gap; fitted on training rows, so that no later value leaks in.") var fill = Fill.Method.none
  @Field("Longest gap that is closed.", bounds: .steps(1)) var maxGap: StepSpan?

  init() {}

  /// What becomes of series with far more steps than readings.
  enum Sparse: String, FieldChoice {
    case refuse, allow
  }

  func regularization() -> Regularization {
    Regularization(every: every, aggregate: aggregate, covariates: aggregateCovariates, allowsSparse: sparse == .allow)
  }

  func transform(in surroundings: ChainSurroundings) -> any Transform { Fill(fill, longestGap: maxGap?.steps) }
}

extension Regularization.Aggregate: FieldChoice {}
extension Fill.Method: FieldChoice {}
