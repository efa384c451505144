import ArgumentParser
import Pipelines

/// What the commands that publish accept.
struct PublishingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Write a page about the run as well, as a report stage does: one HTML file.", valueName: "file"),
    completion: .file(extensions: ["html"]))
  var report: String?

  @OptionGroup var closing: ChartOption

  @OptionGroup var resources: ResourceOptions

  @Flag(help: "Run even where nothing changed since the last run.")
  var force = false

  @Option(help: ArgumentHelp("The present moment for checks, such as 2026-05-01T06:30Z.", valueName: "time"))
  var now: String?

  func validate() throws {
    if let now, Clock(now) == nil {
      throw ValidationError("--now wants a time such as 2026-05-01T06:30Z, not \"\(now)\"")
    }
  }

  /// A run of a file as these options want it.
  func session(_ file: String, _ options: PipelineOptions, _ logging: LogOptions) -> RunSession {
    var options = options
    if let report { options.addReport(at: report) }
    var session = RunSession(file: file, options: options, resources: resources, logging: logging)
    (session.force, session.present, session.showsChart) = (force, now.flatMap { Clock($0) }, !closing.noChart)
    return session
  }
}
