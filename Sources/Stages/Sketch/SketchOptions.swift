import PipelineFile
import Tabular
import TimeSeries

/// What a person says of a CSV file before a pipeline is written for it.
public struct SketchOptions: Sendable {
  /// What is said of the table.
  public var wishes: SketchWishes
  /// Steps to forecast; nil for a natural span.
  public var horizon: Int?
  /// The season in steps; nil for those that are found.
  public var season: Int?
  /// The levels of the intervals.
  public var levels: [Double]
  /// Whose public holidays are told; nil for nobody's.
  public var country: PublicHolidays?

  /// Options; none unless set.
  public init(
    _ wishes: SketchWishes = SketchWishes(), horizon: Int? = nil, season: Int? = nil,
    levels: [Double] = SketchOptions.usualLevels, country: PublicHolidays? = nil
  ) {
    (self.wishes, self.horizon, self.season, self.levels) = (wishes, horizon, season, levels)
    self.country = country
  }

  /// Those of intervals that nobody has asked for.
  public static let usualLevels = [0.8, 0.95]
}

/// Where a written pipeline stands, and what it publishes.
public struct SketchPlaces: Sendable {
  /// The file; nil where it is printed.
  public var file: String?
  /// The folder of the process.
  public var directory: String
  /// The one folder that everything goes to; nil for `forecasts` and `plots`.
  public var folder: String?
  /// The file of the forecast, where nothing else is published; nil for the usual ones.
  public var forecast: String?
  /// The page of the run; nil for none.
  public var report: String?
  /// Whether that page is all that is published.
  public var writesReportAlone = false
  /// Whether there is a gnuplot that makes pictures of the chart.
  public var drawsPictures = true
  /// The command that writes the file, for its first line.
  public var command = "init"
  /// Where randomness comes from; nil for the usual seed.
  public var seed: Int?
  /// Whether it is to be run in shards, by a model that is trained once.
  public var isForShards = false
  /// What the fits of a run may take; nil for what the stage has by itself.
  public var budget: TimeSpan?

  /// A pipeline for a file, or for standard output.
  public init(file: String? = nil, directory: String) { (self.file, self.directory) = (file, directory) }
}

extension Frequency {
  /// The steps of a span that people think in: a day of readings of minutes, two weeks of days, a year of months.
  var naturalHorizon: Int {
    switch self {
    case .counted(let season): return season > 1 && season <= 60 ? season : 12
    case .businessDays(let length): return length == 1 ? 10 : 4
    case .months(let length): return length >= 12 ? 5 : length == 3 ? 8 : max(1, 12 / length)
    case .milliseconds(let length):
      // The span that the step divides, of which there are not too many: a minute, an hour, a day, a week.
      let (second, minute, hour): (Int64, Int64, Int64) = (1000, 60_000, 3_600_000)
      let day = 24 * hour
      if length >= 7 * day { return length == 7 * day ? 13 : 4 }
      if length >= day { return length == day ? 14 : 7 }
      if length >= 5 * minute { return max(1, Int(day / length)) }
      if length >= 5 * second { return max(1, Int(hour / length)) }
      return max(1, min(60, Int(minute / max(1, length))))
    }
  }
}

extension Frequency {
  /// These steps where a third of the distances between times are that long; otherwise the shortest of a second, five, and
  /// so on up to a day that is no shorter than half of the distances.
  func countedByPeople(_ times: [Timestamp]) -> Frequency {
    guard case .milliseconds(let length) = self else { return self }
    let gaps = zip(times, times.dropFirst()).map { $1.milliseconds - $0.milliseconds }.sorted()
    guard !gaps.isEmpty, gaps.count(where: { $0 == length }) * 3 < gaps.count else { return self }
    let (second, minute, hour): (Int64, Int64, Int64) = (1000, 60_000, 3_600_000)
    let steps =
      [1, 5, 10, 15, 30].map { $0 * second } + [1, 5, 10, 15, 30].map { $0 * minute }
      + [1, 2, 3, 6, 12, 24].map { $0 * hour }
    return steps.first { $0 >= gaps[gaps.count / 2] }.map { .milliseconds($0) } ?? self
  }
}

extension ColumnSketch.Role {
  /// Whether a pipeline reads the column.
  var isUsed: Bool {
    switch self {
    case .time, .key, .target, .future, .static, .value: true
    case .past, .index, .flag, .constant, .text, .empty, .timeAgain, .total: false
    }
  }
}
