import Testing

@testable import Charts

struct TerminalPictureTests {
  /// Axes with a tick at 10 and one at the first time; the plot is three letters wide and two high.
  private func picture(_ dots: [String]) -> [[TerminalChart.Piece]] {
    TerminalPicture(
      letters: ["10 +-|  ", "     |  ", "     +--", "     +  ", "    Jan"].map { Array($0) }, columns: 5...7,
      rows: 0...2, dots: dots.map { Array($0) }
    ).lines
  }

  @Test func axesBecomeLines() {
    let lines = picture([]).map { $0.map(\.text).joined() }
    #expect(lines == ["10   \u{2524}", "     \u{2502}", "     \u{2514}\u{2500}\u{2500}", "    Jan"])
  }

  @Test func eightDotsAreALetterOfBraille() {
    // The first two columns of dots lie on the axis, where nothing is drawn.
    let lines = picture(["**** $", "   * $", "    $ ", "  *   "])
    #expect(
      lines[0] == [
        .init(text: "10   \u{2524}", part: .frame), .init(text: "\u{2859}", part: .history),
        .init(text: "\u{281C}", part: .forecast),
      ])
    #expect(lines[1] == [.init(text: "     \u{2502}", part: .frame)])
  }

  @Test func theInsideOfTheIntervalIsThin() {
    let lines = picture(["  ####", "      ", "      ", "      ", "  ####"])
    #expect(
      lines[0].dropFirst() == [.init(text: "\u{284B}\u{280D}", part: .interval)], "\(lines[0])")
    #expect(lines[1].dropFirst() == [.init(text: "\u{2809}\u{2809}", part: .interval)])
  }
}
