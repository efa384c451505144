import TimeSeries

/// Puts readings on a regular index. What falls between is missing (NaN) until something fills it.
public struct Regularization: Sendable, Hashable {
  /// How the readings of one step become one value.
  public enum Aggregate: String, Sendable, CaseIterable {
    case mean, sum, median, minimum = "min", maximum = "max", first, last, count
  }

  /// The frequency of the index; nil to infer it from the times, with each reading exactly on a step.
  public var every: Frequency?
  /// How the readings of one step become one value.
  public var aggregate: Aggregate
  /// How the covariates' readings of one step become one value.
  public var covariates: Aggregate
  /// Whether readings may be far fewer than steps, or alone at an end, and nothing is said of it.
  public var allowsSparse: Bool

  /// A regular index of a frequency, or of the readings' own.
  public init(
    every: Frequency? = nil, aggregate: Aggregate = .mean, covariates: Aggregate = .mean, allowsSparse: Bool = false
  ) {
    self.every = every
    self.aggregate = aggregate
    self.covariates = covariates
    self.allowsSparse = allowsSparse
  }

  /// The panel of the readings.
  ///
  /// - Throws: ``ForecastingError``
  public func apply(_ readings: Readings) throws -> Panel {
    guard readings.series.contains(where: { !$0.times.isEmpty }) else { throw ForecastingError.noSeries }
    let frequency: Frequency
    var monthDay: Int?
    if let every { frequency = every } else { (frequency, monthDay) = try commonFrequency(of: readings) }
    // Steps of a week of five days that were asked for are those, whatever an exchange does.
    let closed =
      every == nil && frequency == .businessDays(1)
      ? ClosedDays(between: readings.series.lazy.map(\.allTimes)) : .none
    return Panel(try readings.series.map { try regular($0, on: frequency, monthDay, closed, of: readings) })
  }

  /// The frequency of the longest series, and the day of the month that it is read on.
  private func commonFrequency(of readings: Readings) throws -> (Frequency, monthDay: Int?) {
    if readings.style.form == .steps { return (.counted(season: readings.season ?? 1), nil) }
    guard let longest = readings.series.max(by: { $0.times.count < $1.times.count }),
      let frequency = Frequency.inferred(from: longest.times)
    else { throw ForecastingError.noFrequency(series: readings.series.first?.name ?? "") }
    return (frequency, Frequency.monthDay(of: longest.allTimes))
  }

  private func regular(
    _ series: Readings.Series, on frequency: Frequency, _ monthDay: Int?, _ closed: ClosedDays, of readings: Readings
  ) throws -> Series {
    guard let first = series.times.first, let last = series.times.last else {
      throw ForecastingError.nothingRead(series: series.name)
    }
    try refuseOther(frequency: frequency, in: series)
    let zone = if case .local(let zone, _) = readings.style.zone { zone } else { LocalZone?.none }
    func index(_ monthDay: Int?, count: Int) -> TimeIndex {
      TimeIndex(
        start: every?.floor(first) ?? first, frequency: frequency, count: count, monthDay: monthDay, closed: closed,
        zone: zone)
    }
    var grid = index(monthDay, count: 0)
    var (placed, ahead) = (grid.places(of: series.times), grid.places(of: series.aheadTimes))
    if every == nil, placed.firstOff ?? ahead.firstOff != nil {
      // A series whose days are not those of the others is read on days of its own.
      grid = index(Frequency.monthDay(of: series.allTimes), count: 0)
      (placed, ahead) = (grid.places(of: series.times), grid.places(of: series.aheadTimes))
    }
    func refuseOff(_ times: [Timestamp], _ placed: TimePlaces) throws {
      guard every == nil, let off = placed.firstOff else { return }
      throw ForecastingError.offIndex(
        series: series.name, time: readings.style.text(of: times[off]), frequency: frequency.description)
    }
    if grid.steps(to: last) == nil { try refuseOff(series.times, placed) }
    let steps = placed.steps
    let index = index(grid.monthDay, count: (steps.last ?? 0) + 1)
    try frequency.check(steps: index.count, for: series.times.count, of: series.name)
    try refuseOff(series.times, placed)
    try refuseOff(series.aheadTimes, ahead)
    try refuseLoneReadings(in: series, at: steps, on: grid, of: readings)
    // A step of the readings' own frequency has one of them at the most.
    let (aggregate, covariates) = every == nil ? (.last, .last) : (self.aggregate, self.covariates)
    return Series(
      name: series.name, index: index,
      values: aggregate.values(of: series.values, at: steps, count: index.count, blank: aggregate.value(of: [])),
      covariates: try series.covariates(on: index, by: covariates))
  }
}

extension Readings.Series {
  /// The times of its readings and of what is known ahead.
  fileprivate var allTimes: [Timestamp] { times + aheadTimes }
}

extension Frequency {
  /// Refuses far more steps than readings: a wrong frequency (seconds for readings of years) would ask for more memory
  /// than there is.
  func check(steps: Int, for readings: Int, of series: String) throws(ForecastingError) {
    guard steps <= 1000 + 1000 * readings, steps <= 200_000_000 else {
      throw .tooSparse(series: series, readings: readings, steps: steps, frequency: description)
    }
  }
}

extension Regularization.Aggregate {
  /// One value for the readings of a step, in time order; NaN where there is none, but for a count of 0.
  func value(of readings: [Double]) -> Double {
    if self == .count { return Double(readings.count) }
    guard let first = readings.first, let last = readings.last else { return .nan }
    switch self {
    case .mean: return readings.reduce(0, +) / Double(readings.count)
    case .sum: return readings.reduce(0, +)
    case .median: return readings.median
    case .minimum: return readings.min() ?? .nan
    case .maximum: return readings.max() ?? .nan
    case .first: return first
    case .last: return last
    case .count: return Double(readings.count)
    }
  }
}
