import Forecasting
import PipelineFile
import Pipelines
import Recurrent

/// Forecasts with a network that comes with the program.
struct PretrainedStage: ForecasterStage {
  static let name = "pretrained"
  static let summary =
    "Forecasts at once with a recurrent network that has learned from synthetic series and comes with the program."
  static let example = "{levels: [0.8, 0.95], fine_tune: none}"
  static let savedParts: [any SavedPart.Type] = [FittedPretrained.self]
  static let savedCell: CellKind? = CellKind(GRUCell.self)

  @Field(
    "Seasons, such as [24, 168]: the first decides which network it is; without it the usual one of the frequency. "
      + "1 is for readings without a season.", bounds: .steps(1))
  var seasons: [StepSpan] = []
  @Field(
    "How much the network learns from the readings: nothing, a few hundred small updates, or as many as a network of "
      + "its own takes.")
  var fineTune = PretrainedForecaster.FineTuning.none
  @Field(
    "Newest steps that a forecast is made from; without it all that the network can see. Fewer where what lies further "
      + "back no longer holds.", bounds: .steps(2))
  var context: StepSpan?
  @Field("Levels of the prediction intervals, such as [0.8, 0.95].", bounds: .between(0.01, 0.999))
  var levels: [Double] = []
  var calibrated = CalibrationFields()

  init() {}

  func forecaster(in surroundings: ChainSurroundings) -> any Forecaster {
    PretrainedForecaster(
      seasons: seasons.isEmpty ? nil : seasons.map(\.steps), levels: levels, fineTuning: fineTune,
      context: context?.steps)
  }

  var givenLevels: [Double]? { levels }
  var calibration: Calibration? { calibrated.calibration(levels, season: seasons.map(\.steps).max()) }
  func check() throws(FieldFault) { try calibrated.check(levels) }
}

extension PretrainedForecaster.FineTuning: FieldChoice {}
