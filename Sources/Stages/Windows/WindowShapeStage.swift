import Forecasting
import PipelineFile
import Pipelines
import Recurrent

/// Says what the network sees and what it forecasts.
struct WindowShapeStage: WindowStage {
  static let name = "window"
  static let summary = "Cuts each series into pairs of what is seen and what is to be forecast."
  static let example = "{lookback: 48, horizon: 12}"

  @Field("Steps that the network sees; without it three horizons, and 24 at the least.", bounds: .windowSteps)
  var lookback: StepSpan?
  @Field("Steps to forecast.", bounds: .windowSteps) var horizon: StepSpan
  @Field("Steps between the origins of two training windows.", bounds: .steps(1)) var stride: StepSpan = 1
  @Field(
    "Whether windows may begin before their series do: auto where one series of the panel is too short for a whole "
      + "window.")
  var padding = WindowShape.Padding.automatic
  @Field(
    "Series that are learned from and judged at the most, long and short ones in their share, drawn by the seed; the others "
      + "are forecast all the same, also by the saved model. Methods of one series are fitted wherever one is forecast. "
      + "Without it all.", unit: "series", bounds: .between(1, 1e9))
  var sample: Int?

  init() {}

  func shape() -> WindowShape {
    var shape = WindowShape(
      lookback: lookback?.steps ?? max(24, 3 * horizon.steps), horizon: horizon.steps, stride: stride.steps,
      padding: padding)
    shape.sample = sample
    return shape
  }
}

extension WindowShape.Padding: FieldChoice {}

extension FieldBounds {
  /// Steps of one window: what a network can be built for.
  static let windowSteps = FieldBounds.between(1, Double(NetworkOptions.mostSteps))
}
