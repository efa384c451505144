import ArgumentParser
import Files
import Foundation
import PipelineFile
import Pipelines
import Stages
import Tabular
import TimeSeries

/// A CSV file and what a person says of it: the arguments of every command that finds out the rest by itself.
struct SketchArguments: ParsableArguments {
  @Argument(
    help: "The CSV file, - for standard input, or a pattern or folder of files that are a series each.",
    completion: .file(extensions: ["csv", "tsv", "txt"]))
  var csv: String

  @Option(help: ArgumentHelp("Steps to forecast; a natural span unless set.", valueName: "steps"))
  var horizon: Int?

  @Option(help: ArgumentHelp("The season in steps, such as 24; without it those that are found.", valueName: "steps"))
  var season: Int?

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

  @Option(
    help: ArgumentHelp(
      "A country whose public holidays matter, two letters such as DE, GB or US.", valueName: "country"))
  var country: String?

  @Option(
    help: ArgumentHelp(
      "A level of the intervals, such as 0.9; may be given several times. Without it 0.8 and 0.95.", valueName: "level")
  )
  var levels: [Double] = []

  func validate() throws {
    if let horizon, horizon < 1 { throw ValidationError("--horizon wants a number of steps above 0, not \(horizon)") }
    if let season, season < 1 { throw ValidationError("--season wants a number of steps above 0, not \(season)") }
    if let level = levels.first(where: { !($0 > 0 && $0 < 1) }) {
      throw ValidationError("--levels wants a number between 0 and 1, such as 0.9, not \(level)")
    }
    if steps, !time.isEmpty || timeFormat != nil {
      throw ValidationError("--steps means that there are no times; leave out --time and --time-format")
    }
    if let country, PublicHolidays(of: country) == nil {
      throw ValidationError("--country \(PublicHolidays.refusal(of: country))")
    }
    _ = try wishes()
  }

  /// The options that were given.
  var said: [String] {
    let given: [(String, Bool)] = [
      ("--horizon", horizon != nil), ("--season", season != nil), ("--target", !target.isEmpty),
      ("--time", !time.isEmpty),
      ("--steps", steps), ("--series", !series.isEmpty), ("--time-format", timeFormat != nil), ("--zone", zone != nil),
      ("--dayfirst", dayfirst != nil), ("--where", `where` != nil), ("--repeated", repeated != nil),
      ("--levels", !levels.isEmpty), ("--country", country != nil),
    ]
    return given.filter(\.1).map(\.0)
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

  /// What is found in the file.
  ///
  /// - Throws: `Failure`
  ///
  /// - Parameter input: hands on what comes through standard input.
  func sketch(
    standardInput input: @escaping (ContinuousClock.Instant?, (Span<UInt8>) throws -> Void) throws -> Void =
      Surroundings.standardInput
  ) throws -> PipelineSketch {
    let options = SketchOptions(
      try wishes(), horizon: horizon, season: season, levels: levels.isEmpty ? SketchOptions.usualLevels : levels,
      country: country.flatMap(PublicHolidays.init(of:)))
    return csv == "-"
      ? try PipelineSketch(standardInput: input, options)
      : try PipelineSketch(contentsOf: csv, options)
  }

  /// Reads pipelines that are written here: nothing of the environment stands in them.
  static var reader: PipelineReader { PipelineReader(FileReader(grammar: Almanac.grammar), metrics: Almanac.metrics) }
}

extension PipelineFiles {
  /// Writes a pipeline file that is not there yet.
  static func create(_ path: String, with text: String) throws(Failure) {
    if FilePath(path).namesFolder { throw Failure(.cannotWrite, "\(path) names a folder; give the path of a file") }
    do throws(DiskFile.Fault) {
      try FilePath(path).parent.makeFolder()
      try DiskFile.create(path, with: Array(text.utf8))
    } catch {
      if error.code == EEXIST {
        throw Failure(.cannotWrite, "\(path) is there already; remove it, or give another place")
      }
      throw Failure(.cannotWrite, "\(path) cannot be written: \(error.reason)")
    }
  }
}
