import Files
import Forecasting
import Foundation
import PipelineFile
import TimeSeries

/// Everything that a run found out.
public struct RunResult: Sendable {
  /// What it publishes.
  public var published: PublishedForecast
  /// The files that were published.
  public var files: [FilePath] = []
  /// The series that could not be forecast.
  public var failures: [SeriesFailure] = []
  /// Where the model came from; nil where nothing is kept from run to run.
  public var modelUse: ModelUse?
}

/// What a backtest came to.
public struct Judgement: Sendable {
  /// The backtest.
  public var backtest: BacktestResult
  /// That of the sample of series that was judged alone; nil where all were.
  var sampled: BacktestResult?
  /// Its scores.
  public var scores: Scorecard
  /// The baseline whose forecast would be published in place of the model's; nil for the model's.
  public var fallback: Fallback?
  /// Why what would be published is worse than the pipeline allows, in words; nil where it is not.
  public var shortfall: String?
  /// The series that could not be judged.
  public var failures: [SeriesFailure] = []
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

/// What a run reports while it works.
public enum RunEvent: Sendable {
  /// The source was read.
  case read(series: Int, rows: Int, rejected: Int)
  /// What was read.
  case came(Readings)
  /// A stage is done with a piece of its work, which took so many seconds.
  case stageEnded(String, seconds: Double)
  /// A fit began: the fold's number and how many there are, or nil for the forecast itself.
  case fitBegan(fold: Int?, of: Int)
  /// So many of the series are forecast; of few nothing is said.
  case forecast(series: Int, of: Int)
  /// A fit goes on.
  case training(FitProgress)
  /// The scores are there.
  case scored(Scorecard)
  /// A program that was started for the run reports something; its name stands before it.
  case program(String, ProgramMessage)
  /// Where the model comes from.
  case model(ModelUse)
  /// Something worth a line.
  case note(String)
  /// Something that a person should know, though it stops nothing.
  case warning(String)
}

/// What a program reports while it works.
public enum ProgramMessage: Sendable, Hashable {
  /// A message for the log.
  case log(isWarning: Bool, String)
  /// So much is done, of so much.
  case progress(done: Int, of: Int)
  /// A line of what it prints.
  case line(String)
}
