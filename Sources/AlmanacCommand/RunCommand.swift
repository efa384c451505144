import ArgumentParser
import Foundation
import Operation
import PipelineFile
import Pipelines
import Plugins
import Processes
import Tabular

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
        "almanac run sales.yaml --input - --output - <sales.csv"))

  @Argument(help: "The pipeline file.", completion: .file(extensions: ["yaml", "yml"]))
  var file: String

  @OptionGroup var options: PipelineOptions

  @OptionGroup var source: InputOption

  @Option(
    help: ArgumentHelp(
      "With -, write the forecast as CSV to standard output and publish nothing: no files, no history, no metrics, no "
        + "pings.", valueName: "-"))
  var output: String?

  @Option(
    help: ArgumentHelp("Write a page about the run as well, as a report stage does: one HTML file.", valueName: "file"),
    completion: .file(extensions: ["html"]))
  var report: String?

  @OptionGroup var closing: ChartOption

  @OptionGroup var resources: ResourceOptions

  @Flag(help: "Run even where nothing changed since the last run.")
  var force = false

  @Flag(help: "Go on with the training of a run that was interrupted; the result is that of a run that was not.")
  var resume = false

  @Option(help: ArgumentHelp("The present moment for checks, such as 2026-05-01T06:30Z.", valueName: "time"))
  var now: String?

  @OptionGroup var logging: LogOptions

  func validate() throws {
    if let output, output != "-" {
      throw ValidationError("--output takes - alone; files are named by the pipeline's write stages")
    }
    if output != nil, report != nil {
      throw ValidationError("--output - publishes nothing, and a report neither; leave one of them out")
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
    if let input = source.input { options.replaceInput(with: input) }
    if let page = self.report { options.addReport(at: page) }
    let interruption = Signals.interruption()
    let plugins = Surroundings.pluginHost(interruption)
    var pipeline = try options.load(file, plugins)
    pipeline.isStreaming = output != nil
    report.hide(pipeline.file.hidden)
    report.report(pipeline.warnings)
    // Of many filters at once, each over a part of the series, none speaks for the pipeline.
    let attendance = pipeline.isStreaming ? nil : attendance(of: pipeline, id: id, interruption, report)
    let events: @Sendable (RunEvent) -> Void = { event in
      attendance?.note(event)
      report.report(event)
    }
    interruption.whenItComes { [file, pipeline] _ in
      report.interrupt(
        pipeline.isStreaming
          ? "the forecast is not whole"
          : "nothing new is published, and the files of before stay"
            + (pipeline.stateFolder.holdsCheckpoints
              ? "; `almanac run \(file) --resume` goes on with the training" : ""))
    }
    plugins.begin(run: id) { events(.program($0, $1)) }
    let runner = runner(of: pipeline, interruption, events)
    do {
      let isComplete =
        try pipeline.isStreaming
        ? filter(begun(runner, plugins), report) : publish(runner, plugins, attendance, report, interruption)
      if !isComplete { throw ExitCode.incomplete }
    } catch let failure as Failure {
      // What a run meets that was told to end is only a consequence.
      if !interruption.settle() { Signals.waitForTheEnd() }
      let code = report.fail(failure) ?? .failed
      attendance?.fail(code: Int(code.rawValue), message: failure.description)
      throw code
    }
  }

  /// Publishes, unless there is nothing to do; false where some series are missing or old.
  private func publish(
    _ runner: Runner, _ plugins: PluginHost, _ attendance: RunAttendance?, _ report: RunReport,
    _ interruption: Interruption
  ) throws -> Bool {
    let pipeline = runner.declaration
    let folder = pipeline.stateFolder
    guard let lock = try RunLock.take(folder, policy: pipeline.operation.ifLocked) else {
      if !interruption.settle() { Signals.waitForTheEnd() }
      report.skip("another run holds the lock of \(folder.path); this one is skipped")
      return true
    }
    defer { withExtendedLifetime(lock) {} }
    attendance?.begin()
    let warn = { (text: String) in
      attendance?.note(.warning(text))
      report.report(.warning(text))
    }
    try folder.finishPublication(warn: warn)
    do throws(Failure) { try plugins.keepDescriptions() } catch {
      warn("what the plugins say of themselves is not kept: \(error)")
    }
    let runner = begun(runner, plugins)
    let record = PublishedRecord(in: folder)
    if let record, record.isOfTheFuture {
      warn(
        "the last run says that it published at \(record.published.ISO8601Format()), which is later than now: the clock "
          + "was ahead then, or is behind now")
    }
    if !force, let identity = runner.state?.identity, let record,
      record.stillHolds(for: identity, of: pipeline)
    {
      try runner.checkInput()
      if !interruption.settle() { Signals.waitForTheEnd() }
      report.rest(
        "nothing to do: input, pipeline, program and outputs are as the run of \(record.published.ISO8601Format()) "
          + "left them; --force runs it all the same")
      attendance?.rest()
      return true
    }
    let result = try runner.run()
    report.end(with: result, isStreaming: false)
    // Whoever reads a log or a file has no use for it.
    if Console.isTerminal, logging.level <= .info, logging.logFormat == .text, !closing.noChart {
      for line in [""] + ClosingChart(interruption: interruption).lines(of: result.published) { Console.line(line) }
    }
    let isComplete = result.failures.isEmpty
    attendance?.succeed(result, code: isComplete ? 0 : Int(ExitCode.incomplete.rawValue))
    return isComplete
  }

  /// A runner whose time, and that of its plugins, begins now.
  private func begun(_ runner: Runner, _ plugins: PluginHost) -> Runner {
    var runner = runner
    runner.deadline = runner.declaration.run.timeout.map { .now + .milliseconds($0.milliseconds) }
    plugins.end(calls: runner.deadline)
    return runner
  }

  /// Writes the forecast to standard output; false where some series are missing.
  private func filter(_ runner: Runner, _ report: RunReport) throws -> Bool {
    let result = try runner.run()
    if let reason = Console.output(ForecastFile(result.published).csv()) {
      throw Failure(.cannotWrite, "the forecast cannot be written to standard output: \(reason)")
    }
    report.end(with: result, isStreaming: true)
    return result.failures.isEmpty
  }

  private func runner(
    of pipeline: PipelineDeclaration, _ interruption: Interruption, _ events: @escaping @Sendable (RunEvent) -> Void
  ) -> Runner {
    var context = Surroundings.context(of: pipeline, interruption)
    context.standardInput = Surroundings.standardInput
    let state = RunState(
      folder: pipeline.stateFolder, identity: RunIdentity(pipeline, program: Program.identity), coder: pipeline.coder,
      resumes: resume)
    var runner = Runner(
      pipeline, threads: resources.threadCount, context: context, state: state,
      events: events)
    runner.memory = resources.memory
    runner.present = now.flatMap { Clock($0) } ?? .system
    if !pipeline.isStreaming { runner.settle = { interruption.settle() } }
    return runner
  }

  private func attendance(
    of pipeline: PipelineDeclaration, id: String, _ interruption: Interruption, _ report: RunReport
  ) -> RunAttendance {
    let attendance = RunAttendance(
      pipeline, id: id, version: almanacVersion, context: Surroundings.context(of: pipeline, interruption)
    ) { report.report($0) }
    interruption.whenItComes { attendance.interrupt(signal: $0) }
    return attendance
  }
}

/// The program that runs.
enum Program {
  /// What distinguishes this build from any other, without reading all of it.
  static var identity: String {
    var status = stat()
    guard stat("/proc/self/exe", &status) == 0 else { return almanacVersion }
    return "\(almanacVersion) \(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
  }
}
