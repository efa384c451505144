import Forecasting
import PipelineFile
import Pipelines

/// Takes the natural logarithm.
struct LogStage: TransformStage {
  static let name = "log"
  static let summary = "Takes the natural logarithm, for readings whose swings grow with their level."
  static let example = ""
  static let savedParts = Log.savedParts

  @Field("Added to each value first, so that all are above zero.") var offset = 0.0

  init() {}

  func transform(in surroundings: ChainSurroundings) -> any Transform { Log(offset: offset) }
}
