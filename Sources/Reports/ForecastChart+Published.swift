import Charts
import Forecasting
import Pipelines
import TimeSeries

extension ForecastChart {
  /// The chart of a run: each series with its forecast and, where it was judged, its last fold beside the seasonal
  /// naive forecast (the naive one without a season), with the scores.
  package init(_ published: PublishedForecast, title: String? = nil, unit: String? = nil) {
    let card = published.scores
    let column = card.flatMap { card in card.metrics.firstIndex(of: card.decisiveMetric) }
    self.init(
      title: title ?? published.title,
      subtitle: card.map { ForecastChart.parts($0.rows.map { ($0.name, $0.overall) }, card: $0, in: published) } ?? [],
      valueLabel: unit ?? published.valueLabel,
      panels: published.panel.series.indices.map { position in
        let fold = published.backtest?.folds.last.flatMap { Fold($0, of: position) }
        return Panel(
          history: published.panel.series[position], forecast: published.forecast.series[position], fold: fold,
          baseline: published.backtest.flatMap { ForecastChart.baseline($0, of: position) },
          scores: card.map { card in
            ForecastChart.parts(card.rows.map { ($0.name, $0.perSeries[position]) }, card: card, in: nil)
          } ?? [],
          rating: column.flatMap { column in
            card.flatMap { $0.decisiveMetric.rating(of: $0.rows[0].perSeries[position][column]) }
          })
      })
    ratedBy = card?.decisiveMetric.name.uppercased()
  }

  private static func baseline(_ backtest: BacktestResult, of position: Int) -> Series? {
    guard let fold = backtest.folds.last, fold.origins[position] > 0, let name = backtest.names.dropFirst().last else {
      return nil
    }
    let forecast = fold.forecasts[backtest.names.count - 1].series[position]
    return Series(name: name.replacing("-", with: " "), index: forecast.index, values: forecast.point)
  }

  /// `MASE 0.62`, `naive 2.30`, `seasonal naive 1.31`, `4 folds of 24 steps`
  private static func parts(
    _ scores: [(name: String, values: [Double])], card: Scorecard, in published: PublishedForecast?
  ) -> [String] {
    guard let column = card.metrics.firstIndex(of: card.decisiveMetric) else { return [] }
    var parts = scores.map { name, values in
      let label = name == "model" ? card.decisiveMetric.name.uppercased() : name.replacing("-", with: " ")
      return "\(label) \(brief(values[column]))"
    }
    if let folds = published?.backtest?.origins.count {
      parts.append("\(counted(folds, "fold")) of \(counted(card.horizon, "step"))")
    }
    if let fallback = published?.fallback {
      parts.append("forecast: \(fallback.baseline.rawValue.replacing("-", with: " "))")
    }
    return parts
  }
}

extension PublishedForecast {
  /// What stands above a chart of it: its description, or what a person would say for its name, and how far it looks ahead.
  package var title: String {
    if let description { return description }
    let words = name.split(whereSeparator: { "-_".contains($0) }).joined(separator: " ")
    let subject = words.isEmpty ? name : words.prefix(1).uppercased() + words.dropFirst()
    return "\(subject), \(ahead) ahead"
  }

  /// How far it looks ahead: `24 months`.
  package var ahead: String {
    forecast.series.first.map { $0.index.frequency.counted($0.point.count) } ?? "no steps"
  }

  /// What stands beside an axis of values: the column that they come from; nil where there are several.
  package var valueLabel: String? { target ?? (panel.series.count == 1 ? panel.series[0].name : nil) }
}

extension Metric {
  /// What series are ordered by, the best lowest; nil for a metric that tells nothing.
  fileprivate func rating(of value: Double) -> Double? {
    switch orientation {
    case .lower: value
    case .higher: -value
    case .neither: nil
    }
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
