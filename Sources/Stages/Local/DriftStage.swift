import Forecasting
import Pipelines

/// Draws the line from the first to the last value on.
struct DriftStage: BaselineStage {
  static let baseline = Baseline.drift
  static let summary = "Draws the line from the first to the last value on."

  let fields = LevelFields()
}
