import Charts
import Forecasting
import PipelineFile
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

/// Which series a chart shows.
public struct ShownSeries: Sendable, Hashable {
  /// How many at the most, where it shows several and nobody says which.
  public var most: Int
  /// Those that somebody asks for, in this order; empty for those that tell most.
  public var names: [String]

  /// Some series; without names those that tell most.
  public init(_ names: [String] = [], most: Int = 6) { (self.names, self.most) = (names, most) }

  /// Where those that were asked for stand.
  func positions(in run: PublishedForecast) throws(Failure) -> [Int] {
    var found: [Int] = []
    for name in names {
      guard let position = run.panel.series.firstIndex(where: { $0.name == name }) else {
        let near = didYouMean(name, among: run.panel.series.map(\.name))
        throw Failure(.badData, "no series is called \"\(name)\"\(near)")
      }
      found.append(position)
    }
    return found
  }

  /// The one series of a chart that shows one: a typical one unless somebody asks for another.
  func one(in run: PublishedForecast) throws(Failure) -> Int { try positions(in: run).first ?? run.typicalSeries() }
}

extension ChartKind {
  /// How many series may be asked for by name: none where it is about all of them.
  package var mostNamed: Int {
    switch self {
    case .forecast, .anomalies: 24
    case .residuals, .decomposition, .gates, .attention: 1
    case .calibration, .errors, .members, .training, .importance: 0
    }
  }

  /// What is wrong with so many names of series; nil where nothing is.
  package func fault(named count: Int) -> String? {
    if count <= mostNamed { return nil }
    return mostNamed == 0
      ? "a chart of \(rawValue) is about all series" : "a chart of \(rawValue) shows \(mostNamed) series at the most"
  }

  /// The chart of a run.
  ///
  /// - Parameters:
  ///   - title: what stands above it; nil for what the run is about.
  ///   - unit: what the values are counted in.
  ///   - history: how many steps of history; nil for its usual part.
  /// - Throws: `Failure` where the run holds nothing of the kind, or no series of a name.
  package func chart(
    of run: PublishedForecast, title: String? = nil, unit: String? = nil, series: ShownSeries = ShownSeries(),
    history: Int? = nil
  ) throws(Failure) -> any Chart {
    let title = title ?? run.title
    switch self {
    case .forecast:
      var chart = try ForecastChart(run, title: title, unit: unit)
      (chart.maximumPanels, chart.historySteps) = (series.most, history)
      let named = try series.positions(in: run)
      if !named.isEmpty { (chart.panels, chart.maximumPanels) = (named.map { chart.panels[$0] }, named.count) }
      return chart
    case .residuals: return try PanelsChart(residualsOf: run, title: title, unit: unit, series: series)
    case .calibration: return try PanelsChart(calibrationOf: run, title: title)
    case .errors: return try PanelsChart(errorsOf: run, title: title)
    case .members: return try ScoresChart(membersOf: run, title: title)
    case .decomposition:
      return try PanelsChart(decompositionOf: run, title: title, unit: unit, series: series, history: history)
    case .anomalies: return try PanelsChart(anomaliesOf: run, title: title, unit: unit, series: series)
    case .training: return try PanelsChart(trainingOf: run, title: title)
    case .gates: return try PanelsChart(gatesOf: run, title: title, unit: unit, series: series)
    case .attention: return try PanelsChart(attentionOf: run, title: title, unit: unit, series: series)
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
  ///
  /// - Parameter shown: what was asked for.
  func remark(on series: Int, _ shown: ShownSeries) -> [String] {
    guard panel.series.count > 1 else { return [] }
    let name = panel.series[series].name
    return shown.names.isEmpty
      ? [name, "a typical one of \(panel.series.count) series"] : [name, "one of \(panel.series.count) series"]
  }

  func spoken(_ name: String) -> String { name.replacing("-", with: " ") }
}
