import ArgumentParser
import Foundation
import Pipelines

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Carries out a pipeline: reads, judges, forecasts and publishes.",
    discussion: "The forecast files appear when all of them are whole; until then, and whenever the run fails, the "
      + "ones before stay. Exit codes: 0 published, 1 failed, 4 worse than the pipeline allows, 11 another "
      + "run is at work, 64 wrong usage, 65 bad data, 66 no input, 73 an output cannot be written, 78 bad pipeline file."
  )

  @Argument(help: "The pipeline file.", completion: .file(extensions: ["yaml", "yml"]))
  var file: String

  @OptionGroup var options: PipelineOptions

  @Option(help: "Threads that train; the forecast does not depend on their number. All processors by default.")
  var threads: Int?

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
      let report = RunReport(isQuiet: quiet, isWatched: Console.isWatched)
      let runner = Runner(
        pipeline, threads: threads ?? ProcessInfo.processInfo.activeProcessorCount,
        searchPath: ProcessInfo.processInfo.environment["PATH"] ?? ""
      ) { report.tell($0) }
      let published: [FilePath]
      do {
        let outcome = try runner.run()
        report.end(with: outcome.result)
        published = outcome.published
      } catch {
        report.clear()
        throw error
      }
      guard !quiet else { return }
      for path in published { Console.line("published \(path.text)") }
    }
  }
}
