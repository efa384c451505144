import Charts
import Forecasting
import Pipelines
import TimeSeries

/// A way to look at a run.
public enum ChartKind: String, Sendable, CaseIterable {
  /// The forecast behind its history, with the last fold of the backtest.
  case forecast
  /// What the backtest was off by: over time, as a histogram, and how far one error tells the next.
  case residuals
  /// How often intervals held what they promise.
  case calibration
  /// The error by steps ahead, beside the baselines, and by origin.
  case errors
  /// The parts that a combination is made of.
  case members
  /// Trend, seasons and rest, of the forecast too.
  case decomposition
  /// The readings that lay outside of what was forecast for them.
  case anomalies
  /// How a network was trained: loss, learning rate, and how far back its gradient reaches.
  case training
  /// What the gates of a network do over the window that it reads.
  case gates
  /// Which steps of its window a network with attention looks at.
  case attention
  /// What each covariate is worth.
  case importance

  /// Whether it is made of all folds of the backtest.
  package var readsFolds: Bool { self == .residuals || self == .anomalies }
}

extension ChartKind {
  /// The chart of a run.
  ///
  /// - Parameters:
  ///   - title: what stands above it; nil for what the run is about.
  ///   - unit: what the values are counted in.
  ///   - series: how many series it may show, where it shows series.
  ///   - history: how many steps of history; nil for its usual part.
  /// - Throws: `Failure` where the run holds nothing of the kind.
  package func chart(
    of run: PublishedForecast, title: String? = nil, unit: String? = nil, series: Int = 6, history: Int? = nil
  ) throws(Failure) -> any Chart {
    let title = title ?? run.title
    switch self {
    case .forecast:
      var chart = ForecastChart(run, title: title, unit: unit)
      (chart.maximumPanels, chart.historySteps) = (series, history)
      return chart
    case .residuals: return try PanelsChart(residualsOf: run, title: title, unit: unit)
    case .calibration: return try PanelsChart(calibrationOf: run, title: title)
    case .errors: return try PanelsChart(errorsOf: run, title: title)
    case .members: return try ScoresChart(membersOf: run, title: title)
    case .decomposition: return try PanelsChart(decompositionOf: run, title: title, unit: unit, history: history)
    case .anomalies: return try PanelsChart(anomaliesOf: run, title: title, unit: unit, series: series)
    case .training: return try PanelsChart(trainingOf: run, title: title)
    case .gates: return try PanelsChart(gatesOf: run, title: title, unit: unit)
    case .attention: return try PanelsChart(attentionOf: run, title: title, unit: unit)
    case .importance: return try ScoresChart(importanceOf: run, title: title)
    }
  }

  func missing(_ what: String) -> Failure { Failure(.failed, "the chart \(rawValue) wants \(what)") }
}

extension PublishedForecast {
  /// The series that a chart of one series shows: that with a typical score where several were judged, or the first.
  func typicalSeries() -> Int {
    guard let card = scores, let column = card.metrics.firstIndex(of: card.decisiveMetric), let model = card.rows.first
    else { return 0 }
    let judged = model.perSeries.indices.filter { model.perSeries[$0][column].isFinite }
      .sorted { (model.perSeries[$0][column], $0) < (model.perSeries[$1][column], $1) }
    return judged.isEmpty ? 0 : judged[judged.count / 2]
  }

  /// What stands below the title where one of many series is shown.
  func remark(on series: Int) -> [String] {
    panel.series.count < 2 ? [] : [panel.series[series].name, "a typical one of \(panel.series.count) series"]
  }

  func spoken(_ name: String) -> String { name.replacing("-", with: " ") }
}
