import TimeSeries

/// Puts readings on a regular index. What falls between is missing (NaN) until something fills it.
public struct Regularization: Sendable, Hashable {
  /// How the readings of one step become one value.
  public enum Aggregate: String, Sendable, CaseIterable {
    case mean, sum, median, minimum = "min", maximum = "max", first, last, count
  }

  /// The frequency of the index; nil to tell it from the times, with each reading exactly on a step.
  public var every: Frequency?
  /// How the readings of one step become one value.
  public var aggregate: Aggregate
  /// How the covariates' readings of one step become one value.
  public var covariates: Aggregate

  /// A regular index of a frequency, or of the readings' own.
  public init(every: Frequency? = nil, aggregate: Aggregate = .mean, covariates: Aggregate = .mean) {
    self.every = every
    self.aggregate = aggregate
    self.covariates = covariates
  }

  /// The panel of the readings.
  ///
  /// - Throws: ``ForecastingError``
  public func apply(_ readings: Readings) throws -> Panel {
    guard readings.series.contains(where: { !$0.times.isEmpty }) else { throw ForecastingError.noSeries }
    let text = { (time: Timestamp) in readings.style.text(of: time) }
    guard let every else {
      let frequency = try commonFrequency(of: readings, text: text)
      return Panel(try readings.series.map { try onOwnSteps($0, of: frequency, text: text) })
    }
    return Panel(try readings.series.map { try bucketed($0, by: every) })
  }

  private func commonFrequency(of readings: Readings, text: (Timestamp) -> String) throws -> Frequency {
    if readings.style.form == .steps { return .counted(season: readings.season ?? 1) }
    guard let longest = readings.series.max(by: { $0.times.count < $1.times.count }),
      let frequency = Frequency.inferred(from: longest.times)
    else { throw ForecastingError.noFrequency(series: readings.series.first?.name ?? "") }
    return frequency
  }

  private func onOwnSteps(
    _ series: Readings.Series, of frequency: Frequency, text: (Timestamp) -> String
  ) throws -> Series {
    guard let start = series.times.first, let end = series.times.last else {
      throw ForecastingError.nothingRead(series: series.name)
    }
    guard let steps = frequency.steps(to: end, from: start) else {
      let off = series.times.first { frequency.steps(to: $0, from: start) == nil } ?? end
      throw ForecastingError.offIndex(series: series.name, time: text(off), frequency: frequency.description)
    }
    var values = try blank(series, steps: steps + 1, frequency: frequency)
    for (time, value) in zip(series.times, series.values) {
      guard let step = frequency.steps(to: time, from: start) else {
        throw ForecastingError.offIndex(series: series.name, time: text(time), frequency: frequency.description)
      }
      values[step] = value
    }
    let index = TimeIndex(start: start, frequency: frequency, count: values.count)
    let off = series.aheadTimes.first { frequency.steps(to: $0, from: start) == nil }
    if let off {
      throw ForecastingError.offIndex(series: series.name, time: text(off), frequency: frequency.description)
    }
    return Series(
      name: series.name, index: index, values: values, covariates: try series.covariates(on: index, by: .last))
  }

  private func bucketed(_ series: Readings.Series, by frequency: Frequency) throws -> Series {
    guard let first = series.times.first, let last = series.times.last else {
      throw ForecastingError.nothingRead(series: series.name)
    }
    let start = frequency.floor(first)
    let steps = frequency.stepsBelow(last, from: start) + 1
    var values = try blank(series, steps: steps, frequency: frequency)
    var position = 0
    while position < series.times.count {
      let step = frequency.stepsBelow(series.times[position], from: start)
      let end = frequency.advance(start, by: step + 1)
      var bucket: [Double] = []
      while position < series.times.count, series.times[position] < end {
        if !series.values[position].isNaN { bucket.append(series.values[position]) }
        position += 1
      }
      values[step] = aggregate.value(of: bucket)
    }
    let index = TimeIndex(start: start, frequency: frequency, count: steps)
    return Series(
      name: series.name, index: index, values: values, covariates: try series.covariates(on: index, by: covariates))
  }

  // A wrong frequency (seconds for readings of years) would ask for more memory than there is.
  private func blank(_ series: Readings.Series, steps: Int, frequency: Frequency) throws -> [Double] {
    guard steps <= 1000 + 1000 * series.times.count, steps <= 200_000_000 else {
      throw ForecastingError.tooSparse(
        series: series.name, readings: series.times.count, steps: steps, frequency: frequency.description)
    }
    return Array(repeating: every == nil ? .nan : aggregate.value(of: []), count: steps)
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
