/// The legend: a row or more above the plot, where it covers no data.
struct Legend: Sendable, Equatable {
  /// One entry: a text and the gnuplot style of its sample.
  struct Entry: Sendable, Equatable {
    var title: String
    var style: String
  }

  var entries: [Entry]
  /// The room from its left end to the right edge of the picture, in pixels.
  var room: Double

  private static let textSize = Style.smallSize
  private static let rowHeight = 20.0

  private var columns: Int {
    let widest = entries.map { textWidth($0.title, size: Legend.textSize) }.max() ?? 0
    return max(1, min(entries.count, Int(room / (widest + 48))))
  }

  /// The height that it takes, in pixels.
  var height: Double {
    entries.isEmpty ? 0 : Double((entries.count + columns - 1) / columns) * Legend.rowHeight
  }

  /// The command that places it with its upper left corner there, in pixels.
  func placement(left: Double, top: Double, of height: Int) -> String {
    if entries.isEmpty { return "unset key" }
    return
      "set key at \(Style.x(left)), \(Style.y(top, of: height)) left top horizontal Left reverse samplen 2 width squeeze "
      + "maxcols \(columns) \(Style.font(Legend.textSize)) textcolor rgb '\(Style.quiet)'"
  }

  /// The commands for a legend of several panels: a plot of its own with nothing else in it, because gnuplot makes no
  /// legend wider than its plot.
  func ownPlot(left: Double, top: Double, of height: Int) -> [String] {
    let plot = (["NaN notitle"] + plots).joined(separator: ", \\\n  ")
    return [
      placement(left: left - 8, top: top, of: height),
      "unset border; unset tics",
      Style.margins(left: left, right: left + room, top: top, bottom: top + self.height, of: height),
      "plot [0:1] [0:1] \(plot)",
      "unset label; unset key",
    ]
  }

  /// What `plot` gets for it.
  var plots: [String] { entries.map { "keyentry with \($0.style) title \(quoted($0.title))" } }
}
