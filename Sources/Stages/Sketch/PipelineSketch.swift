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
  /// Whether some rows cannot be used.
  let hasBadRows: Bool
  /// Whether the last row has no line end.
  let endsOpen: Bool
  let panel: Panel
  /// Whether the readings had to be put on a coarser index.
  let every: Frequency?
  let season: Int
  /// Whether the season is the usual one of the frequency rather than found in the values.
  let isUsualSeason: Bool
  let shape: Shape

  // Shorter series leave nothing to learn from.
  private static let fewest = 8

  /// Looks at a CSV file.
  ///
  /// - Throws: `Failure` of the kinds `noInput` and `badData`.
  public init(contentsOf input: String) throws(Failure) {
    self.input = input
    do {
      // Read once: a header is a way to look at the same cells.
      let cells = try PipelineSketch.cells(of: input)
      sketch = try TableSketch(cells)
      guard let found = sketch.layout else {
        throw Failure(.badData, "\(input): no column holds numbers to forecast; is this the right file?")
      }
      var layout = found
      (layout.badRows, layout.lastRow) = (.quarantine, .take)
      self.layout = layout
      let read = try cells.reading(header: sketch.format.header).readings(layout)
      (readings, hasBadRows, endsOpen) = (read.readings, !read.quarantined.isEmpty, cells.endsOpen)
      (panel, every) = try PipelineSketch.regular(readings)
      try panel.refuseWhatCannotBeLearned()
    } catch let failure as Failure {
      throw failure
    } catch {
      var failure = Failure(error, stage: "")
      failure.stage = nil
      throw failure
    }
    // Shorter series than most are padded, so they do not decide for all.
    let lengths = panel.series.map(\.count).sorted()
    let steps = lengths[lengths.count / 4]
    guard steps >= PipelineSketch.fewest else {
      let name = panel.series.first { $0.count == steps }?.name ?? ""
      throw Failure(
        .badData, "\(input): series \"\(name)\" has \(steps) steps; a forecast needs at least \(PipelineSketch.fewest)")
    }
    let usual = panel.series[0].index.frequency.usualSeason
    isUsualSeason = usual > 1 && usual * 2 <= steps
    season = isUsualSeason ? usual : PipelineSketch.season(of: panel) ?? 1
    shape = PipelineSketch.shape(steps: steps, season: season)
  }

  /// The cells of a file; those of one that is no UTF-8 text in the encoding that files of old programs have.
  private static func cells(of input: String) throws(TabularError) -> Table {
    let table = try Table(contentsOf: input, format: CSVFormat(header: false))
    if table.isUTF8 { return table }
    return try Table(contentsOf: input, format: CSVFormat(header: false, encoding: .windows1252))
  }

  /// Readings on their own index; on the usual grid of their most common distance where they do not fit one.
  private static func regular(_ readings: Readings) throws -> (Panel, Frequency?) {
    do { return (try Regularization().apply(readings), nil) } catch let error as ForecastingError {
      guard let longest = readings.series.max(by: { $0.times.count < $1.times.count }),
        let frequency = Frequency.inferred(from: longest.times)
      else { throw error }
      return (try Regularization(every: frequency).apply(readings), frequency)
    }
  }

  /// The lag at which the changes of the longest series are most alike; nil where none stands out.
  private static func season(of panel: Panel) -> Int? {
    guard let longest = panel.series.max(by: { $0.count < $1.count }) else { return nil }
    let known = longest.values.filter { !$0.isNaN }
    let values = known.count > 4000 ? Array(known.suffix(4000)) : known
    guard values.count >= 12, let found = values.autocorrelations(min(values.count / 3, 400)) else { return nil }
    let correlations = [1] + found
    // A season is a peak: higher than both neighbours, and than what noise would give.
    let noise = 3 / Double(values.count).squareRoot()
    let peaks = correlations.indices.dropFirst(2).dropLast().filter {
      correlations[$0] > correlations[$0 - 1] && correlations[$0] >= correlations[$0 + 1]
        && correlations[$0] > max(noise, 0.3)
    }
    return peaks.max { correlations[$0] < correlations[$1] }
  }

  /// Windows and folds for series of so many steps.
  static func shape(steps: Int, season: Int) -> Shape {
    let wanted = season <= 1 ? 12 : season <= 7 ? season * 2 : season <= 24 ? season : max(12, season / 4)
    let horizon = max(1, min(wanted, steps / 8))
    let lookbackWanted = max(season > 1 ? season * 2 : 24, horizon * 2)
    // Half of the rows that a fold leaves are for the first window, the others for as many windows to learn from.
    func room(_ folds: Int) -> Int { (steps - (folds + 2) * horizon) / 2 }
    if let folds = [4, 3, 2].first(where: { room($0) >= lookbackWanted }) {
      return Shape(lookback: lookbackWanted, horizon: horizon, folds: folds)
    }
    if let folds = [2, 1].first(where: { room($0) >= max(season, horizon) }) {
      return Shape(lookback: min(lookbackWanted, room(folds)), horizon: horizon, folds: folds)
    }
    return Shape(lookback: max(1, (steps - 2 * horizon) / 2), horizon: horizon, folds: 0)
  }
}

extension PipelineSketch {
  /// The pipeline file, with comments.
  ///
  /// - Parameters:
  ///   - output: where the file will stand; nil where it is printed.
  ///   - directory: the folder of the process.
  public func yaml(for output: String?, directory: String) -> String {
    let folder = output.map { FilePath($0).parent.text } ?? "."
    let name = self.name
    let paths = PipelineSketch.paths(folder, input: input, directory: directory)
    var lines = ["# \(description)", "# Written by `almanac init \(input)`; every value may be changed."].map(
      \.onOneLine)
    lines += ["version: 1", "name: \(YAMLWriter.scalar(name))"]
    if let root = paths.root { lines.append("root: \(YAMLWriter.scalar(root))  # paths below are seen from here") }
    lines += ["", "stages:", "  - use: csv"]
    lines += ["    with:"] + csvFields(path: paths.input).map { "      \($0)" }
    lines += resampleLines.map { "  \($0)" }
    lines += [
      "  - use: window  # what the network sees, and what it forecasts", "    with:",
      "      lookback: \(shape.lookback)\(seasons(shape.lookback))", "      horizon: \(shape.horizon)",
      "  - use: gru", "    with:", "      hidden: 32",
    ]
    if shape.folds > 0 {
      lines +=
        [
          "  - use: evaluate  # beside the naive and the seasonal naive forecast", "    with:",
        ] + (layout.time == nil ? [] : ["      season: \(season)\(seasonNote)"]) + [
          "      folds: \(shape.folds)",
          "      # require: {mase: \"< 1.0\"}  # worse than that, and nothing new is published",
        ]
    } else {
      lines.append("  # too few rows for an evaluate stage; add one when there are more")
    }
    let scores = shape.folds > 0 ? ", scores: \(YAMLWriter.scalar("forecasts/\(name).scores.json"))" : ""
    lines += [
      "  - use: write", "    with: {path: \(YAMLWriter.scalar("forecasts/\(name).csv"))\(scores)}",
      "  - use: plot  # needs gnuplot", "    with: {path: \(YAMLWriter.scalar("plots/\(name).gp")), render: [svg]}",
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  /// The file's name without its ending, in letters that suit file names.
  private var name: String {
    let letters = FilePath(input).stem.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
    let name = String(letters).split(separator: "-").joined(separator: "-").lowercased()
    return name.isEmpty ? "forecast" : name
  }

  private var description: String {
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

  private func csvFields(path: String) -> [String] {
    var fields = ["path: \(YAMLWriter.scalar(path))"]
    if case .byte(let byte) = sketch.format.delimiter, byte != UInt8(ascii: ",") {
      let text = byte == UInt8(ascii: "\t") ? "tab" : String(UnicodeScalar(byte))
      fields.append("delimiter: \(YAMLWriter.scalar(text))")
    }
    if sketch.format.encoding != .utf8 {
      fields.append("encoding: \(sketch.format.encoding.rawValue)  # the file is no UTF-8 text")
    }
    if !sketch.format.header { fields.append("header: false  # columns are called 1, 2, 3 and so on") }
    switch layout.arrangement {
    case .wide: break
    case .long(let key):
      fields += ["layout: long  # a row is one time of one series", "series: \(YAMLWriter.scalar(key))"]
    case .rows(let key):
      fields += ["layout: rows  # a row is one series"] + (key.map { ["series: \(YAMLWriter.scalar($0))"] } ?? [])
    }
    if let time = layout.time {
      fields.append("time: \(YAMLWriter.scalar(time))")
    } else {
      fields.append("season: \(season)\(seasonNote)")
    }
    let targets = layout.targets.map(YAMLWriter.scalar)
    if case .rows = layout.arrangement {
    } else {
      fields.append(targets.count == 1 ? "target: \(targets[0])" : "target: [\(targets.joined(separator: ", "))]")
    }
    if layout.decimalComma { fields.append("decimal: \(YAMLWriter.scalar(","))") }
    if endsOpen {
      fields.append("# last_row: take  # the last row has no line end, and is set aside without this line")
    }
    return fields + (hasBadRows ? quarantineFields : [])
  }

  private var quarantineFields: [String] {
    [
      "bad_rows: quarantine  # some rows cannot be used; they are kept aside",
      "quarantine: \(YAMLWriter.scalar("forecasts/\(name).bad-rows.csv"))",
    ]
  }

  private var resampleLines: [String] {
    let hasGaps = panel.series.contains { series in
      series.values.drop(while: \.isNaN).contains(where: \.isNaN)
    }
    guard every != nil || hasGaps else { return [] }
    let fill = if case .businessDays = panel.series[0].index.frequency { "previous" } else { "linear" }
    var fields: [String] = []
    if let every { fields.append("every: \(every)  # the readings' most common distance") }
    if hasGaps { fields.append("fill: \(fill)  # what stands in a gap") }
    return ["- use: resample", "  with:"] + fields.map { "    \($0)" }
  }

  private func seasons(_ steps: Int) -> String {
    season > 1 && steps % season == 0 ? "  # \(steps / season) \(steps == season ? "season" : "seasons")" : ""
  }

  private var seasonNote: String {
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
