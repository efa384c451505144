import ArgumentParser
import Foundation
import Pipelines

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Shows what `run` would do: the input, every stage with its fields, the fits, and the memory they take.",
    discussion: "The input is read and the transforms are fitted; nothing is trained and nothing is written. Durations "
      + "appear as the steps that they come to. Exit codes as for `run`.")

  @Argument(help: "The pipeline file.", completion: .file(extensions: ["yaml", "yml"]))
  var file: String

  @OptionGroup var options: PipelineOptions

  func run() throws {
    try reportingFailures {
      let pipeline = try options.load(file)
      Console.line(
        try PipelinePlan(pipeline, context: Surroundings.context(of: pipeline), coder: pipeline.coder).text)
    }
  }
}
