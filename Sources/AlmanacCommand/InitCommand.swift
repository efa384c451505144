import ArgumentParser
import Files
import Foundation
import PipelineFile
import Pipelines
import Stages
import TimeSeries

struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Looks at a CSV file and writes a pipeline file for it.",
    discussion:
      "Delimiter, header, times, layout, frequency and season are found in the file; lookback, horizon, folds "
      + "and validation are chosen for its length. The pipeline file is printed, or written to --output, which must not "
      + "be there yet. Exit codes: 0 written, 64 wrong usage, 65 nothing to forecast in the file, 66 no such file, 73 "
      + "the output cannot be written.")

  @Argument(help: "The CSV file.", completion: .file(extensions: ["csv", "tsv", "txt"]))
  var csv: String

  @Option(
    name: .shortAndLong, help: "Where the pipeline file goes; without it, to standard output.", completion: .file())
  var output: String?

  func run() throws {
    try reportingFailures {
      let text = try PipelineSketch(contentsOf: csv).yaml(for: output, directory: FilePath.workingFolder.text)
      // What is handed out must load.
      let reader = PipelineReader(FileReader(grammar: Almanac.grammar), metrics: Almanac.metrics)
      _ = try reader.read(text, file: output ?? "almanac init")
      guard let output else { return Console.text(text) }
      try write(text, to: output)
      Console.line("wrote \(output); `almanac run \(output)` carries it out".onOneLine)
    }
  }

  private func write(_ text: String, to path: String) throws(Failure) {
    if FilePath(path).namesFolder { throw Failure(.cannotWrite, "\(path) names a folder; give the path of a file") }
    do throws(DiskFile.Fault) {
      try FilePath(path).parent.makeFolder()
      try DiskFile.create(path, with: Array(text.utf8))
    } catch {
      if error.code == EEXIST {
        throw Failure(.cannotWrite, "\(path) is there already; remove it, or give another --output")
      }
      throw Failure(.cannotWrite, "\(path) cannot be written: \(error.reason)")
    }
  }
}
