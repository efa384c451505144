import Forecasting
import PipelineFile
import Pipelines

/// Takes seasons out.
struct DeseasonalizeStage: TransformStage {
  static let name = "deseasonalize"
  static let summary = "Takes seasons out of each series; its forecast gets them back."
  static let example = "{method: multiplicative, season: [24, 168]}"
  static let savedParts = Deseasonalize.savedParts

  @Field("Subtracted, divided by, or what suits: where a test finds a season, divided by if all values are above zero.")
  var method = Deseasonalize.Method.auto
  @Field(
    "Season, or several from the shortest to the longest; without it the usual one of the frequency.",
    bounds: .steps(2))
  var season: [StepSpan]?

  init() {}

  func transform(in surroundings: ChainSurroundings) -> any Transform {
    Deseasonalize(method, periods: season?.map(\.steps))
  }
}

extension Deseasonalize.Method: FieldChoice {}
