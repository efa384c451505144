import ArgumentParser
import Files
import Foundation
import PipelineFile
import Pipelines
import Processes
import TimeSeries

struct TestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Runs the tests that a pipeline file holds, and shows what came instead of what was expected.",
    discussion: """
      A test is an entry of `tests`: a `name`; `input` with the `path` of another file or the `rows` of one; `set` with \
      values to replace, as --set does; and `expect` with any of `exit`, `message`, `rejected` (rows left out), `rows` \
      (of the forecast), `finite` and `scores` (such as {mase: "< 1.0"}). Outputs go to a folder that is removed \
      afterwards; nothing is published. Plugins of the file are started only with --plugins; without it a file that \
      has any is not tested. Exit codes: 0 all tests hold, 1 some do not or there are none, 64 wrong usage, \
      66 no such file, 78 bad pipeline file.\n\n
      """ + examples("almanac test sales.yaml", "almanac test sales.yaml --filter holidays"))

  @Argument(help: "The pipeline file.", completion: .file(extensions: ["yaml", "yml"]))
  var file: String

  @OptionGroup var options: PipelineOptions

  @OptionGroup var plugins: PluginOptions

  @Option(help: "Run only tests whose name contains this.")
  var filter: String?

  @OptionGroup var resources: ResourceOptions

  func run() throws {
    try reportingFailures {
      let interruption = Signals.interruption()
      let pipeline = try plugins.load(file, options, plugins.host(interruption))
      if pipeline.file.usesPlugins, !plugins.plugins {
        throw Failure(.failed, "\(file): its tests would start its plugins; give --plugins to allow that")
      }
      let tests = pipeline.tests.filter { filter.map($0.name.contains) ?? true }
      guard !tests.isEmpty else {
        let what = pipeline.tests.isEmpty ? "there are no tests; add some under `tests`" : "no test has such a name"
        throw Failure(.failed, "\(file): \(what)")
      }
      var failed = 0
      for test in tests {
        let differences = try pipeline.hiding { try run(test, of: pipeline, interruption) }
        Console.line(pipeline.file.hidden("\(differences.isEmpty ? "ok  " : "FAIL")  \(test.name)").onOneLine)
        for line in differences { Console.line("      \(pipeline.file.hidden(line).onOneLine)") }
        if !differences.isEmpty { failed += 1 }
      }
      let held = tests.count - failed
      Console.line("\(held) of \(counted(tests.count, "test")) \(held == 1 ? "holds" : "hold")")
      if failed > 0 { throw ExitCode.failed }
    }
  }

  private func run(
    _ test: PipelineTest, of pipeline: PipelineDeclaration, _ interruption: Interruption
  ) throws -> [String] {
    let folder = FilePath(Surroundings.temporaryFolder).appending(FilePath("almanac-test-\(UUID().uuidString)"))
    do throws(DiskFile.Fault) { try folder.makeFolder(mode: 0o700) } catch {
      throw Failure(.cannotWrite, "no temporary folder can be made: \(error.reason)")
    }
    defer { folder.remove() }
    interruption.whenItComes { _ in folder.remove() }
    // What a test meets that was told to end, its folder gone, is only a consequence.
    defer { if interruption.hasCome { Signals.waitForTheEnd() } }
    var testRun = PipelineTestRun(
      test, of: pipeline, folder: folder.text, threads: resources.threadCount,
      context: Surroundings.context(of: pipeline, interruption), exitCode: { Int(ExitCode($0).rawValue) })
    testRun.memory = resources.memory
    return try testRun.differences()
  }
}
