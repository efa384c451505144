import Forecasting

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
    case pipeline, seed, horizon, season, scores, folds, series, steps, intervals, warnings, training
    case decidedBy = "decided_by"
    case betterThanModel = "better_than_model"
    case rejectedRows = "rejected_rows"
  }

  /// The scores of a run; nil where nothing was judged.
  public init?(_ result: RunResult) {
    guard let card = result.scores, let backtest = result.backtest else { return nil }
    func named(_ values: [Double]) -> Scores {
      Dictionary(zip(card.metrics.map(\.rawValue), values.map { $0.isFinite ? $0 : nil })) { first, _ in first }
    }
    func byForecaster(_ values: (Scorecard.Row) -> [Double]) -> [String: Scores] {
      Dictionary(card.rows.map { ($0.name, named(values($0))) }) { first, _ in first }
    }
    pipeline = result.name
    seed = result.seed
    horizon = card.horizon
    season = card.season
    scores = byForecaster(\.overall)
    decidedBy = card.decisiveMetric.rawValue
    betterThanModel = card.betterThanModel(by: card.decisiveMetric)
    folds = backtest.folds.indices.map { fold in
      let index = result.panel.series[0].index
      return Fold(
        origin: result.style.text(of: index[backtest.folds[fold].origins[0] - 1]),
        scores: byForecaster { $0.perFold[fold] })
    }
    series = Dictionary(
      result.panel.series.indices.map { position in
        (result.panel.series[position].name, byForecaster { $0.perSeries[position] })
      }
    ) { first, _ in first }
    steps = (0..<card.horizon).map { step in Step(step: step + 1, scores: byForecaster { $0.perStep[step] }) }
    intervals = Dictionary(card.rows.filter { !$0.intervals.isEmpty }.map { ($0.name, $0.intervals) }) { first, _ in
      first
    }
    rejectedRows = result.rejectedRows
    warnings = result.warnings
    training = result.training
  }

  /// The file's bytes.
  public func json() throws -> [UInt8] { try prettyJSON(self) }
}
