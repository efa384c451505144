import Forecasting
import Pipelines

/// Forecasts by the theta method of the M3 and M4 competitions.
struct ThetaStage: SeasonalBaselineStage {
  static let baseline = Baseline.theta
  static let summary = "Forecasts by the theta method of the M3 and M4 competitions."

  let fields = SeasonalFields()
}
