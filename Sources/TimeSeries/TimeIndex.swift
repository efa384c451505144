/// A regular index: a start, a frequency and a number of steps.
///
/// Steps of calendar months fall on one day of the month. Where the month of `start` is too short for it, the index knows
/// the day: the month after 2024-02-29 ends on 03-31 where months are read on their last day, and is 03-30 where they are
/// read on the 30th.
public struct TimeIndex: Hashable, Sendable, Codable {
  /// The time of step 0.
  public let start: Timestamp
  /// The distance between two steps.
  public let frequency: Frequency
  /// How many steps there are.
  public let count: Int
  // Only where it is not that of `start`, so that indices with the same steps are equal.
  private let day: Int?

  /// An index of `count` steps from `start`.
  ///
  /// - Parameter monthDay: the day that steps of calendar months fall on, 31 for the ends of months; without it, or where
  ///   it is earlier, that of `start`.
  public init(start: Timestamp, frequency: Frequency, count: Int, monthDay: Int? = nil) {
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

  /// Reads an index; one that no series stands on, such as one of fewer than no steps, is refused.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    start = try container.decode(Timestamp.self, forKey: .start)
    frequency = try container.decode(Frequency.self, forKey: .frequency)
    count = try container.decode(Int.self, forKey: .count)
    day = try container.decodeIfPresent(Int.self, forKey: .day)
    guard Timestamp.range.contains(start), frequency.isSound, (0...TimeIndex.most).contains(count),
      (1...31).contains(day ?? 1)
    else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "no series stands on such an index"))
    }
  }

  /// The time of a step; steps before 0 and past the end are extrapolated.
  public subscript(step: Int) -> Timestamp { frequency.advance(start, by: step, onDay: day) }

  /// The number of the last step that is not later than a time; negative before the start.
  public func stepsBelow(_ time: Timestamp) -> Int { frequency.stepsBelow(time, from: start, onDay: day) }

  /// The number of the step at a time, or nil where it does not fall on one.
  public func steps(to time: Timestamp) -> Int? { frequency.steps(to: time, from: start, onDay: day) }

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
    TimeIndex(start: self[range.lowerBound], frequency: frequency, count: range.count, monthDay: monthDay)
  }
}

/// Where times stand on an index.
package struct TimePlaces {
  /// The last step that is not later than each of them.
  package var steps: [Int]
  /// The position of the first time that does not fall on its step.
  package var firstOff: Int?
}
