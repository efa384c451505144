import Processes
import TimeSeries

/// The end of a series with its forecast, drawn for a terminal by gnuplot: in letters, or in dots of braille, eight to a letter.
public struct TerminalChart: Sendable {
  /// The readings up to the origin; only their end is drawn.
  public var history: Series
  /// The forecast from the origin on, with its widest interval.
  public var forecast: Forecast.Series
  /// How times are written below the axis.
  public var style: TimeStyle
  /// Columns and rows of letters.
  public var size: (columns: Int, rows: Int)

  /// What a piece of a line shows.
  public enum Part: Sendable { case frame, history, interval, forecast }

  /// Letters beside each other that show the same.
  public struct Piece: Sendable, Equatable {
    /// The letters.
    public var text: String
    /// What they show.
    public var part: Part
  }

  /// A chart of one series.
  public init(
    history: Series, forecast: Forecast.Series, style: TimeStyle, size: (columns: Int, rows: Int) = (78, 18)
  ) {
    (self.history, self.forecast, self.style, self.size) = (history, forecast, style, size)
  }

  /// The lines of the chart in letters that every terminal has; the interval is drawn as dots.
  ///
  /// - Throws: ``ChartError`` where gnuplot fails.
  public func lines(
    by gnuplot: Gnuplot, within seconds: Double = 10, interruption: Interruption = Interruption()
  ) throws(ChartError) -> [String] {
    let plots =
      ["$history with lines linetype 1 notitle"]
      + (forecast.intervals.isEmpty ? [] : ["$lower with dots notitle", "$upper with dots notitle"])
      + ["$forecast with points pointtype 15 notitle"]
    let script = frame + "plot \(plots.joined(separator: ", "))\n"
    let text = try gnuplot.printed(
      by: Array(script.utf8), named: "the chart for the terminal", within: seconds, interruption: interruption)
    return TerminalChart.trimmed(TerminalChart.rows(of: text).map(String.init))
  }

  /// The lines of the chart in dots, for terminals that show Unicode.
  ///
  /// - Throws: ``ChartError`` where gnuplot fails.
  public func dottedLines(
    by gnuplot: Gnuplot, within seconds: Double = 10, interruption: Interruption = Interruption()
  ) throws(ChartError) -> [[Piece]] {
    // gnuplot draws twice: the axes as large as they are shown, and the curves on a letter a dot. Where the plot lies in the
    // first decides the size of the second.
    let named = "the chart for the terminal"
    let plots = (forecast.intervals.isEmpty ? [] : ["$lower", "$upper"]) + ["$history", "$joined"]
    let (columns, rows) = ("GPVAL_TERM_XMAX - GPVAL_TERM_XMIN + 1", "GPVAL_TERM_YMAX - GPVAL_TERM_YMIN + 1")
    let script =
      frame + """
        plot \(plots.map { "\($0) with dots notitle" }.joined(separator: ", "))
        set print "-"
        print sprintf("\\014%d %d %d %d", GPVAL_TERM_XMIN, GPVAL_TERM_XMAX, GPVAL_TERM_YMIN, GPVAL_TERM_YMAX)
        set yrange [GPVAL_Y_MIN:GPVAL_Y_MAX]
        set terminal dumb size 2 * (\(columns)), 4 * (\(rows)) noenhanced
        unset border
        unset xtics
        unset ytics
        set lmargin 0
        set rmargin 1
        set tmargin 2
        set bmargin 1
        plot \(plots.map { "\($0) with lines linetype \(TerminalChart.lineTypes[$0] ?? 1) notitle" }.joined(separator: ", "))

        """
    let text = try gnuplot.printed(
      by: Array(script.utf8), named: named, within: seconds, interruption: interruption)
    // Before each of the two pictures stands a form feed, and one stands before the place.
    let pages = text.split(separator: "\u{0C}", omittingEmptySubsequences: true)
    guard pages.count == 3 else { throw .pictureIncomplete(path: named) }
    let place = pages[1].split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
    let letters = TerminalChart.rows(of: pages[0]).filter { !$0.isEmpty }.prefix(size.rows)
    guard place.count == 4, place[0] < place[1], place[2] < place[3], place[3] < letters.count else {
      throw .pictureIncomplete(path: named)
    }
    let picture = TerminalPicture(
      letters: letters.map { Array($0) }, columns: place[0]...place[1],
      // Rows are counted from below.
      rows: letters.count - 1 - place[3]...letters.count - 1 - place[2],
      dots: TerminalChart.rows(of: pages[2]).filter { !$0.isEmpty }.map { Array($0) })
    return picture.lines
  }

  private static let lineTypes = ["$history": 1, "$lower": 2, "$upper": 2, "$joined": 3]

  /// What stands before the plots: the data, the axes and the terminal.
  private var frame: String {
    let horizon = forecast.point.count
    let shown = min(history.count, max(30, 4 * horizon))
    let start = history.count - shown
    var blocks: [(name: String, lines: [String])] = [
      ("$history", (start..<history.count).map { "\($0) \(number(history.values[$0]))" })
    ]
    let steps = forecast.point.indices.map { "\(history.count + $0) \(number(forecast.point[$0]))" }
    blocks.append(("$forecast", steps))
    // The forecast goes on from the last reading.
    blocks.append(("$joined", [blocks[0].lines.last].compactMap(\.self) + steps))
    if let widest = forecast.intervals.last {
      for (name, bounds) in [("$lower", widest.lower), ("$upper", widest.upper)] {
        blocks.append((name, bounds.indices.map { "\(history.count + $0) \(number(bounds[$0]))" }))
      }
    }
    let marks = [
      (start, style.text(of: history.index[start])), (history.count, style.text(of: forecast.index[0])),
      (history.count + horizon - 1, style.text(of: forecast.index[horizon - 1])),
    ]
    // The last two labels would touch where the horizon is short.
    let labels = horizon * 4 < shown + horizon ? [marks[0], marks[1]] : marks
    return """
      set terminal dumb size \(size.columns),\(size.rows) noenhanced
      set encoding utf8
      set locale 'C'
      set border 3 back
      set xtics nomirror out (\(labels.map { "\(quoted($0.1)) \($0.0)" }.joined(separator: ", ")))
      set ytics nomirror out
      set xrange [\(start):\(history.count + horizon)]
      \(blocks.map { "\($0.name) << END\n\($0.lines.joined(separator: "\n"))\nEND" }.joined(separator: "\n"))

      """
  }

  private func number(_ value: Double) -> String { value.isFinite ? "\(value)" : "NaN" }

  private static func rows(of text: some StringProtocol) -> [Substring] {
    Substring(text).split(separator: "\n", omittingEmptySubsequences: false).map { line in
      line.filter { $0 != "\u{0C}" && $0 != "\r" }[...]
    }
  }

  private static func trimmed(_ lines: [String]) -> [String] {
    var lines = lines.map { line in String(line.reversed().drop { $0 == " " }.reversed()) }
    while lines.first?.isEmpty == true { lines.removeFirst() }
    while lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }
}
