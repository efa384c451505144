import Forecasting
import PipelineFile

/// The fields of a forecaster whose theory gives prediction intervals.
protocol IntervalFields: FieldGroup {
  /// Fields as they might stand in a file.
  static var example: String { get }
  var levels: [Double] { get }
  var calibrated: CalibrationFields { get }
  /// The season in steps; nil for the usual one of the frequency.
  var period: Int? { get }
  var calibration: Calibration? { get }
}

/// Those of forecasters that know no season.
struct LevelFields: IntervalFields {
  static let example = "{levels: [0.8, 0.95]}"

  @Field("Levels of the prediction intervals, such as [0.8, 0.95].", bounds: .between(0.01, 0.999))
  var levels: [Double] = []
  var calibrated = CalibrationFields()

  init() {}

  var period: Int? { 1 }
  var calibration: Calibration? { calibrated.calibration(levels, season: nil) }
}

/// Those of forecasters that look at one series at a time and know a season.
struct SeasonalFields: IntervalFields {
  static let example = "{season: 12, levels: [0.8, 0.95]}"

  @Field("Season; without it the usual one of the frequency.", bounds: .steps(1)) var season: StepSpan?
  @Field("Levels of the prediction intervals, such as [0.8, 0.95].", bounds: .between(0.01, 0.999))
  var levels: [Double] = []
  var calibrated = CalibrationFields()

  init() {}

  var period: Int? { season?.steps }
  var calibration: Calibration? { calibrated.calibration(levels, season: period) }
}
