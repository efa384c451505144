import ArgumentParser
import Foundation
import PipelineFile
import Pipelines
import Stages

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
      let directory = FileManager.default.currentDirectoryPath
      let text = try PipelineSketch(contentsOf: csv).yaml(for: output, directory: directory)
      // What is handed out must load.
      let reader = PipelineReader(FileReader(grammar: Almanac.grammar), metrics: Almanac.metrics)
      _ = try reader.read(text, file: output ?? "almanac init")
      guard let output else { return Console.text(text) }
      try write(text, to: output)
      Console.line("wrote \(output); `almanac run \(output)` carries it out")
    }
  }

  private func write(_ text: String, to path: String) throws(Failure) {
    let folder = parentFolder(of: path)
    do {
      if !folder.isEmpty { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }
      try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .withoutOverwriting)
    } catch CocoaError.fileWriteFileExists {
      throw Failure(.cannotWrite, "\(path) is there already; remove it, or give another --output")
    } catch {
      throw Failure(.cannotWrite, "\(path) cannot be written: \(error.localizedDescription)")
    }
  }
}
