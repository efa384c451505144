import Forecasting
import Pipelines

/// Forecasts by simple exponential smoothing: a level that follows the values.
struct SimpleSmoothing: BaselineStage {
  static let baseline = Baseline.ses
  static let summary = "Forecasts by simple exponential smoothing: a level that follows the values."

  let fields = LevelFields()
}
