import Forecasting
import Pipelines

/// Repeats the last value.
struct NaiveStage: BaselineStage {
  static let baseline = Baseline.naive
  static let summary = "Repeats the last value."

  let fields = LevelFields()
}
