import Forecasting
import PipelineFile
import Pipelines

/// A forecaster without a network that other models are measured beside too, with intervals.
protocol BaselineStage: ForecasterStage {
  associatedtype Fields: IntervalFields
  static var baseline: Baseline { get }
  var fields: Fields { get }
}

extension BaselineStage {
  static var name: String { baseline.rawValue }
  static var example: String { Fields.example }
  static var savedParts: [any SavedPart.Type] { LocalForecaster.savedParts }

  func forecaster(in surroundings: ChainSurroundings) -> any Forecaster {
    Self.baseline.forecaster(season: fields.period, levels: fields.levels)
  }

  var givenLevels: [Double]? { fields.levels }
  var calibration: Calibration? { fields.calibration }
  func check() throws(FieldFault) { try fields.calibrated.check(fields.levels) }
}

struct NaiveStage: BaselineStage {
  static let baseline = Baseline.naive
  static let summary = "Repeats the last value."
  var fields = LevelFields()
}

struct SeasonalNaiveStage: BaselineStage {
  static let baseline = Baseline.seasonalNaive
  static let summary = "Repeats the last season."
  var fields = SeasonalFields()
}

struct DriftStage: BaselineStage {
  static let baseline = Baseline.drift
  static let summary = "Draws the line from the first to the last value on."
  var fields = LevelFields()
}

struct MeanStage: BaselineStage {
  static let baseline = Baseline.mean
  static let summary = "Forecasts the mean of all values."
  var fields = LevelFields()
}

struct Naive2Stage: BaselineStage {
  static let baseline = Baseline.naive2
  static let summary = "Repeats the last value of the seasonally adjusted series: the benchmark of the M competitions."
  var fields = SeasonalFields()
}

struct SimpleSmoothingStage: BaselineStage {
  static let baseline = Baseline.ses
  static let summary = "Forecasts by simple exponential smoothing: a level that follows the values."
  var fields = LevelFields()
}

struct HoltStage: BaselineStage {
  static let baseline = Baseline.holt
  static let summary = "Forecasts by Holt's exponential smoothing: a level and a trend that follow the values."
  var fields = LevelFields()
}

struct DampedHoltStage: BaselineStage {
  static let baseline = Baseline.dampedHolt
  static let summary = "Forecasts by Holt's exponential smoothing with a trend that fades."
  var fields = LevelFields()
}

struct ETSStage: BaselineStage {
  static let baseline = Baseline.ets
  static let summary = "Forecasts by the exponential smoothing model that suits each series best, chosen by AICc."
  var fields = SeasonalFields()
}

struct ThetaStage: BaselineStage {
  static let baseline = Baseline.theta
  static let summary = "Forecasts by the theta method of the M3 and M4 competitions."
  var fields = SeasonalFields()
}
