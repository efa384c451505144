import Foundation
import Testing
import TimeSeries

@testable import Charts

@Suite struct ForecastChartTests {
  static let whole = ForecastChart(title: "Two steps ahead", valueLabel: "°C", panels: [.whole])

  @Test func scriptIsTheGoldenOne() throws {
    let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/small.gp")
    #expect(try text(of: Self.whole.script, pictures: "small") == String(contentsOf: golden, encoding: .utf8))
  }

  @Test func everythingIsDrawnOnce() throws {
    let svg = try draw(Self.whole)
    let texts = texts(svg)
    for text in [
      "Two steps ahead", "MASE 0.62 · seasonal naive 1.31", "°C", "origin", "history", "forecast", "80 % interval",
      "95 % interval", "held out", "backtest", "seasonal naive", "Jan", "2020",
    ] {
      #expect(texts.filter { $0 == text }.count == 1, "\(text)")
    }
    // Each once as data and once as a sample in the legend.
    #expect(lines(.history, svg).map(\.count).sorted() == [2, 6])
    // What is forecast begins at the last value before it.
    for tint in [Tint.forecast, .backtest, .baseline] { #expect(lines(tint, svg).map(\.count).sorted() == [2, 3]) }
    #expect(areas(svg).map(\.count).sorted() == [4, 4, 5, 5])
    // 15 % of the colour for the wide one, 42 % where the narrow one lies on it.
    for opacity in ["0.150000", "0.320000", "0.420000"] { #expect(svg.contains("fill-opacity = '\(opacity)'")) }
  }

  @Test func heightsAreInProportionToTheValues() throws {
    let drawn = try #require(lines(.history, draw(Self.whole)).last)
    let scale = (drawn[1].y - drawn[0].y) / (3 - 1)
    #expect(scale < 0)
    for (point, value) in zip(drawn, [1.0, 3, 2, 4, 3, 5]) {
      #expect(abs(point.y - drawn[0].y - (value - 1) * scale) < 0.05)
    }
    // Months have different lengths: January's 31 days and February's 29.
    #expect(abs((drawn[1].x - drawn[0].x) / (drawn[2].x - drawn[1].x) - 31.0 / 29) < 0.002)
  }

  @Test func narrowIntervalsLieOnWideOnes() throws {
    let bands = try areas(draw(Self.whole)).suffix(2).map { area in
      (area.map(\.y).max() ?? 0) - (area.map(\.y).min() ?? 0)
    }
    #expect(bands[0] > bands[1])
  }

  @Test func aMissingValueBreaksLineAndBand() throws {
    let panel = ForecastChart.Panel.made(
      [1, 2, .nan, 3, 4, .infinity, 5], forecast: [5, 6, .nan, 6, 7, 8],
      intervals: [.init(level: 0.9, lower: [4, 5, .nan, 5, 6, .nan], upper: [6, 7, 8, 7, 8, 9])])
    let svg = try draw(ForecastChart(title: "Gaps", panels: [panel]))
    // 5 stands alone, so it is a point and no line.
    #expect(lines(.history, svg).map(\.count) == [2, 2, 2])
    // It is joined to the forecast all the same.
    #expect(svg.components(separatedBy: "xlink:href='#gpPt6'").count - 1 == 1)
    #expect(lines(.forecast, svg).map(\.count) == [2, 3, 3])
    #expect(areas(svg).map(\.count) == [4, 5, 4])
  }

  @Test func onlyTheEndOfTheHistoryIsDrawn() throws {
    let long = ForecastChart.Panel.made((0..<100).map(Double.init), forecast: [1, 2, 3, 4, 5, 6, 7, 8])
    #expect(try lines(.history, draw(ForecastChart(title: "", panels: [long])))[1].count == 48)
    let some = ForecastChart(title: "", panels: [long], historySteps: 12)
    #expect(try lines(.history, draw(some))[1].count == 12)
    let short = ForecastChart.Panel.made((0..<100).map(Double.init), forecast: [1])
    #expect(try lines(.history, draw(ForecastChart(title: "", panels: [short])))[1].count == 30)
  }

  @Test func historyReachesBackBeforeTheFold() throws {
    var panel = ForecastChart.Panel.made((0..<100).map(Double.init), forecast: [1, 2])
    let held = panel.history.index.prefix(40).following(20)
    panel.fold = .init(
      truth: Series(name: "x", index: held, values: Array(repeating: 1, count: 20)),
      forecast: .init(name: "x", index: held, point: Array(repeating: 2, count: 20)))
    let svg = try draw(ForecastChart(title: "", panels: [panel]))
    try #require(!lines(.history, svg).isEmpty)
    #expect(lines(.history, svg)[1].count == 80)
    #expect(lines(.backtest, svg)[1].count == 21)
  }

  @Test func aChartOfLittleIsStillAChart() throws {
    let lone = ForecastChart.Panel.made([7], forecast: [8], intervals: [.init(level: 0.5, lower: [6], upper: [9])])
    let svg = try draw(ForecastChart(title: "Lone", panels: [lone]))
    #expect(areas(svg).map(\.count) == [4, 3])
    // The history; the forecast is a line from it on.
    #expect(svg.components(separatedBy: "xlink:href='#gpPt6'").count - 1 == 1)
    #expect(!texts(svg).contains("held out"))

    let bare = try draw(ForecastChart(title: "Bare", panels: [.made([1, 2, 3], forecast: [4, 5])]))
    #expect(areas(bare).isEmpty)
    #expect(texts(bare).filter { ["history", "forecast"].contains($0) } == ["history", "forecast"])

    let none = try draw(ForecastChart(title: "None", panels: [.made([], forecast: [])]))
    #expect(texts(none).contains("no values") && !texts(none).contains("origin"))
    #expect(try texts(draw(ForecastChart(title: "Empty", panels: []))) == ["Empty", "no series"])
  }

  @Test func constantMissingHugeAndTinyValuesHaveAnAxis() throws {
    func labels(_ values: [Double]) throws -> [String] {
      texts(try draw(ForecastChart(title: "t", panels: [.made(values, forecast: values)])))
    }
    #expect(try labels([5, 5, 5]).contains("5.0"))
    #expect(try labels([0, 0]).contains("0.0"))
    #expect(try labels([.nan, .nan, .nan]).contains("no values"))
    #expect(try labels([1e300, 2e300]).contains("1.2e300"))
    #expect(try labels([-1.7e308, 1.7e308]).contains("0"))
    #expect(try labels([1e-12, 3e-12]).contains("2.5e-12"))
    #expect(try labels([1_000_000, 1_000_001]).contains("1000000.4"))
    #expect(try labels([2e7, 4.4e7]).contains("20 M"))
    #expect(try labels([-3, -1]).contains("−2.5"))
  }

  @Test func manySeriesShareOneLegend() throws {
    let panels = (1...8).map { number -> ForecastChart.Panel in
      var panel = ForecastChart.Panel.whole
      panel.history.name = "series_\(number)"
      return panel
    }
    let chart = ForecastChart(title: "Stores", subtitle: ["MASE 0.8"], valueLabel: "sold", panels: panels)
    let svg = try draw(chart, height: Int(chart.script.canvas.height))
    let texts = texts(svg)
    #expect(chart.script.canvas.height > 600)
    #expect(texts.contains("Stores (6 of 8 series)"))
    #expect(texts.contains("MASE 0.8 · shown: the first 6"))
    #expect(texts.filter { $0.hasPrefix("series_") } == (1...6).map { "series_\($0)" })
    #expect(texts.filter { $0 == "history" }.count == 1)
    #expect(texts.filter { $0 == "sold" }.count == 2)
    #expect(texts.filter { $0 == "MASE 0.62 · seasonal naive 1.31" }.count == 6)
    // Six panels and a legend.
    #expect(lines(.forecast, svg).count == 7)

    let all = ForecastChart(title: "Stores", panels: panels, maximumPanels: 8)
    let drawn = try draw(all, height: Int(all.script.canvas.height))
    #expect(drawn.contains("<text>Stores</text>"))
  }

  @Test func longTextsAreCutToTheirRoom() throws {
    var panel = ForecastChart.Panel.whole
    panel.history.name = String(repeating: "very long name ", count: 12)
    let title = String(repeating: "very long title ", count: 12)
    let texts = texts(try draw(ForecastChart(title: title, panels: [panel, panel, panel])))
    #expect(texts.filter { $0.hasPrefix("very long name") && $0.hasSuffix("…") && $0.count < 60 }.count == 3)
    #expect(texts.filter { $0.hasPrefix("very long title") && $0.hasSuffix("…") && $0.count < 130 }.count == 1)
    #expect(texts.filter { $0 == "MASE 0.62 · seasonal naive 1.31" }.count == 3)
  }

  @Test func stepsAreCountedWhereThereAreNoTimes() throws {
    let index = TimeIndex(start: Timestamp(milliseconds: 1), frequency: .steps, count: 0)
    let panel = ForecastChart.Panel.made((1...30).map(Double.init), on: index, forecast: [1, 2])
    let texts = texts(try draw(ForecastChart(title: "Counted", panels: [panel])))
    #expect(texts.contains("step"))
    #expect(["5", "10", "30"].allSatisfy(texts.contains))
  }

  @Test func longLegendsTakeMoreRowsAndPushThePlotDown() throws {
    func markerTop(_ panel: ForecastChart.Panel) throws -> Double {
      let svg = try draw(ForecastChart(title: "Rows", panels: [panel]))
      let marker = lines(.origin, svg).first { $0.count == 2 && abs($0[0].y - $0[1].y) > 100 }
      return try #require(marker).map(\.y).min() ?? 0
    }
    var panel = ForecastChart.Panel.whole
    let top = try markerTop(panel)
    panel.baseline?.name = String(repeating: "a very long name ", count: 4)
    #expect(try markerTop(panel) > top + 15)
  }

  @Test func holidaysDoNotBreakALineOfBusinessDays() throws {
    let monday = CivilTime(year: 2024, month: 4, day: 29).timestamp
    func lengths(_ frequency: Frequency, _ values: [Double]) throws -> [Int] {
      let index = TimeIndex(start: monday, frequency: frequency, count: 0)
      let panel = ForecastChart.Panel.made(values, on: index, forecast: [1, 2])
      return try lines(.history, draw(ForecastChart(title: "Prices", panels: [panel]))).map(\.count)
    }
    // The first of May is closed.
    let prices = [1, 2, .nan, 4, 5, 6]
    #expect(try lengths(.businessDays(1), prices) == [2, 5])
    #expect(try lengths(.days(1), prices) == [2, 2, 3])
    let long = [1, 2] + [Double](repeating: .nan, count: 6) + [4, 5]
    #expect(try lengths(.businessDays(1), long) == [2, 2, 2])
  }

  @Test func ofManySeriesTheBestTheUsualAndTheWorstAreDrawn() throws {
    let panels = (1...30).map { number -> ForecastChart.Panel in
      var panel = ForecastChart.Panel.whole
      panel.history.name = "s\(number)"
      // The ninth cannot be judged.
      panel.rating = number == 9 ? .nan : Double((number * 7) % 30)
      return panel
    }
    var chart = ForecastChart(title: "Stores", panels: panels)
    chart.ratedBy = "MASE"
    let texts = texts(try draw(chart, height: Int(chart.script.canvas.height)))
    #expect(texts.contains("Stores (6 of 30 series)"))
    #expect(texts.contains("shown: 2 best, 2 typical, 2 worst by MASE"))
    let ranks = ["best", "typical", "worst"]
    #expect(
      texts.filter { text in ranks.contains { text.hasPrefix("\($0): ") } }
        == ["best: s30", "best: s13", "typical: s2", "typical: s15", "worst: s4", "worst: s17"])
  }

  @Test func thePictureOfManyPointsIsThinnedAndLooksTheSame() throws {
    let values = (0..<100_000).map { step -> Double in
      let wave = sin(Double(step) / 3000) * 10
      return wave + Double(step % 7) / 10 + (step == 41_234 ? 30 : 0)
    }
    let index = TimeIndex(start: CivilTime(year: 1700, month: 1, day: 1).timestamp, frequency: .days(1), count: 0)
    let panel = ForecastChart.Panel.made(values, on: index, forecast: [1, 2])
    var chart = ForecastChart(title: "Long", panels: [panel])
    chart.historySteps = values.count
    let drawn = try #require(lines(.history, draw(chart)).max { $0.count < $1.count })
    #expect((2000..<5000).contains(drawn.count))
    // The one high value is there.
    let tops = drawn.map { $0.y }.sorted()
    #expect(tops[1] - tops[0] > 100)
    let line = ForecastPanel.Line(kind: .history, positions: values.indices.map(Double.init), values: values)
    let thin = line.thinned(columns: 1000)
    for column in 0..<1000 {
      func span(_ line: ForecastPanel.Line) -> [Double] {
        let inside = line.values.indices.filter { Int(line.positions[$0] / 99_999 * 1000) == column }
          .map { line.values[$0] }
        return [inside.min() ?? .nan, inside.max() ?? .nan]
      }
      if column % 97 == 0 { #expect(span(line) == span(thin)) }
    }
  }

  @Test func aScriptDrawsInBothThemes() throws {
    let folder = try Folder()
    var script = Self.whole.script
    script.theme = .dark
    try script.write(to: "\(folder.path)/a.gp", pictures: "a")
    let gnuplot = try installedGnuplot()
    _ = try gnuplot.render(
      "\(folder.path)/a.gp", pictures: "a", title: "a < b", into: folder.path, formats: [.svg, .pdf])
    let svg = try folder.text("a.svg")
    #expect(svg.contains("rgb( 86, 180, 233)") && !svg.contains("rgb(  0, 114, 178)"))
    #expect(svg.contains("<title>a &lt; b</title>") && !svg.contains("gnuplot_plot_1</title>"))
    #expect(try folder.bytes("a.pdf").prefix(5) == Data("%PDF-".utf8))
  }

  @Test func noTwoTintsOfAThemeAreEqual() {
    for theme in Theme.allCases {
      #expect(Set(Tint.allCases.map { $0.color(theme) }).count == Tint.allCases.count)
    }
  }

  @Test func picturesForAPageNameTheirColoursAndKeepTextsAsTheyAre() throws {
    var panel = ForecastChart.Panel.whole
    panel.history.name = "#0072b2 rgb(  0, 114, 178) id='gpPt' <script>"
    let chart = ForecastChart(title: "t", panels: [panel, panel])
    let pictures = try installedGnuplot().pictures(of: [chart.script, Self.whole.script])
    let first = pictures[0].inline(.light, named: "c1")
    #expect(first.hasPrefix("<svg") && first.hasSuffix("</svg>"))
    #expect(texts(first).filter { $0 == "#0072b2 rgb(  0, 114, 178) id='gpPt' &lt;script>" }.count == 2)
    #expect(first.contains("stroke='var(--forecast)'") && !first.contains("stroke='rgb("))
    #expect(first.contains("id='c1-gpDot'") && !first.contains("id='gpDot'"))
    #expect(pictures[1].inline(.light, named: "c2").contains("MASE 0.62"))
  }
}
