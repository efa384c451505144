import ArgumentParser
import Charts
import Files
import Foundation
import Operation
import PipelineFile
import Pipelines
import Reports

struct PlotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plot",
    abstract: "Draws a chart of the last run of a pipeline, without fitting anything again.",
    discussion:
      "What the run has kept in its state (.almanac/NAME below the root, or where run.state says) and the readings are "
      + "enough. Charts: forecast; residuals, calibration, errors and anomalies of the backtest; members of a combination; "
      + "decomposition; training, gates and attention of a network; importance of covariates. Where the run kept the newest fold alone, residuals and anomalies are of that one: a plot "
      + "stage with such a `chart`, or `forecasts` of evaluate, has it keep all. Exit codes: 0 drawn, 1 failed, 64 wrong "
      + "usage, 65 bad data, 66 no finished run, 73 the chart cannot be written, 78 bad pipeline file.\n\n"
      + examples(
        "almanac plot sales.yaml", "almanac plot sales.yaml --chart residuals --render svg,png",
        "almanac plot sales.yaml --chart decomposition --series north",
        "almanac plot sales.yaml --chart members --theme dark --output members.gp"))

  @Argument(help: "The pipeline file.", completion: .file(extensions: ["yaml", "yml"]))
  var file: String

  @Option(
    help: ArgumentHelp(
      "What is drawn; \(ChartKind.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "kind"))
  var chart = "forecast"

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The gnuplot script; without it NAME-KIND.gp in the working folder.", valueName: "file"),
    completion: .file(extensions: ["gp"]))
  var output: String?

  @Option(
    help: ArgumentHelp("Pictures that are made of it: svg, png and pdf, with commas between them.", valueName: "kinds"))
  var render = "svg"

  @Option(help: ArgumentHelp("light or dark.", valueName: "theme"))
  var theme = "light"

  @Option(help: "What the values are, beside the vertical axis.")
  var unit: String?

  @Option(
    help: ArgumentHelp(
      "A series to draw, by name; may be given several times. Without it those that tell most.", valueName: "name"))
  var series: [String] = []

  @Option(help: "Series that are drawn at the most.")
  var maxSeries = 6

  @OptionGroup var options: PipelineOptions

  @OptionGroup var source: InputOption

  private var kind: ChartKind? { ChartKind(rawValue: chart) }
  private var formats: [PictureFormat?] { render.split(separator: ",").map { PictureFormat(rawValue: String($0)) } }

  func validate() throws {
    if kind == nil {
      throw ValidationError(
        "--chart wants \(ChartKind.allCases.map(\.rawValue).joined(separator: ", ")), not \"\(chart)\"")
    }
    if formats.contains(nil) { throw ValidationError("--render wants svg, png and pdf, not \"\(render)\"") }
    if Theme(rawValue: theme) == nil { throw ValidationError("--theme wants light or dark, not \"\(theme)\"") }
    if !(1...24).contains(maxSeries) { throw ValidationError("--max-series wants 1 to 24, not \(maxSeries)") }
    if let fault = kind?.fault(named: series.count) { throw ValidationError("--series: \(fault)") }
    if let output, let fault = ChartFile(path: FilePath(output), render: [], theme: .light).fault {
      throw ValidationError("--output \(fault)")
    }
  }

  func run() throws {
    try reportingFailures {
      guard let kind, let theme = Theme(rawValue: theme) else { return }
      var options = options
      if let input = source.input { options.replaceInput(with: input) }
      let interruption = Signals.interruption()
      let plugins = Surroundings.pluginHost(interruption)
      let pipeline = try options.load(file, plugins, needsSink: false)
      let folder = pipeline.stateFolder
      // What a run that was cut has left is brought to its end first, unless a run is at work on it.
      if folder.hasOwnPublication, let lock = try? RunLock(folder) {
        try folder.finishPublication { Console.error("almanac: warning: \($0)") }
        withExtendedLifetime(lock) {}
      }
      var context = Surroundings.context(of: pipeline, interruption)
      context.standardInput = Surroundings.standardInput
      let state = RunState(folder: folder, identity: nil, coder: pipeline.coder)
      let runner = Runner(pipeline, threads: 1, context: context, state: state) { event in
        if case .warning(let text) = event { Console.error("almanac: warning: \(text.onOneLine)") }
      }
      let published = try runner.redrawn()
      let path = FilePath(output ?? "\(pipeline.name)-\(chart).gp")
      let file = ChartFile(path: path, render: formats.compactMap { $0 }, theme: theme)
      let publication = Publication(root: RootFolder("."), owner: "plot \(pipeline.name)")
      let drawn = try kind.chart(of: published, unit: unit, series: ShownSeries(series, most: maxSeries))
      if let remark = try file.write(drawn, to: publication, context) { Console.error("almanac: warning: \(remark)") }
      for path in try publication.commit(settle: { interruption.settle() }) {
        Console.line("wrote \(path.text.onOneLine)")
      }
    }
  }
}
