import Forecasting
import Tabular
import TimeSeries

/// Every forecast of a backtest beside what came, as CSV: one row for each fold, series and step.
public struct FoldFile: Sendable {
  private let backtest: BacktestResult
  private let panel: Panel
  private let style: TimeStyle

  /// The folds of a run; nil where nothing was judged.
  public init?(_ forecast: PublishedForecast) {
    guard let backtest = forecast.backtest else { return nil }
    self.backtest = backtest
    panel = forecast.panel
    style = forecast.style
  }

  /// As CSV, with a header, in pieces of some hundred thousand bytes, so that it is never held at once. A truth that is
  /// not known is an empty cell.
  ///
  /// - Throws: ``Failure`` where the file that holds the folds cannot be read.
  public func csv(pieces: (_ piece: [UInt8]) -> Void) throws(Failure) {
    do { try rows(pieces: pieces) } catch { throw Failure(error) }
  }

  private func rows(pieces: (_ piece: [UInt8]) -> Void) throws {
    var writer = CSVWriter()
    let levels = try backtest.levels()
    writer.row(
      ["fold", "origin", "series", "time", "step", "truth"] + backtest.names
        + levels.flatMap { ["lower_\(percent($0))", "upper_\(percent($0))"] })
    for fold in backtest.keptFolds {
      for start in stride(from: 0, to: panel.series.count, by: 1000) {
        let part = start..<min(start + 1000, panel.series.count)
        for (series, judged) in zip(panel.series[part], try backtest.judged(fold, part)) {
          guard let judged else { continue }
          write(judged, of: series, fold: fold, levels, to: &writer)
        }
        writer.handOver(to: pieces)
      }
    }
    pieces(writer.take())
  }

  private func write(
    _ judged: BacktestResult.Judged, of series: Series, fold: Int, _ levels: [Double], to writer: inout CSVWriter
  ) {
    let origin = style.text(of: series.index[judged.origin - 1])
    let intervals = levels.map { level in judged.intervals.first { $0.level == level } }
    for step in judged.truth.indices {
      writer.cell(fold + 1)
      writer.cell(origin)
      writer.cell(series.name)
      writer.cell(style.text(of: series.index[judged.origin + step]))
      writer.cell(step + 1)
      writer.cell(judged.truth[step])
      for point in judged.points { writer.cell(point[step]) }
      for interval in intervals {
        writer.cell(interval?.lower[step] ?? .nan)
        writer.cell(interval?.upper[step] ?? .nan)
      }
      writer.endRow()
    }
  }
}
