/// Scores, the model's first and the baselines' beside it.
public struct Scorecard: Sendable, Hashable {
  /// The scores of one forecaster, each list in the order of the metrics.
  public struct Row: Sendable, Hashable {
    /// `model`, or the baseline's name.
    public var name: String
    /// Over all folds and series.
    public var overall: [Double]
    /// Over all series, [fold][metric].
    public var perFold: [[Double]]
    /// Over all folds, [series][metric].
    public var perSeries: [[Double]]
    /// Over all folds and series, [step of the horizon][metric].
    public var perStep: [[Double]]
    /// How its prediction intervals did, narrowest level first; empty where it has none.
    public var intervals: [IntervalScore]
  }

  /// How the prediction intervals of one level did, over all folds, series and steps.
  public struct IntervalScore: Sendable, Hashable, Codable {
    /// The share of outcomes that should lie within.
    public var level: Double
    /// The share that did.
    public var coverage: Double
    /// The share that did in each third of the horizon, the nearest first; empty where the horizon has fewer than three
    /// steps.
    public var coverageByThird: [Double]
    /// The mean distance of the bounds, in the units that are scored in.
    public var width: Double

    enum CodingKeys: String, CodingKey {
      case level, coverage, width
      case coverageByThird = "coverage_by_third"
    }
  }

  /// The season of the seasonal naive forecast and of MASE, in steps.
  public var season: Int
  /// Steps that were forecast from each origin.
  public var horizon: Int
  /// What was measured.
  public var metrics: [Metric]
  /// The scores.
  public var rows: [Row]

  /// One overall score; nil where it was not measured.
  public func value(_ metric: Metric, of name: String = "model") -> Double? {
    guard let column = metrics.firstIndex(of: metric), let row = rows.first(where: { $0.name == name }) else {
      return nil
    }
    return row.overall[column]
  }

  /// The metrics of which low or high values are good, as they decide who is better: mase, then the others in order.
  private var ranking: [Metric] {
    let ranking = metrics.filter { $0.orientation != .neither }
    return ranking.filter { $0 == .mase } + ranking.filter { $0 != .mase }
  }

  /// The metric that decides who is better: mase where it was measured, otherwise the first of which low or high values
  /// are good. One that is not defined on the judged rows, as mase where they repeat exactly, leaves it to the next.
  public var decisiveMetric: Metric {
    let ranking = ranking
    return ranking.first { metric in rows.dropFirst().contains { tells(metric, of: $0.name) } } ?? ranking.first
      ?? metrics[0]
  }

  /// The metrics that would decide before ``decisiveMetric`` were they defined; all of them where none is.
  public var undefinedMetrics: [Metric] {
    Array(ranking.prefix { metric in !rows.dropFirst().contains { tells(metric, of: $0.name) } })
  }

  /// Whether any metric tells who is better; true where nobody asked for one that could.
  public var isDecided: Bool { ranking.isEmpty || undefinedMetrics.count < ranking.count }

  /// Whether a metric tells who is better, the model or a baseline.
  private func tells(_ metric: Metric, of baseline: String) -> Bool {
    guard let model = value(metric), let other = value(metric, of: baseline) else { return false }
    return !other.isNaN && (other.isFinite || model.isFinite)
  }

  /// Whether a baseline's score is better than the model's. A model that cannot be scored has not shown that it is better.
  private func isBetter(_ other: Double, than model: Double, by metric: Metric) -> Bool {
    metric.isBetter(other, than: model) || metric.orientation != .neither && model.isNaN && !other.isNaN
  }

  /// The baseline that is to stand in for the model, if it is better by the first metric that tells; the seasonal naive
  /// forecast is the naive one where there is no season.
  public func fallback(to baseline: Baseline?) -> Fallback? {
    guard let baseline else { return nil }
    let name = rows.contains { $0.name == baseline.rawValue } ? baseline : .naive
    guard let metric = ranking.first(where: { tells($0, of: name.rawValue) }), let model = value(metric),
      let other = value(metric, of: name.rawValue), isBetter(other, than: model, by: metric)
    else { return nil }
    return Fallback(baseline: name, metric: metric, score: other, modelScore: model)
  }

  /// The baselines that are better than the model by the given metric, best first.
  public func betterThanModel(by metric: Metric) -> [String] {
    guard let model = value(metric) else { return [] }
    return rows.dropFirst().compactMap { row in value(metric, of: row.name).map { (row.name, $0) } }
      .filter { isBetter($0.1, than: model, by: metric) }.sorted { metric.isBetter($0.1, than: $1.1) }.map(\.0)
  }
}

/// A baseline that stands in for the model, and why.
public struct Fallback: Sendable, Hashable, Codable {
  /// Whose forecast is published.
  public var baseline: Baseline
  /// The metric by which it is better.
  public var metric: Metric
  /// Its score.
  public var score: Double
  /// The model's score.
  public var modelScore: Double
}
