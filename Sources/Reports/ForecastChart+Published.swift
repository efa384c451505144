import Charts
import Forecasting
import Pipelines
import TimeSeries

extension ForecastChart {
  /// The chart of a run: each series with its forecast and, where it was judged, its last fold beside the seasonal
  /// naive forecast (the naive one without a season), with the scores.
  ///
  /// - Throws: `Failure` where the file that holds the folds cannot be read.
  package init(_ published: PublishedForecast, title: String? = nil, unit: String? = nil) throws(Failure) {
    let card = published.scores
    let column = card.flatMap { card in card.metrics.firstIndex(of: card.decisiveMetric) }
    let newest = published.backtest?.keptFolds.last
    var panels: [Panel] = []
    for position in published.panel.series.indices {
      let judged = try newest.flatMap { fold throws(Failure) in try published.judged(fold, position) }
      let history = published.panel.series[position]
      panels.append(
        Panel(
          history: history, forecast: published.forecast.series[position],
          fold: judged.map { Fold($0, of: history) },
          baseline: judged.flatMap { judged in
            published.backtest.flatMap { ForecastChart.baseline(judged, of: history, names: $0.names) }
          },
          scores: card.map { card in
            ForecastChart.parts(card.rows.map { ($0.name, $0.perSeries[position]) }, card: card, in: nil)
          } ?? [],
          rating: column.flatMap { column in
            card.flatMap { $0.decisiveMetric.rating(of: $0.rows[0].perSeries[position][column]) }
          }))
    }
    self.init(
      title: title ?? published.title,
      subtitle: card.map { ForecastChart.parts($0.rows.map { ($0.name, $0.overall) }, card: $0, in: published) } ?? [],
      valueLabel: unit ?? published.valueLabel, panels: panels)
    ratedBy = card?.decisiveMetric.name.uppercased()
  }

  private static func baseline(_ judged: BacktestResult.Judged, of series: Series, names: [String]) -> Series? {
    guard let name = names.dropFirst().last, let point = judged.points.last else { return nil }
    return Series(name: name.replacing("-", with: " "), index: judged.index(in: series), values: point)
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

extension BacktestResult.Judged {
  /// The steps that were forecast.
  fileprivate func index(in series: Series) -> TimeIndex { series.index.rows(origin..<origin + truth.count) }
}

extension ForecastChart.Fold {
  fileprivate init(_ judged: BacktestResult.Judged, of series: Series) {
    let index = judged.index(in: series)
    self.init(
      truth: Series(name: series.name, index: index, values: judged.truth),
      forecast: .init(name: series.name, index: index, point: judged.points[0], intervals: judged.intervals))
  }
}

extension PublishedForecast {
  /// What was forecast of a series at a fold, beside what came; nil where it was not judged.
  func judged(_ fold: Int, _ series: Int) throws(Failure) -> BacktestResult.Judged? {
    guard let backtest else { return nil }
    return try Failure.naming("evaluate") { try backtest.judged(fold, series) }
  }
}
