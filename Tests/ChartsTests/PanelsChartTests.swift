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

  private func curve(_ values: [Double], flag: PanelsChart.Flag? = nil) throws -> (svg: String, points: [Point]) {
    var panel = PanelsChart.Panel(
      "loss", [.init("training", .line(2), .history, x: values.indices.map { Double($0 + 1) }, y: values)])
    (panel.isLogarithmic, panel.counts, panel.flag) = (true, true, flag)
    // A plot behind it has an axis of its own.
    var other = PanelsChart.Panel("plain", [.init(nil, .line(2), .forecast, x: [1, 2, 3], y: [-1, 0, 1])])
    other.counts = true
    let svg = try draw(PanelsChart(title: "Training", rows: [[panel, other]]))
    let straight = try #require(lines(.forecast, svg).last)
    #expect(abs(straight[0].y - 2 * straight[1].y + straight[2].y) < 0.05)
    return (svg, lines(.history, svg).last ?? [])
  }

  @Test func valuesStandOnALogarithmicAxis() throws {
    let (svg, points) = try curve((0..<30).map { 1000 / Double(1 << $0) }, flag: .init("best: epoch 30", at: 30))
    #expect(points.count == 30)
    // Halving is the same step everywhere.
    let step = (points[29].y - points[0].y) / 29
    #expect(step > 1)
    #expect(zip(points, points.dropFirst()).allSatisfy { abs($1.y - $0.y - step) < 0.05 })
    #expect(texts(svg).contains("best: epoch 30"))
  }

  @Test func aValueBelowZeroTakesALinearAxis() throws {
    let points = try curve([3, 2, 1, 0, -1]).points
    #expect(points.count == 5)
    #expect(zip(points, points.dropFirst()).allSatisfy { abs($1.y - $0.y - (points[1].y - points[0].y)) < 0.05 })
  }

  /// A map of 3 rows and 4 columns.
  static var map: PanelsChart {
    let cells: [[Double]] = [[0, 0.5, 0.5, 1], [1, 1, 1, 1], [0, .nan, 0, 0.25]]
    let panel = PanelsChart.Panel(
      "map", [.init(nil, .cells(cells), .forecast, x: places, y: [1, 2, 3])], yLabel: "ahead", times: months)
    return PanelsChart(title: "Map", rows: [[panel]])
  }

  @Test func cellsAreTheDarkerTheLargerAndNeighboursOfOneShadeAreOne() throws {
    let svg = try draw(Self.map, height: Int(Self.map.script.canvas.height))
    let opacities = svg.components(separatedBy: "fill-opacity = '").dropFirst().map { String($0.prefix { $0 != "'" }) }
    // The quarter and the two halves, which are one; the wholes need no opacity, zeros and what is missing no cell.
    #expect(opacities == ["0.250000", "0.500000"])
    let boxes = areas(svg)
    let widths = boxes.map { ($0.map(\.x).max() ?? 0) - ($0.map(\.x).min() ?? 0) }.sorted()
    #expect(widths.count == 4)
    // January to April: the place of a month is where it begins, so cells are as wide as January.
    #expect(abs(widths[3] / widths[0] - 3.97) < 0.1)
    #expect(texts(svg).contains("ahead"))
  }

  @Test func theScriptOfAMapIsTheGoldenOne() throws {
    let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures/map.gp")
    #expect(try text(of: Self.map.script, pictures: "map") == String(contentsOf: golden, encoding: .utf8))
  }
}
