import Charts
import Forecasting
import Foundation
import PipelineFile
import Pipelines
import TimeSeries

extension ForecastChart {
  /// The chart of a run: each series with its forecast and, where it was judged, its last fold beside the seasonal
  /// naive forecast (the naive one without a season), with the scores.
  init(_ published: PublishedForecast, title: String?, unit: String?) {
    let card = published.scores
    self.init(
      title: title ?? published.description ?? published.name,
      subtitle: card.map { ForecastChart.line($0.rows.map { ($0.name, $0.overall) }, card: $0, in: published) },
      valueLabel: unit,
      panels: published.panel.series.indices.map { position in
        let fold = published.backtest?.folds.last.flatMap { Fold($0, of: position) }
        return Panel(
          history: published.panel.series[position], forecast: published.forecast.series[position], fold: fold,
          baseline: published.backtest.flatMap { ForecastChart.baseline($0, of: position) },
          scores: card.map { card in
            ForecastChart.line(card.rows.map { ($0.name, $0.perSeries[position]) }, card: card, in: nil)
          })
      })
  }

  private static func baseline(_ backtest: BacktestResult, of position: Int) -> Series? {
    guard let fold = backtest.folds.last, fold.origins[position] > 0, let name = backtest.names.dropFirst().last else {
      return nil
    }
    let forecast = fold.forecasts[backtest.names.count - 1].series[position]
    return Series(name: name.replacing("-", with: " "), index: forecast.index, values: forecast.point)
  }

  /// `MASE 0.62 · naive 2.30 · seasonal naive 1.31 · 4 folds of 24 steps`
  private static func line(
    _ scores: [(name: String, values: [Double])], card: Scorecard, in published: PublishedForecast?
  )
    -> String
  {
    guard let column = card.metrics.firstIndex(of: card.decisiveMetric) else { return "" }
    var parts = scores.map { name, values in
      let label = name == "model" ? card.decisiveMetric.name.uppercased() : name.replacing("-", with: " ")
      return "\(label) \(String(format: "%.3g", values[column]))"
    }
    if let folds = published?.backtest?.origins.count {
      parts.append("\(counted(folds, "fold")) of \(card.horizon) steps")
    }
    if let fallback = published?.fallback {
      parts.append("forecast: \(fallback.baseline.rawValue.replacing("-", with: " "))")
    }
    return parts.joined(separator: " · ")
  }
}

extension ForecastChart.Fold {
  /// Nil for a series that was too short to be judged.
  fileprivate init?(_ fold: BacktestResult.Fold, of position: Int) {
    guard fold.origins[position] > 0 else { return nil }
    let forecast = fold.forecasts[0].series[position]
    self.init(
      truth: Series(name: forecast.name, index: forecast.index, values: fold.truth[position]), forecast: forecast)
  }
}
