import ArgumentParser
import Files
import Forecasting
import Foundation
import PipelineFile
import Pipelines
import Plugins
import Processes

/// What every command that takes a pipeline file accepts.
struct PipelineOptions: ParsableArguments {
  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Replace a value of the file: a field behind the name of its stage, or behind what the stage uses (window.horizon=24, "
        + "gru.levels=[0.8, 0.95]), or a key of the file (run.seed=2).",
      valueName: "path=value"),
    completion: .custom { words, _, _ in Completions.overrides(among: words) },
    transform: { text in
      guard let override = Override(text) else {
        throw ValidationError("\"\(text)\" is not path=value, such as window.horizon=24")
      }
      return override
    })
  var overrides: [Override] = []

  init() {}

  /// What replaced values of the file when a shard of it was run.
  init(of origin: ShardFile.Origin) throws { self = try .parse(origin.overrides.flatMap { ["--set", $0] }) }

  /// Reads files with what the command line replaces; plugins are asked what they are by the host.
  func reader(_ plugins: PluginHost, needsSink: Bool = true) -> PipelineReader {
    var files = FileReader(
      grammar: Almanac.grammar, environment: Surroundings.environment, overrides: overrides,
      resolve: { plugin throws(FieldFault) in try plugins.resolve(plugin) })
    files.needsSink = needsSink
    return PipelineReader(files, metrics: Almanac.metrics)
  }

  /// Has the source read another file, seen from the working folder, or standard input.
  mutating func replaceInput(with path: String) {
    let path = FilePath(path)
    let full = path.isStandardStream ? path : path.absolute
    // A source stands first, or the pipeline is refused.
    overrides += [Override("stages.0.with.path=\(full)")].compactMap { $0 }
  }

  /// Has the pipeline end with a report at a path that is seen from the working folder.
  mutating func addReport(at path: String) {
    let full = YAMLWriter.scalar(FilePath(path).absolute.text)
    overrides += [Override("stages.+={use: report, with: {path: \(full)}}")].compactMap { $0 }
  }

  /// The pipeline of a file.
  ///
  /// - Throws: `Failure` where the file cannot be opened, `PipelineFileError` where it cannot run.
  func load(_ file: String, _ plugins: PluginHost, needsSink: Bool = true) throws -> PipelineDeclaration {
    try reader(plugins, needsSink: needsSink).read(PipelineFiles.text(of: file), file: file)
  }
}

/// What a command that trains may take of the machine.
struct ResourceOptions: ParsableArguments {
  @Option(help: "Threads that train; what comes of it does not depend on their number. All processors by default.")
  var threads: Int?

  @Flag(help: "Train even where the memory that is left seems too small.")
  var ignoreMemory = false

  /// The threads that were asked for, or one a processor.
  var threadCount: Int { threads ?? ProcessInfo.processInfo.activeProcessorCount }

  /// The memory that a training may take; nil where nobody asks.
  var memory: @Sendable () -> MemoryBudget? {
    let isIgnored = ignoreMemory
    return { isIgnored ? nil : Surroundings.memory }
  }

  func validate() throws {
    guard let threads, !(1...1024).contains(threads) else { return }
    throw ValidationError("--threads wants 1 to 1024, not \(threads)")
  }
}

/// A file in place of the one that the pipeline reads.
struct InputOption: ParsableArguments {
  @Option(
    help: ArgumentHelp("Read this file in place of the source's; - is standard input.", valueName: "path"),
    completion: .file())
  var input: String?
}

/// What a command that only reads pipeline files does about their plugins.
struct PluginOptions: ParsableArguments {
  @Flag(help: "Start the plugins of the file and ask what they are; their answers are kept in the pipeline's state.")
  var plugins = false

  /// The host of the file's plugins.
  func host(_ interruption: Interruption = Signals.interruption()) -> PluginHost {
    Surroundings.pluginHost(interruption, mayStart: plugins)
  }

  /// The pipeline of a file; what is not known of its plugins is said on standard error.
  ///
  /// - Throws: as ``PipelineOptions/load(_:_:)``.
  func load(_ file: String, _ options: PipelineOptions, _ host: PluginHost) throws -> PipelineDeclaration {
    let pipeline = try options.load(file, host)
    for warning in pipeline.warnings where warning.subject.hasPrefix("plugins.") { Console.error("\(warning)") }
    keepDescriptions(of: host)
    return pipeline
  }

  /// Keeps what the plugins said for the next command.
  func keepDescriptions(of host: PluginHost) {
    do throws(Failure) { try host.keepDescriptions() } catch {
      Console.error("almanac: warning: what the plugins say of themselves is not kept: \(error)")
    }
  }
}

/// Runs the work of a command, and turns what a person can mend into words on standard error and an exit code.
func reportingFailures<Result>(_ work: () throws -> Result) throws -> Result {
  do {
    return try work()
  } catch let error as PipelineFileError {
    Console.error("\(error)")
    throw ExitCode.badPipeline
  } catch let failure as Failure {
    Console.error(failure.kind == .badPipeline ? failure.message : "almanac: error: \(failure)")
    throw ExitCode(failure.kind)
  }
}

extension ShardFile.Origin {
  /// A pipeline file as a command was given it.
  ///
  /// - Parameters:
  ///   - options: what replaces values of the file, but for the input.
  ///   - input: what is read in place of the source's.
  init(file: String, _ options: PipelineOptions, input: String?) {
    self.init(
      file: FilePath(file).absolute.text, overrides: options.overrides.map(\.text),
      input: input.map { FilePath($0).isStandardStream ? $0 : FilePath($0).absolute.text })
  }
}
