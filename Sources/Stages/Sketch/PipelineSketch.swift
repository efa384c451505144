import Files
import Forecasting
import Foundation
import PipelineFile
import Pipelines
import Tabular
import TimeSeries

/// A first pipeline file for a CSV file: columns and layout as they look, season and window chosen for its length.
public struct PipelineSketch: Sendable {
  /// The windows and folds that fit into a series.
  struct Shape: Equatable {
    var lookback: Int
    var horizon: Int
    /// 0 where the series is too short to judge on.
    var folds: Int
  }

  /// The CSV file, as seen from the process.
  public let input: String
  let sketch: TableSketch
  let layout: ReadingLayout
  let readings: Readings
  /// The rows that cannot be used.
  let quarantined: [QuarantinedRow]
  /// The levels of the intervals.
  let levels: [Double]
  /// Whose public holidays are told.
  let country: PublicHolidays?
  /// Whether the last row has no line end.
  let endsOpen: Bool
  /// The line that the last row begins in.
  let lastLine: Int
  let panel: Panel
  /// Whether the readings had to be put on a coarser index.
  let every: Frequency?
  let season: Int
  /// Whether the season is the usual one of the frequency rather than found in the values.
  let isUsualSeason: Bool
  /// Whether a person has said it.
  let isGivenSeason: Bool
  let shape: Shape

  // A network that reads a season at a time takes that many steps in its stride.
  private static let mostLookback = 800
  // Of more series some are learned from, for all would take longer than a person waits.
  private static let mostLearned = 20_000
  private static let mostFolds = 12
  private static let sample = 2000
  // Shorter series leave nothing to learn from.
  private static let fewest = 8

  /// Looks at a CSV file, or several that one path stands for.
  ///
  /// - Throws: `Failure` of the kinds `noInput` and `badData`; what a person must say stands in the words of the latter.
  public init(contentsOf input: String, _ options: SketchOptions = SketchOptions()) throws(Failure) {
    try self.init(input, options) { format in try CSVInput(FilePath(input), format).loaded() }
  }

  /// Looks at what comes through standard input; throws as ``init(contentsOf:_:)`` does.
  ///
  /// - Parameter read: hands on the pieces, until a moment at the latest.
  public init(
    standardInput read: @escaping (ContinuousClock.Instant?, (Span<UInt8>) throws -> Void) throws -> Void,
    _ options: SketchOptions = SketchOptions()
  ) throws(Failure) {
    try self.init("-", options) { format in
      try CSVInput(standardInput: { try read(nil, $0) }, format)
    }
  }

  private init(
    _ input: String, _ options: SketchOptions, read: (CSVFormat) throws -> CSVInput
  ) throws(Failure) {
    self.input = input
    do {
      // Read once: a header is a way to look at the same cells.
      let cells = try read(CSVFormat(header: false))
      let first = try cells.first()
      sketch = try TableSketch(first, options.wishes)
      guard let found = sketch.layout, sketch.questions.isEmpty else {
        throw Failure(.badData, PipelineSketch.refusal(of: input, sketch))
      }
      var layout = found
      (layout.badRows, layout.lastRow, layout.mostBadRows) = (.quarantine, .take, CSVStage().mostBadRows)
      self.layout = layout
      let read = try cells.reading(as: sketch.format).readings(layout)
      (readings, quarantined) = (read.readings, read.quarantined)
      (endsOpen, lastLine) = (first.endsOpen, first.line(ofRow: first.rowCount - 1))
      (panel, every) = try PipelineSketch.regular(readings, of: input)
      try panel.refuseWhatCannotBeLearned(byNetwork: false)
    } catch let failure as Failure {
      throw failure
    } catch {
      var failure = Failure(error, stage: "")
      failure.stage = nil
      throw failure
    }
    (levels, country) = (options.levels, options.country)
    // Shorter series than most are padded, so they do not decide for all.
    let lengths = panel.series.map(\.count).sorted()
    let steps = lengths[lengths.count / 4]
    guard steps >= PipelineSketch.fewest else {
      let name = panel.series.first { $0.count == steps }?.name ?? ""
      throw Failure(
        .badData, "\(input): series \"\(name)\" has \(steps) steps; a forecast needs at least \(PipelineSketch.fewest)")
    }
    let frequency = panel.series[0].index.frequency
    let usual = frequency.usualSeason
    isUsualSeason = options.season == nil && usual > 1 && usual * 2 <= steps
    isGivenSeason = options.season != nil
    season = options.season ?? (isUsualSeason ? usual : panel.proposedSeason ?? 1)
    if let horizon = options.horizon, horizon > steps {
      throw Failure(
        .badData,
        "\(input): a horizon of \(horizon) steps needs at least as many to learn from; there are \(steps); "
          + "give a shorter --horizon, or bring more rows"
      )
    }
    let natural = frequency.isCounted && season > 1 ? season : frequency.naturalHorizon
    // No further than what is known ahead.
    let ahead =
      layout.future.isEmpty ? natural : readings.series.map(\.aheadTimes.count).filter { $0 > 0 }.min() ?? natural
    let longest = AutoForecaster.seasons(of: panel).last { $0 <= PipelineSketch.mostLookback / 2 } ?? 1
    shape = PipelineSketch.shape(
      steps: steps, season: season, longest: options.season ?? longest,
      wanted: options.horizon ?? min(natural, ahead), isFixed: options.horizon != nil
    )
  }

  /// Why a pipeline cannot be written, and what would settle it.
  private static func refusal(of input: String, _ sketch: TableSketch) -> String {
    guard let first = sketch.questions.first else {
      return "\(input): no column holds numbers to forecast; is this the right file?"
    }
    let choices = first.choices.map { "--" + $0.replacing("_", with: "-").replacing(": ", with: " ") }
    let ways = choices.isEmpty ? "" : "; say which by an option: " + choices.joined(separator: ", or ")
    return "\(input): \(first.question)\(ways)"
  }

  /// Readings on their own index; where they do not fit one, on the usual grid of their most common distance, or if none is
  /// common of one that people count in.
  private static func regular(_ readings: Readings, of input: String) throws -> (Panel, Frequency?) {
    do { return (try Regularization().apply(readings), nil) } catch let error as ForecastingError {
      guard let longest = readings.series.max(by: { $0.times.count < $1.times.count }),
        let found = Frequency.inferred(from: longest.times)
      else { throw error }
      let frequency = found.countedByPeople(longest.times)
      let panel = try Regularization(every: frequency).apply(readings)
      let steps = panel.series.reduce(0) { $0 + $1.count }
      let empty = panel.series.reduce(0) { $0 + $1.values.count(where: \.isNaN) }
      // Sensors that report at will fill more than a fifth.
      guard 5 * empty <= 4 * steps else {
        throw Failure(
          .badData,
          "\(input): the rows come at no regular distance, and \(empty) of \(steps) steps of \(frequency) would have none: are they "
            + "events? say what becomes of them in a pipeline: a stage `resample` with every, such as 1d, and aggregate: sum, "
            + "count or mean")
      }
      return (panel, frequency)
    }
  }

  /// Windows and folds for series of so many steps.
  ///
  /// - Parameters:
  ///   - longest: the longest season that a network should see.
  ///   - wanted: the horizon that a person would ask for.
  ///   - isFixed: whether a person has.
  static func shape(steps: Int, season: Int, longest: Int, wanted: Int, isFixed: Bool = false) -> Shape {
    let horizon = isFixed ? wanted : max(1, min(wanted, steps / 5))
    // Windows may begin before their series: what is seen need not be there in full.
    let lookback = max(season > 1 ? max(season, longest) * 2 : 24, horizon * 2)
    // What is judged should have seen most of what the forecast has, and a trial within it takes a horizon too.
    let folds = [4, 3, 2, 1].first { folds in
      let left = steps - folds * horizon
      return left * 5 >= steps * 3 && left >= season + season / 2 + horizon
    }
    // Few folds are luck: of long series as many as a tenth of them holds.
    let many = min(mostFolds, steps / 10 / horizon)
    return Shape(lookback: lookback, horizon: horizon, folds: max(folds ?? (steps - horizon >= 6 ? 1 : 0), many))
  }
}

extension Panel {
  /// The season that the values of the longest series propose.
  fileprivate var proposedSeason: Int? {
    let longest = series.max { $0.count < $1.count }?.values.filter { !$0.isNaN } ?? []
    return Array(longest.suffix(4000)).strongestLag()
  }
}

extension PipelineSketch {
  /// The pipeline file, with comments.
  public func yaml(for places: SketchPlaces) -> String {
    let paths = PipelineSketch.paths(
      places.file.map { FilePath($0).parent.text } ?? ".", input: input, directory: places.directory)
    var lines = ["# \(description)", "# Written by `almanac \(places.command) \(input)`; every value may be changed."]
      .map(
        \.onOneLine)
    lines += ["#"] + remarks.map { "# " + $0.onOneLine }
    lines += ["version: 1", "name: \(YAMLWriter.scalar(name))", "description: \(YAMLWriter.scalar(subject))"]
    if let root = paths.root { lines.append("root: \(YAMLWriter.scalar(root))  # paths below are seen from here") }
    if places.seed != nil || places.isForShards { lines += ["", "run:"] }
    if let seed = places.seed { lines.append("  seed: \(seed)") }
    if places.isForShards {
      lines.append("  retrain: never  # by `almanac run FILE --train` alone; shards use the model")
    }
    lines += ["", "stages:", "  - use: csv"]
    lines += ["    with:"] + csvFields(path: paths.input, in: places).map { "      \($0)" }
    lines += resampleLines.map { "  \($0)" }
    if isNonNegative {
      lines.append("  - use: bounds  # no forecast below 0, as no reading is; whole numbers for counts")
    }
    if let country { lines += ["  - use: calendar  # known ahead", "    with: {country: \(country.country)}"] }
    if country != nil || !layout.future.isEmpty {
      lines.append("  - use: regress  # what is known ahead counts for forecasters that read no such columns, too")
    }
    lines += [
      "  - use: window  # what a network sees, and what is forecast", "    with:",
      "      lookback: \(shape.lookback)\(seasons(shape.lookback))", "      horizon: \(shape.horizon)",
      "      padding: always  # a network may see less at the beginning of a series",
    ]
    if places.isForShards || panel.series.count > PipelineSketch.mostLearned {
      lines.append(
        "      sample: \(PipelineSketch.sample)  # series that are learned from and judged; all are forecast")
    }
    lines += forecasterLines(budget: places.budget) + evaluatorLines + sinkLines(places)
    return lines.joined(separator: "\n") + "\n"
  }

  private func forecasterLines(budget: TimeSpan?) -> [String] {
    let levels = "      levels: [\(levels.map { "\($0)" }.joined(separator: ", "))]"
    if isConstant { return ["  - use: naive  # the value never changes", "    with:", levels] }
    var lines = [
      "  - use: auto  # tries several forecasters on the last rows, and combines the best", "    with:", levels,
    ]
    // Rows without times have their season in the source.
    if !isUsualSeason, season > 1, layout.timeFormat != nil { lines.append("      seasons: [\(season)]\(seasonNote)") }
    if let budget { lines.append("      budget: \(budget)  # the time that all fits may take") }
    return lines
  }

  private var evaluatorLines: [String] {
    guard shape.folds > 0 else { return ["  # too few rows for an evaluate stage; add one when there are more"] }
    let season = layout.timeFormat != nil ? ["      season: \(season)\(seasonNote)"] : []
    return ["  - use: evaluate  # beside the naive and the seasonal naive forecast", "    with:"] + season + [
      "      folds: \(shape.folds)",
      "      refit: 0  # fitted once, before the first of them",
      "      on_worse_than: \(baseline.rawValue)  # its forecast is published where the model loses to it",
      "      # require: {mase: \"< 1.0\"}  # worse than that, and nothing new is published",
    ]
  }

  /// What a forecast must beat.
  var baseline: Baseline {
    if case .businessDays = panel.series[0].index.frequency, !isGivenSeason,
      !AutoForecaster.seasons(of: panel).contains(season)
    {
      return .naive
    }
    return season > 1 ? .seasonalNaive : .naive
  }

  private func sinkLines(_ places: SketchPlaces) -> [String] {
    let page =
      places.report.map { ["  - use: report", "    with: {path: \(YAMLWriter.scalar($0))\(chartLabels)}"] } ?? []
    if let path = places.forecast {
      return ["  - use: write", "    with: {path: \(YAMLWriter.scalar(path))}"] + page
    }
    if places.writesReportAlone { return page }
    func path(_ folder: String, _ file: String) -> String {
      YAMLWriter.scalar(places.folder.map { FilePath($0).appending(FilePath(file)).text } ?? "\(folder)/\(name)\(file)")
    }
    let isOneFolder = places.folder != nil
    let forecast = path("forecasts", isOneFolder ? "forecast.csv" : ".csv")
    let scores = path("forecasts", isOneFolder ? "scores.json" : ".scores.json")
    let chart = path("plots", isOneFolder ? "chart.gp" : ".gp")
    return [
      "  - use: write", "    with: {path: \(forecast)\(shape.folds > 0 ? ", scores: \(scores)" : "")}",
      places.drawsPictures
        ? "  - use: plot  # needs gnuplot" : "  - use: plot  # `render: [svg]` makes a picture, with gnuplot",
      "    with: {path: \(chart), render: [\(places.drawsPictures ? "svg" : "")]\(chartLabels)}",
    ] + page
  }

  /// The file's name without its ending, in letters that suit file names.
  var name: String {
    // What packs a file says nothing of it.
    let path = FilePath(input)
    let isPacked = [".gz", ".zst", ".zstd"].contains { path.name.lowercased().hasSuffix($0) }
    let unpacked = isPacked ? FilePath(path.stem) : path
    let letters = unpacked.stem.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
    let name = String(letters).split(separator: "-").joined(separator: "-").lowercased()
    return name.isEmpty ? "forecast" : name
  }

  var description: String {
    let count = panel.series.count
    let lengths = panel.series.map(\.count)
    let (least, most) = (lengths.min() ?? 0, lengths.max() ?? 0)
    let length = least == most ? "\(most) steps" : "\(least) to \(most) steps"
    let frequency = panel.series[0].index.frequency
    let every = frequency.isCounted ? "without times" : "every \(frequency)"
    let missing = panel.series.reduce(0) { $0 + $1.values.count(where: \.isNaN) }
    let gaps = missing == 0 ? "" : ", \(missing) of them missing"
    return "\(input): \(count) series, \(length) \(every)\(gaps)."
  }

  /// Whether there is one value and no other.
  private var isConstant: Bool {
    panel.series.count == 1 && Set(panel.series[0].values.filter { !$0.isNaN }).count == 1
  }
  private var isNonNegative: Bool { panel.series.allSatisfy { $0.values.allSatisfy { $0.isNaN || $0 >= 0 } } }

  private var resampleLines: [String] {
    guard every != nil || longestGap > 0 else { return [] }
    let fill = if case .businessDays = panel.series[0].index.frequency { "previous" } else { "linear" }
    var fields: [String] = []
    if let every { fields.append("every: \(every)  # the readings' most common distance") }
    if longestGap > 0 { fields.append("fill: \(fill)  # what stands in a gap") }
    return ["- use: resample", "  with:"] + fields.map { "    \($0)" }
  }

  /// The steps of the longest gap, of those between the first and the last value of each series.
  var longestGap: Int {
    panel.series.map { series in
      var (longest, length) = (0, 0)
      for value in series.values.drop(while: \.isNaN) {
        if value.isNaN { length += 1 } else { (longest, length) = (max(longest, length), 0) }
      }
      return max(longest, length)
    }.max() ?? 0
  }

  private func seasons(_ steps: Int) -> String {
    season > 1 && steps % season == 0 ? "  # \(steps / season) \(steps == season ? "season" : "seasons")" : ""
  }

  var seasonNote: String {
    if isGivenSeason { return "" }
    if season == 1 { return "  # none was found" }
    return isUsualSeason ? "  # the usual one of \(panel.series[0].index.frequency)" : "  # found in the values"
  }

  /// The root as the file names it, and the input's path seen from there.
  private static func paths(_ folder: String, input: String, directory: String) -> (root: String?, input: String) {
    if folder == "." { return (nil, input) }
    let parts = folder.split(separator: "/").filter { $0 != "." }
    if folder.hasPrefix("/") || parts.contains("..") {
      return (directory, FilePath(directory).appending(FilePath(input)).text)
    }
    return (parts.map { _ in ".." }.joined(separator: "/"), input)
  }
}
