import ArgumentParser
import Forecasting
import Foundation
import Operation
import PipelineFile
import Pipelines
import Plugins
import Processes
import Stages

/// The command line. A package with stages of its own starts it as
/// `Almanac.main(stages: Stages.builtIn + [MyStage.self])`.
public enum Almanac {
  /// What pipeline files may say, while a command runs.
  @TaskLocal static var grammar = FileGrammar.pipelines(registry(Stages.builtIn, .builtIn))

  /// The metrics that pipeline files may name, while a command runs.
  @TaskLocal static var metrics = MetricRegistry.builtIn

  /// The stages that pipeline files may name.
  static var registry: StageRegistry { grammar.stages }

  /// Reads saved models of any of the stages, plugins too.
  static var coder: ModelCoder { registry.modelCoder(metrics: metrics, adding: PluginHost.savedParts) }

  /// Runs the command that the process was started with, and ends the process with its exit code.
  ///
  /// - Parameters:
  ///   - stages: what pipeline files may name; what they fit is saved and read as the parts that they state.
  ///   - metrics: what backtests may measure.
  public static func main(stages: [any Stage.Type] = Stages.builtIn, metrics: MetricRegistry = .builtIn) {
    Console.prepare()
    // Where no thread can begin, everything after this would wait for one.
    if let reason = AvailableMemory.prepare() {
      Console.error("almanac: error: \(reason)")
      RootCommand.exit(withError: ExitCode.failed)
    }
    // Swift reads them there, and would say that there are none.
    if CommandLine.arguments.isEmpty {
      Console.error(
        "almanac: error: the arguments cannot be read, for there is no /proc; `mount -t proc proc /proc` as root makes one"
      )
      RootCommand.exit(withError: ExitCode(EX_UNAVAILABLE))
    }
    let order = WordOrder(
      words: Array(CommandLine.arguments.dropFirst()),
      commands: RootCommand.configuration.subcommands.map { $0.configuration.commandName ?? "" })
    if let remedy = order.remedy {
      Console.error("almanac: error: \(remedy.onOneLine)")
      RootCommand.exit(withError: ExitCode(EX_USAGE))
    }
    $metrics.withValue(metrics) {
      $grammar.withValue(.pipelines(registry(stages, metrics))) { RootCommand.main() }
    }
  }

  private static func registry(_ stages: [any Stage.Type], _ metrics: MetricRegistry) -> StageRegistry {
    StageRegistry(stages, scores: metrics.metrics.map(\.name))
  }
}

struct RootCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "almanac",
    abstract: "Forecasts time series with recurrent networks, from a CSV file to a published chart.",
    discussion: "Begin with `almanac forecast sales.csv`: it finds out what the file holds and forecasts it. "
      + "`almanac init sales.csv` writes a pipeline file for it: where the readings are, how to prepare them, what "
      + "forecasts them, how the forecast is judged and what is published; `almanac run FILE` carries it out.\n\n"
      + examples("almanac forecast sales.csv", "almanac init sales.csv -o sales.yaml", "almanac run sales.yaml"),
    subcommands: [
      ForecastCommand.self, RunCommand.self, GatherCommand.self, PlotCommand.self, InitCommand.self,
      EvaluateCommand.self,
      ValidateCommand.self,
      PlanCommand.self, ShowCommand.self, TestCommand.self, StagesCommand.self, SchemaCommand.self, ModelCommand.self,
      RunsCommand.self, ScheduleCommand.self, PluginCommands.self, DoctorCommand.self, CompletionsCommand.self,
    ])

  @Flag(help: "Show the version.")
  var version = false

  @Flag(help: "With --version, what this program was built from and which paths of the processor it takes.")
  var verbose = false

  func validate() throws {
    if verbose, !version { throw ValidationError("--verbose goes with --version; give both") }
  }

  /// Four lines that lead on, where no command is named.
  func run() {
    if verbose {
      let width = Version.details.map(\.name.count).max() ?? 0
      for (name, value) in Version.details { Console.line("\(name.padded(to: width))  \(value)") }
    } else if version {
      Console.line(almanacVersion)
    } else {
      Console.line(
        """
        almanac \(almanacVersion) forecasts time series.
          almanac forecast sales.csv   a forecast of a CSV file, judged, with a chart
          almanac init sales.csv       a pipeline file for it, which `almanac run` carries out every night
          almanac --help               all commands; `almanac doctor` looks whether something is missing
        """)
    }
  }
}
