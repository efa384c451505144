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

  @OptionGroup var publishing: PublishingOptions

  @OptionGroup var logging: LogOptions

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
    var session = publishing.session(pipeline ?? origin.file, options, logging)
    session.gathered = shards
    try session.run()
  }
}
