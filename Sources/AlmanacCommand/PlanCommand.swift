import ArgumentParser
import Foundation
import Pipelines

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Shows what `run` would do: the input, every stage with its fields, the fits, and the memory they take.",
    discussion: "The input is read and the transforms are fitted; nothing is trained and nothing is written. Durations "
      + "appear as the steps that they come to. A plugin is started only with --plugins: one that reads or prepares the "
      + "readings must be, any other is described as a run has found it. Exit codes as for `run`.\n\n"
      + examples("almanac plan sales.yaml", "almanac plan sales.yaml --set lstm.hidden=128"))

  @Argument(help: "The pipeline file.", completion: .file(extensions: ["yaml", "yml"]))
  var file: String

  @OptionGroup var options: PipelineOptions

  @OptionGroup var plugins: PluginOptions

  func run() throws {
    try reportingFailures {
      let interruption = Signals.interruption()
      let pipeline = try plugins.load(file, options, plugins.host(interruption))
      let context = Surroundings.context(of: pipeline, interruption)
      let plan = try pipeline.hiding { try PipelinePlan(pipeline, context: context, coder: pipeline.coder) }
      Console.line(plan.text)
      if let refusal = Surroundings.memory.flatMap(plan.refusal) {
        Console.error("almanac: warning: a run would be refused here: \(refusal)")
      }
    }
  }
}
