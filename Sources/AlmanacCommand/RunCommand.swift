import ArgumentParser
import Foundation
import Pipelines

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Carries out a pipeline: reads, judges, forecasts and publishes.",
    discussion: "The forecast files appear when all of them are whole; until then, and whenever the run fails, the "
      + "ones before stay. A run whose input, pipeline and outputs are as the last one left them does nothing. What one "
      + "run leaves for the next stands in .almanac/NAME below the root, or where run.state says. Exit codes: 0 "
      + "published, or nothing to do, 1 failed, 3 published without some series, 4 worse than the pipeline allows, 11 another "
      + "run is at work, 64 wrong usage, 65 bad data, 66 no input, 73 an output cannot be written, 78 bad pipeline file."
  )

  @Argument(help: "The pipeline file.", completion: .file(extensions: ["yaml", "yml"]))
  var file: String

  @OptionGroup var options: PipelineOptions

  @Option(help: "Threads that train; the forecast does not depend on their number. All processors by default.")
  var threads: Int?

  @Flag(help: "Run even where nothing changed since the last run.")
  var force = false

  @Flag(help: "Go on with the training of a run that was interrupted; the result is that of a run that was not.")
  var resume = false

  @Flag(name: .shortAndLong, help: "Say nothing unless something is wrong.")
  var quiet = false

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads wants at least 1, not \(threads)") }
  }

  func run() throws {
    try reportingFailures {
      let pipeline = try options.load(file)
      if !quiet { for warning in pipeline.warnings { Console.error("\(warning)") } }
      let state = pipeline.stateFolder
      guard let lock = try RunLock.take(state, policy: pipeline.run.ifLocked) else {
        if !quiet { Console.error("another run holds the lock of \(state.path); this one is skipped") }
        return
      }
      defer { withExtendedLifetime(lock) {} }
      try state.finishPublication()
      let identity = RunIdentity(pipeline, program: Program.identity)
      if !force, let identity, let record = PublishedRecord(in: state), record.stillHolds(for: identity, of: pipeline) {
        if !quiet {
          Console.line(
            "nothing to do: input, pipeline, program and outputs are as the run of \(record.published.ISO8601Format()) "
              + "left them; --force runs it all the same")
        }
        return
      }
      try publish(
        pipeline, RunState(folder: state, identity: identity, kinds: Almanac.savedKinds, resumes: resume))
    }
  }

  private func publish(_ pipeline: Pipeline, _ state: RunState) throws {
    let report = RunReport(isQuiet: quiet, isWatched: Console.isWatched)
    let runner = Runner(
      pipeline, threads: threads ?? ProcessInfo.processInfo.activeProcessorCount,
      searchPath: ProcessInfo.processInfo.environment["PATH"] ?? "", state: state
    ) { report.tell($0) }
    let outcome: (result: RunResult, published: [FilePath])
    do { outcome = try runner.run() } catch {
      report.clear()
      throw error
    }
    report.end(with: outcome.result)
    if !quiet { for path in outcome.published { Console.line("published \(path.text)") } }
    if !outcome.result.failures.isEmpty { throw ExitCode.incomplete }
  }
}

/// The program that runs.
enum Program {
  /// What tells this build from any other, without reading all of it.
  static var identity: String {
    var status = stat()
    guard stat("/proc/self/exe", &status) == 0 else { return almanacVersion }
    return "\(almanacVersion) \(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
  }
}
