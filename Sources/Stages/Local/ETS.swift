import Forecasting
import Pipelines

/// Forecasts by the exponential smoothing model that suits each series best, chosen by AICc.
struct ETS: SeasonalBaselineStage {
  static let baseline = Baseline.ets
  static let summary = "Forecasts by the exponential smoothing model that suits each series best, chosen by AICc."

  let fields = SeasonalFields()
}
