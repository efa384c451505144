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
      case .history: "\(Style.line(.history)) linewidth 1.5 dashtype 1"
      case .baseline: "\(Style.line(.baseline)) linewidth 1.2 dashtype 1"
      case .truth: "\(Style.line(.truth)) linewidth 2.2 dashtype 1"
      case .heldOutForecast: "\(Style.line(.backtest)) linewidth 2 dashtype (8,5)"
      case .forecast: "\(Style.line(.forecast)) linewidth 2.4 dashtype 1"
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
  let scores: [String]
  let lines: [Line]
  /// Widest first, so that the narrow ones lie on top.
  let bands: [Band]
  let valueAxis: ValueAxis
  private let number: Int
  private let origin: Double?
  /// The first time that is drawn.
  var start: Timestamp { first }
  private let first: Timestamp
  private let last: Timestamp
  private let frequency: Frequency
  private let monthDay: Int?

  // Closed days and single lost readings of prices; longer gaps are seen.
  static let longestBridge = 5

  init(_ panel: ForecastChart.Panel, number: Int, historySteps: Int?) {
    self.number = number
    let (history, forecast) = (panel.history, panel.forecast)
    name = (panel.rank.map { "\($0): " } ?? "") + history.name
    scores = panel.scores
    let frequency = forecast.index.frequency
    (self.frequency, monthDay) = (frequency, forecast.index.monthDay)

    let horizon = forecast.index.count
    var steps = max(6 * horizon, 30)
    if let fold = panel.fold {
      let back = fold.truth.index.offset(from: history.index)
      steps = max(steps, history.count - back + max(horizon, fold.truth.count))
    }
    let from = max(0, history.count - max(1, historySteps ?? steps))
    let start = history.count > 0 ? history.index[from] : forecast.index.start
    // On business days a holiday has no row, and is no gap.
    let bridge = if case .businessDays = frequency { Self.longestBridge } else { 0 }
    func read(_ kind: Kind, _ index: TimeIndex, _ values: [Double]) -> Line {
      Line(kind, index, values).from(start, frequency).bridging(bridge)
    }
    /// What came is the beginning of what is forecast from it on.
    func joined(_ line: Line, after index: TimeIndex) -> Line {
      history.lastValue(before: index, within: bridge).map { line.after(TimeAxis.position($0.0, frequency), $0.1) }
        ?? line
    }
    var lines = [read(.history, history.index, history.values)]
    if let baseline = panel.baseline {
      let line = Line(.baseline, baseline.index, baseline.values)
      lines.append(joined(line, after: baseline.index).from(start, frequency))
    }
    if let fold = panel.fold {
      lines.append(joined(read(.truth, fold.truth.index, fold.truth.values), after: fold.truth.index))
      let line = Line(.heldOutForecast, fold.forecast.index, fold.forecast.point)
      lines.append(joined(line, after: fold.forecast.index).from(start, frequency))
    }
    lines.append(joined(Line(.forecast, forecast.index, forecast.point), after: forecast.index))
    self.lines = lines.filter { $0.values.contains(where: \.isFinite) }
    let end = history.lastValue(before: forecast.index, within: bridge)
    bands = forecast.intervals.sorted { $0.level > $1.level }.map { Band($0, forecast.index) }.filter { band in
      zip(band.lower, band.upper).contains { $0.isFinite && $1.isFinite }
    }.map { band in end.map { band.after(TimeAxis.position($0.0, forecast.index.frequency), $0.1) } ?? band }

    first = start
    let ends = [(history.index, history.count), (forecast.index, horizon)].filter { $0.1 > 0 }.map { $0.0[$0.1 - 1] }
    last = max(start, ends.max() ?? start)
    origin = history.count > 0 && horizon > 0 ? TimeAxis.position(history.index[history.count - 1], frequency) : nil
    valueAxis = ValueAxis.linear(over: self.lines.flatMap(\.values) + bands.flatMap { $0.lower + $0.upper })
  }

  /// The data of the panel, no more of it than a plot so many pixels wide can show.
  func blocks(width: Double) -> [ChartScript.DataBlock] {
    var blocks = bands.enumerated().map { position, band in
      ChartScript.DataBlock(name: "band\(number)_\(position + 1)", columns: band.corners)
    }
    for line in lines {
      let name = "\(line.kind.rawValue)\(number)"
      let lone = line.lonePoints
      let drawn = line.thinned(columns: width)
      blocks.append(.init(name: name, columns: [drawn.positions, drawn.values]))
      if !lone.isEmpty {
        let points = Line(
          kind: line.kind, positions: lone.map { line.positions[$0] }, values: lone.map { line.values[$0] }
        )
        .thinned(columns: width)
        blocks.append(.init(name: "\(name)_points", columns: [points.positions, points.values]))
      }
    }
    return blocks
  }

  /// Where the plot stands in a cell, and what its axes show.
  func area(in cell: Layout.Cell, layout: Layout, hasLabel: Bool) -> ChartScript.Area {
    let frame = PlotFrame(
      left: cell.left + Layout.axisWidth(valueAxis, hasLabel: hasLabel), right: cell.left + cell.width - 14,
      top: cell.top + layout.panelHeading, bottom: cell.top + cell.height - 54)
    let pad = max(0.015 * (TimeAxis.position(last, frequency) - TimeAxis.position(first, frequency)), shortestPad)
    return ChartScript.Area(
      frame: frame,
      x: (TimeAxis.position(first, frequency) - pad)...(TimeAxis.position(last, frequency) + pad), y: valueAxis.range)
  }

  /// The commands that draw the panel into a cell.
  func commands(area: ChartScript.Area, cell: Layout.Cell, layout: Layout, valueLabel: String?) -> [String] {
    let canvas = layout.canvas
    let (left, right, top, bottom) = (area.frame.left, area.frame.right, area.frame.top, area.frame.bottom)
    let tics = TimeAxis.tics(
      from: first, through: last, frequency: frequency, monthDay: monthDay,
      most: max(2, Int((right - left) / (layout.isSingle ? 90 : 75))))

    var commands = [
      canvas.margins(area.frame),
      Style.range("x", area.x),
      Style.range("y", area.y),
      Style.tics("x", tics),
      Style.tics("y", valueAxis.tics),
    ]
    if let valueLabel {
      let text = fitting(valueLabel, width: bottom - top, size: Style.textSize)
      commands.append(canvas.label(text, cell.left + 12, (top + bottom) / 2, "center rotate by 90"))
    }
    if frequency.isCounted {
      commands.append(canvas.label("step", (left + right) / 2, bottom + 44, "center"))
    }
    if let origin {
      let position = Style.gnuplotNumber(origin)
      commands.append(Style.vertical(at: position, color: .origin, dashes: "(3,3)"))
      if layout.isSingle { commands.append(Style.heading("origin", above: position)) }
    }
    if !layout.isSingle {
      commands.append(
        canvas.label(
          fitting(name, width: right - left, size: Style.textSize), left, cell.top + 10,
          "left \(Style.font(Style.textSize))", color: .ink))
      if !scores.isEmpty {
        commands.append(
          canvas.label(
            fitting(scores, width: right - left, size: Style.smallSize), left, cell.top + 30,
            "left \(Style.font(Style.smallSize))"))
      }
    }
    if lines.isEmpty && bands.isEmpty { commands.append(Style.noValues) }
    commands.append("plot " + plots.joined(separator: ", \\\n  "))
    return commands
  }

  /// How gnuplot fills a band.
  static func fill(opacity: Double) -> String {
    "fillcolor rgb \(Tint.forecast.name) fillstyle transparent solid \(decimal(opacity, places: 3)) noborder"
  }

  /// How dark bands look, the widest first: far enough from each other to be told apart, in print too.
  static func darkness(of count: Int) -> [Double] {
    let (light, dark) = (0.15, count > 2 ? 0.55 : 0.42)
    return (0..<count).map { light + (dark - light) * Double($0) / Double(max(1, count - 1)) }
  }

  /// The opacity that each band needs for that, which lies on all the wider ones.
  static func opacities(of count: Int) -> [Double] {
    let seen = darkness(of: count)
    return zip(seen, [0] + seen).map { 1 - (1 - $0) / (1 - $1) }
  }

  private var plots: [String] {
    let areas = zip(bands.indices, ForecastPanel.opacities(of: bands.count)).map { position, opacity in
      "$band\(number)_\(position + 1) using 1:2:3 with filledcurves \(Self.fill(opacity: opacity)) notitle"
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

  /// The same without missing values between known ones, where no more than so many follow each other.
  func bridging(_ most: Int) -> Self {
    guard most > 0 else { return self }
    var bridged = self
    (bridged.positions, bridged.values) = ([], [])
    var run = 0
    for (position, value) in zip(positions, values) {
      if value.isFinite {
        if run > 0, run <= most, bridged.values.contains(where: \.isFinite) {
          bridged.positions.removeLast(run)
          bridged.values.removeLast(run)
        }
        run = 0
      } else {
        run += 1
      }
      bridged.positions.append(position)
      bridged.values.append(value)
    }
    return bridged
  }

  /// The same from a point on, where it has a value at its beginning.
  func after(_ position: Double, _ value: Double) -> Self {
    guard values.first?.isFinite == true, let start = positions.first, position < start else { return self }
    var longer = self
    longer.positions.insert(position, at: 0)
    longer.values.insert(value, at: 0)
    return longer
  }

  /// The same picture from fewer points: of those that share a column of so many, the first, the lowest, the highest and the
  /// last (Jugel and others, M4: a visualization-oriented time series data aggregation, 2014). Gaps narrower than a column
  /// close.
  func thinned(columns: Double) -> Self {
    let columns = max(1, columns)
    guard Double(values.count) > 4 * columns, let low = positions.first, let high = positions.last, high > low else {
      return self
    }
    var thin = self
    (thin.positions, thin.values) = ([], [])
    var column: [Int] = []
    var (current, isBroken, end) = (-1, false, -1)
    func flush() {
      guard let first = column.first, let last = column.last else { return }
      let lowest = column.min { values[$0] < values[$1] } ?? first
      let highest = column.max { values[$0] < values[$1] } ?? first
      for step in Set([first, lowest, highest, last]).sorted() {
        thin.positions.append(positions[step])
        thin.values.append(values[step])
      }
      column.removeAll(keepingCapacity: true)
    }
    for step in values.indices {
      guard values[step].isFinite else {
        isBroken = true
        continue
      }
      let place = min(Int((positions[step] - low) / (high - low) * columns), Int(columns) - 1)
      if place != current {
        flush()
        if isBroken, end >= 0, place > current + 1 {
          thin.positions.append((positions[end] + positions[step]) / 2)
          thin.values.append(.nan)
        }
        current = place
      }
      column.append(step)
      (isBroken, end) = (false, step)
    }
    flush()
    return thin
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

  /// The same from a point on, at which nothing is uncertain yet.
  func after(_ position: Double, _ value: Double) -> Self {
    guard let start = positions.first, position < start, lower[0].isFinite, upper[0].isFinite else { return self }
    var longer = self
    longer.positions.insert(position, at: 0)
    longer.lower.insert(value, at: 0)
    longer.upper.insert(value, at: 0)
    return longer
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

extension Series {
  /// The last value before an index that follows right after it, or after so many steps without a value.
  fileprivate func lastValue(before index: TimeIndex, within steps: Int) -> (Timestamp, Double)? {
    let next = index.offset(from: self.index)
    guard next > 0, next <= count, index.count > 0 else { return nil }
    let step = values[..<next].lastIndex { $0.isFinite }
    return step.flatMap { next - 1 - $0 <= steps ? (self.index[$0], values[$0]) : nil }
  }
}
