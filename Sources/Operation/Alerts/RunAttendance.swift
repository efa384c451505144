import Forecasting
import Foundation
import PipelineFile
import Pipelines
import Processes
import Synchronization
import TimeSeries

/// Stands beside one run: writes its history and metrics, calls the heartbeat's service, and starts the program for
/// failures. Nothing of this ever stops a run or changes its result; what goes wrong here is reported as a warning.
public final class RunAttendance: Sendable {
  private struct State {
    var record: RunRecord
    var hasBegun = false
    var isOver = false
  }

  private let pipeline: PipelineDeclaration
  private let operation: OperationSettings
  private let context: StageContext
  private let report: @Sendable (RunEvent) -> Void
  private let history: RunHistory?
  private let state: Mutex<State>
  // Apart from those of the plugins, which have ended when a failure is reported.
  private let processes: ProcessGroups
  private let greeting = DispatchGroup()

  /// An attendance of one run.
  ///
  /// - Parameters:
  ///   - id: what the run is called.
  ///   - version: that of the command.
  ///   - context: what it may use of the process.
  ///   - report: is given what goes wrong here, and what the program for failures prints.
  public init(
    _ pipeline: PipelineDeclaration, id: String, version: String, context: StageContext,
    report: @escaping @Sendable (RunEvent) -> Void
  ) {
    (self.pipeline, self.context, self.report) = (pipeline, context, report)
    operation = pipeline.operation
    processes = ProcessGroups(in: context.interruption.processes.family)
    history = operation.history.map { settings in
      RunHistory(path: RunHistory.path(of: pipeline), keep: settings.keep) { report(.warning($0)) }
    }
    state = Mutex(
      State(
        record: RunRecord(
          id: id, pipeline: pipeline.name, file: pipeline.file.file, started: .now, process: .own,
          version: version, pipelineHash: String(pipeline.digest.prefix(16)))))
  }

  /// The run begins.
  public func begin() {
    // What an interruption has ended begins no more: the process would die in the middle of the writing.
    let isOver = state.withLock { state in
      guard !state.isOver else { return true }
      state.hasBegun = true
      history?.begin(state.record) { [report] lost in
        report(.warning("the run before this one, \(lost.id), was killed, or the machine stopped"))
      }
      return false
    }
    if isOver { return }
    if operation.heartbeat != nil {
      // The run need not wait for the answer.
      DispatchQueue.global().async(group: greeting) { [self] in beat(.start) }
    }
  }

  /// Takes note of what the run reports.
  public func note(_ event: RunEvent) {
    let hidden = pipeline.file.hidden
    state.withLock { state in
      switch event {
      case .read(let series, let rows, let rejected):
        (state.record.series, state.record.readings, state.record.rejected) = (series, rows, rejected)
      case .came(let readings):
        state.record.inputHash = readings.fingerprint
        state.record.newestReading = readings.series.compactMap(\.newest).max()?.milliseconds
      case .stageEnded(let stage, let seconds): state.record.add(seconds, to: hidden(stage))
      case .scored(let card):
        state.record.scores = card.named
        state.record.decidedBy = card.decisiveMetric.name
        state.record.score = card.value(card.decisiveMetric).flatMap { $0.isFinite ? $0 : nil }
        if let loss = card.loss { state.record.warnings.append(hidden(loss)) }
      case .warning(let text), .program(_, .log(isWarning: true, let text)): state.record.warnings.append(hidden(text))
      default: break
      }
    }
  }

  /// The run published its forecast.
  public func succeed(_ result: RunResult, code: Int = 0) {
    let files = result.files.map { pipeline.file.hidden($0.text) }
    end { record in
      (record.state, record.exitCode, record.published) = (.published, code, files)
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
    let message = pipeline.file.hidden(message)
    end { record in (record.state, record.exitCode, record.message) = (.failed, code, message) }
  }

  /// The run is ended by a signal; a person at the terminal (SIGINT) needs no alarm.
  public func interrupt(signal: Int32) {
    // Before a run begins there is nothing to tell, and the process may be dying already.
    let hasBegun = state.withLock { state in
      if !state.hasBegun { state.isOver = true }
      return state.hasBegun
    }
    guard hasBegun else { return }
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
    if let path = operation.metrics {
      do { try MetricsFile.publish(ended, to: path, root: pipeline.rootFolder) } catch {
        report(.warning("no metrics: \(error.message)"))
      }
    }
    guard alarms else { return }
    if operation.heartbeat != nil {
      greeting.wait()
      let failure = Heartbeat.Beat.failure(code: ended.exitCode ?? 1, message: ended.message ?? "")
      beat(ended.state.isWell ? .success : failure)
    }
    if !ended.state.isWell { alarm(ended) }
  }

  private func beat(_ beat: Heartbeat.Beat) {
    let fault = operation.heartbeat?.send(
      beat, run: state.withLock { $0.record.id }, context, groups: processes)
    if let fault { report(.warning(fault)) }
  }

  private func alarm(_ record: RunRecord) {
    let words = operation.onFailure
    guard !words.isEmpty else { return }
    let fault = FailureCommand(words: words).run(
      on: record, context, groups: processes
    ) { report(.program("on_failure", .line($0))) }
    if let fault { report(.warning(fault)) }
  }
}
