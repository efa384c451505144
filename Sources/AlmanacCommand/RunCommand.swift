import ArgumentParser
import Foundation
import Pipelines

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Carries out a pipeline: reads, judges, forecasts and publishes.",
    discussion: "The forecast files appear when all of them are whole; until then, and whenever the run fails, the "
      + "ones before stay. Exit codes: 0 published, 1 failed, 4 worse than the pipeline allows, 5 the input is too old, "
      + "11 another run is at work, 64 wrong usage, 65 bad data, 66 no input, 73 an output cannot be written, 78 bad "
      + "pipeline file.")

  @Argument(help: "The pipeline file.", completion: .file(extensions: ["yaml", "yml"]))
  var file: String

  @OptionGroup var options: PipelineOptions

  @Option(
    help: ArgumentHelp("Read this file in place of the source's; - is standard input.", valueName: "path"),
    completion: .file())
  var input: String?

  @Option(
    help: ArgumentHelp(
      "With -, write the forecast as CSV to standard output and publish nothing: no files, no history, no metrics, no "
        + "pings.", valueName: "-"))
  var output: String?

  @Option(help: "Threads that train; the forecast does not depend on their number. All processors by default.")
  var threads: Int?

  @Option(help: ArgumentHelp("The present moment for checks, such as 2026-05-01T06:30Z.", valueName: "time"))
  var now: String?

  @OptionGroup var logging: LogOptions

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads wants at least 1, not \(threads)") }
    if let output, output != "-" {
      throw ValidationError("--output takes - alone; files are named by the pipeline's write stages")
    }
    if let now, Clock(now) == nil {
      throw ValidationError("--now wants a time such as 2026-05-01T06:30Z, not \"\(now)\"")
    }
  }

  func run() throws {
    let id = RunIdentifier.new()
    let report = RunReport(logging, run: id, isWatched: Console.isWatched)
    do { try run(id: id, report) } catch {
      throw report.fail(error) ?? error
    }
  }

  private func run(id: String, _ report: RunReport) throws {
    var options = options
    if let input { options.replaceInput(with: input) }
    var pipeline = try options.load(file)
    pipeline.isStreaming = output != nil
    report.tell(pipeline.warnings)
    // Of many filters at once, each over a part of the series, none speaks for the pipeline.
    let attendance = pipeline.isStreaming ? nil : attendance(of: pipeline, id: id, report)
    do {
      let state = pipeline.stateFolder
      let lock = pipeline.isStreaming ? nil : try RunLock.take(state, policy: pipeline.run.ifLocked)
      if lock == nil, !pipeline.isStreaming {
        return report.skip("another run holds the lock of \(state.path); this one is skipped")
      }
      defer { withExtendedLifetime(lock) {} }
      attendance?.begin()
      let (result, published) = try runner(of: pipeline, id: id, attendance, report).run()
      if pipeline.isStreaming, let reason = Console.output(ForecastFile(result).csv()) {
        throw Failure(.cannotWrite, "the forecast cannot be written to standard output: \(reason)")
      }
      report.end(with: result, published: published, isStreaming: pipeline.isStreaming)
      attendance?.succeed(result, published: published)
    } catch let failure as Failure {
      let code = report.fail(failure) ?? .failed
      attendance?.fail(code: Int(code.rawValue), message: failure.description)
      throw code
    }
  }

  private func runner(
    of pipeline: Pipeline, id: String, _ attendance: RunAttendance?, _ report: RunReport
  ) -> Runner {
    var runner = Runner(
      pipeline, threads: threads ?? ProcessInfo.processInfo.activeProcessorCount, searchPath: Surroundings.searchPath,
      id: id, clock: now.flatMap { Clock($0) } ?? .system
    ) { event in
      attendance?.note(event)
      report.tell(event)
    }
    runner.standardInput = {
      guard let bytes = Console.input() else { throw Failure(.noInput, "standard input cannot be read") }
      return bytes
    }
    return runner
  }

  private func attendance(of pipeline: Pipeline, id: String, _ report: RunReport) -> RunAttendance {
    let surroundings = RunAttendance.Surroundings(
      environment: Surroundings.environment, searchPath: Surroundings.searchPath,
      temporaryFolder: Surroundings.temporaryFolder, version: RootCommand.configuration.version)
    let attendance = RunAttendance(pipeline, id: id, surroundings: surroundings) { report.tell($0) }
    pipeline.plugins.whenInterrupted { attendance.interrupt(signal: $0) }
    return attendance
  }
}
