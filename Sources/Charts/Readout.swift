import TimeSeries

/// What a chart shows step by step, for a page that shows the values where its reader points.
package struct Readout: Sendable, Equatable {
  /// One value of a row.
  package enum Value: Sendable, Equatable {
    /// There is none.
    case none
    /// A value.
    case number(Double)
    /// A lower and an upper bound.
    case bounds(Double, Double)
  }

  /// One thing that is shown, with a value for each step.
  package struct Row: Sendable, Equatable {
    package var name: String
    package var tint: Tint
    package var values: [Value]
  }

  /// The places of the steps on the axis.
  package var x: [Double]
  /// How people call the steps.
  package var labels: [String]
  /// What is shown.
  package var rows: [Row]
  /// The step at which a reader begins: the origin of a forecast.
  package var origin: Int
  /// Whether a line stands there.
  package var hasOrigin: Bool
}

extension ForecastChart {
  /// A chart for each of the series that would be drawn, without titles; and words on how they were chosen.
  package var singles: (charts: [(name: String, scores: [String], chart: ForecastChart)], words: [String]) {
    let (chosen, words) = self.chosen
    return (
      chosen.map { panel in
        var single = self
        (single.panels, single.title, single.subtitle) = ([panel], "", [])
        (single.panels[0].rank, single.panels[0].scores) = (nil, [])
        let name = (panel.rank.map { "\($0): " } ?? "") + panel.history.name
        return (name, panel.scores, single)
      }, words
    )
  }

  /// The values of the first series, from the first step that is drawn on.
  ///
  /// - Parameter label: how people call a time.
  package func readout(label: (Timestamp) -> String) -> Readout? {
    guard let panel = panels.first else { return nil }
    let history = panel.history
    let drawn = ForecastPanel(panel, number: 1, historySteps: historySteps)
    let frequency = panel.forecast.index.frequency
    let steps = history.count + panel.forecast.point.count
    let times = (0..<steps).map { $0 < history.count ? history.index[$0] : panel.forecast.index[$0 - history.count] }
    let first = times.firstIndex { $0 >= drawn.start } ?? 0
    let shown = Array(times[first...])
    func places(_ index: TimeIndex, _ count: Int) -> Int { index.offset(from: history.index) - first }
    func row(_ name: String, _ tint: Tint, _ index: TimeIndex, _ values: [Readout.Value]) -> Readout.Row {
      var all = [Readout.Value](repeating: .none, count: shown.count)
      let start = places(index, values.count)
      for (step, value) in values.enumerated() where all.indices.contains(start + step) { all[start + step] = value }
      return .init(name: name, tint: tint, values: all)
    }
    func numbers(_ values: [Double]) -> [Readout.Value] { values.map { $0.isFinite ? .number($0) : .none } }
    var rows = [row("history", .history, history.index, numbers(history.values))]
    let future = panel.forecast
    rows.append(row("forecast", .forecast, future.index, numbers(future.point)))
    for interval in future.intervals {
      let bounds = zip(interval.lower, interval.upper).map {
        $0.isFinite && $1.isFinite ? Readout.Value.bounds($0, $1) : .none
      }
      rows.append(row("\(percent(interval.level)) % interval", .forecast, future.index, bounds))
    }
    if let fold = panel.fold {
      rows.append(row("backtest", .backtest, fold.forecast.index, numbers(fold.forecast.point)))
    }
    if let baseline = panel.baseline {
      rows.append(row(baseline.name, .baseline, baseline.index, numbers(baseline.values)))
    }
    rows.removeAll { row in row.values.allSatisfy { $0 == .none } }
    return Readout(
      x: shown.map { TimeAxis.position($0, frequency) }, labels: shown.map(label), rows: rows,
      origin: max(0, min(shown.count - 1, history.count - 1 - first)),
      hasOrigin: history.count > 0 && !future.point.isEmpty)
  }
}

extension PanelsChart {
  /// The values of the marks that have a name, where there is one plot whose marks stand at the same places.
  ///
  /// - Parameters:
  ///   - start: the place, by its number, at which a reader begins.
  ///   - label: how people call a place.
  package func readout(beginningAt start: Int = 0, label: (Double) -> String) -> Readout? {
    guard rows.count == 1, rows[0].count == 1 else { return nil }
    let named = rows[0][0].marks.filter { $0.name != nil }
    guard let places = named.first?.x, named.allSatisfy({ $0.x == places }) else { return nil }
    return Readout(
      x: places, labels: places.map(label),
      rows: named.map { mark in
        .init(name: mark.name ?? "", tint: mark.tint, values: mark.y.map { $0.isFinite ? .number($0) : .none })
      }, origin: max(0, min(places.count - 1, start)), hasOrigin: false)
  }
}
