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
  public func csv(pieces: (_ piece: [UInt8]) -> Void) {
    var writer = CSVWriter()
    let levels = backtest.folds.first?.forecasts[0].series.first?.intervals.map(\.level) ?? []
    writer.row(
      ["fold", "origin", "series", "time", "step", "truth"] + backtest.names
        + levels.flatMap { ["lower_\(percent($0))", "upper_\(percent($0))"] })
    for (number, fold) in backtest.folds.enumerated() {
      for (position, series) in panel.series.enumerated() where fold.origins[position] > 0 {
        let origin = style.text(of: series.index[fold.origins[position] - 1])
        let model = fold.forecasts[0].series[position]
        for step in 0..<backtest.horizon {
          writer.cell(number + 1)
          writer.cell(origin)
          writer.cell(series.name)
          writer.cell(style.text(of: model.index[step]))
          writer.cell(step + 1)
          writer.cell(fold.truth[position][step])
          for forecast in fold.forecasts { writer.cell(forecast.series[position].point[step]) }
          for interval in model.intervals {
            writer.cell(interval.lower[step])
            writer.cell(interval.upper[step])
          }
          writer.endRow()
        }
        writer.handOver(to: pieces)
      }
    }
    pieces(writer.take())
  }
}
