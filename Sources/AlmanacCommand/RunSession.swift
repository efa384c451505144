import ArgumentParser
import Files
import Foundation
import Operation
import PipelineFile
import Pipelines
import Plugins
import Processes
import TimeSeries

/// One run of a pipeline as a command carries it out: the lock, the history, what is said of it, and the exit code.
struct RunSession {
  /// The pipeline file.
  var file: String
  var options: PipelineOptions
  var resources: ResourceOptions
  var logging: LogOptions
  /// Whether the forecast goes to standard output, and nothing is published.
  var isStreaming = false
  /// Whether it runs where nothing changed.
  var force = false
  var resume = false
  var present: Clock?
  /// Whether a chart stands at the end on a terminal.
  var showsChart = true
  /// Whether it trains the model and keeps it, and does nothing else.
  var trainsAlone = false
  /// What one of several parts of the series is left in; nil for a run that publishes.
  var shard: (shard: SeriesShard, folder: FilePath, origin: ShardFile.Origin)?
  /// What has been forecast already; nil for nothing.
  var gathered: ShardSet?

  /// Runs, and reports failures.
  func run() throws {
    let id = RunIdentifier.new()
    let report = RunReport(logging, run: id, isWatched: Console.isWatched)
    do { try run(id: id, report) } catch {
      throw report.fail(error) ?? error
    }
  }

  private func run(id: String, _ report: RunReport) throws {
    let interruption = Signals.interruption()
    let plugins = Surroundings.pluginHost(interruption)
    var pipeline = try options.load(file, plugins)
    pipeline.isStreaming = isStreaming
    report.hide(pipeline.file.hidden)
    report.report(pipeline.warnings)
    // Of many filters or shards at once, each over a part of the series, none speaks for the pipeline.
    let attendance =
      isStreaming || shard != nil || trainsAlone ? nil : attendance(of: pipeline, id: id, interruption, report)
    let events: @Sendable (RunEvent) -> Void = { event in
      attendance?.note(event)
      report.report(event)
    }
    let (lost, resumes) = (wordsOfInterruption, !isStreaming && shard == nil)
    interruption.whenItComes { [file, folder = pipeline.stateFolder] _ in
      // Whether there is anything to go on with is known only then.
      let remedy =
        resumes && folder.holdsCheckpoints ? "; `almanac run \(file) --resume` goes on with the training" : ""
      report.interrupt(lost + remedy)
    }
    plugins.begin(run: id) { events(.program($0, $1)) }
    let runner = runner(of: pipeline, interruption, events)
    do {
      let isComplete: Bool
      if let shard {
        let result = try begun(runner, plugins).run(shard.shard, into: shard.folder, of: shard.origin)
        report.end(with: result, of: shard.shard)
        isComplete = result.failures.isEmpty
      } else if isStreaming {
        isComplete = try filter(begun(runner, plugins), report)
      } else if trainsAlone {
        isComplete = try train(runner, plugins, report, interruption)
      } else {
        isComplete = try publish(runner, plugins, attendance, report, interruption)
      }
      if !isComplete { throw ExitCode.incomplete }
    } catch let failure as Failure {
      // What a run meets that was told to end is only a consequence.
      if !interruption.settle() { Signals.waitForTheEnd() }
      let code = report.fail(failure) ?? .failed
      attendance?.fail(code: Int(code.rawValue), message: failure.description)
      throw code
    }
  }

  private var wordsOfInterruption: String {
    if isStreaming { return "the forecast is not whole" }
    if shard != nil { return "nothing new is left of the shard" }
    if trainsAlone { return "the model of before stays" }
    return "nothing new is published, and the files of before stay"
  }

  /// The lock of the state folder; nil where another run holds it, which is said.
  private func lock(
    _ pipeline: PipelineDeclaration, _ report: RunReport, _ interruption: Interruption
  ) throws -> RunLock? {
    let folder = pipeline.stateFolder
    if let lock = try RunLock.take(folder, policy: pipeline.operation.ifLocked) { return lock }
    if !interruption.settle() { Signals.waitForTheEnd() }
    report.skip("another run holds the lock of \(folder.path); this one is skipped")
    return nil
  }

  /// Trains the model; false where some series are missing.
  private func train(
    _ runner: Runner, _ plugins: PluginHost, _ report: RunReport, _ interruption: Interruption
  ) throws -> Bool {
    guard let lock = try lock(runner.declaration, report, interruption) else { return true }
    defer { withExtendedLifetime(lock) {} }
    let result = try begun(runner, plugins).train()
    report.end(with: result)
    return result.failures.isEmpty
  }

  /// Publishes, unless there is nothing to do; false where some series are missing or old.
  private func publish(
    _ runner: Runner, _ plugins: PluginHost, _ attendance: RunAttendance?, _ report: RunReport,
    _ interruption: Interruption
  ) throws -> Bool {
    let pipeline = runner.declaration
    let folder = pipeline.stateFolder
    guard let lock = try lock(pipeline, report, interruption) else { return true }
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
    let result = if let gathered { try runner.run(gathering: gathered) } else { try runner.run() }
    report.end(with: result, isStreaming: false)
    // Whoever reads a log or a file has no use for it.
    if Console.isTerminal, logging.level <= .info, logging.logFormat == .text, showsChart {
      Console.line("")
      ClosingChart(interruption: interruption).show(result.published)
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
    // A shard leaves nothing for the next run that could be compared with.
    let identity = shard == nil ? RunIdentity(pipeline, program: Program.identity) : nil
    let state = RunState(folder: pipeline.stateFolder, identity: identity, coder: pipeline.coder, resumes: resume)
    var runner = Runner(
      pipeline, threads: resources.threadCount, context: context, state: state,
      events: events)
    runner.memory = resources.memory
    runner.present = present ?? .system
    if !isStreaming { runner.settle = { interruption.settle() } }
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
