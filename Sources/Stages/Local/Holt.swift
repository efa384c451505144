import Forecasting
import Pipelines

/// Forecasts by Holt's exponential smoothing: a level and a trend that follow the values.
struct Holt: BaselineStage {
  static let baseline = Baseline.holt
  static let summary = "Forecasts by Holt's exponential smoothing: a level and a trend that follow the values."

  let fields = LevelFields()
}
