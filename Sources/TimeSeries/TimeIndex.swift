/// A regular index: a start, a frequency and a number of steps.
///
/// Steps of calendar months fall on one day of the month. Where the month of `start` is too short for it, the index knows
/// the day: the month after 2024-02-29 ends on 03-31 where months are read on their last day, and is 03-30 where they are
/// read on the 30th. Steps of business days pass over those that it knows to be closed.
public struct TimeIndex: Hashable, Sendable, Codable {
  /// The time of step 0.
  public let start: Timestamp
  /// The distance between two steps.
  public let frequency: Frequency
  /// How many steps there are.
  public let count: Int
  // Only where it is not that of `start`, so that indices with the same steps are equal.
  private let day: Int?
  /// The weekdays that are no steps, where steps are single business days.
  package let closed: ClosedDays
  /// The zone whose wall clock tells the hour and the day of its steps, which are in UTC; nil where they tell it themselves.
  public let zone: LocalZone?

  /// An index of `count` steps from `start`.
  ///
  /// - Parameter monthDay: the day that steps of calendar months fall on, 31 for the ends of months; without it, or where
  ///   it is earlier, that of `start`.
  public init(start: Timestamp, frequency: Frequency, count: Int, monthDay: Int? = nil) {
    self.init(start: start, frequency: frequency, count: count, monthDay: monthDay, closed: .none)
  }

  /// The same, with weekdays that are no steps of single business days, and the zone of the wall clock; `start` is no such day.
  package init(
    start: Timestamp, frequency: Frequency, count: Int, monthDay: Int?, closed: ClosedDays, zone: LocalZone? = nil
  ) {
    self.closed = frequency == .businessDays(1) ? closed : .none
    self.zone = zone
    self.start = start
    self.frequency = frequency
    self.count = count
    day = if case .months = frequency, let monthDay, monthDay > CivilTime(start).day { monthDay } else { nil }
  }

  /// The day of the month that steps of calendar months fall on, or the last of a month that does not have it; nil for
  /// other steps.
  public var monthDay: Int? { if case .months = frequency { day ?? CivilTime(start).day } else { nil } }

  /// The most steps of an index that is read from a file.
  static let most = 1_000_000_000

  private enum CodingKeys: String, CodingKey { case start, frequency, count, day, closed, zone }

  /// Writes an index; what it has not is left out.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(start, forKey: .start)
    try container.encode(frequency, forKey: .frequency)
    try container.encode(count, forKey: .count)
    try container.encodeIfPresent(day, forKey: .day)
    if !closed.isEmpty { try container.encode(closed, forKey: .closed) }
    try container.encodeIfPresent(zone?.name, forKey: .zone)
  }

  /// Reads an index; one that no series stands on, such as one of fewer than no steps, is refused.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    start = try container.decode(Timestamp.self, forKey: .start)
    frequency = try container.decode(Frequency.self, forKey: .frequency)
    count = try container.decode(Int.self, forKey: .count)
    day = try container.decodeIfPresent(Int.self, forKey: .day)
    closed = try container.decodeIfPresent(ClosedDays.self, forKey: .closed) ?? .none
    zone = try container.decodeIfPresent(String.self, forKey: .zone).map { try LocalZone($0) }
    guard Timestamp.range.contains(start), frequency.isSound, (0...TimeIndex.most).contains(count),
      (1...31).contains(day ?? 1), closed.isSound, closed.isEmpty || frequency == .businessDays(1)
    else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "no series stands on such an index"))
    }
  }

  /// The time of a step; steps before 0 and past the end are extrapolated.
  public subscript(step: Int) -> Timestamp {
    if closed.isEmpty { return frequency.advance(start, by: step, onDay: day) }
    let first = closed.open(upTo: BusinessDays.number(of: start.day))
    let open = first + Int64(step).clamped(to: -10_000_000_000...10_000_000_000)
    let days = BusinessDays.day(number: closed.number(ofOpen: open)) - start.day
    return start.moved(by: days * Timestamp.millisecondsPerDay)
  }

  /// The number of the last step that is not later than a time; negative before the start.
  public func stepsBelow(_ time: Timestamp) -> Int {
    if closed.isEmpty { return frequency.stepsBelow(time, from: start, onDay: day) }
    func open(_ time: Timestamp) -> Int64 { closed.open(upTo: BusinessDays.number(of: time.day)) }
    let guess = Int(open(time) - open(start))
    // Before the time of day of the readings it is the day before.
    return self[guess] > time ? guess - 1 : guess
  }

  /// The number of the step at a time, or nil where it does not fall on one.
  public func steps(to time: Timestamp) -> Int? {
    let step = stepsBelow(time)
    return self[step] == time ? step : nil
  }

  /// Whether each of these times falls on a step.
  package func holds(_ times: [Timestamp]) -> Bool { places(of: times).firstOff == nil }

  /// Where times stand, which ascend. Cost: a division only where a time does not follow the one before it by a step.
  package func places(of times: [Timestamp]) -> TimePlaces {
    var (step, next) = (-1, self[0])
    var places = TimePlaces(steps: [])
    places.steps.reserveCapacity(times.count)
    for (position, time) in times.enumerated() {
      if time == next {
        step += 1
      } else {
        step = stepsBelow(time)
        if places.firstOff == nil, self[step] != time { places.firstOff = position }
      }
      places.steps.append(step)
      next = self[step + 1]
    }
    return places
  }

  /// How many steps its start is after that of another index, rounded down to a step of that one.
  package func offset(from other: TimeIndex) -> Int { other.stepsBelow(start) }

  /// The first `count` steps.
  public func prefix(_ count: Int) -> TimeIndex { rows(0..<min(count, self.count)) }

  /// The `count` steps that come next.
  public func following(_ count: Int) -> TimeIndex { rows(self.count..<self.count + count) }

  /// Some steps, counted from the start.
  public func rows(_ range: Range<Int>) -> TimeIndex {
    TimeIndex(
      start: self[range.lowerBound], frequency: frequency, count: range.count, monthDay: monthDay, closed: closed,
      zone: zone)
  }
}

/// Where times stand on an index.
package struct TimePlaces {
  /// The last step that is not later than each of them.
  package var steps: [Int]
  /// The position of the first time that does not fall on its step.
  package var firstOff: Int?
}
