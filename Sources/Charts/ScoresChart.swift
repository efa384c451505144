/// One score of the model and of each baseline, as bars one below the other.
public struct ScoresChart: Chart, Equatable {
  /// One bar.
  public struct Bar: Sendable, Equatable {
    /// Who was scored.
    public var name: String
    /// The score; one that is not finite has no bar and is written as `n/a`.
    public var value: Double
    /// Whether it is the model, which stands out, or a baseline.
    public var isModel: Bool

    /// A bar.
    public init(name: String, value: Double, isModel: Bool = false) {
      self.name = name
      self.value = value
      self.isModel = isModel
    }
  }

  /// What stands above it all.
  public var title: String
  /// The parts of a line below the title.
  public var subtitle: [String]
  /// The score's name, and its unit where it has one.
  public var metric: String
  /// The bars from above to below.
  public var bars: [Bar]
  /// A value that means something by itself, such as 1 for MASE; a dashed line stands there.
  public var reference: Double?
  /// The width of the picture; its height follows from the bars.
  public var canvas = Canvas()

  /// A chart of these scores.
  public init(title: String, subtitle: [String] = [], metric: String, bars: [Bar], reference: Double? = nil) {
    self.title = title
    self.subtitle = subtitle
    self.metric = metric
    self.bars = bars
    self.reference = reference
  }

  /// The chart as a script, higher the more bars there are.
  public var script: ChartScript {
    let heading = Canvas.headingHeight(title, subtitle)
    let top = heading + 14
    let canvas = Canvas(width: canvas.width, height: top + Double(max(1, bars.count)) * 44 + 64)
    let margin = canvas.width < 600 ? 12.0 : 24
    let widest = bars.map { textWidth($0.name, size: Style.textSize) }.max() ?? 0
    let left = min(margin + widest + 12, canvas.width / 2)
    // Room beyond the longest bar for its number.
    let frame = PlotFrame(left: left, right: canvas.width - 90, top: top, bottom: canvas.height - 64)
    let axis = ValueAxis.linear(
      over: bars.map(\.value) + [reference ?? .nan], includingZero: true, most: max(2, Int((frame.right - left) / 110)))

    var script = ChartScript(title: title, canvas: canvas)
    script.areas = [.init(frame: frame, x: axis.range, y: 0.5...Double(max(1, bars.count)) + 0.5)]
    script.commands = canvas.heading(title, subtitle, left: margin)
    script.commands += [
      "set border 0 \(Style.line(.marker)); unset key",
      "set grid xtics noytics linetype 1 \(Style.line(.grid)) linewidth 1",
      "set xtics out nomirror scale 0 offset 0, lift textcolor rgb \(Tint.quiet.name)",
      "set ytics out nomirror scale 0 textcolor rgb \(Tint.ink.name)",
      canvas.margins(frame),
      Style.range("x", axis.range),
      "set yrange [\(Double(max(1, bars.count)) + 0.5):0.5]",
      Style.tics("x", axis.tics),
      Style.tics(
        "y",
        bars.enumerated().map {
          Tic(at: Double($0 + 1), label: fitting($1.name, width: left - margin, size: Style.textSize))
        }),
      canvas.label(metric, (left + frame.right) / 2, frame.bottom + 46, "center"),
    ]
    if let reference {
      script.commands.append(
        Style.vertical(at: Style.gnuplotNumber(reference), color: .ink, dashes: "(4,4)", isInFront: true))
    }
    for (position, bar) in bars.enumerated() {
      let end = Style.gnuplotNumber(bar.value.isFinite ? max(bar.value, 0) : 0)
      script.commands.append(
        Style.label(
          bar.value.isFinite ? brief(bar.value) : "n/a", at: "first \(end)", "\(position + 1)",
          "left offset character 0.8, 0", color: bar.isModel ? .ink : .quiet))
    }
    var plots: [String] = []
    for (name, isModel, color) in [("model", true, Tint.forecast), ("baselines", false, Tint.bar)] {
      let rows = bars.indices.filter { bars[$0].isModel == isModel && bars[$0].value.isFinite }
      if rows.isEmpty { continue }
      script.blocks.append(.init(name: name, columns: [rows.map { Double($0 + 1) }, rows.map { bars[$0].value }]))
      plots.append(
        "$\(name) using 2:1:(0):2:($1-0.3):($1+0.3) with boxxyerror fillcolor rgb \(color.name) "
          + "fillstyle solid noborder notitle")
    }
    script.commands.append("plot " + (plots.isEmpty ? "NaN notitle" : plots.joined(separator: ", \\\n  ")))
    return script
  }
}
