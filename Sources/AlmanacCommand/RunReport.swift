import ArgumentParser
import Forecasting
import Logging
import Operation
import PipelineFile
import Pipelines
import Synchronization
import TimeSeries

/// Reports a run as it goes: a bar on a terminal, lines otherwise; what is wrong even when quiet.
final class RunReport: Sendable {
  private struct State {
    var fit = ""
    var isBarShown = false
    var progress = RunProgress()
    var lastTenth = -1
    var hidden = HiddenValues()
  }

  private let isJSON: Bool
  private let showsBars: Bool
  private let log: Logger
  private let state = Mutex(State())

  /// A report of a run.
  ///
  /// - Parameter isWatched: whether a person sees standard error on a terminal.
  init(_ options: LogOptions, run: String, isWatched: Bool) {
    isJSON = options.logFormat == .json
    showsBars = isWatched && options.logFormat == .text && options.level <= .info
    log = options.logger(run: run)
  }

  /// Has values of the environment hidden from now on.
  func hide(_ values: HiddenValues) { state.withLock { $0.hidden = values } }

  private var hidden: HiddenValues { state.withLock { $0.hidden } }

  func report(_ event: RunEvent) {
    let hidden = hidden
    switch event {
    case .read(let series, let rows, let rejected):
      log.info(
        "read \(rows) readings of \(series) series",
        metadata: ["event": "read", "readings": number(rows), "series": number(series), "rejected": number(rejected)])
      if rejected > 0 {
        warn("left \(counted(rejected, "bad row")) out", ["rejected": number(rejected)])
      }
    case .came: break
    case .stageEnded(let stage, let seconds):
      log.debug(
        "\(hidden(stage)) took \(rounded(seconds)) s",
        metadata: ["event": "stage_ended", "stage": "\(hidden(stage))", "seconds": .stringConvertible(seconds)])
    case .fitBegan(let fold, let folds):
      state.withLock { state in
        state.fit = fold.map { "fold \($0) of \(folds)" } ?? "forecast"
        state.lastTenth = -1
        state.progress.begin(fold: fold, of: folds, at: .now)
      }
    case .forecast(let series, let all): show(series, of: all)
    case .training(let progress): show(progress)
    case .scored(let card):
      clear()
      guard isJSON else { return }
      let scores = card.rows.map { row in
        let values = zip(card.metrics, row.overall).map { ($0.name, Logger.MetadataValue.stringConvertible($1)) }
        return (row.name, Logger.MetadataValue.dictionary(Dictionary(values) { first, _ in first }))
      }
      log.info(
        "scored", metadata: ["event": "scored", "scores": .dictionary(Dictionary(scores) { first, _ in first })])
    case .program(let name, .line(let line)):
      clear()
      log.info("\(name): \(hidden(line))", metadata: ["event": "program", "program": "\(name)"])
    case .program(let name, .log(let isWarning, let text)):
      clear()
      log.log(
        level: isWarning ? .warning : .info, "\(name): \(hidden(text))",
        metadata: ["event": "program", "program": "\(name)"])
    case .program(let name, .progress(let done, let all)):
      if showsBars { Console.status("\r\u{1B}[K\(name): \(done) of \(all)") }
    case .model(let use): log.info("\(hidden("\(use)"))", metadata: ["event": "model"])
    case .note(let text):
      clear()
      log.info("\(hidden(text))", metadata: ["event": "note"])
    case .warning(let text): warn(text)
    }
  }

  /// Reports what is probably not meant in the pipeline file, though it runs.
  func report(_ warnings: [Diagnostic]) {
    for warning in warnings where log.logLevel <= .info {
      if isJSON { warn("\(warning)", ["event": "pipeline_file"]) } else { Console.error("\(warning)") }
    }
  }

  /// Reports that there was nothing to do.
  func skip(_ reason: String) { log.info("\(hidden(reason))", metadata: ["event": "skipped"]) }

  /// Reports that what is published is as this run would make it.
  func rest(_ reason: String) {
    if isJSON {
      log.info("\(reason)", metadata: ["event": "unchanged"])
    } else if speaks {
      Console.line(hidden(reason).onOneLine)
    }
  }

  private var speaks: Bool { log.logLevel <= .info }

  /// Reports what came out, on standard output; on standard error alone when that is for the forecast.
  func end(with result: RunResult, isStreaming: Bool) {
    clear()
    report(result.failures, of: result.published.panel.series.count)
    if speaks, !isStreaming { show(result.published) }
    if let fallback = result.published.fallback {
      warn(
        "\(fallback.comparison): its forecast is published, not the model's"
          + (result.published.scores?.undefinedWords.map { "; \($0)" } ?? ""))
    } else if let loss = result.published.scores?.loss {
      warn(loss)
    }
    let files = result.files.map { hidden($0.text) }
    if speaks, !isStreaming { for path in files { Console.line("published \(path.onOneLine)") } }
    if isJSON {
      log.info(
        "published", metadata: ["event": "published", "files": .array(files.map { .string($0) })])
    }
  }

  /// Reports what a shard came to, on standard output.
  func end(with result: ShardResult, of shard: SeriesShard) {
    clear()
    report(result.failures, of: result.series)
    let files = result.files.map { hidden($0.text) }
    if isJSON {
      log.info(
        "shard",
        metadata: [
          "event": "shard", "shard": "\(shard)", "series": number(result.series),
          "files": .array(files.map { .string($0) }),
        ])
    } else if speaks {
      Console.line(
        "shard \(shard): \(result.series) series forecast, kept in \(files.joined(separator: ", ").onOneLine)")
    }
  }

  /// Reports what a training came to, on standard output.
  func end(with result: TrainingResult) {
    clear()
    report(result.failures, of: result.series)
    let what =
      result.fallback.map { "the \($0.baseline.rawValue) forecast, which is better in the backtest," } ?? "the model"
    if speaks, !isJSON {
      for line in MemberLines(result.members).lines { Console.line(line) }
      if let scores = result.scores { Console.line(ScoreTable(scores, folds: result.folds).text) }
    }
    if let fallback = result.fallback { warn("\(fallback.comparison): it stands in for the model") }
    let folder = hidden(result.folder)
    if isJSON {
      log.info(
        "trained",
        metadata: [
          "event": "trained", "series": number(result.series), "learned": number(result.learned), "model": "\(folder)",
        ])
    } else if speaks {
      Console.line("trained on \(result.learned) of \(result.series) series; \(what) is kept in \(folder)".onOneLine)
    }
  }

  /// Reports what a backtest came to, on standard output.
  func end(with judgement: Judgement) {
    clear()
    report(judgement.failures, of: judgement.scores.rows.first?.perSeries.count ?? 0)
    if speaks { Console.line(ScoreTable(judgement.scores, folds: judgement.backtest.origins.count).text) }
    if let fallback = judgement.fallback {
      warn("\(fallback.comparison): a run would publish its forecast, not the model's")
    } else if let loss = judgement.scores.loss {
      warn(loss)
    }
  }

  private func report(_ failures: [SeriesFailure], of others: Int) {
    guard !failures.isEmpty else { return }
    for failure in failures {
      let fate = failure.isKept ? "keeps its last good forecast" : "is left out"
      let fields: Logger.Metadata = [
        "event": "series_failed", "series": "\(hidden(failure.series))", "reason": "\(hidden(failure.message))",
      ]
      warn("series \"\(failure.series)\" \(fate): \(failure.message)", fields)
    }
    warn("\(failures.count) of \(others + failures.count) series could not be forecast")
  }

  private func show(_ forecast: PublishedForecast) {
    for line in MemberLines(forecast.members).lines { Console.line(line) }
    guard let scores = forecast.scores else { return }
    if let found = try? AnomalyFile(forecast).summary {
      Console.line(
        "\(found.anomalies) of \(found.rows) values from \(found.first) to \(found.last) lie outside of the interval of "
          + "level \(found.level)")
    }
    Console.line(ScoreTable(scores, folds: forecast.backtest?.origins.count ?? 0).text)
  }

  /// Reports why nothing came out, and the code to end with.
  func fail(_ error: any Error) -> ExitCode? {
    clear()
    switch error {
    case let error as PipelineFileError:
      if isJSON {
        for fault in error.diagnostics { fatal("\(fault)", .badPipeline) }
      } else {
        Console.error("\(error)")
      }
      return .badPipeline
    case let failure as Failure:
      let code = ExitCode(failure.kind)
      if isJSON {
        fatal(hidden(failure.message), code, stage: failure.stage.map { hidden($0) })
      } else {
        Console.error(hidden(failure.kind == .badPipeline ? failure.message : "almanac: error: \(failure)"))
      }
      return code
    default: return nil
    }
  }

  /// Reports that a signal has ended the run, what it leaves, and how to go on.
  func interrupt(_ words: String) {
    clear()
    log.notice("interrupted: \(words)", metadata: ["event": "interrupted"])
  }

  /// Takes the bar off the terminal.
  func clear() {
    let wasShown = state.withLock { state in
      defer { state.isBarShown = false }
      return state.isBarShown
    }
    if wasShown { Console.status("\r\u{1B}[K") }
  }

  private func number(_ value: Int) -> Logger.MetadataValue { .stringConvertible(value) }

  private func warn(_ text: String, _ metadata: Logger.Metadata = [:]) {
    clear()
    log.warning("\(hidden(text))", metadata: metadata.merging(["event": "warning"]) { given, _ in given })
  }

  private func fatal(_ text: String, _ code: ExitCode, stage: String? = nil) {
    var metadata: Logger.Metadata = ["event": "failed", "exit_code": .stringConvertible(Int(code.rawValue))]
    if let stage { metadata["stage"] = "\(stage)" }
    log.error("\(text)", metadata: metadata)
  }

  private func show(_ series: Int, of all: Int) {
    guard log.logLevel <= .info else { return }
    let quarter = series * 4 / max(1, all)
    let (isDue, left) = state.withLock { state in
      state.progress.note(forecast: series, of: all)
      defer { state.lastTenth = max(quarter, state.lastTenth) }
      if showsBars { state.isBarShown = true }
      return (quarter > state.lastTenth, state.progress.text(at: .now))
    }
    if showsBars { return Console.status("\r\u{1B}[Kforecast \(series) of \(all) series; \(left)") }
    log.log(
      level: isDue ? .info : .debug, "forecast \(series) of \(all) series; \(left)",
      metadata: ["event": "forecast", "done": number(series), "series": number(all)])
  }

  private func show(_ progress: FitProgress) {
    guard log.logLevel <= .info else { return }
    let share = Double(progress.epoch) / Double(max(1, progress.epochs))
    let losses =
      "loss \(rounded(progress.trainingLoss))"
      + (progress.validationLoss.map { ", validation \(rounded($0))" } ?? "")
    let isEnd = progress.epoch == progress.epochs
    let (fit, isDue, all) = state.withLock { state in
      state.progress.note(progress)
      let tenth = Int(share * 4)
      defer { state.lastTenth = max(tenth, state.lastTenth) }
      if showsBars { state.isBarShown = true }
      return (state.fit, tenth > state.lastTenth || isEnd, state.progress.text(at: .now))
    }
    if showsBars {
      let filled = Int(share * 20)
      let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 20 - filled)
      return Console.status(
        "\r\u{1B}[K\(fit)  \(bar)  epoch \(progress.epoch) of \(progress.epochs), \(losses); \(all)")
    }
    var metadata: Logger.Metadata = [
      "event": "epoch", "fit": "\(fit)", "epoch": number(progress.epoch), "epochs": number(progress.epochs),
      "loss": .stringConvertible(Double(progress.trainingLoss)),
    ]
    if let loss = progress.validationLoss { metadata["validation_loss"] = .stringConvertible(Double(loss)) }
    log.log(
      level: isDue ? .info : .debug, "\(fit): epoch \(progress.epoch) of \(progress.epochs), \(losses)",
      metadata: metadata)
  }
}

extension Fallback {
  /// Who is better, by what and by how much.
  fileprivate var comparison: String {
    "\(baseline.rawValue) is better than the model by \(metric.name) (\(rounded(score)) against \(rounded(modelScore)))"
  }
}
