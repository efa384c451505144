import Forecasting
import PipelineFile
import Pipelines

/// Takes a power that evens out swings.
struct BoxCoxStage: TransformStage {
  static let name = "box-cox"
  static let summary = "Takes a power of the values (Box and Cox), so that swings no longer grow with the level."
  static let example = "{choose: likelihood}"
  static let savedParts = BoxCox.savedParts

  @Field(
    "The power: 1 changes nothing, 0 is the logarithm; without it one is chosen for each series.",
    bounds: .between(-2, 2))
  var lambda: Double?
  @Field("How a power from 0 to 2 is chosen: by the evenest seasons, or by the likelihood of a normal distribution.")
  var choose = BoxCox.Choice.guerrero
  @Field("Added to each value first; without it what puts all training values above zero.") var offset: Double?
  @Field("Season of guerrero; without it the usual one of the frequency.", bounds: .steps(2))
  var season: StepSpan?

  init() {}

  func transform(in surroundings: ChainSurroundings) -> any Transform {
    BoxCox(lambda: lambda, choice: choose, offset: offset, season: season?.steps)
  }
}

extension BoxCox.Choice: FieldChoice {}
