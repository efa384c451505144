import Forecasting
import Foundation
import Synchronization
import TimeSeries

/// Stands beside one run: writes its history and metrics, tells the heartbeat's service, and starts the program for
/// failures. Nothing of this ever stops a run or changes its result; what goes wrong here is told as a warning.
public final class RunAttendance: Sendable {
  /// What it may use of the process.
  public struct Surroundings: Sendable {
    /// The variables that programs started from here see.
    public var environment: [String: String]
    /// Where programs are looked for, as in PATH.
    public var searchPath: String
    /// The folder for files of a moment.
    public var temporaryFolder: String
    /// The version of the command.
    public var version: String

    /// What may be used.
    public init(environment: [String: String], searchPath: String, temporaryFolder: String, version: String) {
      (self.environment, self.searchPath) = (environment, searchPath)
      (self.temporaryFolder, self.version) = (temporaryFolder, version)
    }
  }

  private struct State {
    var record: RunRecord
    var isOver = false
  }

  private let pipeline: Pipeline
  private let surroundings: Surroundings
  private let tell: @Sendable (RunEvent) -> Void
  private let history: RunHistory?
  private let state: Mutex<State>
  // Apart from those of the plugins, which have ended when a failure is told of.
  private let processes = ProcessGroups()
  private let greeting = DispatchGroup()

  /// An attendance of one run.
  ///
  /// - Parameters:
  ///   - id: what the run is called.
  ///   - tell: is told what goes wrong here, and what the program for failures prints.
  public init(
    _ pipeline: Pipeline, id: String, surroundings: Surroundings, tell: @escaping @Sendable (RunEvent) -> Void
  ) {
    (self.pipeline, self.surroundings, self.tell) = (pipeline, surroundings, tell)
    history = pipeline.run.operation.history.map { settings in
      RunHistory(path: RunHistory.path(of: pipeline), keep: settings.keep) { tell(.warning($0)) }
    }
    state = Mutex(
      State(
        record: RunRecord(
          id: id, pipeline: pipeline.name, file: pipeline.file, started: .now, process: .own,
          version: surroundings.version, pipelineHash: String(pipeline.digest.prefix(16)))))
  }

  /// The run begins.
  public func begin() {
    history?.begin(state.withLock { $0.record }) { [tell] lost in
      tell(.warning("the run before this one, \(lost.id), was killed, or the machine stopped"))
    }
    if pipeline.run.operation.heartbeat != nil {
      // The run need not wait for the answer.
      DispatchQueue.global().async(group: greeting) { [self] in beat(.start) }
    }
  }

  /// Takes note of what the run tells.
  public func note(_ event: RunEvent) {
    state.withLock { state in
      switch event {
      case .read(let series, let rows, let rejected):
        (state.record.series, state.record.readings, state.record.rejected) = (series, rows, rejected)
      case .came(let readings):
        state.record.inputHash = readings.fingerprint
        state.record.newestReading = readings.series.compactMap(\.newest).max()?.milliseconds
      case .stageEnded(let stage, let seconds): state.record.add(seconds, to: stage)
      case .scored(let card):
        state.record.scores = card.named
        state.record.decidedBy = card.decisiveMetric.rawValue
        state.record.score = card.value(card.decisiveMetric).flatMap { $0.isFinite ? $0 : nil }
        if let loss = card.loss { state.record.warnings.append(loss) }
      case .warning(let text), .plugin(_, .log(isWarning: true, let text)): state.record.warnings.append(text)
      default: break
      }
    }
  }

  /// The run published its forecast.
  public func succeed(_ result: RunResult, published: [FilePath], code: Int = 0) {
    end { record in
      (record.state, record.exitCode, record.published) = (.published, code, published.map(\.text))
      if case .reused(let trained, _) = result.modelUse {
        (record.model, record.modelTrained) = (.reused, Int64(trained.timeIntervalSince1970 * 1000))
      } else {
        (record.model, record.modelTrained) = (.trained, record.ended)
      }
    }
  }

  /// There was nothing to do: what the last run published is still what this one would.
  public func rest() {
    end { record in (record.state, record.exitCode) = (.unchanged, 0) }
  }

  /// The run failed.
  ///
  /// - Parameter code: the code that the command ends with.
  public func fail(code: Int, message: String) {
    end { record in (record.state, record.exitCode, record.message) = (.failed, code, message) }
  }

  /// The run is told to end by a signal; a person at the terminal (SIGINT) needs no alarm.
  public func interrupt(signal: Int32) {
    end(alarms: signal != SIGINT) { record in
      (record.state, record.exitCode) = (.interrupted, 128 + Int(signal))
      record.message = "ended by signal \(signal)"
    }
  }

  private func end(alarms: Bool = true, _ change: (inout RunRecord) -> Void) {
    let ended: RunRecord? = state.withLock { state in
      guard !state.isOver else { return nil }
      state.isOver = true
      state.record.ended = Timestamp.now.milliseconds
      change(&state.record)
      return state.record
    }
    guard let ended else { return }
    history?.end(ended)
    if let path = pipeline.run.operation.metrics {
      do { try MetricsFile.publish(ended, to: path, root: pipeline.rootFolder) } catch {
        tell(.warning("no metrics: \(error.message)"))
      }
    }
    guard alarms else { return }
    if pipeline.run.operation.heartbeat != nil {
      greeting.wait()
      let failure = Heartbeat.Beat.failure(code: ended.exitCode ?? 1, message: ended.message ?? "")
      beat(ended.state.isWell ? .success : failure)
    }
    if !ended.state.isWell { alarm(ended) }
  }

  private func beat(_ beat: Heartbeat.Beat) {
    let fault = pipeline.run.operation.heartbeat?.send(
      beat, run: state.withLock { $0.record.id }, root: pipeline.rootFolder, searchPath: surroundings.searchPath,
      environment: surroundings.environment, temporaryFolder: surroundings.temporaryFolder, groups: processes)
    if let fault { tell(.warning(fault)) }
  }

  private func alarm(_ record: RunRecord) {
    let words = pipeline.run.operation.onFailure
    guard !words.isEmpty else { return }
    let fault = FailureCommand(words: words).run(
      on: record, root: pipeline.rootFolder, searchPath: surroundings.searchPath,
      environment: surroundings.environment, groups: processes
    ) { tell(.program("on_failure", $0)) }
    if let fault { tell(.warning(fault)) }
  }
}

extension Scorecard {
  /// That baselines are better than the model, in words; nil where it wins.
  public var loss: String? {
    let better = betterThanModel(by: decisiveMetric)
    if better.isEmpty { return nil }
    return "the model loses: \(better.joined(separator: " and ")) \(better.count == 1 ? "is" : "are") better by "
      + decisiveMetric.rawValue
  }
}

extension Readings.Series {
  /// The time of its newest value; nil where it has none.
  var newest: Timestamp? { values.lastIndex { !$0.isNaN }.map { times[$0] } }
}
