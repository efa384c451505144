import Forecasting
import PipelineFile
import Pipelines

/// Forecasts series with many zeros.
struct IntermittentStage: ForecasterStage {
  static let name = "intermittent"
  static let summary = "Forecasts demand with many zeros: how probable it is, and how large."
  static let example = "{method: tsb, levels: [0.8]}"
  static let savedParts = LocalForecaster.savedParts

  @Field(
    "How: tsb updates the probability at every step, so that it follows demand that dies away, and knows a season; "
      + "croston and sba forecast by the intervals between demands, adida by sums over some steps.")
  var method = IntermittentMethod.Variant.tsb
  @Field(
    "Rate of smoothing; without it several are weighted by how likely they make the readings.", bounds: .between(0, 1))
  var alpha: Double?
  var fields = SeasonalFields()

  init() {}

  func forecaster(in surroundings: ChainSurroundings) -> any Forecaster {
    LocalForecaster(IntermittentMethod(method, rate: alpha), season: fields.season?.steps, levels: fields.levels)
  }

  var givenLevels: [Double]? { fields.levels }
  var calibration: Calibration? { fields.calibration }
  func check() throws(FieldFault) { try fields.calibrated.check(fields.levels) }
}

extension IntermittentMethod.Variant: FieldChoice {}
