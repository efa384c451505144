import Processes
import TimeSeries

/// The end of a series with its forecast, drawn in letters for a terminal by gnuplot.
public struct TerminalChart: Sendable {
  /// The readings up to the origin; only their end is drawn.
  public var history: Series
  /// The forecast from the origin on; its widest interval is drawn as dots.
  public var forecast: Forecast.Series
  /// How times are written below the axis.
  public var style: TimeStyle
  /// Columns and rows of letters.
  public var size: (columns: Int, rows: Int)

  /// A chart of one series.
  public init(
    history: Series, forecast: Forecast.Series, style: TimeStyle, size: (columns: Int, rows: Int) = (78, 18)
  ) {
    (self.history, self.forecast, self.style, self.size) = (history, forecast, style, size)
  }

  /// The lines of the chart.
  ///
  /// - Throws: ``ChartError`` where gnuplot fails.
  public func lines(
    by gnuplot: Gnuplot, within seconds: Double = 10, interruption: Interruption = Interruption()
  ) throws(ChartError) -> [String] {
    let text = try gnuplot.printed(
      by: Array(script.utf8), named: "the chart for the terminal", within: seconds, interruption: interruption)
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      String(line.reversed().drop { $0 == " " || $0 == "\u{0C}" || $0 == "\r" }.reversed())
    }
    while lines.first?.isEmpty == true { lines.removeFirst() }
    while lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }

  private var script: String {
    let horizon = forecast.point.count
    let shown = min(history.count, max(30, 4 * horizon))
    let start = history.count - shown
    var blocks = ["history", "forecast", "bounds"].map { "$\($0) << END" }
    for step in start..<history.count { blocks[0] += "\n\(step) \(number(history.values[step]))" }
    for step in 0..<horizon { blocks[1] += "\n\(history.count + step) \(number(forecast.point[step]))" }
    if let widest = forecast.intervals.last {
      for step in 0..<horizon {
        blocks[2] += "\n\(history.count + step) \(number(widest.lower[step]))"
        blocks[2] += "\n\(history.count + step) \(number(widest.upper[step]))"
      }
    }
    let marks = [
      (start, style.text(of: history.index[start])), (history.count, style.text(of: forecast.index[0])),
      (history.count + horizon - 1, style.text(of: forecast.index[horizon - 1])),
    ]
    // The last two labels would touch where the horizon is short.
    let labels = horizon * 4 < shown + horizon ? [marks[0], marks[1]] : marks
    let plots =
      ["$history with lines linetype 1 notitle"]
      + (forecast.intervals.isEmpty ? [] : ["$bounds with dots notitle"])
      + ["$forecast with points pointtype 15 notitle"]
    return """
      set terminal dumb size \(size.columns),\(size.rows) noenhanced
      set encoding utf8
      set locale 'C'
      set border 3
      set xtics nomirror out (\(labels.map { "\(quoted($0.1)) \($0.0)" }.joined(separator: ", ")))
      set ytics nomirror out
      set xrange [\(start):\(history.count + horizon)]
      \(blocks.map { $0 + "\nEND" }.joined(separator: "\n"))
      plot \(plots.joined(separator: ", "))

      """
  }

  private func number(_ value: Double) -> String { value.isFinite ? "\(value)" : "NaN" }
}
