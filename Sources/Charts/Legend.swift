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

  /// The commands that draw it with its upper left corner there, in pixels: a plot of its own with nothing else in it,
  /// because gnuplot makes no legend wider than its plot.
  func commands(left: Double, top: Double, on canvas: Canvas) -> [String] {
    if entries.isEmpty { return ["unset key"] }
    let plot = (["NaN notitle"] + plots).joined(separator: ", \\\n  ")
    return [
      "set key at \(canvas.x(left - 8)), \(canvas.y(top)) left top horizontal Left reverse samplen 2 width squeeze "
        + "maxcols \(columns) \(Style.font(Legend.textSize)) textcolor rgb \(Tint.quiet.name)",
      "unset border; unset tics",
      canvas.margins(PlotFrame(left: left, right: left + room, top: top, bottom: top + self.height)),
      "plot [0:1] [0:1] \(plot)",
      "unset label; unset key",
    ]
  }

  private var plots: [String] { entries.map { "keyentry with \($0.style) title \(quoted($0.title))" } }
}
