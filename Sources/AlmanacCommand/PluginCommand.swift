import ArgumentParser
import Files
import Foundation
import PipelineFile
import Pipelines
import Plugins
import TimeSeries

struct PluginCommands: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plugin", abstract: "Explains and checks programs that serve as stages.",
    discussion: "docs/plugins.md says what a plugin reads and prints.\n\n"
      + examples("almanac plugin check python3 despike.py", "almanac plugin describe ./despike.sh"),
    subcommands: [PluginCheckCommand.self, PluginDescribeCommand.self])
}

/// The plugin to look at.
struct PluginArguments: ParsableArguments {
  @Option(name: .customLong("env"), help: "A variable of the environment that the plugin sees; may be repeated.")
  var names = ["PATH"]

  @Option(help: "Seconds that one call may take.")
  var timeout = 10.0

  @Argument(
    parsing: .captureForPassthrough,
    help: "The program and its arguments, as under `command` in a pipeline file.")
  var command: [String] = []

  func validate() throws {
    // All that stands behind the command's own options is the plugin's, a question for help too.
    if let first = words.first, ["-h", "--help"].contains(first) { throw CleanExit.helpRequest() }
    if words.isEmpty { throw ValidationError("name the plugin's program, such as: python3 plugins/despike.py") }
    if !(timeout > 0 && timeout < 1e6) { throw ValidationError("--timeout wants a number of seconds above 0") }
  }

  private var words: [String] { command.first == "--" ? Array(command.dropFirst()) : command }

  /// The plugin, to be started by ``Surroundings/pluginHost(_:mayStart:)``.
  var plugin: PluginDeclaration {
    let environment = ProcessInfo.processInfo.environment
    return PluginDeclaration(
      name: words.last { !$0.hasPrefix("-") }.map { FilePath($0).name } ?? "plugin", words: words,
      timeout: TimeSpan(milliseconds: Int64(timeout * 1000)),
      environment: environment.filter { names.contains($0.key) },
      searchPath: environment["PATH"] ?? "")
  }
}

struct PluginDescribeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "describe", abstract: "Shows what a plugin says of itself, as `almanac stages NAME` does.",
    discussion: "Its options stand before the program; what stands behind belongs to the program. Exit codes: 0 shown, "
      + "1 it said nothing that can be used, 64 wrong usage.\n\n"
      + examples("almanac plugin describe python3 despike.py"))

  @OptionGroup var arguments: PluginArguments

  func run() throws {
    try reportingFailures {
      do { Console.line(StageHelp(try Surroundings.pluginHost().definition(of: arguments.plugin)).text) } catch {
        throw Failure(.failed, "\(error)")
      }
    }
  }
}

struct PluginCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Sends a plugin good and bad requests, and says what it does wrong.",
    discussion:
      "Prints a line a check and a closing count. Options stand before the program; what stands behind belongs "
      + "to the program. Exit codes: 0 all passed, 1 some failed, 64 wrong usage.\n\n"
      + examples(
        "almanac plugin check python3 despike.py",
        "almanac plugin check --with \"{window: 7}\" --timeout 60 python3 despike.py"))

  @Option(help: ArgumentHelp("The fields, in YAML; otherwise the plugin's own example.", valueName: "yaml"))
  var with: String?

  @OptionGroup var arguments: PluginArguments

  func run() throws {
    var checks = 0
    var failed = 0
    let suite = PluginConformance(arguments.plugin, host: Surroundings.pluginHost(), fields: with)
    suite.run { finding in
      checks += 1
      if finding.fault != nil { failed += 1 }
      Console.line("\(finding)".onOneLine)
    }
    Console.line("\(counted(checks, "check")), \(failed) failed")
    if failed > 0 { throw ExitCode.failed }
  }
}
