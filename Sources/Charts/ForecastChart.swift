import TimeSeries

/// What has been, and what is forecast: the end of the history, the forecast with its intervals and, where a backtest
/// was made, the steps that were held out in its last fold with the forecast made for them.
///
/// Several series become small multiples with one legend. Above ``maximumPanels`` those are drawn that were forecast best, as
/// usual and worst, and the heading says so. A value that is missing breaks its line; up to five business days without one,
/// which are closed as a rule, do not.
public struct ForecastChart: Chart, Equatable {
  /// One series with its forecast.
  public struct Panel: Sendable, Equatable {
    /// The readings up to the origin; only their end is drawn.
    public var history: Series
    /// The forecast from the origin on.
    public var forecast: Forecast.Series
    /// The last fold of a backtest.
    public var fold: Fold?
    /// A plain forecast to compare with, over whatever steps it was made for; its name stands in the legend.
    public var baseline: Series?
    /// Its scores, in a line of their own; what stands between the first and the last goes where there is no room.
    public var scores: [String]
    /// What series are chosen by, the lowest first; nil where nobody knows.
    public var rating: Double?
    /// What it stands for among many, before its name.
    var rank: String?

    /// A panel for a series.
    public init(
      history: Series, forecast: Forecast.Series, fold: Fold? = nil, baseline: Series? = nil, scores: [String] = [],
      rating: Double? = nil
    ) {
      self.rating = rating
      self.history = history
      self.forecast = forecast
      self.fold = fold
      self.baseline = baseline
      self.scores = scores
    }
  }

  /// What was held out of a fold and what was forecast for it.
  public struct Fold: Sendable, Equatable {
    /// The values that were held out.
    public var truth: Series
    /// The forecast made without them; its point forecast is drawn, its intervals are not.
    public var forecast: Forecast.Series

    /// A fold.
    public init(truth: Series, forecast: Forecast.Series) {
      self.truth = truth
      self.forecast = forecast
    }
  }

  /// What stands above it all.
  public var title: String
  /// The parts of a line below the title.
  public var subtitle: [String]
  /// What the values are, and their unit.
  public var valueLabel: String?
  /// The series, in the order in which they are drawn.
  public var panels: [Panel]
  /// How many steps of history are drawn; where nil, six horizons, 30 steps at the least, and the last fold with a
  /// horizon before it.
  public var historySteps: Int?
  /// How many series are drawn.
  public var maximumPanels: Int
  /// What series are rated by, such as `MASE`.
  public var ratedBy: String?
  /// The size of the picture of one series.
  public var canvas = Canvas()

  /// A chart of these series.
  public init(
    title: String, subtitle: [String] = [], valueLabel: String? = nil, panels: [Panel], historySteps: Int? = nil,
    maximumPanels: Int = 6
  ) {
    precondition(maximumPanels > 0, "a chart has room for one panel at least")
    self.title = title
    self.subtitle = subtitle
    self.valueLabel = valueLabel
    self.panels = panels
    self.historySteps = historySteps
    self.maximumPanels = maximumPanels
  }

  /// The chart as a script, higher than its canvas for rows of small multiples.
  public var script: ChartScript {
    let (chosen, choice) = self.chosen
    let shown = chosen.enumerated().map { position, panel in
      ForecastPanel(panel, number: position + 1, historySteps: historySteps)
    }
    let title = panels.count > shown.count ? "\(title) (\(shown.count) of \(panels.count) series)" : title
    let parts = (subtitle.isEmpty && shown.count == 1 ? shown[0].scores : subtitle) + choice
    var layout = Layout(count: shown.count, title: self.title, subtitle: parts, canvas: canvas)
    var legend = Legend(entries: legendEntries(shown), room: canvas.width - layout.margin * 2)
    if layout.isSingle {
      layout.left = layout.plotLeft(shown[0].valueAxis, hasLabel: valueLabel != nil)
      legend.room = canvas.width - layout.left - layout.margin
    }
    layout.legendHeight = legend.height
    if !layout.isSingle && shown.contains(where: { !$0.scores.isEmpty }) { layout.panelHeading = 46 }

    var script = ChartScript(title: title, canvas: layout.canvas)
    var commands = ["set multiplot"]
    commands += script.canvas.heading(self.title.isEmpty ? "" : title, parts, left: layout.left)
    commands += legend.commands(left: layout.left, top: layout.headingHeight, on: script.canvas)
    if !shown.isEmpty { commands += Style.frame }
    for (position, panel) in shown.enumerated() {
      if position > 0 { commands += ["unset label", "unset arrow"] }
      let cell = layout.cell(position)
      let label = position % layout.columns == 0 ? valueLabel : nil
      let area = panel.area(in: cell, layout: layout, hasLabel: label != nil)
      script.areas.append(area)
      script.blocks += panel.blocks(width: area.frame.right - area.frame.left)
      commands += panel.commands(area: area, cell: cell, layout: layout, valueLabel: label)
    }
    if shown.isEmpty {
      commands += [
        "unset border; unset tics", "set label 'no series' at screen 0.5, screen 0.5 center",
        "plot [0:1] [0:1] NaN notitle",
      ]
    }
    script.commands = commands + ["unset multiplot"]
    return script
  }

  /// The series that are drawn, and words on how they were chosen.
  var chosen: (panels: [Panel], words: [String]) {
    guard panels.count > maximumPanels else { return (panels, []) }
    let order = panels.indices.filter { panels[$0].rating?.isFinite == true }
      .sorted { (panels[$0].rating ?? 0, $0) < (panels[$1].rating ?? 0, $1) }
    guard order.count >= maximumPanels, maximumPanels > 2, let ratedBy else {
      return (Array(panels.prefix(maximumPanels)), ["shown: the first \(maximumPanels)"])
    }
    let ends = max(1, maximumPanels / 3)
    let middle = maximumPanels - 2 * ends
    let start = min(max(ends, order.count / 2 - middle / 2), order.count - ends - middle)
    let parts = [
      ("best", order.prefix(ends)), ("typical", order[start..<start + middle]), ("worst", order.suffix(ends)),
    ]
    let drawn = parts.flatMap { rank, positions in
      positions.map { position in
        var panel = panels[position]
        panel.rank = rank
        return panel
      }
    }
    return (drawn, ["shown: " + parts.map { "\($1.count) \($0)" }.joined(separator: ", ") + " by \(ratedBy)"])
  }

  private func legendEntries(_ shown: [ForecastPanel]) -> [Legend.Entry] {
    func entry(_ kind: ForecastPanel.Kind, _ title: String) -> [Legend.Entry] {
      shown.contains { panel in panel.lines.contains { $0.kind == kind } }
        ? [.init(title: title, style: "lines \(kind.look)")] : []
    }
    let levels = Set(shown.flatMap { $0.bands.map(\.level) }).sorted()
    // A band is seen through all the wider ones.
    let bands = zip(levels, ForecastPanel.darkness(of: levels.count).reversed()).map { level, darkness in
      Legend.Entry(
        title: "\(percent(level)) % interval", style: "filledcurves \(ForecastPanel.fill(opacity: darkness))")
    }
    let baseline = panels.lazy.compactMap(\.baseline?.name).first ?? "baseline"
    return entry(.history, "history") + entry(.forecast, "forecast") + bands + entry(.truth, "held out")
      + entry(.heldOutForecast, "backtest") + entry(.baseline, baseline)
  }
}
