import TimeSeries

/// Why readings cannot be forecast as asked.
public enum ForecastingError: Error, Hashable, Sendable {
  /// There is no series at all.
  case noSeries
  /// Every reading of a series is missing.
  case nothingRead(series: String)
  /// Every reading of a series is the same.
  case constant(series: String, value: Double, count: Int)
  /// A series is too short for what is asked.
  case tooShort(series: String, steps: Int, needed: Int, reason: String)
  /// A reading does not fall on the regular index.
  case offIndex(series: String, time: String, frequency: String)
  /// The frequency cannot be inferred from the times.
  case noFrequency(series: String)
  /// A gap was left open.
  case missing(series: String, count: Int, first: String)
  /// A logarithm of nothing or less.
  case notPositive(series: String, value: Double)
  /// A division by a season where values are zero or less.
  case notPositiveToDivide(series: String, value: Double, stage: String)
  /// A fixed split that the rows do not allow.
  case badSplit(String)
  /// Too few errors for an interval of a level.
  case tooFewErrors(level: Double, needed: Int, origins: Int, series: Int)
  /// A regular index would be far longer than the readings.
  case tooSparse(series: String, readings: Int, steps: Int, frequency: String)
  /// Series of one panel have different frequencies.
  case mixedFrequencies(series: String, frequency: String, other: String)
  /// Most steps of a series lie in one gap.
  case loneReadings(series: String, steps: Int, frequency: String, before: String, after: String)
  /// A fitted chain is asked for a series that it was not fitted on.
  case unknownSeries(String)
  /// The weights that a training should begin with are those of another network.
  case badStart(String)
  /// No pretrained network knows readings of a season.
  case noPretrained(season: Int)
  /// The time was spent before anything was fitted.
  case outOfTime
  /// Work that takes more memory than is left, in bytes.
  case tooLarge(work: String, needed: Int, left: Int, limit: String, remedy: String)
  /// The network did not learn.
  case training(String)

  /// The series that the rest can do without; nil where all are concerned.
  public var series: String? {
    switch self {
    case .nothingRead(let series), .constant(let series, _, _), .tooShort(let series, _, _, _),
      .offIndex(let series, _, _), .missing(let series, _, _), .notPositive(let series, _),
      .notPositiveToDivide(let series, _, _), .tooSparse(let series, _, _, _), .mixedFrequencies(let series, _, _),
      .noFrequency(let series), .loneReadings(let series, _, _, _, _), .unknownSeries(let series):
      series
    case .noSeries, .badSplit, .tooFewErrors, .badStart, .noPretrained, .outOfTime, .tooLarge, .training: nil
    }
  }
}

extension ForecastingError {
  /// Whether more or other rows would do, rather than more time or memory.
  var isOfRows: Bool {
    switch self {
    case .outOfTime, .tooLarge, .badStart: false
    default: true
    }
  }
}

extension ForecastingError: CustomStringConvertible {
  /// What, where and what to do.
  public var description: String {
    switch self {
    case .noSeries:
      "there is no series to forecast; does the file have rows below its header?"
    case .nothingRead(let series):
      "series \"\(series)\": every value is missing; check the column and the tokens that count as missing"
    case .constant(let series, let value, let count):
      "series \"\(series)\": all \(count) values are \(value); there is nothing to learn, so check the column or the sensor"
    case .tooShort(let series, let steps, let needed, let reason):
      "series \"\(series)\" has \(steps) steps, too few: \(reason) needs \(needed); shorten lookback, horizon, "
        + "validation or folds, or bring more rows"
    case .offIndex(let series, let time, let frequency):
      "series \"\(series)\": \(time) does not fall on a step of \(frequency); put a resample stage after the source"
    case .noFrequency(let series):
      "series \"\(series)\": one reading does not tell a frequency; bring more rows, or put a resample stage with "
        + "`every` after the source"
    case .missing(let series, let count, let first):
      "series \"\(series)\": \(count) \(count == 1 ? "value is" : "values are") missing, the first at \(first); fill "
        + "them with a resample stage (`fill: linear`) after the source"
    case .notPositive(let series, let value):
      "series \"\(series)\": the logarithm of \(value) does not exist; set `offset` so that every value is above zero, "
        + "or leave the log stage out"
    case .notPositiveToDivide(let series, let value, let stage):
      "series \"\(series)\": \(value) is not above zero, so a season cannot be divided by; choose additive or auto in the "
        + "\(stage) stage"
    case .badSplit(let message):
      message
    case .tooFewErrors(let level, let needed, let origins, let series):
      "an interval of level \(level) takes at least \(needed) errors of each step, but "
        + "\(counted(origins, "origin")) of \(series) series give \(origins * series); raise `calibration`, ask for a "
        + "lower level, or bring more rows"
    case .tooSparse(let series, let readings, let steps, let frequency):
      "series \"\(series)\": \(readings) readings would stand on \(steps) steps of \(frequency); choose a longer `every`"
    case .mixedFrequencies(let series, let frequency, let other):
      "series \"\(series)\" has a reading every \(frequency), others every \(other); put a resample stage with `every` "
        + "after the source"
    case .loneReadings(let series, let steps, let frequency, let before, let after):
      "series \"\(series)\": \(steps) steps of \(frequency) without a reading lie between \(before) and \(after), more than "
        + "half of all; correct the times, or put a resample stage with `sparse: allow` after the source if they are meant"
    case .unknownSeries(let series):
      "series \"\(series)\" was not there when the model was fitted; fit it again"
    case .badStart(let message):
      message
    case .noPretrained(let season):
      "there is no pretrained network for a season of \(counted(season, "step")); there are some for "
        + PretrainedKind.allCases.map { kind in
          kind.seasons.isEmpty ? "none" : kind.seasons.map(String.init).joined(separator: " and ")
        }.joined(separator: ", ") + ", and multiples of 24; set `seasons`, or take another forecaster"
    case .outOfTime:
      "the time was spent before anything was fitted; raise run.timeout, or shorten the training"
    case .tooLarge(let work, let needed, let left, let limit, let remedy):
      "\(work) takes about \(memorySize(needed)) of memory, and \(memorySize(left)) are left by \(limit); \(remedy), or "
        + "run with --ignore-memory"
    case .training(let message):
      message
    }
  }
}

/// A number of bytes in words, such as `12 MB`; rounded up, and never less than one megabyte.
public func memorySize(_ bytes: Int) -> String {
  let megabytes = Double(bytes) / 1_048_576
  if megabytes < 1024 { return "\(Int(max(1, megabytes.rounded(.up)))) MB" }
  let tenths = (megabytes / 102.4).rounded(.up)
  return tenths < 100 ? "\(tenths / 10) GB" : "\(Int(megabytes / 1024) + 1) GB"
}
