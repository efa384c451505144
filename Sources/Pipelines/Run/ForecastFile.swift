import Foundation
import Tabular
import TimeSeries

/// The forecast as a file: one row a series and step.
public struct ForecastFile: Sendable {
  /// What the columns are called.
  public enum Columns: String, Sendable, CaseIterable {
    /// `series,time,step,forecast`, and `lower_80,upper_80` for each level.
    case almanac
    /// `unique_id,ds,NAME`, and `NAME-lo-80,NAME-hi-80` for each level, as the libraries of Nixtla write them.
    case nixtla
  }

  let result: RunResult

  /// The file of a run's forecast.
  public init(_ result: RunResult) { self.result = result }

  /// As CSV, with a header.
  public func csv(columns: Columns = .almanac) -> [UInt8] {
    var writer = CSVWriter()
    let levels = result.publishedSeries.first?.intervals.map { percent($0.level) } ?? []
    let name = result.name
    switch columns {
    case .almanac:
      writer.row(["series", "time", "step", "forecast"] + levels.flatMap { ["lower_\($0)", "upper_\($0)"] })
    case .nixtla:
      writer.row(["unique_id", "ds", name] + levels.flatMap { ["\(name)-lo-\($0)", "\(name)-hi-\($0)"] })
    }
    for series in result.publishedSeries {
      for step in series.point.indices {
        writer.cell(series.name)
        writer.cell(result.style.text(of: series.index[step]))
        if columns == .almanac { writer.cell(step + 1) }
        writer.cell(series.point[step])
        for interval in series.intervals {
          writer.cell(interval.lower[step])
          writer.cell(interval.upper[step])
        }
        writer.endRow()
      }
    }
    return writer.bytes
  }

  /// As JSON: a list of series, each with its steps.
  public func json() throws -> [UInt8] {
    struct Step: Encodable {
      var time: String
      var step: Int
      var forecast: Double
      var lower: [String: Double]?
      var upper: [String: Double]?
    }
    struct Entry: Encodable {
      var series: String
      var steps: [Step]
    }
    let entries = result.publishedSeries.map { series in
      Entry(
        series: series.name,
        steps: series.point.indices.map { step in
          func bounds(_ side: (Forecast.Interval) -> [Double]) -> [String: Double]? {
            if series.intervals.isEmpty { return nil }
            return Dictionary(series.intervals.map { (percent($0.level), side($0)[step]) }) { first, _ in first }
          }
          return Step(
            time: result.style.text(of: series.index[step]), step: step + 1, forecast: series.point[step],
            lower: bounds(\.lower), upper: bounds(\.upper))
        })
    }
    return try prettyJSON(entries)
  }
}

/// A level as column names show it: 0.8 is `80`, 0.995 is `99.5`.
func percent(_ level: Double) -> String {
  let value = (level * 1000).rounded() / 10
  return value == value.rounded() ? String(Int(value)) : String(value)
}

/// JSON that people can read and machines can compare: indented, keys sorted, a line end at the end.
func prettyJSON(_ value: some Encodable) throws -> [UInt8] {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  return Array(try encoder.encode(value)) + [UInt8(ascii: "\n")]
}

extension RunResult {
  /// The series of the forecast, then those whose last good forecast stays.
  var publishedSeries: [Forecast.Series] { forecast.series + kept }
}
