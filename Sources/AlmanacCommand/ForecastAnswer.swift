import Charts
import Forecasting
import Foundation
import Pipelines
import Processes
import Reports
import Stages
import TimeSeries

/// What `almanac forecast` answers: what was tried, how good it is, and the forecast.
struct ForecastAnswer {
  private let forecast: PublishedForecast
  private let sketch: PipelineSketch
  private let seconds: Double

  init(_ forecast: PublishedForecast, sketch: PipelineSketch, seconds: Double) {
    (self.forecast, self.sketch, self.seconds) = (forecast, sketch, seconds)
  }

  // A screen holds that much; the rest is in a file.
  private static let mostRows = 24
  private static let mostSeries = 3

  /// The answer for a person.
  var lines: [String] {
    var lines = [""] + MemberLines(forecast.members).lines
    if let scores = forecast.scores {
      lines.append(ScoreTable(scores, folds: forecast.backtest?.origins.count ?? 0).text)
    }
    lines += ["", Verdict(forecast).text, ""]
    for series in forecast.series.prefix(ForecastAnswer.mostSeries) { lines += table(of: series) + [""] }
    if forecast.series.count > ForecastAnswer.mostSeries {
      lines += ["\(forecast.series.count - ForecastAnswer.mostSeries) more series; --output FILE writes them all", ""]
    }
    return lines
  }

  private func table(of series: Forecast.Series) -> [String] {
    let steps = series.point.indices.prefix(ForecastAnswer.mostRows)
    var columns = [["time"] + steps.map { forecast.style.text(of: series.index[$0]) }]
    columns.append(["forecast"] + steps.map { rounded(series.point[$0]) })
    for interval in series.intervals {
      let bounds = steps.map { "\(rounded(interval.lower[$0])) to \(rounded(interval.upper[$0]))" }
      columns.append(["\(Int((interval.level * 100).rounded())) % interval"] + bounds)
    }
    let widths = columns.map { $0.map(\.count).max() ?? 0 }
    let rows = columns[0].indices.map { row in
      zip(columns, widths).map { $0[row].aligned(to: $1) }.joined(separator: "  ")
    }
    let rest = series.point.count - steps.count
    return [series.name] + rows.map { "  " + $0 } + (rest > 0 ? ["  and \(rest) more steps"] : [])
  }
}

extension ForecastAnswer {
  private struct Column: Encodable {
    var name: String
    var role: String
    var reason: String
    var sureness: String
  }

  private struct Score: Encodable {
    var name: String
    var values: [String: Double]
  }

  private struct Step: Encodable {
    var time: String
    var forecast: Double
    var lower: [String: Double]
    var upper: [String: Double]
  }

  private struct SeriesSteps: Encodable {
    var series: String
    var steps: [Step]
  }

  private struct Object: Encodable {
    var input: String
    var assumed: [String]
    var columns: [Column]
    var members: [MemberReport]
    var scores: [Score]
    var verdict: String
    var worth: Bool?
    var published: String
    var forecast: [SeriesSteps]
    var seconds: Double
  }

  /// The answer for a program.
  func json() throws -> [UInt8] {
    let scores = (forecast.scores?.rows ?? []).map { row in
      let values = zip(forecast.scores?.metrics.map(\.name) ?? [], row.overall).filter { $1.isFinite }
      return Score(name: row.name, values: Dictionary(values) { first, _ in first })
    }
    let verdict = Verdict(forecast)
    let object = Object(
      input: sketch.input, assumed: sketch.summary,
      columns: sketch.columns.map { Column(name: $0.name, role: $0.role, reason: $0.reason, sureness: $0.sureness) },
      members: forecast.members, scores: scores, verdict: verdict.text, worth: verdict.isWorthIt,
      published: forecast.fallback?.baseline.rawValue ?? "model",
      forecast: forecast.series.map { series in
        SeriesSteps(
          series: series.name,
          steps: series.point.indices.map { step in
            func bounds(_ side: (Forecast.Interval) -> [Double]) -> [String: Double] {
              Dictionary(series.intervals.map { ("\(Int(($0.level * 100).rounded()))", side($0)[step]) }) { first, _ in
                first
              }
            }
            return Step(
              time: forecast.style.text(of: series.index[step]), forecast: series.point[step], lower: bounds(\.lower),
              upper: bounds(\.upper))
          })
      }, seconds: seconds)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(object)) + [UInt8(ascii: "\n")]
  }
}
