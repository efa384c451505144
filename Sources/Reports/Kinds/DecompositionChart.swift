import Charts
import Forecasting
import Pipelines
import TimeSeries

extension PanelsChart {
  /// Trend, seasons and rest.
  init(
    decompositionOf run: PublishedForecast, title: String, unit: String?, series shown: ShownSeries, history: Int?
  ) throws(Failure) {
    let position = try shown.one(in: run)
    guard run.panel.series.indices.contains(position), run.forecast.series.indices.contains(position) else {
      throw ChartKind.decomposition.missing("a series")
    }
    let (series, future) = (run.panel.series[position], run.forecast.series[position])
    let frequency = series.index.frequency
    let season = run.scores?.season ?? frequency.usualSeason
    let all = series.values + future.point
    guard let parts = SeriesParts(all, periods: [season]) else {
      throw ChartKind.decomposition.missing("four values at the least")
    }
    let from = max(0, series.count - (history ?? .max))
    let index = TimeIndex(
      start: series.index.start, frequency: frequency, count: all.count, monthDay: series.index.monthDay)
    let times = (0..<all.count).map { step in
      PanelsChart.place(of: step < series.count ? series.index[step] : future.index[step - series.count], in: index)
    }
    let origin = series.count
    // The forecast's part begins where the history's ends.
    func marks(_ values: [Double], named: Bool = false) -> [Mark] {
      let past = Array(from..<origin)
      let ahead = Array(max(from, origin - 1)..<all.count)
      return [
        Mark(named ? "history" : nil, .line(1.5), .history, x: past.map { times[$0] }, y: past.map { values[$0] }),
        Mark(named ? "forecast" : nil, .line(2.2), .forecast, x: ahead.map { times[$0] }, y: ahead.map { values[$0] }),
      ]
    }
    let span = from > 0 ? index.rows(from..<all.count) : index
    var rows = [
      [Panel("values", marks(all, named: true), yLabel: unit ?? run.valueLabel, times: span)],
      [Panel("trend", marks(parts.trend), times: span)],
    ]
    for season in parts.seasons {
      rows.append([Panel("season of \(counted(season.period, "step"))", marks(season.values), times: span)])
    }
    var rest = Panel("rest", marks(parts.rest), times: span)
    rest.guides = [0]
    rows.append([rest])
    self.init(title: "\(title): its parts", subtitle: run.remark(on: position, shown), rows: rows)
    canvas.height = 480
  }
}
