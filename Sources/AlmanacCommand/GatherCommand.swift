import ArgumentParser
import Files
import Pipelines

struct GatherCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gather",
    abstract: "Puts the shards of a run together and publishes what the one run would.",
    discussion: "It reads the pipeline and its input again, looks whether they are what the shards have read, and puts "
      + "their forecasts and scores into the order of the one run: the same files, history entry, metrics and exit code "
      + "(see `almanac run --help`), to the byte. Shards that are missing, there twice, or of another input, pipeline or "
      + "version are refused. Gathering twice does no harm.\n\n"
      + examples("almanac gather parts", "almanac gather node-1/parts node-2/parts --force"))

  @Argument(help: "The folders of the shards, as `almanac run --into` named them.", completion: .directory)
  var folders: [String]

  @Option(
    help: ArgumentHelp("The pipeline file, where it is not where the shards have found it.", valueName: "file"),
    completion: .file(extensions: ["yaml", "yml"]))
  var pipeline: String?

  @OptionGroup var source: InputOption

  @Option(
    help: ArgumentHelp("Write a page about the run as well, as a report stage does: one HTML file.", valueName: "file"),
    completion: .file(extensions: ["html"]))
  var report: String?

  @OptionGroup var closing: ChartOption

  @OptionGroup var resources: ResourceOptions

  @Flag(help: "Publish even where nothing changed since the last run.")
  var force = false

  @Option(help: ArgumentHelp("The present moment for checks, such as 2026-05-01T06:30Z.", valueName: "time"))
  var now: String?

  @OptionGroup var logging: LogOptions

  func validate() throws {
    if let now, Clock(now) == nil {
      throw ValidationError("--now wants a time such as 2026-05-01T06:30Z, not \"\(now)\"")
    }
  }

  func run() throws {
    let shards = try reportingFailures { () throws(Failure) in try ShardSet(in: folders.map { FilePath($0) }) }
    let origin = shards.origin
    if origin.input == "-", source.input == nil {
      try reportingFailures {
        throw Failure(
          .noInput, "the shards have read standard input; give the same again by --input FILE, or --input - from a pipe"
        )
      }
    }
    var options = try PipelineOptions(of: origin)
    if let input = source.input ?? origin.input { options.replaceInput(with: input) }
    if let report { options.addReport(at: report) }
    var session = RunSession(
      file: pipeline ?? origin.file, options: options, resources: resources, logging: logging)
    (session.force, session.gathered) = (force, shards)
    session.present = now.flatMap { Clock($0) }
    session.showsChart = !closing.noChart
    try session.run()
  }
}
