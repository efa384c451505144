import Forecasting
import PipelineFile
import Pipelines

/// Takes a straight line out.
struct DetrendStage: TransformStage {
  static let name = "detrend"
  static let summary = "Takes a straight line out of each series; its forecast goes on along it."
  static let example = "{method: theil-sen}"
  static let savedParts = Detrend.savedParts

  @Field("By least squares, or by the median of slopes, which outliers move little.")
  var method = Line.Method.leastSquares

  init() {}

  func transform(in surroundings: ChainSurroundings) -> any Transform { Detrend(method) }
}

extension Line.Method: FieldChoice {}
