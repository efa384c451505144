import Files
import Foundation
import PipelineFile
import Pipelines
import TimeSeries

/// What a run came to, in the text format of Prometheus, for the textfile collector of node_exporter.
///
/// A run that fails keeps the figures of the last success beside its own time and exit code, so that an alarm on the age
/// of the last success works whatever happens.
public struct MetricsFile: Sendable {
  /// One metric: its name, what it is, and whether a failed run leaves it as it was.
  private struct Metric {
    let name: String
    let help: String
    var isKept = true
  }

  private static let metrics = [
    Metric(name: "almanac_last_run_timestamp_seconds", help: "When the last run ended.", isKept: false),
    Metric(name: "almanac_last_run_exit_code", help: "The exit code of the last run.", isKept: false),
    Metric(name: "almanac_last_run_duration_seconds", help: "How long the last run took.", isKept: false),
    Metric(name: "almanac_last_success_timestamp_seconds", help: "When a run last ended well."),
    Metric(name: "almanac_readings", help: "Readings behind the last published forecast."),
    Metric(name: "almanac_rejected_rows", help: "Rows that the source left out of it."),
    Metric(name: "almanac_series", help: "Series in it."),
    Metric(name: "almanac_warnings", help: "Warnings of its run."),
    Metric(name: "almanac_newest_reading_timestamp_seconds", help: "Its newest reading, on the readings' own clock."),
    Metric(name: "almanac_model_trained_timestamp_seconds", help: "When its model was fitted."),
    Metric(name: "almanac_score", help: "Its scores in the backtest, by forecaster and metric."),
  ]

  /// The lines of one metric, without its name: labels and value.
  private var samples: [String: [String]] = [:]

  /// The file after a run.
  ///
  /// - Parameters:
  ///   - record: a run that has ended.
  ///   - before: the file as it was, or empty.
  public init(_ record: RunRecord, before: String) {
    let label = "pipeline=\"\(MetricsFile.escaped(record.pipeline))\""
    func set(_ name: String, _ value: Double?, more: [String] = []) {
      guard let value, value.isFinite else { return }
      let line = "{\(([label] + more).joined(separator: ","))} \(value.fieldText ?? "NaN")"
      samples[name, default: []].append(line)
    }
    let ended = Double(record.ended ?? record.started) / 1000
    set("almanac_last_run_timestamp_seconds", ended)
    set("almanac_last_run_exit_code", record.exitCode.map(Double.init))
    set("almanac_last_run_duration_seconds", record.seconds)
    guard record.state == .published else {
      for metric in MetricsFile.metrics where metric.isKept {
        samples[metric.name] = MetricsFile.samples(of: metric.name, in: before)
      }
      if record.state.isWell {
        samples["almanac_last_success_timestamp_seconds"] = nil
        set("almanac_last_success_timestamp_seconds", ended)
      }
      return
    }
    set("almanac_last_success_timestamp_seconds", ended)
    set("almanac_readings", record.readings.map(Double.init))
    set("almanac_rejected_rows", record.rejected.map(Double.init))
    set("almanac_series", record.series.map(Double.init))
    set("almanac_warnings", Double(record.warnings.count))
    set("almanac_newest_reading_timestamp_seconds", record.newestReading.map { Double($0) / 1000 })
    set("almanac_model_trained_timestamp_seconds", record.modelTrained.map { Double($0) / 1000 })
    for (forecaster, scores) in record.scores.sorted(by: { $0.key < $1.key }) {
      for (metric, value) in scores.sorted(by: { $0.key < $1.key }) {
        set(
          "almanac_score", value,
          more: ["forecaster=\"\(MetricsFile.escaped(forecaster))\"", "metric=\"\(MetricsFile.escaped(metric))\""])
      }
    }
  }

  /// The whole file.
  public var text: String {
    MetricsFile.metrics.compactMap { metric in
      guard let lines = samples[metric.name], !lines.isEmpty else { return nil }
      return "# HELP \(metric.name) \(metric.help)\n# TYPE \(metric.name) gauge\n"
        + lines.map { "\(metric.name)\($0)\n" }.joined()
    }.joined()
  }

  /// Replaces the file of the run before by that of a run, by rename.
  ///
  /// - Throws: ``Failure``
  static func publish(_ record: RunRecord, to path: FilePath, root: RootFolder) throws(Failure) {
    let file = root.resolve(path)
    let before = FilePath(file).contents().map { String(decoding: $0, as: UTF8.self) } ?? ""
    // Staged in a hidden folder, where the collector, which takes every *.prom file, does not look.
    let publication = Publication(root: root, owner: "metrics \(record.pipeline)")
    try publication.write(Array(MetricsFile(record, before: before).text.utf8), to: path)
    _ = try publication.commit()
  }

  private static func samples(of name: String, in text: String) -> [String] {
    text.split(separator: "\n").filter { $0.hasPrefix(name + "{") }.map { String($0.dropFirst(name.count)) }
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
  }
}
