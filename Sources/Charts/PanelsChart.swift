import TimeSeries

/// Plots in rows, each with lines, points, bars and areas over a common axis: what residuals, calibration, decomposition and
/// the like are made of.
public struct PanelsChart: Chart, Equatable {
  /// How the values of a mark are drawn.
  public enum Form: Sendable, Equatable {
    /// A line of a width; a value that is missing breaks it.
    case line(Double)
    /// A dashed line.
    case dashes
    /// A dot each.
    case points(Double)
    /// An upright line from zero each.
    case impulses
    /// A bar each, as wide as that.
    case bars(Double)
    /// The area between the values and others.
    case area([Double])
    /// A map: a cell for each place of `x` in a row for each of `y`, the darker the larger, [row][column], from 0 on.
    case cells([[Double]])
  }

  /// Values that are drawn alike.
  public struct Mark: Sendable, Equatable {
    /// What it is called in the legend; nil for no entry.
    public var name: String?
    /// How it is drawn.
    public var form: Form
    /// Its colour.
    public var tint: Tint
    /// Places on the axis from left to right; of times as ``PanelsChart/place(of:in:)`` gives them.
    public var x: [Double]
    /// One value a place; of a map the places of its rows.
    public var y: [Double]

    /// A mark.
    public init(_ name: String? = nil, _ form: Form, _ tint: Tint, x: [Double], y: [Double]) {
      (self.name, self.form, self.tint, self.x, self.y) = (name, form, tint, x, y)
    }
  }

  /// One plot.
  public struct Panel: Sendable, Equatable {
    /// What stands above it.
    public var heading: String
    /// What is drawn, the first below all others.
    public var marks: [Mark]
    /// What stands below its axis.
    public var xLabel: String?
    /// What stands beside its axis.
    public var yLabel: String?
    /// The times that its axis goes over; nil for an axis of numbers.
    public var times: TimeIndex?
    /// Whether zero is on the axis of values.
    public var includesZero = false
    /// Values at which a dashed line goes across.
    public var guides: [Double] = []
    /// Whether the axis of numbers counts something.
    public var counts = false
    /// Whether the axis of values is logarithmic, unless one of them is zero or below.
    public var isLogarithmic = false
    /// A place with an upright line and what stands above it.
    public var flag: Flag?

    /// A plot.
    public init(
      _ heading: String, _ marks: [Mark], xLabel: String? = nil, yLabel: String? = nil, times: TimeIndex? = nil
    ) {
      (self.heading, self.marks, self.xLabel, self.yLabel, self.times) = (heading, marks, xLabel, yLabel, times)
    }
  }

  /// A place that is pointed out.
  public struct Flag: Sendable, Equatable {
    /// Where.
    public var x: Double
    /// What stands above it.
    public var text: String

    /// A place.
    public init(_ text: String, at x: Double) { (self.x, self.text) = (x, text) }
  }

  /// What stands above it all.
  public var title: String
  /// The parts of a line below the title.
  public var subtitle: [String]
  /// The plots from above to below, and within a row from left to right.
  public var rows: [[Panel]]
  /// The width of the picture, and the height of one of two rows.
  public var canvas = Canvas()

  /// A chart of these plots.
  public init(title: String, subtitle: [String] = [], rows: [[Panel]]) {
    (self.title, self.subtitle, self.rows) = (title, subtitle, rows)
  }

  /// The place of a time on an axis of times.
  public static func place(of time: Timestamp, in index: TimeIndex) -> Double {
    TimeAxis.position(time, index.frequency)
  }

  /// The chart as a script; a narrow picture has one plot a row.
  public var script: ChartScript {
    let rows = canvas.width < 600 ? rows.flatMap { $0.map { [$0] } } : rows
    let margin = canvas.width < 600 ? 12.0 : 24
    var seen: Set<String> = []
    let entries = rows.joined().flatMap(\.marks).compactMap { mark -> Legend.Entry? in
      guard let name = mark.name, seen.insert(name).inserted else { return nil }
      return Legend.Entry(title: name, style: mark.sample)
    }
    let legend = Legend(entries: entries, room: canvas.width - 2 * margin)
    let heading = Canvas.headingHeight(title, subtitle)
    let top = heading + legend.height + 10
    let rowHeight = rows.count == 1 ? canvas.height - top : max(180, canvas.height * 0.46)
    let canvas = Canvas(width: canvas.width, height: (top + rowHeight * Double(max(1, rows.count))).rounded())

    var script = ChartScript(title: title, canvas: canvas)
    var commands = ["set multiplot"] + canvas.heading(title, subtitle, left: margin)
    commands += legend.commands(left: margin, top: heading, on: canvas) + Style.frame
    var number = 0
    for (row, panels) in rows.enumerated() {
      let width = (canvas.width - margin) / Double(max(1, panels.count))
      // Plots above each other begin at one place.
      let stacked = rows.filter { $0.count == panels.count }
      for (column, panel) in panels.enumerated() {
        number += 1
        let left = stacked.map { DrawnPanel.axisWidth($0[column], height: rowHeight) }.max() ?? 0
        let cell = Layout.Cell(
          left: margin / 2 + Double(column) * width, top: top + Double(row) * rowHeight, width: width, height: rowHeight
        )
        // One time stands above the other where both are of the same times.
        let alike = rows.joined().filter { $0.times == panel.times }
        let half = (panel.times == nil ? [panel] : alike).flatMap(\.marks).map(\.half).max() ?? 0
        let drawn = DrawnPanel(panel, number: number, cell: cell, axisWidth: left, half: half)
        script.areas.append(drawn.area)
        script.blocks += drawn.blocks
        if number > 1 { commands += ["unset label", "unset arrow"] }
        commands += drawn.commands(on: canvas)
      }
    }
    if number == 0 { commands += [Style.noValues, "plot [0:1] [0:1] NaN notitle"] }
    script.commands = commands + ["unset multiplot"]
    return script
  }
}
