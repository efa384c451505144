import Forecasting
import Tabular
import TimeSeries

/// The rows that a backtest judged, each with its newest forecast, as CSV: flagged where the value lies outside of the
/// interval. Every forecast was made from rows before the one that it stands beside.
public struct AnomalyFile: Sendable {
  /// What was found in all series.
  public struct Summary: Sendable, Equatable {
    /// The level of the interval.
    public var level: Double
    /// Rows that were looked at.
    public var rows: Int
    /// Rows outside of the interval.
    public var anomalies: Int
    /// The first row that was looked at, as the source writes times.
    public var first: String
    /// The last one.
    public var last: String
  }

  private let readings: JudgedReadings
  private let panel: Panel
  private let style: TimeStyle
  private let level: Double

  /// The anomalies of a run.
  ///
  /// - Throws: ``Failure`` where the forecaster gave no such interval.
  public init(_ forecast: PublishedForecast) throws(Failure) {
    guard let readings = forecast.backtest?.readings, let level = readings.level else {
      throw Failure(
        .failed, "anomalies want a forecast with intervals of the level; add it to the forecaster's `levels`")
    }
    self.readings = readings
    self.level = level
    panel = forecast.panel
    style = forecast.style
  }

  /// The rows of a series that were looked at, in their order.
  private func judged(_ series: Int) -> [(row: Int, reading: JudgedReadings.Reading)] {
    readings.rows[series].sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// As CSV, with a header, in pieces of some hundred thousand bytes; 1 marks an anomaly. A value that is not known is an
  /// empty cell and no anomaly.
  public func csv(pieces: (_ piece: [UInt8]) -> Void) {
    var writer = CSVWriter()
    writer.row(["series", "time", "value", "forecast", "lower", "upper", "anomaly"])
    for (position, series) in panel.series.enumerated() {
      for (row, reading) in judged(position) {
        writer.cell(series.name)
        writer.cell(style.text(of: series.index[row]))
        writer.cell(series.values[row])
        writer.cell(reading.forecast)
        writer.cell(reading.lower)
        writer.cell(reading.upper)
        writer.cell(reading.isOutside(series.values[row]) ? 1 : 0)
        writer.endRow()
      }
      writer.handOver(to: pieces)
    }
    pieces(writer.take())
  }

  /// What was found, in numbers.
  public var summary: Summary {
    var (rows, anomalies) = (0, 0)
    var times: [Timestamp] = []
    for (position, series) in panel.series.enumerated() {
      let judged = judged(position)
      rows += judged.count
      anomalies += judged.count { $0.reading.isOutside(series.values[$0.row]) }
      times += [judged.first, judged.last].compactMap { $0.map { series.index[$0.row] } }
    }
    return Summary(
      level: level, rows: rows, anomalies: anomalies, first: times.min().map { style.text(of: $0) } ?? "",
      last: times.max().map { style.text(of: $0) } ?? "")
  }
}
