import Forecasting
import Tabular
import TimeSeries

/// Sample paths as CSV: a row for each series, path and step.
public struct PathFile: Sendable {
  private let paths: [Forecast]
  private let style: TimeStyle

  /// Paths drawn from the fitted chain of a run; nil where it draws none.
  ///
  /// - Parameter count: of each series.
  /// - Throws: what the chain throws, above all a `ForecastingError`.
  public init?(_ forecast: PublishedForecast, count: Int) throws {
    guard let paths = try forecast.paths(count) else { return nil }
    self.paths = paths
    style = forecast.style
  }

  /// The columns `series,time,step,path,value`; steps and paths count from 1.
  public var csv: [UInt8] {
    var writer = CSVWriter()
    writer.row(["series", "time", "step", "path", "value"])
    for position in paths.first?.series.indices ?? 0..<0 {
      for (number, path) in paths.enumerated() {
        let series = path.series[position]
        for step in series.point.indices {
          writer.cell(series.name)
          writer.cell(style.text(of: series.index[step]))
          writer.cell(step + 1)
          writer.cell(number + 1)
          writer.cell(series.point[step])
          writer.endRow()
        }
      }
    }
    return writer.bytes
  }
}
