import Charts
import Files
import PipelineFile
import Pipelines
import Reports

/// Tells of the run on one page.
struct ReportStage: SinkStage {
  static let name = "report"
  static let summary = "Writes one HTML page that answers whether the forecast can be trusted, with charts and tables."
  static let example = "{path: reports/co2.html, unit: parts per million}"

  @Field("The page: one file that loads nothing and can be sent to anybody.") var path: FilePath
  @Field("What stands above the page; without it the pipeline's description, or its name.") var title: String?
  @Field("What the values are, beside the vertical axes and behind amounts.") var unit: String?
  @Field("Steps of history that charts show; without it about six horizons.", bounds: .steps(1))
  var history: StepSpan?
  @Field(
    "Series with a chart of their own at the most; of more those that were forecast best, as usual and worst.",
    bounds: .between(1, 60)) var maxSeries = 6

  init() {}

  var outputs: [FilePath] { [path] }

  func check() throws(FieldFault) {
    if ![".html", ".htm"].contains(where: { path.text.lowercased().hasSuffix($0) }) {
      throw FieldFault("path", "wants a page such as reports/\(path.stem).html, not \"\(path.text)\"")
    }
  }

  func publish(_ forecast: PublishedForecast, to files: any OutputFiles, _ context: StageContext) throws {
    var report = Report(forecast)
    (report.title, report.unit, report.maximumCharts) = (title, unit, maxSeries)
    report.historySteps = history?.steps
    let time = ProgramTime(usual: .seconds(60), until: context.deadline)
    let page = try report.html { scripts throws(ChartError) in
      let gnuplot = try Gnuplot(searching: context.searchPath, environment: context.environment)
      return try gnuplot.pictures(
        of: scripts, within: (time.duration / .milliseconds(100)).rounded(.up) / 10, interruption: context.interruption)
    }
    if let fault = page.fault { context.warn("the report \(path.text) has no charts: \(fault)") }
    try files.write(page.bytes, to: path)
  }
}
