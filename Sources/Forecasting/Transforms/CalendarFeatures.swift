import Foundation
import TimeSeries

/// Days that are not like others, under one name.
public struct Holiday: Sendable, Hashable, Codable {
  /// What its input is called.
  public var name: String
  /// The days, as days since 1970-01-01.
  public var days: Set<Int64>

  /// Days under a name.
  public init(name: String, days: Set<Int64>) {
    self.name = name
    self.days = days
  }
}

/// Puts features of the calendar beside each step, as covariates that are known ahead. The values stay as they are.
///
/// A step that is longer than a day counts its holidays.
public struct CalendarFeatures: FittedTransform, Hashable, Codable {
  public static let kind = "calendar"

  public var staysInUnits: Bool { true }

  /// How a position in a cycle becomes numbers.
  public enum Encoding: String, Sendable, Hashable, Codable, CaseIterable {
    /// Its sine and cosine, so that the end of the cycle is next to its beginning.
    case cycle
    /// One number from -0.5 to 0.5.
    case number
  }

  /// The features.
  public var features: [CalendarFeature]
  /// How a position in a cycle becomes numbers.
  public var encoding: Encoding
  /// Holidays, an input each.
  public var holidays: [Holiday]
  /// So many days before any holiday are inputs of their own.
  public var before: Int
  /// So many days after any holiday are inputs of their own.
  public var after: Int
  /// Steps after the last one that get features too: the horizon.
  public var ahead: Int

  /// Features of the calendar.
  public init(
    _ features: [CalendarFeature], encoding: Encoding = .cycle, holidays: [Holiday] = [], before: Int = 0,
    after: Int = 0, ahead: Int
  ) {
    self.features = features
    self.encoding = encoding
    self.holidays = holidays
    self.before = before
    self.after = after
    self.ahead = ahead
  }

  /// Refuses steps on which a feature is constant.
  public func check(_ frequency: Frequency) throws(CovariateError) {
    let names = features.map(\.rawValue) + (holidays.isEmpty ? [] : ["holidays"])
    if frequency.isCounted, let name = names.first { throw .calendarWithoutTimes(feature: name) }
    for feature in features where !feature.tells(of: frequency) {
      throw .constantFeature(feature: feature.rawValue, frequency: frequency.description, cycle: feature.cycle)
    }
  }

  public func checkStored() throws(SavingError) {
    try require((0...366).contains(before) && (0...366).contains(after), "\(before) days before and \(after) after")
    try require(Stored.horizons.contains(ahead), "\(ahead) steps ahead")
    let days = Timestamp.range.lowerBound.day...Timestamp.range.upperBound.day
    try require(holidays.allSatisfy { $0.days.allSatisfy(days.contains) }, "holidays beyond all dates")
  }

  public func isCausal(over panel: Panel) -> Bool { true }
  public var reach: Int? { 0 }

  public func apply(_ panel: Panel) throws -> Panel {
    if let frequency = panel.series.first?.index.frequency { try check(frequency) }
    // Series of one panel often stand on one index.
    var known: [TimeIndex: [Covariate]] = [:]
    return Panel(
      try panel.series.map { series in
        let covariates = try known[series.index] ?? self.covariates(on: series.index)
        known[series.index] = covariates
        var result = series
        result.covariates.future += covariates
        return result
      })
  }

  public func invert(_ forecast: Forecast, history: Panel) -> Forecast { forecast }

  private func covariates(on index: TimeIndex) throws(CovariateError) -> [Covariate] {
    var times = (0...index.count + ahead).map { index[$0] }
    // Hours and days are those of the place.
    if let zone = index.zone { times = times.map(zone.local(of:)) }
    var result: [Covariate] = []
    for feature in features {
      let phases = times.dropLast().map(feature.phase)
      switch encoding {
      case .cycle:
        result.append(.init(name: "\(feature.rawValue).sin", values: phases.map { sin(2 * .pi * $0) }, isScaled: true))
        result.append(.init(name: "\(feature.rawValue).cos", values: phases.map { cos(2 * .pi * $0) }, isScaled: true))
      case .number: result.append(.init(name: feature.rawValue, values: phases.map { $0 - 0.5 }, isScaled: true))
      }
    }
    let all = holidays.reduce(into: Set<Int64>()) { $0.formUnion($1.days) }
    guard let last = all.max() else { return result }
    try checkEnd(last, on: index)
    let days = index.daysOfSteps(times)
    func count(_ name: String, _ holidays: Set<Int64>, shiftedBy shift: Int64) -> Covariate {
      let values = days.map { days in
        days.reduce(0.0) { sum, day in
          sum + (holidays.contains(day - shift) ? 1 : 0)
        }
      }
      return Covariate(name: name, values: values)
    }
    for holiday in holidays { result.append(count(holiday.name, holiday.days, shiftedBy: 0)) }
    for shift in 0..<before { result.append(count("holiday-\(shift + 1)", all, shiftedBy: -Int64(shift + 1))) }
    for shift in 0..<after { result.append(count("holiday+\(shift + 1)", all, shiftedBy: Int64(shift + 1))) }
    return result
  }

  // A list that was not continued would say that there are no holidays any more.
  private func checkEnd(_ last: Int64, on index: TimeIndex) throws(CovariateError) {
    let end = index[index.count + ahead - 1]
    guard end.day - last > 366 else { return }
    let style = TimeStyle(form: .date)
    throw .holidaysEnd(
      last: style.text(of: Timestamp(milliseconds: last * 86_400_000)),
      end: style.text(of: Timestamp(milliseconds: end.day * 86_400_000)))
  }
}

extension TimeIndex {
  /// The days that each step covers: up to the next, or the month that ends with it; the last time is that of one step
  /// more.
  fileprivate func daysOfSteps(_ times: [Timestamp]) -> [Range<Int64>] {
    guard monthDay == 31 else { return zip(times, times.dropFirst()).map(frequency.days) }
    return zip([self[-1]] + times, times.dropLast()).map { $0.day + 1..<$1.day + 1 }
  }
}

extension Frequency {
  /// The days that a step covers.
  fileprivate func days(from start: Timestamp, to next: Timestamp) -> Range<Int64> {
    switch self {
    // The weekend after a Friday is no part of it.
    case .businessDays(1), .counted: start.day..<start.day + 1
    default: start.day..<max(start.day + 1, next.day)
    }
  }
}
