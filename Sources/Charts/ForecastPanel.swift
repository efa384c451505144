import TimeSeries

/// One series of a ``ForecastChart``, as data and commands.
struct ForecastPanel {
  enum Kind: String {
    case history, baseline, truth
    case heldOutForecast = "fold"
    case forecast

    /// How gnuplot draws its line.
    var look: String {
      switch self {
      case .history: "linecolor rgb '\(Style.history)' linewidth 1.5 dashtype 1"
      case .baseline: "linecolor rgb '\(Style.baseline)' linewidth 1.2 dashtype 1"
      case .truth: "linecolor rgb '#000000' linewidth 2.2 dashtype 1"
      case .heldOutForecast: "linecolor rgb '\(Style.heldOutForecast)' linewidth 2 dashtype (8,5)"
      case .forecast: "linecolor rgb '\(Style.forecast)' linewidth 2.4 dashtype 1"
      }
    }
  }

  struct Line {
    var kind: Kind
    var positions: [Double]
    var values: [Double]
  }

  struct Band {
    var level: Double
    var positions: [Double]
    var lower: [Double]
    var upper: [Double]
    /// A quarter of a step.
    var quarter: Double
  }

  let name: String
  let scores: String?
  let lines: [Line]
  /// Widest first, so that the narrow ones lie on top.
  let bands: [Band]
  let valueAxis: ValueAxis
  private let number: Int
  private let origin: Double?
  private let first: Timestamp
  private let last: Timestamp
  private let frequency: Frequency
  private let monthDay: Int?

  init(_ panel: ForecastChart.Panel, number: Int, historySteps: Int?) {
    self.number = number
    let (history, forecast) = (panel.history, panel.forecast)
    name = history.name
    scores = panel.scores
    (frequency, monthDay) = (forecast.index.frequency, forecast.index.monthDay)

    let horizon = forecast.index.count
    var steps = max(6 * horizon, 30)
    if let fold = panel.fold {
      let back = fold.truth.index.offset(from: history.index)
      steps = max(steps, history.count - back + max(horizon, fold.truth.count))
    }
    let from = max(0, history.count - max(1, historySteps ?? steps))
    let start = history.count > 0 ? history.index[from] : forecast.index.start
    let usual = Line(.history, history.index, history.values).from(start, frequency)
    var lines = [usual]
    if let baseline = panel.baseline {
      lines.append(Line(.baseline, baseline.index, baseline.values).from(start, frequency))
    }
    if let fold = panel.fold {
      lines.append(Line(.truth, fold.truth.index, fold.truth.values).from(start, frequency))
      lines.append(Line(.heldOutForecast, fold.forecast.index, fold.forecast.point).from(start, frequency))
    }
    lines.append(Line(.forecast, forecast.index, forecast.point))
    self.lines = lines.filter { $0.values.contains(where: \.isFinite) }
    bands = forecast.intervals.sorted { $0.level > $1.level }.map { Band($0, forecast.index) }.filter { band in
      zip(band.lower, band.upper).contains { $0.isFinite && $1.isFinite }
    }

    first = start
    let ends = [(history.index, history.count), (forecast.index, horizon)].filter { $0.1 > 0 }.map { $0.0[$0.1 - 1] }
    last = max(start, ends.max() ?? start)
    origin = history.count > 0 && horizon > 0 ? TimeAxis.position(history.index[history.count - 1], frequency) : nil
    valueAxis = ValueAxis.linear(over: self.lines.flatMap(\.values) + bands.flatMap { $0.lower + $0.upper })
  }

  /// The data of the panel.
  var blocks: [ChartScript.DataBlock] {
    var blocks = bands.enumerated().map { position, band in
      ChartScript.DataBlock(name: "band\(number)_\(position + 1)", columns: band.corners)
    }
    for line in lines {
      let name = "\(line.kind.rawValue)\(number)"
      blocks.append(.init(name: name, columns: [line.positions, line.values]))
      let lone = line.lonePoints
      if !lone.isEmpty {
        let columns = [lone.map { line.positions[$0] }, lone.map { line.values[$0] }]
        blocks.append(.init(name: "\(name)_points", columns: columns))
      }
    }
    return blocks
  }

  /// The commands that draw the panel into a cell.
  func commands(cell: Layout.Cell, layout: Layout, valueLabel: String?, legend: [String]) -> [String] {
    let height = layout.height
    let left = cell.left + Layout.axisWidth(valueAxis, hasLabel: valueLabel != nil)
    let right = cell.left + cell.width - 14
    let top = cell.top + layout.panelHeading
    let bottom = cell.top + cell.height - 54
    let pad = max(0.015 * (TimeAxis.position(last, frequency) - TimeAxis.position(first, frequency)), shortestPad)
    let range = (TimeAxis.position(first, frequency) - pad)...(TimeAxis.position(last, frequency) + pad)
    let tics = TimeAxis.tics(
      from: first, through: last, frequency: frequency, monthDay: monthDay,
      most: max(2, Int((right - left) / (layout.isSingle ? 90 : 75))))

    var commands = [
      Style.margins(left: left, right: right, top: top, bottom: bottom, of: height),
      Style.range("x", range),
      Style.range("y", valueAxis.range),
      Style.tics("x", tics),
      Style.tics("y", valueAxis.tics),
    ]
    if let valueLabel {
      let middle = Style.y((top + bottom) / 2, of: height)
      commands.append(Style.label(valueLabel, at: Style.x(cell.left + 12), middle, "center rotate by 90"))
    }
    if frequency.isCounted {
      commands.append(Style.label("step", at: Style.x((left + right) / 2), Style.y(bottom + 44, of: height), "center"))
    }
    if let origin {
      let position = Style.gnuplotNumber(origin)
      commands.append(Style.vertical(at: position, color: Style.marker, dashes: "(3,3)"))
      if layout.isSingle { commands.append(Style.heading("origin", above: position)) }
    }
    if !layout.isSingle {
      for (text, size, color, drop) in [
        (name, Style.textSize, Style.ink, 10.0), (scores ?? "", Style.smallSize, Style.quiet, 30),
      ] where !text.isEmpty {
        commands.append(
          Style.label(
            fitting(text, width: right - left, size: size), at: Style.x(left), Style.y(cell.top + drop, of: height),
            "left \(Style.font(size))", color: color))
      }
    }
    if lines.isEmpty && bands.isEmpty { commands.append(Style.noValues) }
    commands.append("plot " + (plots + legend).joined(separator: ", \\\n  "))
    return commands
  }

  /// How gnuplot fills a band.
  static func fill(opacity: Double) -> String {
    "fillcolor rgb '\(Style.forecast)' fillstyle transparent solid \(decimal(opacity, places: 3)) noborder"
  }

  private var plots: [String] {
    let areas = bands.indices.map { position in
      "$band\(number)_\(position + 1) using 1:2:3 with filledcurves \(Self.fill(opacity: Style.intervalOpacity)) "
        + "notitle"
    }
    let strokes = lines.flatMap { line in
      let block = "$\(line.kind.rawValue)\(number)"
      return ["\(block) using 1:2 with lines \(line.kind.look) notitle"]
        + (line.lonePoints.isEmpty
          ? [] : ["\(block)_points using 1:2 with points pointtype 7 pointsize 0.7 \(line.kind.look) notitle"])
    }
    let all = areas + strokes
    return all.isEmpty ? ["NaN notitle"] : all
  }

  /// Half a step, so that a single value has an axis around it.
  private var shortestPad: Double {
    (TimeAxis.position(frequency.advance(first, by: 1), frequency) - TimeAxis.position(first, frequency)) / 2
  }
}

extension ForecastPanel.Line {
  init(_ kind: ForecastPanel.Kind, _ index: TimeIndex, _ values: [Double]) {
    self.kind = kind
    self.values = values
    positions = values.indices.map { TimeAxis.position(index[$0], index.frequency) }
  }

  /// Its part that is not before a time.
  func from(_ time: Timestamp, _ frequency: Frequency) -> Self {
    let start = TimeAxis.position(time, frequency)
    let kept = positions.firstIndex { $0 >= start } ?? positions.count
    var part = self
    part.positions.removeFirst(kept)
    part.values.removeFirst(kept)
    return part
  }

  /// The steps with no value beside theirs: a line through one point shows nothing.
  var lonePoints: [Int] {
    values.indices.filter { step in
      values[step].isFinite && (step == 0 || !values[step - 1].isFinite)
        && (step == values.count - 1 || !values[step + 1].isFinite)
    }
  }
}

extension ForecastPanel.Band {
  init(_ interval: Forecast.Interval, _ index: TimeIndex) {
    level = interval.level
    (lower, upper) = (interval.lower, interval.upper)
    positions = (0..<min(lower.count, upper.count)).map { TimeAxis.position(index[$0], index.frequency) }
    // A step that is alone needs a width; a quarter of a step to each side stays clear of its neighbours.
    quarter = (TimeAxis.position(index[1], index.frequency) - TimeAxis.position(index[0], index.frequency)) / 4
  }

  /// Positions, lower and upper bounds of its corners: a step without one of its bounds breaks the band, and a step that
  /// is alone gets a width.
  var corners: [[Double]] {
    var corners: [[Double]] = [[], [], []]
    func isWhole(_ step: Int) -> Bool {
      positions.indices.contains(step) && lower[step].isFinite && upper[step].isFinite
    }
    for step in positions.indices {
      let isAlone = isWhole(step) && !isWhole(step - 1) && !isWhole(step + 1)
      for position in isAlone ? [positions[step] - quarter, positions[step] + quarter] : [positions[step]] {
        corners[0].append(position)
        corners[1].append(isWhole(step) ? lower[step] : .nan)
        corners[2].append(isWhole(step) ? upper[step] : .nan)
      }
    }
    return corners
  }
}
