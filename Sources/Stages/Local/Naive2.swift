import Forecasting
import Pipelines

/// Repeats the last value of the seasonally adjusted series: the benchmark of the M competitions.
struct Naive2: SeasonalBaselineStage {
  static let baseline = Baseline.naive2
  static let summary = "Repeats the last value of the seasonally adjusted series: the benchmark of the M competitions."

  let fields = SeasonalFields()
}
