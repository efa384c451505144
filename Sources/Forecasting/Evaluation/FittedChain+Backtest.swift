import TimeSeries

extension FittedChain {
  /// Judges the chain as it is on the newest rows, a horizon apart, with the naive and the seasonal naive forecast
  /// beside it. The rows must not be among those that it was fitted on.
  ///
  /// - Parameters:
  ///   - folds: how many horizons at the end of each series.
  ///   - season: of the seasonal naive forecast and of MASE, in steps.
  /// - Throws: what a forecast throws.
  public func judged(on panel: Panel, shape: WindowShape, folds: Int, season: Int) throws -> BacktestResult {
    let horizon = shape.horizon
    let baselines: [Baseline] = season > 1 ? [.naive, .seasonalNaive] : [.naive]
    var result = BacktestResult(
      season: season, horizon: horizon, names: ["model"] + baselines.map(\.rawValue), units: nil,
      series: panel.series.count, metrics: [.mase])
    let backgrounds = panel.series.map { BackgroundSums($0.values, season: season) }
    for fold in 0..<folds {
      let origins = panel.series.map { $0.count - horizon * (folds - fold) }
      let history = panel.rows(before: origins)
      let references = try baselines.map { baseline in
        try baseline.forecaster(season: season, levels: []).fit(history, shape: shape, context: FitContext())
          .forecast(after: history)
      }
      result.add(
        .init(
          panel, origins: origins, judged: Array(panel.series.indices), horizon: horizon,
          forecasts: [try forecast(after: history)] + references,
          backgrounds: zip(backgrounds, origins).map { $0.background(after: $1) }),
        keepsForecasts: true)
    }
    return result
  }
}
