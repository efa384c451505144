import Forecasting
import Foundation
import Tabular
import TimeSeries

/// Everything that a run found out; sinks publish from it.
public struct RunResult: Sendable {
  /// What the pipeline is called.
  public var name: String
  /// A sentence on it.
  public var description: String?
  /// The readings on their regular index, gaps open.
  public var panel: Panel
  /// How times were written in the source.
  public var style: TimeStyle
  /// The forecast, from the last reading of each series on.
  public var forecast: Forecast
  /// The backtest, where the pipeline has an evaluator.
  public var backtest: BacktestResult?
  /// Its scores.
  public var scores: Scorecard?
  /// The baseline whose forecast it is, where the model was worse; nil where the forecast is the model's.
  public var fallback: Fallback?
  /// The chain that made it, fitted on all rows; nil where no chain did, as in a plugin's check.
  public var fitted: FittedChain?
  /// How many rows the source left out.
  public var rejectedRows: Int
  /// The series that could not be forecast.
  public var failures: [SeriesFailure] = []
  /// The last good forecasts of such series, where the pipeline keeps them.
  public var kept: [Forecast.Series] = []
  /// Where the model came from; nil where nothing is kept from run to run.
  public var modelUse: ModelUse?
  /// The seed that all randomness came from.
  public var seed: UInt64

  /// How the training for the published forecast went.
  public var training: TrainingSummary? { fitted?.forecaster.training }
}

/// A series that could not be forecast.
public struct SeriesFailure: Sendable, Hashable {
  /// What it is called.
  public var series: String
  /// Why.
  public var message: String
  /// Whether its last good forecast was published again.
  public var isKept = false
}

/// Where the model of a run came from.
public enum ModelUse: Sendable, Hashable {
  /// It was trained, and why.
  case trained(reason: String)
  /// An earlier run trained it, then; and what speaks for using it.
  case reused(trained: Date, reason: String)
}

extension ModelUse: CustomStringConvertible {
  public var description: String {
    switch self {
    case .trained(let reason): "training anew: \(reason)"
    case .reused(let trained, let reason): "using the model of \(trained.ISO8601Format()): \(reason)"
    }
  }
}

/// What a run tells while it works.
public enum RunEvent: Sendable {
  /// The source was read.
  case read(series: Int, rows: Int, rejected: Int)
  /// A fit began: the fold's number and how many there are, or nil for the forecast itself.
  case fitBegan(fold: Int?, of: Int)
  /// A fit goes on.
  case training(FitProgress)
  /// The scores are there.
  case scored(Scorecard)
  /// A plugin tells something; its name in the file stands before it.
  case plugin(String, PluginEvent)
  /// Where the model comes from.
  case model(ModelUse)
  /// Something worth a line.
  case note(String)
  /// Something that a person should know, though it stops nothing.
  case warning(String)
}
