import Forecasting
import PipelineFile
import Pipelines

/// Closes gaps.
struct ImputeStage: TransformStage {
  static let name = "impute"
  static let summary = "Closes gaps in each series; a gap at its end keeps what is known before."
  static let example = "{method: seasonal, season: 24, max_gap: 48}"
  static let savedParts = Fill.savedParts + SeasonalFill.savedParts

  @Field("A straight line, the value before, or a straight line between values without their season.")
  var method = Method.linear
  @Field("Season of seasonal; without it the usual one of the frequency.", bounds: .steps(2))
  var season: StepSpan?
  @Field("Longest gap that is closed; without it any.", bounds: .steps(1)) var maxGap: StepSpan?

  init() {}

  enum Method: String, FieldChoice {
    case linear, previous, seasonal
  }

  func transform(in surroundings: ChainSurroundings) -> any Transform {
    switch method {
    case .linear: Fill(.linear, longestGap: maxGap?.steps)
    case .previous: Fill(.previous, longestGap: maxGap?.steps)
    case .seasonal: SeasonalFill(season: season?.steps, longestGap: maxGap?.steps)
    }
  }

  func check() throws(FieldFault) {
    if season != nil, method != .seasonal { throw FieldFault("season", "is for `method: seasonal`") }
  }
}
