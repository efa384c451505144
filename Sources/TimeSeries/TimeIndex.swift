/// A regular index: a start, a frequency and a number of steps.
public struct TimeIndex: Hashable, Sendable, Codable {
  /// The time of step 0.
  public var start: Timestamp
  /// The distance between two steps.
  public var frequency: Frequency
  /// How many steps there are.
  public var count: Int

  /// An index of `count` steps from `start`.
  public init(start: Timestamp, frequency: Frequency, count: Int) {
    self.start = start
    self.frequency = frequency
    self.count = count
  }

  /// The time of a step; steps before 0 and past the end are extrapolated.
  public subscript(step: Int) -> Timestamp { frequency.advance(start, by: step) }

  /// How many steps its start is after that of another index, rounded down to a step of that one.
  package func offset(from other: TimeIndex) -> Int { other.frequency.stepsBelow(start, from: other.start) }

  /// The first `count` steps.
  public func prefix(_ count: Int) -> TimeIndex {
    TimeIndex(start: start, frequency: frequency, count: min(count, self.count))
  }

  /// The `count` steps that come next.
  public func following(_ count: Int) -> TimeIndex {
    TimeIndex(start: self[self.count], frequency: frequency, count: count)
  }
}
