import Forecasting
import PipelineFile
import Pipelines
import TimeSeries

/// A transform as somebody outside the library writes it.
struct DoublingStage: TransformStage {
  static let name = "doubling"
  static let summary = "Multiplies each value by a factor."
  static let example = "{by: 3}"
  static let savedParts = Doubling.savedParts

  @Field("The factor.", bounds: .above(0)) var by = 2.0

  func transform(in surroundings: ChainSurroundings) -> any Transform { Doubling(by: by) }
}

struct Doubling: Transform, FittedTransform {
  static let kind = "test-doubling"
  let by: Double

  func fit(_ panel: Panel) -> Doubling { self }
  func apply(_ panel: Panel) -> Panel { panel.mapValues { $0.values.map { $0 * by } } }
  func invert(_ forecast: Forecast, history: Panel) -> Forecast {
    Forecast(
      forecast.series.map { series in
        var series = series
        series.point = series.point.map { $0 / by }
        return series
      })
  }
}
