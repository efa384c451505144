import Testing

@testable import Charts

@Suite struct ScoresChartTests {
  @Test func barsAreAsLongAsTheirScores() throws {
    let chart = ScoresChart(
      title: "Backtest", subtitle: ["4 folds"], metric: "MASE",
      bars: [
        .init(name: "lstm_1", value: 0.62, isModel: true), .init(name: "seasonal naive", value: 1.24),
        .init(name: "50 % drift", value: .nan),
      ], reference: 1)
    let svg = try draw(chart, height: Int(chart.script.canvas.height))
    let texts = texts(svg)
    for text in ["Backtest", "4 folds", "MASE", "lstm_1", "seasonal naive", "50 % drift", "0.62", "1.24", "n/a"] {
      #expect(texts.contains(text), "\(text)")
    }
    func width(_ color: Tint) -> [Double] {
      areas(svg, color: color).map { ($0.map(\.x).max() ?? 0) - ($0.map(\.x).min() ?? 0) }
    }
    let (model, baseline) = (width(.forecast), width(.bar))
    try #require(model.count == 1 && baseline.count == 1)
    #expect(abs(baseline[0] / model[0] - 2) < 0.01)
  }

  @Test func aChartWithoutScoresIsStillAChart() throws {
    let none = ScoresChart(title: "Nothing", metric: "MAE", bars: [])
    #expect(try texts(draw(none, height: Int(none.script.canvas.height))).contains("Nothing"))
    let negative = ScoresChart(title: "Below", metric: "log score", bars: [.init(name: "a", value: -2, isModel: true)])
    #expect(try texts(draw(negative, height: Int(negative.script.canvas.height))).contains("−2.00"))
  }
}
