import ArgumentParser
import Foundation
import PipelineFile
import Pipelines

struct ShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Prints the effective pipeline file: --set and variables worked in, secrets hidden.",
    discussion:
      "The output is a pipeline file itself and runs alike, where it stands in the same folder. What comes from the "
      + "environment keeps its ${NAME}; a secret that is written in the file reads \"hidden\", and so does every field of a "
      + "plugin that neither --plugins nor a run has asked what it is.\n\n"
      + examples("almanac show sales.yaml", "almanac show sales.yaml --defaults"))

  @Argument(help: "The pipeline file.", completion: .file(extensions: ["yaml", "yml"]))
  var file: String

  @OptionGroup var options: PipelineOptions

  @OptionGroup var plugins: PluginOptions

  @Flag(help: "Write out the defaults of the fields that the file leaves out.")
  var defaults = false

  func run() throws {
    try reportingFailures {
      let pipeline = try plugins.load(file, options, plugins.host())
      Console.text(EffectiveFile(pipeline.file, showsDefaults: defaults).yaml)
    }
  }
}
