import TimeSeries

extension PanelsChart.Mark {
  /// How gnuplot draws its sample in the legend.
  var sample: String {
    switch form {
    case .line(let width): "lines \(Style.line(tint)) linewidth \(width) dashtype 1"
    case .dashes: "lines \(Style.line(tint)) linewidth 2 dashtype (8,5)"
    case .points(let size): "points pointtype 7 pointsize \(size) \(Style.line(tint))"
    case .impulses: "lines \(Style.line(tint)) linewidth 1.6 dashtype 1"
    case .bars: "filledcurves fillcolor rgb \(tint.name) fillstyle solid noborder"
    case .area, .cells: "filledcurves fillcolor rgb \(tint.name) fillstyle transparent solid 0.18 noborder"
    }
  }

  /// Its data and what `plot` is told of each block of them.
  ///
  /// - Parameters:
  ///   - name: of the first block.
  ///   - width: of the plot, in pixels.
  ///   - bridge: how many missing values in a row do not break a line.
  func drawn(named name: String, width: Double, bridge: Int) -> [(block: ChartScript.DataBlock, plot: String)] {
    func one(_ columns: [[Double]], _ plot: String) -> [(block: ChartScript.DataBlock, plot: String)] {
      [(.init(name: name, columns: columns), "$\(name) using \(plot) notitle")]
    }
    switch form {
    case .line, .dashes:
      let line = ForecastPanel.Line(kind: .history, positions: x, values: y).bridging(bridge).thinned(columns: width)
      return one([line.positions, line.values], "1:2 with \(sample)")
    case .points: return one([x, y], "1:2 with \(sample)")
    case .impulses: return one([x, y], "1:2 with impulses \(Style.line(tint)) linewidth 1.6 dashtype 1")
    case .bars(let width):
      return one(
        [x, y, x.map { _ in width }], "1:2:3 with boxes fillcolor rgb \(tint.name) fillstyle solid noborder")
    case .area(let others): return one([x, y, others], "1:2:3 with \(sample)")
    case .cells(let values):
      return ShadedCells(columns: x, rows: y, values: values).blocks.map { shade, columns in
        let block = "\(name)_\(shade)"
        let opacity = decimal(Double(shade) / Double(ShadedCells.shades), places: 3)
        return (
          .init(name: block, columns: columns),
          "$\(block) using 1:2:3:4:5:6 with boxxyerror fillcolor rgb \(tint.name) "
            + "fillstyle transparent solid \(opacity) noborder notitle"
        )
      }
    }
  }

  /// The values that its axis has to hold.
  var heights: [Double] {
    switch form {
    case .area(let others): y + others
    case .cells: [(y.min() ?? 1) - 0.5, (y.max() ?? 1) + 0.5]
    default: y
    }
  }

  var isMap: Bool { if case .cells = form { true } else { false } }

  /// Half of what a place of it takes beyond its middle.
  var half: Double {
    switch form {
    case .bars(let width): width / 2
    case .cells: x.count > 1 ? (x[1] - x[0]) / 2 : 0.5
    default: 0
    }
  }
}

/// The cells of a map by their shade. Neighbours of one shade in a row are one.
private struct ShadedCells {
  static let shades = 8
  let columns: [Double]
  let rows: [Double]
  let values: [[Double]]

  /// Where columns meet, and both ends: halfway to the neighbour, for months are not of one length.
  private var edges: [Double] {
    let inner = zip(columns, columns.dropFirst()).map { ($0 + $1) / 2 }
    guard let low = inner.first, let high = inner.last else { return columns.flatMap { [$0 - 0.5, $0 + 0.5] } }
    return [2 * columns[0] - low] + inner + [2 * columns[columns.count - 1] - high]
  }

  /// The shades that occur, from 1, each with the cells' middles and bounds.
  var blocks: [(shade: Int, columns: [[Double]])] {
    let most = values.joined().filter(\.isFinite).max() ?? 0
    guard most > 0, columns.count > 0 else { return [] }
    let edges = edges
    var cells = [[[Double]]](repeating: [], count: Self.shades + 1)
    for (row, values) in zip(rows, values) {
      let shades = values.map { $0.isFinite ? Int((max(0, $0) / most * Double(Self.shades)).rounded()) : 0 }
      var start = 0
      while start < shades.count {
        let end = shades[start...].firstIndex { $0 != shades[start] } ?? shades.count
        let (left, right) = (edges[start], edges[end])
        cells[shades[start]].append([(left + right) / 2, row, left, right, row - 0.5, row + 0.5])
        start = end
      }
    }
    return (1...Self.shades).filter { !cells[$0].isEmpty }.map { shade in
      (shade, (0..<6).map { number in cells[shade].map { $0[number] } })
    }
  }
}

/// A panel as data and commands.
struct DrawnPanel {
  let panel: PanelsChart.Panel
  let number: Int
  let cell: Layout.Cell
  let axis: ValueAxis
  let area: ChartScript.Area

  private static func axis(of panel: PanelsChart.Panel, height: Double) -> ValueAxis {
    let heights = panel.marks.flatMap(\.heights) + panel.guides
    if panel.isLogarithmic { return ValueAxis.logarithmic(over: heights) }
    let most = max(3, Int(height / 45))
    if let map = panel.marks.first(where: \.isMap), let first = map.y.first, let last = map.y.last {
      return ValueAxis(
        range: first - 0.5...last + 0.5, tics: TimeAxis.stepTics(from: Int64(first), through: Int64(last), most: most))
    }
    let isBarred = panel.marks.contains { if case .bars = $0.form { true } else { $0.form == .impulses } }
    return ValueAxis.linear(over: heights, includingZero: panel.includesZero || isBarred, most: most)
  }

  /// The room that labels beside a panel take.
  static func axisWidth(_ panel: PanelsChart.Panel, height: Double) -> Double {
    Layout.axisWidth(axis(of: panel, height: height), hasLabel: panel.yLabel != nil)
  }

  /// - Parameter half: how much what is drawn takes beyond its first and last place, in this panel or one of the same times.
  init(_ panel: PanelsChart.Panel, number: Int, cell: Layout.Cell, axisWidth: Double, half: Double) {
    (self.panel, self.number, self.cell) = (panel, number, cell)
    axis = DrawnPanel.axis(of: panel, height: cell.height)
    let frame = PlotFrame(
      left: cell.left + axisWidth, right: cell.left + cell.width - 14,
      top: cell.top + (panel.flag == nil ? 30 : 46), bottom: cell.top + cell.height - (panel.xLabel == nil ? 50 : 62))
    let places = panel.marks.flatMap(\.x).filter(\.isFinite)
    var (low, high) = (places.min() ?? 0, places.max() ?? 1)
    let pad = max((high - low) * 0.015, half)
    (low, high) = high > low ? (low - pad, high + pad) : (low - max(half, 0.5), high + max(half, 0.5))
    area = .init(frame: frame, x: low...high, y: axis.range)
  }

  /// The data of each mark, and what is said of it.
  private var drawn: [(block: ChartScript.DataBlock, plot: String)] {
    let bridge = if case .businessDays = panel.times?.frequency { ForecastPanel.longestBridge } else { 0 }
    return panel.marks.enumerated().flatMap { place, mark in
      mark.drawn(named: "mark\(number)_\(place + 1)", width: area.frame.right - area.frame.left, bridge: bridge)
    }
  }

  var blocks: [ChartScript.DataBlock] { drawn.map(\.block) }

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
    if let flag = panel.flag {
      let place = Style.gnuplotNumber(flag.x)
      commands += [
        Style.vertical(at: place, color: .marker, dashes: "(3,3)"), Style.heading(flag.text, above: place),
      ]
    }
    if axis.isLogarithmic { commands.append("set logscale y") }
    let plots = drawn.filter { $0.block.columns[1].contains(where: \.isFinite) }.map(\.plot)
    if plots.isEmpty { commands.append(Style.noValues) }
    commands.append("plot " + (plots.isEmpty ? ["NaN notitle"] : plots).joined(separator: ", \\\n  "))
    return commands + (axis.isLogarithmic ? ["unset logscale y"] : [])
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
