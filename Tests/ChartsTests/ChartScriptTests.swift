import Foundation
import FoundationXML
import Testing

@testable import Charts

@Suite struct ChartScriptTests {
  @Test func textsAreQuotedSoThatNothingInThemActs() {
    #expect(quoted("it's") == #"'it'."'".'s'"#)
    #expect(quoted("''x'") == #"''."''".'x'."'""#)
    #expect(quoted("") == "''")
    #expect(quoted(#"a\n "b" `c` @d"#) == #"'a\n "b" `c` @d'"#)
    #expect(quoted("two\nlines\tand\u{0}more\r\n") == "'two lines and more  '")
    #expect(quoted("a\u{FFFE}b\u{FFFF}") == "'a\u{FFFD}b\u{FFFD}'")
    #expect(quoted("]]>]>]]]>") == "']]\u{200B}>]>]]]\u{200B}>'")
    #expect(ticLabel("50 %'") == #"'50 %%'."'""#)
    #expect(ticLabel("Jan", second: "100%") == #"'Jan'."\n".'100%%'"#)
  }

  @Test func aPictureIsXMLWhateverATextHolds() throws {
    let text = "]]> \u{FFFE} \u{FFFF} ]]]> \u{0} \u{1B}[2J <!-- ]]>"
    let folder = try Folder()
    var panel = ForecastChart.Panel.whole
    panel.history.name = text
    panel.baseline?.name = text
    panel.scores = [text]
    let chart = ForecastChart(title: text, subtitle: [text], valueLabel: text, panels: [panel, panel])
    try chart.script.write(to: "\(folder.path)/a.gp", pictures: "a")
    _ = try installedGnuplot().render("\(folder.path)/a.gp", pictures: "a", into: folder.path, formats: [.svg])
    let parser = XMLParser(data: Data(try folder.text("a.svg").utf8))
    #expect(parser.parse(), "\(String(describing: parser.parserError))")
  }

  /// Every text that can come from data or a pipeline file, in a chart each.
  @Test(arguments: [
    "temp_1 ^2 @home ~a{b} {/Bold c}", "\"double\" and 'single' quotes", "`touch PROOF` $(touch PROOF)",
    "'.system('touch PROOF').'", "'", "''''x'''y''", "back\\slash \\", "50 % %s %d of {", "} # no comment",
    "<b>&amp;</b> ☃ é 温度", "<![CDATA[x]]", "end ]] > -->",
  ])
  func textsAreDrawnAsTheyAre(_ text: String) throws {
    var panel = ForecastChart.Panel.whole
    panel.history.name = text
    panel.baseline?.name = text
    panel.scores = [text]
    let folder = try Folder()
    let charts: [any Chart] = [
      ForecastChart(title: text, subtitle: [text], valueLabel: text, panels: [panel, panel]),
      ScoresChart(title: text, subtitle: [text], metric: text, bars: [.init(name: text, value: 1)]),
      PanelsChart(
        title: text, subtitle: [text],
        rows: [[.init(text, [.init(text, .line(1), .history, x: [1, 2], y: [1, 2])], xLabel: text, yLabel: text)]]),
    ]
    for (chart, times) in zip(charts, [8, 4, 6]) {
      try chart.script.write(to: "\(folder.path)/a.gp", pictures: "a")
      _ = try installedGnuplot().render("\(folder.path)/a.gp", pictures: "a", into: folder.path, formats: [.svg])
      let escaped = text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
      #expect(try texts(folder.text("a.svg")).filter { $0 == escaped }.count == times)
    }
    #expect(!FileManager.default.fileExists(atPath: "PROOF"))
  }

  @Test func noPathOfTheMachineIsInTheScript() throws {
    let folder = try Folder()
    try ForecastChart(title: "t", panels: [.whole]).script.write(to: "\(folder.path)/a.gp", pictures: "a")
    #expect(try !folder.text("a.gp").contains(folder.path))
  }

  @Test func aNameCannotLeaveItsComment() throws {
    let script = try text(of: PanelsChart(title: "t", rows: []).script, pictures: "a\nsystem('x')\\")
    #expect(script.hasPrefix("# A chart, with its data. It makes asystem('x').svg and asystem('x').png beside"))
    #expect(!script.contains("\nsystem"))
  }

  @Test func numbersReadBackAsTheyWere() throws {
    let numbers: [Double] = [
      0, -0.0, 1, -1.5, 0.1, 1.0 / 3, 1_700_000_000, 123_456_789_012_345, 1e15, 9e-6, 1.7976931348623157e308,
      Double.leastNonzeroMagnitude,
    ]
    let folder = try Folder()
    let stream = try GnuplotStream(file: "\(folder.path)/a")
    stream.send(columns: [numbers, numbers.map { -$0 }])
    stream.send(columns: [])
    stream.send(columns: [[.nan, .infinity]])
    stream.write("")
    stream.write("é")
    try stream.close()
    let lines = try folder.text("a").split(separator: "\n")
    #expect(lines.prefix(numbers.count).map { Double($0.split(separator: " ")[0]) } == numbers)
    #expect(lines.prefix(numbers.count).map { Double($0.split(separator: " ")[1]) } == numbers.map { -$0 })
    #expect(lines[4] == "0.1 -0.1" && lines[6] == "1700000000 -1700000000" && lines[8] == "1e+15 -1e+15")
    #expect(lines.suffix(3) == ["NaN", "NaN", "é"])
  }
}
