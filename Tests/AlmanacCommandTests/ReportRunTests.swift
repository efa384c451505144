import Foundation
import FoundationXML
import Testing

/// The page of a run: what it says, that it is the same twice, that nothing of the data acts in it, and how it looks in a
/// real browser.
@Suite struct ReportRunTests {
  /// A pipeline over `readings.csv`, a column a series, that ends in a report.
  func workspace(
    _ csv: String, source: String = "time: month", method: String = "use: theta\n    with: {levels: [0.8, 0.95]}",
    window: String = "{lookback: 24, horizon: 6}", evaluate: String? = "{folds: 3, season: 12}", run: String = "",
    report: String = "path: out/report.html"
  ) throws -> Workspace {
    let workspace = try Workspace()
    try workspace.write(csv, to: "readings.csv")
    try workspace.write(
      """
      version: 1
      name: sales
      run: {\(run)}
      stages:
        - use: csv
          with: {path: readings.csv, \(source)}
        - use: window
          with: \(window)
        - \(method)
      \(evaluate.map { "  - use: evaluate\n    with: \($0)" } ?? "")
        - use: write
          with: {path: out/forecast.csv}
        - use: report
          with: {\(report)}
      """, to: "sales.yaml")
    return workspace
  }

  static func months(_ names: [String] = ["sales"], count: Int = 96) -> String {
    func quoted(_ name: String) -> String { "\"\(name.replacingOccurrences(of: "\"", with: "\"\""))\"" }
    let rows = (0..<count).map { month in
      let season = [3, 1, -2, -4, -3, 0, 2, 4, 5, 2, -3, -5][month % 12]
      let values = names.indices.map { "\(100 + month + season * 3 + ($0 * 7 + month * month) % 11)" }
      return "\(2010 + month / 12)-\(month % 12 < 9 ? "0" : "")\(month % 12 + 1)," + values.joined(separator: ",")
    }
    return (["month," + names.map(quoted).joined(separator: ",")] + rows).joined(separator: "\n") + "\n"
  }

  @Test func thePageAnswersInSentences() throws {
    let workspace = try workspace(Self.months(), report: "path: out/report.html, unit: pieces")
    let outcome = try workspace.almanac("run", "sales.yaml", "--quiet")
    #expect(outcome.code == 0 && outcome.errors == "", "\(outcome.errors)")
    let page = try workspace.read("out/report.html")
    for text in [
      "<html lang=\"en\">", "<h1>Sales, 6 months ahead</h1>", "The next 6 months of “sales”, from 2018-01 to 2018-06.",
      "Better than what costs nothing.", "than those of repeating the last season (MASE ", "over 3 origins.",
      "lay within its 80 % interval", "In the backtest the model was off by ", " pieces on average.",
      "The season is 12 steps", "Nothing that would need a word.", "<dt>Seed</dt><dd>1</dd>", "use: theta",
      "content=\"default-src 'none'; style-src 'sha256-", "<td>2018-06</td>",
    ] { #expect(page.contains(text), "\(text)") }
    #expect(page.contains("stroke='var(--forecast)'") && !page.contains("gnuplot_plot_1</title>"))
    // The file that it offers holds the numbers that are published.
    let last = try workspace.read("out/forecast.csv").split(separator: "\n").last?.split(separator: ",").map(
      String.init)
    #expect(page.contains(try #require(last)[3]))
  }

  @Test func theSameRunGivesTheSamePage() throws {
    let workspace = try workspace(Self.months())
    _ = try workspace.almanac("run", "sales.yaml", "--quiet")
    let first = try workspace.bytes("out/report.html")
    #expect(try workspace.almanac("run", "sales.yaml", "--quiet", "--force", "--threads", "1").code == 0)
    #expect(try workspace.bytes("out/report.html") == first)
  }

  @Test func runAndForecastWriteAPageWhenAsked() throws {
    let workspace = try Workspace()
    try workspace.sales()
    #expect(try workspace.almanac("run", "sales.yaml", "--quiet", "--report", "it's a {page}.html").code == 0)
    #expect(try workspace.read("it's a {page}.html").contains("<h1>Sales, 6 months ahead</h1>"))
    let wrong = try workspace.almanac("run", "sales.yaml", "--quiet", "--report", "page.pdf")
    #expect(wrong.code == 78 && wrong.errors.contains("wants a page such as reports/page.html"), "\(wrong.errors)")
    #expect(try workspace.almanac("run", "sales.yaml", "--output", "-", "--report", "a.html").code == 64)

    let forecast = try workspace.almanac("forecast", "sales.csv", "--budget", "1s", "--report", "two.html", "--quiet")
    #expect(forecast.code == 0, "\(forecast.errors)")
    let page = try workspace.read("two.html")
    #expect(page.contains("sales.csv: 1 series, 120 steps every 1mo."))
    // On a busy machine there is no time to find anything that beats a baseline.
    #expect(page.contains("What the model is made of") || page.contains("stands in for the model"))
    #expect(workspace.files().filter { $0.hasSuffix(".csv") } == ["out/sales.csv", "sales.csv"])
  }

  @Test func aRunWithoutJudgesSaysSo() throws {
    let workspace = try workspace(Self.months(), method: "use: theta", evaluate: nil)
    #expect(try workspace.almanac("run", "sales.yaml", "--quiet").code == 0)
    let page = try workspace.read("out/report.html")
    #expect(page.contains("Nobody knows yet how good it is.") && page.contains("It comes without intervals"))
    #expect(!page.contains("id=\"scores\""))
  }

  @Test func withoutGnuplotThePageIsThereAndSaysSo() throws {
    let workspace = try workspace(Self.months())
    let outcome = try workspace.almanac("run", "sales.yaml", "--quiet", environment: ["PATH": "/nowhere"])
    #expect(outcome.code == 0)
    #expect(
      outcome.errors.contains("the report out/report.html has no charts: gnuplot was not found in PATH (/nowhere)"))
    #expect(try workspace.read("out/report.html").contains("There are no charts: gnuplot was not found in PATH"))
    #expect(workspace.exists("out/forecast.csv"))
  }

  @Test func aGnuplotThatHangsOrFailsStopsNothing() throws {
    for (body, words) in [
      ("exec sleep 300", "gnuplot did not finish"), ("echo 'line 1: no fonts' >&2; exit 2", "no fonts"),
    ] {
      let workspace = try workspace(Self.months(), run: "timeout: 4s")
      try workspace.write("#!/bin/sh\n\(body)\n", to: "bin/gnuplot")
      let made = try Workspace.run(
        URL(fileURLWithPath: "/bin/chmod"), ["755", workspace.path("bin/gnuplot")], in: workspace.folder)
      try #require(made.code == 0)
      let outcome = try workspace.almanac(
        "run", "sales.yaml", "--quiet", environment: ["PATH": "\(workspace.path("bin")):/usr/bin:/bin"])
      #expect(outcome.code == 0 && outcome.errors.contains(words), "\(outcome.errors)")
      #expect(try workspace.read("out/report.html").contains("There are no charts: "))
    }
  }

  /// Names that would act, were they taken for something else than text.
  static let hostileNames: [String] = [
    "<script>alert(1)</script>", "</script><script>alert(2)</script>", "<img src=x onerror=alert(3)>",
    "\"><b id=hostile>",
    "'><b id=hostile>", "\"\u{301}onfocus=alert(4) autofocus x=\"", "<\u{338}b id=hostile>", "<b id=hostile>",
    "&lt;b&gt;",
    "{{name}}", "{{{style}}}", "{{#charts}}", "{{> report}}", "{{% CONTENT_TYPE:TEXT}}", "]]>", "<!--", "-->", "--!>",
    "<![CDATA[", "<?xml version='1.0'?>", "</title><b id=hostile>", "</style><b id=hostile>", "</svg><b id=hostile>",
    "javascript:alert(5)", "<a href=javascript:alert(6)>x</a>", "<svg onload=alert(7)>", "<iframe srcdoc='<b>'>",
    "`touch PROOF`", "$(touch PROOF)", "'.system('touch PROOF').'", "\".system('touch PROOF').\"",
    "'; system 'touch PROOF'",
    "'\\''", "\\", "\\\\", "a\\nb", "@macro", "@", "%", "%s%n%d", "50 %", "{/Bold x}", "~a{b}", "x_1^2", "^", "_", "{",
    "}",
    "$history1", "END", "$x << END", "e", "# comment", "=HYPERLINK(1)", "+1", "-1", "\u{202E}desrever", "ﷺ", "👩‍👩‍👧‍👦",
    "温度", "e\u{301}\u{301}\u{301}", "\u{200B}", "'", "\"", "''", "\"\"", "`", "a,b", "a;b", "NaN", "null", "__proto__",
    "constructor", "rgb(  0, 114, 178)", "#0072b2", "var(--ink)", "id='gpDot'", "set output 'PROOF'",
  ]

  @Test func namesOfAnyKindAreTextAndNothingElse() throws {
    let names = Self.hostileNames
    #expect(Set(names).count >= 60)
    let workspace = try workspace(
      Self.months(names, count: 40), method: "use: naive\n    with: {levels: [0.8]}",
      evaluate: "{folds: 2, season: 12}",
      report: "path: out/report.html, max_series: 60, title: \"<b id=hostile>{{name}}\", unit: \"<i>'`@%\"")
    let pipeline = try workspace.read("sales.yaml") + "\n  - use: plot\n    with: {path: out/all.gp, max_series: 24}\n"
    try workspace.write(pipeline, to: "sales.yaml")
    let outcome = try workspace.almanac("run", "sales.yaml", "--quiet")
    #expect(outcome.code == 0 && !outcome.errors.contains("charts"), "\(outcome.errors)")
    #expect(!workspace.files().contains { $0.hasSuffix("PROOF") })
    let page = try workspace.read("out/report.html")
    #expect(page.components(separatedBy: "<script").count - 1 == page.components(separatedBy: "</script>").count - 1)
    // One for the numbers of each chart, one for those of the table, and the one that runs.
    let figures = page.components(separatedBy: "<figure").count - 1
    #expect(figures >= 60 && page.components(separatedBy: "<script").count - 1 == figures + 2)
    for markup in [
      "<b id=hostile", "<img", "<a href=javascript", "<iframe", "<svg onload", "onfocus=alert(4) autofocus x=\"",
    ] {
      #expect(!page.contains(markup), "\(markup)")
    }
    #expect(page.contains("&quot;\u{301}onfocus=alert(4)"))
    #expect(XMLParser(data: try workspace.bytes("out/all.svg")).parse())
    if Self.hasBrowser { try look(at: [workspace.path("out/report.html")]) }
  }

  @Test func aThousandSeriesFitIntoFiveMegabytes() throws {
    let names = (1...1000).map { "store \($0)" }
    let workspace = try workspace(
      Self.months(names, count: 40), method: "use: naive\n    with: {levels: [0.8]}", evaluate: "{folds: 2, season: 12}"
    )
    #expect(try workspace.almanac("run", "sales.yaml", "--quiet").code == 0)
    let page = try workspace.read("out/report.html")
    #expect(page.utf8.count < 5_000_000, "\(page.utf8.count)")
    #expect(page.contains("Of 1000 series charts show 2 best, 2 typical, 2 worst by MASE."))
  }

  @Test func twentySeriesAndAThousandOriginsFitIntoOne() throws {
    let names = (1...20).map { "store \($0)" }
    let workspace = try workspace(
      Self.months(names, count: 1100), method: "use: naive\n    with: {levels: [0.8]}",
      evaluate: "{folds: 1000, stride: 1, refit: 0, season: 12}", report: "path: out/report.html, max_series: 20")
    #expect(try workspace.almanac("run", "sales.yaml", "--quiet").code == 0)
    let size = try workspace.bytes("out/report.html").count
    #expect(size < 1_000_000, "\(size)")
  }

  // MARK: in a browser

  static var hasBrowser: Bool {
    let found = try? Workspace.run(
      URL(fileURLWithPath: "/usr/bin/env"), ["sh", "-c", "command -v chromium"], in: Workspace.repository)
    return found?.code == 0 && Workspace.hasPython(with: "playwright")
  }

  func look(at pages: [String], _ options: String...) throws {
    let script = Workspace.repository.appending(path: "Scripts/check-report").path
    let outcome = try Workspace.run(
      URL(fileURLWithPath: "/usr/bin/env"), ["python3", script] + options + pages, in: Workspace.repository)
    #expect(outcome.code == 0, "\(outcome.errors)")
  }

  @Test(.enabled(if: Self.hasBrowser, "needs chromium and python3 with playwright"))
  func pagesWorkInABrowser() throws {
    let repository = Workspace.repository
    let workspace = try Workspace()
    var pages: [String] = []
    try FileManager.default.createDirectory(atPath: workspace.path("docs"), withIntermediateDirectories: true)
    for folder in ["pipelines", "sample-data", "docs/gallery"] {
      try workspace.bring(repository.appending(path: folder), as: folder)
    }
    let short = ["--set", "evaluate.folds=2"]
    for (file, options) in [
      ("pipelines/mauna-loa", ["--set", "model.epochs=4", "--set", "evaluate.require={}"]),
      ("pipelines/sunspots", ["--set", "model.epochs=4", "--set", "evaluate.require={}"]),
      ("pipelines/crude-oil", ["--set", "model.epochs=4", "--set", "evaluate.require={}"]),
      ("docs/gallery/co2", []), ("docs/gallery/oil", []), ("docs/gallery/sunspots", ["--set", "gru.epochs=4"]),
    ] {
      let page = "\(file.replacingOccurrences(of: "/", with: "-")).html"
      let outcome = try Workspace.run(
        Workspace.binary, ["run", "\(file).yaml", "--quiet", "--report", page] + short + options, in: workspace.folder)
      #expect(outcome.code == 0, "\(outcome.errors)")
      pages.append(workspace.path(page))
    }
    try look(at: pages)
    let bare = try self.workspace(Self.months())
    #expect(try bare.almanac("run", "sales.yaml", "--quiet", environment: ["PATH": "/nowhere"]).code == 0)
    try look(at: [bare.path("out/report.html")], "--no-charts")
    let many = try self.workspace(Self.months((1...30).map { "store \($0)" }))
    #expect(try many.almanac("run", "sales.yaml", "--quiet").code == 0)
    try look(at: [many.path("out/report.html")])
  }
}
