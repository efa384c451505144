import ArgumentParser
import Files
import Pipelines
import TimeSeries

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Carries out a pipeline: reads, judges, forecasts and publishes.",
    discussion: "The forecast files appear when all of them are whole; until then, and whenever the run fails, the "
      + "ones before stay. A run whose input, pipeline and outputs are as the last one left them does nothing. What one "
      + "run leaves for the next stands in .almanac/NAME below the root, or where run.state says. Exit codes: 0 "
      + "published, or nothing to do, 1 failed, 3 published without some series, 4 worse than the pipeline allows, 5 the "
      + "input is too old, 11 another run is at work, 64 wrong usage, 65 bad data, 66 no input, 73 an output cannot be "
      + "written, 78 bad pipeline file.\n\n"
      + examples(
        "almanac run sales.yaml", "almanac run sales.yaml --set window.horizon=24 --force",
        "almanac run sales.yaml --input - --output - <sales.csv", "almanac run sales.yaml --shard 3/16 --into parts"))

  @Argument(help: "The pipeline file.", completion: .file(extensions: ["yaml", "yml"]))
  var file: String

  @OptionGroup var options: PipelineOptions

  @OptionGroup var source: InputOption

  @Option(
    help: ArgumentHelp(
      "With -, write the forecast as CSV to standard output and publish nothing: no files, no history, no metrics, no "
        + "pings.", valueName: "-"))
  var output: String?

  @OptionGroup var publishing: PublishingOptions

  @Flag(help: "Go on with the training of a run that was interrupted; the result is that of a run that was not.")
  var resume = false

  @Flag(help: "Judge and train, keep the model for runs and shards that use it, and forecast nothing.")
  var train = false

  @Option(
    help: ArgumentHelp(
      "Forecast the third of sixteen parts of the series, and publish nothing: what it came to is left in the folder of "
        + "--into, for `almanac gather`.", valueName: "3/16"),
    transform: SeriesShard.argument)
  var shard: SeriesShard?

  @Option(
    help: ArgumentHelp("With --shard, the folder for what the shards come to.", valueName: "folder"),
    completion: .directory)
  var into: String?

  @OptionGroup var logging: LogOptions

  func validate() throws {
    if (shard == nil) != (into == nil) {
      throw ValidationError(
        "--shard and --into go together: a part of the series, and the folder for what it comes to")
    }
    if shard != nil, output != nil || publishing.report != nil || publishing.now != nil || resume {
      throw ValidationError(
        "a shard publishes nothing and trains nothing: leave --output, --report, --now and --resume to `almanac gather`"
      )
    }
    if train, shard != nil || output != nil || publishing.report != nil {
      throw ValidationError("--train publishes nothing and forecasts nothing: leave --shard, --output and --report out")
    }
    if let output, output != "-" {
      throw ValidationError("--output takes - alone; files are named by the pipeline's write stages")
    }
    if output != nil, publishing.report != nil {
      throw ValidationError("--output - publishes nothing, and a report neither; leave one of them out")
    }
  }

  func run() throws {
    var options = options
    if let input = source.input { options.replaceInput(with: input) }
    var session = publishing.session(file, options, logging)
    (session.isStreaming, session.resume, session.trainsAlone) = (output != nil, resume, train)
    if let shard, let into {
      session.shard = (shard, FilePath(into), .init(file: file, self.options, input: source.input))
    }
    try session.run()
  }
}

extension SeriesShard {
  /// What the argument of --shard says.
  static func argument(_ text: String) throws -> SeriesShard {
    guard let shard = SeriesShard(text) else {
      throw ValidationError("wants a part and the number of parts such as 3/16, not \"\(text)\"")
    }
    return shard
  }
}
