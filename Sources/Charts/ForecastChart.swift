import TimeSeries

/// What has been, and what is forecast: the end of the history, the forecast with its intervals and, where a backtest
/// was made, the steps that were held out in its last fold with the forecast made for them.
///
/// Several series become small multiples with one legend; above ``maximumPanels`` the rest is left out, and the title
/// says so. A value that is missing breaks its line.
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
    /// Its scores, in a line of their own.
    public var scores: String?

    /// A panel for a series.
    public init(
      history: Series, forecast: Forecast.Series, fold: Fold? = nil, baseline: Series? = nil, scores: String? = nil
    ) {
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
  /// A line below the title.
  public var subtitle: String?
  /// What the values are, and their unit.
  public var valueLabel: String?
  /// The series, in the order in which they are drawn.
  public var panels: [Panel]
  /// How many steps of history are drawn; where nil, six horizons, 30 steps at the least, and the last fold with a
  /// horizon before it.
  public var historySteps: Int?
  /// How many series are drawn.
  public var maximumPanels: Int

  /// A chart of these series.
  public init(
    title: String, subtitle: String? = nil, valueLabel: String? = nil, panels: [Panel], historySteps: Int? = nil,
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

  /// The chart as a script: 600 pixels high for one series, more for rows of small multiples.
  public var script: ChartScript {
    let shown = panels.prefix(maximumPanels).enumerated().map { position, panel in
      ForecastPanel(panel, number: position + 1, historySteps: historySteps)
    }
    let title = panels.count > shown.count ? "\(title) (\(shown.count) of \(panels.count) series)" : title
    let lines = subtitle ?? (shown.count == 1 ? shown[0].scores : nil)
    var layout = Layout(count: shown.count, hasSubtitle: lines != nil)
    var legend = Legend(entries: legendEntries(shown), room: Double(ChartScript.width) - layout.margin * 2)
    if layout.isSingle {
      layout.left = layout.plotLeft(shown[0].valueAxis, hasLabel: valueLabel != nil)
      legend.room = Double(ChartScript.width) - layout.left - layout.margin
    }
    layout.legendHeight = legend.height
    if !layout.isSingle && shown.contains(where: { $0.scores != nil }) { layout.panelHeading = 46 }

    var script = ChartScript(height: layout.height)
    var commands = layout.isSingle ? [] : ["set multiplot"]
    commands += Style.heading(title, lines, left: layout.left, height: layout.height)
    if layout.isSingle {
      commands.append(legend.placement(left: layout.left - 8, top: layout.headingHeight, of: layout.height))
    } else {
      commands += legend.ownPlot(left: layout.left, top: layout.headingHeight, of: layout.height)
    }
    if !shown.isEmpty { commands += Style.frame }
    for (position, panel) in shown.enumerated() {
      if position > 0 { commands += ["unset label", "unset arrow"] }
      script.blocks += panel.blocks
      commands += panel.commands(
        cell: layout.cell(position), layout: layout, valueLabel: position % layout.columns == 0 ? valueLabel : nil,
        legend: layout.isSingle ? legend.plots : [])
    }
    if shown.isEmpty {
      commands += ["set label 'no series' at screen 0.5, screen 0.5 center", "plot [0:1] [0:1] NaN notitle"]
    }
    if !layout.isSingle { commands.append("unset multiplot") }
    script.commands = commands
    return script
  }

  private func legendEntries(_ shown: [ForecastPanel]) -> [Legend.Entry] {
    func entry(_ kind: ForecastPanel.Kind, _ title: String) -> [Legend.Entry] {
      shown.contains { panel in panel.lines.contains { $0.kind == kind } }
        ? [.init(title: title, style: "lines \(kind.look)")] : []
    }
    let levels = Set(shown.flatMap { $0.bands.map(\.level) }).sorted()
    let bands = levels.enumerated().map { position, level in
      // A band is seen through all the wider ones.
      var light = 1.0
      for _ in position..<levels.count { light *= 1 - Style.intervalOpacity }
      return Legend.Entry(
        title: "\(percent(level)) % interval",
        style: "filledcurves \(ForecastPanel.fill(opacity: 1 - light))")
    }
    let baseline = panels.lazy.compactMap(\.baseline?.name).first ?? "baseline"
    return entry(.history, "history") + entry(.forecast, "forecast") + bands + entry(.truth, "held out")
      + entry(.heldOutForecast, "backtest") + entry(.baseline, baseline)
  }
}
