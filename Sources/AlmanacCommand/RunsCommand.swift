import ArgumentParser
import Files
import Foundation
import Operation
import PipelineFile
import Pipelines
import TimeSeries

struct RunsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs",
    abstract: "Shows past runs: when, how long, scores, what was published, or why not.",
    discussion:
      "With a pipeline file, its runs; without one, those of all pipelines whose state lies in .almanac below "
      + "the working folder. With the name of a run, or its beginning, all that is known of it. A run that ended without "
      + "a word appears as killed. Exit codes: 0 shown, 1 no such run, 64 wrong usage, 66 no such file, 73 a history "
      + "cannot be read, 78 bad pipeline file.\n\n"
      + examples("almanac runs", "almanac runs sales.yaml --last 5 --json"))

  @Argument(help: ArgumentHelp("A pipeline file, the name of a run, or both.", valueName: "file or run"))
  var arguments: [String] = []

  @OptionGroup var options: PipelineOptions

  @Option(help: "At most so many runs of each pipeline, the newest.")
  var last: Int?

  @Flag(help: "Print them as a JSON list.")
  var json = false

  func validate() throws {
    if let last, !(1...1_000_000).contains(last) { throw ValidationError("--last wants 1 to 1000000, not \(last)") }
    let names = arguments.count { RunIdentifier.isPrefix($0) }
    if names > 1 || arguments.count - names > 1 {
      throw ValidationError("give at most one pipeline file and the name of one run")
    }
  }

  func run() throws {
    try reportingFailures {
      let name = arguments.first { RunIdentifier.isPrefix($0) }
      var runs: [RunRecord] = []
      let histories = try histories()
      for path in histories {
        let most = last ?? (name == nil && !json ? 20 : nil)
        do { runs += try RunHistory.runs(at: path, last: most, id: name ?? "") } catch {
          throw Failure(.cannotWrite, "\(error)")
        }
      }
      // Of one pipeline they are in the order in which they began, whatever the clock said.
      if histories.count > 1 { runs.sort { $0.started > $1.started } }
      if let name, runs.isEmpty { throw Failure(.failed, "no run's name begins with \(name)") }
      if json {
        Console.line(JSONValue.list(runs.map(RunText.json)).document)
      } else if name != nil, runs.count == 1 {
        Console.line(RunText(runs[0]).details)
      } else {
        Console.line(RunText.table(runs))
      }
    }
  }

  /// The files to look into.
  private func histories() throws -> [String] {
    if let file = arguments.first(where: { !RunIdentifier.isPrefix($0) }) {
      return [RunHistory.path(of: try options.load(file, Surroundings.pluginHost(mayStart: false)))]
    }
    let folders = (try? FilePath(".almanac").entries()) ?? []
    return folders.map { RunHistory.path(in: StateFolder(path: ".almanac/" + $0)) }
  }
}

/// A past run in words and as JSON.
struct RunText {
  let run: RunRecord

  init(_ run: RunRecord) { self.run = run }

  private static let style = TimeStyle(form: .dateTime, zone: .utc)

  private static func time(_ milliseconds: Int64) -> String {
    style.text(of: Timestamp(milliseconds: milliseconds / 1000 * 1000))
  }

  private var took: String {
    run.seconds.map { $0 < 100 ? "\(rounded($0)) s" : "\(Int($0 / 60)) min \(Int($0) % 60) s" } ?? "-"
  }

  private var outcome: String {
    switch run.state {
    case .failed: "failed (\(run.exitCode ?? 1))"
    default: run.state.rawValue
    }
  }

  private var score: String {
    guard let metric = run.decidedBy, let value = run.score else { return "-" }
    return "\(metric) \(rounded(value))"
  }

  /// Runs in columns, the newest first.
  static func table(_ runs: [RunRecord]) -> String {
    guard !runs.isEmpty else { return "no runs yet" }
    let rows = runs.map { run in
      let text = RunText(run)
      let word = run.message ?? (run.warnings.isEmpty ? "" : "warned: \(run.warnings[0])")
      return [run.id, run.pipeline, text.took, text.outcome, text.score, word].map(\.onOneLine)
    }
    let head = ["run", "pipeline", "took", "result", "score", ""]
    let widths = head.indices.map { column in ([head] + rows).map { $0[column].count }.max() ?? 0 }
    return ([head] + rows).map { row in
      let cells = row.indices.map { $0 == row.count - 1 ? row[$0] : row[$0].padded(to: widths[$0]) }
      let line = cells.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }.joined(separator: "\n")
  }

  /// All that is known of the run.
  var details: String {
    var lines = [
      "run         \(run.id)", "pipeline    \(run.pipeline) (\(run.file))", "began       \(Self.time(run.started))",
      "took        \(took)", "result      \(outcome)",
    ]
    for (number, line) in (run.message ?? "").split(separator: "\n").enumerated() {
      lines.append((number == 0 ? "because     " : "            ") + line)
    }
    if let series = run.series, let readings = run.readings {
      lines.append("read        \(readings) readings of \(series) series, \(run.rejected ?? 0) rows left out")
    }
    if let model = run.model { lines.append("model       \(model.rawValue)") }
    if run.score != nil { lines.append("score       \(score)") }
    for warning in run.warnings { lines.append("warned      \(warning)") }
    for path in run.published { lines.append("published   \(path)") }
    for stage in run.stages { lines.append("\(stage.stage.padded(to: 30))  \(rounded(stage.seconds)) s") }
    lines += ["file is     \(run.pipelineHash)", "input is    \(run.inputHash ?? "-")", "almanac     \(run.version)"]
    return lines.map(\.onOneLine).joined(separator: "\n")
  }

  /// The run as JSON.
  static func json(_ run: RunRecord) -> JSONValue {
    let scores = run.scores.sorted { $0.key < $1.key }.map { name, values in
      (name, JSONValue(values.sorted { $0.key < $1.key }.map { ($0.key, JSONValue.number($0.value)) }))
    }
    return JSONValue([
      ("run", .text(run.id)), ("pipeline", .text(run.pipeline)), ("file", .text(run.file)),
      ("state", .text(run.state.rawValue)), ("started", .text(time(run.started))),
      ("ended", run.ended.map { .text(time($0)) } ?? .null), ("seconds", run.seconds.map { .number($0) } ?? .null),
      ("exit_code", run.exitCode.map { .number(Double($0)) } ?? .null), ("message", run.message.map { .text($0) }),
      ("series", run.series.map { .number(Double($0)) }), ("readings", run.readings.map { .number(Double($0)) }),
      ("rejected_rows", run.rejected.map { .number(Double($0)) }), ("model", run.model.map { .text($0.rawValue) }),
      ("decided_by", run.decidedBy.map { .text($0) }), ("scores", scores.isEmpty ? nil : JSONValue(scores)),
      ("stages", JSONValue(run.stages.map { ($0.stage, JSONValue.number($0.seconds)) })),
      ("warnings", .list(run.warnings.map { .text($0) })), ("published", .list(run.published.map { .text($0) })),
      ("pipeline_hash", .text(run.pipelineHash)), ("input_hash", run.inputHash.map { .text($0) }),
      ("version", .text(run.version)),
    ])
  }
}
