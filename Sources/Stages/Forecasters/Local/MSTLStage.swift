import Forecasting
import PipelineFile
import Pipelines

/// Forecasts what several seasons leave, and puts their next cycles back.
struct MSTLStage: ForecasterStage {
  static let name = "mstl"
  static let summary =
    "Takes several seasons out of each series, forecasts the rest, and puts the seasons' next cycles back."
  static let example = "{seasons: [24, 168], method: ets, levels: [0.8]}"
  static let savedParts = LocalForecaster.savedParts

  @Field(
    "Seasons, of each of which two must be there; without them those that each series shows, of day, week and year.",
    bounds: .steps(2))
  var seasons: [StepSpan]?
  @Field("What forecasts the values without their seasons.") var method = Baseline.ets
  @Field(
    "Whether seasons are added to the rest or multiplied with it, which needs values above zero; without it what suits "
      + "each series.")
  var kind: SeasonKind?
  @Field("Levels of the prediction intervals, such as [0.8, 0.95].", bounds: .between(0.01, 0.999))
  var levels: [Double] = []
  var calibrated = CalibrationFields()

  init() {}

  func forecaster(in surroundings: ChainSurroundings) -> any Forecaster {
    LocalForecaster(
      SeveralSeasons(periods: seasons?.map(\.steps), joining: kind, method: method.method), levels: levels)
  }

  var givenLevels: [Double]? { levels }
  var calibration: Calibration? { calibrated.calibration(levels, season: seasons?.map(\.steps).max()) }
  func check() throws(FieldFault) { try calibrated.check(levels) }
}
