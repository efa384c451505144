import Forecasting
import TimeSeries

/// What is kept of one run: when, on what, how well, how it ended.
public struct RunRecord: Codable, Sendable, Equatable {
  /// How a run stands.
  public enum State: String, Codable, Sendable, CaseIterable {
    /// It works, or was ended in a way that let it write nothing more; ``killed`` then, when somebody looks.
    case running
    /// Its forecast was published.
    case published
    /// There was nothing to do: input, pipeline and outputs are as the run before left them.
    case unchanged
    /// It failed; the forecast before it stays.
    case failed
    /// It was told to end by a signal.
    case interrupted
    /// It ended without a word: killed, or with the machine.
    case killed

    /// Whether what is published is as it should be.
    var isWell: Bool { self == .published || self == .unchanged }
  }

  /// How long one stage took.
  public struct Timing: Codable, Sendable, Equatable {
    /// The stage, such as `stages[4] (lstm)`.
    public var stage: String
    /// Seconds, all calls together.
    public var seconds: Double
  }

  /// How the model of the forecast came to be.
  public enum Model: String, Codable, Sendable {
    /// It was fitted in this run.
    case trained
    /// It was fitted in a run before this one.
    case reused
  }

  /// What the run is called.
  public var id: String
  /// What the pipeline is called.
  public var pipeline: String
  /// The pipeline file, as it was named.
  public var file: String
  /// When it began, in milliseconds since 1970, UTC.
  public var started: Int64
  /// When it ended; nil while it works, and for good where it was killed.
  public var ended: Int64?
  /// How it stands.
  public var state = State.running
  /// The process that runs it.
  public var process: ProcessIdentity
  /// The version of the command.
  public var version: String
  /// A fingerprint of the effective pipeline file.
  public var pipelineHash: String
  /// A fingerprint of the readings; nil until they are read.
  public var inputHash: String?
  /// Series that were read.
  public var series: Int?
  /// Readings of all series.
  public var readings: Int?
  /// Rows that the source left out.
  public var rejected: Int?
  /// The newest reading, in milliseconds since 1970 on the readings' own clock.
  public var newestReading: Int64?
  /// How long the stages took, in the order in which they first worked.
  public var stages: [Timing] = []
  /// Scores by forecaster and metric; those that are not defined are left out.
  public var scores: [String: [String: Double]] = [:]
  /// The metric that decides who is better; nil where nothing was judged.
  public var decidedBy: String?
  /// The model's score by that metric.
  public var score: Double?
  /// How the model came to be; nil where the run ended before.
  public var model: Model?
  /// When the model was fitted, in milliseconds since 1970, UTC.
  public var modelTrained: Int64?
  /// The code that the command ended with.
  public var exitCode: Int?
  /// Why it failed.
  public var message: String?
  /// What it warned of.
  public var warnings: [String] = []
  /// The files that it published, relative to the pipeline's root.
  public var published: [String] = []

  /// A run that begins.
  public init(
    id: String, pipeline: String, file: String, started: Timestamp, process: ProcessIdentity, version: String,
    pipelineHash: String
  ) {
    (self.id, self.pipeline, self.file, self.started) = (id, pipeline, file, started.milliseconds)
    (self.process, self.version, self.pipelineHash) = (process, version, pipelineHash)
  }

  /// How long it took, in seconds; nil where its end is not known. A clock that was set back meanwhile makes it 0.
  public var seconds: Double? { ended.map { max(0, (Double($0) - Double(started)) / 1000) } }

  /// Adds to the time of a stage.
  mutating func add(_ seconds: Double, to stage: String) {
    if let position = stages.firstIndex(where: { $0.stage == stage }) {
      stages[position].seconds += seconds
    } else {
      stages.append(Timing(stage: stage, seconds: seconds))
    }
  }

  /// How it stands, given whether a process is still there: one that has gone without a word was killed.
  func standing(isAlive: (ProcessIdentity) -> Bool) -> State {
    state == .running && !isAlive(process) ? .killed : state
  }
}

extension Scorecard {
  /// The overall scores by forecaster and metric; those that are not defined are left out.
  var named: [String: [String: Double]] {
    var result: [String: [String: Double]] = [:]
    for row in rows {
      for (metric, value) in zip(metrics, row.overall) where value.isFinite {
        result[row.name, default: [:]][metric.name] = value
      }
    }
    return result
  }
}
