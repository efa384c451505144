/// How the loss fell while a network was trained, and which epoch's weights were kept.
public struct TrainingChart: Chart, Equatable {
  /// What stands above it all.
  public var title: String
  /// The parts of a line below the title.
  public var subtitle: [String]
  /// The loss's name.
  public var lossLabel: String
  /// The loss on the training windows, one value an epoch from epoch 1.
  public var training: [Double]
  /// The loss on the validation windows, alike; empty where there were none.
  public var validation: [Double]
  /// The epoch whose weights were kept, counted from 1.
  public var bestEpoch: Int?
  /// The size of the picture.
  public var canvas = Canvas()

  /// A chart of these losses.
  public init(
    title: String, subtitle: [String] = [], lossLabel: String = "loss", training: [Double], validation: [Double] = [],
    bestEpoch: Int? = nil
  ) {
    self.title = title
    self.subtitle = subtitle
    self.lossLabel = lossLabel
    self.training = training
    self.validation = validation
    self.bestEpoch = bestEpoch
  }

  /// The chart as a script. The losses stand on a logarithmic axis unless one of them is zero or below, as a
  /// negative log likelihood can be.
  public var script: ChartScript {
    let curves = [
      ("training", training, "\(Style.line(.history)) linewidth 1.8 dashtype 1"),
      ("validation", validation, "\(Style.line(.forecast)) linewidth 2.4 dashtype 1"),
    ].filter { $0.1.contains(where: \.isFinite) }
    let axis = ValueAxis.logarithmic(over: curves.flatMap(\.1))
    var layout = Layout(count: 1, title: title, subtitle: subtitle, canvas: canvas)
    let left = layout.plotLeft(axis, hasLabel: true)
    let right = canvas.width - layout.margin
    let legend = Legend(
      entries: curves.map { .init(title: $0.0, style: "lines \($0.2)") }, room: right - left)
    layout.legendHeight = legend.height
    let epochs = max(training.count, validation.count, bestEpoch ?? 1, 1)
    let pad = max(0.015 * Double(epochs - 1), 0.5)
    let frame = PlotFrame(
      left: left, right: right, top: layout.headingHeight + legend.height + 28, bottom: canvas.height - 62)

    var script = ChartScript(title: title, canvas: canvas)
    script.areas = [.init(frame: frame, x: (1 - pad)...(Double(epochs) + pad), y: axis.range)]
    script.commands = ["set multiplot"] + canvas.heading(title, subtitle, left: left)
    script.commands += legend.commands(left: left, top: layout.headingHeight, on: canvas) + Style.frame
    script.commands.append(canvas.margins(frame))
    if axis.isLogarithmic { script.commands.append("set logscale y") }
    script.commands += [
      Style.range("x", script.areas[0].x),
      Style.range("y", axis.range),
      Style.tics("x", TimeAxis.stepTics(from: 1, through: Int64(epochs), most: max(3, Int((right - left) / 90)))),
      Style.tics("y", axis.tics),
      canvas.label(lossLabel, layout.margin, (frame.top + frame.bottom) / 2, "center rotate by 90"),
      canvas.label("epoch", (left + right) / 2, frame.bottom + 44, "center"),
    ]
    var plots: [String] = []
    for (name, losses, look) in curves {
      let epochs = losses.indices.map { Double($0 + 1) }
      script.blocks.append(.init(name: name, columns: [epochs, losses]))
      // A short training is seen better with its points; a single epoch is nothing but one.
      let style = losses.count <= 20 ? "linespoints pointtype 7 pointsize 0.5" : "lines"
      plots.append("$\(name) using 1:2 with \(style) \(look) notitle")
    }
    if let bestEpoch {
      script.commands += [
        Style.vertical(at: "\(bestEpoch)", color: .marker, dashes: "(3,3)"),
        Style.heading("best: epoch \(bestEpoch)", above: "\(bestEpoch)"),
      ]
      let losses = validation.isEmpty ? training : validation
      if losses.indices.contains(bestEpoch - 1), losses[bestEpoch - 1].isFinite {
        script.blocks.append(.init(name: "best", columns: [[Double(bestEpoch)], [losses[bestEpoch - 1]]]))
        plots.append(
          "$best using 1:2 with points pointtype 7 pointsize 0.9 \(Style.line(.backtest)) notitle")
      }
    }
    if plots.isEmpty {
      plots = ["NaN notitle"]
      script.commands.append(Style.noValues)
    }
    script.commands += ["plot " + plots.joined(separator: ", \\\n  "), "unset multiplot"]
    return script
  }
}
