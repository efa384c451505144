import ArgumentParser
import Files
import Pipelines
import Stages

struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Looks at a CSV file and writes a pipeline file for it.",
    discussion:
      "Delimiter, header, encoding, forms of numbers and times, layout, frequency and season are found in the file; "
      + "lookback, horizon and folds are chosen for its length. What is assumed, and what each column is taken for, stands "
      + "in the pipeline file; what cannot be told is refused with the option that settles it. The pipeline file is printed, or written to --output, which must not "
      + "be there yet. Exit codes: 0 written, 64 wrong usage, 65 nothing to forecast in the file, 66 no such file, 73 "
      + "the output cannot be written.\n\n"
      + examples("almanac init sales.csv", "almanac init sales.csv --horizon 14 --output sales.yaml"))

  @OptionGroup var table: SketchArguments

  @Option(
    name: .shortAndLong, help: "Where the pipeline file goes; without it, or with -, to standard output.",
    completion: .file())
  var output: String?

  func run() throws {
    try reportingFailures {
      let sketch = try table.sketch()
      var places = SketchPlaces(directory: FilePath.workingFolder.text)
      let output = output == "-" ? nil : output
      places.file = output
      let text = sketch.yaml(for: places)
      // What is handed out must load.
      _ = try SketchArguments.reader.read(text, file: output ?? "almanac init")
      guard let output else { return Console.text(text) }
      try PipelineFiles.create(output, with: text)
      Console.line("wrote \(output); `almanac run \(output)` carries it out".onOneLine)
    }
  }
}
