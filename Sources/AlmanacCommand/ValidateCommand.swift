import ArgumentParser

struct ValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Checks pipeline files as `run` would, and reports every problem with its place.")

  @Argument(help: "The pipeline files.", completion: .file(extensions: ["yaml", "yml"]))
  var files: [String]

  @OptionGroup var options: PipelineOptions

  func run() throws {
    var worst: ExitCode?
    for file in files {
      do {
        _ = try reportingFailures { try options.load(file) }
        Console.line("\(file): valid")
      } catch let code as ExitCode {
        worst = worst ?? code
      }
    }
    if let worst { throw worst }
  }
}
