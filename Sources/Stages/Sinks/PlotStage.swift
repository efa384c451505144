import Charts
import Files
import PipelineFile
import Pipelines
import Reports

/// Draws the forecast, or what is behind it.
struct PlotStage: SinkStage {
  static let name = "plot"
  static let summary =
    "Draws the forecast beside its history, or what is behind it, as a gnuplot script, and renders it."
  static let example = "{path: plots/co2.gp, render: [svg, png], unit: parts per million}"

  @Field("The gnuplot script; the pictures stand beside it under the same name.") var path: FilePath
  @Field(
    "What is drawn: the forecast; residuals, calibration, errors or anomalies of the backtest; members of a combination; "
      + "decomposition into trend, seasons and rest; training, gates or attention of a network; or the importance of "
      + "covariates.")
  var chart = ChartKind.forecast
  @Field("The pictures that are made of it.") var render: [PictureFormat] = [.svg, .png]
  @Field("What stands above the chart; without it the pipeline's description, or its name.") var title: String?
  @Field("What the values are, beside the vertical axis.") var unit: String?
  @Field("The colours that it is drawn in; the script knows both.") var theme = Theme.light
  @Field(
    "Steps of history that are drawn; without it about six horizons, and all of them for a decomposition.",
    bounds: .steps(1))
  var history: StepSpan?
  @Field(
    "Series that are drawn at the most; of more those that were forecast best, as usual and worst.",
    bounds: .between(1, 24)) var maxSeries = 6
  @Field(
    "The series that are drawn, by name; without it those that tell most: of residuals, decomposition, gates and attention one "
      + "alone, a typical one.")
  var series: [String] = []

  init() {}

  private var file: ChartFile { ChartFile(path: path, render: render, theme: theme) }

  var outputs: [FilePath] { file.outputs }

  var readsFolds: Bool { chart.readsFolds }

  func check() throws(FieldFault) {
    if let fault = file.fault { throw FieldFault("path", fault) }
    if let fault = chart.fault(named: series.count) { throw FieldFault("series", "names too many: \(fault)") }
  }

  func check(beside rest: StageSurroundings) throws(FieldFault) {
    if [.residuals, .calibration, .errors, .anomalies].contains(chart), rest.backtest == nil {
      throw FieldFault(
        "chart", "of \(chart.rawValue) asks for an evaluate stage before it; nothing is judged without one")
    }
    if [.calibration, .anomalies].contains(chart), rest.levels?.isEmpty == true {
      throw FieldFault("chart", "of \(chart.rawValue) wants a forecaster with `levels`, such as [0.8, 0.95]")
    }
  }

  func publish(_ forecast: PublishedForecast, to files: any OutputFiles, _ context: StageContext) throws {
    let shown = ShownSeries(series, most: maxSeries)
    let drawn = try chart.chart(of: forecast, title: title, unit: unit, series: shown, history: history?.steps)
    if let remark = try file.write(drawn, to: files, context) { context.warn(remark) }
  }
}

extension PictureFormat: FieldChoice {}
extension Theme: FieldChoice {}
extension ChartKind: FieldChoice {}
