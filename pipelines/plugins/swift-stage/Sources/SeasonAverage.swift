import Forecasting
import PipelineFile
import Pipelines
import TimeSeries

/// Forecasts each step by the average of the same step of the last seasons.
struct SeasonAverage: ForecasterStage {
  static let name = "season-average"
  static let summary = "Forecasts each step by the average of the same step of the last seasons."
  static let example = "{season: 12, seasons: 3}"
  static let savedParts = AveragingForecaster.savedParts

  @Field("The season.", unit: "steps", bounds: .atLeast(1)) var season: Int
  @Field("How many of the last seasons are averaged.", unit: "seasons", bounds: .atLeast(1)) var seasons = 3

  func check(beside rest: StageSurroundings) throws(FieldFault) {
    let needed = season * seasons
    if rest.shape.lookback < needed {
      throw FieldFault("seasons", "wants a lookback of at least \(needed) in the window stage")
    }
  }

  func forecaster(in surroundings: ChainSurroundings) -> any Forecaster {
    AveragingForecaster(season: season, seasons: seasons, horizon: surroundings.shape.horizon)
  }
}

/// Learns nothing: all that it needs stands in the rows before the origin.
struct AveragingForecaster: Forecaster, FittedForecaster {
  static let kind = "season-average"

  let season: Int
  let seasons: Int
  let horizon: Int

  func fit(_ panel: Panel, shape: WindowShape, context: FitContext) -> AveragingForecaster { self }

  func forecast(after history: Panel) throws -> Forecast {
    Forecast(
      try history.series.map { series in
        guard series.count >= season * seasons else {
          throw ForecastingError.tooShort(
            series: series.name, steps: series.count, needed: season * seasons,
            reason: "an average of \(seasons) seasons of \(season)")
        }
        let point = (0..<horizon).map { ahead in
          let same = (1...seasons).map { series.values[series.count - $0 * season + ahead % season] }
          return same.reduce(0, +) / Double(seasons)
        }
        return Forecast.Series(name: series.name, index: series.index.following(horizon), point: point)
      })
  }
}
