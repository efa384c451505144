import ArgumentParser
import Foundation
import Operation
import PipelineFile
import Pipelines
import Plugins
import Processes

struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Judges a pipeline by its backtest and prints the scores, without a fit for a forecast.",
    discussion: "The fits are those of the folds that `run` would make, always anew. No file is written, and nothing "
      + "goes to history, metrics, pings or the state; the file needs an evaluator and no sink. Exit codes: 0 judged, 3 "
      + "judged without some series, 4 worse than the pipeline allows, all others as for `run`.\n\n"
      + examples("almanac evaluate sales.yaml", "almanac evaluate sales.yaml --set evaluate.folds=6"))

  @Argument(help: "The pipeline file.", completion: .file(extensions: ["yaml", "yml"]))
  var file: String

  @OptionGroup var options: PipelineOptions

  @OptionGroup var source: InputOption

  @OptionGroup var resources: ResourceOptions

  @OptionGroup var logging: LogOptions

  func run() throws {
    let id = RunIdentifier.new()
    let report = RunReport(logging, run: id, isWatched: Console.isWatched)
    let interruption = Signals.interruption()
    do {
      let judgement = try judgement(id: id, interruption, report)
      report.end(with: judgement)
      if !judgement.failures.isEmpty { throw ExitCode.incomplete }
    } catch {
      // What a judgement meets that was told to end is only a consequence.
      if error is Failure, !interruption.settle() { Signals.waitForTheEnd() }
      throw report.fail(error) ?? error
    }
  }

  private func judgement(id: String, _ interruption: Interruption, _ report: RunReport) throws -> Judgement {
    var options = options
    if let input = source.input { options.replaceInput(with: input) }
    let plugins = Surroundings.pluginHost(interruption)
    var pipeline = try options.load(file, plugins, needsSink: false)
    pipeline.isStreaming = true
    report.hide(pipeline.file.hidden)
    report.report(pipeline.warnings)
    plugins.begin(run: id) { report.report(.program($0, $1)) }
    var context = Surroundings.context(of: pipeline, interruption)
    context.standardInput = Surroundings.standardInput
    var runner = Runner(
      pipeline, threads: resources.threadCount, context: context,
      events: { report.report($0) })
    runner.memory = resources.memory
    runner.deadline = pipeline.run.timeout.map { .now + .milliseconds($0.milliseconds) }
    plugins.end(calls: runner.deadline)
    let judgement = try runner.evaluate()
    if let shortfall = judgement.shortfall {
      report.end(with: judgement)
      throw Failure(.quality, stage: pipeline.parts.evaluator?.label, shortfall)
    }
    return judgement
  }
}
