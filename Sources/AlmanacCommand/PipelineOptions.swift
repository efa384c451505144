import ArgumentParser
import Foundation
import Pipelines

/// What every command that takes a pipeline file accepts.
struct PipelineOptions: ParsableArguments {
  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Replace a value of the file; the path begins with a stage's name or a key of the file.",
      valueName: "path=value"),
    transform: { text in
      guard let override = Override(text) else {
        throw ValidationError("\"\(text)\" is not path=value, such as lstm.with.epochs=5")
      }
      return override
    })
  var overrides: [Override] = []

  /// The pipeline of a file.
  ///
  /// - Throws: `Failure` where the file cannot be opened, `PipelineFileError` where it cannot run.
  func load(_ file: String) throws -> Pipeline {
    guard let bytes = FileManager.default.contents(atPath: file) else {
      let exists = FileManager.default.fileExists(atPath: file)
      throw Failure(.noInput, exists ? "\(file) cannot be read" : "there is no pipeline file \(file)")
    }
    guard let text = String(bytes: bytes, encoding: .utf8) else {
      throw PipelineFileError([Diagnostic(file: file, place: nil, message: "the file is not UTF-8 text")])
    }
    let reader = PipelineReader(
      registry: Almanac.registry, environment: ProcessInfo.processInfo.environment, overrides: overrides)
    return try reader.read(text, file: file)
  }
}

/// Runs the work of a command, and turns what a person can mend into words on standard error and an exit code.
func reportingFailures<Result>(_ work: () throws -> Result) throws -> Result {
  do {
    return try work()
  } catch let error as PipelineFileError {
    Console.error("\(error)")
    throw ExitCode.badPipeline
  } catch let failure as Failure {
    Console.error("almanac: error: \(failure)")
    throw ExitCode(failure.kind)
  }
}
