import Forecasting
import Pipelines

/// Forecasts by Holt's exponential smoothing with a trend that fades.
struct DampedHolt: BaselineStage {
  static let baseline = Baseline.dampedHolt
  static let summary = "Forecasts by Holt's exponential smoothing with a trend that fades."

  let fields = LevelFields()
}
