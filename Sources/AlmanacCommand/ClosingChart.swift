import ArgumentParser
import Charts
import Foundation
import Pipelines
import Processes

/// The picture that a command ends with.
struct ClosingChart {
  let interruption: Interruption

  /// Prints the first series with its forecast, as wide as the window: in dots and colours where the terminal has them, in
  /// letters otherwise. Where it cannot be drawn a line says why.
  func show(_ forecast: PublishedForecast) {
    guard let series = forecast.forecast.series.first, let history = forecast.panel.series.first, !series.point.isEmpty
    else { return }
    let chart = TerminalChart(
      history: history, forecast: series, style: forecast.style, size: (columns: Console.columns, rows: 18))
    do throws(ChartError) {
      let gnuplot = try Gnuplot(searching: Surroundings.searchPath, environment: Surroundings.environment)
      let title = "\(series.name): history, forecast and its widest interval"
      if Console.isTerminal, Surroundings.writesUnicode {
        let lines = try chart.dottedLines(by: gnuplot, interruption: interruption)
        Console.line(title)
        for line in lines { Console.line(line.map { ($0.text, Surroundings.wantsColours ? $0.part.colour : nil) }) }
      } else {
        for line in [title] + (try chart.lines(by: gnuplot, interruption: interruption)) { Console.line(line) }
      }
      Console.line("")
    } catch .gnuplotMissing {
      Console.line("no chart: gnuplot is not installed")
    } catch { Console.line("no chart: \(error)") }
  }
}

extension TerminalChart.Part {
  /// The colour, as a terminal's code: those that people tell apart who see red and green alike.
  fileprivate var colour: String? {
    switch self {
    case .frame: "2"
    case .history: nil
    case .interval: "34"
    case .forecast: "1;33"
    }
  }
}

/// Whether a command ends with a picture.
struct ChartOption: ParsableArguments {
  @Flag(help: "Do not draw the forecast in the terminal at the end.")
  var noChart = false
}
