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
    /// One value a place.
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

    /// A plot.
    public init(
      _ heading: String, _ marks: [Mark], xLabel: String? = nil, yLabel: String? = nil, times: TimeIndex? = nil
    ) {
      (self.heading, self.marks, self.xLabel, self.yLabel, self.times) = (heading, marks, xLabel, yLabel, times)
    }
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
        let drawn = DrawnPanel(panel, number: number, cell: cell, axisWidth: left)
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

extension PanelsChart.Mark {
  /// How gnuplot draws its sample in the legend.
  fileprivate var sample: String {
    switch form {
    case .line(let width): "lines \(Style.line(tint)) linewidth \(width) dashtype 1"
    case .dashes: "lines \(Style.line(tint)) linewidth 2 dashtype (8,5)"
    case .points(let size): "points pointtype 7 pointsize \(size) \(Style.line(tint))"
    case .impulses: "lines \(Style.line(tint)) linewidth 1.6 dashtype 1"
    case .bars: "filledcurves fillcolor rgb \(tint.name) fillstyle solid noborder"
    case .area: "filledcurves fillcolor rgb \(tint.name) fillstyle transparent solid 0.18 noborder"
    }
  }

  /// What `plot` is told of it.
  fileprivate func plot(_ block: String) -> String {
    switch form {
    case .line, .dashes, .points: "\(block) using 1:2 with \(sample) notitle"
    case .impulses: "\(block) using 1:2 with impulses \(Style.line(tint)) linewidth 1.6 dashtype 1 notitle"
    case .bars:
      "\(block) using 1:2:3 with boxes fillcolor rgb \(tint.name) fillstyle solid noborder notitle"
    case .area:
      "\(block) using 1:2:3 with filledcurves fillcolor rgb \(tint.name) fillstyle transparent solid 0.18 noborder notitle"
    }
  }

  /// The columns that this needs.
  ///
  /// - Parameter bridge: how many missing values in a row do not break a line.
  fileprivate func columns(width: Double, bridge: Int) -> [[Double]] {
    switch form {
    case .line, .dashes:
      let line = ForecastPanel.Line(kind: .history, positions: x, values: y).bridging(bridge).thinned(columns: width)
      return [line.positions, line.values]
    case .points, .impulses: return [x, y]
    case .bars(let width): return [x, y, x.map { _ in width }]
    case .area(let others): return [x, y, others]
    }
  }

  /// The values that its axis has to hold.
  fileprivate var heights: [Double] { if case .area(let others) = form { y + others } else { y } }
}

/// A panel as data and commands.
private struct DrawnPanel {
  let panel: PanelsChart.Panel
  let number: Int
  let cell: Layout.Cell
  let axis: ValueAxis
  let area: ChartScript.Area

  private static func axis(of panel: PanelsChart.Panel, height: Double) -> ValueAxis {
    let isBarred = panel.marks.contains { if case .bars = $0.form { true } else { $0.form == .impulses } }
    return ValueAxis.linear(
      over: panel.marks.flatMap(\.heights) + panel.guides, includingZero: panel.includesZero || isBarred,
      most: max(3, Int(height / 45)))
  }

  /// The room that labels beside a panel take.
  static func axisWidth(_ panel: PanelsChart.Panel, height: Double) -> Double {
    Layout.axisWidth(axis(of: panel, height: height), hasLabel: panel.yLabel != nil)
  }

  init(_ panel: PanelsChart.Panel, number: Int, cell: Layout.Cell, axisWidth: Double) {
    (self.panel, self.number, self.cell) = (panel, number, cell)
    axis = DrawnPanel.axis(of: panel, height: cell.height)
    let frame = PlotFrame(
      left: cell.left + axisWidth, right: cell.left + cell.width - 14,
      top: cell.top + 30, bottom: cell.top + cell.height - (panel.xLabel == nil ? 50 : 62))
    let places = panel.marks.flatMap(\.x).filter(\.isFinite)
    var (low, high) = (places.min() ?? 0, places.max() ?? 1)
    let half = panel.marks.compactMap { if case .bars(let width) = $0.form { width / 2 } else { nil } }.max() ?? 0
    let pad = max((high - low) * 0.015, half)
    (low, high) = high > low ? (low - pad, high + pad) : (low - max(half, 0.5), high + max(half, 0.5))
    area = .init(frame: frame, x: low...high, y: axis.range)
  }

  private func name(_ mark: Int) -> String { "mark\(number)_\(mark + 1)" }

  var blocks: [ChartScript.DataBlock] {
    let bridge = if case .businessDays = panel.times?.frequency { ForecastPanel.longestBridge } else { 0 }
    return panel.marks.enumerated().map { place, mark in
      .init(name: name(place), columns: mark.columns(width: area.frame.right - area.frame.left, bridge: bridge))
    }
  }

  func commands(on canvas: Canvas) -> [String] {
    let frame = area.frame
    let middle = (frame.left + frame.right) / 2
    var commands = [
      canvas.margins(frame), Style.range("x", area.x), Style.range("y", area.y), Style.tics("x", xTics),
      Style.tics("y", axis.tics),
      canvas.label(
        fitting(panel.heading, width: frame.right - frame.left, size: Style.textSize), frame.left, cell.top + 12,
        "left \(Style.font(Style.textSize))", color: .ink),
    ]
    if let label = panel.xLabel { commands.append(canvas.label(label, middle, frame.bottom + 46, "center")) }
    if let label = panel.yLabel {
      let text = fitting(label, width: frame.bottom - frame.top, size: Style.textSize)
      commands.append(canvas.label(text, cell.left + 12, (frame.top + frame.bottom) / 2, "center rotate by 90"))
    }
    for guide in panel.guides {
      commands.append(Style.horizontal(at: Style.gnuplotNumber(guide), color: .marker, dashes: "(4,4)"))
    }
    let drawn = panel.marks.indices.filter { panel.marks[$0].y.contains(where: \.isFinite) }
    if drawn.isEmpty { commands.append(Style.noValues) }
    let plots = drawn.map { panel.marks[$0].plot("$\(name($0))") }
    return commands + ["plot " + (plots.isEmpty ? ["NaN notitle"] : plots).joined(separator: ", \\\n  ")]
  }

  private var xTics: [Tic] {
    let most = max(2, Int((area.frame.right - area.frame.left) / 85))
    if let times = panel.times, times.count > 0 {
      return TimeAxis.tics(
        from: times.start, through: times[times.count - 1], frequency: times.frequency, monthDay: times.monthDay,
        most: most)
    }
    let places = panel.marks.flatMap(\.x).filter(\.isFinite)
    if panel.counts, let low = places.min(), let high = places.max() {
      return TimeAxis.stepTics(from: Int64(low.rounded(.up)), through: Int64(high), most: most)
    }
    return ValueAxis.linear(over: places, most: most).tics.filter { area.x.contains($0.at) }
  }
}
