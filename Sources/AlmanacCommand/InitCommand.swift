import ArgumentParser
import Files
import Foundation
import PipelineFile
import Pipelines
import Stages
import Tabular
import TimeSeries

struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Looks at a CSV file and writes a pipeline file for it.",
    discussion:
      "Delimiter, header, encoding, forms of numbers and times, layout, frequency and season are found in the file; "
      + "lookback, horizon and folds are chosen for its length. What is assumed, and what each column is taken for, stands "
      + "in the pipeline file; what cannot be told is refused with the option that settles it. The pipeline file is printed, or written to --output, which must not "
      + "be there yet. Exit codes: 0 written, 64 wrong usage, 65 nothing to forecast in the file, 66 no such file, 73 "
      + "the output cannot be written.")

  @Argument(
    help: "The CSV file, - for standard input, or a pattern or folder of files that are a series each.",
    completion: .file(extensions: ["csv", "tsv", "txt"]))
  var csv: String

  @Option(
    name: .shortAndLong, help: "Where the pipeline file goes; without it, to standard output.", completion: .file())
  var output: String?

  @Option(help: ArgumentHelp("Steps to forecast; a natural span unless set.", valueName: "steps"))
  var horizon: Int?

  @Option(help: ArgumentHelp("A column to forecast; may be given several times.", valueName: "column"))
  var target: [String] = []

  @Option(help: ArgumentHelp("A column of times; several are joined.", valueName: "column"))
  var time: [String] = []

  @Flag(help: "No column says times: rows are only counted.")
  var steps = false

  @Option(help: ArgumentHelp("A column that names the series; may be given several times.", valueName: "column"))
  var series: [String] = []

  @Option(help: ArgumentHelp("How times are written, such as dd.MM.yyyy.", valueName: "format"))
  var timeFormat: String?

  @Option(help: ArgumentHelp("The zone of times that name none, such as Europe/Berlin.", valueName: "zone"))
  var zone: String?

  @Flag(inversion: .prefixedNo, help: "Whether the day comes before the month, where both can be read.")
  var dayfirst: Bool?

  @Option(help: ArgumentHelp("Which rows are read, such as \"store == 1\".", valueName: "condition"))
  var `where`: String?

  @Option(help: "What becomes of rows of one time: sum, mean, first, last, max, min or count.")
  var repeated: String?

  @Option(help: ArgumentHelp("A level of the intervals, such as 0.9; may be given several times.", valueName: "level"))
  var levels: [Double] = []

  func validate() throws {
    if let horizon, horizon < 1 { throw ValidationError("--horizon wants a number of steps above 0, not \(horizon)") }
    if let level = levels.first(where: { !($0 > 0 && $0 < 1) }) {
      throw ValidationError("--levels wants a number between 0 and 1, such as 0.9, not \(level)")
    }
    if steps, !time.isEmpty || timeFormat != nil {
      throw ValidationError("--steps means that there are no times; leave out --time and --time-format")
    }
    _ = try wishes()
  }

  private func wishes() throws -> SketchWishes {
    var wishes = SketchWishes(targets: target, time: time, isStepped: steps, keys: series, dayFirst: dayfirst)
    if let timeFormat {
      do { wishes.timeFormat = try TimeFormat(timeFormat) } catch { throw ValidationError("--time-format: \(error)") }
    }
    if let zone {
      do { wishes.zone = try LocalZone(zone) } catch { throw ValidationError("--zone: \(error)") }
    }
    if let `where` {
      do { wishes.condition = try RowCondition(`where`) } catch { throw ValidationError("--where: \(error)") }
    }
    if let repeated {
      guard let found = RepeatedTimes(rawValue: repeated), found != .refuse else {
        throw ValidationError("--repeated wants sum, mean, first, last, max, min or count, not \"\(repeated)\"")
      }
      wishes.repeated = found
    }
    return wishes
  }

  func run() throws {
    let options = SketchOptions(try wishes(), horizon: horizon, levels: levels.isEmpty ? nil : levels)
    try reportingFailures {
      let sketch =
        csv == "-"
        ? try PipelineSketch(standardInput: Surroundings.standardInput, options)
        : try PipelineSketch(contentsOf: csv, options)
      let text = sketch.yaml(
        for: output, directory: FilePath.workingFolder.text)
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
