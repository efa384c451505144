import Forecasting
import Pipelines

/// Repeats the last season.
struct SeasonalNaive: SeasonalBaselineStage {
  static let baseline = Baseline.seasonalNaive
  static let summary = "Repeats the last season."

  let fields = SeasonalFields()
}
