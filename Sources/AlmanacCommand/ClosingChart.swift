import ArgumentParser
import Charts
import Foundation
import Pipelines
import Processes

/// The picture in letters that a command ends with.
struct ClosingChart {
  let interruption: Interruption

  /// The first series with its forecast, as wide as the window; a line that says why where it cannot be drawn.
  func lines(of forecast: PublishedForecast) -> [String] {
    guard let series = forecast.forecast.series.first, let history = forecast.panel.series.first, !series.point.isEmpty
    else { return [] }
    let chart = TerminalChart(
      history: history, forecast: series, style: forecast.style, size: (columns: Console.columns, rows: 18))
    do throws(ChartError) {
      let gnuplot = try Gnuplot(searching: Surroundings.searchPath, environment: Surroundings.environment)
      let drawn = try chart.lines(by: gnuplot, interruption: interruption)
      return ["\(series.name): history, forecast and its widest interval"] + drawn + [""]
    } catch .gnuplotMissing {
      return ["no chart: gnuplot is not installed"]
    } catch { return ["no chart: \(error)"] }
  }
}

/// Whether a command ends with a picture.
struct ChartOption: ParsableArguments {
  @Flag(help: "Do not draw the forecast in letters at the end.")
  var noChart = false
}
