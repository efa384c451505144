import Charts
import Files
import PipelineFile
import Pipelines

/// Draws the forecast.
struct PlotStage: SinkStage {
  static let name = "plot"
  static let summary = "Draws the forecast beside its history as a gnuplot script, and renders it."
  static let example = "{path: plots/co2.gp, render: [svg, png], unit: parts per million}"

  @Field("The gnuplot script; the pictures stand beside it under the same name.") var path: FilePath
  @Field("The pictures that are made of it.") var render: [PictureFormat] = [.svg, .png]
  @Field("What stands above the chart; without it the pipeline's description, or its name.") var title: String?
  @Field("What the values are, beside the vertical axis.") var unit: String?
  @Field("Steps of history that are drawn; without it about six horizons.", bounds: .steps(1))
  var history: StepSpan?
  @Field("Series that are drawn at the most.", bounds: .between(1, 24)) var maxSeries = 6

  init() {}

  var outputs: [FilePath] { [path] + render.map(picture) }

  func check() throws(FieldFault) {
    if !path.text.hasSuffix(".gp"), !path.text.hasSuffix(".gnuplot"), !path.text.hasSuffix(".plt") {
      throw FieldFault("path", "wants a gnuplot script such as plots/\(name).gp, not \"\(path.text)\"")
    }
  }

  func prepare(_ context: StageContext) throws {
    if !render.isEmpty { _ = try asFailure { () throws(ChartError) in try gnuplot(context) } }
  }

  func publish(_ forecast: PublishedForecast, to files: any OutputFiles, _ context: StageContext) throws {
    var chart = ForecastChart(forecast, title: title, unit: unit)
    chart.historySteps = history?.steps
    chart.maximumPanels = maxSeries
    let script = try files.stage(path)
    let folder = FilePath(script).parent.text
    for format in render { _ = try files.stage(picture(format)) }
    let time = ProgramTime(usual: .seconds(60), until: context.deadline)
    try asFailure(in: time) { () throws(ChartError) in
      try chart.script.write(to: script, pictures: stem)
      guard !render.isEmpty else { return }
      _ = try gnuplot(context).render(
        script, pictures: stem, into: folder, formats: render,
        within: (time.duration / .milliseconds(100)).rounded(.up) / 10,
        interruption: context.interruption)
    }
  }

  private func gnuplot(_ context: StageContext) throws(ChartError) -> Gnuplot {
    try Gnuplot(searching: context.searchPath, environment: context.environment)
  }

  private var name: String { path.name }

  /// The script's name without its ending.
  private var stem: String { path.stem }

  private func picture(_ format: PictureFormat) -> FilePath {
    FilePath(path.text.dropLast(name.count) + stem + "." + format.rawValue)
  }

  private func asFailure<Result>(
    in time: ProgramTime? = nil, _ work: () throws(ChartError) -> Result
  ) throws(Failure) -> Result {
    do { return try work() } catch {
      switch error {
      case .unwritable: throw Failure(.cannotWrite, "\(error)")
      case .gnuplotTimedOut where time?.endsWithRun == true:
        throw Failure(.outOfTime, "\(error), for the time of the run is over; raise run.timeout")
      default: throw Failure(.failed, "\(error)")
      }
    }
  }
}

extension PictureFormat: FieldChoice {}
