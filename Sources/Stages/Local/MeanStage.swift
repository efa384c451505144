import Forecasting
import Pipelines

/// Forecasts the mean of all values.
struct MeanStage: BaselineStage {
  static let baseline = Baseline.mean
  static let summary = "Forecasts the mean of all values."

  let fields = LevelFields()
}
