import Forecasting
import Logging
import Pipelines
import Synchronization

/// Tells a run as it goes: a bar on a terminal, lines otherwise; what is wrong even when quiet.
final class RunReport: Sendable {
  private struct State {
    var fit = ""
    var isBarShown = false
    var lastTenth = -1
  }

  private let isQuiet: Bool
  private let isWatched: Bool
  private let log: Logger
  private let state = Mutex(State())

  init(isQuiet: Bool, isWatched: Bool) {
    self.isQuiet = isQuiet
    self.isWatched = isWatched
    var log = Logger(label: "almanac") { _ in ConsoleLogHandler() }
    log.logLevel = isQuiet ? .warning : .info
    self.log = log
  }

  func tell(_ event: RunEvent) {
    switch event {
    case .read(let series, let rows, let rejected):
      log.info("read \(rows) readings of \(series) series")
      if rejected > 0 { log.warning("left \(rejected) bad \(rejected == 1 ? "row" : "rows") out") }
    case .fitBegan(let fold, let folds):
      state.withLock { state in
        state.fit = fold.map { "fold \($0) of \(folds)" } ?? "forecast"
        state.lastTenth = -1
      }
    case .training(let progress):
      if !isQuiet { show(progress) }
    case .scored:
      clear()
    case .plugin(let name, .standardError(let line)):
      clear()
      log.info("\(name): \(line)")
    case .plugin(let name, .log(let isWarning, let text)):
      clear()
      log.log(level: isWarning ? .warning : .info, "\(name): \(text)")
    case .plugin(let name, .progress(let done, let all)):
      if isWatched, !isQuiet { Console.status("\r\u{1B}[K\(name): \(done) of \(all)") }
    case .model(let use):
      log.info("\(use)")
    case .note(let text):
      clear()
      log.info("\(text)")
    case .warning(let text):
      clear()
      log.warning("\(text)")
    }
  }

  /// Prints what came out.
  func end(with result: RunResult) {
    clear()
    for failure in result.failures {
      log.warning(
        "series \"\(failure.series)\" \(failure.isKept ? "keeps its last good forecast" : "is left out"): \(failure.message)"
      )
    }
    if !result.failures.isEmpty {
      let all = result.panel.series.count + result.failures.count
      log.warning("\(result.failures.count) of \(all) series could not be forecast")
    }
    if !isQuiet { tell(result.fitted?.forecaster.memberReports ?? []) }
    if let scores = result.scores {
      let beaten = scores.betterThanModel(by: scores.decisiveMetric)
      if !isQuiet, let found = try? AnomalyFile(result).summary {
        Console.line(
          "\(found.anomalies) of \(found.rows) values from \(found.first) to \(found.last) lie outside of the interval of level \(found.level)"
        )
      }
      if !isQuiet { Console.line(ScoreTable(scores, folds: result.backtest?.origins.count ?? 0).text) }
      if let fallback = result.fallback {
        log.warning(
          "\(fallback.baseline.rawValue) is better than the model by \(fallback.metric.rawValue) (\(rounded(fallback.score)) against \(rounded(fallback.modelScore))): its forecast is published, not the model's"
        )
      } else if !beaten.isEmpty {
        log.warning(
          "the model loses: \(beaten.joined(separator: " and ")) \(beaten.count == 1 ? "is" : "are") better by \(scores.decisiveMetric.rawValue)"
        )
      }
    }
  }

  private func tell(_ members: [MemberReport]) {
    for line in MemberLines(members).lines { Console.line(line) }
  }

  /// Takes the bar off the terminal.
  func clear() {
    let wasShown = state.withLock { state in
      defer { state.isBarShown = false }
      return state.isBarShown
    }
    if wasShown { Console.status("\r\u{1B}[K") }
  }

  private func show(_ progress: FitProgress) {
    let share = Double(progress.epoch) / Double(max(1, progress.epochs))
    let losses =
      "loss \(rounded(progress.trainingLoss))"
      + (progress.validationLoss.map { ", validation \(rounded($0))" } ?? "")
    let isEnd = progress.epoch == progress.epochs
    let line: String? = state.withLock { state in
      if isWatched {
        state.isBarShown = true
        let filled = Int(share * 20)
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 20 - filled)
        return "\r\u{1B}[K\(state.fit)  \(bar)  epoch \(progress.epoch) of \(progress.epochs), \(losses)"
      }
      let tenth = Int(share * 4)
      guard tenth > state.lastTenth || isEnd else { return nil }
      state.lastTenth = tenth
      return "\(state.fit): epoch \(progress.epoch) of \(progress.epochs), \(losses)"
    }
    guard let line else { return }
    if isWatched { Console.status(line) } else { log.info("\(line)") }
  }
}

/// Writes log lines as they are, with the level before warnings and worse.
struct ConsoleLogHandler: LogHandler {
  var metadata: Logger.Metadata = [:]
  var logLevel: Logger.Level = .info

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    Console.error(event.level >= .warning ? "almanac: \(event.level): \(event.message)" : "\(event.message)")
  }
}
