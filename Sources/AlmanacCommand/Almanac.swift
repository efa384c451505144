import ArgumentParser
import Forecasting
import Pipelines
import Stages

/// The command line. A package with stages of its own starts it as
/// `Almanac.main(stages: Stages.builtIn + [MyStage.self])`.
public enum Almanac {
  /// The stages that pipeline files may name, while a command runs.
  @TaskLocal static var registry = StageRegistry(Stages.builtIn)

  /// The parts that a saved model may hold, while a command runs.
  @TaskLocal static var savedKinds = SavedKinds.pipelines

  /// Runs the command that the process was started with, and ends the process with its exit code.
  ///
  /// - Parameters:
  ///   - stages: what pipeline files may name.
  ///   - kinds: what stages beside the built-in ones fit, where it can be saved; a model with anything else is trained in
  ///     each run.
  public static func main(stages: [any Stage.Type] = Stages.builtIn, saving kinds: [any SavedPart.Type] = []) {
    $savedKinds.withValue(.pipelines.adding(kinds)) {
      $registry.withValue(StageRegistry(stages)) { RootCommand.main() }
    }
  }
}

struct RootCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "almanac",
    abstract: "Forecasts time series with recurrent networks, from a CSV file to a published chart.",
    discussion: "A pipeline file says where the readings are, how to prepare them, which network forecasts them, how "
      + "the forecast is judged and what is published. `almanac run` carries it out.",
    version: almanacVersion,
    subcommands: [
      RunCommand.self, InitCommand.self, ValidateCommand.self, PlanCommand.self, ShowCommand.self, TestCommand.self,
      StagesCommand.self, SchemaCommand.self, ModelCommand.self, PluginCommands.self,
    ])
}
