import Forecasting
import PipelineFile
import Pipelines

/// Forecasts by exponential smoothing of level, trend and season.
struct HoltWintersStage: ForecasterStage {
  static let name = "holt-winters"
  static let summary = "Forecasts by exponential smoothing of level, trend and season (Holt and Winters)."
  static let example = "{method: multiplicative, season: 12, levels: [0.8]}"
  static let savedParts = LocalForecaster.savedParts

  @Field("Whether the season is added to the level or multiplied with it; the latter needs values above zero.")
  var method = SeasonKind.additive
  @Field("Whether the trend fades.") var damped = false
  var fields = SeasonalFields()

  init() {}

  func forecaster(in surroundings: ChainSurroundings) -> any Forecaster {
    let form = SmoothingForm(error: method, trend: damped ? .damped : .additive, season: method)
    return LocalForecaster(
      ExponentialSmoothing(form, name: Self.name), season: fields.season?.steps, levels: fields.levels)
  }

  var givenLevels: [Double]? { fields.levels }
  var calibration: Calibration? { fields.calibration }
  func check() throws(FieldFault) { try fields.calibrated.check(fields.levels) }
}

extension SeasonKind: FieldChoice {}
