import Charts
import Forecasting
import Glibc
import Pipelines
import TimeSeries

extension PanelsChart {
  /// The newest forecast of each row of a series that a backtest judged: its row, what came, and what was forecast.
  private static func judged(
    _ run: PublishedForecast, series: Int
  ) throws(Failure) -> [(row: Int, truth: Double, forecast: Double, lower: Double, upper: Double)] {
    var rows: [Int: (Double, Double, Double, Double)] = [:]
    for fold in run.backtest?.keptFolds ?? 0..<0 {
      guard let judged = try run.judged(fold, series) else { continue }
      let widest = judged.intervals.last
      for step in judged.truth.indices {
        rows[judged.origin + step] = (
          judged.truth[step], judged.points[0][step], widest?.lower[step] ?? .nan, widest?.upper[step] ?? .nan
        )
      }
    }
    return rows.sorted { $0.key < $1.key }.map { ($0.key, $0.value.0, $0.value.1, $0.value.2, $0.value.3) }
  }

  /// What a backtest was off by.
  init(residualsOf run: PublishedForecast, title: String, unit: String?, series shown: ShownSeries) throws(Failure) {
    let kind = ChartKind.residuals
    guard run.backtest != nil else {
      throw kind.missing("an evaluate stage, whose forecasts are compared with what came")
    }
    let series = try shown.one(in: run)
    let rows = try PanelsChart.judged(run, series: series).filter { $0.truth.isFinite && $0.forecast.isFinite }
    guard rows.count >= 3, let index = run.panel.series.indices.contains(series) ? run.panel.series[series].index : nil
    else {
      throw kind.missing("three judged steps at the least; more folds give more of them")
    }
    let errors = rows.map { $0.truth - $0.forecast }
    let label = unit ?? run.valueLabel
    let mean = errors.reduce(0, +) / Double(errors.count)
    let places = rows.map { PanelsChart.place(of: index[$0.row], in: index) }
    let span = index.rows(rows[0].row..<rows[rows.count - 1].row + 1)
    var overTime = Panel(
      "truth − forecast over time",
      [Mark(nil, .impulses, .quiet, x: places, y: errors), Mark(nil, .points(0.5), .forecast, x: places, y: errors)],
      yLabel: label, times: span)
    overTime.guides = [0]
    let bins = Histogram(errors)
    var histogram = Panel(
      "how often", [Mark(nil, .bars(bins.width * 0.92), .forecast, x: bins.middles, y: bins.counts.map(Double.init))],
      xLabel: "truth − forecast", yLabel: "steps")
    histogram.includesZero = true
    let lags = max(1, min(24, errors.count / 3))
    let correlation = autocorrelation(errors, lags: lags)
    let bound = 1.96 / Double(errors.count).squareRoot()
    let lagPlaces = (1...lags).map(Double.init)
    var memory = Panel(
      "does one error tell the next? (autocorrelation)",
      [
        Mark(
          "what chance gives (95 %)", .area(lagPlaces.map { _ in -bound }), .bar, x: lagPlaces,
          y: lagPlaces.map { _ in bound }),
        Mark(nil, .impulses, .forecast, x: lagPlaces, y: correlation),
        Mark(nil, .points(0.6), .forecast, x: lagPlaces, y: correlation),
      ], xLabel: "steps apart")
    (memory.counts, memory.guides) = (true, [0])
    self.init(
      title: "\(title): errors of the backtest",
      subtitle: run.remark(on: series, shown) + [
        "mean error \(brief(mean))", "\(counted(errors.count, "judged step"))",
      ],
      rows: [[overTime], [histogram, memory]])
  }

  /// What intervals promise and hold.
  init(calibrationOf run: PublishedForecast, title: String) throws(Failure) {
    let intervals = run.scores?.rows.first?.intervals.filter { $0.coverage.isFinite } ?? []
    guard !intervals.isEmpty else {
      throw ChartKind.calibration.missing("an evaluate stage, and a forecaster with `levels`")
    }
    let promised = intervals.map { $0.level * 100 }
    let line = Mark("as promised", .dashes, .marker, x: [0, 100], y: [0, 100])
    var whole = Panel(
      "all steps", [line, Mark("held", .line(2.2), .forecast, x: promised, y: intervals.map { $0.coverage * 100 })],
      xLabel: "promised, %", yLabel: "held, %")
    whole.marks.append(Mark(nil, .points(1), .forecast, x: promised, y: intervals.map { $0.coverage * 100 }))
    var rows = [[whole]]
    let parts = intervals.filter { $0.coverageByThird.count == 3 }
    if !parts.isEmpty {
      var thirds = Panel(
        "by third of the horizon", [Mark("as promised", .dashes, .marker, x: [0, 100], y: [0, 100])],
        xLabel: "promised, %")
      for (third, (name, tint)) in [("near", Tint.baseline), ("middle", .fifth), ("far", .backtest)].enumerated() {
        let held = parts.map { $0.coverageByThird[third] * 100 }
        let places = parts.map { $0.level * 100 }
        thirds.marks += [
          Mark(name, .line(2), tint, x: places, y: held), Mark(nil, .points(0.8), tint, x: places, y: held),
        ]
      }
      rows = [[whole, thirds]]
    }
    let words = intervals.map { "\(percent($0.level)) %: held \(Int(($0.coverage * 100).rounded())) %" }
    self.init(title: "\(title): do the intervals hold?", subtitle: words, rows: rows)
  }

  /// Errors by step ahead, and by origin.
  init(errorsOf run: PublishedForecast, title: String) throws(Failure) {
    guard let card = run.scores, let backtest = run.backtest,
      let column = card.metrics.firstIndex(of: card.decisiveMetric)
    else { throw ChartKind.errors.missing("an evaluate stage") }
    let tints: [Tint] = [.forecast, .marker, .baseline, .backtest, .fourth, .fifth]
    func marks(_ values: (Scorecard.Row) -> [Double], x: [Double]) -> [Mark] {
      card.rows.enumerated().flatMap { place, row -> [Mark] in
        let tint = tints[place % tints.count]
        let name = row.name == "model" ? "model" : run.spoken(row.name)
        let line = Mark(name, place == 0 ? .line(2.6) : .line(1.6), tint, x: x, y: values(row))
        return x.count > 40 ? [line] : [line, Mark(nil, .points(0.5), tint, x: x, y: values(row))]
      }
    }
    let name = card.decisiveMetric.name.uppercased()
    var steps = Panel(
      "by step ahead", marks({ $0.perStep.map { $0[column] } }, x: (0..<card.horizon).map { Double($0 + 1) }),
      xLabel: "steps ahead",
      yLabel: name)
    (steps.includesZero, steps.counts) = (true, true)
    var rows = [[steps]]
    if backtest.origins.count > 1 {
      var folds = Panel(
        "by origin, the oldest first",
        marks({ $0.perFold.map { $0[column] } }, x: backtest.origins.indices.map { Double($0 + 1) }),
        xLabel: "origin")
      (folds.includesZero, folds.counts) = (true, true)
      rows = [[steps, folds]]
    }
    let words = card.rows.map { "\($0.name == "model" ? name : run.spoken($0.name)) \(brief($0.overall[column]))" }
    self.init(title: "\(title): how the error grows", subtitle: words, rows: rows)
  }

  /// Readings outside of the interval that was forecast for them.
  init(anomaliesOf run: PublishedForecast, title: String, unit: String?, series shown: ShownSeries) throws(Failure) {
    let kind = ChartKind.anomalies
    let levels = try Failure.naming(kind.rawValue) { try run.backtest?.levels() }
    guard let level = levels?.last else {
      throw kind.missing("an evaluate stage, and a forecaster with `levels`")
    }
    var found = 0
    var looked = 0
    var panels: [(count: Int, panel: Panel)] = []
    let named = try shown.positions(in: run)
    for position in named.isEmpty ? Array(run.panel.series.indices) : named {
      let series = run.panel.series[position]
      let rows = try PanelsChart.judged(run, series: position)
      guard let first = rows.first?.row, let last = rows.last?.row else { continue }
      let places = rows.map { PanelsChart.place(of: series.index[$0.row], in: series.index) }
      let outside = rows.indices.filter { rows[$0].truth < rows[$0].lower || rows[$0].truth > rows[$0].upper }
      found += outside.count
      looked += rows.count { $0.truth.isFinite }
      panels.append(
        (
          outside.count,
          Panel(
            run.panel.series.count == 1 ? "" : series.name,
            [
              Mark(
                "\(percent(level)) % interval, forecast before", .area(rows.map(\.upper)), .forecast, x: places,
                y: rows.map(\.lower)),
              Mark("readings", .line(1.5), .history, x: places, y: rows.map(\.truth)),
              Mark(
                "outside", .points(1), .alarm, x: outside.map { places[$0] }, y: outside.map { rows[$0].truth }),
            ], yLabel: panels.isEmpty ? unit ?? run.valueLabel : nil, times: series.index.rows(first..<last + 1))
        ))
    }
    guard !panels.isEmpty else { throw kind.missing("a judged series") }
    // Those with most to look at, in their own order.
    let most = named.isEmpty ? shown.most : named.count
    let chosen = panels.indices.sorted { (-panels[$0].count, $0) < (-panels[$1].count, $1) }.prefix(most).sorted()
    let note = panels.count > chosen.count ? ["the \(chosen.count) of \(panels.count) series with most of them"] : []
    self.init(
      title: "\(title): what nobody expected",
      subtitle: ["\(found) of \(looked) readings outside of their \(percent(level)) % interval"] + note,
      rows: chosen.map { [panels[$0].panel] })
  }
}

/// Values counted in bins of one width.
struct Histogram {
  let middles: [Double]
  let counts: [Int]
  let width: Double

  /// By Freedman and Diaconis' rule (1981), five bins at the least and 60 at the most.
  init(_ values: [Double]) {
    let sorted = values.filter(\.isFinite).sorted()
    guard let low = sorted.first, let high = sorted.last, high > low else {
      (middles, counts, width) = (sorted.first.map { [$0] } ?? [], sorted.isEmpty ? [] : [sorted.count], 1)
      return
    }
    let spread = sorted[sorted.count * 3 / 4] - sorted[sorted.count / 4]
    let rule = 2 * spread / cbrt(Double(sorted.count))
    let count = rule > 0 ? min(60, max(5, ((high - low) / rule).rounded(.up))) : 5
    let width = (high - low) / count
    var counts = [Int](repeating: 0, count: Int(count))
    for value in sorted { counts[min(Int((value - low) / width), counts.count - 1)] += 1 }
    middles = counts.indices.map { low + (Double($0) + 0.5) * width }
    (self.counts, self.width) = (counts, width)
  }
}

/// How far values tell those so many steps later: the sample autocorrelation from lag 1 on.
func autocorrelation(_ values: [Double], lags: Int) -> [Double] {
  let mean = values.reduce(0, +) / Double(max(1, values.count))
  let centred = values.map { $0 - mean }
  let variance = centred.reduce(0) { $0 + $1 * $1 }
  guard variance > 0, lags > 0 else { return [Double](repeating: 0, count: max(0, lags)) }
  return (1...lags).map { lag in
    lag < centred.count ? (0..<centred.count - lag).reduce(0) { $0 + centred[$1] * centred[$1 + lag] } / variance : 0
  }
}
