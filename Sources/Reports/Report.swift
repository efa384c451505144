import Charts
import Forecasting
import Foundation
import Mustache
import Pipelines
import TimeSeries

/// A run as one page of HTML that loads nothing: sentences, charts, tables, and what they rest on. The same run gives the
/// same bytes, but for those of gnuplot's pictures on another machine.
package struct Report: Sendable {
  /// What it is about.
  package var forecast: PublishedForecast
  /// What stands above it; nil for what the pipeline is about.
  package var title: String?
  /// What the values are counted in.
  package var unit: String?
  /// Series with a chart of their own; of more those that were forecast best, as usual and worst.
  package var maximumCharts = 6
  /// Steps of history that charts show; nil for about six horizons.
  package var historySteps: Int?

  /// A report of a run.
  package init(_ forecast: PublishedForecast) { self.forecast = forecast }

  // So that a page of a thousand series stays below 5 MB.
  private static let mostNumbers = 150_000
  private static let mostRows = 2000
  private static let mostParameters = 500

  /// A picture of the page, twice: for screens and for phones.
  private struct Figure {
    var name: String
    var note: String
    var wide: ChartScript
    var narrow: ChartScript
    var readout: Readout?

    init?(_ name: String, note: String = "", _ chart: some Chart, readout: Readout?) {
      var chart = chart
      chart.title = ""
      (self.name, self.note, self.readout) = (name, note, readout)
      chart.canvas = Canvas(width: 900, height: 400)
      wide = chart.script
      chart.canvas = Canvas(width: 400, height: 320)
      narrow = chart.script
    }
  }

  /// The page.
  ///
  /// - Parameter draw: makes the pictures; where it throws, the page says why it has none.
  /// - Returns: the bytes, and why there are no pictures.
  package func html(draw: ([ChartScript]) throws(ChartError) -> [SVGPicture]) throws -> (
    bytes: [UInt8], fault: ChartError?
  ) {
    let words = ReportWords(forecast: forecast, unit: unit)
    let (figures, choice) = try figures()
    var pictures: [SVGPicture] = []
    var fault: ChartError?
    do throws(ChartError) { pictures = try draw(figures.flatMap { [$0.wide, $0.narrow] }) } catch { fault = error }
    var charts: [[String: Any]] = []
    if pictures.count == 2 * figures.count {
      charts = figures.enumerated().map { position, figure in
        entry(figure, number: position + 1, wide: pictures[2 * position], narrow: pictures[2 * position + 1])
      }
    }
    let verdict = words.verdict
    var page: [String: Any] = [
      "title": title ?? forecast.title, "lead": words.lead, "version": almanacVersion,
      "verdict": ["tone": verdict.tone, "head": verdict.head, "lines": verdict.lines] as [String: Any],
      "answer": words.answer, "assumed": words.assumed, "found": words.found,
      "card": words.card.map { ["name": $0.name, "value": $0.value] },
      "pipeline": forecast.pipeline, "charts": charts, "hasCharts": !charts.isEmpty,
      "chartNote": (fault.map { ["There are no charts: \($0)."] } ?? []) + choice,
      "style": Page.style, "script": Page.script,
      "styleHash": Page.hash(Page.style), "scriptHash": Page.hash(Page.script),
    ]
    page.merge(scores) { _, new in new }
    page.merge(table) { _, new in new }
    page.merge(model) { _, new in new }
    page["sections"] =
      [
        ("answer", "What is forecast"), ("charts", "Charts"), ("scores", "Scores"), ("forecast", "The forecast"),
        ("data", "Data and assumptions"), ("model", "The model"), ("pipeline", "The pipeline"),
      ].filter { $0.0 != "scores" || forecast.scores != nil }.map { ["id": $0.0, "name": $0.1] }
    MustacheContentTypes.register(PageText(), named: PageText.name)
    let template = try MustacheTemplate(string: Page.template)
    return (Array(template.render(page).utf8), fault)
  }

  // MARK: Charts

  private func figures() throws(Failure) -> (figures: [Figure], words: [String]) {
    var chart = try ForecastChart(forecast, unit: unit)
    chart.maximumPanels = maximumCharts
    chart.historySteps = historySteps
    let (singles, words) = chart.singles
    var figures = singles.compactMap { name, scores, single in
      Figure(
        name, note: scores.joined(separator: " · "), single,
        readout: single.readout { forecast.style.text(of: $0) })
    }
    if let training = forecast.training, forecast.fallback == nil {
      let chart = PanelsChart(title: "", rows: [[.init(lossesOf: training)]])
      let readout = chart.readout(beginningAt: training.bestEpoch - 1) { "epoch \(Int($0))" }
      figures += [Figure("Training", note: "The loss of each epoch.", chart, readout: readout)].compactMap { $0 }
    }
    figures += judgement
    let shown = words.map {
      "Of \(forecast.panel.series.count) series charts show \($0.replacing("shown: ", with: ""))."
    }
    return (figures, shown)
  }

  /// How the error grows, whether intervals hold, and the parts of a combination, as far as the run has them.
  private var judgement: [Figure] {
    var figures: [Figure?] = []
    if let card = forecast.scores, card.horizon > 1,
      var chart = try? ChartKind.errors.chart(of: forecast) as? PanelsChart
    {
      (chart.subtitle, chart.rows) = ([], [Array((chart.rows.first ?? []).prefix(1))])
      figures.append(
        Figure(
          "How the error grows", note: "\(card.decisiveMetric.name.uppercased()) by step ahead.", chart,
          readout: chart.readout { "\(Int($0)) ahead" }))
    }
    if forecast.fallback == nil, var chart = try? ChartKind.calibration.chart(of: forecast) as? PanelsChart {
      let words = chart.subtitle.joined(separator: " · ")
      chart.subtitle = []
      figures.append(Figure("Do the intervals hold?", note: words, chart, readout: nil))
    }
    if var chart = try? ChartKind.members.chart(of: forecast) as? ScoresChart {
      chart.subtitle = []
      figures.append(
        Figure("The members of the model", note: "Blue: those that have a part in the forecast.", chart, readout: nil))
    }
    if var chart = try? ChartKind.importance.chart(of: forecast) as? ScoresChart,
      chart.bars.contains(where: { $0.value != 0 })
    {
      let words = chart.subtitle.joined(separator: " · ")
      chart.subtitle = []
      figures.append(Figure("What the covariates are worth", note: words + ".", chart, readout: nil))
    }
    return figures.compactMap { $0 }
  }

  private func entry(_ figure: Figure, number: Int, wide: SVGPicture, narrow: SVGPicture) -> [String: Any] {
    var json = PageJSON()
    json.raw("{")
    for (name, script) in [("wide", figure.wide), ("narrow", figure.narrow)] {
      json.key(name, isFirst: name == "wide")
      guard let area = script.areas.first else {
        json.raw("null")
        continue
      }
      let numbers = [
        ("w", script.canvas.width), ("h", script.canvas.height), ("l", area.frame.left), ("r", area.frame.right),
        ("t", area.frame.top), ("b", area.frame.bottom), ("x0", area.x.lowerBound), ("x1", area.x.upperBound),
        ("y0", area.y.lowerBound), ("y1", area.y.upperBound),
      ]
      json.raw("{")
      for (place, number) in numbers.enumerated() {
        json.key(number.0, isFirst: place == 0)
        json.number(number.1)
      }
      json.raw("}")
    }
    let readout = figure.readout
    json.key("x")
    json.list(readout?.x ?? []) { $0.number($1) }
    json.key("labels")
    json.list(readout?.labels ?? []) { $0.string($1) }
    json.key("origin")
    json.number(Double(readout?.origin ?? 0))
    json.key("hasOrigin")
    json.raw(readout?.hasOrigin == true ? "true" : "false")
    json.key("rows")
    json.list(readout?.rows ?? []) { json, row in
      json.raw("{")
      json.key("name", isFirst: true)
      json.string(row.name)
      json.key("tint")
      json.string(row.tint.rawValue)
      json.key("values")
      json.list(row.values) { json, value in
        switch value {
        case .none: json.raw("null")
        case .number(let number): json.short(number)
        case .bounds(let lower, let upper): json.list([lower, upper]) { $0.short($1) }
        }
      }
      json.raw("}")
    }
    json.raw("}")
    let id = "chart\(number)"
    return [
      "id": id, "name": figure.name, "note": figure.note.isEmpty ? [] : [figure.note],
      "label": "\(figure.name). \(figure.note)" + (readout == nil ? "" : " Arrow keys show its values."),
      "isLive": readout != nil,
      "wide": wide.inline(.light, named: "\(id)w"), "narrow": narrow.inline(.light, named: "\(id)n"), "data": json.text,
    ]
  }

  // MARK: Tables

  private var scores: [String: Any] {
    guard let card = forecast.scores, let backtest = forecast.backtest else { return ["hasScores": false] }
    func name(_ row: String) -> String { row.replacing("-", with: " ") }
    /// Rows of scores, aligned column by column.
    func rows(_ entries: [(name: String, isModel: Bool, values: [Double])]) -> [[String: Any]] {
      let columns = (entries.first?.values ?? []).indices.map { column in
        aligned(entries.map { $0.values[column] }, digits: 4)
      }
      return entries.indices.map { row in
        ["name": entries[row].name, "isModel": entries[row].isModel, "cells": columns.map { $0[row] }]
      }
    }
    var tables: [[String: Any]] = [
      [
        "caption": "By forecaster, over all series, origins and steps",
        "columns": ["forecaster"] + card.metrics.map(\.name),
        "rows": rows(card.rows.map { (name($0.name), $0.name == "model", $0.overall) }),
      ]
    ]
    let intervals = card.rows.flatMap { row in row.intervals.map { (row.name, $0) } }
    if !intervals.isEmpty {
      tables.append([
        "caption": "What intervals promised, and the share of values that lay within",
        "columns": ["forecaster", "promised", "held", "near", "middle", "far", "mean width"],
        "rows": intervals.map { owner, interval in
          let thirds = interval.coverageByThird.isEmpty ? [Double](repeating: .nan, count: 3) : interval.coverageByThird
          let shares = ([interval.level, interval.coverage] + thirds).map { value in
            value.isFinite ? "\(significant(value * 100, digits: 3)) %" : "–"
          }
          return [
            "name": name(owner), "isModel": owner == "model",
            "cells": shares + [significant(interval.width, digits: 4)],
          ] as [String: Any]
        },
      ])
    }
    let metric = card.decisiveMetric
    if let column = card.metrics.firstIndex(of: metric) {
      let columns = card.rows.map { name($0.name) }
      let many = forecast.panel.series.count
      if many > 1 {
        tables.append([
          "caption": "By series: \(metric.name)" + (many > Self.mostRows ? ", of the first \(Self.mostRows)" : ""),
          "columns": ["series"] + columns, "isTall": many > 15,
          "rows": rows(
            forecast.panel.series.indices.prefix(Self.mostRows).map { position in
              (forecast.panel.series[position].name, false, card.rows.map { $0.perSeries[position][column] })
            }),
        ])
      }
      tables.append([
        "caption": "By step ahead: \(metric.name)", "columns": ["step"] + columns, "isTall": card.horizon > 15,
        "rows": rows(
          (0..<min(card.horizon, Self.mostRows)).map { step in
            ("\(step + 1)", false, card.rows.map { $0.perStep[step][column] })
          }),
      ])
    }
    let direction = metric.orientation == .higher ? "high" : "low"
    return [
      "hasScores": true, "tables": tables,
      "scoreNote":
        "The model was fitted on the rows before \(counted(backtest.origins.count, "origin")) and its forecasts were compared with what came. \(metric.name.uppercased()) decides; \(direction) values are good"
        + (metric == .mase
          ? ", and 1 is the error of repeating the last season on the rows that it was fitted on." : ".")
        ,
    ]
  }

  private var table: [String: Any] {
    let series = forecast.series
    let levels = series.first?.intervals.map { percent($0.level) } ?? []
    // As many whole series as the page has room for.
    var (count, numbers) = (0, 0)
    for one in series {
      numbers += one.point.count * (1 + 2 * one.intervals.count)
      if numbers > Self.mostNumbers, count > 0 { break }
      count += 1
    }
    let shown = series.prefix(count)
    var indices: [TimeIndex] = []
    var places: [TimeIndex: Int] = [:]
    for one in shown where places[one.index] == nil {
      places[one.index] = indices.count
      indices.append(one.index)
    }
    var json = PageJSON()
    json.raw("{")
    json.key("file", isFirst: true)
    json.string("\(forecast.name).csv")
    json.key("levels")
    json.list(levels) { $0.string($1) }
    json.key("times")
    json.list(indices) { json, index in
      json.list(0..<index.count) { $0.string(forecast.style.text(of: index[$1])) }
    }
    json.key("series")
    json.list(shown) { json, one in
      json.raw("{")
      json.key("n", isFirst: true)
      json.string(one.name)
      json.key("t")
      json.number(Double(places[one.index] ?? 0))
      json.key("f")
      json.list(one.point) { $0.number($1) }
      json.key("b")
      json.list(one.intervals) { json, interval in
        json.list([interval.lower, interval.upper]) { json, side in json.list(side) { $0.number($1) } }
      }
      json.raw("}")
    }
    json.raw("}")
    let rows: [[String: Any]] = (series.first.map { [$0] } ?? []).flatMap { one in
      let numbers = ([one.point] + one.intervals.flatMap { [$0.lower, $0.upper] }).map { aligned($0) }
      return one.point.indices.map { step in
        [
          "name": one.name,
          "cells": [forecast.style.text(of: one.index[step]), "\(step + 1)"] + numbers.map { $0[step] },
        ]
      }
    }
    var note: [String] = []
    if shown.count < series.count {
      note = [
        "Of \(series.count) series the first \(shown.count) are here; a `write` stage of the pipeline writes all of them."
      ]
    }
    return [
      "forecastColumns": ["series", "time", "step", "forecast"]
        + levels.flatMap { ["lower \($0) %", "upper \($0) %"] },
      "forecastRows": rows, "forecastData": json.text, "forecastNote": note,
    ]
  }

  private var model: [String: Any] {
    func rows(_ members: [MemberReport], depth: Int) -> [[String: Any]] {
      members.flatMap { member -> [[String: Any]] in
        let chosen = member.series.map { $0.isEmpty ? "not chosen" : "chosen for \($0.count) series" }
        let remark = [chosen, member.remark.map { "left out: \($0)" }].compactMap { $0 }.joined(separator: "; ")
        let row: [String: Any] = [
          "name": String(repeating: "\u{2003}", count: depth) + member.name,
          "share": member.weight.map { "\(significant($0 * 100, digits: 3)) %" } ?? "",
          "error": member.error.map { significant($0, digits: 4) } ?? "", "remark": remark,
        ]
        return [row] + rows(member.members, depth: depth + 1)
      }
    }
    let members = forecast.fallback == nil ? rows(forecast.members, depth: 0) : []
    let parameters = forecast.parameters
    let shown = parameters.prefix(Self.mostParameters)
    var note: [String] = []
    if let fallback = forecast.fallback {
      note = [
        "The \(fallback.baseline.rawValue.replacing("-", with: " ")) forecast stands in for the model, which did worse in the backtest."
      ]
    } else if members.isEmpty, parameters.isEmpty {
      note = ["What the forecaster is stands in the pipeline below; it has learned nothing that could be shown."]
    }
    return [
      "modelNote": note, "members": members, "hasMembers": !members.isEmpty, "hasParameters": !shown.isEmpty,
      "parameterNote": "What it has learned or chosen"
        + (shown.count < parameters.count ? ": the first \(shown.count) of \(parameters.count) parameters" : ""),
      "parameters": shown.map { ["name": $0.name, "value": $0.value, "series": $0.series ?? "all"] },
    ]
  }
}

/// The parts of the page that are the same for all runs.
private enum Page {
  static let template = text(PackageResources.report_html)
  static let style = text(PackageResources.style_css)
  static let script = text(PackageResources.script_js)

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  /// What the content security policy calls a script or style by.
  static func hash(_ text: String) -> String {
    let digits = Array(SHA256.hex(Array(text.utf8)))
    let bytes = stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
    return "'sha256-\(Data(bytes).base64EncodedString())'"
  }
}
