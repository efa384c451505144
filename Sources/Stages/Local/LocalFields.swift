import Forecasting
import Pipelines

/// The field of every forecaster whose theory gives prediction intervals.
struct LevelFields: FieldGroup {
  @Field("Levels of the prediction intervals, such as [0.8, 0.95].", bounds: .between(0.01, 0.999))
  var levels: [Double] = []
  let calibrated = CalibrationFields()

  init() {}
}

/// The fields of every forecaster that looks at one series at a time and knows a season.
struct SeasonalFields: FieldGroup {
  @Field("Season; without it the usual one of the frequency.", bounds: .atLeast(1)) var season: StepSpan?
  @Field("Levels of the prediction intervals, such as [0.8, 0.95].", bounds: .between(0.01, 0.999))
  var levels: [Double] = []
  let calibrated = CalibrationFields()

  init() {}

  var calibration: Calibration? { calibrated.calibration(levels, season: season?.steps) }
}

/// A stage that is one of the baselines, with intervals.
protocol BaselineStage: ForecasterStage {
  static var baseline: Baseline { get }
  var fields: LevelFields { get }
}

extension BaselineStage {
  static var name: String { baseline.rawValue }
  static var example: String { "{levels: [0.8, 0.95]}" }

  func forecaster(for shape: WindowShape) -> any Forecaster {
    Self.baseline.forecaster(season: 1, levels: fields.levels)
  }

  var givenLevels: [Double]? { fields.levels }
  var calibration: Calibration? { fields.calibrated.calibration(fields.levels, season: nil) }
  func check() throws(FieldFault) { try fields.calibrated.check(fields.levels) }
}

/// A stage that is one of the baselines and knows a season, with intervals.
protocol SeasonalBaselineStage: ForecasterStage {
  static var baseline: Baseline { get }
  var fields: SeasonalFields { get }
}

extension SeasonalBaselineStage {
  static var name: String { baseline.rawValue }
  static var example: String { "{season: 12, levels: [0.8, 0.95]}" }

  func forecaster(for shape: WindowShape) -> any Forecaster {
    Self.baseline.forecaster(season: fields.season?.steps, levels: fields.levels)
  }

  var givenLevels: [Double]? { fields.levels }
  var calibration: Calibration? { fields.calibration }
  func check() throws(FieldFault) { try fields.calibrated.check(fields.levels) }
}
