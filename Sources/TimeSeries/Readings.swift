/// What a source read, before it stands on a regular index: each series' times in ascending order, no time twice.
public struct Readings: Sendable, Equatable {
  /// One series of readings.
  public struct Series: Sendable, Equatable {
    /// What the series is called.
    public var name: String
    /// The times of the readings, strictly ascending.
    public var times: [Timestamp]
    /// One value a time; NaN where the cell was empty.
    public var values: [Double]
    /// The times of rows after the last reading, at which only what is known ahead stands; strictly ascending.
    public var aheadTimes: [Timestamp]
    /// What was read beside the values: for the past one value a time, for the future one also for each time ahead.
    public var covariates: Covariates

    /// Readings of one series.
    public init(
      name: String, times: [Timestamp], values: [Double], aheadTimes: [Timestamp] = [],
      covariates: Covariates = Covariates()
    ) {
      precondition(times.count == values.count, "a reading has a time and a value")
      self.name = name
      self.times = times
      self.values = values
      self.aheadTimes = aheadTimes
      self.covariates = covariates
    }
  }

  /// The series, in the order in which they were first read.
  public var series: [Series]
  /// How the times were written, so that forecasts are written alike.
  public var style: TimeStyle
  /// The season in steps of readings without times; nil where it is not known.
  public var season: Int?

  /// Readings of these series.
  public init(_ series: [Series], style: TimeStyle) {
    self.series = series
    self.style = style
  }
}

extension Readings {
  /// About how many bytes they hold; times that several series share are held once.
  package var bytes: Int {
    var bytes = 0
    var times: UnsafePointer<Timestamp>?
    for series in series {
      let own = series.times.withUnsafeBufferPointer { $0.baseAddress }
      if own != times { bytes += (series.times.count + series.aheadTimes.count) * MemoryLayout<Timestamp>.stride }
      times = own
      let covariates = series.covariates.past + series.covariates.future
      bytes += covariates.reduce(series.values.count) { $0 + $1.values.count } * MemoryLayout<Double>.stride
      bytes += MemoryLayout<Series>.stride
    }
    return bytes
  }

  /// The readings that are not later than a moment, on the clock that they were read in; a series without any is gone.
  /// What is known ahead stays.
  public func until(_ moment: Timestamp) -> Readings {
    var result = self
    result.series = series.compactMap { series in
      let count = series.times.firstIndex { $0 > moment } ?? series.times.count
      if count == 0 { return nil }
      let later = series.covariates.future.isEmpty ? [] : series.times.suffix(from: count) + series.aheadTimes
      return Series(
        name: series.name, times: Array(series.times.prefix(count)), values: Array(series.values.prefix(count)),
        aheadTimes: Array(later), covariates: series.covariates.rows(0..<count))
    }
    return result
  }
}

/// How times were written in the source.
///
/// A ``Timestamp`` of a source with a fixed offset is the wall clock there, not UTC, so that days, months and hours of the
/// day are those of the place; ``instant(of:)`` gives the moment itself. That of a source in the local time of a zone is UTC, so
/// that its steps are regular where clocks are changed; it is printed in local time.
public struct TimeStyle: Sendable, Hashable {
  /// What a time is counted in.
  public enum Form: Sendable, Hashable {
    /// No times: steps are counted from 1.
    case steps
    /// Year and month, `1958-03`.
    case month
    /// A date, `1958-03-01`.
    case date
    /// A date and a time of day, `1958-03-01T12:00:00`.
    case dateTime
    /// A number of seconds or parts of them since 1970.
    case epoch(EpochUnit)
  }

  /// The zone that the source names.
  public enum Zone: Sendable, Hashable {
    /// None: a wall clock.
    case none
    /// Coordinated universal time, `Z`.
    case utc
    /// A fixed distance from it in minutes, `+02:00`.
    case offset(minutes: Int)
    /// The local time of a place, whether or not its offset stands beside it.
    case local(LocalZone, hasOffset: Bool)
  }

  /// What a time is counted in.
  public var form: Form
  /// The zone that the source names.
  public var zone: Zone
  /// How the source writes it; nil for ISO 8601 with `T` and seconds, and for numbers.
  public var pattern: TimePattern?
  /// How the source writes names of months and halves of the day.
  var wording = Wording()

  /// A style of writing times.
  public init(form: Form, zone: Zone = .none, pattern: TimePattern? = nil) {
    self.form = form
    self.zone = zone
    self.pattern = pattern
  }

  /// The same without a pattern: ISO 8601 and numbers, as programs exchange them.
  public var plain: TimeStyle { TimeStyle(form: form, zone: zone) }

  /// The format that reads what this style prints.
  public var format: TimeFormat {
    switch form {
    case .steps: .steps
    case .epoch(let unit): .epoch(unit)
    case .month, .date, .dateTime: pattern.map(TimeFormat.pattern) ?? .iso
    }
  }
}

/// What numbers since 1970 count.
public enum EpochUnit: Int, Sendable, Hashable, CaseIterable {
  case seconds, milliseconds, microseconds, nanoseconds

  /// The power of ten of milliseconds that one of it is.
  var powerOfMilliseconds: Int { 3 - 3 * rawValue }

  /// The times that are printed and read back, in milliseconds on either side of 1970.
  var mostMilliseconds: UInt64 {
    switch self {
    case .seconds, .milliseconds, .microseconds: 1_000_000_000_000_000
    case .nanoseconds: 9_000_000_000_000
    }
  }

  /// What it is called in messages.
  var noun: String { "\(self)" }
}

extension Readings.Series {
  /// The time of its newest value; nil where it has none.
  package var newest: Timestamp? { values.lastIndex { !$0.isNaN }.map { times[$0] } }
}
