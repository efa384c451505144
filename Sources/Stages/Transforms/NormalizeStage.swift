import Forecasting
import PipelineFile
import Pipelines

/// Shifts and scales each series by what its training rows show.
struct NormalizeStage: TransformStage {
  static let name = "normalize"
  static let summary = "Shifts and scales each series by what its training rows show."
  static let example = "{method: robust}"
  static let savedParts = Normalize.savedParts

  @Field("Mean and deviation, median and interquartile range, or minimum and range.")
  var method = Normalize.Method.standard

  init() {}

  func transform(in surroundings: ChainSurroundings) -> any Transform { Normalize(method) }
}

extension Normalize.Method: FieldChoice {}
