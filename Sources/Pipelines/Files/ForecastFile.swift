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

  private let forecast: PublishedForecast

  /// The file of a run's forecast.
  public init(_ forecast: PublishedForecast) { self.forecast = forecast }

  /// As CSV, with a header.
  public func csv(columns: Columns = .almanac) -> [UInt8] {
    ForecastFile.csv(forecast.series, columns, name: forecast.name) { _ in forecast.style }
  }

  /// The same in pieces of some hundred thousand bytes, so that it is never held at once.
  public func csv(columns: Columns = .almanac, pieces: (_ piece: [UInt8]) -> Void) {
    ForecastFile.csv(
      forecast.series, columns, name: forecast.name, style: { _ in forecast.style }, pieces: pieces)
  }

  /// Series of a forecast as CSV, each with its times in a style.
  package static func csv(
    _ series: [Forecast.Series], _ columns: Columns = .almanac, name: String = "", style: (TimeIndex) -> TimeStyle
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    csv(series, columns, name: name, style: style) { bytes += $0 }
    return bytes
  }

  private static func csv(
    _ series: [Forecast.Series], _ columns: Columns, name: String, style: (TimeIndex) -> TimeStyle,
    pieces: (_ piece: [UInt8]) -> Void
  ) {
    var writer = CSVWriter()
    writer.row(names(columns, of: series, name: name))
    // Most series of a panel end together.
    var times: (index: TimeIndex?, texts: [String]) = (nil, [])
    for series in series {
      if series.index != times.index || series.point.count > times.texts.count {
        let style = style(series.index)
        times = (series.index, series.point.indices.map { style.text(of: series.index[$0]) })
      }
      for step in series.point.indices {
        writer.cell(series.name)
        writer.cell(times.texts[step])
        if columns == .almanac { writer.cell(step + 1) }
        writer.cell(series.point[step])
        for interval in series.intervals {
          writer.cell(interval.lower[step])
          writer.cell(interval.upper[step])
        }
        writer.endRow()
      }
      writer.handOver(to: pieces)
    }
    pieces(writer.take())
  }

  /// What the columns are called.
  package func names(_ columns: Columns) -> [String] {
    ForecastFile.names(columns, of: forecast.series, name: forecast.name)
  }

  private static func names(_ columns: Columns, of series: [Forecast.Series], name: String) -> [String] {
    switch columns {
    case .almanac: return ["series", "time", "step", "forecast"] + boundNames(of: series)
    case .nixtla:
      let levels = series.first?.intervals.map { percent($0.level) } ?? []
      return ["unique_id", "ds", name] + levels.flatMap { ["\(name)-lo-\($0)", "\(name)-hi-\($0)"] }
    }
  }

  /// What the columns of the intervals are called: `lower_80`, `upper_80` for each level.
  package static func boundNames(of series: [Forecast.Series]) -> [String] {
    (series.first?.intervals ?? []).flatMap { ["lower_\(percent($0.level))", "upper_\(percent($0.level))"] }
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
    let entries = forecast.series.map { series in
      Entry(
        series: series.name,
        steps: series.point.indices.map { step in
          func bounds(_ side: (Forecast.Interval) -> [Double]) -> [String: Double]? {
            if series.intervals.isEmpty { return nil }
            return Dictionary(series.intervals.map { (percent($0.level), side($0)[step]) }) { first, _ in first }
          }
          return Step(
            time: forecast.style.text(of: series.index[step]), step: step + 1, forecast: series.point[step],
            lower: bounds(\.lower), upper: bounds(\.upper))
        })
    }
    return try prettyJSON(entries)
  }
}

/// JSON that people can read and machines can compare: indented, keys sorted, a line end at the end.
func prettyJSON(_ value: some Encodable) throws -> [UInt8] {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  return Array(try encoder.encode(value)) + [UInt8(ascii: "\n")]
}
