import Foundation
import Testing
import TimeSeries

@testable import Charts

@Suite struct PanelsChartTests {
  static let months = TimeIndex.months(4)
  static let places = (0..<4).map { PanelsChart.place(of: months[$0], in: months) }

  /// Every form once.
  static var whole: PanelsChart {
    var bars = PanelsChart.Panel(
      "how often", [.init(nil, .bars(1), .forecast, x: [1, 2, 3], y: [4, 6, 2])], xLabel: "error", yLabel: "steps")
    bars.counts = true
    var impulses = PanelsChart.Panel(
      "impulses", [.init(nil, .impulses, .forecast, x: [1, 2, 3], y: [0.5, -0.25, 0.1])])
    (impulses.guides, impulses.counts) = ([0], true)
    return PanelsChart(
      title: "Parts", subtitle: ["one", "two"],
      rows: [
        [
          PanelsChart.Panel(
            "over time",
            [
              .init("interval", .area([5, 6, .nan, 8]), .forecast, x: places, y: [1, 2, .nan, 4]),
              .init("readings", .line(1.5), .history, x: places, y: [2, 3, .nan, 5]),
              .init("plan", .dashes, .backtest, x: places, y: [2, 2, 3, 4]),
              .init("outside", .points(1), .alarm, x: [places[3]], y: [5]),
            ], yLabel: "°C", times: months)
        ], [bars, impulses],
      ])
  }

  @Test func scriptIsTheGoldenOne() throws {
    let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
      "Fixtures/panels.gp")
    #expect(try text(of: Self.whole.script, pictures: "panels") == String(contentsOf: golden, encoding: .utf8))
  }

  @Test func everythingIsDrawnOnce() throws {
    let chart = Self.whole
    let svg = try draw(chart, height: Int(chart.script.canvas.height))
    let texts = texts(svg)
    for text in [
      "Parts", "one · two", "over time", "how often", "impulses", "interval", "readings", "outside", "°C", "error",
    ] {
      #expect(texts.filter { $0 == text }.count == 1, "\(text)")
    }
    // Data and the sample of the legend; a value that is missing breaks the line.
    #expect(lines(.history, svg).map(\.count).sorted() == [2, 2])
    #expect(lines(.backtest, svg).map(\.count).sorted() == [2, 4])
    #expect(chart.script.areas.count == 3)
  }

  @Test func aNarrowPictureHasOnePlotARow() throws {
    var chart = Self.whole
    chart.canvas = Canvas(width: 400, height: 320)
    let areas = chart.script.areas
    #expect(Set(areas.map(\.frame.right)).count == 1)
    #expect(zip(areas, areas.dropFirst()).allSatisfy { $0.frame.bottom < $1.frame.top })
  }

  @Test func plotsWithoutValuesAreStillPlots() throws {
    for panel in [
      PanelsChart.Panel("none", []), .init("lost", [.init("a", .line(1), .history, x: [1, 2], y: [.nan, .nan])]),
      .init("one", [.init(nil, .points(1), .alarm, x: [3], y: [7])]),
      .init("constant", [.init(nil, .bars(0.5), .bar, x: [1, 2], y: [3, 3])]),
    ] {
      let chart = PanelsChart(title: "Little", rows: [[panel]])
      let texts = try texts(draw(chart, height: Int(chart.script.canvas.height)))
      #expect(texts.contains(panel.heading))
      #expect(texts.contains("no values") == panel.marks.allSatisfy { $0.y.allSatisfy(\.isNaN) })
    }
    let empty = PanelsChart(title: "Empty", rows: [])
    #expect(try texts(draw(empty, height: Int(empty.script.canvas.height))).contains("no values"))
  }
}
