import Forecasting
import Tabular
import TimeSeries

/// The scores of a run as a JSON file: the model's beside those of the baselines.
public struct ScoreFile: Encodable, Sendable {
  /// Scores of one forecaster by metric; null where a metric is not defined.
  typealias Scores = [String: Double?]

  struct Fold: Encodable {
    /// The last row that the fold was fitted on, of the first series.
    var origin: String
    /// By forecaster.
    var scores: [String: Scores]
  }

  struct Step: Encodable {
    /// Steps after the origin, from 1.
    var step: Int
    /// By forecaster.
    var scores: [String: Scores]
  }

  var pipeline: String
  var seed: UInt64
  var horizon: Int
  var season: Int
  /// Over all folds and series, by forecaster.
  var scores: [String: Scores]
  /// The metric that decides who is better.
  var decidedBy: String
  /// The baselines that are better than the model; empty when it wins.
  var betterThanModel: [String]
  /// Whose forecast is published: `model`, or the baseline that stands in for it.
  var published: String
  /// What the model is made of, where it is made of several forecasters.
  var members: [MemberReport]?
  var folds: [Fold]
  /// Over all folds, by series and forecaster.
  var series: [String: [String: Scores]]
  /// Over all folds and series, by step of the horizon and forecaster.
  var steps: [Step]
  /// How prediction intervals did, by forecaster; those without any are left out.
  var intervals: [String: [Scorecard.IntervalScore]]
  var rejectedRows: Int
  /// What is not plausible in the readings.
  var warnings: [String]
  var training: TrainingSummary?

  enum CodingKeys: String, CodingKey {
    case pipeline, seed, horizon, season, scores, published, members, folds, series, steps, intervals, warnings,
      training
    case decidedBy = "decided_by"
    case betterThanModel = "better_than_model"
    case rejectedRows = "rejected_rows"
  }

  /// The scores of a run; nil where nothing was judged.
  public init?(_ forecast: PublishedForecast) {
    guard let card = forecast.scores, let backtest = forecast.backtest else { return nil }
    func named(_ values: [Double]) -> Scores {
      Dictionary(zip(card.metrics.map(\.name), values.map { $0.isFinite ? $0 : nil })) { first, _ in first }
    }
    func byForecaster(_ values: (Scorecard.Row) -> [Double]) -> [String: Scores] {
      Dictionary(card.rows.map { ($0.name, named(values($0))) }) { first, _ in first }
    }
    pipeline = forecast.name
    seed = forecast.seed
    horizon = card.horizon
    season = card.season
    scores = byForecaster(\.overall)
    decidedBy = card.decisiveMetric.name
    betterThanModel = card.betterThanModel(by: card.decisiveMetric)
    published = forecast.fallback?.baseline.rawValue ?? "model"
    let reports = forecast.members
    members = reports.isEmpty ? nil : reports
    folds = backtest.origins.indices.map { fold in
      let origins = backtest.origins[fold]
      let judged = origins.firstIndex { $0 > 0 } ?? 0
      return Fold(
        origin: forecast.style.text(of: forecast.panel.series[judged].index[origins[judged] - 1]),
        scores: byForecaster { $0.perFold[fold] })
    }
    series = Dictionary(
      forecast.panel.series.indices.map { position in
        (forecast.panel.series[position].name, byForecaster { $0.perSeries[position] })
      }
    ) { first, _ in first }
    steps = (0..<card.horizon).map { step in Step(step: step + 1, scores: byForecaster { $0.perStep[step] }) }
    intervals = Dictionary(card.rows.filter { !$0.intervals.isEmpty }.map { ($0.name, $0.intervals) }) { first, _ in
      first
    }
    rejectedRows = forecast.rejectedRows
    warnings = forecast.warnings
    training = forecast.training
  }

  /// The file's bytes.
  public func json() throws -> [UInt8] { try prettyJSON(self) }

  /// The scores as CSV: `forecaster,scope,of,metric,value`, where `scope` is all, fold, series or step, and `of` says
  /// which, folds and steps counted from 1. The coverage of intervals stands under `coverage_80` and, by third of the
  /// horizon, under the scope third.
  public static func csv(_ card: Scorecard, series names: [String]) -> [UInt8] {
    var writer = CSVWriter()
    func row(_ forecaster: String, _ scope: String, _ of: String, _ metric: String, _ value: Double) {
      for text in [forecaster, scope, of, metric] { writer.cell(text) }
      writer.cell(value.isFinite ? value : .nan)
      writer.endRow()
    }
    writer.row(["forecaster", "scope", "of", "metric", "value"])
    for one in card.rows {
      let scopes =
        [("all", "", one.overall)] + one.perFold.enumerated().map { ("fold", "\($0 + 1)", $1) }
        + zip(names, one.perSeries).map { ("series", $0, $1) }
        + one.perStep.enumerated().map { ("step", "\($0 + 1)", $1) }
      for (scope, of, values) in scopes {
        for (metric, value) in zip(card.metrics, values) { row(one.name, scope, of, metric.name, value) }
      }
      for interval in one.intervals {
        let metric = "coverage_\(percent(interval.level))"
        row(one.name, "all", "", metric, interval.coverage)
        for (third, value) in interval.coverageByThird.enumerated() {
          row(one.name, "third", "\(third + 1)", metric, value)
        }
      }
    }
    return writer.bytes
  }
}

extension Scorecard {
  /// That baselines are better than the model, or that the scores do not tell, in words; nil where it wins.
  public var loss: String? {
    guard isDecided else {
      return "the scores do not tell whether the model is better than a baseline: \(undefinedWords ?? "")"
        + (metrics.contains(.mae) ? "" : "; add mae to the metrics")
    }
    let better = betterThanModel(by: decisiveMetric)
    if better.isEmpty { return nil }
    return "the model loses: \(better.joined(separator: " and ")) \(better.count == 1 ? "is" : "are") better by "
      + decisiveMetric.name + (undefinedWords.map { " (\($0))" } ?? "")
  }

  /// Which metrics could not decide, in words; nil where the foremost did.
  public var undefinedWords: String? {
    let names = undefinedMetrics.map(\.name)
    if names.isEmpty { return nil }
    return "\(names.joined(separator: " and ")) \(names.count == 1 ? "is" : "are") not defined on the judged rows"
  }

  /// Why a requirement is not met by the score of a forecaster, in words; nil where it is.
  ///
  /// - Parameter rows: what was judged, such as `the steps that came since`; nil for the backtest.
  func shortfall(of requirement: Requirement, for forecaster: String = "model", on rows: String? = nil) -> String? {
    let value = value(requirement.metric, of: forecaster) ?? .nan
    if requirement.isMet(by: value) { return nil }
    let name = requirement.metric.name
    guard value.isNaN else {
      return "\(name)\(rows.map { " on \($0)" } ?? "") is \(value), not \(requirement.bound) as `require` asks"
    }
    let other = isDecided ? decisiveMetric.name : "mae"
    return "\(name) is not defined on \(rows ?? "the judged rows"), and `require` asks that it be \(requirement.bound)"
      + (other == name ? "" : "; require a metric that is, such as \(other)")
  }
}
